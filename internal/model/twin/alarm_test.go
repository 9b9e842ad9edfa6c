package twin

import (
	"math/big"
	"slices"
	"strconv"
	"time"

	"scaleproof/internal/scaling"
)

// An alarm is one that a policy makes, or somebody for a step policy.
type alarm struct {
	name    string
	given   *scaling.Alarm // of somebody's
	policy  *policy
	high    bool
	age     int // place among all alarms ever made
	created time.Time
	second  time.Duration // within the minute: an input, read off the history
	known   bool          // the history shows it
	state   string

	// Of its last evaluation, oldest first: the datapoints that it went by, and
	// those of them that count for capacity.
	seen, counted []point
}

// shape is the alarm that a policy ought to have: "High = GreaterThanThreshold
// 70, EvaluationPeriods 3; Low = LessThanThreshold 63, EvaluationPeriods 15;
// both Period 60, Statistic Average, Unit Percent ... Target 80: Low 72", that
// is 0.9 of the target; for requests Sum and None. DatapointsToAlarm and
// TreatMissingData are unset. [R]; of requests [E][P]
func (a *alarm) shape() scaling.Alarm {
	if a.given != nil {
		return *a.given
	}
	s := scaling.Alarm{
		Unit: "Percent", EvaluationPeriods: 15, Comparison: scaling.LessThan, ActionsEnabled: true,
		Metric: scaling.Metric{
			Namespace: "AWS/ECS", Statistic: "Average", Period: time.Minute, Name: a.metric(),
			Dimensions: []scaling.Dimension{{Name: "ClusterName", Value: cluster}, {Name: "ServiceName", Value: a.policy.service.name}},
		},
	}
	if a.high {
		s.EvaluationPeriods, s.Comparison = 3, scaling.GreaterThan
	}
	if a.policy.Metric == scaling.MetricRequestCount {
		s.Metric.Namespace, s.Metric.Statistic, s.Unit = "AWS/ApplicationELB", "Sum", "None"
		balancer, group, _ := scaling.SplitLabel(a.policy.ResourceLabel)
		s.Metric.Dimensions = []scaling.Dimension{{Name: "LoadBalancer", Value: balancer}, {Name: "TargetGroup", Value: group}}
	}
	s.Threshold, _ = a.threshold().Float64()
	return s
}

func (a *alarm) metric() string {
	if a.given != nil {
		return a.given.Metric.Name
	}
	switch a.policy.Metric {
	case scaling.MetricCPU:
		return "CPUUtilization"
	case scaling.MetricMemory:
		return "MemoryUtilization"
	}
	return "RequestCountPerTarget"
}

func (a *alarm) threshold() *big.Rat {
	if a.given != nil {
		return decimal(a.given.Threshold)
	}
	if a.high {
		return a.policy.target()
	}
	return new(big.Rat).Mul(a.policy.target(), big.NewRat(9, 10))
}

// target is the number that the policy's author wrote, exactly.
func (p *policy) target() *big.Rat { return decimal(p.Target) }

func decimal(v float64) *big.Rat {
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'f', -1, 64))
	return r
}

func (p point) value() *big.Rat { return big.NewRat(p.average, 1e6) }

func (a *alarm) breaches(p point, threshold *big.Rat) bool {
	c := p.value().Cmp(threshold)
	if c == 0 {
		how := a.shape().Comparison
		return how == scaling.GreaterOrEqual || how == scaling.LessOrEqual
	}
	return a.high == (c > 0)
}

// evaluate says an alarm's state at an instant, and the datapoints that make
// it. "Evaluation range is larger than N (5 points for 3-of-3); existing real
// points used first, fill by TreatMissingData only if fewer than N; a lone old
// breaching point can trigger (premature rule)." [D] CW-AL. How much larger
// other ranges are is not said. Choice: by two as well.
func (a *alarm) evaluate(published []point, now time.Time) (state string, seen []point) {
	n := a.shape().EvaluationPeriods
	latest := now.Truncate(time.Minute).Add(-time.Minute) // the last period that is over
	oldest := latest.Add(-time.Duration(n+2-1) * time.Minute)
	var real []point
	for _, p := range published {
		if !p.start.Before(oldest) && !p.start.After(latest) && !p.published.After(now) {
			real = append(real, p)
		}
	}
	slices.SortFunc(real, func(x, y point) int { return x.start.Compare(y.start) })
	real = real[max(0, len(real)-n):]
	breaching, threshold := 0, a.threshold()
	for _, p := range real {
		if a.breaches(p, threshold) {
			breaching++
		}
	}
	switch {
	case len(real) == 0:
		return scaling.AlarmInsufficientData, nil // "- - - - -" is INSUFFICIENT_DATA under missing
	case breaching < len(real):
		return scaling.AlarmOK, real // not all N can breach
	case len(real) == n:
		return scaling.AlarmInAlarm, real
	}
	// All that there are breach, and they are fewer than N. "Alarms are designed
	// to always go into ALARM when the oldest available breaching datapoint is at
	// least as old as the value of Datapoints to Alarm, and all other more
	// recent data points are breaching or missing": "- - X - -" does, "- - - X -"
	// and "- - - - X" do not. [D] What becomes of those is not said. Choice: OK.
	if age := int(latest.Sub(real[0].start)/time.Minute) + 1; age >= n {
		return scaling.AlarmInAlarm, real
	}
	return scaling.AlarmOK, real
}
