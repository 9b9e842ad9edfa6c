package model

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// How far a deployment is, and which one it is. [D]
const (
	rolloutCompleted = "COMPLETED"
	rolloutGoing     = "IN_PROGRESS"
	rolloutFailed    = "FAILED"

	deployPrimary = "PRIMARY"
	deployActive  = "ACTIVE"
)

// Rollout is how a service's tasks are replaced: ECS's deployment
// configuration. Both percentages are of the desired count; the least is
// rounded up, the most down. [D]
type Rollout struct {
	MinimumHealthy int // percent that stay healthy while others are replaced
	Maximum        int // percent of tasks that may be there meanwhile, at least 100
	// CircuitBreaker ends a deployment whose tasks fail in a row: half the
	// desired count of them, at least 3 and at most 200. [D]
	CircuitBreaker bool
	Rollback       bool // the circuit breaker goes back to the deployment before
}

// RolloutOrDefault is the service's Rollout, or what ECS does unless it is
// told otherwise: 100 and 200 percent, without the circuit breaker. [D]
func (s *Service) RolloutOrDefault() Rollout {
	if s.Rollout != nil {
		return *s.Rollout
	}
	return Rollout{MinimumHealthy: 100, Maximum: 200}
}

// deployment is one deployment of a service, with what befalls its tasks.
type deployment struct {
	scaling.Deployment
	stillborn Chance // that a task of it stops before it runs
}

// primary is the deployment whose tasks the service is to have.
func (s *service) primary() *deployment { return s.deployments[0] }

// deploying says that a deployment is in progress.
func (s *service) deploying() bool { return s.primary().Rollout == rolloutGoing }

// firstDeployment is the one that a service begins with, completed.
func (w *World) firstDeployment(s *service) {
	s.deployments = []*deployment{w.newDeployment(s)}
	d := s.primary()
	s.lastGood = d
	d.Rollout, d.Reason = rolloutCompleted, "ECS deployment "+d.ID+" completed."
}

// dated is the present as ECS dates deployments: in whole milliseconds. [R]
func (w *World) dated() time.Time { return w.time(w.now).Truncate(time.Millisecond) }

func (w *World) newDeployment(s *service) *deployment {
	d := &deployment{stillborn: s.cfg.Failures.Start}
	d.ID = fmt.Sprintf("ecs-svc/%019d", w.draw(drawDeployment, s.key, uint64(s.begun))>>1)
	s.begun++
	d.Status, d.Rollout, d.Reason = deployPrimary, rolloutGoing, "ECS deployment "+d.ID+" in progress." // [R]
	d.Created, d.Updated = w.dated(), w.dated()
	return d
}

// deploy replaces all tasks of a service by new ones. A service whose orders
// are throttled is not, from now on. [D]
func (w *World) deploy(s *service) {
	d := w.newDeployment(s)
	s.primary().Status = deployActive
	s.deployments = append([]*deployment{d}, s.deployments...)
	s.throttle = throttle{}
	w.logDeployment(s, d)
	w.reconcile(s)
}

// completed ends a deployment: all its tasks are healthy, and no other is left.
func (w *World) completed(s *service) {
	d := s.primary()
	s.lastGood = d
	d.Rollout, d.Reason, d.Updated = rolloutCompleted, "ECS deployment "+d.ID+" completed.", w.dated()
	w.say(s, "(deployment %s) deployment completed.", d.ID) // [R]
	w.logDeployment(s, d)
}

// failed counts a task that did not come to be healthy, or had to be replaced,
// against its deployment while that goes on. [D] The circuit breaker acts when
// there are too many.
func (w *World) failed(t *task) {
	s, d := t.service, t.deployment
	if d != s.primary() || !s.deploying() {
		return // one that was completed is not evaluated any more [D]
	}
	d.Failed++
	d.Updated = w.dated()
	if !s.rollout.CircuitBreaker || d.Failed < min(max((s.desired+1)/2, 3), 200) {
		return
	}
	d.Rollout, d.Reason, d.Updated = rolloutFailed, "ECS deployment circuit breaker: tasks failed to start.", w.dated()
	w.say(s, "(deployment %s) deployment failed: tasks failed to start.", d.ID) // [P]
	w.logDeployment(s, d)
	if s.rollout.Rollback {
		w.rollBack(s)
	}
}

// rollBack makes the last deployment that was completed the primary one again.
func (w *World) rollBack(s *service) {
	d := s.lastGood
	s.primary().Status = deployActive
	s.deployments = append([]*deployment{d}, slices.DeleteFunc(s.deployments, func(o *deployment) bool { return o == d })...)
	d.Status, d.Rollout, d.Updated = deployPrimary, rolloutGoing, w.dated()
	d.Reason = "ECS deployment circuit breaker: rolling back to deploymentId " + d.ID + "."
	s.throttle = throttle{}
	w.say(s, "rolling back to deployment %s.", d.ID) // [P]
	w.logDeployment(s, d)
}

// forget drops older deployments of which no task is left. [P]
func (s *service) forget() {
	s.deployments = slices.DeleteFunc(s.deployments, func(d *deployment) bool {
		return d.Status == deployActive && s.count(func(t *task) bool { return t.deployment == d }) == 0
	})
}

func (w *World) logDeployment(s *service, d *deployment) {
	w.log("deployment %s %s %s service=%s", d.ID, d.Status, d.Rollout, s.cfg.Service.Name)
}

// lookDeployments lists them as DescribeServices does, the primary first.
func (s *service) lookDeployments() []scaling.Deployment {
	var list []scaling.Deployment
	for _, d := range s.deployments {
		c := d.Deployment
		of := func(such func(*task) bool) int {
			return s.count(func(t *task) bool { return t.deployment == d && such(t) })
		}
		c.Running = of(func(t *task) bool { return t.state.running() })
		c.Pending = of(starting)
		c.Desired = s.desired
		if d.Status == deployActive {
			c.Desired = of(func(t *task) bool { return t.state.staying() })
		}
		list = append(list, c)
	}
	return list
}
