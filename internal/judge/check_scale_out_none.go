package judge

// noScaleOut answers for each no_scale_out, over its stages together.
func noScaleOut(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.NoScaleOut != nil {
			results = append(results, f.quiet(e, e.NoScaleOut.In, "scale-out", order.out))
		}
	}
	return results
}
