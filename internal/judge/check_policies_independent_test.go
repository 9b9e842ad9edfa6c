package judge

import (
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// rolledBack is cpu-heavy whose CPU policy the run removes as the climb begins;
// the load of the peak then has the request policy act.
func rolledBack() *tale {
	t := cpuHeavy()
	t.peak(1.8)
	t.plan.Expect = nil
	t.orders = []said{
		{at: minutes(18.5), from: 1, to: 2, policy: requestPolicy},
		{at: minutes(40.3), from: 2, to: 1, policy: requestPolicy},
	}
	t.removed(minutes(3))
	return t
}

// peak sets how many tasks' worth of requests the peak asks for, all without the
// CPU policy from the climb on.
func (t *tale) peak(requests float64) {
	t.plan.Stages[2] = stageOf("peak", 13*time.Minute, 10*time.Minute, time.Minute, 1.25, 1.25, 0.5, requests)
	for i := range t.plan.Stages[1:] {
		t.plan.Stages[i+1].Without = []string{"cpu"}
	}
}

// removed tells that the run deleted the CPU policy, and that it was seen to be
// gone.
func (t *tale) removed(at time.Duration) {
	cpu := t.standing[0]
	t.extra = append(t.extra,
		timeline.New(dawn.Add(at), "run", "", timeline.Changed{Change: scaling.Change{Op: scaling.DeletePolicy, Service: web, Policy: &scaling.Policy{Name: cpu.Name}}}),
		timeline.Observed(dawn.Add(at+30*time.Second), dawn.Add(at+30*time.Second), dawn.Add(at), "autoscaling", cpu.Name, timeline.PolicyState{Policy: cpu, Removed: true}))
}

// seenWith tells of another look at the request policy.
func (t *tale) seenWith(at time.Duration, change func(*scaling.Policy), removed bool) {
	p := t.standing[1]
	change(&p)
	t.extra = append(t.extra, timeline.Observed(dawn.Add(at), dawn.Add(at), dawn.Add(at-30*time.Second), "autoscaling", p.Name, timeline.PolicyState{Policy: p, Removed: removed}))
}

var policiesIndependentProof = proof{
	id: "policies.independent",
	stories: []story{
		{name: "the request policy acts alone", from: rolledBack, want: Pass},
		{name: "the request policy went with it", from: rolledBack, want: Fail, says: "was removed", edit: func(t *tale) {
			t.seenWith(minutes(3.5), func(*scaling.Policy) {}, true)
		}},
		{name: "the request policy was put again with it", from: rolledBack, want: Fail, says: "new alarms", edit: func(t *tale) {
			t.seenWith(minutes(3.5), func(p *scaling.Policy) { p.Alarms = []scaling.AlarmRef{{Name: "other"}} }, false)
		}},
		{name: "none is given, on datapoints that came late", from: rolledBack, want: Inconclusive, says: "3m are counted on", edit: func(t *tale) {
			t.orders, t.publishedAfter = nil, 8*time.Minute
		}},
		{name: "the removed policy still scales", from: rolledBack, want: Fail, says: "alarms are left behind", edit: func(t *tale) {
			t.orders[0].policy = cpuPolicy
		}},
		{name: "the request policy does not act though its metric asks", from: rolledBack, want: Fail, says: "no order came", edit: func(t *tale) { t.orders = nil }},
		{name: "no load asks for it", from: rolledBack, want: Inconclusive, says: "not exercised", edit: func(t *tale) {
			t.orders = nil
			t.peak(0.5)
		}},
		{name: "it could not be removed", from: rolledBack, want: Inconclusive, says: "not tried", edit: func(t *tale) {
			t.extra = nil
			t.extra = append(t.extra, timeline.New(dawn.Add(minutes(3)), "run", "", timeline.Changed{Error: "throttled",
				Change: scaling.Change{Op: scaling.DeletePolicy, Service: web, Policy: &scaling.Policy{Name: cpuPolicy}}}))
		}},
		{name: "it came back", from: rolledBack, want: Inconclusive, says: "put it again", edit: func(t *tale) {
			p := t.standing[0]
			t.extra = append(t.extra, timeline.Observed(dawn.Add(minutes(10)), dawn.Add(minutes(10)), dawn.Add(minutes(9.5)), "autoscaling", p.Name, timeline.PolicyState{Policy: p}))
		}},
		{name: "the policies were not looked at", from: rolledBack, want: Inconclusive, says: "not looked at", edit: func(t *tale) {
			t.blind = map[string][2]time.Duration{timeline.PartScaling: {minutes(5), minutes(9)}}
		}},
	},
	edits: []edit{
		{"not seen to be gone", "rollback", Inconclusive, func(t *tape) { t.drop(removedPolicy) }},
	},
	unsure: []blur{{"not seen to be gone", "rollback", func(t *tape) { t.drop(removedPolicy) }}},
}

func removedPolicy(e timeline.Event) bool {
	p, ok := e.Data.(timeline.PolicyState)
	return ok && p.Removed
}
