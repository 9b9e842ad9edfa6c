package judge

import (
	"flag"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var everyHole = flag.Bool("holes", false, "TestHoles: a hole at every minute, not at some places")

// holeLength is how long a part is not seen.
const holeLength = 5 * time.Minute

// hiddenBy is the part that a payload is learnt by, and hidden with; the traffic's own for what
// the generator tells.
func hiddenBy(p timeline.Payload) string {
	switch p.(type) {
	case timeline.Counts, timeline.Deployment:
		return timeline.PartService
	case timeline.Health:
		return timeline.PartTargets
	case timeline.PolicyState, timeline.Capacity:
		return timeline.PartScaling
	case timeline.AlarmState:
		return timeline.PartAlarms
	case timeline.ActivityState:
		return timeline.PartActivities
	case timeline.MetricPoint:
		return timeline.PartMetrics
	case timeline.Window:
		return traffic
	}
	return ""
}

// hide takes from a run all that was seen of a part in a stretch, as the
// observer would have it: activities are listed still when it looks again, of
// all else only the last state that the stretch came to, and datapoints are
// gone. It returns how far the hole reaches.
func (t *tape) hide(part string, at time.Duration) (from, to time.Time) {
	from, to = later(t.at(at), t.events[0].At.Add(time.Second)), t.at(at+holeLength)
	overlaps := func(e timeline.Event) bool {
		h, ok := e.Data.(timeline.Heartbeat)
		return ok && h.Part == part && e.At.After(from) && h.From.Before(to)
	}
	first, last := from, to
	for _, e := range t.events {
		if overlaps(e) {
			first, last = earlier(first, e.Data.(timeline.Heartbeat).From), later(last, e.At)
		}
	}
	if part == traffic {
		first, last = from, to
	}
	t.drop(overlaps)
	var held []timeline.Event // what is seen when it looks again, by subject the last
	t.drop(func(e timeline.Event) bool {
		if hiddenBy(e.Data) != part || !e.Seen.After(first) || e.Seen.After(last) {
			return false
		}
		switch part {
		case timeline.PartMetrics, traffic:
			return true
		case timeline.PartActivities:
		default:
			held = slices.DeleteFunc(held, func(x timeline.Event) bool { return x.Kind == e.Kind && x.Subject == e.Subject })
		}
		held = append(held, e)
		return true
	})
	for _, e := range held {
		e.NotBefore, e.Seen = first, last
		if part == timeline.PartService || part == timeline.PartTargets || part == timeline.PartScaling {
			e.At = last
		}
		t.add(e)
	}
	return first, last
}

// A harm does in a stretch, for all to see, what a check is there to notice.
type harm struct {
	check, part string
	of          string // cpu-heavy where empty
	do          func(t *tape, from, to time.Time)
	before      func(t *tape, from, to time.Time) // is so whether it is seen or not
}

// states tells states that come and go within a stretch.
func states(t *tape, from, to time.Time, payloads ...timeline.Payload) {
	step := to.Sub(from) / time.Duration(len(payloads)+1)
	for i, p := range payloads {
		at := from.Add(step * time.Duration(i+1))
		t.add(timeline.Observed(at, at, at.Add(-10*time.Second), "test", "", p))
	}
}

// stood is the last payload of a type that was seen by then.
func stood[P timeline.Payload](t *tape, at time.Time, yes func(P) bool) (found P) {
	for _, e := range t.events {
		if p, ok := e.Data.(P); ok && !e.Seen.After(at) && yes(p) {
			found = p
		}
	}
	return found
}

func anyOf[P any](P) bool { return true }

// points changes the datapoints of a metric that begin in a stretch.
func pointsIn(key string, v float64) func(*tape, time.Time, time.Time) {
	return func(t *tape, from, to time.Time) {
		each(t, func(e *timeline.Event, p *timeline.MetricPoint) {
			if p.Key == key && e.Seen.After(from) && !e.Seen.After(to) {
				p.Value = v
			}
		})
	}
}

// windowsOf changes the windows of traffic in a stretch.
func windowsOf(change func(*timeline.KindWindow)) func(*tape, time.Time, time.Time) {
	return func(t *tape, from, to time.Time) { kinds(t, from.Sub(t.start), to.Sub(t.start), change) }
}

func fails(class string) func(*timeline.KindWindow) {
	return func(k *timeline.KindWindow) {
		n := k.Completed["200"]
		if n == 0 {
			return
		}
		k.Completed, k.Failed = map[string]int64{class: n}, map[string]int64{class: n}
	}
}

var harms = []harm{
	{check: "scaling.attributed", part: timeline.PartService, do: func(t *tape, from, to time.Time) {
		now := stood(t, from, anyOf[timeline.Counts])
		more := now
		more.Desired += 2
		states(t, from, to, more, now)
	}},
	{check: "errors.balancer", part: timeline.PartMetrics, do: func(t *tape, from, to time.Time) {
		start := from.Truncate(time.Minute)
		t.add(timeline.Observed(start, to.Add(-time.Second), from, "cloudwatch", timeline.KeyTarget5xx,
			timeline.MetricPoint{Key: timeline.KeyTarget5xx, Value: 5000, Period: time.Minute}))
	}},
	{check: "capacity.held", part: timeline.PartService, do: func(t *tape, from, to time.Time) {
		now := stood(t, from, anyOf[timeline.Counts])
		less := now
		less.Desired--
		states(t, from, to, less, now)
	}},
	{check: "policies.unchanged", part: timeline.PartService, do: func(t *tape, from, to time.Time) {
		now := stood(t, from, anyOf[timeline.Counts])
		more := now
		more.Desired += 2
		states(t, from, to, more, now)
	}},
	{check: "capacity.stage-end", part: timeline.PartTargets, do: func(t *tape, from, to time.Time) {
		now := stood(t, to, anyOf[timeline.Health])
		at := from.Add(time.Second)
		t.add(timeline.Observed(at, at, at, "test", "", timeline.Health{Healthy: 9}))
		t.add(timeline.Observed(to, to, to.Add(-time.Second), "test", "", now))
	}},
	{check: "load.arrived", part: timeline.PartTargets, do: func(t *tape, from, to time.Time) {
		now := stood(t, from, anyOf[timeline.Health])
		states(t, from, to, timeline.Health{Unhealthy: now.Healthy}, now)
	}},
	{check: "policies.unchanged", part: timeline.PartScaling, do: func(t *tape, from, to time.Time) {
		now := stood(t, from, func(p timeline.PolicyState) bool { return p.Policy.Name == cpuPolicy })
		other := now
		other.Policy.Target = 75
		states(t, from, to, other, now)
	}},
	{check: "policies.unchanged", part: timeline.PartAlarms, do: func(t *tape, from, to time.Time) {
		now := stood(t, from, func(a timeline.AlarmState) bool { return a.Policy == cpuPolicy && a.Alarm.High() })
		other := now
		other.Alarm.Threshold, other.Transition, now.Transition = 85, false, false
		states(t, from, to, other, now)
	}},
	{check: "capacity.bounds", part: timeline.PartScaling, do: func(t *tape, from, to time.Time) {
		now := stood(t, from, anyOf[timeline.Capacity])
		if now.Target == nil {
			return
		}
		target := *now.Target
		target.Bounds = scaling.Bounds{Min: 7, Max: 9}
		at := from.Add(time.Second)
		t.add(timeline.Observed(at, at, at, "test", "", timeline.Capacity{Target: &target}))
		t.add(timeline.Observed(to, to, to.Add(-time.Second), "test", "", now))
	}},
	{check: "scale-out.only-by", part: timeline.PartAlarms, do: func(t *tape, from, to time.Time) {
		t.drop(func(e timeline.Event) bool {
			a, ok := e.Data.(timeline.AlarmState)
			return ok && a.Transition && a.Alarm.High() && e.Seen.After(from) && !e.Seen.After(to)
		})
	}},
	{check: "alarms.fire", part: timeline.PartMetrics, do: pointsIn(timeline.KeyCPU, 72)},
	{check: "trigger.answered", part: timeline.PartMetrics, do: pointsIn(timeline.KeyCPU, 88)},
	{check: "trigger.threshold", part: timeline.PartMetrics, do: pointsIn(timeline.KeyCPU, 20)},
	{check: "scale-out.in-time", part: timeline.PartMetrics, do: pointsIn(timeline.KeyCPU, 20)},
	{check: "scale-in.all-agree", part: timeline.PartMetrics, do: pointsIn(timeline.KeyRequests, 3000)},
	{check: "trigger.bracket", part: timeline.PartMetrics, of: "gradual-ramp", do: pointsIn(timeline.KeyCPU, 80)},
	{check: "load.arrived", part: timeline.PartMetrics, do: pointsIn(timeline.KeyRequests, 3000)},
	{check: "load.apart", part: timeline.PartMetrics, do: pointsIn(timeline.KeyRequests, 3000)},
	{check: "saturation", part: timeline.PartMetrics, do: pointsIn(timeline.KeyCPU, 100), before: func(t *tape, from, _ time.Time) {
		pointsIn(timeline.KeyCPU, 96)(t, from.Add(-4*time.Minute), from)
	}},
	{check: "errors", part: traffic, do: windowsOf(fails("502"))},
	{check: "latency", part: traffic, do: windowsOf(func(k *timeline.KindWindow) {
		if n := k.Completed["200"]; n > 0 {
			k.Latency = histogram(n, time.Minute)
		}
	})},
	{check: "load.delivered", part: traffic, do: windowsOf(func(k *timeline.KindWindow) { k.Late = k.Sent })},
	{check: "load.accepted", part: traffic, do: windowsOf(fails("429"))},
}

// holePlaces are where the holes begin: around the start, the orders, and the
// ends of stages.
func holePlaces() (at []time.Duration) {
	if !*everyHole {
		return []time.Duration{minutes(6.5), minutes(20.5), minutes(44)}
	}
	for x := 90*time.Second - lead; x < 50*time.Minute; x += time.Minute {
		at = append(at, x)
	}
	return at
}

// Whatever falls into a hole is inconclusive: a check that notices what happens
// in a stretch does not pass where that stretch was not seen, as it would pass
// had it happened there.
func TestHoles(t *testing.T) {
	for _, h := range harms {
		t.Run(h.check+" without "+h.part, func(t *testing.T) {
			noticed := 0
			for _, at := range holePlaces() {
				blind := recorded(t, h.of)
				from, to := blind.hide(h.part, at)
				seen := recorded(t, h.of)
				if h.before != nil {
					h.before(blind, from, to)
					h.before(seen, from, to)
				}
				h.do(seen, from, to)
				only := slices.DeleteFunc(slices.Clone(checks), func(c check) bool { return c.id != h.check })
				if answered(seen.judge(t, only)) == Pass {
					continue // it need not notice that there
				}
				noticed++
				got := answered(blind.judge(t, only))
				require.Equal(t, Inconclusive, got, "a hole from %s", at)
			}
			require.Positive(t, noticed, "the harm is never noticed")
		})
	}
}

// answered is the worst answer of a verdict, warnings included; pass where there
// is none.
func answered(v Verdict) Answer {
	a := Pass
	for _, r := range v.Results {
		a = worse(a, r.Answer)
	}
	return a
}

// No hole makes a check fail that would not have failed without it.
func TestHolesFailNobody(t *testing.T) {
	for _, part := range append(slices.Clone(parts), traffic) {
		for _, at := range holePlaces() {
			blind := recorded(t, "")
			blind.hide(part, at)
			for _, r := range blind.judge(t, checks).Results {
				require.NotEqual(t, Fail, r.Answer, "%s not seen from %s: %s: %s", part, at, r.ID, r.Explanation)
			}
		}
	}
}
