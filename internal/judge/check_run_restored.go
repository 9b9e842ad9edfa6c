package judge

// runRestored answers whether the run left things as it found them.
func runRestored(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "all changes undone", Measured: "undone"}
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
	}
	if f.endedSeq != 0 {
		r.Evidence = []int64{f.endedSeq}
	}
	return []Result{r}
}
