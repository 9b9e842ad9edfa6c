package observe_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/clock"
	"scaleproof/internal/observe"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var (
	web   = scaling.Service{Cluster: "staging-cluster", Name: "staging-web"}
	label = "app/staging/0123456789abcdef/targetgroup/staging-web/0123456789abcdef"
)

func at(seconds int) time.Time { return clock.Epoch.Add(time.Duration(seconds) * time.Second) }

// tell writes an event as kind, subject, (NotBefore, Seen] and At, in seconds
// after the beginning; a hyphen is a time that is not known.
func tell(e timeline.Event) string {
	sec := func(t time.Time) string {
		if t.IsZero() {
			return "-"
		}
		return fmt.Sprint(t.Sub(clock.Epoch).Seconds())
	}
	return fmt.Sprintf("%s %s (%s,%s] at %s", e.Kind, e.Subject, sec(e.NotBefore), sec(e.Seen), sec(e.At))
}

func tells(events []timeline.Event) (list []string) {
	for _, e := range events {
		list = append(list, tell(e))
	}
	return list
}

func fresh() *observe.State {
	return observe.NewState(web, clock.Epoch, observe.Metrics(web, label, nil))
}

func TestCountsAreToldWhenTheyChange(t *testing.T) {
	s := fresh()
	look := func(sec, desired, running int) []string {
		return tells(s.Apply(timeline.PartService, scaling.Look{At: at(sec), Service: &scaling.ServiceState{Desired: desired, Running: running}}))
	}
	require.Equal(t, []string{"service.counts staging-cluster/staging-web (-,0] at 0"}, look(0, 1, 1))
	require.Empty(t, look(10, 1, 1))
	require.Equal(t, []string{"service.counts staging-cluster/staging-web (10,20] at 20"}, look(20, 2, 1))
	require.Equal(t, []string{"service.counts staging-cluster/staging-web (20,30] at 30"}, look(30, 2, 2))
}

func TestDeploymentsAreDatedByECS(t *testing.T) {
	s := fresh()
	look := func(sec int, d ...scaling.Deployment) []string {
		events := s.Apply(timeline.PartService, scaling.Look{At: at(sec), Service: &scaling.ServiceState{Deployments: d}})
		return tells(events)
	}
	d := scaling.Deployment{ID: "ecs-svc/1", Status: "PRIMARY", Rollout: "COMPLETED", Created: at(-900), Updated: at(-600), Running: 1}
	require.Contains(t, look(0, d), "deployment.state ecs-svc/1 (-,0] at -600")
	d.Running, d.Desired = 2, 2
	require.Empty(t, look(10, d), "a service that scales is not deployed")
	d.Rollout, d.Updated = "IN_PROGRESS", at(15)
	require.Equal(t, []string{"deployment.state ecs-svc/1 (10,20] at 15"}, look(20, d))
	next := scaling.Deployment{ID: "ecs-svc/2", Status: "PRIMARY", Rollout: "COMPLETED", Created: at(25), Updated: at(25)}
	events := s.Apply(timeline.PartService, scaling.Look{At: at(30), Service: &scaling.ServiceState{Deployments: []scaling.Deployment{next}}})
	require.Equal(t, []string{"deployment.state ecs-svc/2 (20,30] at 25", "deployment.state ecs-svc/1 (20,30] at 30"}, tells(events))
	require.Equal(t, scaling.DeploymentInactive, events[1].Data.(timeline.Deployment).Status, "the one that is listed no more")
}

