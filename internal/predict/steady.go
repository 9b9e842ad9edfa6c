package predict

import (
	"fmt"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
)

// Steady wants the service to stand still at its least capacity: what moves
// already would be taken for the run's doing. A run refuses to begin otherwise,
// and so there is no prediction of one.
func Steady(p *plan.Plan, v *scaling.ServiceState) error {
	name := p.Service
	switch {
	case v.Status != "ACTIVE":
		return fmt.Errorf("service %s is %s, not ACTIVE", name, v.Status)
	case len(v.Deployments) > 1 || len(v.Deployments) == 1 && v.Deployments[0].Rollout == "IN_PROGRESS":
		return fmt.Errorf("service %s is being deployed: scale-in is off until that is over; wait for it", name)
	case v.Running != v.Desired || v.Pending > 0:
		return fmt.Errorf("service %s is not steady: %s desired, %d running, %d pending; wait until it is", name, tasks(v.Desired), v.Running, v.Pending)
	case v.Desired > p.Bounds.Min && p.Recorded != "":
		return fmt.Errorf("service %s runs %s, and the run begins at its minimum of %d: the recorded demand begins with more than that carries; begin it earlier, multiply it by less (--scale), or give the environment a higher minimum", name, tasks(v.Desired), p.Bounds.Min)
	case v.Desired != p.Bounds.Min:
		return fmt.Errorf("service %s runs %s, and the run begins at its minimum of %d; wait for it to scale in, or correct the environment's capacity", name, tasks(v.Desired), p.Bounds.Min)
	}
	return nil
}

// tasks writes a count of tasks.
func tasks(n int) string {
	if n == 1 {
		return "1 task"
	}
	return fmt.Sprintf("%d tasks", n)
}
