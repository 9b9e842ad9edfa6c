package judge

// observationClock answers whether AWS's clock and the run's agree, as far as
// the times tell that AWS gives to what it lists.
func observationClock(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "AWS's clock within " + short(offsetAllowed) + " of the run's",
		Measured: f.skew.bounds(), Samples: int64(f.skew.stamps), Needs: 1, Evidence: f.skew.seqs(),
		Tolerance: "an offset between these bounds is not told from none: they lie as far apart as two looks, and lists may come late"}
	switch {
	case f.skew.stamps == 0:
		r.Answer, r.Severity, r.Measured, r.Evidence = Inconclusive, Warns, "no time of AWS's", nil
		r.Explanation = "No alarm, activity or deployment changed between two looks, so nothing tells whether AWS's clock and that of this run agree; see that this machine is told the time over the network."
	case f.skew.beyond(offsetAllowed):
		r.Answer = Inconclusive
		r.Explanation = upper(f.skew.String()) + ", so the order of what AWS did and what this run saw is not certain; set the clock of this machine over the network, and run again."
	default:
		r.Margin = short(min(offsetAllowed-f.skew.least, f.skew.most+offsetAllowed))
	}
	return []Result{r}
}