func TestTargetsAreToldWhenOneChanges(t *testing.T) {
	s := fresh()
	look := func(sec int, list ...scaling.TargetHealth) []timeline.Event {
		return s.Apply(timeline.PartTargets, scaling.Look{At: at(sec), Targets: &scaling.TargetStates{List: list}})
	}
	a := scaling.TargetHealth{ID: "a", State: scaling.TargetHealthy}
	b := scaling.TargetHealth{ID: "b", State: scaling.TargetInitial, Reason: "Elb.InitialHealthChecking"}
	require.Len(t, look(0, a), 1)
	events := look(10, b, a)
	require.Len(t, events, 1)
	require.Equal(t, timeline.Health{Healthy: 1, Initial: 1, Targets: []scaling.TargetHealth{a, b}}, events[0].Data)
	require.Empty(t, look(20, a, b), "the order of the answer means nothing")
	b.State, b.Reason = scaling.TargetDraining, "Target.DeregistrationInProgress"
	require.Equal(t, 1, look(30, a, b)[0].Data.(timeline.Health).Draining)
	gone := look(40)
	require.Equal(t, timeline.Health{}, gone[0].Data, "no targets is evidence; no look is none")
}

func TestSettingsAreToldWhenTheyChange(t *testing.T) {
	s := fresh()
	look := func(sec int, target *scaling.ScalableTarget, list ...scaling.Policy) []string {
		return tells(s.Apply(timeline.PartScaling, scaling.Look{
			At: at(sec), Scalable: &scaling.ScalableState{Target: target}, Policies: &scaling.PolicySet{List: list},
		}))
	}
	p := scaling.Policy{Name: "c", Metric: scaling.MetricCPU, Target: 70, Created: at(-60).Add(300 * time.Microsecond), Alarms: []scaling.AlarmRef{{Name: "h"}, {Name: "l"}}}
	bounds := &scaling.ScalableTarget{Bounds: scaling.Bounds{Min: 1, Max: 5}}
	require.Equal(t, []string{
		"capacity.observed staging-cluster/staging-web (-,0] at 0", "policy.observed c (-,0] at 0",
	}, look(0, bounds, p))
	wire := p
	wire.Created, wire.Alarms = at(-60), []scaling.AlarmRef{{Name: "l"}, {Name: "h"}}
	require.Empty(t, look(30, bounds, wire), "the wire has milliseconds, and no order of alarms")
	wire.Alarms = []scaling.AlarmRef{{Name: "h2"}, {Name: "l2"}}
	require.Equal(t, []string{"policy.observed c (30,60] at 60",
		"observe.look staging-cluster/staging-web (-,60] at 60"}, look(60, bounds, wire), "put again: its alarms are new")
	require.Equal(t, []string{
		"capacity.observed staging-cluster/staging-web (60,90] at 90", "policy.removed c (60,90] at 90",
	}, look(90, nil))
}

// An alarm that somebody deletes is told of once a policy was seen to name it
// still; those of a policy that went, or that has others now, are not.
func TestAlarmsThatAreGone(t *testing.T) {
	s := fresh()
	policies := func(sec int, list ...scaling.Policy) (got []string) {
		for _, line := range tells(s.Apply(timeline.PartScaling, scaling.Look{At: at(sec), Policies: &scaling.PolicySet{List: list}})) {
			if strings.HasPrefix(line, "alarm.") {
				got = append(got, line)
			}
		}
		return got
	}
	alarms := func(sec int, names ...string) {
		set := &scaling.AlarmSet{}
		for _, name := range names {
			set.List = append(set.List, scaling.Alarm{Name: name, State: scaling.AlarmOK})
		}
		s.Apply(timeline.PartAlarms, scaling.Look{At: at(sec), Alarms: set})
	}
	p := scaling.Policy{Name: "c", Alarms: []scaling.AlarmRef{{Name: "h"}, {Name: "l"}}}
	require.Empty(t, policies(0, p))
	alarms(5, "h", "l")
	alarms(20, "l")
	require.Equal(t, []string{"alarm.removed h (5,30] at 30"}, policies(30, p))
	require.Empty(t, policies(60, p), "told once")
	alarms(65, "h", "l")
	alarms(80, "h")
	alarms(95, "h", "l")
	require.Empty(t, policies(100, p), "one look did not list it")
	alarms(110)
	put := p
	put.Alarms = []scaling.AlarmRef{{Name: "h2"}, {Name: "l2"}}
	require.Empty(t, policies(130, put), "put again")
	alarms(140, "h2", "l2")
	alarms(155)
	require.Empty(t, policies(160), "they went with it")
}

