package calibrate

import (
	"fmt"

	"scaleproof/internal/scaling"
)

// Limits are what a probe keeps below. They follow from the alarms that stand.
type Limits struct {
	CPU       float64 `json:"cpu"`                  // percent, of the service's average
	PerTarget float64 `json:"per_target,omitempty"` // requests per target and minute; 0: none
}

const (
	// mostCPU is far enough below where queues grow long, and high enough to
	// be told from noise.
	mostCPU = 40 // percent
	// below is the part of an alarm's threshold that a probe may come to.
	below = 0.8
	// LeastRoom is the least room that a probe needs above what the service
	// uses at rest, in percent.
	LeastRoom = 5
)

// LimitsOf reads them off the alarms of a service's policies, of all that ask
// for more tasks.
func LimitsOf(alarms []scaling.Alarm) Limits {
	l := Limits{CPU: mostCPU}
	for _, a := range alarms {
		if !a.High() {
			continue
		}
		switch a.Metric.Name {
		case scaling.CPUUtilization:
			l.CPU = min(l.CPU, below*a.Threshold)
		case scaling.RequestCountPerTarget:
			if most := below * a.Threshold; l.PerTarget == 0 || most < l.PerTarget {
				l.PerTarget = most
			}
		}
	}
	return l
}

// Room is what the limits leave above a rest: points of CPU, and requests a
// second of all tasks together (0: no limit), where others already send so many
// per target and minute. The error says why there is none.
func (l Limits) Room(rest Value, others float64, tasks int) (points, rate float64, err error) {
	if points = l.CPU - rest.Mean; points < LeastRoom {
		return 0, 0, fmt.Errorf("at rest the service uses %.1f %% CPU, and a probe must stay below %.1f: wait until there is room", rest.Mean, l.CPU)
	}
	if l.PerTarget == 0 {
		return points, 0, nil
	}
	if rate = (l.PerTarget - others) / 60 * float64(tasks); rate <= 0 {
		return 0, 0, fmt.Errorf("others send %.0f requests per target and minute, and a probe must stay below %.0f: wait until there is room", others, l.PerTarget)
	}
	return points, rate, nil
}
