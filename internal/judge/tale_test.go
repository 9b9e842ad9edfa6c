package judge

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// A tale is a run told in a few numbers, from which a whole timeline is
// written: cpu-heavy as a correct autoscaler answers it, unless a test changes
// it. Times are offsets from the beginning of the traffic.
type tale struct {
	plan    plan.Plan
	command string
	orders  []said
	// cpu and requests give a metric's point for the minute that begins at an
	// offset; false: it was never published.
	cpu, requests func(at time.Duration) (float64, bool)
	cpuMax        func(at time.Duration) (float64, bool) // nil: as cpu
	// publishedAfter is from the beginning of a point to when it is public; 0: two
	// minutes and a half.
	publishedAfter time.Duration
	latency        func(at time.Duration) time.Duration
	traffic        func(at time.Duration, k *timeline.KindWindow) // changes a window
	factor         func(at time.Duration) float64                 // of the rates, in a window; nil: 1
	inFlight       int64                                          // at each window's end, beside those that did not end
	forged         bool                                           // those that did not end are not in flight either
	blind          map[string][2]time.Duration                    // part: not looked at between the two
	throttled      func(part string, i int) bool                  // the i-th poll of a part was, and no look
	extra          []timeline.Event                               // told as well, at their At
	ended          *timeline.Ended
	cut            time.Duration // nothing is told beyond it
	standing       []scaling.Policy
	alarms         []scaling.Alarm
	target         *scaling.ScalableTarget
	group          string        // ARN of the target group that the service was seen attached to; empty: extra tells, or nobody looked
	offset         time.Duration // of the polls
	doneAfter      time.Duration // from an order to the completion of its activity
	readyAfter     time.Duration // from an order to healthy tasks
	clock          timeline.ClockInfo
	refused        []timeline.Event           // the polls that were throttled, since events is written
	looked         map[string][]time.Duration // by part, since events is written
	base           *Baseline                  // what it is compared with; nil: nothing
}

// said is one scaling order of a tale.
type said struct {
	at       time.Duration
	from, to int
	policy   string // empty: a change of bounds
	named    string // the policy that the activity names, where it is another
	silent   bool   // no activity is told
	unrung   bool   // its alarm is told of elsewhere
}

var dawn = time.Date(2026, 1, 1, 0, 40, 0, 0, time.UTC)

var web = scaling.Service{Cluster: "staging-cluster", Name: "staging-web-ingestion"}

const (
	cpuPolicy     = "staging-web-ingestion-cpu-tracking-policy"
	requestPolicy = "staging-web-ingestion-request-tracking-policy"
	groupLabel    = "app/staging/0123456789abcdef/targetgroup/staging-web-ingestion/0123456789abcdef"
)

// groupARN is the target group that the service is attached to.
const groupARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/staging-web-ingestion/0123456789abcdef"

