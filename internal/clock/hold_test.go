package clock

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The holds are a set: never negative, however often one is taken or given up;
// events run exactly when it is empty, all that wait, and none before.
func TestHoldsAreASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewStepping(Epoch)
		defer c.Stop()
		held := map[string]bool{}
		waiting, ran := 0, 0
		id := rapid.SampledFrom([]string{"a", "b", "c"})
		settle := func() {
			if len(held) == 0 {
				waiting = 0
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"hold":    func(t *rapid.T) { n := id.Draw(t, "id"); c.Hold(n); held[n] = true },
			"keep":    func(t *rapid.T) { n := id.Draw(t, "id"); c.Keep(n); held[n] = true },
			"release": func(t *rapid.T) { n := id.Draw(t, "id"); delete(held, n); c.Release(n); settle() },
			"at": func(t *rapid.T) {
				waiting++
				c.At(c.Now().Add(time.Second), RankPoll, 0, func() {
					require.Empty(t, c.Holders(), "an event ran while something held the clock")
					ran++
				})
				settle()
			},
			"": func(t *rapid.T) {
				require.Equal(t, slices.Sorted(maps.Keys(held)), nilIfEmpty(c.Holders()))
				require.Len(t, c.queue.heap, waiting)
				require.Equal(t, uint64(ran), c.Stats().Events)
			},
		})
	})
}

func nilIfEmpty(s []string) []string {
	if len(s) == 0 {
		return nil
	}
	return s
}

// end is how a request of TestEveryPathEndsTheHold ends.
type end int

const (
	answered end = iota
	reset        // the connection breaks while it is parked: its waker only lets it go
	refused      // it never parks
	delayed      // a fault parks its answer once more
	timedOut     // the deadline comes while it is parked
	ends
)

// Requests in the shape of the real ones: an arrival's event takes the hold,
// a goroutine parks in the service, and one of five ends gives the hold up.
// Whatever the mix, no event runs while anything holds, nothing holds in the
// end, every request ends once, and a second run ends them in the same order.
func TestEveryPathEndsTheHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		requests := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) request {
			return request{
				due:  rapid.IntRange(0, 5).Draw(t, "due"),
				wait: rapid.IntRange(0, 5).Draw(t, "wait"),
				end:  end(rapid.IntRange(0, int(ends)-1).Draw(t, "end")),
			}
		}), 1, 12).Draw(t, "requests")
		first := play(t, requests)
		require.Len(t, first, len(requests))
		require.Equal(t, first, play(t, requests))
	})
}

type request struct {
	due, wait int // seconds
	end       end
}

func play(t require.TestingT, requests []request) (log []string) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Keep("test")
	var mu sync.Mutex
	var all sync.WaitGroup
	over := func(n int, how string) {
		mu.Lock()
		defer mu.Unlock()
		log = append(log, fmt.Sprint(n, " ", how, " ", c.Now().Sub(Epoch)))
	}
	at := func(when time.Time, rank Rank, key int, fn func()) Event {
		return c.At(when, rank, uint64(key), func() {
			require.Empty(t, c.Holders())
			fn()
		})
	}
	for n, r := range requests {
		id := fmt.Sprint("req-", n)
		due := Epoch.Add(time.Duration(r.due) * time.Second)
		later := due.Add(time.Duration(r.wait) * time.Second)
		serve := func() {
			defer all.Done()
			if r.end == refused {
				over(n, "refused")
				c.Release(id)
				return
			}
			w := c.Waiter(id)
			closed := make(chan struct{})
			switch r.end {
			case timedOut:
				at(later, RankDeadline, n, func() { c.Hold(id); over(n, "timed out"); close(closed) })
			default:
				at(later, RankAnswer, n, func() { w.Wake() })
			}
			if !w.Wait(closed) {
				c.Release(id) // the far end saw the close
				return
			}
			if r.end == delayed {
				c.Sleep(id, later.Add(time.Second), uint64(n))
			}
			if r.end == reset {
				over(n, "reset")
			} else {
				over(n, "answered")
			}
			c.Release(id)
		}
		all.Add(1)
		at(due, RankArrival, n, func() { c.Hold(id); go serve() }) // ends with its request
	}
	c.Release("test")
	all.Wait()
	require.Empty(t, c.Holders())
	return log
}

// Of a completion and a deadline at one instant the completion comes first
// and withdraws the deadline.
func TestCompletionWithdrawsTheDeadline(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Keep("test")
	later := Epoch.Add(time.Second)
	deadline := c.At(later, RankDeadline, 1, func() { t.Error("the deadline ran") })
	w := c.Waiter("test")
	c.At(later, RankAnswer, 1, func() { w.Wake() })
	require.True(t, w.Wait(nil))
	require.True(t, c.Cancel(deadline))
	c.Release("test")
}
