package twin

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// A twin is what the autoscalers of one world ought to do, worked out anew at
// each instant from lists of all that was.
type twin struct {
	behaviour model.Behaviour
	tape      *tape
	points    map[string][]point // published, by service and metric
	services  []*service
	alarms    int             // ever made
	counts    map[string]int  // how often each class of decision was taken
	orphans   map[string]bool // somebody's alarms whose policy is gone
}

type service struct {
	name       string
	desired    int
	running    int
	starting   map[string]bool // tasks ordered and not yet RUNNING
	gone       map[string]bool // tasks told to end
	deploying  bool
	target     *scaling.ScalableTarget
	policies   []*policy
	activities []*activity
	dues       []due  // scheduled, in order of time
	before     int    // activities of the registration before
	refused    string // the last refusal since something set the desired count
}

type policy struct {
	scaling.Policy
	service   *service
	high, low *alarm   // of target tracking; low is nil where scale-in is disabled [E]
	callers   []*alarm // of step scaling: somebody's
}

// An activity is one in the order of their beginning; refusal is set for one
// not scaled, policy (its ARN) where a policy was the cause.
type activity struct {
	id         string
	policy     string
	cooldown   time.Duration // the policy's scale-out cooldown then
	from, to   int
	start, end time.Time
	going      bool
	overridden bool
	refusal    string
}

func (a *alarm) String() string {
	if a.given != nil {
		return a.name
	}
	side := "low"
	if a.high {
		side = "high"
	}
	return a.policy.Name + " " + side
}

func code(refusal string) string { c, _, _ := strings.Cut(refusal, " "); return c }

func (w *twin) saw(class string) { w.counts[class]++ }

// sawOf counts the classes of step policies apart too.
func (w *twin) sawOf(a *alarm, class string) {
	w.saw(class)
	if a.policy.Step != nil {
		w.saw("step: " + class)
	}
}

func newTwin(p *tape, counts map[string]int) *twin {
	w := &twin{behaviour: p.config.Behaviour, tape: p, points: map[string][]point{}, counts: counts, orphans: map[string]bool{}}
	for _, c := range p.config.Services {
		s := &service{
			name: c.Service.Name, desired: c.Desired, running: c.Desired,
			starting: map[string]bool{}, gone: map[string]bool{}, target: c.Target, dues: dues(c),
		}
		w.services = append(w.services, s)
		for _, configured := range c.Policies { // in the order in which they are made
			for _, x := range p.policy[s.name] {
				if x.Name == configured.Name {
					w.put(s, x, p.config.Start)
				}
			}
		}
		for _, caller := range c.Alarms {
			w.caller(s, caller, p.config.Start)
		}
	}
	return w
}

func (w *twin) find(name string) *service {
	i := slices.IndexFunc(w.services, func(s *service) bool { return s.name == name })
	return w.services[i]
}

// put makes a policy, or makes one anew: "re-putting a policy replaces both
// alarms with new uuids; policy ARN stays". [E]
func (w *twin) put(s *service, x scaling.Policy, now time.Time) {
	p := &policy{Policy: x, service: s}
	if x.Step != nil { // its alarms are not its own, and stay
		p.ScaleOutCooldown, p.ScaleInCooldown, x.Alarms = x.Step.Cooldown, x.Step.Cooldown, nil
		if i := slices.IndexFunc(s.policies, func(p *policy) bool { return p.Name == x.Name }); i >= 0 {
			s.policies[i].Policy = p.Policy
			return
		}
	}
	s.policies = slices.DeleteFunc(s.policies, func(p *policy) bool { return p.Name == x.Name })
	for _, ref := range x.Alarms {
		a := &alarm{name: ref.Name, policy: p, created: now, age: w.alarms, state: scaling.AlarmInsufficientData}
		w.alarms++
		a.second, a.known = w.tape.second(a.name)
		if _, high, _ := scaling.ParseAlarmName(a.name); high {
			a.high, p.high = true, a
		} else {
			p.low = a
		}
	}
	s.policies = append(s.policies, p)
}