func TestAlarms(t *testing.T) {
	s := fresh()
	look := func(sec int, list ...scaling.Alarm) (got []string) {
		for _, e := range s.Apply(timeline.PartAlarms, scaling.Look{At: at(sec), Alarms: &scaling.AlarmSet{List: list}}) {
			line := tell(e)
			if d, ok := e.Data.(timeline.AlarmState); ok && d.Transition {
				line += fmt.Sprintf(" %s>%s for %s", d.From, d.Alarm.State, d.Policy)
			}
			got = append(got, line)
		}
		return got
	}
	a := scaling.Alarm{
		Name: "a", State: scaling.AlarmOK, StateSince: at(-120), ConfiguredAt: at(-600), Threshold: 70,
		Actions: []string{"arn:aws:autoscaling:r:1:scalingPolicy:u:resource/ecs/service/c/s:policyName/cpu:createdBy/u"},
	}
	require.Equal(t, []string{"alarm.observed a (-,0] at -600"}, look(0, a), "how it stood is no transition")
	a.StateReason = "other words"
	require.Empty(t, look(15, a))
	a.State, a.StateSince = scaling.AlarmInAlarm, at(22)
	require.Equal(t, []string{"alarm.state a (15,30] at 22 OK>ALARM for cpu"}, look(30, a))
	a.StateSince = at(41)
	require.Equal(t, []string{"alarm.state a (30,45] at 41 >ALARM for cpu"}, look(45, a), "it left and came back, and nobody saw where it was")
	a.Threshold, a.ConfiguredAt = 80, at(50)
	require.Equal(t, []string{"alarm.observed a (45,60] at 50", "observe.look staging-cluster/staging-web (-,60] at 60"}, look(60, a))

	b := scaling.Alarm{Name: "b", State: scaling.AlarmInsufficientData, ConfiguredAt: at(70), StateSince: at(70)}
	c := scaling.Alarm{Name: "c", State: scaling.AlarmInAlarm, ConfiguredAt: at(70), StateSince: at(72)}
	require.Equal(t, []string{
		"alarm.observed b (60,75] at 70", "alarm.observed c (60,75] at 70", "alarm.state c (60,75] at 72 >ALARM for ",
	}, look(75, c, b), "one that is new and in ALARM went there since it was made")
}

func TestActivities(t *testing.T) {
	s := fresh()
	look := func(sec int, list ...scaling.Activity) []string {
		return tells(s.Apply(timeline.PartActivities, scaling.Look{At: at(sec), Activities: &scaling.ActivitySet{List: list}}))
	}
	ancient := scaling.Activity{ID: "ancient", Start: at(-3600), Status: scaling.StatusSuccessful}
	recent := scaling.Activity{ID: "recent", Start: at(-200), End: at(-150), Status: scaling.StatusSuccessful}
	require.Equal(t, []string{"scaling.activity recent (-,0] at -200"}, look(0, ancient, recent))
	refused := scaling.Activity{ID: "not", Start: at(11), Status: scaling.StatusFailed, NotScaled: []scaling.NotScaledReason{{Code: scaling.AlreadyAtMaxCapacity, Max: 5}}}
	begun := scaling.Activity{ID: "begun", Start: at(9), Status: scaling.StatusInProgress}
	require.Equal(t, []string{
		"scaling.activity begun (0,15] at 9", "scaling.activity not (0,15] at 11",
	}, look(15, refused, begun, recent), "newest first is AWS's order, if it has one")
	require.Empty(t, look(30, refused, begun))
	begun.Status, begun.End = scaling.StatusSuccessful, at(42)
	require.Equal(t, []string{"scaling.activity begun (30,45] at 9"}, look(45, refused, begun), "again, since it ended")
}

