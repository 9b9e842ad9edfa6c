package judge

import (
	"fmt"
	"time"
)

// Beside is one figure of a run beside that of the run that it is compared with,
// written for people.
type Beside struct {
	What     string `json:"what"`
	Baseline string `json:"baseline"`
	Run      string `json:"run"`
}

// unknown stands for a figure that was not seen.
const unknown = "not known"

// beside sets the figures of both runs side by side, in a fixed order. It is for
// runs that are comparable: of two others they say nothing.
func (o *other) beside(f *facts, run *Figures) (rows []Beside) {
	add := func(what string, baseline, run string) {
		rows = append(rows, Beside{what, baseline, run})
	}
	if o.Elasticity != nil {
		add("elasticity, of 100, at the baseline's targets", o.Elasticity.Baseline.String(), o.Elasticity.Run.String())
	}
	if x, y := o.Figures, run; x != nil && y != nil {
		for i := range min(len(x.Settling), len(y.Settling)) {
			add("settled in stage "+y.Settling[i].Stage, x.Settling[i].after(), y.Settling[i].after())
		}
		seconds := func(s Seconds) string { return fmt.Sprint(time.Duration(s).Milliseconds() / 1000) }
		add("task-seconds that ran", seconds(x.Ran), seconds(y.Ran))
		add("task-seconds too few", seconds(x.Under), seconds(y.Under))
		add("task-seconds too many", seconds(x.Over), seconds(y.Over))
		add("scale-outs, scale-ins", fmt.Sprintf("%d, %d", x.Outs, x.Ins), fmt.Sprintf("%d, %d", y.Outs, y.Ins))
		add("task-hours a day", x.Cost.HoursPerDay.String(), y.Cost.HoursPerDay.String())
		add("dollars a day", x.Cost.DollarsPerDay.String(), y.Cost.DollarsPerDay.String())
	}
	add("p99 of all requests", o.facts.overall(), f.overall())
	add("failed requests", o.facts.failures(), f.failures())
	return rows
}

// after says how long a stage took to settle.
func (s Settling) after() string {
	if s.After == nil {
		return "not by its end"
	}
	return short(time.Duration(*s.After))
}

// overall is the p99 of all requests of the traffic.
func (f *facts) overall() string {
	s, err := f.samples(nil, nil)
	value, known := s.quantile(990)
	switch total := s.answered + s.unanswered; {
	case err != nil || total < minSamples(990):
		return unknown
	case !known:
		return "no answer"
	}
	return short(value)
}

// failures are those of all requests that ended in the traffic.
func (f *facts) failures() string {
	t := sum(f.windowsIn(f.from, f.to), nil)
	if t.completed == 0 {
		return unknown
	}
	return fmt.Sprintf("%d of %d (%s)", t.failed, t.completed, percent(t.failed, t.completed))
}
