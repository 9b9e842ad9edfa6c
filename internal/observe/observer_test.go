package observe_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"scaleproof/internal/clock"
	"scaleproof/internal/observe"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// script answers by a function, and counts what is asked at one time.
type script func(a observe.Ask) (scaling.Look, error)

func (f script) Look(_ context.Context, a observe.Ask) (scaling.Look, error) { return f(a) }

func TestObserverPollsOnASteppingClock(t *testing.T) {
	c := clock.NewStepping(clock.Epoch)
	c.Keep("run")
	var asked []string
	o := observe.Start(observe.Config{
		Clock: c, Service: web, Start: clock.Epoch,
		Source: script(func(a observe.Ask) (scaling.Look, error) {
			asked = append(asked, fmt.Sprintf("%v %s", c.Now().Sub(clock.Epoch), a.Part))
			return scaling.Look{At: c.Now(), Service: &scaling.ServiceState{}, Targets: &scaling.TargetStates{}}, nil
		}),
		Emit:     func(timeline.Event) {},
		Schedule: observe.Schedule{{Part: timeline.PartService, Period: 10 * time.Second}, {Part: timeline.PartAlarms, Period: 15 * time.Second}},
	})
	require.Empty(t, asked, "the caller holds the clock")
	require.True(t, c.Sleep("run", at(20), 0))
	o.Stop("run")
	require.Equal(t, []string{"0s service", "0s alarms", "10s service", "15s alarms"}, asked, "the run's own events come before the poll of the instant")
	require.True(t, c.Sleep("run", at(100), 0))
	require.Len(t, asked, 4, "stopped")
	require.Equal(t, []string{"run"}, c.Holders())
}

// While an answer is delayed in service time the clock goes on, and the poll
// after it takes on what fell due: one poll at a time.
func TestObserverWaitsOutADelayedAnswer(t *testing.T) {
	c := clock.NewStepping(clock.Epoch)
	c.Keep("run")
	var asked []string
	var events []timeline.Event
	first := true
	o := observe.Start(observe.Config{
		Clock: c, Service: web, Start: clock.Epoch,
		Source: script(func(a observe.Ask) (scaling.Look, error) {
			asked = append(asked, fmt.Sprintf("%v %s", c.Now().Sub(clock.Epoch), a.Part))
			if first {
				first = false
				c.Sleep("poll "+web.String(), at(25), 0)
			}
			return scaling.Look{At: c.Now(), Service: &scaling.ServiceState{}}, nil
		}),
		Emit:     func(e timeline.Event) { events = append(events, e) },
		Schedule: observe.Schedule{{Part: timeline.PartService, Period: 10 * time.Second}},
	})
	require.True(t, c.Sleep("run", at(35), 0))
	o.Stop("run")
	require.Equal(t, []string{"0s service", "25s service", "30s service"}, asked)
	last := events[len(events)-1].Data.(timeline.Heartbeat)
	require.Equal(t, 3, last.Looks)
	require.Equal(t, at(25), last.From)
}

// Stop waits for a poll whose answer time must pass for.
func TestObserverStopsWithinAPoll(t *testing.T) {
	c := clock.NewStepping(clock.Epoch)
	c.Keep("run")
	o := observe.Start(observe.Config{
		Clock: c, Service: web, Start: clock.Epoch, Emit: func(timeline.Event) {},
		Source: script(func(a observe.Ask) (scaling.Look, error) {
			c.Sleep("poll "+web.String(), at(25), 0)
			return scaling.Look{At: c.Now(), Service: &scaling.ServiceState{}}, nil
		}),
		Schedule: observe.Schedule{{Part: timeline.PartService, Period: 10 * time.Second}},
	})
	require.True(t, c.Sleep("run", at(5), 0))
	o.Stop("run")
	require.Equal(t, at(25), c.Now())
	require.Equal(t, []string{"run"}, c.Holders())
}

// On a clock that runs by itself nobody holds anything, and polls go on until
// they are stopped.
func TestObserverOnAClockThatRuns(t *testing.T) {
	c := clock.NewScaled(clock.Epoch, 1000)
	defer c.Stop()
	var mu sync.Mutex
	asked := 0
	enough := make(chan struct{})
	o := observe.Start(observe.Config{
		Clock: c, Service: web, Start: clock.Epoch, Emit: func(timeline.Event) {},
		Source: script(func(a observe.Ask) (scaling.Look, error) {
			mu.Lock()
			defer mu.Unlock()
			if asked++; asked == 5 {
				close(enough)
			}
			return scaling.Look{At: c.Now(), Service: &scaling.ServiceState{}}, nil
		}),
		Schedule: observe.Schedule{{Part: timeline.PartService, Period: 10 * time.Second}},
	})
	<-enough
	o.Stop("run")
	mu.Lock()
	defer mu.Unlock()
	require.GreaterOrEqual(t, asked, 5)
}

// A stopped observer leaves no goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
