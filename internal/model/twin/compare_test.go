package twin

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

// A difference is something that the twin and the world see differently.
type difference struct {
	at          time.Time
	what        string
	twin, world string
	facts       string // how things stood
}

func (d difference) String() string {
	return fmt.Sprintf("%s %s\n  twin:  %s\n  world: %s\n%s", d.at.Format("15:04:05.999"), d.what, d.twin, d.world, d.facts)
}

// A comparison follows a tape with a twin. After a difference the twin goes
// on from what the world did, so that one does not hide the next.
type comparison struct {
	*twin
	ends  map[string]line // by activity: the line that ends it
	rest  []line          // not yet followed
	used  map[string]int  // by alarm: transitions and actions that were compared
	found []difference
}

// compare lists all differences between a world's tape and its twin, and
// counts the classes of decisions.
func compare(p *tape, counts map[string]int) []difference {
	c := &comparison{twin: newTwin(p, counts), ends: map[string]line{}, rest: p.lines, used: map[string]int{}}
	for _, l := range p.lines {
		if a := l.activity; a != nil && a.refusal == "" && a.status != scaling.StatusInProgress {
			c.ends[a.id] = l
		}
	}
	for now := p.config.Start.Truncate(time.Second); !now.After(p.end); now = now.Add(time.Second) {
		c.followUntil(now)
		c.missed(now)
		c.evaluate(now)
	}
	c.followUntil(p.end.Add(time.Second))
	c.finish()
	return c.found
}

// differ compares what the twin and the world say of something.
func (c *comparison) differ(at time.Time, what, twin, world string, s *service, why ...string) {
	if twin != world {
		c.found = append(c.found, difference{at, s.name + " " + what, twin, world, strings.Join(append(why, s.facts()), "\n")})
	}
}

// followUntil takes in all that happened before now, and at now what came
// before any alarm was evaluated.
func (c *comparison) followUntil(now time.Time) {
	for len(c.rest) > 0 && !c.rest[0].at.After(now) && !(c.rest[0].at.Equal(now) && c.rest[0].later()) {
		l := c.rest[0]
		if l.change != nil || l.scheduled != nil {
			c.settle(l.at, false)
		}
		c.rest = c.rest[1:]
		c.follow(l)
		if len(c.rest) == 0 || !c.rest[0].at.Equal(l.at) {
			c.settle(l.at, true)
		}
	}
	c.settle(now, len(c.rest) == 0 || c.rest[0].at.After(now))
}

// later says that a line tells of alarms, of what they brought about, or of
// somebody's change, which comes after all that.
func (l line) later() bool {
	a := l.activity
	return l.alarm || l.change != nil ||
		a != nil && (a.refusal != "" || a.status == scaling.StatusInProgress || a.status == scaling.StatusOverridden)
}

func (c *comparison) follow(l line) {
	switch {
	case l.point != nil:
		of := l.point.service + " " + l.point.metric
		c.points[of] = append(c.points[of], *l.point)
	case l.task != nil:
		c.moved(l.task)
	case l.rollout != nil:
		c.find(l.rollout.service).deploying = l.rollout.going
	case l.scheduled != nil:
		c.scheduled(l)
	case l.change != nil && l.change.err == nil:
		c.change(l)
	case l.activity != nil && (l.activity.refusal != "" || l.activity.status == scaling.StatusInProgress):
		s := c.find(l.activity.service)
		c.differ(l.at, "activity", "none", c.told(s, l.activity), s)
		c.adopt(l)
	}
}

// patience is how long an activity may go on. [D] that it may not for ever
func (c *comparison) patience() time.Duration {
	return cmp.Or(c.behaviour.Unfulfilled, 10*time.Minute)
}

// settle ends the activities that are fulfilled, and those that take too long.
// Where more may still happen at the instant, it is early to miss something.
func (c *comparison) settle(at time.Time, last bool) {
	for _, s := range c.services {
		a := s.going()
		if a == nil {
			continue
		}
		twin, world := "goes on", "goes on"
		if s.fulfilled() {
			twin = scaling.StatusSuccessful
		} else if !at.Before(a.start.Add(c.patience())) {
			twin = scaling.StatusUnfulfilled
		}
		if end, ok := c.ends[a.id]; ok && end.at.Equal(at) && end.activity.status != scaling.StatusOverridden {
			world = end.activity.status
		}
		if twin != world && !last {
			continue
		}
		c.differ(at, "activity in progress", twin, world, s)
		if twin != "goes on" || world != "goes on" {
			a.going, a.end = false, at
			c.saw("activity " + world)
		}
	}
}

