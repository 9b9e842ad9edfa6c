//go:build unix && !linux

package socket

import (
	"time"

	"golang.org/x/sys/unix"
)

func precise() (waiter, error) { return portable() }

func stampReceipts(int) {}

type inbox struct{}

func (*inbox) init() {}

func (*inbox) receive(fd int, b []byte) (n int, stamp int64, err error) {
	for {
		if n, err = unix.Read(fd, b); err != unix.EINTR {
			return max(n, 0), 0, err
		}
	}
}

func write(fd int, b []byte) (n int, err error) {
	for {
		if n, err = unix.Write(fd, b); err != unix.EINTR {
			return max(n, 0), err
		}
	}
}

// Sharpen does nothing here.
func Sharpen() {}

// Rest makes the calling thread sleep, whatever its connections do.
func Rest(d time.Duration) {
	_, _ = unix.Poll(nil, int((d+time.Millisecond-1)/time.Millisecond)) // a signal ends it early, which does no harm
}
