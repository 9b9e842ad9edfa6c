package socket

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// portable waits by poll(2).
func portable() (waiter, error) { return &poll{at: map[int]int{}}, nil }

// poll is every Unix's way: a list that the kernel walks each time.
type poll struct {
	fds    []unix.PollFd
	tokens []int32
	at     map[int]int // descriptor to its place in both
}

func (p *poll) add(fd int, token int32) error {
	p.at[fd] = len(p.fds)
	p.fds = append(p.fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLIN})
	p.tokens = append(p.tokens, token)
	return nil
}

func (p *poll) watch(fd int, _ int32, write bool) error {
	events := int16(unix.POLLIN)
	if write {
		events |= unix.POLLOUT
	}
	p.fds[p.at[fd]].Events = events
	return nil
}

func (p *poll) remove(fd int) {
	i, last := p.at[fd], len(p.fds)-1
	p.fds[i], p.tokens[i] = p.fds[last], p.tokens[last]
	p.at[int(p.fds[i].Fd)] = i
	p.fds, p.tokens = p.fds[:last], p.tokens[:last]
	delete(p.at, fd)
}

// wait rounds up to a millisecond: it ends late rather than spins.
func (p *poll) wait(d time.Duration, events []Event) ([]Event, error) {
	ms := -1
	if d >= 0 {
		ms = int(min((d+time.Millisecond-1)/time.Millisecond, 1<<30))
	}
	n, err := unix.Poll(p.fds, ms)
	if err == unix.EINTR {
		return events, nil
	}
	if err != nil {
		return nil, os.NewSyscallError("poll", err)
	}
	for i := 0; n > 0 && i < len(p.fds); i++ {
		if got := p.fds[i].Revents; got != 0 {
			n--
			events = append(events, Event{
				Token:    p.tokens[i],
				Readable: got&^unix.POLLOUT != 0,
				Writable: got&unix.POLLOUT != 0,
			})
		}
	}
	return events, nil
}

func (p *poll) precision() time.Duration { return time.Millisecond }

func (p *poll) close() {}