// change does a change and compares what it brings about at once.
func (c *comparison) change(l line) {
	s := c.find(l.change.Service.Name)
	c.silent(l.at, func(p *policy) bool {
		return l.change.Op == scaling.DeregisterTarget || l.change.Policy != nil && p.Name == l.change.Policy.Name
	}, s)
	if n := l.change.Desired; n != nil && *n != s.desired {
		c.checkOverride(s, l.at)
	}
	twin := c.do(l.change, l.at)
	c.checkLow(s)
	c.differMove(l, s, twin)
}

// evaluate evaluates the alarms whose second it is, and decides on their calls.
func (c *comparison) evaluate(now time.Time) {
	second := now.Sub(now.Truncate(time.Minute))
	for _, s := range c.services {
		var calling []*alarm
		for _, a := range s.alarms() {
			if a.known && a.second == second && now.After(a.created) && c.evaluateAlarm(a, now) {
				calling = append(calling, a)
			}
		}
		if len(calling) > 0 {
			c.compareDecision(s, calling, now)
		}
	}
}

// alarms are those of a service, the oldest first.
func (s *service) alarms() []*alarm {
	var list []*alarm
	for _, p := range s.policies {
		for _, a := range append([]*alarm{p.high, p.low}, p.callers...) {
			if a != nil {
				list = append(list, a)
			}
		}
	}
	slices.SortFunc(list, func(a, b *alarm) int { return cmp.Compare(a.age, b.age) })
	return list
}

// evaluateAlarm compares an alarm's state and whether it acts: "Auto Scaling
// actions repeat once per minute while the alarm stays in ALARM". [D]
func (c *comparison) evaluateAlarm(a *alarm, now time.Time) (acts bool) {
	s, twin, world := a.policy.service, "stays", "stays"
	state, seen := a.evaluate(c.pointsOf(a), now)
	a.seen, a.counted = seen, c.counting(s, seen)
	if state != a.state {
		twin = state + " on" + values(seen)
		if len(seen) < a.shape().EvaluationPeriods && state == scaling.AlarmInAlarm {
			c.saw("premature alarm")
		}
		c.saw("alarm " + state)
	}
	for _, x := range c.tape.states[a.name] {
		if x.at.Equal(now) {
			world, a.state = x.state+" on"+x.seen, x.state
			c.used[a.name]++
		}
	}
	c.differ(now, "alarm "+a.String(), twin, world, s)
	acted := slices.ContainsFunc(c.tape.acts[a.name], now.Equal)
	c.differ(now, "action of "+a.String(), fmt.Sprint(a.state == scaling.AlarmInAlarm), fmt.Sprint(acted), s)
	if acted {
		c.used[a.name]++
	}
	return acted
}

func values(seen []point) string {
	text := ""
	for _, p := range seen {
		text += fmt.Sprintf(" %d", p.average)
	}
	return text
}

func (w *twin) pointsOf(a *alarm) []point { return w.points[a.policy.service.name+" "+a.metric()] }

// compareDecision compares what comes of the calling alarms.
func (c *comparison) compareDecision(s *service, calling []*alarm, now time.Time) {
	d, world := c.decide(s, calling, now), "nothing"
	for i, l := range c.rest {
		if !l.at.Equal(now) || l.change != nil {
			break
		}
		if a := l.activity; a != nil && a.service == s.name && (a.refusal != "" || a.status == scaling.StatusInProgress) {
			world = c.told(s, a)
			c.rest = slices.Delete(slices.Clone(c.rest), i, i+1)
			defer c.adopt(l)
			break
		}
	}
	c.differ(now, "decision", d.String(), world, s, d.why)
	switch {
	case d.refusal != "":
		c.sawOf(d.alarm, code(d.refusal))
	case d.alarm != nil && d.to > s.desired:
		c.sawOf(d.alarm, "scale-out")
	case d.alarm != nil:
		c.sawOf(d.alarm, "scale-in")
	}
}

// adopt notes an activity of the world's.
func (c *comparison) adopt(l line) {
	a, s := l.activity, c.find(l.activity.service)
	x := &activity{id: a.id, from: s.desired, to: a.desired, start: l.at, refusal: a.refusal}
	for _, p := range s.policies {
		if a.cause.Kind == scaling.CauseAlarm && p.Name == a.cause.Policy {
			x.policy, x.cooldown = p.ARN, p.ScaleOutCooldown
		}
	}
	if a.refusal == "" {
		c.checkOverride(s, l.at)
	}
	s.begin(x)
}

// checkOverride compares how an activity ends that something newer overrides.
func (c *comparison) checkOverride(s *service, at time.Time) {
	a := s.going()
	if a == nil {
		return
	}
	world := "goes on"
	if l, ok := c.ends[a.id]; ok && l.at.Equal(at) {
		world = l.activity.status
	}
	c.saw("activity Overridden")
	c.differ(at, "activity in progress", scaling.StatusOverridden, world, s)
}

