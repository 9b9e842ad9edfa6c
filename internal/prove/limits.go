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
		holds: func(l *lived, m model.Manifestation) bool {
			right, ok := orderedTo(m.Right)
			wrong, also := orderedTo(m.Wrong)
			if !ok { // what was desired was enough
				right, ok = l.desiredBefore(m)
			}
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
		name: "noticed in time all the same", of: []string{flaw.ThresholdOther},
		reason: "An alarm is evaluated once a minute, a datapoint may be looked at half a minute after it was published, and one poll may be lost: an alarm that fires three evaluations late is not told from a right one, where no scenario brackets its trigger.",
		holds: func(l *lived, m model.Manifestation) bool {
			return m.Right == scaling.AlarmInAlarm && l.stretch(m).evaluations() <= 3 && !l.brackets()
		},
	},
	{
		name: "asked for nothing", of: []string{flaw.ThresholdOther},
		reason: "An alarm that stays in ALARM on datapoints within its threshold asks for no more tasks than run, and so gives no order.",
		holds: func(l *lived, m model.Manifestation) bool {
			return m.Wrong == scaling.AlarmInAlarm && !l.stretch(m).fired(l)
		},
	},
	{
		name: "not waited for", of: []string{flaw.NoScaleIn},
		reason: "A scale-in is due within 20 minutes of the fall of the load: 15 datapoints, a minute until the first begins, three until the last is published and one for the evaluation. Where the last stage is shorter, as in the incident, the run warns that it did not wait for it.",
		holds: func(l *lived, _ model.Manifestation) bool {
			stages := l.plan.Stages
			return stages[len(stages)-1].For < 20*time.Minute
		},
	},
	{
		name: "agreed half a minute later", of: []string{flaw.ScaleInOnOneWord},
		reason: "When Application Auto Scaling learns of an alarm's state is not documented: one that came into ALARM within half a minute of the order may have been heard.",
		holds:  func(l *lived, m model.Manifestation) bool { return l.agreedSoon(m) },
	},
	{
		name: "the alarm that is named called too", of: []string{flaw.OtherAlarmNamed},
		reason: "Which of two alarms in ALARM gave an order is told by its activity alone: where the one that is named was, in the minute before or within five seconds, nobody can say that it was not that one.",
		holds:  func(l *lived, m model.Manifestation) bool { return l.calledToo(m) },
	},
	{
		name: "within the tolerance", of: []string{flaw.ThresholdOther},
		reason: "The scenario asks for a trigger at 70 % with a tolerance of 5, and on its ramp a one-minute datapoint lies 3 points above the one before: a level that is no further off is not told from a right one.",
		holds: func(l *lived, _ model.Manifestation) bool {
			return l.amount()*70 >= 62_000_000 && l.amount()*70 <= 78_000_000
		},
	},
	{
		name: "behind another order", of: []string{flaw.UnderScaling, flaw.SmallestWins},
		reason: "Which datapoints count for the order behind another is not documented: by those since the last activity alone, which AWS may take, there was nothing to order yet.",
		holds:  func(l *lived, m model.Manifestation) bool { return l.behindAnother(m) },
	},
	{
		name: "made up for at once", of: []string{flaw.SmallestWins},
		reason: "Each alarm acts by itself, and two metrics are published up to three minutes apart and evaluated up to one: the smaller order may come first where the larger follows within that.",
		holds:  func(l *lived, m model.Manifestation) bool { return l.madeUp(m) },
	},
	{
		name: "tasks came up between two looks", of: []string{flaw.BaseDesired},
		reason: "Tasks that were desired came to run between the two looks around the order: the running count may have been the desired one already.",
		holds:  func(l *lived, m model.Manifestation) bool { return l.cameUp(m.At) },
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

// desiredBefore is how many tasks were desired when an order was given that
// would not have been.
func (l *lived) desiredBefore(m model.Manifestation) (n int, ok bool) {
	for _, o := range timeline.OrdersOf(l.events) {
		if o.Start.Equal(m.At) {
			return o.From, o.From >= 0
		}
	}
	return 0, false
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

// reaction is how long after an order an alarm of three minutes may still look at
// datapoints from before it.
var reaction = plan.Reaction(scaling.Alarm{EvaluationPeriods: 3, Metric: scaling.Metric{Period: time.Minute}}, 0).Total()

// behindAnother says that an order of the same direction came so shortly before
// that an alarm had not yet as many datapoints since it as it asks for.
func (l *lived) behindAnother(m model.Manifestation) bool {
	return slices.ContainsFunc(timeline.OrdersOf(l.events), func(o timeline.Ordered) bool {
		return o.From >= 0 && o.To > o.From && o.Start.Before(m.At) && m.At.Before(o.Start.Add(reaction))
	})
}

// madeUp says that what was held back, or was ordered too small, was desired
// within a task soon after.
func (l *lived) madeUp(m model.Manifestation) bool {
	right, ok := orderedTo(m.Right)
	for _, o := range timeline.OrdersOf(l.events) {
		if ok && o.To >= right-1 && !o.Start.Before(m.At) && o.Start.Before(m.At.Add(plan.Publication+plan.Evaluation)) {
			return true
		}
	}
	return false
}

// amount is the deviation's size, in its unit.
func (c kase) amount() int64 {
	k, _ := flaw.Deviation(c.wrong.name)
	size, _ := k.Parse(c.size) // a test parses all of them
	return size
}

// cameUp says that the running count was seen to have risen in the look behind an
// instant.
func (l *lived) cameUp(at time.Time) bool {
	var last *timeline.Counts
	for _, e := range l.events {
		c, ok := e.Data.(timeline.Counts)
		if ok && e.At.After(at) {
			return last != nil && c.Running > last.Running && !e.NotBefore.After(at)
		}
		if ok {
			last = &c
		}
	}
	return false
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