func uuid(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// wanted are the two policies as planned.
func wanted() []scaling.Policy {
	return []scaling.Policy{
		{Name: cpuPolicy, Type: scaling.TargetTracking, Metric: scaling.MetricCPU, Target: 70, ScaleOutCooldown: time.Minute, ScaleInCooldown: 5 * time.Minute},
		{Name: requestPolicy, Type: scaling.TargetTracking, Metric: scaling.MetricRequestCount, ResourceLabel: groupLabel, Target: 1500, ScaleOutCooldown: time.Minute, ScaleInCooldown: 5 * time.Minute},
	}
}

// arnOf is a policy's ARN.
func arnOf(p scaling.Policy) string {
	return scaling.PolicyARN("eu-west-1", "123456789012", uuid(1), web, p.Name)
}

// alarmsOf are a policy's alarms as AWS makes them; n makes their names.
func alarmsOf(p scaling.Policy, n int) []scaling.Alarm {
	m := scaling.Metric{Namespace: "AWS/ECS", Name: "CPUUtilization", Statistic: "Average", Period: time.Minute,
		Dimensions: []scaling.Dimension{{Name: "ClusterName", Value: web.Cluster}, {Name: "ServiceName", Value: web.Name}}}
	low := 15
	switch p.Metric {
	case scaling.MetricRequestCount:
		balancer, group, _ := scaling.SplitLabel(p.ResourceLabel)
		m = scaling.Metric{Namespace: "AWS/ApplicationELB", Name: "RequestCountPerTarget", Statistic: "Sum", Period: time.Minute,
			Dimensions: []scaling.Dimension{{Name: "LoadBalancer", Value: balancer}, {Name: "TargetGroup", Value: group}}}
	case scaling.MetricCPUHighRes:
		m.Period, low = 20*time.Second, 30
	}
	high := scaling.Alarm{Name: scaling.AlarmName(web, true, uuid(n)), Metric: m, EvaluationPeriods: 3, Threshold: p.Target, Comparison: scaling.GreaterThan,
		ActionsEnabled: true, Actions: []string{arnOf(p) + ":createdBy/" + uuid(2)}, State: scaling.AlarmOK, StateSince: dawn.Add(-10 * time.Minute)}
	below := high
	below.Name, below.EvaluationPeriods, below.State = scaling.AlarmName(web, false, uuid(n+1)), low, scaling.AlarmInAlarm
	below.Threshold, below.Comparison = p.Target*0.9, scaling.LessThan
	return []scaling.Alarm{high, below}
}

func stageOf(name string, start, length, ramp time.Duration, fromCPU, cpu, fromReq, req float64) plan.Stage {
	rate := func(cpu, req float64) (heavy, light float64) {
		heavy = cpu * 0.7 / 0.105
		return heavy, req*25 - heavy
	}
	h0, l0 := rate(fromCPU, fromReq)
	h1, l1 := rate(cpu, req)
	return plan.Stage{Name: name, Start: start, For: length, Ramp: ramp, Rates: []plan.Rate{{From: h0, To: h1}, {From: l0, To: l1}},
		CPUTasks: cpu, RequestTasks: req, MilliCPU: cpu * 700, PerMinute: req * 1500}
}

func cpuHeavy() *tale {
	t := &tale{command: "validate run", group: groupARN, inFlight: 10, readyAfter: 50 * time.Second, doneAfter: 45 * time.Second}
	t.plan = plan.Plan{
		Scenario: "cpu-heavy", Environment: "local", Key: "web-ingestion", Service: web, Emulated: true,
		Bounds: scaling.Bounds{Min: 1, Max: 5}, Policies: wanted(), Seed: 7, Arrivals: "uniform",
		Kinds: []plan.Kind{{Name: "heavy", Drive: "cpu"}, {Name: "light", Drive: "requests"}},
		Stages: []plan.Stage{
			stageOf("baseline", 0, 3*time.Minute, 0, 0.5, 0.5, 0.4, 0.4),
			stageOf("climb", 3*time.Minute, 10*time.Minute, time.Minute, 0.5, 1.25, 0.4, 0.5),
			stageOf("peak", 13*time.Minute, 10*time.Minute, time.Minute, 1.25, 2.5, 0.5, 0.9),
			stageOf("settle", 23*time.Minute, 32*time.Minute, time.Minute, 2.5, 0.5, 0.9, 0.4),
		},
		Draining: 30 * time.Second, Start: 3 * time.Minute, HealthWait: 30 * time.Second, Window: 10 * time.Second,
	}
	t.expect(`{"no_scale_out":{"in":["baseline"]}}`, `{"scale_out":{"in":"climb","by":"cpu"}}`, `{"only_by":"cpu"}`,
		`{"no_scale_in":{"in":["climb","peak"]}}`, `{"errors":{"count":0,"around":"scaling"}}`,
		`{"latency":{"p99":"1s","in":["baseline","settle"]}}`, `{"latency":{"p99":"5s","in":["climb","peak"]}}`)
	t.healthyAtEnd("climb", 2, 5)
	t.healthyAtEnd("peak", 3, 5)
	t.minimumAtEnd("settle")
	t.errorRate(1, 30*time.Second)
	t.orders = []said{
		{at: 8*time.Minute + 30*time.Second, from: 1, to: 2, policy: cpuPolicy},
		{at: 18*time.Minute + 30*time.Second, from: 2, to: 3, policy: cpuPolicy},
		{at: 40*time.Minute + 20*time.Second, from: 3, to: 2, policy: cpuPolicy},
		{at: 46*time.Minute + 20*time.Second, from: 2, to: 1, policy: cpuPolicy},
	}
	t.cpu = func(at time.Duration) (float64, bool) { return t.natural(at, 70, cpuOf), true }
	t.requests = func(at time.Duration) (float64, bool) { return t.natural(at, 1500, reqOf), true }
	t.latency = func(time.Duration) time.Duration { return 200 * time.Millisecond }
	t.ended = &timeline.Ended{Outcome: timeline.EndComplete, Restored: true}
	t.standing = wanted()
	for i := range t.standing {
		t.standing[i].ARN = arnOf(t.standing[i])
		for _, a := range alarmsOf(t.standing[i], 10*i+10) {
			t.alarms = append(t.alarms, a)
			t.standing[i].Alarms = append(t.standing[i].Alarms, scaling.AlarmRef{Name: a.Name})
		}
	}
	t.target = &scaling.ScalableTarget{Service: web, Bounds: t.plan.Bounds}
	t.clock = timeline.ClockInfo{Mode: "stepping"}
	return t
}

// fresh makes what p points to, and returns it: the types of expectations
// belong to a package that the judge does not import.
func fresh[T any](p **T) *T {
	*p = new(T)
	return *p
}

func (t *tale) add(fill func(*plan.Expectation)) {
	var e plan.Expectation
	e.Pos.File, e.Pos.Line, e.Pos.Col = "cpu-heavy.yaml", 40+len(t.plan.Expect), 3
	fill(&e)
	t.plan.Expect = append(t.plan.Expect, e)
}

func (t *tale) expect(lines ...string) {
	for _, l := range lines {
		t.add(func(e *plan.Expectation) {
			if err := json.Unmarshal([]byte(l), e); err != nil {
				panic(l + ": " + err.Error())
			}
		})
	}
}

func (t *tale) healthyAtEnd(stage string, lo, hi int) {
	t.add(func(e *plan.Expectation) {
		c := fresh(&e.Capacity)
		c.AtEndOf = stage
		h := fresh(&c.Healthy)
		h.Min, h.Max = &lo, &hi
	})
}

func (t *tale) minimumAtEnd(stage string) {
	t.add(func(e *plan.Expectation) {
		c := fresh(&e.Capacity)
		c.AtEndOf = stage
		fresh(&c.Desired).Minimum = true
	})
}

func (t *tale) errorRate(percent float64, over time.Duration) {
	t.add(func(e *plan.Expectation) {
		x := fresh(&e.Errors)
		if err := fresh(&x.Above).UnmarshalText(fmt.Appendf(nil, "%g%%", percent)); err != nil {
			panic(err)
		}
		x.Never = true
		setDuration(&x.For, over)
	})
}

func setDuration[T ~int64](p *T, d time.Duration) { *p = T(d) }

func (t *tale) end() (d time.Duration) {
	for _, s := range t.plan.Stages {
		d += s.For
	}
	return d
}

// healthyAt is the number of healthy tasks at an offset.
func (t *tale) healthyAt(at time.Duration) int {
	n := t.plan.Bounds.Min
	if len(t.orders) > 0 {
		n = t.orders[0].from
	}
	for _, o := range t.orders {
		switch {
		case o.to > o.from && at >= o.at+t.readyAfter, o.to < o.from && at >= o.at:
			n = o.to
		}
	}
	return n
}

func (t *tale) desiredAt(at time.Duration) int {
	n := t.plan.Bounds.Min
	if len(t.orders) > 0 {
		n = t.orders[0].from
	}
	for _, o := range t.orders {
		if at >= o.at {
			n = o.to
		}
	}
	return n
}

func demandAt(stages []plan.Stage, at time.Duration, of func(plan.Stage) float64) float64 {
	before := of(stages[0])
	for _, s := range stages {
		now := of(s)
		switch {
		case at < s.Start+s.Ramp && s.Ramp > 0:
			return before + (now-before)*float64(at-s.Start)/float64(s.Ramp)
		case at < s.Start+s.For:
			return now
		}
		before = now
	}
	return before
}

// natural is what a metric shows of the planned demand on the tasks that run.
func (t *tale) natural(at time.Duration, target float64, of func(plan.Stage) float64) float64 {
	v := target * demandAt(t.plan.Stages, at+30*time.Second, of) / float64(t.healthyAt(at+30*time.Second))
	if target == 70 {
		v = min(v, 100)
	}
	return v
}

var encoded sync.Map

// histogram encodes n equal latencies.
func histogram(n int64, latency time.Duration) string {
	key := fmt.Sprint(n, latency)
	if s, ok := encoded.Load(key); ok {
		return s.(string)
	}
	h := hdrhistogram.New(1, 120_000_000, 3)
	if err := h.RecordValues(latency.Microseconds(), n); err != nil {
		panic(err)
	}
	b, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	if err != nil {
		panic(err)
	}
	encoded.Store(key, string(b))
	return string(b)
}

// judge tells the tale and has it judged.
func (t *tale) judge(tb testing.TB) Verdict {
	tb.Helper()
	v, err := judge(t.events(), checks, t.base)
	require.NoError(tb, err)
	return v
}

// of finds the answers of one check; there must be some.
func of(tb testing.TB, v Verdict, id string) (found []Result) {
	tb.Helper()
	for _, r := range v.Results {
		if r.ID == id {
			found = append(found, r)
		}
	}
	require.NotEmpty(tb, found, "no answer of %s", id)
	return found
}

// answer is the worst answer of one check, warnings included.
func answer(tb testing.TB, v Verdict, id string) Answer {
	a := Pass
	for _, r := range of(tb, v, id) {
		a = worse(a, r.Answer)
	}
	return a
}
