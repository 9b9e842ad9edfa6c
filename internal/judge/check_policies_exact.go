package judge

import (
	"fmt"
	"slices"
	"strings"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// policiesExact answers for each wanted policy, and for those that nobody
// wanted.
func policiesExact(f *facts) []Result {
	if f.from.IsZero() || !f.lookedAtScaling() {
		return []Result{{Answer: Inconclusive, Expected: "policies as planned", Measured: "never looked at",
			Explanation: "The policies were not read by the beginning of the traffic, so what stood then is not known; check the observer's permissions."}}
	}
	standing := f.standingAt(f.from)
	var results []Result
	for _, want := range f.plan.Policies {
		r := f.exact(want, standing)
		if seq := f.changedAsTrafficBegan(want.Name); r.Answer == Fail && seq != 0 {
			r.Answer, r.Evidence = Inconclusive, append(r.Evidence, seq)
			r.Explanation = "Policy " + want.Name + " was changed as traffic began, between two looks, so how it stood then is not known: after that, " + r.Measured + "; see who changed it, and run again."
		}
		results = append(results, r)
	}
	if len(f.plan.Policies) == 0 {
		results = append(results, Result{Answer: Inconclusive, Expected: "a policy", Measured: "none planned",
			Explanation: "The scenario names no policy, so there is none to prove."})
	}
	return append(results, f.strangers(standing)...)
}

// changedAsTrafficBegan is the event of a policy's change that was made just
// before or just after the beginning of the traffic; 0: there is none.
func (f *facts) changedAsTrafficBegan(policy string) (seq int64) {
	for _, p := range f.policies {
		if p.policy.Name == policy && p.after.Before(f.from) && p.seen.After(f.from) {
			seq = p.seq
		}
	}
	return seq
}

// lookedAtScaling says that policies and registration were read by the
// beginning of the traffic: both come from the same look.
func (f *facts) lookedAtScaling() bool {
	for _, c := range f.capacity {
		if !c.seen.After(f.atStart()) {
			return true
		}
	}
	return len(f.standingAt(f.from)) > 0
}

func (f *facts) exact(want scaling.Policy, standing []policyStep) Result {
	r := Result{Subject: scaling.Role(want.Metric), Answer: Pass, Expected: settings(want), Measured: "as wanted, alarms live"}
	i := slices.IndexFunc(standing, func(p policyStep) bool { return p.policy.Name == want.Name })
	if by := f.heardOf(want.Name); i < 0 && by != 0 {
		r.Answer, r.Measured, r.Evidence = Inconclusive, "acts, and was never seen", []int64{by}
		r.Explanation = "Policy " + want.Name + " was never seen to stand, and yet something acts for it: lines of the timeline are missing; see the gaps in it, and run again."
		return r
	}
	if i < 0 {
		r.Answer, r.Measured = Fail, "not there"
		r.Explanation = "Policy " + want.Name + " did not stand on " + f.plan.Service.String() + " when traffic began; apply it, and see whether another tool removes it."
		return r
	}
	live := standing[i]
	r.Evidence = []int64{live.seq}
	if d := want.Differences(live.policy); len(d) > 0 {
		r.Answer, r.Measured = Fail, strings.Join(d, "; ")
		r.Explanation = "Policy " + want.Name + " stood with other settings: " + strings.Join(d, "; ") + "; put the wanted ones."
		return r
	}
	if elsewhere := f.elsewhere(live.policy); elsewhere != "" {
		r.Answer, r.Measured = Fail, elsewhere
		r.Evidence = append(r.Evidence, f.before.seq)
		r.Explanation = "Policy " + want.Name + " " + elsewhere + ": its metric has no data, and it never acts; correct its resource label."
		return r
	}
	answer, faults, seqs := f.alarmFaults(live.policy)
	r.Evidence = append(r.Evidence, seqs...)
	if len(faults) > 0 {
		r.Answer, r.Measured = answer, strings.Join(faults, "; ")
		r.Explanation = "Policy " + want.Name + " stood, but " + strings.Join(faults, "; ") + "; a policy acts by its own two alarms alone; put the policy again, which makes its alarms anew."
		if answer == Inconclusive {
			r.Explanation = "Policy " + want.Name + " stood, but " + strings.Join(faults, "; ") + ", so how they stood when traffic began is not known; check the observer's permissions."
		}
	}
	if r.Answer == Pass && want.Metric == scaling.MetricRequestCount && f.attachedTo() == "" {
		r.Answer, r.Measured = Inconclusive, "the service's target group not seen"
		r.Explanation = "Policy " + want.Name + " stood, and to which target group the service is attached was not seen, so whether it counts the service's own requests is not known; compare its resource label with the service's load balancers, and run again."
	}
	return r
}

// attachedTo is the ARN of the target group that the service was seen attached
// to before the run's changes; empty where nobody looked, or to none.
func (f *facts) attachedTo() string {
	if f.before == nil {
		return ""
	}
	return f.before.TargetGroup
}

// heardOf is the first event that tells of a policy which was never seen to
// stand: an alarm that acts for it, an order that names it, its removal. It is 0
// where there is none. Where no policy at all was seen to stand, what acts for
// one speaks for the others: all the lines are missing.
func (f *facts) heardOf(name string) (seq int64) {
	none := !slices.ContainsFunc(f.policies, func(p policyStep) bool { return !p.removed })
	about := func(policy string) bool { return policy == name || none && policy != "" }
	tell := func(by int64) {
		if seq == 0 || by < seq {
			seq = by
		}
	}
	for _, p := range f.policies {
		if p.policy.Name == name && !p.removed {
			return 0
		} else if p.policy.Name == name {
			tell(p.seq)
		}
	}
	for _, a := range f.alarms {
		if about(a.policy) && !a.seen.Before(f.from) {
			tell(a.seq)
		}
	}
	for _, o := range f.orders {
		if about(o.cause.Policy) && !o.at.Before(f.from) {
			tell(o.seqs[0])
		}
	}
	return seq
}

// elsewhere says that a policy counts the requests of another target group than
// the service is attached to; empty where it does not, or where nobody looked.
// Application Auto Scaling checks that the group is attached when the policy is
// put, and never again. [P]
func (f *facts) elsewhere(p scaling.Policy) string {
	if f.attachedTo() == "" || p.Metric != scaling.MetricRequestCount {
		return ""
	}
	_, group, _ := scaling.SplitLabel(p.ResourceLabel)
	if strings.HasSuffix(f.attachedTo(), ":"+group) {
		return ""
	}
	return "watches " + group + ", and the service is attached to " + f.attachedTo()
}

// alarmFaults lists what is wrong with a policy's alarms, and how to answer
// for it: fail, unless all there is to say is that they were not seen in time.
func (f *facts) alarmFaults(p scaling.Policy) (answer Answer, faults []string, seqs []int64) {
	if len(f.alarms) == 0 && len(f.looks[timeline.PartAlarms]) == 0 {
		return Inconclusive, []string{"its alarms were never looked at"}, nil
	}
	if i := slices.IndexFunc(f.orders, func(o order) bool { return o.cause.Kind == scaling.CauseAlarm && !o.at.Before(f.from) }); i >= 0 && len(f.alarms) == 0 {
		return Inconclusive, []string{"no alarm was ever seen, though the " + f.describe(f.orders[i]) + " was an alarm's"}, f.orders[i].seqs
	}
	var late []string
	check := func(high bool, name string) {
		a := f.alarmOf(p, high, f.atStart())
		if a == nil {
			faults = append(faults, "it has no "+name+" alarm")
			return
		}
		seqs = append(seqs, a.seq)
		if a.seen.After(f.atStart()) {
			late = append(late, "its "+name+" alarm was first seen "+f.when(a.seen))
		}
		for _, fault := range f.shape(a.alarm, p) {
			faults = append(faults, "its "+name+" alarm "+fault)
		}
	}
	check(true, "high")
	if !p.DisableScaleIn {
		check(false, "low")
	}
	if len(faults) == 0 {
		return Inconclusive, late, seqs
	}
	return Fail, faults, seqs
}

// strangers answers for policies that stand though nobody wanted them.
func (f *facts) strangers(standing []policyStep) (results []Result) {
	for _, p := range standing {
		planned := slices.ContainsFunc(f.plan.Policies, func(w scaling.Policy) bool { return w.Name == p.policy.Name })
		if planned || slices.Contains(f.plan.AlsoStanding, p.policy.Name) {
			continue
		}
		results = append(results, Result{
			Subject: p.policy.Name, Answer: Fail, Expected: "not there", Measured: settings(p.policy), Evidence: []int64{p.seq},
			Explanation: "Policy " + p.policy.Name + " stood beside the wanted ones and may have scaled the service; remove it, or name it under also_standing.",
		})
	}
	return results
}

// settings says what a policy is, shortly.
func settings(p scaling.Policy) string {
	s := fmt.Sprintf("%s %s, cooldowns %s out %s in", scaling.Role(p.Metric), number(p.Target), short(p.ScaleOutCooldown), short(p.ScaleInCooldown))
	if p.DisableScaleIn {
		s += ", no scale-in"
	}
	return s
}
