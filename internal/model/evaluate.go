package model

import "scaleproof/internal/scaling"

// sight is what an alarm sees of one period.
type sight uint8

const (
	seenNothing sight = iota // no datapoint
	seenFine                 // a datapoint within the threshold
	seenBreach               // a datapoint beyond it
)

// evaluate decides an alarm's state from the periods of its evaluation range,
// oldest first. The range is longer than n, the evaluation periods; m is the
// number of breaching datapoints that fire the alarm. It returns the current
// state where the treatment says to retain it.
//
// As CloudWatch documents it [D]: where at least n real datapoints are in the
// range, the newest n decide and the treatment does not matter. Else all real
// ones count and the treatment fills up to n. Under "missing" and "ignore"
// nothing is filled; there, points that are all breaching fire the alarm
// though they are fewer than m, once the oldest is at least m periods old
// ("ignore" retains the state instead).
func evaluate(periods []sight, m, n int, treatment, current string) string {
	real, breaching, oldest := 0, 0, 0
	for age := 1; age <= len(periods) && real < n; age++ {
		switch periods[len(periods)-age] {
		case seenBreach:
			breaching++
			fallthrough
		case seenFine:
			real++
			oldest = age
		}
	}
	if real < n && treatment == scaling.TreatBreaching {
		breaching += n - real
	}
	switch {
	case breaching >= m:
		return scaling.AlarmInAlarm
	case treatment == scaling.TreatBreaching, treatment == scaling.TreatNotBreaching, real >= n:
		return scaling.AlarmOK
	case real == 0 && treatment == scaling.TreatIgnore:
		return current
	case real == 0:
		return scaling.AlarmInsufficientData
	case breaching == real && oldest >= m && treatment == scaling.TreatIgnore:
		return current
	case breaching == real && oldest >= m:
		return scaling.AlarmInAlarm
	}
	return scaling.AlarmOK
}
