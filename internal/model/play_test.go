package model_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// play is a world in the hands of a history.
type play struct {
	t      *testing.T
	w      *model.World
	now    time.Time
	number uint64
	coming []model.Happening
	faults []model.Fault
	lines  []string // of the world's log, not yet shown
}

// args are a command's words of the form name=value.
type args map[string]string

func (p *play) run(command string) string {
	words := strings.Fields(command)
	a := args{}
	for _, word := range words[1:] {
		name, v, _ := strings.Cut(word, "=")
		a[name] = v
	}
	do := map[string]func(args) string{
		"world": p.world, "load": p.load, "wait": p.wait, "activities": p.activities, "alarms": p.alarms,
		"history": p.history, "events": p.events, "targets": p.targets, "service": p.service, "points": p.points,
		"put": p.put, "delete": p.delete, "register": p.register, "deregister": p.deregister, "desired": p.desired,
		"gone": p.gone, "policies": p.policies,
		"schedule": p.schedule, "unschedule": p.unschedule, "scheduled": p.scheduled,
		"step": p.step, "track": p.track,
		"alarm": p.alarm, "unalarm": p.unalarm, "switch": p.switchActions, "force": p.force, "standing": p.standing, "reasons": p.reasons,
		"happening": p.happening, "fault": p.fault, "trace": p.trace, "deploy": p.deploy, "deployments": p.deployments, "tasks": p.tasks,
	}[words[0]]
	require.NotNil(p.t, do, "command %s", words[0])
	return do(a)
}

func (a args) duration(t *testing.T, name string, d time.Duration) time.Duration {
	if a[name] == "" {
		return d
	}
	v, err := time.ParseDuration(a[name])
	require.NoError(t, err)
	return v
}

func (a args) number(t *testing.T, name string, d int) int {
	if a[name] == "" {
		return d
	}
	v, err := strconv.Atoi(a[name])
	require.NoError(t, err)
	return v
}

// world begins: desired, min, max, cpu and requests (targets; 0 for no policy),
// fixed delays publication, start, health, drain, resolution=20s with the fixed
// delay fine, queue, seed, and milli-CPU, idle milli-CPU, workers, inflight and
// patience (its queue time-out) of a task, startup=500/3m (milli-CPU, for),
// balancing=least, slow (start), sticky, nodes of the load balancer, block=yes
// where a wait holds its worker, and the settings steps=proportional,
// anchor=start and datapoints=since. The rest stands at life.
func (p *play) world(a args) string {
	c := local(a.number(p.t, "desired", 1))
	s := &c.Services[0]
	c.Seed = uint64(a.number(p.t, "seed", 1))
	s.Target.Bounds = scaling.Bounds{Min: a.number(p.t, "min", 1), Max: a.number(p.t, "max", 5)}
	s.Policies = nil
	if v := a.number(p.t, "cpu", 70); v > 0 {
		s.Policies = append(s.Policies, cpuPolicy(float64(v)))
	}
	if v := a.number(p.t, "requests", 1500); v > 0 {
		s.Policies = append(s.Policies, requestPolicy(float64(v)))
	}
	fixed := func(name string, d time.Duration) model.Spread {
		v := a.duration(p.t, name, d)
		return model.Spread{Min: v, Max: v}
	}
	s.Publication, s.Start, s.Health = fixed("publication", 90*time.Second), fixed("start", 41*time.Second), fixed("health", 10*time.Second)
	s.Resolution, s.FinePublication = a.duration(p.t, "resolution", 0), fixed("fine", 0)
	s.DeregistrationDelay = a.duration(p.t, "drain", 30*time.Second)
	s.Task.MilliCPU = int64(a.number(p.t, "milli", 1000))
	s.Task.IdleMilliCPU = int64(a.number(p.t, "idle", 0))
	s.Task.Workers = a.number(p.t, "workers", 1)
	s.Task.WorkersBlock = a["block"] != ""
	s.Task.Queue = a.number(p.t, "queue", 0)
	s.Balancing = map[string]model.Balancing{"": model.RoundRobin, "least": model.LeastOutstanding}[a["balancing"]]
	s.SlowStart, s.Stickiness = a.duration(p.t, "slow", 0), a.duration(p.t, "sticky", 0)
	c.LoadBalancer.Nodes = a.number(p.t, "nodes", 1)
	s.Task.InFlight = a.number(p.t, "inflight", 0)
	s.Task.QueueTimeout = a.duration(p.t, "patience", 0)
	if milli, long, ok := strings.Cut(a["startup"], "/"); ok {
		own := args{"milli": milli, "for": long}
		length := own.duration(p.t, "for", 0)
		s.Task.StartUp = model.StartUp{MilliCPU: int64(own.number(p.t, "milli", 0)), For: model.Spread{Min: length, Max: length}}
	}
	if a["steps"] == "proportional" {
		c.Behaviour.ScaleInSteps = model.Proportional
	}
	if a["datapoints"] == "since" {
		c.Behaviour.Datapoints = model.SinceActivity
	}
	if a["base"] == "desired" {
		c.Behaviour.Base = model.DesiredCount
	}
	if a["flapping"] == "unanticipated" {
		c.Behaviour.Flapping = model.Unanticipated
	}
	if a["anchor"] == "start" {
		c.Behaviour.CooldownAnchor = model.FromStart
	}
	p.life(a, &c)
	p.w, p.now = model.New(c), start
	p.w.Trace(func(line string) { p.lines = append(p.lines, line) })
	return fmt.Sprintf("%d tasks, %d to %d", s.Desired, s.Target.Bounds.Min, s.Target.Bounds.Max)
}

