package judge

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// swing is one scaling order and the traffic around it: from the order until
// the targets have settled.
type swing struct {
	order
	windows []window
	settled bool // they were seen to; else the windows reach to the observation's end
}

// trailing is how long after the targets were seen to have settled an answer may
// still be on its way: a task that stops at the very instant of that look fails
// its requests in the window that begins with it.
const trailing = 5 * time.Second

// swings lists the orders given while traffic flowed, or in the named stages:
// what is ordered after the traffic meets no requests.
func (f *facts) swings(in []string) (list []swing) {
	for _, o := range f.during(f.from, f.to, func(o order) bool { return o.out() || o.in() }) {
		if s, ok := f.stageAt(o.at); len(in) > 0 && (!ok || !slices.Contains(in, s.Name)) {
			continue
		}
		end, ok := f.settled(o)
		if !ok {
			end = f.horizon
		}
		list = append(list, swing{o, f.touching(o.at, end.Add(trailing)), ok})
	}
	return list
}

// allOf are the windows of all swings, each once.
func allOf(list []swing) (all []window) {
	for _, a := range list {
		all = append(all, a.windows...)
	}
	slices.SortFunc(all, func(a, b window) int { return int(min(max(a.seq-b.seq, -1), 1)) })
	return slices.CompactFunc(all, func(a, b window) bool { return a.seq == b.seq })
}

// unsettled says why what was seen around the swings, of the kinds, is not
// all; empty where it is.
func (f *facts) unsettled(list []swing, kinds []string) string {
	for _, a := range list {
		switch {
		case !a.settled:
			return "The targets had not settled after the " + f.describe(a.order) + " when the observation ended; let the run watch longer behind its last stage."
		case sum(a.windows, kinds).completed == 0:
			return "No request ended around the " + f.describe(a.order) + ", so there was nothing that could fail; see load.delivered, and send more there."
		}
	}
	switch {
	case len(list) == 0:
		return "Nothing scaled, so how scaling treats requests was not exercised; raise the load until it does."
	case !f.sawOrders(f.to):
		return f.ordersMissed(f.to)
	}
	return ""
}

// settled is when, after an order, all desired targets were seen healthy and
// none draining.
func (f *facts) settled(o order) (time.Time, bool) {
	for _, h := range f.health {
		if h.seen.Before(o.at) || h.value.Draining > 0 || h.seen.Equal(o.at) && h.value.Healthy != o.to {
			continue // a look at that very instant may have come before the order
		}
		lo, hi, ok := f.desiredAt(h.seen)
		if ok && h.value.Healthy >= lo && h.value.Healthy <= hi && !f.blind(timeline.PartTargets, h.seen) {
			return h.seen, true
		}
	}
	return time.Time{}, false
}
