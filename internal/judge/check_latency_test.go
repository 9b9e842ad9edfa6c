package judge

import (
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

var latencyProof = proof{
	id: "latency",
	stories: []story{
		{name: "fast", want: Pass},
		{name: "slow in the settle", want: Fail, says: "worst in stage settle", edit: func(t *tale) {
			t.latency = func(at time.Duration) time.Duration {
				if at > minutes(40) {
					return 1500 * time.Millisecond
				}
				return 200 * time.Millisecond
			}
		}},
		{name: "two in a hundred never answered", want: Fail, says: "never answered", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				n := k.Sent / 10
				k.Completed = map[string]int64{"200": k.Sent - n, "timeout": n}
				k.Failed = map[string]int64{"timeout": n}
				if k.Sent > n {
					k.Latency = histogram(k.Sent-n, 200*time.Millisecond)
				}
			}
		}},
		{name: "exactly at the bound", want: Inconclusive, says: "resolution", edit: func(t *tale) {
			t.latency = func(time.Duration) time.Duration { return time.Second }
		}},
		{name: "the clock distorts more than the margin", want: Inconclusive, says: "distorts", edit: func(t *tale) {
			t.clock = timeline.ClockInfo{Mode: "scaled", Speed: 60, Distortion: 900 * time.Millisecond}
		}},
		{name: "too few samples", want: Inconclusive, says: "too few", edit: func(t *tale) {
			t.plan.Stages = t.plan.Stages[:1]
			t.plan.Stages[0].For = minutes(1)
		}},
		{name: "the generator was late", want: Inconclusive, says: "left the generator late", edit: func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) { k.Late = k.Sent / 2 }
		}},
	},
	edits: []edit{
		{"a bound of 100 ms", "", Fail, func(t *tape) {
			t.replan(func(p *plan.Plan) {
				for _, e := range p.Expect {
					if e.Latency != nil {
						setDuration(&e.Latency.P99, 100*time.Millisecond)
					}
				}
			})
		}},
	},
}
