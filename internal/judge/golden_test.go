package judge

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// A tape is the timeline of a real run, to be changed.
type tape struct {
	events []timeline.Event
	start  time.Time // of the traffic
	base   *Baseline // what it is compared with; nil: nothing
}

var tapes sync.Map

// golden returns a copy of a recorded run.
func golden(tb testing.TB, name string) *tape {
	tb.Helper()
	if _, ok := tapes.Load(name); !ok {
		f, err := os.Open("testdata/" + name + ".jsonl.gz")
		require.NoError(tb, err)
		defer f.Close()
		z, err := gzip.NewReader(f)
		require.NoError(tb, err)
		events, err := timeline.Read(z, name)
		require.NoError(tb, err)
		tapes.Store(name, events)
	}
	all, _ := tapes.Load(name)
	t := &tape{events: slices.Clone(all.([]timeline.Event))}
	for _, e := range t.events {
		if s, ok := e.Data.(timeline.Stage); ok && s.Index == 0 {
			t.start = e.At
		}
	}
	return t
}

func (t *tape) at(d time.Duration) time.Time { return t.start.Add(d) }

// drop removes events.
func (t *tape) drop(which func(timeline.Event) bool) {
	t.events = slices.DeleteFunc(t.events, which)
}

// add tells more, each event before the first that was seen later.
func (t *tape) add(events ...timeline.Event) {
	for _, e := range events {
		i := slices.IndexFunc(t.events, func(x timeline.Event) bool { return x.Seen.After(e.Seen) })
		t.events = slices.Insert(t.events, i, e)
	}
}

// each changes every payload of one type.
func each[P timeline.Payload](t *tape, change func(*timeline.Event, *P)) {
	for i := range t.events {
		if p, ok := t.events[i].Data.(P); ok {
			change(&t.events[i], &p)
			t.events[i].Data = p
		}
	}
}

// replan changes the plan in the first line.
func (t *tape) replan(change func(*plan.Plan)) {
	each(t, func(_ *timeline.Event, s *timeline.Started) {
		var p plan.Plan
		if err := json.Unmarshal(s.Plan, &p); err != nil {
			panic(err)
		}
		change(&p)
		s.Plan = plan.Raw(&p)
	})
}

// good has every kind of request succeed with any of the statuses.
func (t *tape) good(statuses ...int) {
	t.replan(func(p *plan.Plan) {
		for i := range p.Kinds {
			p.Kinds[i].Success.Status = statuses
		}
	})
}

// number numbers the events anew.
func (t *tape) number() {
	for i := range t.events {
		t.events[i].Seq = int64(i + 1)
	}
}

// copy is a tape of its own.
func (t *tape) copy() *tape { return &tape{events: slices.Clone(t.events), start: t.start} }

// judge judges the tape, numbered anew, by the checks.
func (t *tape) judge(tb testing.TB, by []check) Verdict {
	tb.Helper()
	t.number()
	v, err := judge(t.events, by, t.base)
	require.NoError(tb, err)
	return v
}

// is finds events of a payload type.
func is[P timeline.Payload](e timeline.Event) bool { _, ok := e.Data.(P); return ok }

// blind takes away every look at a part between two offsets, and what was
// seen by them.
func (t *tape) blind(part string, from, to time.Duration) {
	done := false
	t.drop(func(e timeline.Event) bool {
		h, ok := e.Data.(timeline.Heartbeat)
		if !ok || h.Part != part || e.At.Before(t.at(from)) || h.From.After(t.at(to)) {
			return false
		}
		done = true
		return true
	})
	if !done {
		panic("nothing to blind")
	}
}

// order tells a scaling order by the CPU policy, with all that shows of it.
func (t *tape) order(at time.Duration, from, to int) {
	now := t.at(at)
	var alarm timeline.AlarmState
	for _, e := range t.events {
		if a, ok := e.Data.(timeline.AlarmState); ok && a.Policy == cpuPolicy && a.Alarm.High() == (to > from) {
			alarm = a
		}
	}
	alarm.Alarm.State, alarm.Alarm.StateSince, alarm.Transition = scaling.AlarmInAlarm, now, true
	alarm.Alarm.StateReasonData = "" // of another state
	cause := scaling.Cause{Kind: scaling.CauseAlarm, Alarm: alarm.Alarm.Name, Policy: cpuPolicy}
	act := scaling.Activity{ID: uuid(int(at.Seconds())), Description: scaling.DescribeDesired(to), Cause: cause.String(),
		Start: now, End: now.Add(45 * time.Second), Status: scaling.StatusSuccessful}
	told := func(at time.Time, p timeline.Payload) {
		seen := at.Add(5 * time.Second)
		t.add(timeline.Observed(at, seen, seen.Add(-10*time.Second), "test", "", p))
	}
	told(now, alarm)
	told(now, timeline.Counts{Desired: to, Running: from})
	told(now.Add(50*time.Second), timeline.ActivityState{Activity: act})
	told(now.Add(50*time.Second), timeline.Counts{Desired: to, Running: to})
	told(now.Add(60*time.Second), timeline.Health{Healthy: to})
	each(t, func(_ *timeline.Event, a *timeline.ActivityState) {
		if a.Activity.ID == act.ID {
			a.Activity.Start = now
		}
	})
	for i, e := range t.events {
		if a, ok := e.Data.(timeline.ActivityState); ok && a.Activity.ID == act.ID {
			t.events[i].At = now
		}
	}
}

