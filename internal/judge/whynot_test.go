package judge

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// A situation in which a service did not scale, and a silence in it.
type situation struct {
	name     string
	from     func() *tale // cpuHeavy where nil
	edit     func(*tale)
	in       bool // a silence of scale-in
	role     string
	at, till float64 // minutes into the traffic; till is at where it is 0
}

// noOrders lets the service stay at its minimum, with alarms that tell of the
// load as they should.
func noOrders(t *tale) { t.orders = nil }

// settling keeps the orders to scale out, and the low alarm of the CPU policy
// quiet until it has seen fifteen datapoints of the load that fell.
func settling(t *tale) {
	t.orders = t.orders[:2]
	rings(cpuPolicy, false, 6, scaling.AlarmOK)(t)
	rings(cpuPolicy, false, 39.25, scaling.AlarmInAlarm)(t)
}

// rings tells that an alarm of a policy went into a state.
func rings(policy string, high bool, at float64, state string) func(*tale) {
	return func(t *tale) {
		a, ok := t.alarmFor(policy, high)
		if !ok {
			panic("no such alarm")
		}
		a.State, a.StateSince = state, dawn.Add(minutes(at))
		t.extra = append(t.extra, timeline.Observed(a.StateSince, a.StateSince.Add(5*time.Second), a.StateSince.Add(-10*time.Second),
			"cloudwatch", a.Name, timeline.AlarmState{Alarm: a, Transition: true, Policy: policy}))
	}
}

// refuses tells of an activity that changed nothing.
func refuses(policy string, high bool, at float64, r scaling.NotScaledReason) func(*tale) {
	return func(t *tale) {
		a, _ := t.alarmFor(policy, high)
		start := dawn.Add(minutes(at))
		t.extra = append(t.extra, timeline.Observed(start, start.Add(10*time.Second), start.Add(-5*time.Second), "autoscaling", "", timeline.ActivityState{Activity: scaling.Activity{
			ID: uuid(900 + int(at)), Description: "Attempting to scale due to alarm triggered", Start: start, Status: scaling.StatusFailed,
			Cause: scaling.Cause{Kind: scaling.CauseAlarm, Alarm: a.Name, Policy: policy}.String(), NotScaled: []scaling.NotScaledReason{r}}}))
	}
}

// registers tells that the registration became another one.
func registers(at float64, change func(*scaling.ScalableTarget)) func(*tale) {
	return func(t *tale) {
		other := *t.target
		change(&other)
		when := dawn.Add(minutes(at))
		t.extra = append(t.extra, timeline.Observed(when, when, when.Add(-30*time.Second), "autoscaling", web.String(), timeline.Capacity{Target: &other}))
	}
}

func together(edits ...func(*tale)) func(*tale) {
	return func(t *tale) {
		for _, e := range edits {
			e(t)
		}
	}
}

func alarmed(high bool, edit func(*scaling.Alarm)) func(*tale) {
	return func(t *tale) {
		for i := range t.alarms {
			if t.alarms[i].High() == high {
				edit(&t.alarms[i])
			}
		}
	}
}

