package clock

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A wake before the wait leaves the hold where it is: the clock must not move
// between the two.
func TestWakeBeforeWait(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Hold("a")
	w := c.Waiter("a")
	require.True(t, w.Wake())
	require.False(t, w.Wake())
	c.At(Epoch.Add(time.Second), RankPoll, 0, func() { t.Error("an event ran between wake and wait") })
	require.True(t, w.Wait(nil))
	require.Equal(t, []string{"a"}, c.Holders())
}

// Whoever wins, a goroutine that was woken holds the clock when it goes on,
// and no event came between. (It shows what must hold; that Wait looks and
// gives up its hold in one step is for the reader to see: the moment between
// two steps is a few nanoseconds wide, and this test does not hit it.)
func TestWakeAndWaitRace(t *testing.T) {
	for n := range 5000 {
		c := NewStepping(Epoch)
		c.Hold("a")
		c.Hold("b")
		moved := false
		c.At(Epoch.Add(time.Second), RankPoll, 0, func() { moved = true })
		w := c.Waiter("a")
		var ready atomic.Bool
		go func() { // ends at once
			ready.Store(true)
			for range n % 100 { // another moment each time
				ready.Load()
			}
			w.Wake()
			c.Release("b")
		}()
		for !ready.Load() {
			runtime.Gosched()
		}
		require.True(t, w.Wait(nil))
		require.Contains(t, c.Holders(), "a")
		c.mu.Lock()
		require.False(t, moved)
		c.mu.Unlock()
		c.Stop()
	}
}

// A waiter whose done is closed returns without the hold, and a wake that
// comes later takes none for it.
func TestWaitEndsWithDone(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Hold("a")
	w := c.Waiter("a")
	done := make(chan struct{})
	close(done)
	require.False(t, w.Wait(done))
	require.False(t, w.Wake())
	require.Empty(t, c.Holders())
}

// Polls run while the run's own goroutine sleeps, those of the very instant
// at which it wakes included only after it.
func TestSleep(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Keep("main")
	polls := 0
	for i := range 4 {
		c.At(Epoch.Add(time.Duration(i)*time.Minute), RankPoll, 0, func() { polls++ })
	}
	require.True(t, c.Sleep("main", Epoch.Add(2*time.Minute), 0))
	require.Equal(t, 2, polls)
	require.Equal(t, Epoch.Add(2*time.Minute), c.Now())
	require.True(t, c.Sleep("main", Epoch, 0), "an instant that is past is now")
	require.Equal(t, 2, polls, "polls come after changes")
	require.True(t, c.kept("main"), "it sleeps as it held: unwatched")
}

// Stop ends all: who sleeps or waits returns, and no event runs afterwards.
func TestStopEndsAll(t *testing.T) {
	c := NewStepping(Epoch)
	c.Hold("busy")
	slept, waited := make(chan bool), make(chan bool)
	c.Hold("sleeper")
	c.Hold("waiter")
	go func() { slept <- c.Sleep("sleeper", Epoch.Add(time.Hour), 0) }() // ends with Stop
	go func() { waited <- c.Waiter("waiter").Wait(nil) }()               // ends with Stop
	c.Stop()
	c.Stop()
	require.False(t, <-slept)
	require.False(t, <-waited)
	c.At(Epoch, RankPoll, 0, func() { t.Error("an event ran on a stopped clock") })
	c.Release("busy")
	<-c.Stopped()
	require.Equal(t, Epoch, c.Now())
}

// An event may stop the clock that runs it.
func TestStopFromAnEvent(t *testing.T) {
	c := NewStepping(Epoch)
	c.Keep("test")
	c.At(Epoch, RankInterrupt, 0, c.Stop)
	c.At(Epoch, RankPoll, 0, func() { t.Error("an event ran on a stopped clock") })
	c.Release("test")
	<-c.Stopped()
}
