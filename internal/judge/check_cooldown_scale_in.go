package judge

import (
	"fmt"
	"slices"
	"time"
)

// cooldownIn answers for scale-ins by policies that follow each other. A
// scale-out between them ended the cooldown [D]; where they would have broken it
// otherwise, that is told. Two that lie far enough apart show nothing where a
// deployment went on between them, which switches scale-in off. [D]
func cooldownIn(f *facts) []Result {
	var pairs []pair
	var ended *pair   // the last scale-in and the scale-out behind it
	var since []order // scale-ins since the last scale-out
	for _, o := range f.during(f.from, f.horizon, func(order) bool { return true }) {
		switch {
		case o.out():
			if len(since) > 0 {
				ended = &pair{a: since[len(since)-1], ended: &o}
			}
			since = nil
		case o.in() && o.cause.Policy != "":
			if ended != nil {
				if ended.b = o; !ended.over(f.cooldownIn(o)) {
					pairs = append(pairs, *ended)
				}
				ended = nil
			}
			for _, a := range before(since, o) {
				if o.at.Sub(a.at) < f.cooldownIn(o) || !f.deploying(a.at, o.at) {
					pairs = append(pairs, pair{a: a, b: o})
				}
			}
			since = append(since, o)
		}
	}
	return f.cooldowns("scale-ins", pairs, f.keptIn, f.unconcerned(false))
}

// before is the scale-in before an order, and the one before of its own policy:
// whether two policies share a cooldown is not documented, that one keeps its
// own is.
func before(since []order, o order) (list []order) {
	for i, a := range since {
		own := func(x order) bool { return x.cause.Policy == o.cause.Policy }
		if i == len(since)-1 || own(a) && !slices.ContainsFunc(since[i+1:], own) {
			list = append(list, a)
		}
	}
	return list
}

// cooldownIn is the cooldown that a scale-in has to keep; 0: it was not seen.
func (f *facts) cooldownIn(o order) time.Duration {
	cd, _ := f.cooldown(o.cause.Policy, false)
	return cd
}

// keptIn judges two scale-ins. The cooldown's anchor is the completion of the
// first by all that was recorded [R], by no document: between its start and
// its completion nobody knows.
func (f *facts) keptIn(p pair) (Answer, string) {
	cd, ok := f.cooldown(p.b.cause.Policy, false)
	if !ok {
		return Inconclusive, "The cooldown of policy " + p.b.cause.Policy + " was not seen; see policies.exact."
	}
	switch {
	case p.ended != nil:
		return Pass, fmt.Sprintf("%s only %s after %s, inside the cooldown of %s: allowed, since the scale-out %s between them ended it.",
			p.b.move(), short(p.gap()), p.a.move(), short(cd), p.ended.move())
	case p.over(cd):
		return Pass, ""
	case p.gap() < cd && p.a.cause.Policy != p.b.cause.Policy:
		return Inconclusive, fmt.Sprintf("Two policies scaled in %s apart, inside the cooldown of %s; whether they share one is not documented; run with one policy to see either's cooldown.", short(p.gap()), short(cd))
	case p.gap() < cd:
		return Fail, fmt.Sprintf("The %s came %s after the one before, inside the cooldown of %s; %s.", f.describe(p.b), short(p.gap()), short(cd), p.compare())
	case p.a.end.IsZero():
		return Inconclusive, "The completion of the scale-in at " + f.when(p.a.at) + " was not seen, so from when its cooldown counts is not known; see observation.complete for what was not looked at, and run again."
	}
	return Inconclusive, fmt.Sprintf("The %s came %s after the start of the one before, and %s after its completion: beyond the cooldown of %s from its start, within it from its completion; which of them counts is not documented; run again with more steps to scale in, or over a longer stage.",
		f.describe(p.b), short(p.gap()), short(p.b.at.Sub(p.a.end)), short(cd))
}