// ring tells that the CPU policy's high alarm fired, and rest that it is OK.
func (t *tape) ring(at time.Duration) { t.turn(at, scaling.AlarmInAlarm) }
func (t *tape) rest(at time.Duration) { t.turn(at, scaling.AlarmOK) }

func (t *tape) turn(at time.Duration, state string) {
	now := t.at(at)
	for _, e := range t.events {
		if a, ok := e.Data.(timeline.AlarmState); ok && a.Policy == cpuPolicy && a.Alarm.High() {
			a.Alarm.State, a.Alarm.StateSince, a.Transition = state, now, true
			a.Alarm.StateReasonData = "" // of another state
			t.add(timeline.Observed(now, now.Add(5*time.Second), now.Add(-10*time.Second), "test", "", a))
			return
		}
	}
}

// policies changes a policy's settings in the plan and as it was seen alike.
func (t *tape) policies(change func(*scaling.Policy)) {
	t.replan(func(p *plan.Plan) {
		p.Policies = slices.Clone(p.Policies)
		for i := range p.Policies {
			change(&p.Policies[i])
		}
	})
	each(t, func(e *timeline.Event, p *timeline.PolicyState) {
		if e.Seen.Before(t.at(time.Hour)) {
			change(&p.Policy)
		}
	})
}

// alarms changes the configuration of the alarms of one side.
func (t *tape) alarms(high bool, change func(*scaling.Alarm)) {
	each(t, func(_ *timeline.Event, a *timeline.AlarmState) {
		if a.Alarm.High() == high {
			change(&a.Alarm)
		}
	})
}

// quickLow has the low alarms look at five datapoints, so that what stands high
// in the peak keeps no scale-in of the settle back.
func (t *tape) quickLow() {
	t.alarms(false, func(a *scaling.Alarm) { a.EvaluationPeriods, a.DatapointsToAlarm = 5, 0 })
}

// most has the service stand at its maximum of n tasks.
func (t *tape) most(n int) {
	t.replan(func(p *plan.Plan) { p.Bounds.Max = n })
	each(t, func(_ *timeline.Event, c *timeline.Capacity) {
		if c.Target != nil {
			target := *c.Target
			target.Bounds.Max, c.Target = n, &target
		}
	})
}

// failures makes n light requests of the window at an offset fail.
func (t *tape) failures(at time.Duration, n int64) {
	each(t, func(_ *timeline.Event, w *timeline.Window) {
		if !w.Start.Equal(t.at(at)) {
			return
		}
		w.Kinds = slices.Clone(w.Kinds)
		k := &w.Kinds[slices.IndexFunc(w.Kinds, func(k timeline.KindWindow) bool { return k.Completed["200"] > n })]
		k.Completed = map[string]int64{"200": k.Completed["200"] - n, "502": n}
		k.Failed = map[string]int64{"502": n}
	})
}

// point changes the datapoints of a metric between two offsets.
func (t *tape) point(key string, from, to time.Duration, change func(float64) float64) {
	each(t, func(e *timeline.Event, p *timeline.MetricPoint) {
		if p.Key == key && !e.At.Before(t.at(from)) && e.At.Before(t.at(to)) {
			p.Value = change(p.Value)
		}
	})
}

func TestRecordedRuns(t *testing.T) {
	for name, want := range map[string]Answer{"cpu-heavy": Pass, "gradual-ramp": Pass, "incident": Fail} {
		v := golden(t, name).judge(t, checks)
		require.Equal(t, want, v.Answer, v.Sentence)
		if want == Pass {
			for _, r := range v.Results {
				require.Equal(t, Pass, r.Answer, "%s: %+v", name, r)
			}
		}
	}
	v := golden(t, "incident").judge(t, checks)
	require.Contains(t, v.Sentence, "no policy watches CPU")
	require.Equal(t, Fail, answer(t, v, "latency"))
	require.Equal(t, Pass, Invert(v, []string{"saturation", "latency"}).Answer)
	require.Equal(t, Fail, Invert(v, []string{"saturation", "errors"}).Answer)
	require.Equal(t, Fail, Invert(v, []string{"saturation"}).Answer, "the latency still fails")
}

// A scale-in amid a deployment is stopped by one check alone: the others take
// it for one that came in time.
func TestScaleInWhileDeploying(t *testing.T) {
	changed := golden(t, "cpu-heavy")
	rollout(changed, minutes(25), minutes(36))
	v := changed.judge(t, checks)
	require.Equal(t, Fail, v.Answer, v.Sentence)
	require.Equal(t, Fail, answer(t, v, "scale-in.deploying"))
	others := slices.DeleteFunc(slices.Clone(checks), func(c check) bool { return c.id == "scale-in.deploying" })
	require.Equal(t, Pass, changed.judge(t, others).Answer)
}

func stages[T ~[]string](_ T, names ...string) T { return T(names) }
