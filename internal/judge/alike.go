package judge

import (
	"fmt"
	"slices"
	"strings"

	"scaleproof/internal/plan"
)

// unlike says why a run and another are not comparable: another load, another
// length, tasks of another size, or one of the two is no whole run under the
// load that it planned. Policies and bounds may differ: they are what is
// compared. So may names, seeds and dates.
func (f *facts) unlike(o *facts) (why []string) {
	say := func(yes bool, format string, args ...any) {
		if yes {
			why = append(why, fmt.Sprintf(format, args...))
		}
	}
	say(f.loadOnly != o.loadOnly, "one of the two watched no service")
	say(f.lived() != o.lived(), "one of the two ran on the model and the other on AWS")
	say(f.plan.Task != o.plan.Task, "a task has %s here and had %s there", sizeOf(f.plan.Task), sizeOf(o.plan.Task))
	if d := otherKind(f.plan.Kinds, o.plan.Kinds); d != "" {
		why = append(why, d)
	} else if d := otherLoad(f.plan, o.plan); d != "" {
		why = append(why, d)
	}
	for _, run := range []struct {
		name string
		*facts
	}{{"this run", f}, {"the baseline", o}} {
		say(!run.entire(), "%s did not run to the end of its traffic", run.name)
		say(run.undelivered != "", "the load of %s was not delivered (%s)", run.name, run.undelivered)
		say(len(run.rates) > 0, "the rate of %s was changed while it ran", run.name)
		say(run.untrusted != "", "the counts of %s cannot be (%s)", run.name, run.untrusted)
	}
	if n, m := f.atFirst(), o.atFirst(); n != m && (n > f.plan.Bounds.Min || m > o.plan.Bounds.Min) {
		say(true, "this run began with %s and the baseline with %s", tasks(n), tasks(m))
	}
	return why
}

// lived says that the service was the model's.
func (f *facts) lived() bool { return f.started.Command == "predict" || f.plan.Emulated }

// entire says that all stages ran to their end.
func (f *facts) entire() bool {
	return len(f.stages) > 0 && !slices.ContainsFunc(f.stages, func(s stage) bool { return !s.whole })
}

// atFirst is how many tasks were desired when traffic began; 0 where nobody saw.
func (f *facts) atFirst() int {
	_, n, _ := f.desiredAt(f.from)
	return n
}

func sizeOf(t plan.Task) string {
	return fmt.Sprintf("%s vCPU and %s", number(t.VCPU), plural(t.Workers, "worker", "workers"))
}

// otherKind says which kind of request is not the same in both; empty: none.
func otherKind(a, b []plan.Kind) string {
	if len(a) != len(b) {
		return fmt.Sprintf("it sends %s of request and the baseline %d", plural(len(a), "kind", "kinds"), len(b))
	}
	for i, k := range a {
		l := b[i]
		if k.Name != l.Name || k.Method != l.Method || k.Path != l.Path || k.Body.SHA256 != l.Body.SHA256 || k.Body.Size != l.Body.Size ||
			k.CPU != l.CPU || k.Wait != l.Wait {
			return "its kind of request " + k.Name + " is not the baseline's"
		}
	}
	return ""
}

// otherLoad says how one plan's load is not the other's; empty: it is, within
// a hundredth.
func otherLoad(p, q plan.Plan) string {
	switch {
	case p.Total() != q.Total():
		return fmt.Sprintf("its traffic lasts %s and the baseline's %s", short(p.Total()), short(q.Total()))
	case len(p.Stages) != len(q.Stages):
		return fmt.Sprintf("it has %s and the baseline %d", plural(len(p.Stages), "stage", "stages"), len(q.Stages))
	}
	for i, s := range p.Stages {
		if !sameLoad(s, q.Stages[i]) {
			return "its stage " + s.Name + " is not the baseline's"
		}
	}
	return ""
}

// sameLoad says that two stages send the same, each rate within a hundredth.
func sameLoad(s, t plan.Stage) bool {
	near := func(a, b float64) bool {
		x, y := scaled(a, 1e6), scaled(b, 1e6)
		return 100*max(x-y, y-x) <= max(x, y)
	}
	return s.For == t.For && s.Ramp == t.Ramp &&
		slices.EqualFunc(s.Rates, t.Rates, func(a, b plan.Rate) bool { return near(a.From, b.From) && near(a.To, b.To) }) &&
		slices.EqualFunc(s.Course, t.Course, sameLoad)
}

// sentenceOf joins reasons.
func sentenceOf(reasons []string) string { return strings.Join(reasons, ", and ") }
