package judge

import (
	"encoding/json"
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

// triggerRole is what the triggered policy watches.
func triggerRole(e plan.Expectation) string {
	if e.Trigger.By != "" {
		return e.Trigger.By
	}
	return "cpu"
}

// outsBy lists the scale-outs that name a policy of the role, but for those of
// which it is proven that they were another's.
func (f *facts) outsBy(role string) []order {
	return f.during(f.from, f.horizon, func(o order) bool { return o.out() && o.role == role && !f.actionOf(o).untrue })
}

// lookBack is how long before an order the datapoints may have ended that its
// alarm looked at: its range is longer than N [D], and its action repeats while
// old datapoints keep it in ALARM.
func (f *facts) lookBack(a scaling.Alarm) time.Duration { return outBudget(a) + 2*time.Minute }

// bestLevel is the highest level that M of N datapoints reached among those
// that may have been public before an order and that the alarm may have looked
// at; n is how many such runs there are.
func (f *facts) bestLevel(role string, a scaling.Alarm, o order) (best float64, n int) {
	points := slices.DeleteFunc(f.between(keyOf(role), o.at.Add(-f.lookBack(a)), o.at), func(p point) bool { return !p.after.Before(o.at) })
	runs(points, a.EvaluationPeriods, func(w []point) {
		n++
		best = max(best, level(w, min(max(a.M(), 1), len(w))))
	})
	return best, n
}

// premature says that the alarm behind an order may have fired on fewer
// datapoints than it asks for: so it does where fewer than it looks at are in
// its range, two periods longer, and all that are breach. [D] One that was
// public by then and does not rules it out.
func (f *facts) premature(role string, a scaling.Alarm, o order, floor int64) bool {
	t := o.at
	for _, x := range f.alarms {
		if x.alarm.Name == o.cause.Alarm && x.transition && x.alarm.State == scaling.AlarmInAlarm && !x.at.After(o.at) {
			t = x.at
		}
	}
	period := a.Metric.Period
	breaching := 0
	for _, p := range f.between(keyOf(role), t.Truncate(period).Add(-time.Duration(a.EvaluationPeriods+2)*period), t) {
		switch above := hundredths(p.value) > floor; {
		case !p.after.Before(t):
		case above:
			breaching++
		case !p.seen.After(t):
			return false
		}
	}
	return breaching > 0
}

// early says that an alarm may have fired at t on all datapoints that were
// public of its range, two periods longer than it looks at, though these were
// fewer than it asks for: where each is published late some always are. [D]
func (f *facts) early(key string, a scaling.Alarm, t time.Time) bool {
	period, breaching := a.Metric.Period, 0
	for _, p := range f.between(key, t.Truncate(period).Add(-time.Duration(a.EvaluationPeriods+2)*period), t) {
		switch {
		case !p.after.Before(t):
		case a.Breaches(p.value):
			breaching++
		case !p.seen.After(t):
			return false
		}
	}
	return breaching > 0
}

// firing is how an alarm came to fire, by its own account of it: when, the end
// of the newest datapoint that it was evaluated on, and the values.
type firing struct {
	at, end time.Time // end is zero where it is not told
	recent  []float64
	seq     int64
}

// firedOn tells how the alarm behind an order fired; ok is false where no look
// saw it, or it does not say on which datapoints.
func (f *facts) firedOn(o order) (fire firing, ok bool) {
	for _, a := range f.alarms {
		if a.alarm.Name != o.cause.Alarm || !a.transition || a.alarm.State != scaling.AlarmInAlarm || a.at.After(o.at) {
			continue
		}
		if x, good := account(a.alarm); good {
			x.at, x.seq = a.at, a.seq
			fire, ok = x, true
		}
	}
	return fire, ok
}

// account reads the datapoints from an alarm's reason. [R]
func account(a scaling.Alarm) (fire firing, ok bool) {
	var data struct {
		Evaluated []struct {
			Timestamp string `json:"timestamp"`
		} `json:"evaluatedDatapoints"`
		Start  string    `json:"startDate"`
		Recent []float64 `json:"recentDatapoints"`
	}
	if json.Unmarshal([]byte(a.StateReasonData), &data) != nil {
		return fire, false
	}
	var newest time.Time
	for _, d := range data.Evaluated {
		if t, good := parseStamp(d.Timestamp); good && t.After(newest) {
			newest, ok = t, true
		}
	}
	if start, good := parseStamp(data.Start); !ok && good && len(data.Recent) > 0 {
		newest, ok = start.Add(time.Duration(len(data.Recent)-1)*a.Metric.Period), true
	}
	return firing{end: newest.Add(a.Metric.Period), recent: data.Recent}, ok
}

// tellsAbove says that the alarm behind an order tells of as many datapoints
// above the floor as it asks for.
func (f *facts) tellsAbove(a scaling.Alarm, o order, floor int64) bool {
	fire, _ := f.firedOn(o)
	above := 0
	for _, v := range fire.recent {
		if hundredths(v) > floor {
			above++
		}
	}
	return above >= a.M()
}

// parseStamp reads CloudWatch's times, whose zone has no colon. [R]
func parseStamp(s string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04:05.000-0700", time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