// An activity that goes on is asked for, however long it takes.
func TestAskReachesBack(t *testing.T) {
	s := fresh()
	ask := s.Ask(timeline.PartActivities, at(0))
	require.Equal(t, at(-360), ask.Since)
	long := scaling.Activity{ID: "long", Start: at(5), Status: scaling.StatusInProgress}
	s.Apply(timeline.PartActivities, scaling.Look{At: at(3600), Activities: &scaling.ActivitySet{List: []scaling.Activity{long}}})
	require.Equal(t, at(5), s.Ask(timeline.PartActivities, at(3615)).Since)
	long.Status = scaling.StatusSuccessful
	s.Apply(timeline.PartActivities, scaling.Look{At: at(3615), Activities: &scaling.ActivitySet{List: []scaling.Activity{long}}})
	require.Equal(t, at(3615-360), s.Ask(timeline.PartActivities, at(3630)).Since)

	metrics := s.Ask(timeline.PartMetrics, at(30))
	require.Equal(t, at(-360), metrics.Since)
	require.Equal(t, at(0), metrics.Until, "the minute that goes on is left out")
	require.Len(t, metrics.Metrics, 7)
}

func TestPoints(t *testing.T) {
	metrics := observe.Metrics(web, label, nil)
	s := observe.NewState(web, clock.Epoch, metrics)
	series := func(i int, points ...scaling.Point) scaling.Series {
		return scaling.Series{Metric: metrics[i].Metric, Points: points}
	}
	look := func(sec int, list ...scaling.Series) (got []string) {
		for _, e := range s.Apply(timeline.PartMetrics, scaling.Look{At: at(sec), Metrics: &scaling.MetricSet{List: list}}) {
			if d, ok := e.Data.(timeline.MetricPoint); ok {
				got = append(got, fmt.Sprintf("%s = %v", tell(e), d.Value))
			}
		}
		return got
	}
	p := func(sec int, v float64) scaling.Point { return scaling.Point{Start: at(sec), Value: v} }
	require.Equal(t, []string{"metric.point cpu (-,0] at -120 = 50"}, look(0, series(0, p(-120, 50)), series(2)))
	require.Equal(t, []string{"metric.point requests (0,30] at -60 = 400"}, look(30, series(2, p(-60, 400)), series(0, p(-120, 50))), "series are known by their metric")
	require.Equal(t, []string{"metric.point cpu (30,60] at -60 = 55"}, look(60, series(0, p(0, 60), p(-60, 55), p(-120, 50)))[:1], "late, and out of order")
	require.Equal(t, []string{"metric.point cpu (60,90] at 0 = 61"}, look(90, series(0, p(-120, 50), p(-60, 55), p(0, 61))), "revised")
	require.Empty(t, look(120, series(0)))
	require.Empty(t, look(150, series(0, p(0, 61))), "known, though one answer left it out")
}

func TestHighResolutionIsReadAtItsPeriod(t *testing.T) {
	list := observe.Metrics(web, "", []scaling.Policy{{Metric: scaling.MetricCPUHighRes}})
	require.Len(t, list, 2, "without a load balancer there is CPU alone")
	require.Equal(t, 20*time.Second, list[0].Metric.Period)
}

