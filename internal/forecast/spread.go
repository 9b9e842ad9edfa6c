package forecast

import (
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// Spread is a number over seeds. Seeds is how many of them have one; with none
// the rest means nothing.
type Spread struct {
	Least  float64 `json:"least"`
	Median float64 `json:"median"`
	Most   float64 `json:"most"`
	Seeds  int     `json:"seeds"`
}

// over is the spread of a number of each run; ok is false where it has none.
func over(runs []Run, of func(Run) (v float64, ok bool)) Spread {
	var list []float64
	for _, r := range runs {
		if v, ok := of(r); ok {
			list = append(list, v)
		}
	}
	return spread(list)
}

func spread(list []float64) (s Spread) {
	if s.Seeds = len(list); s.Seeds == 0 {
		return s
	}
	slices.Sort(list)
	s.Least, s.Most = list[0], list[len(list)-1]
	s.Median = list[(len(list)-1)/2] // one that occurred
	return s
}

// Band is a value over time over seeds: at every instant each seed's lies
// between Least and Most, and half of them at or below Median.
type Band struct {
	Least  timeline.Curve `json:"least"`
	Median timeline.Curve `json:"median"`
	Most   timeline.Curve `json:"most"`
}

// Courses are the bands that a forecast draws.
type Courses struct {
	Load     timeline.Curve `json:"load"`     // planned, thousandths of a request per second; the same for every seed
	Desired  Band           `json:"desired"`  // tasks
	Running  Band           `json:"running"`  // tasks
	CPU      Band           `json:"cpu"`      // thousandths of a percent, as CloudWatch has it
	Requests Band           `json:"requests"` // thousandths of a request per target and minute
	P50      Band           `json:"p50"`      // microseconds
	P99      Band           `json:"p99"`      // microseconds
	Length   time.Duration  `json:"length"`   // the longest course's
}

func coursesOf(p *plan.Plan, runs []Run) (c Courses) {
	for _, r := range runs {
		c.Length = max(c.Length, r.Course.Length)
	}
	band := func(of func(Run) timeline.Curve) Band { return bandOf(runs, c.Length, of) }
	c.Load = load(p)
	c.Desired = band(func(r Run) timeline.Curve { return r.Course.Desired })
	c.Running = band(func(r Run) timeline.Curve { return r.Course.Running })
	c.CPU = band(func(r Run) timeline.Curve { return r.Course.CPU.Points })
	c.Requests = band(func(r Run) timeline.Curve { return r.Course.Requests.Points })
	c.P50 = band(func(r Run) timeline.Curve { return r.Latency.P50 })
	c.P99 = band(func(r Run) timeline.Curve { return r.Latency.P99 })
	return c
}

// bandOf spans the curves of all runs. A run that ended earlier than others, as
// one that a safety rule stopped, is in the band as long as it lasted.
func bandOf(runs []Run, until time.Duration, of func(Run) timeline.Curve) (b Band) {
	curves, bounds := make([]timeline.Curve, len(runs)), make([]timeline.Curve, len(runs))
	for i, r := range runs {
		curves[i] = of(r)
		bounds[i] = timeline.Curve{{At: r.Course.Length}}
	}
	timeline.Along(until, func(from, _ time.Duration) {
		var values []int64
		for i, c := range curves {
			if v, ok := c.At(from); ok && from < runs[i].Course.Length {
				values = append(values, v)
			}
		}
		if n := len(values); n > 0 {
			slices.Sort(values)
			b.Least = grown(b.Least, from, values[0])
			b.Median = grown(b.Median, from, values[(n-1)/2])
			b.Most = grown(b.Most, from, values[n-1])
		}
	}, append(curves, bounds...)...)
	return b
}

// load is the planned load, in steps of a 200th of the traffic, and where a
// curve turns.
func load(p *plan.Plan) (c timeline.Curve) {
	step := max(p.Total()/200, time.Second).Round(time.Second)
	var instants []time.Duration
	for at := time.Duration(0); at < p.Total(); at += step {
		instants = append(instants, at)
	}
	for _, s := range p.Stages {
		if len(s.Course) > mostTurns {
			continue // a recording: a picture has no room for more
		}
		for _, turn := range s.Course {
			instants = append(instants, s.Start+turn.Start)
		}
	}
	slices.Sort(instants)
	for _, at := range slices.Compact(instants) {
		if i := p.StageAt(at); i >= 0 {
			c = grown(c, at, int64(p.LoadAt(p.Stages[i], at-p.Stages[i].Start).PerMinute*1000/60+0.5))
		}
	}
	return grown(c, p.Total(), 0)
}

// mostTurns is how many steps of a curve are drawn each.
const mostTurns = 500

// Stage is what a stage should come to.
type Stage struct {
	Name     string        `json:"name"`
	Start    time.Duration `json:"start"` // after the traffic's beginning
	For      time.Duration `json:"for"`
	Tasks    Spread        `json:"tasks"`    // running at its end
	CPU      Spread        `json:"cpu"`      // highest datapoint, percent
	Requests Spread        `json:"requests"` // highest datapoint, per target and minute
	P99      Spread        `json:"p99"`      // seconds, of the kinds whose latency is bounded
	Failed   Spread        `json:"failed"`   // requests
}

func stagesOf(p *plan.Plan, runs []Run) (stages []Stage) {
	for i, s := range p.Stages {
		of := func(value func(StageRun) (float64, bool)) Spread {
			return over(runs, func(r Run) (float64, bool) { return value(r.Stages[i]) })
		}
		stages = append(stages, Stage{
			Name: s.Name, Start: s.Start, For: s.For,
			Tasks:    of(func(r StageRun) (float64, bool) { return float64(r.Tasks), true }),
			CPU:      of(func(r StageRun) (float64, bool) { return float64(r.CPU) / 1000, r.CPU >= 0 }),
			Requests: of(func(r StageRun) (float64, bool) { return float64(r.Requests) / 1000, r.Requests >= 0 }),
			P99:      of(func(r StageRun) (float64, bool) { return r.P99.Seconds(), r.P99 > 0 }),
			Failed:   of(func(r StageRun) (float64, bool) { return float64(r.Failed), true }),
		})
	}
	return stages
}
