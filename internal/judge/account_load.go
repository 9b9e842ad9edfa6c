package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/timeline"
)

// tellRun tells how the run went on: what it changed, and how it ended.
func (f *facts) tellRun(say func(time.Time, string, ...int64)) {
	for _, c := range f.changes {
		switch {
		case c.Error != "":
			say(c.at, "The run could not make "+c.what()+": "+c.Error+".", c.seq)
		case c.Undo:
			say(c.at, "The run restored what it changed: "+c.what()+".", c.seq)
		default:
			say(c.at, "The run changes the service: "+c.what()+".", c.seq)
		}
	}
	if f.stop != nil {
		say(f.to, fmt.Sprintf("The safety rule %s stopped the traffic (%s).", f.stop.Rule, f.stop.Measured), f.stopSeq)
	}
	switch {
	case f.ended == nil:
		say(f.horizon, "The timeline ends here without an end of the run, as after a crash.")
	case f.ended.Outcome == timeline.EndComplete:
		say(f.to, "The traffic ended as planned.", f.endedSeq)
	default:
		said := "The traffic ended: the run was " + f.ended.Outcome
		if f.ended.Reason != "" {
			said += " (" + f.ended.Reason + ")"
		}
		say(later(f.to, f.from), said+".", f.endedSeq)
	}
}

// tellLoad tells where stages begin, and where their load passes what the
// desired tasks carry.
func (f *facts) tellLoad(say func(time.Time, string, ...int64)) {
	for i, s := range f.stages {
		if s.seq == 0 {
			continue
		}
		say(s.from, f.stageStory(s, i), s.seq)
		if f.loadOnly {
			continue
		}
		for t := s.from; t.Before(earlier(s.to, f.to)); {
			_, n, known := f.desiredAt(t)
			if !known {
				break
			}
			over, rises := f.passes(t, earlier(s.to, f.to), n)
			if !rises {
				break
			}
			say(over, fmt.Sprintf("The load passes what %s at the policies' targets: %s.", carry(n), f.asks(over)))
			t = f.grown(over, n)
			if t.IsZero() {
				break
			}
		}
	}
}

func carry(n int) string {
	if n == 1 {
		return "1 task carries"
	}
	return fmt.Sprintf("%d tasks carry", n)
}

// passes is the first instant in [from, to) at which some policy's load lies
// above n tasks and did not when the stretch began or just before.
func (f *facts) passes(from, to time.Time, n int) (time.Time, bool) {
	level := int64(n) * 1000
	if f.demand(from.Add(-time.Second), "") > level {
		return from, false
	}
	for t := from; t.Before(to); t = t.Add(time.Second) {
		if f.demand(t, "") > level {
			return t, true
		}
	}
	return to, false
}

// grown is when, after t, more than n tasks were ordered; zero where never.
func (f *facts) grown(t time.Time, n int) time.Time {
	for _, o := range f.orders {
		if o.at.After(t) && o.to > n {
			return o.at.Add(time.Second)
		}
	}
	return time.Time{}
}

// asks says how much load there is, in tasks' worth at each policy's target.
func (f *facts) asks(t time.Time) string {
	var parts []string
	for _, role := range f.roles("") {
		if asked := f.demand(t, role); asked > 0 { // nothing where the run took the policy away
			parts = append(parts, fmt.Sprintf("%s tasks' worth on the %s policy", thousandths(asked), role))
		}
	}
	if len(parts) == 0 {
		return "no policy to ask"
	}
	return strings.Join(parts, ", ")
}

// stageStory tells a stage as it begins.
func (f *facts) stageStory(s stage, i int) string {
	said := fmt.Sprintf("Stage %s begins, %s long", s.Name, short(s.For))
	if s.Ramp > 0 {
		said += ", its ramp " + short(s.Ramp)
	}
	if s.Shape != "" {
		said += ", " + s.Shape + ", at its highest"
	}
	if f.loadOnly {
		return said + fmt.Sprintf(": %s requests a minute.", number(s.PerMinute))
	}
	var parts []string
	for _, role := range f.roles("") {
		if slices.Contains(s.Without, role) {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s tasks' worth on the %s policy", thousandths(f.ask(s, role)), role))
	}
	if len(parts) > 0 {
		said += ": " + strings.Join(parts, ", ")
	}
	if len(s.Without) > 0 {
		said += ", without the " + names(s.Without) + " policy"
	}
	if _, n, known := f.desiredAt(s.from); known && i == 0 {
		said += fmt.Sprintf("; %s desired", tasks(n))
	}
	return said + "."
}

// tellSilences tells where the load asked for more tasks than were desired for
// longer than a reaction takes, and why none came.
func (f *facts) tellSilences(say func(time.Time, string, ...int64)) {
	if f.loadOnly || f.from.IsZero() {
		return
	}
	var told time.Time
	for t := f.from; t.Before(f.to); t = t.Add(10 * time.Second) {
		_, n, known := f.desiredAt(t)
		if !known || t.Before(told) {
			continue
		}
		due, asked := f.outDue(t, n)
		if !asked || !t.After(due) {
			continue
		}
		rise, _ := f.risen(t, "", int64(n)*1000)
		for _, o := range f.during(f.from, t, func(order) bool { return true }) {
			rise = later(rise, o.at.Add(time.Second))
		}
		told = f.grown(t, n)
		if told.IsZero() {
			told = f.holds(t, "", int64(n)*1000)
		}
		w := f.whyNot(silence{out: true, from: rise, to: t})
		if len(w) > 0 {
			say(t, fmt.Sprintf("It should have scaled out by now and did not, with %s desired: %s.", tasks(n), w.clause()), w.seqs()...)
		}
		told = later(told, t.Add(time.Minute))
	}
}