var situations = []situation{
	{name: "no-load", at: 2},
	{name: "just-risen", at: 5},
	{name: "published-late", at: 7.2, edit: noOrders},
	{name: "one-datapoint-short", at: 8, till: 12, edit: together(noOrders, func(t *tale) {
		t.cpu = hot(minutes(6), minutes(8), 78, hot(0, whole, 40, t.cpu))
	})},
	{name: "load-cost-nothing", at: 4, till: 12, edit: together(noOrders, func(t *tale) { t.cpu = hot(0, whole, 40, t.cpu) })},
	{name: "alarm-called-and-nothing-came", at: 8, till: 12, edit: together(noOrders, rings(cpuPolicy, true, 8, scaling.AlarmInAlarm))},
	{name: "alarm-silent", at: 4, till: 13, edit: noOrders},
	{name: "alarm-just-called", at: 8.5, edit: together(noOrders, rings(cpuPolicy, true, 8.2, scaling.AlarmInAlarm))},
	{name: "at-maximum", at: 8, till: 12, edit: together(noOrders, rings(cpuPolicy, true, 8, scaling.AlarmInAlarm), func(t *tale) {
		t.plan.Bounds.Max, t.target.Bounds.Max = 1, 1
	})},
	{name: "at-maximum-aws-says", at: 8, till: 12, edit: together(noOrders, rings(cpuPolicy, true, 8, scaling.AlarmInAlarm),
		refuses(cpuPolicy, true, 8.1, scaling.NotScaledReason{Code: scaling.AlreadyAtMaxCapacity, Max: 1}))},
	{name: "suspended", at: 8, till: 12, edit: together(noOrders, rings(cpuPolicy, true, 8, scaling.AlarmInAlarm),
		registers(2, func(t *scaling.ScalableTarget) { t.Suspended.ScaleOut = true }))},
	{name: "suspended-but-no-load", at: 2.5, edit: registers(1, func(t *scaling.ScalableTarget) { t.Suspended.ScaleOut = true })},
	{name: "not-registered", at: 4, till: 12, edit: together(noOrders, rings(cpuPolicy, true, 8, scaling.AlarmInAlarm), func(t *tale) { t.target = nil })},
	{name: "actions-off", at: 8, till: 12, edit: together(noOrders, alarmed(true, func(a *scaling.Alarm) { a.ActionsEnabled = false }), rings(cpuPolicy, true, 8, scaling.AlarmInAlarm))},
	{name: "action-of-another", at: 8, till: 12, edit: together(noOrders, alarmed(true, func(a *scaling.Alarm) { a.Actions = nil }), rings(cpuPolicy, true, 8, scaling.AlarmInAlarm))},
	{name: "threshold-off", at: 8, till: 12, role: "cpu", edit: together(noOrders, alarmed(true, func(a *scaling.Alarm) { a.Threshold *= 1.5 }))},
	{name: "other-target-group", at: 8, till: 12, role: "requests", edit: together(noOrders, func(t *tale) {
		a := &t.alarms[2]
		a.Metric.Dimensions = []scaling.Dimension{{Name: "TargetGroup", Value: "targetgroup/green/fedcba9876543210"}}
		rings(requestPolicy, true, 3, scaling.AlarmInsufficientData)(t)
	})},
	{name: "metrics-missing", at: 8, till: 12, role: "cpu", edit: together(noOrders, func(t *tale) {
		own := t.cpu
		t.cpu = func(at time.Duration) (float64, bool) { v, _ := own(at); return v, at < minutes(4) }
	}, rings(cpuPolicy, true, 7, scaling.AlarmInsufficientData))},
	{name: "one-thread-on-two-vcpu", at: 10, till: 12, role: "cpu", edit: together(noOrders, func(t *tale) {
		t.plan.Task.VCPU, t.plan.Task.Workers = 2, 1
		t.cpu = hot(minutes(3), whole, 51.8, t.cpu)
	})},
	{name: "the-incident", at: 6, till: 22, edit: incident},
	{name: "policy-gone", at: 8, till: 12, edit: together(noOrders, func(t *tale) { t.standing = t.standing[1:] })},
	{name: "cooldown", at: 11, edit: func(t *tale) {
		t.plan.Policies[0].ScaleOutCooldown, t.standing[0].ScaleOutCooldown = minutes(5), minutes(5)
		t.cpu = hot(minutes(9), minutes(13), 98, t.cpu)
	}},
	{name: "cooldown-of-an-order-that-took-long", at: 15, edit: func(t *tale) {
		t.cpu = hot(minutes(9), minutes(18), 98, t.cpu)
		t.doneAfter, t.orders = minutes(6), t.orders[:1]
	}},
	{name: "asked-for-no-more", at: 9},
	{name: "activities-unread", at: 8, till: 12, edit: func(t *tale) {
		t.blind = map[string][2]time.Duration{timeline.PartActivities: {minutes(1), minutes(100)}}
	}},
	{name: "alarms-unread", at: 8, till: 12, role: "cpu", edit: together(noOrders, func(t *tale) {
		t.blind = map[string][2]time.Duration{timeline.PartAlarms: {-lead, minutes(60)}}
	})},
	{name: "unscalable", at: 8, till: 12, edit: together(noOrders, rings(cpuPolicy, true, 8, scaling.AlarmInAlarm),
		refuses(cpuPolicy, true, 8.1, scaling.NotScaledReason{Code: scaling.ResourceUnscalable}))},

	{name: "in-at-minimum", in: true, at: 2},
	{name: "in-load-just-fell", in: true, at: 30, edit: settling},
	{name: "in-some-datapoints-short", in: true, at: 35, edit: together(settling, func(t *tale) { t.cpu = hot(minutes(20), minutes(26), 66, t.cpu) })},
	{name: "in-one-policy-holds", in: true, at: 50, edit: func(t *tale) {
		settling(t)
		t.requests = hot(minutes(24), whole, 1400, t.requests)
		rings(requestPolicy, false, 39.5, scaling.AlarmOK)(t)
	}},
	{name: "in-deployment", in: true, at: 45, edit: together(settling, rollsOut(30, 90))},
	{name: "in-deployment-over", in: true, at: 40, till: 54, edit: together(settling, rollsOut(30, 50))},
	{name: "in-suspended", in: true, at: 45, edit: together(settling,
		registers(30, func(t *scaling.ScalableTarget) { t.Suspended.ScaleIn = true }), registers(52, func(t *scaling.ScalableTarget) {}))},
	{name: "in-flapping-guard", in: true, at: 45, edit: together(settling,
		refuses(cpuPolicy, false, 42, scaling.NotScaledReason{Code: scaling.AnticipatedFlapping}))},
	{name: "in-cooldown", in: true, at: 43},
	{name: "in-disabled", in: true, at: 45, edit: func(t *tale) {
		t.orders = t.orders[:2]
		for i := range t.plan.Policies {
			t.plan.Policies[i].DisableScaleIn, t.standing[i].DisableScaleIn = true, true
		}
	}},
	{name: "in-nothing-came", in: true, at: 45, till: 54, edit: settling},
}

