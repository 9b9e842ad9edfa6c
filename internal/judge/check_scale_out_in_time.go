package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/plan"
)

// scaleOutInTime answers for each scale_out that the scenario expects.
func scaleOutInTime(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.ScaleOut != nil {
			results = append(results, f.scaleOut(e))
		}
	}
	return results
}

// reaction is what an expected scale-out is measured against.
type reaction struct {
	stage    stage
	role     string
	level    int64     // demand above which it is asked for
	crosses  bool      // the plan's demand does rise above it
	crossing time.Time // when
	budget   time.Duration
	deadline time.Time // of the order
	parts    time.Time // the same, where it comes in parts
	holds    time.Time // the end of the load that asks for it
	awaited  string    // in words: which order
}

func (f *facts) scaleOut(e plan.Expectation) Result {
	x := e.ScaleOut
	r := Result{Subject: x.In, Pos: Pos(e.Pos), Expected: "a scale-out"}
	if x.By != "" {
		r.Expected += " by " + x.By
	}
	var lo, hi *int
	if x.To != nil {
		lo, hi = x.To.Min, x.To.Max
		r.Expected += " to " + span(lo, hi)
	}
	w, why := f.reaction(x.In, x.By, lo)
	if why != "" {
		r.Answer, r.Measured, r.Explanation = Inconclusive, "not known", why
		return r
	}
	_, seqs, _ := f.longestOut(x.By, w.stage.from)
	r.Evidence = append(seqs, w.stage.seq)
	w.awaited = strings.TrimPrefix(r.Expected, "a ")
	r.Expected += " within " + short(w.budget) + " of the load's rise"

	found := f.during(w.stage.from, later(w.stage.to, w.deadline.Add(time.Second)), order.out)
	w.parts = f.inParts(w, found, lo)
	i := slices.IndexFunc(found, func(o order) bool { return within(lo, hi, o.to) })
	if i < 0 {
		return f.noOrder(r, w, found)
	}
	o, first := found[i], found[0]
	r.Evidence = append(r.Evidence, o.seqs...)
	r.Measured = f.describe(o)
	if x.To == nil {
		first = o
	}
	return f.ordered(r, w, o, first, x.By)
}

// reaction works out the deadline; why says, in a sentence, that it cannot.
func (f *facts) reaction(in, role string, least *int) (w reaction, why string) {
	s, ok := f.stage(in)
	if !ok || s.seq == 0 {
		return w, "Stage " + in + " never began, so its load was not there; see run.complete, and run it to its end."
	}
	_, now, known := f.desiredAt(s.from)
	if !known {
		return w, "How many tasks ran when stage " + in + " began was not seen; see observation.complete, and run again."
	}
	budget, _, ok := f.longestOut(role, s.from)
	if !ok {
		reason, _ := f.because(silence{out: true, role: role, from: s.from, to: s.to}, "see the policies' checks")
		return w, "No live high alarm was seen, so how long a reaction may take is not known: " + reason + "."
	}
	w = reaction{stage: s, role: role, budget: budget, level: int64(now) * 1000}
	if least != nil {
		w.level = max(w.level, int64(*least-1)*1000)
	}
	w.crosses = f.ask(s, role) > w.level
	// A load that hardly exceeds what runs shows in the metric only now and
	// then: count from where it lies 5 % above, if it gets there.
	clear := min(w.level+w.level/20, f.ask(s, role)-1)
	w.crossing, _ = f.crossing(s, role, max(clear, w.level), true)
	w.deadline, w.holds = s.to, s.to
	if w.crosses {
		w.deadline = w.crossing.Add(budget)
		w.holds = f.holds(w.crossing, role, w.level)
	}
	return w, ""
}

