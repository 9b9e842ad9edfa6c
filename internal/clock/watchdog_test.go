package clock

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func ticks(c *Clock, n int) (stuck string, ok bool) {
	for range n {
		if stuck, ok = c.tick(); ok {
			return stuck, true
		}
	}
	return "", false
}

// The watchdog names the holder through which nothing moved in five ticks;
// not one that moves, nor one whom it does not watch.
func TestWatchdogNamesTheHolder(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Keep("main")
	c.Hold("moves")
	c.Hold("again")
	c.Hold("stuck")
	for range patience - 1 {
		c.Moved("moves")
		c.Hold("again")
		_, ok := c.tick()
		require.False(t, ok)
	}
	c.Moved("moves")
	c.Hold("again")
	id, ok := c.tick()
	require.True(t, ok)
	require.Equal(t, "stuck", id)
}

// Time alone trips nothing: what is given up in time, and taken anew, counts
// from the beginning, and the run's own goroutine may work as long as it likes.
func TestWatchdogIsPatient(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Keep("main")
	for range 10 {
		c.Hold("call")
		_, ok := ticks(c, patience-1)
		require.False(t, ok)
		c.Release("call")
	}
	_, ok := ticks(c, 100)
	require.False(t, ok)
}

// An event's function that blocks stops every clock; it is told apart.
func TestWatchdogFindsABlockedEvent(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	entered, leave, left := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() { // ends when the function is let go
		defer close(left)
		c.At(Epoch, RankPoll, 0, func() { close(entered); <-leave })
	}()
	<-entered
	stuck, ok := ticks(c, patience+1) // the first tick sees that an event began
	close(leave)
	<-left
	require.True(t, ok)
	require.Equal(t, StuckEvent, stuck)
}

// A goroutine that waits for a wake which nobody will send.
func TestWatchdogFindsALostWake(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Hold("a")
	w := c.Waiter("a")
	done, ended := make(chan struct{}), make(chan struct{})
	go func() { // ends with done
		defer close(ended)
		w.Wait(done)
	}()
	for len(c.Holders()) > 0 {
		runtime.Gosched()
	}
	stuck, ok := ticks(c, patience+1)
	close(done)
	<-ended
	require.True(t, ok)
	require.Equal(t, StuckNobody, stuck)
}

// Watch ticks by itself and tells of each hold that is stuck; the fake wall
// shows that it took five seconds, and five more until it tells again. A clock
// that follows the wall is not watched.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewStepping(Epoch)
		defer c.Stop()
		c.Hold("stuck")
		c.Hold("stuck too")
		began := time.Now()
		found := make(chan string, 9)
		c.Watch(func(id string) { found <- id })
		for n := range 2 {
			require.Equal(t, "stuck", <-found)
			require.Equal(t, "stuck too", <-found)
			require.Equal(t, time.Duration(n+1)*patience*time.Second, time.Since(began))
		}
		c.Stop()

		w := NewWall()
		defer w.Stop()
		w.Hold("stuck")
		w.Watch(func(string) { t.Error("a wall clock has no holds") })
		time.Sleep(time.Minute)
	})
}
