package control

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"sync"
	"syscall"
)

// longest is how many bytes a request may have: more is no request.
const longest = 4096

// Server serves the socket of one run. Make one with Listen.
type Server struct {
	listener *net.UnixListener
	target   target
	goes     sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
	over  bool
}

// Listen makes the socket, mode 0600, and serves it until Close. A socket that
// a run left behind is replaced; one that somebody listens at, and any other
// file, is an error.
func Listen(path string, t target) (*Server, error) {
	l, err := listen(path)
	if errors.Is(err, syscall.EADDRINUSE) {
		if err = clear(path); err == nil {
			l, err = listen(path)
		}
	}
	switch {
	case errors.Is(err, syscall.EINVAL):
		return nil, fmt.Errorf("make the control socket: %s is too long a path for a socket (about 100 bytes); give a shorter one", path)
	case err != nil:
		return nil, fmt.Errorf("make the control socket: %w", err)
	}
	s := &Server{listener: l, target: t, conns: map[net.Conn]bool{}}
	s.goes.Add(1)
	go s.accept() // ends with Close
	return s, nil
}

func listen(path string) (*net.UnixListener, error) {
	var l *net.UnixListener
	var err error
	private(func() { l, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"}) })
	return l, err
}

// clear removes a socket that nobody listens at.
func clear(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s is there, and no socket: remove it, or give another path", path)
	}
	if c, err := net.Dial("unix", path); err == nil {
		c.Close()
		return fmt.Errorf("another run listens at %s: give another path", path)
	} else if !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	return os.Remove(path)
}

// Close removes the socket and ends every connection.
func (s *Server) Close() {
	s.listener.Close() // which removes the file
	s.mu.Lock()
	s.over = true
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.goes.Wait()
}

// most is how many connections there may be at once.
const most = 16

func (s *Server) accept() {
	defer s.goes.Done()
	for {
		c, err := s.listener.Accept()
		if err != nil { // closed, or no descriptor is left: who asks then is told that nobody listens
			s.listener.Close()
			return
		}
		s.mu.Lock()
		if s.over || len(s.conns) >= most {
			c.Close()
		} else {
			s.conns[c] = true
			s.goes.Add(1)
			go s.serve(c) // ends with its connection
		}
		s.mu.Unlock()
	}
}

// serve answers one line after another.
func (s *Server) serve(c net.Conn) {
	defer s.goes.Done()
	defer func() {
		c.Close()
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
	}()
	lines := bufio.NewScanner(c)
	lines.Buffer(nil, longest)
	for lines.Scan() {
		if json.NewEncoder(c).Encode(s.answer(lines.Bytes())) != nil {
			return
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		_ = json.NewEncoder(c).Encode(Answer{Error: fmt.Sprintf("a request has at most %d bytes", longest)})
	}
}

func (s *Server) answer(line []byte) Answer {
	r, err := parse(line)
	if err != nil {
		return Answer{Error: err.Error()}
	}
	var a Answer
	if r.Do != Status {
		if err := s.target.Steer(r); err != nil {
			a.Error = err.Error()
		}
	}
	if a.Run, err = json.Marshal(s.target.State()); err != nil {
		return Answer{Error: err.Error()}
	}
	return a
}

func parse(line []byte) (r Request, err error) {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, fmt.Errorf(`%w: a request is a line such as {"do":"rate","factor":1.5}`, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return r, errors.New("more than one request in a line")
	}
	return r, r.check()
}

// check says what is wrong with a request.
func (r Request) check() error {
	switch {
	case !slices.Contains([]string{Status, Rate, Pause, Resume, Stop}, r.Do):
		return fmt.Errorf("%q is nothing that can be done: it is %s, %s, %s, %s or %s", r.Do, Status, Rate, Pause, Resume, Stop)
	case r.Do == Rate && r.Factor <= 0:
		return fmt.Errorf("a rate needs a factor above 0, as 1.5 for half as much again as planned; to send nothing, %s", Pause)
	case r.Do != Rate && r.Factor != 0:
		return fmt.Errorf("%s takes no factor", r.Do)
	}
	return nil
}
