package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/plan"
)

func (f *facts) quiet(e plan.Expectation, in []string, what string, forbidden func(order) bool) Result {
	r := Result{Subject: names(in), Pos: Pos(e.Pos), Answer: Pass, Expected: "no " + what, Measured: "none"}
	weak := ""
	stages := f.named(in)
	if len(stages) == 0 {
		weak = "The plan has no such stage; name one that it has."
	}
	var found []order
	for _, s := range stages {
		if s.seq == 0 {
			weak = "Stage " + s.Name + " never began."
			continue
		}
		r.Evidence = append(r.Evidence, s.seq)
		found = append(found, f.during(s.from, s.to, forbidden)...)
		if !s.whole {
			weak = "Stage " + s.Name + " was cut off, so what it would have brought is not known; see run.complete, and run it to its end."
		} else if !f.sawOrders(s.to) {
			weak = f.ordersMissed(s.to)
		}
	}
	if a := f.untold(stages, strings.TrimPrefix(what, "scale-")); a != nil {
		r.Evidence = append(r.Evidence, a.Evidence...)
		weak = fmt.Sprintf("The desired count went from %d to %d at %s, and no activity tells who did it, so whether it was a %s is not known; find out who else sets it.", a.From, a.To, a.When, what)
	}
	if i := slices.IndexFunc(found, f.contrary); i >= 0 {
		weak = "The " + f.describe(found[i]) + " names an alarm that asks for the opposite, so how many tasks were desired before it is not known."
		found = slices.DeleteFunc(found, f.contrary)
	}
	switch {
	case len(found) > 0:
		r.Answer, r.Measured = Fail, f.describe(found[0])
		if len(found) > 1 {
			r.Measured += fmt.Sprintf(", and %d more", len(found)-1)
		}
		for _, o := range found {
			r.Evidence = append(r.Evidence, o.seqs...)
		}
		r.Explanation = fmt.Sprintf("A %s, where none is expected%s; see why that was so under this load: the target, the alarm, or the traffic.", f.describe(found[0]), f.answered(found[0]))
	case weak != "":
		r.Answer, r.Measured, r.Explanation = Inconclusive, "none seen", weak
	}
	return r
}

// untold is the first change of the desired count in a direction ("out", "in")
// that was seen in the stages and of which no activity tells; nil where there
// was none.
func (f *facts) untold(stages []stage, direction string) *Action {
	for i, a := range f.actions {
		for _, s := range stages {
			if a.Activity == "" && a.Direction == direction && s.seq != 0 && a.At.After(s.from) && a.At.Before(s.to) {
				return &f.actions[i]
			}
		}
	}
	return nil
}

// answered tells what an order answered: the newest datapoints of its policy's
// metric that were published before it, and the target; empty where that is
// not known.
func (f *facts) answered(o order) string {
	points := f.lately(keyOf(o.role), silence{from: o.at, to: o.at}, 10*time.Minute)
	standing := f.policiesAt(o.at)
	i := slices.IndexFunc(standing, func(p policyStep) bool { return p.policy.Name == o.cause.Policy })
	if len(points) == 0 || i < 0 {
		return ""
	}
	var values []string
	for _, p := range points[max(0, len(points)-3):] {
		values = append(values, number(p.value))
	}
	return fmt.Sprintf(": the newest datapoints of %s before it were %s, against a target of %s", noun(keyOf(o.role)), strings.Join(values, ", "), number(standing[i].policy.Target))
}
