package plan

import (
	"fmt"
	"math"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// saturation notes load beyond what the running tasks can do, for as long as
// no order may have added to them.
func (b *builder) saturation(i int, s Stage) {
	most, before := b.p.MostCPU(), b.p.Before(i)
	full := scaling.Alarm{Threshold: most, Comparison: scaling.GreaterThan}
	begins, ok := b.p.Crossing(s, full, before)
	if !ok || most <= 0 {
		return
	}
	wanted := b.p.Metric("cpu", b.p.Full(s), before)
	until := s.For
	if pol, ok := b.p.Policy("cpu"); ok {
		high, _ := AssumedAlarms(pol)
		if crossing, ok := b.p.Crossing(s, high, before); ok {
			until = min(until, b.p.ToHealthy(Reaction(high, crossing)).Total())
		}
	}
	if until <= begins {
		return
	}
	text := fmt.Sprintf("%s on the %s that may still run is %s %% CPU, beyond the %s %% at which they saturate: from %s to at most %s into the stage queues grow",
		tasksWorth(s.CPUTasks), tasks(before), figure(wanted), figure(most), short(begins), short(until))
	if timeout := b.healthTimeout(); timeout > 0 {
		if lost := queued(timeout, wanted/most-1, s.Ramp-begins); lost < until-begins {
			text += fmt.Sprintf(", and after some %s of it health checks (time-out %s) are missed", short(lost), short(timeout))
		} else {
			text += fmt.Sprintf("; not for long enough that health checks (time-out %s) are missed", short(timeout))
		}
	}
	b.note(s.Name, scenario.Pos{}, "%s", text)
}

// unwatched notes CPU that would ask for more tasks, were its policy to stand.
func (b *builder) unwatched(i int, s Stage) {
	pol, defined := b.service.Policies["cpu"]
	if _, stands := b.p.Policy("cpu"); stands || !defined || len(b.p.Policies) == 0 {
		return
	}
	before := max(b.p.Before(i), b.p.Tasks(s))
	if s.CPUTasks > float64(before) {
		b.note(s.Name, scenario.Pos{}, "CPU comes to %s %% on %s, above the %s %% of the CPU policy that the environment defines and this run does not ask for",
			figure(b.p.Metric("cpu", b.p.Full(s), before)), tasks(before), figure(pol.Target))
	}
}

// queued is when a queue comes to hold a length of work, where work exceeds
// what the workers do by a share that grows from nothing to excess within
// ramp, and stays there.
func queued(length time.Duration, excess float64, ramp time.Duration) time.Duration {
	work, r := length.Seconds(), max(0, ramp.Seconds())
	var t float64
	if inRamp := float64(excess * r / 2); work <= inRamp {
		t = math.Sqrt(2 * work * r / excess)
	} else {
		t = r + (work-inRamp)/excess
	}
	return time.Duration(min(t, float64(longestQueue/time.Second)) * 1e9)
}

const longestQueue = 1000 * time.Hour // longer than any stage

func (b *builder) healthTimeout() time.Duration {
	if b.env.Emulator == nil {
		return 0
	}
	return b.env.Emulator.HealthCheck.Timeout.Std()
}