const situationsFile = "testdata/whynot.txtar"

// What is said of each situation, word for word: a person reads it in the
// night. Commit a change only if it says more, or the same more plainly.
func TestWhyNot(t *testing.T) {
	var got txtar.Archive
	got.Comment = []byte("Why a service did not scale, in each of the situations of whynot_test.go: all\nreasons, in order of weight, and below the line the sentence.\n\n")
	for _, s := range situations {
		got.Files = append(got.Files, txtar.File{Name: s.name, Data: s.tell(t)})
	}
	if *update {
		require.NoError(t, os.WriteFile(situationsFile, txtar.Format(&got), 0o644))
	}
	want, err := txtar.ParseFile(situationsFile)
	require.NoError(t, err)
	for i, f := range got.Files {
		t.Run(f.Name, func(t *testing.T) {
			require.Less(t, i, len(want.Files))
			require.Equal(t, string(want.Files[i].Data), string(f.Data))
		})
	}
	require.Equal(t, len(got.Files), len(want.Files), "situations")
}

func (s situation) tell(t *testing.T) []byte {
	from := s.from
	if from == nil {
		from = cpuHeavy
	}
	told := from()
	if s.edit != nil {
		s.edit(told)
	}
	events, err := inOrder(told.events())
	require.NoError(t, err)
	f, err := read(events)
	require.NoError(t, err)
	till := max(s.at, s.till)
	w := f.whyNot(silence{out: !s.in, role: s.role, from: dawn.Add(minutes(s.at)), to: dawn.Add(minutes(till))})
	require.NotEmpty(t, w)
	var b bytes.Buffer
	for _, r := range w {
		fmt.Fprintf(&b, "- %s\n", strings.Join(Wrap(r.says, 90), "\n  "))
	}
	b.WriteString("----\n" + strings.Join(Wrap(w.clause(), 90), "\n") + "\n")
	return b.Bytes()
}
