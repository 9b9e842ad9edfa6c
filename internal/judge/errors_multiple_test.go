package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

const (
	errorsOfBaseline = `{"errors":{"above":"3x","of_stage":"baseline","in":"peak"}}`
	errorsOfBefore   = `{"errors":{"above":"3x","of_run":"baseline","in":"peak"}}`
)

// steadily has requests fail in each window of 10 s, so many in the baseline
// stage (of 100 a window) and so many in the peak (of 225).
func steadily(baseline, peak int64) func(*tale) {
	return func(t *tale) {
		t.traffic = func(at time.Duration, k *timeline.KindWindow) {
			n := int64(0)
			switch {
			case k.Kind != "light":
			case at < minutes(3):
				n = baseline
			case at >= minutes(13) && at < minutes(23):
				n = peak
			}
			if n = min(n, k.Sent); n > 0 {
				k.Completed = map[string]int64{"200": k.Sent - n, "502": n}
				k.Failed = map[string]int64{"502": n}
			}
		}
	}
}

// A share of failures against that of another stage, or of another run.
var errorsAgainstOthers = []story{
	{name: "fewer than three times a stage's", from: asked(errorsOfBaseline), want: Pass, edit: steadily(1, 1)},
	{name: "many times a stage's", from: asked(errorsOfBaseline), want: Fail, says: "where at most 3 times the 1.00 % (18 of 1800) of stage baseline may", edit: steadily(1, 20)},
	{name: "about three times a stage's", from: asked(errorsOfBaseline), want: Inconclusive, says: "so few failures do not tell", edit: steadily(1, 6)},
	{name: "none in either", from: asked(errorsOfBaseline), want: Pass},
	{name: "some where the stage had none", from: asked(errorsOfBaseline), want: Fail, edit: steadily(0, 2)},
	{name: "one where the stage had none", from: asked(errorsOfBaseline), want: Inconclusive, says: "so few failures", edit: func(t *tale) { t.traffic = failAt(minutes(20), 1) }},
	{name: "too few requests in the stage", from: asked(`{"errors":{"above":"3x","of_stage":"baseline","in":"peak","of":"heavy"}}`), want: Inconclusive,
		says: "ended in baseline, too few to hold a share of failures against"},
	{name: "of the heavy kind alone", from: asked(`{"errors":{"above":"3x","of_stage":"settle","in":"peak","of":"heavy"}}`), want: Pass, edit: steadily(1, 20)},
	{name: "no other run", from: asked(errorsOfBefore), want: Inconclusive, says: "--baseline RUN", edit: steadily(0, 1)},
	{name: "as many as before", from: asked(errorsOfBefore), want: Pass, edit: against(steadily(0, 3))},
	{name: "many times as many as before", from: asked(errorsOfBefore), want: Fail, says: "of the run before may", edit: func(t *tale) {
		against(steadily(0, 3))(t)
		steadily(0, 20)(t)
	}},
	{name: "another load before", from: asked(errorsOfBefore), want: Inconclusive, says: "its stage peak is not the baseline's", edit: against(func(t *tale) {
		t.plan.Stages[2] = stageOf("peak", 13*time.Minute, 10*time.Minute, time.Minute, 1.25, 2.6, 0.5, 0.9)
	})},
	{name: "the sender's own failures", from: asked(errorsOfBaseline), want: Inconclusive, edit: func(t *tale) {
		steadily(1, 20)(t)
		own := t.traffic
		t.traffic = func(at time.Duration, k *timeline.KindWindow) {
			own(at, k)
			if n := k.Failed["502"]; at > minutes(13) && n > 0 {
				k.Completed, k.Failed = map[string]int64{"200": k.Sent - n, ownClass: n}, map[string]int64{ownClass: n}
			}
		}
	}},
}
