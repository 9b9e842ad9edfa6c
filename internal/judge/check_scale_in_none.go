package judge

// noScaleIn answers for each no_scale_in.
func noScaleIn(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.NoScaleIn != nil {
			results = append(results, f.quiet(e, e.NoScaleIn.In, "scale-in", order.in))
		}
	}
	return results
}
