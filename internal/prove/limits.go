package prove

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/flaw"
	"scaleproof/internal/model"
	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// limit is what of a deviation nobody can see.
type limit struct {
	name   string
	of     []string // deviations; nil: of all
	reason string   // one sentence
	holds  func(l *lived, m model.Manifestation) bool
}

var cooldowns = []string{flaw.ScaleOutCooldownIgnored, flaw.ScaleOutCooldownShort, flaw.ScaleInCooldownIgnored, flaw.ScaleInCooldownShort}

// limits are all of them; the first that holds names the reason.
var limits = []limit{
	{
		name:   "outside the traffic",
		reason: "A run is judged for what happened between its first and its last request: before, nothing was asked of the service, and after, nobody waits for what comes of it.",
		holds: func(l *lived, m model.Manifestation) bool {
			return !l.from.IsZero() && (m.At.Before(l.from) && !lasting(m) || m.At.After(l.to))
		},
	},
	{
		name: "one task more or less", of: []string{flaw.OverScaling, flaw.UnderScaling, flaw.BaseDesired, flaw.SmallestWins},
		reason: "AWS documents that capacity is rounded, not how, so that an order which is one task off is one that AWS may give.",
		holds: func(_ *lived, m model.Manifestation) bool {
			right, ok := orderedTo(m.Right)
			wrong, also := orderedTo(m.Wrong)
			return ok && also && right-wrong <= 1 && wrong-right <= 1
		},
	},
	{
		name: "a cooldown's length after the order", of: cooldowns,
		reason: "That a cooldown counts from the completion of an activity is inferred, not documented: an order that keeps it counted from the order before is one that AWS may give.",
		holds: func(l *lived, m model.Manifestation) bool {
			own, others := l.broken(m)
			return !own && !others
		},
	},
	{
		name: "after another policy's order", of: cooldowns,
		reason: "Whether two policies of a service share a cooldown is not documented: an order that keeps its own policy's is one that AWS may give.",
		holds: func(l *lived, m model.Manifestation) bool {
			own, others := l.broken(m)
			return !own && others
		},
	},
	{
		name: "in time all the same", of: []string{flaw.LateReaction},
		reason: "How late a metric is published is not documented, and three minutes are counted on: where it was published after one, two more may have been spent so.",
		holds:  func(l *lived, _ model.Manifestation) bool { return l.amount() <= int64(plan.Publication-time.Minute) },
	},
	{
		name: "within the tolerance", of: []string{flaw.ThresholdOther},
		reason: "A scenario asks for a trigger at 70 % with a tolerance of 5: a level within it is right.",
		holds: func(l *lived, _ model.Manifestation) bool {
			return l.amount()*70 >= 65_000_000 && l.amount()*70 <= 75_000_000
		},
	},
	{
		name: "nothing was cut", of: []string{flaw.DrainCut},
		reason: "No request that was in flight took longer than the shortened drain, so that none was lost by it.",
		holds:  func(l *lived, _ model.Manifestation) bool { return l.failures() == 0 },
	},
}

// lasting says that what was decided stands from then on: the alarms of a policy
// and the bounds of a target, as the world's log writes them.
func lasting(m model.Manifestation) bool {
	return strings.HasPrefix(m.Right, "target ") || strings.HasSuffix(m.Right, " tasks")
}

// within names the limit that a manifestation is within; empty: none.
func (l *lived) within(m model.Manifestation) string {
	for _, x := range limits {
		if (x.of == nil || contains(x.of, m.Name)) && x.holds(l, m) {
			return x.name
		}
	}
	return ""
}

// orderedTo reads the count of an order in the world's log.
func orderedTo(text string) (n int, ok bool) {
	_, rest, found := strings.Cut(text, " to ")
	number, _, by := strings.Cut(rest, " by ")
	n, err := strconv.Atoi(number)
	return n, found && by && err == nil
}

// broken says whether an order came within the cooldown, counted from the order,
// of one of the same direction by its own policy, and by another. A scale-out
// ends the cooldown of a scale-in. [D]
func (l *lived) broken(m model.Manifestation) (own, others bool) {
	orders := timeline.OrdersOf(l.events)
	i := slices.IndexFunc(orders, func(o timeline.Ordered) bool { return o.Start.Equal(m.At) })
	if i < 0 {
		return false, false // it was overtaken, and came to nothing
	}
	policy, out := scaling.ParseCause(orders[i].Cause).Policy, strings.HasPrefix(m.Name, "scale-out")
	for _, before := range orders[:i] {
		switch length := l.cooldown(policy, out); {
		case before.From < 0 || before.To == before.From:
		case (before.To > before.From) != out:
			if !out {
				own, others = false, false
			}
		case !m.At.Before(before.Start.Add(length)):
		case scaling.ParseCause(before.Cause).Policy == policy:
			own = true
		default:
			others = true
		}
	}
	return own, others
}

func (l *lived) cooldown(policy string, out bool) time.Duration {
	for _, p := range l.plan.Policies {
		if p.Name == policy && out {
			return p.ScaleOutCooldown
		} else if p.Name == policy {
			return p.ScaleInCooldown
		}
	}
	return 0
}

// amount is the deviation's size, in its unit.
func (c kase) amount() int64 {
	k, _ := flaw.Deviation(c.wrong.name)
	size, _ := k.Parse(c.size) // a test parses all of them
	return size
}

// failures are the requests that failed.
func (l *lived) failures() (n int64) {
	for _, e := range l.events {
		if w, ok := e.Data.(timeline.Window); ok {
			for _, k := range w.Kinds {
				for _, failed := range k.Failed {
					n += failed
				}
			}
		}
	}
	return n
}
