package judge

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// Instant is one moment of a run: what the service looked like, what was going
// on, why it did or did not scale, and what came before and after.
type Instant struct {
	At        time.Time `json:"at"`
	Began     time.Time `json:"began,omitzero"` // of the traffic; zero where it never began
	When      string    `json:"when"`
	Service   []string  `json:"service"`             // its tasks, its bounds, its load
	Policies  []Reading `json:"policies,omitempty"`  // by name
	Happening []string  `json:"happening,omitempty"` // what went on
	Scaling   []string  `json:"scaling"`             // why it did, or did not, scale then
	Before    []Moment  `json:"before,omitempty"`    // the last few
	After     []Moment  `json:"after,omitempty"`     // the next few
}

// Reading is what one policy saw: the newest datapoints of its metric that were
// published by then, and its alarms.
type Reading struct {
	Policy string `json:"policy"`
	Says   string `json:"says"`
}

// Extent is the stretch of time that a run watched, and the beginning of its
// traffic, zero where that never began.
func Extent(events []timeline.Event) (first, traffic, last time.Time, err error) {
	f, err := factsOf(events)
	if err != nil {
		return first, traffic, last, err
	}
	first = events[0].At
	for _, e := range events {
		first = earlier(first, e.Seen)
		last = later(last, e.Seen)
	}
	return first, f.from, last, nil
}

// few is how many moments before and after are told.
const few = 4

// TellInstant tells one moment of a run.
func TellInstant(events []timeline.Event, at time.Time) (Instant, error) {
	f, err := factsOf(events)
	if err != nil {
		return Instant{}, err
	}
	i := Instant{At: at, Began: f.from, When: f.when(at), Service: f.stood(at), Policies: f.readings(at), Happening: f.happening(at), Scaling: f.scalingAt(at)}
	all := f.moments()
	n := 0
	for n < len(all) && !all[n].At.After(at) {
		n++
	}
	i.Before, i.After = all[max(0, n-few):n], all[n:min(len(all), n+few)]
	return i, nil
}

// stood says how many tasks there were, within which bounds, under what load.
func (f *facts) stood(at time.Time) (said []string) {
	counts, health := f.counts.at(at), f.health.at(at)
	if f.loadOnly {
		return []string{"Only the traffic was watched, by loadgen run."}
	}
	if len(counts) == 0 {
		said = append(said, "Its tasks were not seen by then.")
	} else {
		c := counts[0].value
		s := fmt.Sprintf("%s desired, %d running, %d pending", tasks(c.Desired), c.Running, c.Pending)
		if lo, hi, known := f.desiredAt(at); known && (lo != c.Desired || hi != c.Desired) {
			s = fmt.Sprintf("%s desired, %d running when last looked at", tasks(hi), c.Running)
		}
		if len(health) > 0 {
			h := health[0].value
			s += fmt.Sprintf("; %s healthy", plural(h.Healthy, "target", "targets"))
			for _, x := range []struct {
				n    int
				word string
			}{{h.Initial, "starting"}, {h.Unhealthy, "unhealthy"}, {h.Draining, "draining"}} {
				if x.n > 0 {
					s += fmt.Sprintf(", %d %s", x.n, x.word)
				}
			}
		}
		said = append(said, s+".")
	}
	if may := f.capacity.at(at); len(may) > 0 {
		if t := may[0].value.Target; t != nil {
			said = append(said, fmt.Sprintf("Registered with %d..%d tasks%s.", t.Bounds.Min, t.Bounds.Max, suspended(t.Suspended)))
		} else {
			said = append(said, "Not registered with Application Auto Scaling.")
		}
	}
	if !f.from.IsZero() && !at.Before(f.from) && at.Before(f.to) {
		said = append(said, "The planned load: "+f.asks(at)+".")
		windows := f.windowsIn(at.Add(-time.Minute), at)
		if t := sum(windows, nil); t.completed > 0 {
			said = append(said, fmt.Sprintf("In the minute before, %s ended and %d of them failed (%s).", requests(t.completed), t.failed, percent(t.failed, t.completed)))
		}
	}
	return said
}

