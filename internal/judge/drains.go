package judge

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// drained is a scale-in and the requests that it took tasks from.
type drained struct {
	swing
	end time.Time // until then its targets drained, or the traffic's end
	// working is how many requests the tasks that it took were at work on, in
	// the mean: thousandths. They share what is in flight evenly.
	working int64
	cut     int64 // requests that ended while it drained as those of a stopped task do
}

// drains lists the scale-ins of the traffic, whoever ordered them: a task that
// is taken away drains for all alike.
func (f *facts) drains() (list []drained) {
	for _, s := range f.swings(nil) {
		if !s.in() {
			continue
		}
		d := drained{swing: s, end: f.to}
		if end, ok := f.settled(s.order); ok {
			d.end = earlier(end, f.to)
		}
		d.working = f.inFlight(s.order) * int64(s.from-s.to) / int64(max(s.from, 1))
		d.cut = severed(f.held(s.windows))
		list = append(list, d)
	}
	return list
}

// inFlight is how many requests were in flight when the targets of a scale-in
// were deregistered, in the mean of the windows in which that may have been:
// thousandths.
func (f *facts) inFlight(o order) int64 {
	until := o.at.Add(lookLimit[timeline.PartTargets])
	for _, h := range f.health {
		if h.seen.After(o.at) && h.value.Draining > 0 {
			until = earlier(until, h.seen)
			break
		}
	}
	n, sum := int64(0), int64(0)
	for _, w := range f.touching(o.at, until) {
		n, sum = n+1, sum+w.InFlight
	}
	return sum * 1000 / max(n, 1)
}

// severed counts the requests that ended as those of a task that stops do:
// where a target closes a connection, the load balancer answers with a status
// of 500 or more [D]; where nobody stands before it, the connection breaks.
func severed(windows []window) (n int64) {
	for class, count := range sum(windows, nil).classes {
		if slices.Contains([]string{"reset", "connect", "protocol"}, class) || isStatus(class) && class[0] == '5' {
			n += count
		}
	}
	return n
}

// besides says what else may have severed requests while a scale-in drained;
// empty where nothing was seen that does.
func (f *facts) besides(d drained) string {
	growing := f.during(d.at.Add(-f.readyBudget()), d.end, order.out)
	lost := slices.ContainsFunc(f.counts, func(s step[timeline.Counts]) bool {
		return s.seen.After(d.at) && !s.seen.After(d.end.Add(time.Minute)) && (s.value.Pending > 0 || s.value.Running < s.value.Desired)
	})
	sick := slices.ContainsFunc(f.health, func(s step[timeline.Health]) bool {
		return s.seen.After(d.at) && !s.seen.After(d.end) && s.value.Unhealthy > 0
	})
	switch {
	case !d.settled:
		return "its targets were not seen to settle"
	case f.untrusted != "":
		return "the timeline's counts cannot be (" + f.untrusted + ")"
	case f.deploying(d.at, d.end):
		return "a deployment went on, which drains tasks too"
	case len(growing) > 0:
		return "a scale-out went on, whose new tasks may have been it"
	case lost:
		return "another task was lost in that time"
	case sick:
		return "a target was unhealthy in that time"
	}
	return ""
}

// vicinity is how long before and after a scale-in requests must not have
// failed for those that did while it drained to be its doing.
const vicinity = 5 * time.Minute

// failsAnyway says that requests were severed shortly before or after a
// scale-in too, when nothing scaled.
func (f *facts) failsAnyway(d drained, all []swing) bool {
	scaling := allOf(all)
	calm := slices.DeleteFunc(slices.Concat(f.windowsIn(d.at.Add(-vicinity), d.at), f.windowsIn(d.end, d.end.Add(vicinity))), func(w window) bool {
		return slices.ContainsFunc(scaling, func(s window) bool { return s.seq == w.seq })
	})
	return severed(f.held(calm)) > 0
}
