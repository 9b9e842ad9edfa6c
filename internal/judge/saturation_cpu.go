package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// CPU near its limit, in percent: on average over the reaction's budget at
// least saturated, and in no point below dip.
const (
	saturated = 90
	dip       = 80
	minPoints = 5
)

// saturationBudget is how long the service may stand at its limit before somebody must
// have answered: the reaction of a policy on CPU, of any where none is, of one
// as AWS would make it where none stands.
func (f *facts) saturationBudget() time.Duration {
	if budget, _, ok := f.longestOut("cpu", f.from); ok {
		return budget
	}
	if budget, _, ok := f.longestOut("", f.from); ok {
		return budget
	}
	high, _ := plan.AssumedAlarms(scaling.Policy{Metric: scaling.MetricCPU})
	return outBudget(high)
}

// saturatedCPU answers for CPU near its limit without an order.
func (f *facts) saturatedCPU() (Result, stretch) {
	budget := f.saturationBudget()
	r := Result{Subject: "cpu", Answer: Pass,
		Expected: fmt.Sprintf("no %s at %d %% CPU without a scale-out", short(budget), saturated)}
	slots, period := f.slots(timeline.KeyCPU)
	n := minPoints
	if period > 0 {
		n = max(n, int((budget+period-1)/period))
	}
	worst := f.unanswered(slots, n)
	r.Measured = "at most " + number(float64(worst.peak)/100) + " % over " + fmt.Sprint(n) + " datapoints"
	switch {
	case worst.known == 0:
		r.Answer, r.Measured = Inconclusive, "no datapoints"
		r.Explanation = "No datapoint of CPU was published while traffic flowed, so whether it was saturated is not known; see why the metric is not published: no running task, or no permission to read it."
	case worst.found && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = "CPU was saturated, but the scaling activities were not read, so whether it was answered is not known; see observation.complete for what was not looked at, and run again."
	case worst.found:
		r.Answer = Fail
		r.Measured = fmt.Sprintf("%s %% over %s", number(worst.mean()), plural(n, "datapoint", "datapoints"))
		for _, p := range worst.points {
			r.Evidence = append(r.Evidence, p.seq)
		}
		r.Explanation = f.saturationStory(worst)
	case len(slots) < n && f.to.Sub(f.from) < budget+2*time.Minute:
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, plural(worst.known, "datapoint", "datapoints")
		r.Explanation = "The traffic was shorter than a scaling reaction, so saturation without one was not exercised."
	case worst.may || len(slots) < n:
		r.Answer, r.Measured = Inconclusive, fmt.Sprintf("%d of %d datapoints", worst.known, len(slots))
		r.Explanation = "Datapoints of CPU are missing where it may have stood near its limit for longer than a reaction takes, so whether it did is not known; see what else failed to be read then."
	}
	return r, worst
}

// slot is one period of a metric, with its datapoint where it is known.
type slot struct {
	start, end time.Time
	point      *point
}

// slots are the periods of a metric in the traffic.
func (f *facts) slots(key string) (list []slot, period time.Duration) {
	points := f.begun(key, f.from.Truncate(time.Minute), f.to)
	if len(points) == 0 {
		return nil, 0
	}
	period = points[0].period
	i := 0
	for t := f.from.Truncate(min(period, time.Minute)); !t.Add(period).After(f.to); t = t.Add(period) {
		for i < len(points) && points[i].start.Before(t) {
			i++
		}
		s := slot{start: t, end: t.Add(period)}
		if i < len(points) && points[i].start.Before(t.Add(period)) {
			s.point = &points[i]
		}
		list = append(list, s)
	}
	return list, period
}

// stretch is the worst stretch of a metric.
type stretch struct {
	found  bool // one that no order answered
	may    bool // one that may be such, by what is missing
	points []point
	total  int64 // of the points, in hundredths
	peak   int64 // the highest mean of all, in hundredths
	known  int   // datapoints that were looked at
}

func (s stretch) mean() float64 { return float64(s.total/int64(max(len(s.points), 1))) / 100 }

// unanswered finds the highest of the stretches of n periods that lie near the
// limit with no scale-out ordered in them, or shortly before, when its tasks
// were still on their way. What is missing may have been at the limit.
func (f *facts) unanswered(slots []slot, n int) (s stretch) {
	for _, x := range slots {
		if x.point != nil {
			s.known++
		}
	}
	for i := 0; i+n <= len(slots); i++ {
		var total, lowest int64 = 0, 100 * 100
		var points []point
		for _, x := range slots[i : i+n] {
			v := int64(100 * 100)
			if x.point != nil {
				v = hundredths(x.point.value)
				points = append(points, *x.point)
			}
			total, lowest = total+v, min(lowest, v)
		}
		whole := len(points) == n
		if whole {
			s.peak = max(s.peak, total/int64(n))
		}
		if total < 100*saturated*int64(n) || lowest < 100*dip || s.found && (!whole || total <= s.total) {
			continue
		}
		if len(f.during(slots[i].start.Add(-f.readyBudget()), slots[i+n-1].end, order.out)) > 0 {
			continue
		}
		if s.may = true; whole {
			s.found, s.points, s.total = true, points, total
		}
	}
	return s
}
