package judge

import (
	"fmt"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// unreadable says what of a plan this judge cannot work with; empty where it
// can with all. What it passed over would be a quiet pass: an expectation that a
// later version knows, or one that lost its words.
func unreadable(p plan.Plan) string {
	for _, s := range p.Stages {
		for _, s := range append([]plan.Stage{s}, s.Course...) {
			if len(s.Rates) > len(p.Kinds) {
				return fmt.Sprintf("stage %s has %d rates and there are %d kinds of request", s.Name, len(s.Rates), len(p.Kinds))
			}
		}
	}
	for i, e := range p.Expect {
		if !asks(e) {
			at := Pos(e.Pos).String()
			if at == "" {
				at = fmt.Sprint(i + 1)
			}
			return "expectation " + at + " asks for nothing that this version knows; judge it with the version that ran it"
		}
	}
	return ""
}

// asks says that an expectation asks for something.
func asks(e plan.Expectation) bool {
	switch {
	case e.Capacity != nil:
		return e.Capacity.Healthy != nil || e.Capacity.Desired != nil
	case e.Latency != nil:
		l := e.Latency
		return l.P50.Limit+l.P95.Limit+l.P99.Limit > 0 || max(l.P50.Times, l.P95.Times, l.P99.Times) > 0
	case e.Errors != nil:
		return e.Errors.Count != nil || e.Errors.Above != nil
	}
	return e.Settle != nil || e.NoScaleOut != nil || e.NoScaleIn != nil || e.ScaleOut != nil || e.OnlyBy != "" || e.Trigger != nil
}

// oneService refuses lines that are about another service than the run's: of
// two services nobody could tell whose tasks were counted.
func (f *facts) oneService(events []timeline.Event) error {
	for _, e := range events {
		about := ""
		switch d := e.Data.(type) {
		case timeline.Capacity:
			if about = e.Subject; d.Target != nil && d.Target.Service != f.plan.Service {
				about = d.Target.Service.String()
			}
		case timeline.Counts, timeline.Health, timeline.Heartbeat, timeline.Gap, timeline.Changed, timeline.Standing, timeline.Ended:
			about = e.Subject
		}
		if about != "" && about != f.plan.Service.String() {
			return fmt.Errorf("judge: event %d (%s) is about %s, and the run about %s: lines of two runs stand in one file", e.Seq, e.Kind, about, f.plan.Service)
		}
	}
	return nil
}
