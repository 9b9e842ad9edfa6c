package judge

import (
	"slices"

	"scaleproof/internal/timeline"
)

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
			if r.Answer == Fail && f.allGivenBack(e.NoScaleIn.In) {
				r.Answer = Inconclusive
				r.Explanation = "The load had never asked for as many tasks as ran, and every policy had seen low datapoints for as long as its alarm asks, so the " + r.Measured + " gave back an overshoot, as a correct autoscaler does; expect the tasks at the stage's end in place of no scale-in, or make the stage shorter."
			}
			results = append(results, r)
		}
	}
	return results
}

// allGivenBack says that each scale-in of the stages was one of target tracking
// that gave back an overshoot: it left as many tasks as the load had ever asked
// for, or more, and all policies had agreed to it on full runs of low
// datapoints. [D]
func (f *facts) allGivenBack(in []string) bool {
	need := f.need()
	for _, s := range f.named(in) {
		if s.seq == 0 {
			continue
		}
		if slices.ContainsFunc(f.during(s.from, s.to, order.in), func(o order) bool {
			more := slices.ContainsFunc(need, func(p timeline.Point) bool { return !f.from.Add(p.At).After(o.at) && p.Value > int64(o.to) })
			answer, _, _ := f.agreed(o)
			return more || o.role == "" || f.contrary(o) || answer != Pass || !f.fullRun(o)
		}) {
			return false
		}
	}
	return true
}

// fullRun says that the policy which gave a scale-in may have seen as many low
// datapoints as its alarm looks at, whichever were published between two looks.
func (f *facts) fullRun(o order) bool {
	for _, a := range f.liveAlarms(o.role, false, o.at) {
		views, ok := f.views(keyOf(o.role), a.alarm, o.at.Add(-actionLag), o.at)
		return ok && slices.ContainsFunc(views, func(v view) bool { return v.fires(a.alarm) })
	}
	return false
}
