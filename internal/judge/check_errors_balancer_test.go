package judge

import (
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// fivexx tells that the load balancer counted n answers with 5xx in the minute
// that begins at an offset.
func fivexx(key string, at float64, n float64) func(*tale) {
	return func(t *tale) {
		start := dawn.Add(minutes(at))
		e := timeline.Observed(start, start.Add(150*time.Second), start.Add(2*time.Minute), "cloudwatch", key,
			timeline.MetricPoint{Key: key, Value: n, Period: time.Minute})
		t.extra = append(t.extra, e)
	}
}

func both(edits ...func(*tale)) func(*tale) {
	return func(t *tale) {
		for _, e := range edits {
			e(t)
		}
	}
}

const (
	noErrors = `{"errors":{"count":0,"in":["climb","peak"]}}`
	fewFail  = `{"errors":{"above":"1%","for":"30s","never":true}}`
)

var errorsBalancerProof = proof{
	id: "errors.balancer",
	stories: []story{
		{name: "nothing counted", want: Pass},
		{name: "counted and seen", from: asked(`{"errors":{"count":5,"in":"climb"}}`), want: Pass,
			edit: both(fivexx(timeline.KeyELB5xx, 6, 5), func(t *tale) { t.traffic = failAt(minutes(6.5), 5) })},
		{name: "counted at the border and seen behind it", from: asked(`{"errors":{"count":5,"in":"climb"}}`), want: Pass,
			edit: both(fivexx(timeline.KeyELB5xx, 6, 5), func(t *tale) { t.traffic = failAt(minutes(7), 5) })},
		{name: "counted and given up", from: asked(`{"errors":{"count":5,"in":"climb"}}`), want: Pass, edit: both(fivexx(timeline.KeyTarget5xx, 6, 5), func(t *tale) {
			t.traffic = func(at time.Duration, k *timeline.KindWindow) {
				if at == minutes(6.5) && k.Kind == "light" {
					k.Completed, k.Failed = map[string]int64{"200": k.Sent - 5, "timeout": 5}, map[string]int64{"timeout": 5}
				}
			}
		})},
		{name: "by the tasks, and seen by none", from: asked(noErrors), want: Fail, says: "other users met them", edit: fivexx(timeline.KeyTarget5xx, 6, 5)},
		{name: "by the tasks, and the counts of clients cannot be", from: asked(noErrors), want: Inconclusive, says: "The timeline's counts cannot be",
			edit: both(fivexx(timeline.KeyTarget5xx, 6, 5), lostCompletions)},
		{name: "in a stage that nobody asks for", from: asked(noErrors), want: Pass, edit: fivexx(timeline.KeyTarget5xx, 40, 5)},
		{name: "within the count", from: asked(`{"errors":{"count":5}}`), want: Pass, edit: fivexx(timeline.KeyTarget5xx, 6, 5)},
		{name: "by the load balancer, of whatever service", from: asked(noErrors), want: Inconclusive, says: "whether they are this service's", edit: fivexx(timeline.KeyELB5xx, 6, 5)},
		{name: "a share of a minute", from: asked(fewFail), want: Fail, says: "other users met them", edit: fivexx(timeline.KeyTarget5xx, 6, 60)},
		{name: "a small share of a minute", from: asked(fewFail), want: Pass, edit: fivexx(timeline.KeyTarget5xx, 6, 3)},
		{name: "around the orders", from: asked(`{"errors":{"count":0,"around":"scaling"}}`), want: Inconclusive, says: "fell into that time",
			edit: fivexx(timeline.KeyTarget5xx, 18, 5)},
		{name: "others send", from: asked(noErrors), want: Inconclusive, says: "others sent requests too", edit: both(fivexx(timeline.KeyTarget5xx, 6, 5), othersSend(48, 52))},
		{name: "clients alone", from: asked(`{"errors":{"count":50}}`), want: Inconclusive, says: "something in front of it answered", edit: func(t *tale) { t.traffic = failAt(minutes(6.5), 40) }},
		{name: "a minute that was never published", from: asked(noErrors), want: Inconclusive, says: "were never published", edit: func(t *tale) {
			own := t.requests
			t.requests = func(at time.Duration) (float64, bool) {
				v, ok := own(at)
				return v, ok && at != minutes(7)
			}
		}},
	},
	edits: []edit{
		{"5xx by the tasks in the climb, and seen by none", "", Fail, func(t *tape) {
			t.replan(noneFail)
			t.fivexx(timeline.KeyTarget5xx, minutes(6))
		}},
	},
	unsure: []blur{
		{"5xx by the load balancer", "", func(t *tape) {
			t.replan(noneFail)
			t.fivexx(timeline.KeyELB5xx, minutes(6))
		}},
	},
}

// noneFail expects that no request of the climb fails.
func noneFail(p *plan.Plan) {
	var e plan.Expectation
	x := fresh(&e.Errors)
	x.Count, x.In = new(int), stages(x.In, "climb")
	p.Expect = append(p.Expect, e)
}

// fivexx tells that the load balancer counted five answers with 5xx in a
// minute.
func (t *tape) fivexx(key string, at time.Duration) {
	start := t.at(at).Truncate(time.Minute)
	seen := start.Add(150 * time.Second)
	t.add(timeline.Observed(start, seen, seen.Add(-30*time.Second), "cloudwatch", key, timeline.MetricPoint{Key: key, Value: 5, Period: time.Minute}))
}
