package judge

import (
	"fmt"
	"time"
)

// reactionLegs answers for the way of every change that a policy made: whether
// each leg of it lies within its budget. Whether the whole came in time for the
// load is scale-out.in-time's; this says where the time went, whatever was
// expected.
func reactionLegs(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "each leg of each reaction within its budget"}
	n, closest := 0, ""
	for _, a := range f.actions {
		if !f.inTraffic(a) {
			continue
		}
		for _, l := range a.Legs {
			if !l.Judged() {
				continue
			}
			n++
			r.Evidence = append(r.Evidence, l.Evidence...)
			if l.Name == "alarm" || worse(r.Answer, l.Answer) == r.Answer {
				continue
			}
			r.Answer, closest = l.Answer, l.String()
			r.Explanation, r.since = overBudget(a, l), time.Time{}
			if l.Tasks && l.Least > l.Budget { // and not only perhaps
				r.since = a.At
			}
			if l.Answer == Fail {
				r.Margin = (l.Least - l.Budget).String() + " over"
			}
		}
	}
	r.Samples = int64(n)
	r.Measured = plural(n, "leg", "legs")
	switch {
	case n == 0:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = "No policy changed the desired count while traffic flowed, so no reaction was measured."
	case closest != "":
		r.Measured += ", the worst: " + closest
	}
	return []Result{r}
}

// overBudget says whose the time was.
func overBudget(a Action, l Leg) string {
	took := l.Took()
	said := fmt.Sprintf("%s: ", upper(a.String()))
	switch {
	case l.Tasks:
		return said + fmt.Sprintf("the order came, and its tasks took %s to be %s, where %s is allowed (%s): this is the tasks' own time; see their start, health checks and drains.", took, l.Name, l.Budget, l.Parts.Sum())
	case l.Name == "order":
		return said + fmt.Sprintf("the alarm was in ALARM and the order came only %s later, where %s is allowed, with nothing seen that held it back; look at the alarm's history for when its action was called, and what came of it.", took, l.Budget)
	}
	return said + fmt.Sprintf("the %s count took %s, where %s is allowed; see who else sets it.", l.Name, took, l.Budget)
}
