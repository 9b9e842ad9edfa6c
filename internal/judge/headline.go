package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/timeline"
)

// causes are the checks in the order in which what one of them finds explains
// what those behind it find: the headline is the first of them that gives the
// run its answer.
//
// Note: the order of judging was tried, and took effects for causes: a cooldown
// that was ignored read as a scale-in where none was expected. So was having
// each check name those that it explains: the same order, in forty places. The
// earliest in time was rejected: a run is harmed after, but a rule is seen
// broken where the run happens to exercise it.
var causes = slices.Concat(
	// The run, and what is left to be put right now.
	[]string{"run.complete", "run.restored"},
	// The witness: what it did not see, or saw of others, nothing else shows. What
	// arrived is told by the datapoints and targets that were seen.
	[]string{"load.delivered", "load.accepted", "observation.complete", "observation.clock", "load.arrived", "load.apart"},
	// What stood: an autoscaler does what its policies and alarms say.
	[]string{"policies.exact", "target.exact", "policies.unchanged", "policies.independent"},
	// A rule that the autoscaler broke. Whose an order was comes before how far it
	// went, since that is judged by the policy that it names.
	[]string{"alarms.fire", "capacity.bounds", "scale-in.deploying", "cooldown.scale-out", "cooldown.scale-in", "scale-in.all-agree",
		"scaling.attributed", "scale-out.only-by", "capacity.asked", "trigger.threshold", "trigger.bracket"},
	// What it did not do, or too late.
	[]string{"scale-out.in-time", "reaction.legs", "trigger.answered", "capacity.reached", "scale-in.to-minimum"},
	// What came of it: orders, then tasks, then users, then money.
	[]string{"scale-out.none", "stability.flapping", "scale-in.patient", "capacity.held", "scale-in.none", "drain.lossless"},
	consequences,
)

// consequences are what can be harmed by something that is no failure of the
// autoscaler, and so is only inconclusive: traffic of others, tasks that start
// late.
var consequences = []string{"saturation", "capacity.maximum", "capacity.stage-end", "stability.settled", "errors", "errors.balancer", "latency", "cost.increase"}

// headed puts what gives the verdict its answer in the order of causes.
func (v *Verdict) headed() (list []Result) {
	for _, r := range v.Results {
		if r.Severity == Counts && r.Answer == v.Answer && v.Answer != Pass {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, byCause)
	return list
}

func byCause(a, b Result) int { return slices.Index(causes, a.ID) - slices.Index(causes, b.ID) }

// CausesFirst compares what failed, or is not known and counts, so that what
// explains another comes before it; all else it leaves in the judge's order.
func CausesFirst(a, b Result) int {
	if a.Answer == Pass || a.Severity == Warns || b.Answer == Pass || b.Severity == Warns {
		return 0
	}
	return byCause(a, b)
}

// behind is what is inconclusive, is nobody's failure, and began before the end
// of a consequence: the likely cause of it; ok is false where there is none.
func (v *Verdict) behind(r Result) (cause Result, ok bool) {
	if r.Answer != Fail || r.Inverted || !slices.Contains(consequences, r.ID) {
		return cause, false
	}
	for _, c := range v.Results {
		if c.Answer == Inconclusive && !c.since.IsZero() && c.since.Before(r.until) && (!ok || byCause(c, cause) < 0) {
			cause, ok = c, true
		}
	}
	return cause, ok
}

// headline says what an on-call engineer must know first, and of which check it is.
func (v *Verdict) headline() (id, says string) {
	list := v.headed()
	if len(list) == 0 {
		return "", ""
	}
	first := list[0]
	id, says = first.ID, first.headline()
	if cause, ok := v.behind(first); ok {
		id, says = cause.ID, fmt.Sprintf("%s So %s failed: %s", cause.headline(), first.ID, says)
	}
	if n := len(list) - 1; n > 0 {
		says = strings.TrimSuffix(says, ".") + fmt.Sprintf(" (and %s)", plural(n, "more check", "more checks"))
	}
	return id, says
}

// headline is the explanation, or what stands for it.
func (r Result) headline() string {
	if r.Explanation != "" {
		return r.Explanation
	}
	return r.ID + ": " + r.Measured + ", expected " + r.Expected
}

// lastSeen is when the last of some events was seen; zero for none.
func lastSeen(events []timeline.Event, seqs []int64) (last time.Time) {
	for _, seq := range seqs {
		if seq > 0 && seq <= int64(len(events)) { // a baseline's are none of this run
			last = later(last, events[seq-1].Seen)
		}
	}
	return last
}
