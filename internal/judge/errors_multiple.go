package judge

import (
	"fmt"
	"math"

	"scaleproof/internal/plan"
)

// leastEnded is how many requests a share of failures is taken of at least, to
// be held against another share: as many as a p99 is.
const leastEnded = 1000

// errorMultiple judges the share of requests that failed over stages against so
// many times that of another stage, or of the same stages of another run.
//
// Both are samples, so each count is taken for as little and as much as two
// standard deviations leave it, where failures come independently of each other:
// a pass or a fail is one for certain then. No failure at all is no more than
// any multiple.
func (f *facts) errorMultiple(e plan.Expectation) Result {
	x := e.Errors
	r := Result{Subject: errorsOf(e), Pos: Pos(e.Pos), Answer: Pass, Needs: leastEnded}
	var all []window
	for _, s := range f.named(x.In) {
		all = append(all, f.windowsIn(s.from, s.to)...)
	}
	t, o := sum(all, x.Of), f.otherErrors(e)
	r.Subject += " against " + o.name
	r.Expected, r.Tolerance = "at most "+times(x.Above.Times)+" "+o.said, o.tolerance()
	r.Measured, r.Samples, r.Evidence = fmt.Sprintf("%s (%d of %d)", percent(t.failed, t.completed), t.failed, t.completed), t.completed, failing(all, x.Of)
	least, atMost := t.failures().between()
	inconclusive := func(why string) Result {
		r.Answer, r.Explanation = Inconclusive, why
		return r
	}
	beyond := func(failed int64) bool {
		return atLeastOf(failed)*float64(o.ended) > atMostOf(o.most)*x.Above.Times*float64(t.completed)
	}
	said := fmt.Sprintf("%s of the requests failed in %s (%s), where at most %s %s may", percent(t.failed, t.completed), names(x.In), counted(t.classes), times(x.Above.Times), o.said)
	switch {
	case o.weak != "":
		return inconclusive(o.weak)
	case t.completed < leastEnded:
		return inconclusive(fmt.Sprintf("%s ended in %s, too few to hold a share of failures against another, %d are needed; make it longer or its rate higher.", requests(t.completed), names(x.In), leastEnded))
	case beyond(least) && !beyond(least-t.failed+sum(f.held(all), x.Of).failed):
		return inconclusive(f.ownDoing(said))
	case beyond(least):
		r.Answer = Fail
		first := firstFailure(all, x.Of)
		says, seqs := f.plight(first.Start, first.end())
		r.Evidence = append(r.Evidence, seqs...)
		r.Explanation = said + fmt.Sprintf(", the first %s; %s.", f.when(first.Start), says)
	case f.unseen(x.In, "errors") != "":
		return inconclusive(f.unseen(x.In, "errors"))
	case atMost > t.failed && atMostOf(atMost)*float64(o.ended) > atLeastOf(o.failed)*x.Above.Times*float64(t.completed):
		return inconclusive(t.failures().tooFew(said))
	case t.failed > 0 && atMostOf(t.failed)*float64(o.ended) > atLeastOf(o.failed)*x.Above.Times*float64(t.completed):
		return inconclusive(said + "; so few failures do not tell which side of that it is: send more in both, or bound it by a share of its own, as {above: 1%, for: 30s, never: true}.")
	}
	return r
}

// otherErrors are the failures that others are held against.
type otherErrors struct {
	name, said    string
	failed, ended int64
	most          int64  // of what failed, with what nobody looked at
	weak          string // why they cannot be held against
}

func (o otherErrors) tolerance() string {
	if o.weak != "" {
		return ""
	}
	return fmt.Sprintf("%d failures of %d scatter, as those of this share do", o.failed, o.ended)
}

func (f *facts) otherErrors(e plan.Expectation) (o otherErrors) {
	x, of, in := e.Errors, f, []string{e.Errors.OfStage}
	o.name, o.said = x.OfStage, "that of stage "+x.OfStage
	if x.OfRun != "" {
		o.name, o.said = "the "+x.OfRun, "that of the "+x.OfRun
		if f.base == nil {
			o.weak = "No run was given to hold this one against; judge with --baseline RUN."
			return o
		}
		if r, ok := f.notComparable("", ""); ok {
			o.weak = r.Explanation
			return o
		}
		o.said = "that of the run " + f.base.Name
		of, in = f.base.facts, f.inBaseline(x.In)
	}
	for _, s := range of.named(in) {
		t := sum(of.windowsIn(s.from, s.to), x.Of)
		o.failed, o.ended = o.failed+t.failed, o.ended+t.completed
		o.most += t.failures().most()
	}
	o.said = fmt.Sprintf("the %s (%d of %d) of %s", percent(o.failed, o.ended), o.failed, o.ended, o.said[len("that of "):])
	switch {
	case of.unseen(in, "errors") != "":
		o.weak = "All of " + o.name + " was not seen, so there is nothing to hold this against; see run.complete, and run it to its end."
	case of.untrusted != "":
		o.weak = "The counts of " + o.name + " cannot be (" + of.untrusted + "), so there is nothing to hold this against; run it again."
	case o.ended < leastEnded:
		o.weak = fmt.Sprintf("%s ended in %s, too few to hold a share of failures against, %d are needed; make it longer or its rate higher.", requests(o.ended), o.name, leastEnded)
	}
	return o
}

// atLeastOf and atMostOf are how few and how many failures there may have been
// in the mean where n were counted: the square root of a count of independent
// failures scatters by a half, whatever it is.
func atLeastOf(n int64) float64 {
	root := max(math.Sqrt(float64(n))-1, 0)
	return float64(root * root)
}

func atMostOf(n int64) float64 {
	root := math.Sqrt(float64(n+1)) + 1
	return float64(root * root)
}
