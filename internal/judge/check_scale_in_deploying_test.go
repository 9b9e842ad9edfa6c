package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var scaleInDeployingProof = proof{
	id: "scale-in.deploying",
	stories: []story{
		{name: "a deployment before any scale-in", want: Pass, edit: rollsOut(10, 15)},
		{name: "one ordered amid a deployment", want: Fail, says: "switches scale-in off", edit: func(t *tale) {
			rollsOut(t.orders[2].at.Minutes()-3, t.orders[2].at.Minutes()+3)(t)
		}},
		{name: "one ordered as it began", want: Inconclusive, says: "which came first", edit: func(t *tale) {
			rollsOut(t.orders[2].at.Minutes()-0.5, t.orders[2].at.Minutes()+3)(t)
		}},
		{name: "one ordered as another deployment took its place", want: Fail, says: "switches scale-in off", edit: func(t *tale) {
			at := t.orders[2].at.Minutes()
			rollsOut(at-3, at+0.5)(t)
			for m, rollout := range map[float64]string{at + 0.5: "IN_PROGRESS", at + 4: "COMPLETED"} {
				t.extra = append(t.extra, timeline.New(dawn.Add(minutes(m)), "ecs", "ecs-svc/next",
					timeline.Deployment{Deployment: scaling.Deployment{ID: "ecs-svc/next", Status: "PRIMARY", Rollout: rollout}}))
			}
		}},
		{name: "its end not seen", want: Inconclusive, says: "end was not seen", edit: func(t *tale) {
			rollsOut(t.orders[2].at.Minutes()-3, 500)(t)
		}},
		{name: "activities not read", want: Inconclusive, says: "may have been missed", edit: func(t *tale) {
			rollsOut(10, 15)(t)
			t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(1), minutes(100)}}
		}},
	},
}