// inParts is by when the rest must be ordered where orders to fewer than the
// least came in time. Which datapoints count for the order behind another is
// not documented: where only those do that began when the first was over, the
// rest takes a whole reaction more. [U]
func (f *facts) inParts(w reaction, found []order, least *int) time.Time {
	due := w.deadline
	for _, o := range found {
		if least == nil || !w.crosses || o.to >= *least || o.at.After(due) {
			break
		}
		over := o.end
		if over.IsZero() {
			over = o.at.Add(f.readyBudget())
		}
		due = later(due, over.Add(w.budget))
	}
	return due
}

// ordered judges an order that came.
func (f *facts) ordered(r Result, w reaction, o, first order, by string) Result {
	took := o.at.Sub(w.crossing)
	switch doubt := f.doubt(first); {
	case by != "" && doubt != "":
		r.Answer = Inconclusive
		r.Explanation = "The first " + f.describe(first) + " cannot be put down to a policy: " + doubt + "; compare the activity with the alarms' histories."
	case by != "" && first.role != by:
		r.Answer = Fail
		r.Explanation = fmt.Sprintf("The first %s, not by %s: the load of stage %s drove another policy than the one it is meant to prove; compare the two metrics at that moment.",
			f.describe(first), by, w.stage.Name)
	case !w.crosses:
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("The %s came though the plan's load asks for %s tasks' worth only: it was not the planned load that asked for it; see load.arrived, and calibrate what a request costs.",
			f.describe(o), thousandths(f.ask(w.stage, w.role)))
	case f.unfounded(o):
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("The %s, but no datapoints that were published before it lie above the threshold of the alarm that it names: what it answered was not seen; compare the activity with the alarm's history and the metric.", f.describe(o))
	case !o.at.After(w.deadline):
		r.Answer = Pass
		r.Margin = short(w.deadline.Sub(o.at)) + " to spare"
		r.Measured += ", " + short(took) + " after the load rose"
	case !o.at.After(w.parts):
		r.Answer = Pass
		r.Measured += ", " + short(took) + " after the load rose, in parts"
		r.Explanation = fmt.Sprintf("The scale-out came in parts: first the %s, in time, and the rest within %s of that one's end, as AWS may give it, which does not document which datapoints count for the order behind another; expect the tasks at the stage's end too.",
			f.describe(first), short(w.budget))
	default:
		r.Margin = short(o.at.Sub(w.deadline)) + " too late"
		r.Measured += ", " + short(took) + " after the load rose"
		f.late(&r, w, o)
	}
	return r
}

// unfounded says that the datapoints before an order are there and none of
// them, for as long as its alarm asks, lie above the alarm's threshold, nor all
// that were public of those in its range.
func (f *facts) unfounded(o order) bool {
	named := f.alarmNamed(o.cause.Alarm, o.at)
	if named == nil || !sane(named.alarm) {
		return false
	}
	best, n := f.bestLevel(o.role, named.alarm, o)
	return n > 0 && !named.alarm.Breaches(best) && !f.early(keyOf(o.role), named.alarm, o.at)
}

// late judges an order past the deadline: it is the autoscaler's where the
// metric had crossed early enough, and the load's where it had not.
func (f *facts) late(r *Result, w reaction, o order) {
	start, seen := f.breach(w.role, w.stage.from, o.at)
	switch {
	case seen && f.belatedly(r, w.role, start, o.at):
	case !seen:
		r.Answer = Inconclusive
		r.Explanation = "The order came late, but no published datapoints show when the metric crossed its target, so whose delay it was is not known."
	case o.at.After(start.Add(w.budget)):
		r.Answer = Fail
		until := o.at
		for _, first := range f.during(start, o.at, order.out) {
			until = earlier(until, first.at)
		}
		reason, seqs := f.because(silence{out: true, role: w.role, from: start, to: until.Add(-time.Second)}, "see whether the alarm was slow to fire or its action was refused")
		r.Evidence = append(r.Evidence, seqs...)
		r.Explanation = fmt.Sprintf("The metric of the %s policy stood above its target from %s, and the order came only %s later, %s at most were allowed; until then %s.",
			w.role, f.when(start), short(o.at.Sub(start)), short(w.budget), reason)
	default:
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("The order came %s after the metric crossed its target, in time, but the metric itself crossed late, at %s: the load did not cost what the plan says; calibrate it.",
			short(o.at.Sub(start)), f.when(start))
	}
}

