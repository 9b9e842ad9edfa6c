package socket

import (
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// precise waits by epoll_pwait2, whose time-out is in nanoseconds; on a kernel
// that has none (before 5.11) by poll.
func precise() (waiter, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	e := &epoll{fd: fd}
	if _, err := e.pwait2(0, false); err == unix.ENOSYS || err == unix.EPERM {
		unix.Close(fd)
		return portable()
	}
	return e, nil
}

type epoll struct {
	fd      int
	timeout unix.Timespec
	events  [64]unix.EpollEvent
}

func (e *epoll) control(op, fd int, token int32, events uint32) error {
	err := unix.EpollCtl(e.fd, op, fd, &unix.EpollEvent{Events: events, Fd: token})
	return os.NewSyscallError("epoll_ctl", err)
}

func (e *epoll) add(fd int, token int32) error {
	return e.control(unix.EPOLL_CTL_ADD, fd, token, unix.EPOLLIN)
}

func (e *epoll) watch(fd int, token int32, write bool) error {
	events := uint32(unix.EPOLLIN)
	if write {
		events |= unix.EPOLLOUT
	}
	return e.control(unix.EPOLL_CTL_MOD, fd, token, events)
}

func (e *epoll) remove(fd int) { _ = e.control(unix.EPOLL_CTL_DEL, fd, 0, 0) } // one that is broken is gone already

func (e *epoll) wait(d time.Duration, events []Event) ([]Event, error) {
	n, err := e.pwait2(d, true)
	if err == unix.EINTR {
		return events, nil
	}
	if err != nil {
		return nil, os.NewSyscallError("epoll_pwait2", err)
	}
	for i := range e.events[:n] {
		got := &e.events[i]
		events = append(events, Event{
			Token:    got.Fd,
			Readable: got.Events&^unix.EPOLLOUT != 0,
			Writable: got.Events&unix.EPOLLOUT != 0,
		})
	}
	return events, nil
}

// pwait2 tells Go's scheduler of the system call only where it will wait:
// looking alone takes less time than telling.
func (e *epoll) pwait2(d time.Duration, may bool) (int, error) {
	var timeout *unix.Timespec
	if d >= 0 {
		e.timeout = unix.NsecToTimespec(int64(d))
		timeout = &e.timeout
	}
	var n uintptr
	var errno syscall.Errno
	if may && d != 0 {
		n, _, errno = unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(e.fd), uintptr(unsafe.Pointer(&e.events[0])),
			uintptr(len(e.events)), uintptr(unsafe.Pointer(timeout)), 0, 0)
	} else {
		n, _, errno = unix.RawSyscall6(unix.SYS_EPOLL_PWAIT2, uintptr(e.fd), uintptr(unsafe.Pointer(&e.events[0])),
			uintptr(len(e.events)), uintptr(unsafe.Pointer(timeout)), 0, 0)
	}
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

func (e *epoll) precision() time.Duration { return 10 * time.Microsecond }

func (e *epoll) close() { unix.Close(e.fd) }
