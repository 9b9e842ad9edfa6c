package clock

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A wall and a scaled clock run events in the same order as a stepping one,
// none before its time, and late by the machine's timers alone, which the
// fake wall does not have.
func TestEventsFollowTheWall(t *testing.T) {
	make := map[string]func() *Clock{
		"wall":      NewWall,
		"scaled 60": func() *Clock { return NewScaled(Epoch, 60) },
		"scaled ⅓":  func() *Clock { return NewScaled(Epoch, 1./3) },
	}
	for name, fresh := range make {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := fresh()
				defer c.Stop()
				start := c.Now()
				events := rapid.SliceOfNDistinct(genWhat(50), 20, 20, func(w what) what { return w }).Example(7)
				events = slices.DeleteFunc(events, func(w what) bool { return w.at == 0 }) // due at once, and so by scheduling
				var mu sync.Mutex
				var ran []what
				for _, w := range events {
					due := start.Add(w.time().Sub(Epoch))
					c.At(due, w.rank, w.key, func() {
						now := c.Now()
						require.False(t, now.Before(due), "%v before its time", due.Sub(now))
						require.Less(t, now.Sub(due), 100*time.Nanosecond)
						mu.Lock()
						defer mu.Unlock()
						ran = append(ran, w)
					})
				}
				time.Sleep(51 * 3 * time.Second)
				synctest.Wait()
				slices.SortFunc(events, byOrder)
				mu.Lock()
				defer mu.Unlock()
				require.Equal(t, events, ran)
			})
		})
	}
}

// Nothing holds a clock that follows the wall, and an event that is due does
// not run in the goroutine that schedules it, which may hold a lock.
func TestTheWallHasNoHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewWall()
		defer c.Stop()
		c.Hold("a")
		require.Empty(t, c.Holders())
		var mu sync.Mutex
		ran := false
		mu.Lock()
		c.At(c.Now(), RankPoll, 0, func() { mu.Lock(); defer mu.Unlock(); ran = true })
		mu.Unlock()
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		require.True(t, ran)
		require.True(t, c.Sleep("a", c.Now().Add(time.Hour), 0))
	})
}

// A limited clock takes its time on the wall, and no longer.
func TestLimitSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewStepping(Epoch)
		defer c.Stop()
		c.Keep("main")
		c.LimitSpeed(10)
		began := time.Now()
		for i := 1; i <= 30; i++ {
			c.Sleep("main", Epoch.Add(time.Duration(i)*time.Second), 0)
			require.Equal(t, time.Duration(i)*time.Second/10, time.Since(began))
		}
		c.LimitSpeed(0)
		c.Sleep("main", Epoch.Add(time.Hour), 0)
		require.Equal(t, 3*time.Second, time.Since(began))
	})
}

// The limit holds in each second: a process that stood still for ten seconds
// does not run ten seconds of events at once.
func TestLimitSpeedMakesUpForNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewStepping(Epoch)
		defer c.Stop()
		c.Keep("main")
		c.LimitSpeed(1)
		time.Sleep(10 * time.Second)
		began := time.Now()
		for i := 1; i <= 5; i++ {
			c.Sleep("main", Epoch.Add(time.Duration(i)*time.Second), 0)
			require.Equal(t, time.Duration(i-1)*time.Second, time.Since(began))
		}
	})
}

// An interrupt wakes a limited clock that waits for an event far off, at the
// present service time, and moves that event by nothing.
func TestAnInterruptDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewStepping(Epoch)
		defer c.Stop()
		c.Keep("main")
		c.LimitSpeed(1)
		began := time.Now()
		done := make(chan struct{})
		go func() { // ends after an hour of the fake wall
			defer close(done)
			c.Sleep("main", Epoch.Add(time.Hour), 0)
		}()
		time.Sleep(30 * time.Minute)
		interrupted := false
		c.At(c.Now(), RankInterrupt, 0, func() { interrupted = true })
		require.True(t, interrupted)
		require.Equal(t, Epoch, c.Now())
		<-done
		require.Equal(t, time.Hour, time.Since(began))
	})
}

// LimitSpeed is for the stepping clock alone.
func TestLimitSpeedElsewhere(t *testing.T) {
	c := NewScaled(Epoch, 60)
	defer c.Stop()
	c.LimitSpeed(1)
	require.Equal(t, 60., c.Speed())
	require.Equal(t, Scaled, c.Mode())
	require.Panics(t, func() { NewScaled(Epoch, 0) })
}

// A clock that follows another process's differs from it by at most half the
// shortest round trip, times the speed.
func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leader := NewScaled(Epoch, 60)
		defer leader.Stop()
		there, back := 3*time.Millisecond, 9*time.Millisecond
		c, err := Follow(func() (time.Time, float64, error) {
			time.Sleep(there)
			now := leader.Now()
			time.Sleep(back)
			there, back = there+time.Second, back+time.Second // later answers are slower
			return now, leader.Speed(), nil
		})
		require.NoError(t, err)
		defer c.Stop()
		time.Sleep(time.Hour)
		require.Equal(t, Scaled, c.Mode())
		require.InDelta(t, 0, c.Now().Sub(leader.Now()), float64(6*60*time.Millisecond))
	})
}

func TestFollowRefuses(t *testing.T) {
	_, err := Follow(func() (time.Time, float64, error) { return Epoch, 0, nil })
	require.ErrorContains(t, err, "speed is 0")
	gone := errors.New("gone")
	_, err = Follow(func() (time.Time, float64, error) { return Epoch, 1, gone })
	require.ErrorIs(t, err, gone)
}
