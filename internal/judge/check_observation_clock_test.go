package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

var observationClockProof = proof{
	id:    "observation.clock",
	never: true,
	stories: []story{
		{name: "one clock", want: Pass},
		{name: "a stamp that lies within the tolerance", want: Pass, edit: stamped(4*time.Second, 14*time.Second)},
		{name: "a stamp that lies after the look that saw it", want: Inconclusive, says: "AWS's clock is ahead of this run's by 8s or more", edit: stamped(8*time.Second, 18*time.Second)},
		{name: "all stamps lie before the look that did not see it", want: Inconclusive, says: "AWS's clock is behind this run's by 30s or more", edit: func(t *tale) {
			t.orders = nil
			stamped(-45*time.Second, -30*time.Second)(t)
		}},
		{name: "one change was listed late", want: Pass, edit: stamped(-5*time.Minute-15*time.Second, -5*time.Minute)},
		{name: "nothing changed", want: Inconclusive, says: "nothing tells whether", edit: noOrders},
	},
	edits: []edit{
		{"a clock that is 20s fast", "", Inconclusive, func(t *tape) { t.slow(-20 * time.Second) }},
	},
	unsure: []blur{
		{"a clock that is 30s fast", "", func(t *tape) { t.slow(-30 * time.Second) }},
		{"a clock that is 30s slow", "", func(t *tape) { t.slow(30 * time.Second) }},
	},
}

// stamped tells of an alarm whose transition, by AWS's clock, lies so long
// after the look that saw it, and after the look before.
func stamped(least, most time.Duration) func(*tale) {
	return func(t *tale) {
		seen := dawn.Add(minutes(50))
		a, _ := t.alarmFor(requestPolicy, false)
		t.extra = append(t.extra, timeline.Observed(seen.Add(least), seen, seen.Add(least-most), "cloudwatch", a.Name,
			timeline.AlarmState{Alarm: a, Transition: true, Policy: requestPolicy}))
	}
}

// slow sets the clock of the run back (forward where negative): what AWS stamps
// stays, and all that the run stamps is earlier.
func (t *tape) slow(by time.Duration) {
	move := func(at *time.Time) {
		if !at.IsZero() {
			*at = at.Add(-by)
		}
	}
	for i := range t.events {
		e := &t.events[i]
		own := e.At.Equal(e.Seen)
		if !own {
			switch e.Data.(type) {
			case timeline.AlarmState, timeline.ActivityState, timeline.Deployment, timeline.MetricPoint:
			default:
				own = true
			}
		}
		if own {
			move(&e.At)
		}
		move(&e.Seen)
		move(&e.NotBefore)
		switch d := e.Data.(type) {
		case timeline.Heartbeat:
			move(&d.From)
			e.Data = d
		case timeline.Gap:
			move(&d.Since)
			e.Data = d
		case timeline.Window:
			move(&d.Start)
			e.Data = d
		}
	}
	t.start = t.start.Add(-by)
}

// A clock that is off makes nothing fail, and what holds AWS's times against
// the run's own neither fails nor passes beside it.
func TestClocksThatAreOff(t *testing.T) {
	timed := map[string]check{}
	for _, c := range checks {
		timed[c.id] = c
	}
	for _, by := range []time.Duration{-time.Minute, -30 * time.Second, -7 * time.Second, 7 * time.Second, 30 * time.Second} {
		for _, silent := range []bool{false, true} {
			run := golden(t, "cpu-heavy")
			if silent { // a failure on one clock
				run.point(timeline.KeyCPU, minutes(40), minutes(48), func(float64) float64 { return 78 })
				run.ring(minutes(45))
			}
			run.slow(by)
			for _, r := range run.judge(t, checks).Results {
				if !silent {
					require.NotEqual(t, Fail, r.Answer, "%s: %s: %s", by, r.ID, r.Explanation)
				}
				if timed[r.ID].timed(r) && (by < -20*time.Second || by > 20*time.Second) {
					require.Equal(t, Inconclusive, r.Answer, "%s: %s: %s", by, r.ID, r.Measured)
				}
			}
		}
	}
}

// An offset that passes, since it is smaller than what lies between two looks,
// changes no answer that counts: an order that is stamped behind the look that
// saw it is found all the same. Measured once for each second up to five, and on
// each edit of the proofs; here on the recorded runs.
func TestSmallOffsetsChangeNothing(t *testing.T) {
	for _, name := range []string{"cpu-heavy", "gradual-ramp", "incident", "rollback"} {
		want := golden(t, name).judge(t, checks)
		before := map[string]Answer{}
		for _, r := range want.Results {
			before[r.ID+" "+r.Subject] = r.Answer
		}
		for _, by := range []time.Duration{-offsetAllowed, -time.Second, time.Second, offsetAllowed} {
			run := golden(t, name)
			run.slow(by)
			v := run.judge(t, checks)
			require.Equal(t, want.Answer, v.Answer, "%s, %s: %s", name, by, v.Sentence)
			for _, r := range v.Results {
				require.True(t, r.Severity == Warns || before[r.ID+" "+r.Subject] == r.Answer, "%s, %s: %s %s: %s", name, by, r.ID, r.Subject, r.Explanation)
			}
		}
	}
}
