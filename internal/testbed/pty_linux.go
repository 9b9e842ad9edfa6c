package testbed

import (
	"fmt"
	"os"
	osexec "os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// Terminal is a terminal of the test's own, with a command at it.
type Terminal struct {
	master, slave *os.File
	cmd           *osexec.Cmd
	ended         chan struct{}

	mu    sync.Mutex
	wrote strings.Builder
}

// OnTerminal starts a command whose streams are a terminal of a size.
func OnTerminal(t *testing.T, width, height uint16, cmd *osexec.Cmd) *Terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminal to be had: ", err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	require.NoError(t, unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0))
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)
	x := &Terminal{master: master, slave: slave, cmd: cmd, ended: make(chan struct{})}
	x.Resize(t, width, height)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	require.NoError(t, cmd.Start())
	go x.read() // ends when the terminal is closed
	go func() { // ends with the command
		_ = cmd.Wait() // told by its code
		close(x.ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-x.ended
		slave.Close()
		master.Close()
	})
	return x
}

func (x *Terminal) read() {
	buffer := make([]byte, 1<<14)
	for {
		n, err := x.master.Read(buffer)
		x.mu.Lock()
		x.wrote.Write(buffer[:n])
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Wrote is all that came to the terminal, with its control codes.
func (x *Terminal) Wrote() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.wrote.String()
}

// Await waits until a text came to the terminal behind all that stood there at
// an earlier length.
func (x *Terminal) Await(t *testing.T, since int, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(x.Wrote()[since:], text) }, patience, 2*time.Millisecond, "%q in %q", text, x)
}

// String is the last of what came.
func (x *Terminal) String() string {
	all := x.Wrote()
	return all[max(0, len(all)-3000):]
}

// Type presses keys.
func (x *Terminal) Type(t *testing.T, keys string) {
	t.Helper()
	_, err := x.master.WriteString(keys)
	require.NoError(t, err)
}

// Resize makes it another size, which the command is told.
func (x *Terminal) Resize(t *testing.T, width, height uint16) {
	t.Helper()
	require.NoError(t, unix.IoctlSetWinsize(int(x.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: height, Col: width}))
}

// Signal sends the command a signal.
func (x *Terminal) Signal(t *testing.T, s os.Signal) {
	t.Helper()
	require.NoError(t, x.cmd.Process.Signal(s))
}

// Wait waits for the command's end and returns its code.
func (x *Terminal) Wait(t *testing.T) int {
	t.Helper()
	require.Eventually(t, func() bool {
		select {
		case <-x.ended:
			return true
		default:
			return false
		}
	}, patience, 2*time.Millisecond, "the command does not end: %v\n%q", x.cmd.Args, x)
	return x.cmd.ProcessState.ExitCode()
}

// Cooked says that the terminal takes lines, shows what is typed, and makes an
// interrupt of ctrl-c, as it does for a shell.
func (x *Terminal) Cooked(t *testing.T) bool {
	t.Helper()
	mode, err := unix.IoctlGetTermios(int(x.slave.Fd()), unix.TCGETS)
	require.NoError(t, err)
	const flags = unix.ICANON | unix.ECHO | unix.ISIG
	return mode.Lflag&flags == flags && mode.Iflag&unix.ICRNL != 0 && mode.Oflag&unix.OPOST != 0
}
