package judge

// noScaleIn answers for each no_scale_in. Where a deployment went on it shows
// nothing that there was none: scale-in was switched off. [D]
func noScaleIn(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.NoScaleIn != nil {
			r := f.quiet(e, e.NoScaleIn.In, "scale-in", order.in)
			for _, s := range f.named(e.NoScaleIn.In) {
				if r.Answer == Pass && f.deploying(s.from, s.to) {
					r.Answer = Inconclusive
					r.Explanation = "A deployment went on in stage " + s.Name + ", which switches scale-in off, so that there was none shows nothing; run again without one."
				}
			}
			results = append(results, r)
		}
	}
	return results
}
