package flaw

import "time"

// Names of faults.
const (
	LooksRefused       = "looks-refused"
	ActivitiesLate     = "activities-late"
	ActivitiesDisorder = "activities-disordered"
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
	},
}

// Fault finds a fault by its name.
func Fault(name string) (Kind, bool) { return find(Faults, name) }
