package judge

import (
	"encoding/json"
	"fmt"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

var stabilitySettledProof = proof{
	id: "stability.settled",
	stories: []story{
		{name: "in time", from: toSettle("peak", "8m"), want: Pass},
		{name: "too late", from: toSettle("peak", "5m"), want: Fail, says: "2 tasks ran in stage peak until 19m10s"},
		{name: "the limit lies between two looks", from: toSettle("peak", "6m10s"), want: Inconclusive, says: "lies between two looks", edit: func(t *tale) { t.offset = 4 * time.Second }},
		{name: "scaled in late", from: toSettle("settle", "20m"), want: Fail, says: "where its load asks for fewer"},
		{name: "never", from: toSettle("peak", "8m"), want: Fail, says: "where its load asks for more", edit: func(t *tale) { t.orders = t.orders[:1] }},
		{name: "nothing to settle", from: toSettle("baseline", "1m"), want: Pass},
		{name: "at the maximum", from: toSettle("peak", "1m"), want: Pass, edit: func(t *tale) {
			t.plan.Bounds.Max, t.target.Bounds.Max = 2, 2
			t.orders = []said{t.orders[0], {at: minutes(46), from: 2, to: 1, policy: cpuPolicy}}
		}},
		{name: "left again", from: toSettle("peak", "8m"), want: Fail, says: "where its load asks for more", edit: func(t *tale) {
			t.orders = append(t.orders[:2:2], said{at: minutes(22), from: 3, to: 2, policy: cpuPolicy}, said{at: minutes(46), from: 2, to: 1, policy: cpuPolicy})
		}},
		{name: "the load cost nothing", from: toSettle("peak", "5m"), want: Inconclusive, says: "not by the metrics", edit: func(t *tale) {
			t.orders = t.orders[:1]
			t.cpu = func(time.Duration) (float64, bool) { return 40, true }
		}},
		{name: "tasks not looked at", from: toSettle("peak", "8m"), want: Inconclusive, says: "Nobody looked at the service", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartService: {minutes(21), minutes(22)}}
		}},
		{name: "cut off", from: toSettle("peak", "8m"), want: Inconclusive, says: "not seen to its end", edit: func(t *tale) { t.cut, t.ended = minutes(22.5), nil }},
	},
	edits: []edit{
		{"to be settled before the low alarms can act", "", Fail, func(t *tape) { t.asked(`{"settle":{"in":"settle","within":"5m"}}`) }},
	},
	unsure: []blur{
		{"tasks unseen in the settle", "", func(t *tape) {
			t.asked(`{"settle":{"in":"settle","within":"20m"}}`)
			t.blind(timeline.PartService, minutes(45), minutes(46))
		}},
	},
}

// toSettle is cpu-heavy with a stage that is to settle.
func toSettle(in, within string) func() *tale {
	return func() *tale {
		t := cpuHeavy()
		t.expect(fmt.Sprintf(`{"settle":{"in":%q,"within":%q}}`, in, within))
		return t
	}
}

// asked has the run expect one thing more.
func (t *tape) asked(line string) {
	var e plan.Expectation
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		panic(err)
	}
	t.replan(func(p *plan.Plan) { p.Expect = append(p.Expect, e) })
}
