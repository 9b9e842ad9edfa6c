package plan

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// The parts of a budget that no alarm or attribute tells. AWS measured 363 s
// from load to order with 60 s metrics, within the 8 minutes that these come
// to. [D] AWS News Blog on high-resolution metrics
const (
	Publication = 180 * time.Second // a metric's period's end to its datapoint, at most [U]
	Evaluation  = 60 * time.Second  // alarms are evaluated, and their actions repeated, each minute [D]
)

// Budget is a bound on how long something may take, in parts that add up.
type Budget []Part

// Part is one part of a budget.
type Part struct {
	Name string        `json:"name"`
	For  time.Duration `json:"for"`
}

// Total is the budget's sum.
func (b Budget) Total() (sum time.Duration) {
	for _, p := range b {
		sum += p.For
	}
	return sum
}

// Then is the budget with more parts behind it. The receiver is not changed.
func (b Budget) Then(more ...Part) Budget {
	return append(append(Budget{}, b...), more...)
}

// String writes the sum and the parts that are not zero.
func (b Budget) String() string { return short(b.Total()) + " (" + b.Sum() + ")" }

// Sum writes the parts that are not zero.
func (b Budget) Sum() string {
	var parts []string
	for _, p := range b {
		if p.For != 0 {
			parts = append(parts, short(p.For)+" "+p.Name)
		}
	}
	return strings.Join(parts, " + ")
}

// short writes a duration to the second.
func short(d time.Duration) string { return scenario.Duration(d.Round(time.Second)).String() }

// Reaction bounds the time from the beginning of a change of load to the
// order that answers it, by an alarm as it stands: the crossing of its
// threshold inside the ramp, the alignment to its period, the datapoints that
// it needs, their publication and its evaluation. For an alarm of 3 x 60 s
// that is 8 minutes beside the crossing; for one of 15 x 60 s, 20.
func Reaction(a scaling.Alarm, crossing time.Duration) Budget {
	return Budget{
		{"crossing", crossing},
		{"alignment", a.Metric.Period},
		{fmt.Sprintf("alarm (%d x %s)", a.M(), short(a.Metric.Period)), Shortest(a)},
		{"publication", Publication},
		{"evaluation", Evaluation},
	}
}

// Shortest is the least time in which an alarm can fire: its datapoints alone.
func Shortest(a scaling.Alarm) time.Duration {
	return time.Duration(a.M()) * a.Metric.Period
}

// ToRunning goes on from an order to running tasks.
func (p *Plan) ToRunning(order Budget) Budget { return order.Then(Part{"start", p.Start}) }

// ToHealthy goes on from an order to tasks that the load balancer sends
// traffic to.
func (p *Plan) ToHealthy(order Budget) Budget {
	return p.ToRunning(order).Then(Part{"health check", p.HealthWait})
}

// ScaleIn bounds the time from the beginning of a change of load until the
// last of a number of orders to scale in, one after the other: each further
// one waits for the drain of the one before, the cooldown that begins with its
// end, and an evaluation.
func (p *Plan) ScaleIn(a scaling.Alarm, crossing, cooldown time.Duration, steps int) Budget {
	b := Reaction(a, crossing)
	if further := time.Duration(max(0, steps-1)); further > 0 {
		name := "for one more step (drain, cooldown, evaluation)"
		if further > 1 {
			name = fmt.Sprintf("for %d more steps (drain, cooldown, evaluation)", further)
		}
		b = b.Then(Part{name, further * p.FurtherStep(cooldown)})
	}
	return b
}

// scaleIn is the budget of scaling in by a number of steps in a stage, by the
// usual alarms. All policies must agree, so the slowest counts; it is false
// where one never does, or none is asked.
func (p *Plan) scaleIn(s Stage, before, steps int) (slowest Budget, ok bool) {
	for _, pol := range p.Policies {
		if pol.DisableScaleIn {
			continue
		}
		_, low := AssumedAlarms(pol)
		crossing, agrees := p.InCrossing(s, low, pol.Target, before)
		if !agrees {
			return nil, false
		}
		if whole := p.ScaleIn(low, crossing, pol.ScaleInCooldown, steps); whole.Total() > slowest.Total() {
			slowest, ok = whole, true
		}
	}
	return slowest, ok
}

// FurtherStep bounds the time from one order to scale in to the next.
func (p *Plan) FurtherStep(cooldown time.Duration) time.Duration {
	return p.Draining + cooldown + Evaluation
}

// The alarms that target tracking makes for a policy, as a plan counts on them
// before there are any: 3 datapoints above the target, 15 below nine tenths of
// it [R]; of 20 s there are 30 below, ten minutes [E]. A run reads the real
// ones.
const (
	highDatapoints = 3
	lowDatapoints  = 15
	lowFine        = 30
	lowPart        = 0.9
)

// AssumedAlarms are the alarms that a policy will probably get.
func AssumedAlarms(p scaling.Policy) (high, low scaling.Alarm) {
	m := scaling.Metric{Namespace: scaling.NamespaceECS, Name: scaling.CPUUtilization, Statistic: "Average", Period: time.Minute}
	below := lowDatapoints
	switch p.Metric {
	case scaling.MetricRequestCount:
		m.Namespace, m.Name, m.Statistic = scaling.NamespaceALB, scaling.RequestCountPerTarget, "Sum"
	case scaling.MetricCPUHighRes:
		m.Period, below = 20*time.Second, lowFine
	}
	high = scaling.Alarm{Metric: m, EvaluationPeriods: highDatapoints, Threshold: p.Target, Comparison: scaling.GreaterThan}
	low = scaling.Alarm{Metric: m, EvaluationPeriods: below, Threshold: rounded(lowPart * p.Target), Comparison: scaling.LessThan}
	return high, low
}