// load sends requests, one every so often, for so long: load path=/heavy,/light
// every=1s for=10m sends the paths by turns.
func (p *play) load(a args) string {
	paths, every := strings.Split(a["path"], ","), a.duration(p.t, "every", time.Second)
	until := p.now.Add(a.duration(p.t, "for", every))
	var all []model.Answer
	for i := 0; p.now.Before(until); p.now = p.now.Add(every) {
		p.number++
		r := model.Request{Number: p.number, Method: "POST", Path: paths[i%len(paths)], Body: int64(a.number(p.t, "body", 0))}
		all = append(all, p.w.Submit(p.now, r)...)
		i++
	}
	p.now = until
	return p.answers(append(all, p.w.Advance(p.now)...))
}

// wait lets so much time pass: wait for=10m.
func (p *play) wait(a args) string {
	p.now = p.now.Add(a.duration(p.t, "for", 0))
	return p.answers(p.w.Advance(p.now))
}

func (p *play) answers(all []model.Answer) string {
	count := map[string]int{}
	for _, a := range all {
		count[strings.TrimSpace(fmt.Sprint(a.Status, " ", a.Reason))]++
	}
	out := p.now.Format("15:04:05")
	for _, k := range slices.Sorted(maps.Keys(count)) {
		out += fmt.Sprintf("\n%d answers %s", count[k], k)
	}
	return out
}

func (p *play) look(what model.What) scaling.Look {
	l, err := p.w.Look(web, what)
	require.NoError(p.t, err)
	return l
}

// activities lists them; full=yes in AWS's words.
func (p *play) activities(a args) string {
	var out strings.Builder
	for _, v := range p.look(model.What{Activities: true}).Activities.List {
		why := ""
		for _, r := range v.NotScaled {
			why += fmt.Sprintf(" %s", r.Code)
		}
		fmt.Fprintf(&out, "%s %s: %s%s, by %s", clock(v.Start), v.Status, v.Description, why, p.cause(v.Cause))
		if !v.End.IsZero() {
			fmt.Fprintf(&out, ", after %v", v.End.Sub(v.Start))
		}
		out.WriteString("\n")
		if a["full"] != "" {
			fmt.Fprintf(&out, "  %s\n  %s\n", v.Cause, v.StatusMessage)
		}
	}
	return out.String()
}

func clock(t time.Time) string { return t.Format("15:04:05.999") }

