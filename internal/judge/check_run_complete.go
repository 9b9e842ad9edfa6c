package judge

import (
	"scaleproof/internal/timeline"
)

// runComplete answers whether the run told its story to the end.
func runComplete(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "the run ends by itself", Measured: timeline.EndComplete}
	switch {
	case f.from.IsZero():
		r.Answer, r.Measured = Inconclusive, "no traffic"
		r.Explanation = "The timeline ends before the first stage began, so nothing was tested; see how the run was refused and start it again."
	case f.ended == nil:
		r.Answer, r.Measured = Inconclusive, "cut off "+f.when(f.horizon)
		remedy := "restore what it changed and run it again"
		if f.loadOnly {
			remedy = "run it again"
		}
		r.Explanation = "The timeline ends " + f.when(f.horizon) + " without run.ended, as after a crash; " + remedy + "."
	case f.ended.Outcome != timeline.EndComplete:
		r.Answer, r.Measured = Inconclusive, f.ended.Outcome
		r.Explanation = "The run was " + f.ended.Outcome
		if f.ended.Reason != "" {
			r.Explanation += " (" + f.ended.Reason + ")"
		}
		r.Explanation += ", so what it did not get to is not proven; remove the cause and run it again."
	case f.endings > 1 || !f.endsLast:
		r.Answer, r.Measured = Inconclusive, "goes on behind its end"
		r.Explanation = "The timeline goes on behind a line that says that the run ended, so lines of it were moved, or are of another run; find the file as the run wrote it, or run it again."
	case !f.drained:
		r.Answer, r.Measured = Inconclusive, "no "+timeline.PhaseDrain
		r.Explanation = "The run says that it came to its end, and not that it waited for the last answers: lines of the timeline are missing; run it again."
	case f.stop != nil:
		r.Answer = Inconclusive
		r.Explanation = "A safety rule stopped the traffic (" + f.stop.Rule + "), though the run says that it came to its end; the one or the other is not so."
	case f.unmade(false) != nil:
		c := f.unmade(false)
		r.Answer, r.Measured = Inconclusive, c.what()+" was given up"
		r.Evidence = append(r.Evidence, c.seq)
		r.Explanation = "The run gave up " + c.what() + " (" + c.Error + "), though it says that it came to its end; remove the cause and run it again."
	}
	if f.endedSeq != 0 {
		r.Evidence = append(r.Evidence, f.endedSeq)
	}
	if f.stop != nil {
		r.Evidence = append(r.Evidence, f.stopSeq)
		r.Measured += ": " + f.stop.Rule + ", " + f.stop.Measured
	}
	return []Result{r}
}
