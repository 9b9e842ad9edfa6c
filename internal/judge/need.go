package judge

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// need is how many tasks the load asks for, over the traffic: as many as its
// demand is at the policies' targets, rounded up, and never so few that a task's
// CPU would come near its limit, whatever the policies watch. At least one. It
// is the plan's load and not the metrics', so that it does not depend on how
// the service answered; the bounds do not cut it.
func (f *facts) need() (c timeline.Curve) {
	room := f.roomOfTask()
	at := func(s stage, t time.Time) {
		n := (f.demand(t, "") + 999) / 1000
		if room > 0 {
			n = max(n, (f.scheduledAt(t, scaled(f.plan.LoadAt(s.Stage, t.Sub(s.from)).MilliCPU, 1000))+room-1)/room)
		}
		p := timeline.Point{At: t.Sub(f.from).Round(time.Millisecond), Value: max(n, 1)}
		if k := len(c); k == 0 || c[k-1].Value != p.Value && c[k-1].At < p.At {
			c = append(c, p)
		}
	}
	for _, s := range f.stages {
		if s.seq == 0 || !s.from.Before(f.to) {
			break
		}
		for _, t := range f.instants(s) {
			at(s, t)
		}
	}
	return c
}

// instants are those at which the need of a stage is worked out, in order: where
// it or a step of its course begins, each second of a ramp, and each change of
// the rate.
func (f *facts) instants(s stage) (list []time.Time) {
	ramp := func(begin time.Time, length time.Duration) {
		list = append(list, begin)
		for t := begin; t.Before(begin.Add(length)); {
			t = t.Add(time.Second)
			list = append(list, t)
		}
	}
	ramp(s.from, s.Ramp)
	for _, step := range s.Course {
		ramp(s.from.Add(step.Start), step.Ramp)
	}
	for _, c := range f.rates {
		if c.at.After(s.from) && c.at.Before(s.to) {
			i, _ := slices.BinarySearchFunc(list, c.at, time.Time.Compare)
			list = slices.Insert(list, i, c.at)
		}
	}
	return list
}

// roomOfTask is the CPU work by requests, in millionths of a vCPU, that takes a
// task near its limit; 0 where the plan does not know its tasks.
func (f *facts) roomOfTask() int64 {
	t := f.plan.Task
	share := float64(nearLimit*f.plan.MostCPU()/100) - float64(100*t.Idle) // percent
	return max(scaled(float64(share*t.VCPU), 1e4), 0)
}

// nearLimit is where a task's CPU comes near its limit, in percent of the most
// that it can show: as saturation has it.
const nearLimit = 90.0
