package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// turning is how near to an order an alarm's state may have changed for nobody
// to know which of them Application Auto Scaling learnt of first. [U]
const turning = 30 * time.Second

// allAgree answers for the scale-ins that target tracking gave: all policies
// with scale-in enabled agreed. [D] One agrees by its low alarm in ALARM, and
// that takes all the datapoints that it looks at.
func allAgree(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "all policies agree to each scale-in"}
	orders := f.during(f.from, f.horizon, func(o order) bool { return o.in() && o.role != "" && !f.contrary(o) })
	for _, o := range orders {
		r.Evidence = append(r.Evidence, o.seqs...)
		answer, why, seqs := f.agreed(o)
		if worse(r.Answer, answer) != r.Answer {
			r.Answer, r.Explanation = answer, why
			r.Evidence = append(r.Evidence, seqs...)
		}
	}
	r.Samples = int64(len(orders))
	r.Measured = plural(len(orders), "scale-in", "scale-ins")
	switch {
	case len(orders) == 0:
		r.Answer, r.Severity = Inconclusive, Warns
		r.Explanation = "No policy scaled in, so the run does not show whether all have to agree."
	case r.Answer == Pass && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = f.ordersMissed(f.to)
	}
	return []Result{r}
}

// agreed judges one scale-in by every policy with scale-in enabled. The
// datapoints speak before the state: where those that the alarm must have seen
// rule ALARM out, whatever it says was wrong. Where the alarm that the order
// itself names was not in ALARM, it is the witness that does not fit together.
func (f *facts) agreed(o order) (answer Answer, why string, seqs []int64) {
	answer = Pass
	say := func(a Answer, sentence string, seq int64) {
		if worse(answer, a) != answer {
			answer, why, seqs = a, sentence, []int64{seq}
		}
	}
	own := f.alarmStateAt(o.cause.Alarm, o.at) == scaling.AlarmInAlarm
	for _, p := range f.standingAt(o.at) {
		role := scaling.Role(p.policy.Metric)
		if p.policy.DisableScaleIn || p.policy.Type != scaling.TargetTracking || keyOf(role) == "" {
			continue
		}
		a := f.alarmOf(p.policy, false, later(o.at, f.atStart()))
		if a == nil || !sane(a.alarm) {
			say(Inconclusive, fmt.Sprintf("The low alarm of the %s policy was not seen, so whether it agreed to the %s is not known; see policies.exact.", role, f.describe(o)), p.seq)
			continue
		}
		high, n := f.notLow(keyOf(role), a.alarm, o.at)
		rang, _ := f.ringing(a.alarm, o.at.Add(-turning), o.at.Add(turning))
		switch {
		case n > a.alarm.EvaluationPeriods-a.alarm.M() && p.policy.Name == o.cause.Policy:
			say(Fail, fmt.Sprintf("The %s came though that policy itself could not agree: its datapoint of %s from %s was public and lies above the low alarm's %s, which asks for %d of %d below it; compare the low alarm's history with its metric, and see what else gives orders.",
				f.describe(o), number(high.value), f.when(high.start), number(a.alarm.Threshold), a.alarm.M(), a.alarm.EvaluationPeriods), high.seq)
		case n > a.alarm.EvaluationPeriods-a.alarm.M():
			say(Fail, fmt.Sprintf("The %s came though the %s policy could not agree: its datapoint of %s from %s was public and lies above the low alarm's %s, which asks for %d of %d below it; compare that alarm's history with the order's moment, and see what else gives orders.",
				f.describe(o), role, number(high.value), f.when(high.start), number(a.alarm.Threshold), a.alarm.M(), a.alarm.EvaluationPeriods), high.seq)
		case rang == agrees:
		case rang == mute || len(f.holes(timeline.PartAlarms, o.at.Add(-time.Minute), o.at.Add(time.Minute))) > 0:
			say(Inconclusive, fmt.Sprintf("The alarms were not looked at around the %s, so whether the %s policy agreed to it is not known; see observation.complete for what was not looked at, and run again.", f.describe(o), role), a.seq)
		case p.policy.Name == o.cause.Policy || !own:
			say(Inconclusive, fmt.Sprintf("The %s names an alarm that was in %s at that moment, so what made it was not seen; compare the activity with the alarm's history.", f.describe(o), f.alarmStateAt(o.cause.Alarm, o.at)), a.seq)
		default:
			say(Fail, fmt.Sprintf("The %s came while the low alarm of the %s policy was in %s: every policy with scale-in enabled has to agree, and one word was enough; compare the history of that alarm with activity %s.",
				f.describe(o), role, f.alarmStateAt(a.alarm.Name, o.at), o.id), a.seq)
		}
	}
	return answer, why, seqs
}

// notLow counts the datapoints that do not breach a low alarm and that it must
// have looked at when it was evaluated before t: public for longer than two
// evaluations, and no older than the periods that it evaluates; what is
// published late makes it look back further, never less far. It returns the
// newest.
func (f *facts) notLow(key string, a scaling.Alarm, t time.Time) (newest point, n int) {
	for _, p := range f.between(key, t.Add(-time.Duration(a.EvaluationPeriods)*a.Metric.Period), t) {
		if p.period == a.Metric.Period && !a.Breaches(p.value) && hundredths(p.value) > hundredths(a.Threshold) && p.seen.Before(t.Add(-twoEvaluations)) {
			newest, n = p, n+1
		}
	}
	return newest, n
}
