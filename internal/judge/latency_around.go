package judge

import "fmt"

// latencyAround judges the samples around all orders taken together, and
// around each order that has enough of them by itself: so an order amid little
// traffic is not lost, and a bad one not diluted by the others.
func (f *facts) latencyAround(p percentile) Result {
	x := p.Latency
	swings, c := f.swings(x.In), f.ceiling(p)
	r := Result{Subject: p.subject("around scaling"), Answer: Pass}
	s, err := f.samplesOf(allOf(swings), x.Of)
	f.hold(&r, p, c, s, err, plural(len(swings), "order", "orders")+" taken together")
	if len(swings) == 0 {
		r.Answer, r.Measured, r.Explanation = Inconclusive, "no order", f.unsettled(swings, x.Of)
		return r
	}
	alone, pooled := 0, true
	for _, a := range swings {
		s, err := f.samplesOf(a.windows, x.Of)
		if s.answered+s.unanswered < minSamples(p.permill) {
			continue
		}
		alone++
		one := Result{Answer: Pass, Subject: r.Subject}
		f.hold(&one, p, c, s, err, "around the "+f.describe(a.order))
		if one.Answer != Pass && worse(one.Answer, r.Answer) == one.Answer && (pooled || one.Answer != r.Answer) {
			r, pooled = one, false // which order it was says more than that some were
		}
	}
	r.Measured += ", around " + plural(len(swings), "order", "orders") + fmt.Sprintf(" (%d of them with enough alone)", alone)
	for _, a := range swings {
		r.Evidence = append(r.Evidence, a.seqs...)
	}
	if why := f.unsettled(swings, x.Of); r.Answer == Pass && why != "" {
		r.Answer, r.Explanation = Inconclusive, why
	}
	return r
}
