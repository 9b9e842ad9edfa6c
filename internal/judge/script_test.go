package judge

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// A script tells a run line by line; times count from the beginning of the
// traffic. What is not told is as in cpu-heavy: two policies, 1..5 tasks, looked
// at all the time, every request answered in 200 ms.
//
//	tasks 2..4                                  bounds; it begins at the least
//	cpu-policy 60                               target; also: requests-policy; "none": there is none
//	fine                                        CPU and its policy at 20 s: 3 and 30 datapoints
//	stage hot 20m ramp 1m cpu 2.5 requests 0.9  load in tasks' worth
//	expect {"scale_out":{"in":"hot","by":"cpu"}}
//	cpu -5m 45*8 - 92*5                         a point a minute (or 20 s), "-": none was published; the last one goes on
//	cpu-max, requests                           the same
//	published 90s                               after a period's end
//	order 8m30s 1->2 by cpu [took 45s] [ready 60s]
//	order 8m30s 1->2 by bounds|schedule|NAME    NAME: another policy that stands
//	silently 8m30s 1->2                         no activity tells of it
//	refused 20m AlreadyAtMaxCapacity            an activity that scaled nothing
//	alarm 13m cpu high ALARM
//	changed 10m cpu-policy 1                    somebody put another target
//	bounds 10m 1..9                             somebody changed them
//	deployment 20m 26m
//	latency 5m 3s                               from then on
//	failed 9m 3 503                             in the window that begins then
//	blind alarms 10m 12m
//	also steps                                  a policy of others that stands, and may
//	standing requests-policy 25                 a policy stands with another target than planned
//	attached blue                               the service's target group, where it is another
func parseScript(text string) (*tale, error) {
	s := &script{tale: cpuHeavy(), lag: 90 * time.Second, series: map[string]series{}}
	s.plan.Stages, s.plan.Expect, s.orders = nil, nil, nil
	none := func(time.Duration) (float64, bool) { return 0, false }
	s.cpu, s.cpuMax, s.requests = none, none, none
	n := 0
	for line := range strings.Lines(text) {
		n++
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if err := s.line(words, strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	s.finish()
	return s.tale, nil
}

// fine is cpu-heavy with CPU and its policy at 20 s.
func fine() *tale {
	s := &script{tale: cpuHeavy(), lag: 20 * time.Second, series: map[string]series{}}
	none := func(time.Duration) (float64, bool) { return 0, false }
	s.cpu, s.cpuMax, s.requests = none, none, none
	_ = s.highResolution(nil)
	s.finish()
	s.plan.Window = cpuHeavy().plan.Window
	return s.tale
}

type script struct {
	*tale
	lag    time.Duration
	fine   bool
	series map[string]series
	later  []func() // what needs the whole to be known
}

// series are the points of a metric from an offset on; the last goes on.
type series struct {
	from   time.Duration
	values []string
}

func (s *script) line(words []string, line string) error {
	do, ok := map[string]func([]string) error{
		"tasks": s.tasks, "also": s.also, "standing": s.otherwise, "cpu-policy": s.policy, "requests-policy": s.policy, "fine": s.highResolution, "stage": s.stage,
		"cpu": s.metric, "cpu-max": s.metric, "requests": s.metric, "published": s.published,
		"order": s.order, "silently": s.silently, "refused": s.refused, "alarm": s.alarm, "changed": s.changed,
		"bounds": s.bounds, "deployment": s.deployment, "latency": s.slow, "failed": s.failed, "blind": s.unseen, "attached": s.attached,
	}[words[0]]
	switch {
	case words[0] == "expect":
		s.expect(strings.TrimSpace(strings.TrimPrefix(line, "expect")))
		return nil
	case !ok:
		return fmt.Errorf("no such word: %s", words[0])
	}
	if err := do(words); err != nil {
		return fmt.Errorf("%s: %w", words[0], err)
	}
	return nil
}

func span2(text, by string) (a, b int, err error) {
	x, y, ok := strings.Cut(text, by)
	a, e1 := strconv.Atoi(x)
	b, e2 := strconv.Atoi(y)
	if !ok || e1 != nil || e2 != nil {
		return 0, 0, fmt.Errorf("%q is not of the form 1%s2", text, by)
	}
	return a, b, nil
}

func (s *script) tasks(w []string) (err error) {
	if len(w) != 2 {
		return errors.New("give the bounds, as 1..5")
	}
	s.plan.Bounds.Min, s.plan.Bounds.Max, err = span2(w[1], "..")
	s.target.Bounds = s.plan.Bounds
	return err
}

func (s *script) policy(w []string) error {
	if len(w) != 2 {
		return errors.New("give the target")
	}
	name := map[string]string{"cpu-policy": cpuPolicy, "requests-policy": requestPolicy}[w[0]]
	gone := func(p scaling.Policy) bool { return p.Name == name }
	if w[1] == "none" {
		s.plan.Policies = slices.DeleteFunc(s.plan.Policies, gone)
		s.standing = slices.DeleteFunc(s.standing, gone)
		return nil
	}
	target, err := strconv.ParseFloat(w[1], 64)
	for i := range s.plan.Policies {
		if gone(s.plan.Policies[i]) {
			s.plan.Policies[i].Target = target
		}
	}
	s.stand()
	return err
}

// stand has the policies stand as planned, with alarms anew.
func (s *script) stand() {
	s.standing, s.alarms = slices.Clone(s.plan.Policies), nil
	for i := range s.standing {
		p := &s.standing[i]
		p.ARN, p.Alarms = arnOf(*p), nil
		for _, a := range alarmsOf(*p, 10*i+10) {
			s.alarms = append(s.alarms, a)
			p.Alarms = append(p.Alarms, scaling.AlarmRef{Name: a.Name})
		}
	}
}

// also has a step scaling policy stand beside the others, with two alarms of
// its own.
func (s *script) also(w []string) error {
	if len(w) != 2 {
		return errors.New("give a name")
	}
	p := scaling.Policy{Name: w[1], Type: "StepScaling"}
	like := s.standing[0]
	for i, a := range alarmsOf(like, 300) {
		a.Name = fmt.Sprintf("%s-%d", w[1], i)
		a.Actions = []string{scaling.PolicyARN("eu-west-1", "123456789012", uuid(1), web, w[1])}
		s.alarms = append(s.alarms, a)
		p.Alarms = append(p.Alarms, scaling.AlarmRef{Name: a.Name})
	}
	s.standing = append(s.standing, p)
	s.plan.AlsoStanding = append(s.plan.AlsoStanding, w[1])
	return nil
}

// otherwise has a policy stand with another target than the plan's.
func (s *script) otherwise(w []string) error {
	if len(w) != 3 {
		return errors.New("give it as: standing requests-policy 25")
	}
	planned := slices.Clone(s.plan.Policies)
	err := s.policy(w[1:])
	s.plan.Policies = planned
	return err
}

func (s *script) highResolution([]string) error {
	s.fine = true
	for i := range s.plan.Policies {
		if s.plan.Policies[i].Metric == scaling.MetricCPU {
			s.plan.Policies[i].Metric = scaling.MetricCPUHighRes
		}
	}
	s.stand()
	return nil
}

func (s *script) stage(w []string) error {
	if len(w) < 3 {
		return errors.New("give a name and a length")
	}
	length, err := time.ParseDuration(w[2])
	if err != nil {
		return err
	}
	var ramp time.Duration
	cpu, requests := 0.5, 0.4
	if n := len(s.plan.Stages); n > 0 {
		cpu, requests = s.plan.Stages[n-1].CPUTasks, s.plan.Stages[n-1].RequestTasks
	}
	beforeCPU, beforeRequests := cpu, requests
	for i := 3; i+1 < len(w); i += 2 {
		switch w[i] {
		case "ramp":
			ramp, err = time.ParseDuration(w[i+1])
		case "cpu":
			cpu, err = strconv.ParseFloat(w[i+1], 64)
		case "requests":
			requests, err = strconv.ParseFloat(w[i+1], 64)
		default:
			err = fmt.Errorf("no such word: %s", w[i])
		}
		if err != nil {
			return err
		}
	}
	if len(s.plan.Stages) == 0 {
		beforeCPU, beforeRequests = cpu, requests
	}
	s.plan.Stages = append(s.plan.Stages, stageOf(w[1], s.end(), length, ramp, beforeCPU, cpu, beforeRequests, requests))
	return nil
}

func (s *script) metric(w []string) error {
	if len(w) < 3 {
		return errors.New("give an offset and values")
	}
	from, err := time.ParseDuration(w[1])
	if err != nil {
		return err
	}
	points := series{from: from}
	for _, v := range w[2:] {
		value, times, many := strings.Cut(v, "*")
		n := 1
		if many {
			if n, err = strconv.Atoi(times); err != nil {
				return err
			}
		}
		if _, err := strconv.ParseFloat(value, 64); err != nil && value != "-" {
			return err
		}
		points.values = append(points.values, slices.Repeat([]string{value}, n)...)
	}
	key := map[string]string{"cpu": timeline.KeyCPU, "cpu-max": timeline.KeyCPUMax, "requests": timeline.KeyRequests}[w[0]]
	s.series[key] = points
	return nil
}

func (s *script) published(w []string) (err error) {
	s.lag, err = s.offset(w, 1)
	return err
}

func (s *script) offset(w []string, i int) (time.Duration, error) {
	if len(w) <= i {
		return 0, errors.New("give a time")
	}
	return time.ParseDuration(w[i])
}

func (s *script) order(w []string) error {
	if len(w) < 5 || w[3] != "by" {
		return errors.New("give it as: order 8m30s 1->2 by cpu")
	}
	at, err := s.offset(w, 1)
	if err != nil {
		return err
	}
	o := said{at: at}
	if o.from, o.to, err = span2(w[2], "->"); err != nil {
		return err
	}
	took, ready := s.doneAfter, s.readyAfter
	for i := 5; i+1 < len(w); i += 2 {
		d, err := time.ParseDuration(w[i+1])
		if err != nil {
			return err
		}
		if w[i] == "took" {
			took = d
		} else {
			ready = d
		}
	}
	s.doneAfter, s.readyAfter = took, ready
	switch w[4] {
	case "cpu":
		o.policy = cpuPolicy
	case "requests":
		o.policy = requestPolicy
	case "bounds":
	default:
		o.policy = w[4]
	}
	s.orders = append(s.orders, o)
	return nil
}

func (s *script) silently(w []string) error {
	if err := s.order(append(slices.Clone(w), "by", "bounds")); err != nil {
		return err
	}
	s.orders[len(s.orders)-1].silent = true
	return nil
}

// tell adds what was seen by the first look at or after an offset.
func (s *script) tell(part, subject string, at time.Duration, p timeline.Payload) {
	s.later = append(s.later, func() {
		if e, ok := s.change(part, "test", subject, at, true, p); ok {
			s.extra = append(s.extra, e)
		}
	})
}

func (s *script) refused(w []string) error {
	at, err := s.offset(w, 1)
	if err != nil || len(w) != 3 {
		return errors.Join(err, errors.New("give it as: refused 20m AlreadyAtMaxCapacity"))
	}
	a, _ := s.alarmFor(cpuPolicy, w[2] != "AlreadyAtMinCapacity" && w[2] != "AutoScalingAnticipatedFlapping")
	s.tell(timeline.PartActivities, "", at, timeline.ActivityState{Activity: scaling.Activity{
		ID: uuid(500 + int(at.Seconds())), Description: "Attempting to scale due to alarm triggered", Start: dawn.Add(at), Status: scaling.StatusFailed,
		Cause:     scaling.Cause{Kind: scaling.CauseAlarm, Alarm: a.Name, Policy: cpuPolicy}.String(),
		NotScaled: []scaling.NotScaledReason{{Code: w[2]}},
	}})
	return nil
}

func (s *script) alarm(w []string) error {
	at, err := s.offset(w, 1)
	if err != nil || len(w) != 5 {
		return errors.Join(err, errors.New("give it as: alarm 13m cpu high ALARM"))
	}
	name := map[string]string{"cpu": cpuPolicy, "requests": requestPolicy}[w[2]]
	s.later = append(s.later, func() {
		a, _ := s.alarmFor(name, w[3] == "high")
		a.State, a.StateSince = w[4], dawn.Add(at)
		if e, ok := s.change(timeline.PartAlarms, "cloudwatch", a.Name, at, true, timeline.AlarmState{Alarm: a, Transition: true, Policy: name}); ok {
			s.extra = append(s.extra, e)
		}
	})
	return nil
}

// changed tells that a policy was put again with another target: that makes its
// alarms anew. [D]
func (s *script) changed(w []string) error {
	at, err := s.offset(w, 1)
	if err != nil || len(w) != 4 {
		return errors.Join(err, errors.New("give it as: changed 10m cpu-policy 1"))
	}
	target, err := strconv.ParseFloat(w[3], 64)
	name := map[string]string{"cpu-policy": cpuPolicy, "requests-policy": requestPolicy}[w[2]]
	s.later = append(s.later, func() {
		i := slices.IndexFunc(s.standing, func(p scaling.Policy) bool { return p.Name == name })
		p := s.standing[i]
		p.Target, p.Alarms = target, nil
		for _, a := range alarmsOf(p, 1000+int(at.Seconds())) {
			p.Alarms = append(p.Alarms, scaling.AlarmRef{Name: a.Name})
			s.tell(timeline.PartAlarms, a.Name, at, timeline.AlarmState{Alarm: a})
		}
		s.tell(timeline.PartScaling, p.Name, at, timeline.PolicyState{Policy: p})
	})
	return err
}

func (s *script) bounds(w []string) error {
	at, err := s.offset(w, 1)
	if err != nil || len(w) != 3 {
		return errors.Join(err, errors.New("give it as: bounds 10m 1..9"))
	}
	other := *s.target
	other.Bounds.Min, other.Bounds.Max, err = span2(w[2], "..")
	s.tell(timeline.PartScaling, web.String(), at, timeline.Capacity{Target: &other})
	return err
}

func (s *script) deployment(w []string) error {
	from, err := s.offset(w, 1)
	to, err2 := s.offset(w, 2)
	rollsOut(from.Minutes(), to.Minutes())(s.tale)
	return errors.Join(err, err2)
}

func (s *script) slow(w []string) error {
	from, err := s.offset(w, 1)
	latency, err2 := s.offset(w, 2)
	before := s.tale.latency
	s.tale.latency = func(at time.Duration) time.Duration {
		if at >= from {
			return latency
		}
		return before(at)
	}
	return errors.Join(err, err2)
}

func (s *script) failed(w []string) error {
	at, err := s.offset(w, 1)
	if err != nil || len(w) != 4 {
		return errors.Join(err, errors.New("give it as: failed 9m 3 503"))
	}
	n, err := strconv.ParseInt(w[2], 10, 64)
	before := s.traffic
	s.traffic = func(now time.Duration, k *timeline.KindWindow) {
		if before != nil {
			before(now, k)
		}
		if now == at && k.Kind == "heavy" {
			k.Completed["200"] -= n
			k.Completed[w[3]] += n
			k.Failed = map[string]int64{w[3]: n}
		}
	}
	return err
}

func (s *script) unseen(w []string) error {
	from, err := s.offset(w, 2)
	to, err2 := s.offset(w, 3)
	if s.tale.blind == nil {
		s.tale.blind = map[string][2]time.Duration{}
	}
	s.tale.blind[w[1]] = [2]time.Duration{from, to}
	return errors.Join(err, err2)
}

func (s *script) attached(w []string) error {
	if len(w) != 2 {
		return errors.New("give the name of a target group")
	}
	s.group = strings.Replace(groupARN, "staging-web-ingestion", w[1], 1)
	return nil
}

// finish tells what needs the whole run to be known: looks, and datapoints.
func (s *script) finish() {
	for i := 0; i < len(s.later); i++ { // what is told may tell more
		s.later[i]()
	}
	for _, key := range []string{timeline.KeyCPU, timeline.KeyCPUMax, timeline.KeyRequests} {
		s.points(key)
	}
	s.plan.Window = 10 * time.Second
}

func (s *script) points(key string) {
	x, told := s.series[key]
	if !told && key == timeline.KeyCPUMax {
		x, told = s.series[timeline.KeyCPU]
	}
	period := time.Minute
	if s.fine && key != timeline.KeyRequests {
		period = 20 * time.Second
	}
	for at := -10 * time.Minute; at < s.end()+drain; at += period {
		v := s.asAsked(key, at)
		if told {
			i := int((at - x.from) / period)
			var err error
			if v, err = strconv.ParseFloat(x.values[min(max(i, 0), len(x.values)-1)], 64); err != nil {
				continue // never published
			}
		}
		p := timeline.MetricPoint{Key: key, Value: v, Period: period}
		if e, ok := s.change(timeline.PartMetrics, "cloudwatch", key, at+period+s.lag, false, p); ok {
			e.At = dawn.Add(at)
			s.extra = append(s.extra, e)
		}
	}
}

// asAsked is what a metric shows of the stages' load on the tasks that run: at
// a task's worth each it stands at the target of cpu-heavy's policy.
func (s *script) asAsked(key string, at time.Duration) float64 {
	if key == timeline.KeyRequests {
		return s.natural(at, 1500, reqOf)
	}
	return s.natural(at, 70, cpuOf)
}
