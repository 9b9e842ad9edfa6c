package control

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a run that writes down what it is asked for.
type fake struct {
	mu    sync.Mutex
	asked []Request
	err   error
}

func (f *fake) Steer(r Request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, r)
	return f.err
}

func (f *fake) State() any { return map[string]any{"stage": "climb"} }

func socket(t *testing.T) string { return filepath.Join(t.TempDir(), "s") }

func serve(t *testing.T) (string, *fake) {
	path, run := socket(t), &fake{}
	s, err := Listen(path, run)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return path, run
}

func TestAsk(t *testing.T) {
	path, run := serve(t)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.ModeSocket|0o600, info.Mode(), "nobody else may connect")
	for _, r := range []Request{{Do: Status}, {Do: Rate, Factor: 1.5}, {Do: Pause}, {Do: Resume}, {Do: Stop}} {
		a, err := Ask(path, r)
		require.NoError(t, err)
		require.Equal(t, Answer{Run: []byte(`{"stage":"climb"}`)}, a)
	}
	require.Equal(t, []Request{{Do: Rate, Factor: 1.5}, {Do: Pause}, {Do: Resume}, {Do: Stop}}, run.asked)
	run.err = errors.New("the ceiling would delay it")
	a, err := Ask(path, Request{Do: Rate, Factor: 9})
	require.NoError(t, err)
	require.Equal(t, "the ceiling would delay it", a.Error)
}

// A line that is no request is answered with what one is, and the next is heard.
func TestBadRequests(t *testing.T) {
	path, run := serve(t)
	c, err := net.Dial("unix", path)
	require.NoError(t, err)
	defer c.Close()
	answers := bufio.NewScanner(c)
	for line, want := range map[string]string{
		``:                            "a request is a line such as",
		`nonsense`:                    "a request is a line such as",
		`[]`:                          "a request is a line such as",
		`{"do":"rate","speed":2}`:     "speed",
		`{"do":"fly"}`:                "is nothing that can be done: it is status, rate, pause, resume or stop",
		`{"do":"rate"}`:               "a rate needs a factor above 0",
		`{"do":"rate","factor":-1}`:   "a rate needs a factor above 0",
		`{"do":"rate","factor":"x"}`:  "factor",
		`{"do":"pause","factor":1}`:   "pause takes no factor",
		`{"do":"stop"} {"do":"stop"}`: "more than one request in a line",
	} {
		fmt.Fprintln(c, line)
		require.True(t, answers.Scan())
		require.Contains(t, answers.Text(), want, line)
		require.NotContains(t, answers.Text(), `"run"`)
	}
	fmt.Fprintln(c, `{"do":"pause"}`)
	require.True(t, answers.Scan())
	require.Equal(t, `{"run":{"stage":"climb"}}`, answers.Text())
	require.Len(t, run.asked, 1)
	fmt.Fprintln(c, strings.Repeat("x", longest+1))
	require.True(t, answers.Scan())
	require.Contains(t, answers.Text(), "at most 4096 bytes")
	require.False(t, answers.Scan(), "the connection is over")
}

// A socket that a killed run left is replaced; a live one and a file are not.
func TestStaleSockets(t *testing.T) {
	path := socket(t)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	l.SetUnlinkOnClose(false)
	require.NoError(t, l.Close())
	_, err = Ask(path, Request{Do: Status})
	require.EqualError(t, err, "no run listens at "+path+": begin it with --control "+path)

	s, err := Listen(path, &fake{})
	require.NoError(t, err)
	_, err = Listen(path, &fake{})
	require.ErrorContains(t, err, "another run listens at "+path)
	s.Close()
	require.NoFileExists(t, path)

	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
	_, err = Listen(path, &fake{})
	require.ErrorContains(t, err, "is there, and no socket")
	require.FileExists(t, path)
	_, err = Ask(path, Request{Do: Status})
	require.Error(t, err)
	_, err = Listen(filepath.Join(t.TempDir(), strings.Repeat("long", 40)), &fake{})
	require.ErrorContains(t, err, "too long a path for a socket")
	_, err = Listen(filepath.Join(t.TempDir(), "no", "folder"), &fake{})
	require.ErrorIs(t, err, fs.ErrNotExist)
}

// Closing ends who waits for an answer, and those beyond the most are turned away.
func TestClose(t *testing.T) {
	path := socket(t)
	s, err := Listen(path, &fake{})
	require.NoError(t, err)
	for range most {
		c, err := net.Dial("unix", path)
		require.NoError(t, err)
		defer c.Close()
		fmt.Fprintln(c, `{"do":"status"}`)
		require.True(t, bufio.NewScanner(c).Scan())
	}
	_, err = Ask(path, Request{Do: Status})
	require.Error(t, err, "one more than there may be")
	s.Close()
	_, err = Ask(path, Request{Do: Status})
	require.ErrorContains(t, err, "no run listens at")
}
