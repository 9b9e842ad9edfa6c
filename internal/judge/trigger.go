package judge

import (
	"encoding/json"
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

// outsBy lists the scale-outs that a policy of the role caused.
func (f *facts) outsBy(role string) []order {
	return f.during(f.from, f.horizon, func(o order) bool { return o.out() && o.role == role })
}

// bestLevel is the highest level that M of N datapoints reached in the stretch
// that the alarm may have looked at before an order: its range is longer than
// N, [D], and its action repeats while old datapoints keep it in ALARM.
func (f *facts) bestLevel(role string, a scaling.Alarm, o order) (best float64, n int) {
	points := f.between(keyOf(role), o.at.Add(-outBudget(a)-2*time.Minute), o.at)
	runs(points, a.EvaluationPeriods, func(w []point) {
		n++
		best = max(best, level(w, min(max(a.M(), 1), len(w))))
	})
	return best, n
}

// firing is how an alarm came to fire: when, and the end of the newest
// datapoint that it was evaluated on.
type firing struct {
	at, end time.Time
	seq     int64
}

// firedOn tells how the alarm behind an order fired, by its own account of it.
func (f *facts) firedOn(o order) (fire firing, ok bool) {
	for _, a := range f.alarms {
		if a.alarm.Name != o.cause.Alarm || !a.transition || a.alarm.State != scaling.AlarmInAlarm || a.at.After(o.at) {
			continue
		}
		if t, good := lastEvaluated(a.alarm); good {
			fire, ok = firing{a.at, t, a.seq}, true
		}
	}
	return fire, ok
}

// lastEvaluated reads the newest datapoint from an alarm's reason. [R]
func lastEvaluated(a scaling.Alarm) (end time.Time, ok bool) {
	var data struct {
		Evaluated []struct {
			Timestamp string `json:"timestamp"`
		} `json:"evaluatedDatapoints"`
		Start  string    `json:"startDate"`
		Recent []float64 `json:"recentDatapoints"`
	}
	if json.Unmarshal([]byte(a.StateReasonData), &data) != nil {
		return end, false
	}
	for _, d := range data.Evaluated {
		if t, good := parseStamp(d.Timestamp); good && t.After(end) {
			end, ok = t, true
		}
	}
	if start, good := parseStamp(data.Start); !ok && good && len(data.Recent) > 0 {
		end, ok = start.Add(time.Duration(len(data.Recent)-1)*a.Metric.Period), true
	}
	return end.Add(a.Metric.Period), ok
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