func TestHeartbeatsAndGaps(t *testing.T) {
	s := fresh()
	var events []timeline.Event
	for sec := 0; sec <= 140; sec += 10 {
		look := func(observe.Ask) (scaling.Look, error) {
			if sec == 40 || sec == 50 {
				return scaling.Look{}, errors.New("elbv2 DescribeTargetHealth: ThrottlingException: Rate exceeded")
			}
			return scaling.Look{At: at(sec), Targets: &scaling.TargetStates{}}, nil
		}
		s.Poll([]string{timeline.PartTargets}, func() time.Time { return at(sec) }, look, func(e ...timeline.Event) { events = append(events, e...) })
	}
	events = append(events, s.Close(observe.Default)...)
	require.Equal(t, []string{
		"target.health staging-cluster/staging-web (-,0] at 0",
		"observe.gap staging-cluster/staging-web (-,40] at 40",
		"observe.gap staging-cluster/staging-web (-,50] at 50",
		"observe.look staging-cluster/staging-web (-,60] at 60",
		"observe.look staging-cluster/staging-web (-,120] at 120",
		"observe.look staging-cluster/staging-web (-,140] at 140",
	}, tells(events))
	require.Equal(t, timeline.Gap{Part: "targets", Error: "elbv2 DescribeTargetHealth: ThrottlingException: Rate exceeded", Since: at(30)}, events[2].Data)
	require.Equal(t, timeline.Heartbeat{Part: "targets", From: at(0), Looks: 5, Longest: 30 * time.Second}, events[3].Data)
	require.Equal(t, timeline.Heartbeat{Part: "targets", From: at(60), Looks: 6, Longest: 10 * time.Second}, events[4].Data)
	require.Equal(t, timeline.Heartbeat{Part: "targets", From: at(120), Looks: 2, Longest: 10 * time.Second}, events[5].Data)
}

// A look that is repeated tells nothing new, whatever it holds.
func TestRepeatedLookIsSilent(t *testing.T) {
	states := []string{scaling.AlarmOK, scaling.AlarmInAlarm, scaling.AlarmInsufficientData}
	rapid.Check(t, func(t *rapid.T) {
		s := fresh()
		some := func(what string) time.Time {
			return at(rapid.IntRange(-300, 0).Draw(t, what)).Add(time.Duration(rapid.IntRange(0, 1e9).Draw(t, "ns")))
		}
		var look scaling.Look
		look.Alarms, look.Activities, look.Metrics = &scaling.AlarmSet{}, &scaling.ActivitySet{}, &scaling.MetricSet{}
		for i := range rapid.IntRange(0, 4).Draw(t, "n") {
			look.Alarms.List = append(look.Alarms.List, scaling.Alarm{Name: fmt.Sprint(i), State: rapid.SampledFrom(states).Draw(t, "state"), StateSince: some("since"), ConfiguredAt: some("configured")})
			look.Activities.List = append(look.Activities.List, scaling.Activity{ID: fmt.Sprint(i), Start: some("start"), End: some("end")})
			look.Metrics.List = append(look.Metrics.List, scaling.Series{Metric: observe.Metrics(web, label, nil)[i].Metric, Points: []scaling.Point{{Start: some("point"), Value: 1}}})
		}
		for _, part := range []string{timeline.PartAlarms, timeline.PartActivities, timeline.PartMetrics} {
			look.At = at(0)
			s.Apply(part, look)
			look.At = at(30)
			require.Empty(t, tells(s.Apply(part, look)), part)
		}
	})
}

func TestSettled(t *testing.T) {
	s := observe.NewSettled([]scaling.Policy{{Name: "c"}, {Name: "r"}})
	policy := func(name string, alarms ...string) {
		p := scaling.Policy{Name: name}
		for _, a := range alarms {
			p.Alarms = append(p.Alarms, scaling.AlarmRef{Name: a})
		}
		s.Saw(timeline.New(at(0), "autoscaling", name, timeline.PolicyState{Policy: p}))
	}
	alarm := func(name, state string) {
		s.Saw(timeline.New(at(0), "cloudwatch", name, timeline.AlarmState{Alarm: scaling.Alarm{Name: name, State: state}}))
	}
	policy("c", "ch", "cl")
	alarm("ch", scaling.AlarmOK)
	alarm("cl", scaling.AlarmInsufficientData)
	require.Equal(t, []string{"alarm cl", "policy r"}, s.Waiting())
	alarm("cl", scaling.AlarmInAlarm)
	policy("r", "rh")
	require.False(t, s.Done())
	alarm("rh", scaling.AlarmOK)
	require.True(t, s.Done())
	policy("c", "ch2", "cl2")
	require.Equal(t, []string{"alarm ch2", "alarm cl2"}, s.Waiting(), "put again: new alarms")
	require.False(t, (*observe.Settled)(nil).Done())
}