// cause names an alarm of target tracking by its policy and side.
func (p *play) cause(text string) string {
	c := scaling.ParseCause(text)
	if c.Kind != scaling.CauseAlarm {
		return text
	}
	_, high, ok := scaling.ParseAlarmName(c.Alarm)
	if !ok {
		return c.Policy + ", alarm " + c.Alarm // anybody's, of a step policy
	}
	return c.Policy + side(high)
}

func side(high bool) string {
	if high {
		return " high"
	}
	return " low"
}

// alarms lists each alarm's state; full=yes its definition too.
func (p *play) alarms(a args) string {
	l := p.look(model.What{Alarms: true, Policies: true})
	var lines []string
	for _, policy := range l.Policies.List {
		for _, ref := range policy.Alarms {
			v, ok := l.Alarms.Find(ref.Name)
			require.True(p.t, ok)
			line := fmt.Sprintf("%s%s: %s since %s", policy.Name, side(v.High()), v.State, clock(v.StateSince))
			if a["full"] != "" {
				line += fmt.Sprintf("\n  %s\n  %s\n  %s %s %s %v %v every %v, %d periods, %s %v\n  %s\n  %s",
					v.Name, v.Description, v.Metric.Namespace, v.Metric.Name, v.Metric.Statistic, v.Metric.Dimensions, v.Unit,
					v.Metric.Period, v.EvaluationPeriods, v.Comparison, v.Threshold, strings.Join(v.Actions, " "), v.StateReason)
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// history lists what an alarm went through: history policy=cpu side=high;
// data=yes with the data of state updates; or of another alarm: history
// alarm=NAME.
func (p *play) history(a args) string {
	if a["alarm"] != "" {
		return p.historyOf(a["alarm"], a["data"] != "")
	}
	policy, ok := p.look(model.What{Policies: true}).Policies.Find(a["policy"])
	require.True(p.t, ok)
	out := ""
	for _, ref := range policy.Alarms {
		if _, high, _ := scaling.ParseAlarmName(ref.Name); high == (a["side"] == "high") {
			out += p.historyOf(ref.Name, a["data"] != "")
		}
	}
	return out
}

func (p *play) historyOf(name string, data bool) string {
	words := []string{name, "NAME"}
	for _, policy := range p.look(model.What{Policies: true}).Policies.List {
		words = append(words, policy.ARN, "ARN")
	}
	short := strings.NewReplacer(words...)
	var out strings.Builder
	for _, h := range p.w.History(name) {
		fmt.Fprintf(&out, "%s %s: %s\n", clock(h.At), h.Kind, short.Replace(h.Summary))
		if data && h.Kind == "StateUpdate" {
			fmt.Fprintf(&out, "  %s\n", h.Data)
		}
	}
	return out.String()
}

// events lists the scheduler's messages, oldest first.
func (p *play) events(args) string {
	list := p.look(model.What{Service: true}).Service.Events
	var out strings.Builder
	for _, e := range slices.Backward(list) {
		fmt.Fprintf(&out, "%s %s\n", clock(e.At), e.Message)
	}
	return out.String()
}

func (p *play) targets(args) string {
	var out strings.Builder
	for _, h := range p.look(model.What{Targets: true}).Targets.List {
		fmt.Fprintf(&out, "%s %s %s\n", h.ID, h.State, h.Reason)
	}
	return out.String()
}

func (p *play) service(args) string {
	s := p.look(model.What{Service: true}).Service
	return fmt.Sprintf("desired %d, running %d, pending %d, %d deployment %s %s", s.Desired, s.Running, s.Pending, len(s.Deployments), s.Deployments[0].Status, s.Deployments[0].Rollout)
}

// points lists a metric's published datapoints: points metric=CPUUtilization
// statistic=Average since=10m period=1m.
func (p *play) points(a args) string {
	l := p.look(model.What{Metrics: []scaling.Metric{p.metric(a)}, Since: start.Add(a.duration(p.t, "since", 0))})
	var out []string
	for _, v := range l.Metrics.List[0].Points {
		out = append(out, fmt.Sprintf("%s %v", strings.TrimSuffix(v.Start.Format("15:04:05"), ":00"), v.Value))
	}
	return strings.Join(out, "\n")
}

// metric is named by metric, statistic and period; of the service or its
// target group.
func (p *play) metric(a args) scaling.Metric {
	m := scaling.Metric{Namespace: "AWS/ApplicationELB", Name: a["metric"], Statistic: cmp.Or(a["statistic"], "Average"), Period: a.duration(p.t, "period", time.Minute),
		Dimensions: []scaling.Dimension{{Name: "LoadBalancer", Value: balancer}, {Name: "TargetGroup", Value: group}}}
	if m.Name == scaling.ELB5xxCount { // of the whole load balancer
		m.Dimensions = m.Dimensions[:1]
	}
	if strings.HasSuffix(m.Name, "Utilization") {
		m.Namespace, m.Dimensions = "AWS/ECS", []scaling.Dimension{{Name: "ServiceName", Value: web.Name}, {Name: "ClusterName", Value: web.Cluster}}
	}
	return m
}

func (p *play) do(c scaling.Change) string {
	c.Service = web
	policy, err := p.w.Do(p.now, c)
	if err != nil {
		return err.Error()
	}
	if len(policy.Alarms) > 0 {
		return fmt.Sprintf("ok, %d alarms", len(policy.Alarms))
	}
	return "ok"
}

// put puts a policy: put policy=cpu target=70 in=300s out=60s, with name, and
// label for requests; fine-cpu and fine-memory are the high-resolution types.
func (p *play) put(a args) string {
	v := cpuPolicy(float64(a.number(p.t, "target", 70)))
	if a["policy"] == "requests" {
		v = requestPolicy(v.Target)
	}
	if label, ok := a["label"]; ok {
		v.ResourceLabel = label
	}
	if fine, ok := strings.CutPrefix(a["policy"], "fine-"); ok {
		v.Name, v.Metric = a["policy"], map[string]string{"cpu": scaling.MetricCPUHighRes, "memory": scaling.MetricMemoryHighRes}[fine]
	}
	v.Name = cmp.Or(a["name"], v.Name)
	v.ScaleInCooldown, v.ScaleOutCooldown = a.duration(p.t, "in", v.ScaleInCooldown), a.duration(p.t, "out", v.ScaleOutCooldown)
	_, v.DisableScaleIn = a["disable-scale-in"]
	return p.do(scaling.Change{Op: scaling.PutPolicy, Policy: &v})
}

func (p *play) delete(a args) string {
	return p.do(scaling.Change{Op: scaling.DeletePolicy, Policy: &scaling.Policy{Name: a["policy"]}})
}

// register updates the scalable target: register min=2 max=4
// suspend=in,out,scheduled.
func (p *play) register(a args) string {
	c := scaling.Change{Op: scaling.RegisterTarget}
	bound := func(name string) *int {
		if a[name] == "" {
			return nil
		}
		v := a.number(p.t, name, 0)
		return &v
	}
	c.Min, c.Max = bound("min"), bound("max")
	if s, ok := a["suspend"]; ok {
		c.Suspended = &scaling.Suspended{ScaleIn: strings.Contains(s, "in"), ScaleOut: strings.Contains(s, "out"), Scheduled: strings.Contains(s, "scheduled")}
	}
	return p.do(c)
}

func (p *play) deregister(args) string { return p.do(scaling.Change{Op: scaling.DeregisterTarget}) }

// desired sets the desired count by hand: desired n=3.
func (p *play) desired(a args) string {
	n := a.number(p.t, "n", 0)
	return p.do(scaling.Change{Op: scaling.UpdateDesired, Desired: &n})
}

// gone has the clients of the last n requests close their connections.
func (p *play) gone(a args) string {
	for i := range uint64(a.number(p.t, "n", 1)) {
		p.w.Gone(p.now, p.number-i)
	}
	return "ok"
}

func (p *play) policies(args) string {
	var out strings.Builder
	for _, v := range p.look(model.What{Policies: true}).Policies.List {
		fmt.Fprintf(&out, "%s %s target %v, created %s, %d alarms\n  %s\n", v.Name, v.Metric, v.Target, clock(v.Created), len(v.Alarms), v.ARN)
	}
	return out.String()
}
