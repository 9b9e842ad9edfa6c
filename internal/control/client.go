package control

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"syscall"
)

// Ask sends one request to the run that listens at a socket, and returns its
// answer. An error says that there is none.
func Ask(path string, r Request) (a Answer, err error) {
	if err := r.check(); err != nil {
		return a, err
	}
	c, err := net.Dial("unix", path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOTSOCK):
		return a, fmt.Errorf("no run listens at %s: begin it with --control %s", path, path)
	case err != nil:
		return a, err
	}
	defer c.Close()
	if err := json.NewEncoder(c).Encode(r); err != nil {
		return a, err
	}
	line, err := bufio.NewReader(c).ReadBytes('\n')
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		return a, errors.New("the run ended before it answered")
	}
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(line, &a)
}
