package judge

import (
	"encoding/json"
	"time"

	"scaleproof/internal/timeline"
)

// Figures are what a run comes to in numbers, over its traffic. They are told
// and not judged. Tasks over time are task-seconds: one task for one second.
type Figures struct {
	Length Seconds `json:"length"` // of the traffic
	Unseen Seconds `json:"unseen"` // of it, in which the counts were not looked at often enough: they hold as last seen

	Asked    Seconds `json:"asked"`    // what the load asked for
	Ran      Seconds `json:"ran"`      // what ran
	Under    Seconds `json:"under"`    // what was asked for and did not run
	Starting Seconds `json:"starting"` // of Under, what was ordered and had not started
	Over     Seconds `json:"over"`     // what ran and was not asked for
	Stopping Seconds `json:"stopping"` // of Over, what was ordered away and had not stopped
	// UnderFor and OverFor are for how long there was any of either.
	UnderFor Seconds `json:"under_for"`
	OverFor  Seconds `json:"over_for"`
	// Elasticity is how closely the running tasks followed what the load asked
	// for: 100 less the share that Under and Over are of Asked and Ran.
	Elasticity Score `json:"elasticity"`

	Outs      int `json:"outs"`      // orders for more tasks
	Ins       int `json:"ins"`       // orders for fewer
	Turns     int `json:"turns"`     // orders that went the other way than the one before
	Overshoot int `json:"overshoot"` // the most tasks ordered beyond the most that the load had asked for by then

	Settling []Settling `json:"settling,omitempty"` // of each stage
	Cost     Cost       `json:"cost"`
}

// Settling is how long a stage took to settle.
type Settling struct {
	Stage string `json:"stage"`
	// After is how long after the stage began the running tasks were for the
	// last time other than the load asked for; nil where they were at its end.
	After *Seconds `json:"after,omitempty"`
}

// Score is a share of a hundred in tenths: 784 is 78.4 and is written so.
type Score int64

// MarshalJSON writes the number; the one division is the same on every machine.
func (s Score) MarshalJSON() ([]byte, error) { return json.Marshal(float64(s) / 10) }

// elasticity is the score of what was asked for, of what ran, and of the
// task-time by which the two differ. It is 100 where they are one and falls
// with every task-second that is missing or too many; 0 where nothing was.
//
// Note: two shares, of the time and of the tasks, too few and too many, are what
// the literature has. They do not rank two settings of which one is better by
// one and the other by another, and a weighted sum of them needs weights that
// nobody can defend. This is the overlap of the two areas (Dice's coefficient):
// the harmonic mean of the share of the asked that ran and of the share of what
// ran that was asked for.
func elasticity(asked, ran, differ time.Duration) Score {
	a, r, d := asked.Milliseconds(), ran.Milliseconds(), differ.Milliseconds()
	if a+r <= 0 {
		return 0
	}
	return Score(((a+r-d)*1000 + (a+r)/2) / (a + r))
}

// figures adds up the run; nil where there is nothing to add up: no traffic, or
// nobody looked at the tasks.
func (f *facts) figures() *Figures {
	if f.loadOnly || f.from.IsZero() || !f.to.After(f.from) || len(f.course.Running) == 0 {
		return nil
	}
	x := Figures{Length: Seconds(f.to.Sub(f.from))}
	x.provision(f.need(), f.course, f.to.Sub(f.from))
	for _, h := range f.holes(timeline.PartService, f.from, f.to) {
		x.Unseen += Seconds(earlier(h.to, f.to).Sub(later(h.from, f.from)))
	}
	x.orders(f)
	x.Settling = f.settling()
	x.Cost = f.cost(time.Duration(x.Ran))
	return &x
}

// provision compares what was asked for with what ran.
func (x *Figures) provision(need timeline.Curve, got timeline.Course, length time.Duration) {
	timeline.Along(length, func(from, to time.Duration) {
		n, _ := need.At(from)
		ran, seen := got.Running.At(from)
		desired, _ := got.Desired.At(from)
		if !seen {
			return
		}
		times := func(tasks int64) Seconds { return Seconds(time.Duration(max(tasks, 0)) * (to - from)) }
		x.Asked += times(n)
		x.Ran += times(ran)
		x.Under += times(n - ran)
		x.Starting += times(min(n, desired) - ran)
		x.Over += times(ran - n)
		x.Stopping += times(ran - max(n, desired))
		if ran < n {
			x.UnderFor += times(1)
		}
		if ran > n {
			x.OverFor += times(1)
		}
	}, need, got.Running, got.Desired)
	x.Elasticity = elasticity(time.Duration(x.Asked), time.Duration(x.Ran), time.Duration(x.Under+x.Over))
}

// orders counts the orders of the traffic.
func (x *Figures) orders(f *facts) {
	need, most := f.need(), int64(f.plan.Bounds.Min)
	all := f.during(f.from, f.to, func(o order) bool { return o.out() || o.in() })
	for i, o := range all {
		if i > 0 && all[i-1].out() != o.out() {
			x.Turns++
		}
		if o.in() {
			x.Ins++
			continue
		}
		x.Outs++
		for _, p := range need {
			if !f.from.Add(p.At).After(o.at) {
				most = max(most, p.Value)
			}
		}
		x.Overshoot = max(x.Overshoot, o.to-int(most))
	}
}

// settling lists, for each stage that ran to its end, when it settled. Of a
// recorded demand, which never stands still, it lists nothing.
func (f *facts) settling() (list []Settling) {
	need := f.need()
	for _, s := range f.stages {
		if !s.whole || len(s.Course) > 0 {
			continue
		}
		begin, end, last := s.from.Sub(f.from), s.to.Sub(f.from), time.Duration(0)
		timeline.Along(end, func(from, to time.Duration) {
			n, _ := need.At(from)
			ran, seen := f.course.Running.At(from)
			if to > begin && !(seen && settledOn(max(n, int64(f.plan.Bounds.Min)), ran)) {
				last = to - begin
			}
		}, need, f.course.Running)
		x := Settling{Stage: s.Name}
		if last < s.For {
			x.After = seconds(last)
		}
		list = append(list, x)
	}
	return list
}