// readings tells, of each policy that stood, metric and alarms.
func (f *facts) readings(at time.Time) (list []Reading) {
	for _, p := range f.standingAt(at) {
		list = append(list, Reading{p.policy.Name, f.reading(p.policy, at)})
	}
	return list
}

func (f *facts) reading(p scaling.Policy, at time.Time) string {
	var parts []string
	if key := keyOf(scaling.Role(p.Metric)); key != "" {
		points := f.lately(key, silence{from: at, to: at}, 10*time.Minute)
		if len(points) == 0 {
			parts = append(parts, "no datapoint of "+noun(key)+" published in ten minutes")
		} else {
			last := points[max(0, len(points)-3):]
			var values []string
			for _, q := range last {
				values = append(values, number(q.value))
			}
			newest := last[len(last)-1]
			parts = append(parts, fmt.Sprintf("%s %s, the newest of the minute %s, against a target of %s",
				noun(key), strings.Join(values, ", "), newest.start.UTC().Format("15:04"), number(p.Target)))
		}
	}
	for _, high := range []bool{true, false} {
		a := f.alarmOf(p, high, at)
		if a == nil {
			continue
		}
		m := f.moodAt(a.alarm.Name, at)
		state := m.state
		if state == "" {
			state = "in a state that nobody saw"
		} else {
			state += " since " + clockOf(m.from)
		}
		parts = append(parts, fmt.Sprintf("%s alarm (%d of %d x %s %s %s) %s", side(high), a.alarm.M(), a.alarm.EvaluationPeriods, short(a.alarm.Metric.Period),
			map[bool]string{true: "above", false: "below"}[high], number(a.alarm.Threshold), state))
	}
	return strings.Join(parts, "; ")
}

// happening tells what went on at a moment: a deployment, a cooldown, an
// activity that is not done, a hole in what was seen.
func (f *facts) happening(at time.Time) (said []string) {
	for _, r := range f.rollouts() {
		if !r.since.After(at) && (r.over.IsZero() || r.over.After(at)) {
			said = append(said, "A deployment goes on since "+clockOf(r.since)+", and scale-in is switched off.")
		}
	}
	for _, o := range f.orders {
		if o.at.After(at) {
			break
		}
		if o.end.IsZero() || o.end.After(at) {
			said = append(said, "The "+f.describe(o)+" is being carried out.")
			continue
		}
		if long, known := f.cooldown(o.cause.Policy, o.out()); known && o.end.Add(long).After(at) && o.cause.Kind == scaling.CauseAlarm {
			said = append(said, fmt.Sprintf("The cooldown of %s behind the %s runs until %s.", short(long), f.describe(o), clockOf(o.end.Add(long))))
		}
	}
	if f.loadOnly {
		return said
	}
	for _, part := range parts {
		if f.blind(part, at) {
			said = append(said, "Nobody looked at the "+partNames[part]+" around then.")
		}
	}
	return said
}

// scalingAt tells the order of the minute before, or why there was none.
func (f *facts) scalingAt(at time.Time) (said []string) {
	switch {
	case f.loadOnly:
		return []string{"What the service did was not watched."}
	case f.from.IsZero():
		return []string{"No traffic was ever sent."}
	}
	for _, a := range f.actions {
		if !a.At.After(at) && a.At.After(at.Add(-time.Minute)) {
			said = append(said, "It did scale: "+a.String()+".")
		}
	}
	if len(said) > 0 {
		return said
	}
	for _, out := range []bool{true, false} {
		s := silence{out: out, from: at, to: at}
		if w := f.whyNot(s); len(w) > 0 {
			if w[0].rank >= rankShort && !f.calledFor(s) {
				w[0].next = "" // nothing is to be done about it
			}
			said = append(said, fmt.Sprintf("No %s: %s.", s.direction(), w.clause()))
		}
	}
	return said
}

// calledFor says that the planned load asks for an order at a moment.
func (f *facts) calledFor(s silence) bool {
	_, n, known := f.desiredAt(s.to)
	if s.out {
		return known && f.demand(s.to, "") > int64(n)*1000
	}
	return known && n > f.plan.Bounds.Min && f.low(f.floors(s.to), s.to, n)
}
