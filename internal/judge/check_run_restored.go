package judge

import "strings"

// runRestored answers whether the run left things as it found them: by its own
// word, and by what was seen to stand before its first change and after its
// last. What others changed meanwhile is told, and not held against the run.
func runRestored(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "all changes undone", Measured: "undone"}
	if f.endedSeq != 0 {
		r.Evidence = []int64{f.endedSeq}
	}
	switch {
	case f.ended == nil:
		r.Answer, r.Measured = Inconclusive, "not told"
		r.Explanation = "The run ended before it said whether it restored what it changed; run `validate restore` on its folder."
	case !f.ended.Restored:
		r.Answer, r.Measured = Fail, "not undone"
		r.Explanation = "What the run changed could not be restored; run `validate restore` on its folder now, since the service still stands with the test's policies."
	case f.unmade(true) != nil:
		c := f.unmade(true)
		r.Answer, r.Measured = Inconclusive, c.what()+" was given up"
		r.Explanation = "The run gave up " + c.what() + " (" + c.Error + ") while it restored, though it says that all stands as before; the one or the other is not so, so look at the service, and run `validate restore` on its folder."
	case len(f.changes) == 0: // nothing to undo
		r.Measured = "nothing was changed"
	default:
		f.compareEnds(&r)
	}
	return []Result{r}
}

func (f *facts) compareEnds(r *Result) {
	if f.before == nil || f.after == nil {
		r.Answer, r.Measured = Inconclusive, "not looked at"
		r.Explanation = "The run says that it restored what it changed, and what stood before its first change or after its last was not looked at; compare the service's policies and bounds by hand, or run `validate restore` on its folder."
		return
	}
	r.Evidence = append(r.Evidence, f.before.seq, f.after.seq)
	switch own, others := f.remains(); {
	case len(own) > 0:
		r.Answer, r.Measured = Fail, strings.Join(own, "; ")
		r.Explanation = "The run says that it restored what it changed, and it is not as it was: " + strings.Join(own, "; ") + "; run `validate restore` on its folder, and see who else changes the service."
	case len(others) > 0:
		r.Measured = "undone; not by this run's doing: " + strings.Join(others, "; ")
	default:
		r.Measured = "undone, and seen to stand as before"
	}
}
