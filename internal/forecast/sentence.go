package forecast

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// sentence tells the whole forecast in one sentence.
func (f *Forecast) sentence() string {
	s := f.Scenario + " " + f.verdict() + ": " + f.scaling()
	if end := over(f.Runs, f.atEnd); end.Seeds > 0 && f.scales() > 0 {
		back := ""
		if top := over(f.Runs, top); end.Most < top.Least {
			back = "back to "
		}
		s += ", " + back + tasksRange(end) + " by the end"
	}
	return s + "; " + dollars(f.Dollars)
}

// verdict says what the judge would.
func (f *Forecast) verdict() string {
	n := len(f.Runs)
	parts := []string{}
	for _, a := range []struct {
		word   string
		n      int
		answer judge.Answer
	}{{"pass", f.Counts.Pass, judge.Pass}, {"fail", f.Counts.Fail, judge.Fail}, {"be inconclusive", f.Counts.Inconclusive, judge.Inconclusive}} {
		if a.n == 0 {
			continue
		}
		part := fmt.Sprintf("%s in %d", a.word, a.n)
		if len(parts) == 0 {
			part += fmt.Sprintf(" of %s", count(n, "seed"))
		}
		if by := f.checks(a.answer); by != "" {
			part += " (" + by + ")"
		}
		parts = append(parts, part)
	}
	return "would " + and(parts)
}

// checks lists the checks of an answer, the most frequent first.
func (f *Forecast) checks(a judge.Answer) string {
	var ids []string
	for _, x := range f.Findings {
		if x.Answer == a && !slices.Contains(ids, x.Check) {
			ids = append(ids, x.Check)
		}
	}
	return and(ids)
}

// scales is how many seeds scale out at all.
func (f *Forecast) scales() int { return over(f.Runs, top).Seeds }

// scaling says how far it scales, on what, and how soon.
func (f *Forecast) scaling() string {
	tops := over(f.Runs, top)
	if tops.Seeds == 0 {
		ends := over(f.Runs, f.atEnd)
		if slices.ContainsFunc(f.Runs, func(r Run) bool { return len(r.Course.Orders) > 0 }) {
			return fmt.Sprintf("%s is never scaled out and ends at %s", f.Service, tasksRange(ends))
		}
		return fmt.Sprintf("%s stays at %s", f.Service, tasksRange(ends))
	}
	first := over(f.Runs, func(r Run) (float64, bool) { o, ok := firstOut(r); return float64(o.From), ok })
	s := fmt.Sprintf("scales %s %s -> %s on %s", f.Service, whole(first), whole(tops), and(f.roles()))
	if n := len(f.Runs); tops.Seeds < n {
		s += fmt.Sprintf(" in %d of them", tops.Seeds)
	}
	if late := over(f.Runs, f.reaction); late.Seeds > 0 {
		s += ", first order " + between(seconds(late.Least), seconds(late.Most)) + " after the load rises"
	}
	return s
}

// roles are what the policies watch that scale out in any seed, by time.
func (f *Forecast) roles() (roles []string) {
	for _, m := range f.Moments {
		word := m.Role
		if word == "cpu" {
			word = "CPU"
		}
		if m.What == "order" && m.High && !slices.Contains(roles, word) {
			roles = append(roles, word)
		}
	}
	return roles
}

func firstOut(r Run) (timeline.Order, bool) { return r.Course.FirstOrder(timeline.Out, "") }

// top is how many tasks a seed scales out to; false where it does not.
func top(r Run) (most float64, ok bool) {
	for _, o := range r.Course.Orders {
		if o.Direction() == timeline.Out {
			most, ok = max(most, float64(o.To)), true
		}
	}
	return most, ok
}

// atEnd is how many tasks are desired when the traffic ends.
func (f *Forecast) atEnd(r Run) (float64, bool) {
	n, ok := r.Course.Desired.At(min(f.plan.Total(), r.Course.Length))
	return float64(n), ok
}

// reaction is how long after the rise of the load the first order comes, in
// seconds.
func (f *Forecast) reaction(r Run) (float64, bool) {
	o, ok := firstOut(r)
	if !ok || o.At > f.plan.Total() {
		return 0, false
	}
	rise, ok := risen(f.plan, r.role(o.By), o.From, o.At)
	return (o.At - rise).Seconds(), ok
}

// risen is when the load that, at an instant, lies above what a policy wants
// of a number of tasks came to do so, to the second.
func risen(p *plan.Plan, role string, tasks int, at time.Duration) (time.Duration, bool) {
	pol, ok := p.Policy(role)
	if !ok {
		return 0, false
	}
	above := func(t time.Duration) bool {
		i := p.StageAt(min(t, p.Total()-1))
		return i >= 0 && p.Metric(role, p.LoadAt(p.Stages[i], t-p.Stages[i].Start), tasks) > pol.Target
	}
	if at = at.Truncate(time.Second); !above(at) {
		return 0, false
	}
	for at > 0 && above(at-time.Second) {
		at -= time.Second
	}
	return at, true
}
