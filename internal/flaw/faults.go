package flaw

import (
	"time"

	"scaleproof/internal/scaling"
)

// Names of faults.
const (
	LooksRefused       = "looks-refused"
	ActivitiesLate     = "activities-late"
	ActivitiesDisorder = "activities-disordered"
	StartsFail         = "starts-fail"
	StartsSlow         = "starts-slow"
	TasksKilled        = "tasks-killed"
	MetricsLate        = "metrics-late"
	MetricsMissing     = "metrics-missing"
	MetricsDisorder    = "metrics-disordered"
)

// Parts are what an observer looks at, one after another.
var Parts = []string{"service", "targets", "scaling", "alarms", "activities", "metrics"}

// Faults lists the faults of the witness, of the metrics and of the tasks. The
// autoscaler is right in a world that has one; what is seen of it is not.
var Faults = []Kind{
	{
		Name: LooksRefused, About: "Reads of the AWS APIs are refused with ThrottlingException: polls are lost.",
		Unit: Share, Default: one, Least: 1, Most: one, Of: Parts, Account: true,
	}, {
		Name: ActivitiesLate, About: "A scaling activity is listed only so long after it began.",
		Unit: Duration, Default: int64(2 * time.Minute), Least: int64(time.Second), Most: int64(time.Hour),
	}, {
		Name: ActivitiesDisorder, About: "About every other scaling activity is listed only so long after it began, and so behind a later one.",
		Unit: Duration, Default: int64(4 * time.Minute), Least: int64(time.Second), Most: int64(time.Hour),
	}, {
		Name: StartsFail, About: "A task that was ordered stops before it runs; ECS orders another, ever more slowly.",
		Unit: Share, Default: one, Least: 1, Most: one,
	}, {
		Name: StartsSlow, About: "A task that is ordered takes so many times as long until it runs.",
		Unit: Factor, Default: 4 * one, Least: one, Most: 100 * one,
	}, {
		Name: TasksKilled, About: "One task that runs is killed in each such interval, with what it works on.",
		Unit: Duration, Default: int64(5 * time.Minute), Least: int64(time.Second), Most: int64(24 * time.Hour),
	}, {
		Name: MetricsLate, About: "Datapoints are published so much later: alarms see them then, as everybody does.",
		Unit: Duration, Default: int64(5 * time.Minute), Least: int64(time.Second), Most: int64(time.Hour), Of: scaling.MetricNames,
	}, {
		Name: MetricsMissing, About: "Datapoints are lost and never published.",
		Unit: Share, Default: one, Least: 1, Most: one, Of: scaling.MetricNames,
	}, {
		Name: MetricsDisorder, About: "About every other datapoint is published so much later, and so behind a later one.",
		Unit: Duration, Default: int64(3 * time.Minute), Least: int64(time.Second), Most: int64(time.Hour),
	},
}

// Fault finds a fault by its name.
func Fault(name string) (Kind, bool) { return find(Faults, name) }
