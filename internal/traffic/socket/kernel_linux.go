package socket

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// stampReceipts asks the kernel to say when bytes came. Where it does not, the
// reader's own clock has to do.
func stampReceipts(fd int) {
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
}

// inbox is what a read needs beside its buffer.
type inbox struct {
	header  unix.Msghdr
	vector  unix.Iovec
	control [64]byte
}

func (in *inbox) init() {
	in.header.Iov = &in.vector
	in.header.Iovlen = 1
	in.header.Control = &in.control[0]
}

// receive reads bytes and the instant at which the last of them came.
//
// The call never waits, so Go's scheduler is not told of it: telling costs more
// than it takes.
func (in *inbox) receive(fd int, b []byte) (n int, stamp int64, err error) {
	if len(b) == 0 {
		return 0, 0, nil
	}
	in.vector.Base = &b[0]
	in.vector.SetLen(len(b))
	in.header.SetControllen(len(in.control))
	for {
		r, _, errno := unix.RawSyscall(unix.SYS_RECVMSG, uintptr(fd), uintptr(unsafe.Pointer(&in.header)), unix.MSG_DONTWAIT)
		if errno == unix.EINTR {
			continue
		}
		if errno != 0 {
			return 0, 0, errno
		}
		return int(r), in.stamp(), nil
	}
}

// stamp reads the control message of SO_TIMESTAMPNS; 0 where there is none.
func (in *inbox) stamp() int64 {
	head := (*unix.Cmsghdr)(unsafe.Pointer(&in.control[0]))
	size := unix.CmsgLen(int(unsafe.Sizeof(unix.Timespec{})))
	if int(in.header.Controllen) < size || head.Level != unix.SOL_SOCKET || head.Type != unix.SO_TIMESTAMPNS {
		return 0
	}
	ts := (*unix.Timespec)(unsafe.Pointer(&in.control[unix.CmsgLen(0)]))
	return ts.Nano()
}

func write(fd int, b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	for {
		n, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)),
			unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
		if errno == unix.EINTR {
			continue
		}
		if errno != 0 {
			return 0, errno
		}
		return int(n), nil
	}
}

// Sharpen makes the calling thread's timers as exact as the machine's: without
// it the kernel may wake it 50 microseconds late to save a wake-up. The caller
// is to be locked to its thread.
//
// A priority above other work's was tried and rejected. On a busy machine a
// fifth fewer requests left late; but where the service runs beside it, the
// generator then kept the service from the processors, and called it slow.
func Sharpen() { _ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) }

// Rest makes the calling thread sleep, whatever its connections do.
func Rest(d time.Duration) {
	ts := unix.NsecToTimespec(int64(d))
	_ = unix.ClockNanosleep(unix.CLOCK_MONOTONIC, 0, &ts, nil) // a signal ends it early, which does no harm
}