// caller adds an alarm of somebody's to the policy that it calls.
func (w *twin) caller(s *service, c model.Caller, now time.Time) {
	i := slices.IndexFunc(s.policies, func(p *policy) bool { return p.Name == c.Policy })
	a := &alarm{name: c.Alarm.Name, given: &c.Alarm, policy: s.policies[i], created: now, age: w.alarms, state: scaling.AlarmInsufficientData}
	w.alarms++
	a.high = c.Alarm.Comparison == scaling.GreaterThan || c.Alarm.Comparison == scaling.GreaterOrEqual
	a.second, a.known = w.tape.second(a.name)
	a.policy.callers = append(a.policy.callers, a)
}

// tracking are the policies that track a target.
func (s *service) tracking() []*policy {
	return slices.DeleteFunc(slices.Clone(s.policies), func(p *policy) bool { return p.Step != nil })
}

// do makes a change that was not refused, and says by what it changes the
// desired count as an activity.
func (w *twin) do(c *change, now time.Time) string {
	s := w.find(c.Service.Name)
	switch c.Op {
	case scaling.PutPolicy:
		w.put(s, c.policy, now)
	case scaling.DeletePolicy: // "deletes its alarms" [D]
		w.orphan(s, c.Policy.Name)
		s.policies = slices.DeleteFunc(s.policies, func(p *policy) bool { return p.Name == c.Policy.Name })
	case scaling.DeregisterTarget: // "deletes all its policies" [D]
		for _, p := range s.policies {
			w.orphan(s, p.Name)
		}
		s.target, s.policies, s.dues, s.refused, s.before = nil, nil, nil, "", len(s.activities)
	case scaling.UpdateDesired: // "can set desired outside min/max" [D]
		if c.Desired != nil && *c.Desired != s.desired {
			s.override(now)
			s.desired, s.refused = *c.Desired, ""
		}
	case scaling.RegisterTarget:
		return w.register(s, c)
	}
	return "none"
}

// orphan notes that somebody's alarms call nothing any more; they stay.
func (w *twin) orphan(s *service, name string) {
	for _, p := range s.policies {
		for _, a := range p.callers {
			w.orphans[a.name] = w.orphans[a.name] || p.Name == name
		}
	}
}

// override ends the activity that goes on: "newer event updated desired". [D]
func (s *service) override(now time.Time) {
	for _, a := range s.activities {
		if a.going {
			a.going, a.overridden, a.end = false, true, now
		}
	}
}

// begin notes an activity, and what it did.
func (s *service) begin(a *activity) {
	s.refused = a.refusal
	if a.refusal == "" {
		s.override(a.start)
		s.desired, a.going = a.to, true
	}
	s.activities = append(s.activities, a)
}

// moved follows a task. A task counts as running from RUNNING until it is told
// to end: "the task lives on through draining, so runningCount lags". [D/P]
func (w *twin) moved(x *task) {
	s := w.find(x.service)
	switch x.state {
	case "provisioning", "pending":
		s.starting[x.id] = true
	case "running":
		delete(s.starting, x.id)
		s.running++
	case "stopping", "stopped":
		if !s.starting[x.id] && !s.gone[x.id] {
			s.running--
		}
		s.gone[x.id] = true
		delete(s.starting, x.id)
	case "healthy", "unhealthy", "draining":
	default:
		panic(fmt.Sprintf("task state %s is not known here", x.state))
	}
}

// fulfilled says that what was ordered runs. While old tasks and new ones count
// in a deployment, more may run.
func (s *service) fulfilled() bool {
	return (s.running == s.desired || s.deploying && s.running > s.desired) && len(s.starting) == 0
}

// going is the activity that goes on, or nil.
func (s *service) going() *activity {
	for _, a := range s.activities {
		if a.going {
			return a
		}
	}
	return nil
}
