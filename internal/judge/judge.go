package judge

import (
	"fmt"
	"slices"
	"strings"

	"scaleproof/internal/timeline"
)

// Judge judges the run that a timeline tells. The order of the events and
// their duplication do not matter: Seq orders them. It returns an error where
// the events cannot be one run's: no run.started, lost lines, two events of
// one number that differ. What `loadgen run` wrote is judged for delivery,
// errors and latency alone.
func Judge(events []timeline.Event) (Verdict, error) { return judge(events, checks, nil) }

func judge(events []timeline.Event, checks []check, b *Baseline) (Verdict, error) {
	events, err := inOrder(events)
	if err != nil {
		return Verdict{}, err
	}
	f, err := read(events)
	if err != nil {
		return Verdict{}, err
	}
	if b != nil {
		if err := f.compareWith(*b); err != nil {
			return Verdict{}, fmt.Errorf("the baseline %s: %w", b.Name, err)
		}
	}
	v := Verdict{
		SchemaVersion: SchemaVersion,
		Command:       f.started.Command,
		Scenario:      f.started.Scenario,
		Environment:   f.started.Environment,
		Service:       f.started.Service,
		Results:       []Result{},
		Actions:       f.actions,
		story:         f.story(),
	}
	if f.base != nil {
		f.base.rank(f)
		v.Baseline = &f.base.Compared
	}
	for _, c := range checks {
		if f.loadOnly && !c.load {
			continue
		}
		for _, r := range c.run(f) {
			r = f.finish(c, r)
			r.until = lastSeen(events, r.Evidence)
			v.Results = append(v.Results, r)
		}
	}
	v.Figures = f.figures()
	if f.base != nil && len(f.base.Unlike) == 0 {
		f.base.Table = f.base.beside(f, v.Figures)
	}
	v.Divergence = f.diverge(events)
	v.settle()
	return v, nil
}

// finish gives a result what all results have.
func (f *facts) finish(c check, r Result) Result {
	r.ID = c.id
	if r.Severity == "" {
		r.Severity = Counts
	}
	slices.Sort(r.Evidence)
	r.Evidence = slices.Compact(r.Evidence)
	if c.blames && r.Answer == Fail && f.undelivered != "" {
		r.Answer = Inconclusive
		r.Explanation = "The load is no witness (" + f.undelivered + "), so this is not held against the autoscaler: " + r.Explanation
	}
	if c.counted && r.Answer == Fail && f.untrusted != "" {
		r.Answer, r.Explanation = Inconclusive, f.unheld(r.Explanation)
	}
	if c.blames && r.Answer == Fail && f.meddled != nil {
		r.Answer = Inconclusive
		r.Evidence = append(r.Evidence, f.meddled.seq)
		r.Explanation = "At " + f.when(f.meddled.seen) + " " + f.meddled.what + " that was seen, so this is not held against the autoscaler: " + r.Explanation
	}
	if c.blames && r.Answer == Fail && f.intruder != nil {
		r.Answer = Inconclusive
		r.Evidence = append(r.Evidence, f.intruder.seq)
		r.Explanation = "At " + f.when(f.intruder.seen) + " " + f.intruder.what + ", so this is not held against the autoscaler: " + r.Explanation
	}
	if d := f.otherRate(c, r); d != nil && r.Answer != Inconclusive {
		r.Explanation = strings.TrimSpace("At " + f.when(d.at) + " " + d.String() + ", so what was expected under the planned load is not judged; run again without changing the rate. " + r.Explanation)
		r.Answer, r.Margin = Inconclusive, ""
		r.Evidence = append(r.Evidence, d.seq)
	}
	if r.Answer != Inconclusive && c.timed(r) && f.skew.beyond(offsetTolerated) {
		r.Explanation = strings.TrimSpace(upper(f.skew.String()) + ", so when what it did came about is not known; set the clock of this machine over the network, and run again. " + r.Explanation)
		r.Answer, r.Margin = Inconclusive, ""
		r.Evidence = append(r.Evidence, f.skew.seqs()...)
	}
	if slices.Contains(c.needs, partPeriod) {
		if m, ok := f.mismatched(c.role(r)); ok {
			r.Explanation = strings.TrimSpace(m.String() + "; " + m.remedy() + ". " + r.Explanation)
			r.Answer, r.Margin = Inconclusive, ""
			r.Evidence = append(r.Evidence, m.seqs()...)
		}
	}
	if r.Answer == Pass {
		if why, seqs := f.unwitnessed(c, r); why != "" {
			r.Answer, r.Explanation, r.Margin = Inconclusive, why+".", ""
			r.Evidence = append(r.Evidence, seqs...)
		}
	}
	return r
}

// unheld says that what rests on counts that cannot be is held against nobody.
func (f *facts) unheld(why string) string {
	return "The timeline's counts cannot be (" + f.untrusted + "), so this is not held against the service: " + why
}
