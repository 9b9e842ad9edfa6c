package run

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"scaleproof/internal/calibrate"
	"scaleproof/internal/clock"
	"scaleproof/internal/observe"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// What a probe looks at: its tasks, which must stay, and its metrics.
var watching = observe.Schedule{
	{Part: timeline.PartService, Period: 15 * time.Second},
	{Part: timeline.PartMetrics, Period: 15 * time.Second},
}

const (
	// latest is how long a datapoint is waited for after its minute.
	latest = 6 * time.Minute
	// mostFailed is the share of a step's requests that may fail: what fails
	// costs something else.
	mostFailed = 0.02
	// crowded is the reason of a step that was ended since requests piled up.
	crowded = "requests pile up"
	// underCeiling is the part of the ceiling that evenly spaced requests keep
	// to.
	underCeiling = 0.9
)

// stopEarly ends a step in which more than so many requests fail: a person who
// calibrates has a wrong key more often than an overloaded service.
var stopEarly = scenario.StopRule{Errors: &scenario.Errors{Above: &scenario.Share{Percent: 20}, For: scenario.Duration(10 * time.Second)}}

// probe is one calibration in progress. Its methods are called by the run's
// own goroutine, except saw, which the observer and the traffic call.
type probe struct {
	*session
	all      []plan.Kind // of the scenario, those that are not probed too
	limits   calibrate.Limits
	requests int // the most that are sent

	began   time.Time // the first minute of rest
	free    time.Time // from when on nothing of an earlier step is in a minute
	awaited time.Time // datapoints of minutes before it were waited for
	steps   int
	parts   []section // of the kinds, in their order

	guard   sync.Mutex // of what follows
	record  *calibrate.Record
	allowed int64 // requests in flight
	full    int   // windows of a second, up to the latest, with more
	ended   bool  // the step was told to end
}

// section is what is known of one kind.
type section struct {
	points float64           // of CPU that it may raise
	most   float64           // requests a second, of all tasks
	ladder *calibrate.Ladder // nil: it was not greeted
	mean   time.Duration     // latency of its first requests; zero: not known yet
	tried  time.Time         // of the latest single minute
	from   time.Time         // of the pattern, rest before it included; zero: not measured
	to     time.Time
	gone   string // why it is not measured
}

// saw takes an event of the observer or of the traffic. Requests that pile up
// and tasks that come or go end the step.
func (b *probe) saw(events ...timeline.Event) {
	b.write(events...)
	b.guard.Lock()
	defer b.guard.Unlock()
	for _, e := range events {
		b.record.Add(e)
		switch p := e.Data.(type) {
		case timeline.Window:
			if b.full++; p.InFlight <= b.allowed {
				b.full = 0
			}
			if b.full == calibrate.Lasting {
				b.end(crowded)
			}
		case timeline.Stop:
			b.clock.At(b.clock.Now(), clock.RankChange, 0, b.wake)
		}
	}
	if what, _ := b.record.Moved(); what != "" {
		b.end(what)
	}
	if b.timeline.Err() != nil {
		b.end("the timeline cannot be written")
	}
}

// end ends the present step, once.
func (b *probe) end(reason string) {
	if b.ended {
		return
	}
	b.ended = true
	b.clock.At(b.clock.Now(), clock.RankInterrupt, 0, func() { b.halt(reason, false) })
}

// errInterrupted ends a probe that a person ended.
var errInterrupted = errors.New("interrupted")

// errMoved is a service that did not stand still.
type errMoved struct{ what string }

func (e errMoved) Error() string { return e.what + " while the service was probed" }

// errFailed is a step whose requests were not answered as they should be.
type errFailed struct{ what string }

func (e errFailed) Error() string { return e.what }

// probe rests, greets each kind, climbs their ladders together, and measures one
// kind after the other. What it returns is why it ended before it was done.
func (b *probe) probe() error {
	b.began = b.minute()
	b.free, b.awaited = b.began.Add(2*time.Minute), b.began
	b.say("at rest for two minutes, to see what the service uses without us")
	if err := b.await(b.free); err != nil {
		return b.unsent(err)
	}
	if err := b.room(); err != nil {
		return b.unsent(err)
	}
	for kind := range b.parts {
		if err := b.greet(kind); err != nil {
			return err
		}
	}
	for b.climbing() {
		if err := b.climb(); err != nil {
			return err
		}
	}
	for kind := range b.parts {
		if err := b.measure(kind); err != nil {
			return err
		}
	}
	return b.await(b.free.Add(time.Minute))
}

// unsent is why a probe ended that sent nothing: it could not begin, unless a
// person did not want it to.
func (b *probe) unsent(err error) error {
	if b.interrupted() > 0 || b.broken() != nil {
		return err
	}
	return refuse(err)
}

// minute is the next whole minute of service time.
func (b *probe) minute() time.Time {
	now := b.clock.Now()
	if whole := now.Truncate(time.Minute); whole.Equal(now) {
		return now
	}
	return now.Truncate(time.Minute).Add(time.Minute)
}

// rest sleeps until an instant. It is an error where something ends it.
func (b *probe) rest(until time.Time) error {
	b.sleep(max(0, until.Sub(b.clock.Now())))
	if err := b.broken(); err != nil {
		return err
	}
	if b.interrupted() > 0 {
		return errInterrupted
	}
	b.guard.Lock()
	defer b.guard.Unlock()
	if what, _ := b.record.Moved(); what != "" {
		return errMoved{what}
	}
	return b.timeline.Err()
}

// await waits for the datapoints of the minutes before an instant. Those that
// do not come are missing from what follows.
func (b *probe) await(to time.Time) error {
	from := b.awaited
	for limit := to.Add(latest); b.clock.Now().Before(limit); {
		if !b.clock.Now().Before(to) && b.published(from, to) {
			break
		}
		if err := b.rest(b.clock.Now().Add(watching[1].Period)); err != nil {
			return err
		}
	}
	b.awaited = to
	if !slices.ContainsFunc(b.minutes(from, to), func(m calibrate.Minute) bool { return m.CPU != nil }) {
		return fmt.Errorf("CloudWatch has no CPU datapoint of service %s of the minutes from %s to %s", b.plan.Service, from.Format(time.TimeOnly), to.Format(time.TimeOnly))
	}
	return nil
}

func (b *probe) published(from, to time.Time) bool {
	b.guard.Lock()
	defer b.guard.Unlock()
	return b.record.Published(from, to)
}

func (b *probe) minutes(from, to time.Time) []calibrate.Minute {
	b.guard.Lock()
	defer b.guard.Unlock()
	return b.record.Minutes(from, to)
}

// say tells how the probe goes.
func (b *probe) say(format string, args ...any) {
	fmt.Fprintf(b.con.Err, "%s  %s\n", b.clock.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}
