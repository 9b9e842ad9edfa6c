package judge

import (
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// asked is cpu-heavy with nothing expected but what the lines say.
func asked(lines ...string) func() *tale {
	return func() *tale {
		t := cpuHeavy()
		t.plan.Expect = nil
		t.expect(lines...)
		return t
	}
}

// slow has every answer between two minutes take so long, and a fifth of a
// second else.
func slow(from, to float64, d time.Duration) func(*tale) {
	return func(t *tale) {
		t.latency = func(at time.Duration) time.Duration {
			if at >= minutes(from) && at < minutes(to) {
				return d
			}
			return 200 * time.Millisecond
		}
	}
}

// The bounds of latency over stretches, around scaling and against a stage.
const (
	neverSlow   = `{"latency":{"p99":"1s","for":"2m","never":true}}`
	aroundOrder = `{"latency":{"p95":"1s","around":"scaling"}}`
	ofBaseline  = `{"latency":{"p99":"1.5x","of_stage":"baseline","in":"peak"}}`
)

var latencyOverStretches = []story{
	{name: "no stretch is slow", from: asked(neverSlow), want: Pass},
	{name: "a burst that its stage hides", from: asked(`{"latency":{"p99":"1s","in":"settle"}}`), want: Pass, edit: slow(40, 40.1, 3*time.Second)},
	{name: "a burst that no stretch hides", from: asked(neverSlow), want: Fail, says: "requests were slower", edit: slow(40, 40.1, 3*time.Second)},
	{name: "the burst of another stage", from: asked(`{"latency":{"p99":"1s","for":"2m","never":true,"in":"peak"}}`), want: Pass, edit: slow(40, 40.1, 3*time.Second)},
	{name: "no stretch with enough", from: asked(`{"latency":{"p99":"1s","for":"10s","never":true}}`), want: Inconclusive, says: "No stretch of 10s holds the 1000 samples"},
	{name: "a stretch at the bound", from: asked(neverSlow), want: Inconclusive, says: "too few of them for certain", edit: slow(40, 41, time.Second)},
	{name: "answers that never came for a while", from: asked(neverSlow), want: Fail, says: "requests were slower", edit: func(t *tale) {
		t.traffic = func(at time.Duration, k *timeline.KindWindow) {
			if at >= minutes(40) && at < minutes(40.3) {
				k.Completed, k.Failed, k.Latency = map[string]int64{"timeout": k.Sent}, map[string]int64{"timeout": k.Sent}, ""
			}
		}
	}},
	{name: "a burst that left late", from: asked(neverSlow), want: Inconclusive, says: "left the generator late", edit: func(t *tale) {
		slow(40, 40.1, 3*time.Second)(t)
		t.traffic = func(at time.Duration, k *timeline.KindWindow) {
			if at >= minutes(39) && at < minutes(42) {
				k.Late = k.Sent / 2
			}
		}
	}},
}

// waiting has the generator itself let what leaves between two minutes wait so long.
func waiting(from, to float64, d time.Duration) func(*tale) {
	return func(t *tale) {
		t.traffic = func(at time.Duration, k *timeline.KindWindow) {
			if at >= minutes(from) && at < minutes(to) {
				k.Lateness = histogram(k.Sent, d)
			}
		}
	}
}

var latencyOfAGenerator = []story{
	{name: "a burst that the generator had wait", from: asked(neverSlow), want: Inconclusive, says: "not for certain without what the generator itself", edit: func(t *tale) {
		slow(40, 40.1, 3*time.Second)(t)
		waiting(40, 40.1, 3*time.Second)(t)
	}},
	{name: "a burst of which the generator was a little late", from: asked(neverSlow), want: Fail, says: "requests were slower", edit: func(t *tale) {
		slow(40, 40.1, 3*time.Second)(t)
		waiting(40, 40.1, 50*time.Millisecond)(t)
	}},
	{name: "a generator that was late elsewhere", from: asked(neverSlow), want: Fail, says: "requests were slower", edit: func(t *tale) {
		slow(40, 40.1, 3*time.Second)(t)
		waiting(30, 30.1, 3*time.Second)(t)
	}},
	{name: "a stage that the generator made slow", from: asked(`{"latency":{"p99":"1s","in":"settle"}}`), want: Inconclusive, says: "not for certain without what the generator itself", edit: func(t *tale) {
		slow(40, 41, 3*time.Second)(t)
		waiting(40, 41, 3*time.Second)(t)
	}},
	{name: "a stage that was slow with a generator that was late", from: asked(`{"latency":{"p99":"1s","in":"settle"}}`), want: Fail, says: "where 1s is allowed", edit: func(t *tale) {
		slow(40, 45, 3*time.Second)(t)
		waiting(40, 40.2, 3*time.Second)(t)
	}},
}

var latencyAroundScaling = []story{
	{name: "quick while it scales", from: asked(aroundOrder), want: Pass},
	{name: "slow around one order", from: asked(aroundOrder), want: Fail, says: "around the scale-out 2 -> 3", edit: slow(18.6, 19, 3*time.Second)},
	{name: "slow between the orders", from: asked(aroundOrder), want: Pass, edit: slow(12, 16, 3*time.Second)},
	{name: "slow around an order of another stage", from: asked(`{"latency":{"p95":"1s","around":"scaling","in":"climb"}}`), want: Pass, edit: slow(18.6, 19, 3*time.Second)},
	{name: "no order", from: asked(aroundOrder), want: Inconclusive, says: "Nothing scaled", edit: func(t *tale) { t.orders = nil }},
	{name: "too little traffic around the order", from: asked(`{"latency":{"p99":"1s","around":"scaling","in":"climb"}}`), want: Inconclusive, says: "too few", edit: func(t *tale) {
		t.orders = t.orders[:1]
	}},
	{name: "targets unseen", from: asked(aroundOrder), want: Inconclusive, says: "had not settled", edit: func(t *tale) {
		t.blind = map[string][2]time.Duration{timeline.PartTargets: {minutes(40), whole}}
	}},
}

var latencyAgainstAStage = []story{
	{name: "as quick as the other stage", from: asked(ofBaseline), want: Pass},
	{name: "five times as slow", from: asked(ofBaseline), want: Fail, says: "1.5 times the 200", edit: slow(13, 23, time.Second)},
	{name: "half as slow again, about", from: asked(`{"latency":{"p95":"1.5x","of_stage":"baseline","in":"peak"}}`), want: Inconclusive, says: "too close to", edit: func(t *tale) {
		t.latency = func(at time.Duration) time.Duration { // scattered, in both stages
			d := 200*time.Millisecond + at%minutes(3)/1800
			if at >= minutes(13) {
				return d*3/2 + time.Millisecond
			}
			return d
		}
	}},
	{name: "too few samples to compare with", from: asked(ofBaseline), want: Inconclusive, says: "samples of stage baseline are too few", edit: func(t *tale) {
		t.plan.Stages[0].For, t.plan.Stages[1].Start = minutes(1), minutes(1)
		t.plan.Stages[1].For += minutes(2)
	}},
	{name: "the other stage never answered", from: asked(ofBaseline), want: Inconclusive, says: "has no value to hold this against", edit: func(t *tale) {
		t.traffic = func(at time.Duration, k *timeline.KindWindow) {
			if at < minutes(1) {
				k.Completed, k.Failed, k.Latency = map[string]int64{"timeout": k.Sent}, map[string]int64{"timeout": k.Sent}, ""
			}
		}
	}},
}

const ofBefore = `{"latency":{"p99":"0.8x","of_run":"baseline","in":"peak"}}`

var latencyAgainstARun = []story{
	{name: "no other run", from: asked(ofBefore), want: Inconclusive, says: "--baseline RUN"},
	{name: "faster than before", from: asked(ofBefore), want: Pass, edit: against(slow(13, 23, 300*time.Millisecond))},
	{name: "as slow as before", from: asked(ofBefore), want: Fail, says: "0.8 times the 200", edit: against(unchanged)},
	{name: "faster around its orders", from: asked(`{"latency":{"p95":"0.8x","of_run":"baseline","around":"scaling","in":"peak"}}`), want: Pass, edit: against(slow(13, 23, time.Second))},
	{name: "faster for long", from: asked(`{"latency":{"p99":"0.8x","of_run":"baseline","for":"3m","never":true,"in":"peak"}}`), want: Pass, edit: against(slow(13, 23, time.Second))},
	{name: "slower for long", from: asked(`{"latency":{"p99":"0.8x","of_run":"baseline","for":"3m","never":true,"in":"peak"}}`), want: Fail, says: "where 0.8 times the 200", edit: against(unchanged)},
	{name: "another load before", from: asked(ofBefore), want: Inconclusive, says: "its stage peak is not the baseline's", edit: against(func(t *tale) {
		t.plan.Stages[2] = stageOf("peak", 13*time.Minute, 10*time.Minute, time.Minute, 1.25, 2.6, 0.5, 0.9)
	})},
	{name: "the stage had another name before", from: asked(ofBefore), want: Pass, edit: against(func(t *tale) {
		slow(13, 23, 300*time.Millisecond)(t)
		t.plan.Stages[2].Name = "summit"
	})},
	{name: "the clock of before distorts", from: asked(ofBefore), want: Inconclusive, says: "too close", edit: against(func(t *tale) {
		slow(13, 23, 300*time.Millisecond)(t)
		t.clock = timeline.ClockInfo{Mode: "scaled", Speed: 60, Distortion: 200 * time.Millisecond}
	})},
}

var latencyProof = proof{
	id: "latency",
	stories: slices.Concat(latencyOverStretches, latencyOfAGenerator, latencyAroundScaling, latencyAgainstAStage, latencyAgainstARun, []story{
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
	}),
	edits: []edit{
		{"a bound of 100 ms", "", Fail, func(t *tape) {
			t.replan(func(p *plan.Plan) {
				for _, e := range p.Expect {
					if e.Latency != nil {
						setDuration(&e.Latency.P99.Limit, 100*time.Millisecond)
					}
				}
			})
		}},
	},
}