// told says what an activity of the world's is, naming its alarm as the twin
// does.
func (c *comparison) told(s *service, a *activityLine) string {
	by := fmt.Sprintf("%s %d", a.cause.Bound, a.cause.Value)
	if a.cause.Kind == scaling.CauseAlarm {
		by = a.cause.Alarm + " of no policy"
		for _, x := range s.alarms() {
			if x.name == a.cause.Alarm && x.policy.Name == a.cause.Policy {
				by = x.String()
			}
		}
	}
	if a.refusal != "" {
		return a.refusal + " by " + by
	}
	return fmt.Sprintf("desired %d by %s", a.desired, by)
}

// facts are what a reader of a difference needs.
func (s *service) facts() string {
	t := fmt.Sprintf("  desired %d, running %d, starting %d, deploying %v", s.desired, s.running, len(s.starting), s.deploying)
	if s.target != nil {
		t += fmt.Sprintf(", bounds %+v, suspended %+v", s.target.Bounds, s.target.Suspended)
	}
	for _, a := range s.alarms() {
		t += fmt.Sprintf("\n  %v target %v out %v in %v: %s on%s, counted%s", a, a.policy.Target,
			a.policy.ScaleOutCooldown, a.policy.ScaleInCooldown, a.state, values(a.seen), values(a.counted))
		if a.given != nil {
			t += fmt.Sprintf(" %v, threshold %v", a.policy.Step, a.given.Threshold)
		}
	}
	for _, a := range s.activities[max(0, len(s.activities)-6):] {
		_, by, _ := strings.Cut(a.policy, "policyName/")
		t += fmt.Sprintf("\n  %s to %s: %d to %d %s %s", a.start.Format("15:04:05.999"), a.end.Format("15:04:05.999"), a.from, a.to, by, a.refusal)
	}
	return t
}

// checkLow compares whether policies have a low alarm: one with scale-in
// disabled has none. [E]
func (c *comparison) checkLow(s *service) {
	for _, p := range s.tracking() {
		c.differ(p.high.created, ""+p.Name+" has a low alarm", fmt.Sprint(!p.DisableScaleIn), fmt.Sprint(p.low != nil), s)
	}
}

// silent compares the alarms that never did anything, of policies that come to
// their end: there must be a second of the minute at which they had nothing to
// do in all their life.
func (c *comparison) silent(end time.Time, of func(*policy) bool, s *service) {
	for _, a := range s.alarms() {
		if a.known || !of(a.policy) {
			continue
		}
		quiet := false
		for second := range 60 {
			first := a.created.Truncate(time.Minute).Add(time.Duration(second) * time.Second)
			busy := false
			for at := first; !at.After(end); at = at.Add(time.Minute) {
				state, _ := a.evaluate(c.pointsOf(a), at)
				busy = busy || at.After(a.created) && state != a.state
			}
			quiet = quiet || !busy
		}
		c.differ(end, "alarm "+a.String(), "has a state by now", map[bool]string{true: "has a state by now", false: "never evaluated"}[quiet], s)
	}
}

// finish compares what shows at the end: the alarms' shapes, the count of what
// they did, and the counts of tasks.
func (c *comparison) finish() {
	for _, s := range c.services {
		c.silent(c.tape.end, func(*policy) bool { return true }, s)
		l := c.tape.looks[s.name]
		c.differ(c.tape.end, "tasks", fmt.Sprintf("desired %d, running %d", s.desired, s.running),
			fmt.Sprintf("desired %d, running %d", l.Service.Desired, l.Service.Running), s)
		for _, a := range s.alarms() {
			x, ok := l.Alarms.Find(a.name)
			c.differ(c.tape.end, ""+a.String(), shape(a.shape()), shape(x), s)
			if !ok || math.Abs(x.Threshold-a.shape().Threshold) > 1e-6 {
				c.differ(c.tape.end, ""+a.String()+" threshold", fmt.Sprint(a.shape().Threshold), fmt.Sprint(x.Threshold), s)
			}
		}
	}
	for name, all := range c.tape.states {
		if c.orphans[name] { // somebody's, whose policy is gone
			continue
		}
		c.differ(c.tape.end, name+" transitions and actions", fmt.Sprint(c.used[name]), fmt.Sprint(len(all)+len(c.tape.acts[name])), c.services[0])
		c.differ(c.tape.end, name+" acts at its own second", "true", fmt.Sprint(c.tape.whole(name)), c.services[0])
	}
}

func shape(a scaling.Alarm) string {
	return fmt.Sprint(a.Metric.Dimensions, a.Metric.Namespace, a.Metric.Name, a.Metric.Statistic, a.Metric.Period, a.Unit, a.EvaluationPeriods,
		a.DatapointsToAlarm, a.Comparison, a.TreatMissing, a.ActionsEnabled)
}
