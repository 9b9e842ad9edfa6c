package judge

import (
	"fmt"
	"time"
)

// capacityMaximum measures how long the service stood at its maximum, and how
// much load was beyond that. It never fails: whether users were harmed, errors
// and latency say.
func capacityMaximum(f *facts) []Result {
	most := f.plan.Bounds.Max
	r := Result{Answer: Pass, Expected: fmt.Sprintf("the load asks for no more than %s", tasks(most))}
	if f.from.IsZero() || len(f.counts.at(f.from)) == 0 {
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, "not looked at"
		r.Explanation = "The desired count was not looked at by the beginning of the traffic, so how long the service stood at its maximum is not known; check the observer's permissions."
		return []Result{r}
	}
	at, seqs := f.atMost(most)
	r.Evidence = seqs
	peak, when := int64(0), f.from
	for t := f.from; t.Before(f.to); t = t.Add(10 * time.Second) {
		if d := f.demand(t, ""); d > peak {
			peak, when = d, t
		}
	}
	r.Measured = fmt.Sprintf("at most %s tasks' worth", thousandths(peak))
	if at > 0 {
		r.Measured = fmt.Sprintf("%s at the maximum, %s", short(at), r.Measured)
	}
	switch {
	case peak <= int64(most)*1000:
	case at == 0:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = fmt.Sprintf("At %s the load asked for %s tasks' worth, more than the maximum of %d, and the service never came to its maximum in the run; see scale-out and capacity.reached for why.", f.when(when), thousandths(peak), most)
	default:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = fmt.Sprintf("The service stood at its maximum of %s for %s, and at %s the load asked for %s tasks' worth: no policy can add more; raise the maximum, or the size of a task, and see errors and latency for what users met.",
			tasks(most), short(at), f.when(when), thousandths(peak))
	}
	return []Result{r}
}

// atMost is for how long, in the traffic, the desired count was seen at the
// maximum or above: from the look that saw it to the one that saw it no more.
func (f *facts) atMost(most int) (total time.Duration, seqs []int64) {
	for i, c := range f.counts {
		until := f.to
		if i+1 < len(f.counts) {
			until = earlier(f.counts[i+1].seen, f.to)
		}
		from := later(c.seen, f.from)
		if c.value.Desired >= most && from.Before(until) && most > f.plan.Bounds.Min {
			total += until.Sub(from)
			seqs = append(seqs, c.seq)
		}
	}
	return total, seqs
}