// belatedly says that datapoints which ask for an order came later than its
// budget counts on: AWS promises no bound [U], so the delay is not the
// autoscaler's.
func (f *facts) belatedly(r *Result, role string, from, to time.Time) bool {
	for _, name := range f.roles(role) {
		if p, ok := f.belated(keyOf(name), from, to); ok {
			r.Answer, r.Evidence = Inconclusive, append(r.Evidence, p.seq)
			r.Explanation = fmt.Sprintf("The order is overdue, but the datapoint of %s from %s was published more than %s after its minute, and %s are counted on: what nobody is told of, nobody scales by; see why the metric is late, and run again.",
				keyOf(name), f.when(p.start), short(p.after.Sub(p.end())), short(publication))
			return true
		}
	}
	return false
}

// noOrder judges that none came.
func (f *facts) noOrder(r Result, w reaction, others []order) Result {
	r.Measured = "none"
	if len(others) > 0 {
		r.Measured = "only a " + f.describe(others[len(others)-1])
		r.Evidence = append(r.Evidence, others[len(others)-1].seqs...)
	}
	start, breached := f.breach(w.role, w.stage.from, earlier(w.deadline, w.holds))
	switch {
	case !w.crosses:
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("Stage %s asks for %s tasks' worth of load, and it takes more than %s to need this scale-out: the expectation was not exercised; raise its demand.",
			w.stage.Name, thousandths(f.ask(w.stage, w.role)), thousandths(w.level))
	case w.parts.After(w.holds):
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("The load of stage %s ended %s, before the reaction's budget of %s was over: it ran out of stage; make it longer.",
			w.stage.Name, f.when(w.holds), short(w.budget))
	case !f.sawOrders(w.parts):
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(w.parts)
	case !breached:
		r.Answer = Inconclusive
		reason, seqs := f.because(silence{out: true, role: w.role, from: w.crossing, to: earlier(w.deadline, w.holds)}, "calibrate its cost")
		r.Evidence = append(r.Evidence, seqs...)
		r.Explanation = "The planned load did not arrive as load on the service, or its metric was not published: " + reason + "."
	case f.belatedly(&r, w.role, start, w.parts):
	default:
		r.Answer = Fail
		since := start
		if n := len(others); n > 0 {
			since = later(since, others[n-1].at.Add(time.Second))
		}
		reason, seqs := f.because(silence{out: true, role: w.role, from: since, to: w.parts}, "look at the alarm's state and at activities that were not carried out")
		r.Evidence = append(r.Evidence, seqs...)
		r.Explanation = fmt.Sprintf("No %s came by %s, %s after the load rose, though the metric stood above its target from %s: %s.",
			w.awaited, f.when(w.parts), short(w.parts.Sub(w.crossing)), f.when(start), reason)
	}
	return r
}

// breach is the start of the first M-of-N run of datapoints above the live
// threshold of a role's high alarm in [from, to]; the role "" means any.
func (f *facts) breach(role string, from, to time.Time) (first time.Time, found bool) {
	for _, r := range f.roles(role) {
		for _, a := range f.liveAlarms(r, true, from) {
			points := lookedAt(a.alarm, f.between(keyOf(r), from.Truncate(time.Minute), to))
			runs(points, a.alarm.EvaluationPeriods, func(w []point) {
				m := min(max(a.alarm.M(), 1), len(w))
				if a.alarm.Breaches(level(w, m)) && (!found || w[0].start.Before(first)) {
					first, found = w[0].start, true
				}
			})
		}
	}
	return first, found
}
