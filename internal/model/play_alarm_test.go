package model_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// alarm puts an alarm of anybody's: alarm name=x metric=CPUUtilization
// above=50 (or below, atleast, atmost) n=3 m=2 missing=ignore policy=cpu, where
// policy names the one that it calls, or several with commas between, by the
// policy's ARN; action=ARN calls somebody else.
func (p *play) alarm(a args) string {
	d := scaling.Alarm{
		Name: a["name"], Metric: p.metric(a), EvaluationPeriods: a.number(p.t, "n", 1), DatapointsToAlarm: a.number(p.t, "m", 0),
		TreatMissing: a["missing"], ActionsEnabled: true,
	}
	for word, comparison := range map[string]string{
		"above": scaling.GreaterThan, "below": scaling.LessThan, "atleast": scaling.GreaterOrEqual, "atmost": scaling.LessOrEqual,
	} {
		if a[word] != "" {
			v, err := strconv.ParseFloat(a[word], 64)
			require.NoError(p.t, err)
			d.Comparison, d.Threshold = comparison, v
		}
	}
	if a["action"] != "" {
		d.Actions = append(d.Actions, a["action"])
	}
	for name := range strings.SplitSeq(a["policy"], ",") {
		if name == "" {
			continue
		}
		policy, ok := p.look(model.What{Policies: true}).Policies.Find(name)
		require.True(p.t, ok)
		d.Actions = append(d.Actions, policy.ARN)
	}
	return p.do(scaling.Change{Op: scaling.PutAlarm, Alarm: &d})
}

// unalarm deletes an alarm: unalarm name=x.
func (p *play) unalarm(a args) string {
	return p.do(scaling.Change{Op: scaling.DeleteAlarm, Alarm: p.named(a)})
}

// named is an alarm by name alone, or one of a policy's: policy=cpu side=high.
func (p *play) named(a args) *scaling.Alarm {
	name := a["name"]
	if policy, ok := p.look(model.What{Policies: true}).Policies.Find(a["policy"]); ok {
		for _, ref := range policy.Alarms {
			if _, high, ok := scaling.ParseAlarmName(ref.Name); ok && high == (a["side"] == "high") {
				name = ref.Name
			}
		}
	}
	return &scaling.Alarm{Name: name}
}

// switchActions lets an alarm act or forbids it: switch name=x to=off.
func (p *play) switchActions(a args) string {
	op := scaling.EnableAlarmActions
	if a["to"] == "off" {
		op = scaling.DisableAlarmActions
	}
	return p.do(scaling.Change{Op: op, Alarm: p.named(a)})
}

// force sets an alarm's state by hand: force name=x state=ALARM reason=testing.
func (p *play) force(a args) string {
	d := p.named(a)
	d.State, d.StateReason, d.StateReasonData = a["state"], a["reason"], a["data"]
	return p.do(scaling.Change{Op: scaling.SetAlarmState, Alarm: d})
}

// standing lists the alarms that are not target tracking's.
func (p *play) standing(args) string {
	var out strings.Builder
	for _, v := range p.w.Alarms() {
		if _, _, tracking := scaling.ParseAlarmName(v.Name); tracking {
			continue
		}
		actions := ""
		if !v.ActionsEnabled {
			actions = ", actions off"
		}
		fmt.Fprintf(&out, "%s: %s since %s, %s %s of %v, %d of %d, %s %v%s, %d actions\n", v.Name, v.State, clock(v.StateSince),
			v.Metric.Statistic, v.Metric.Name, v.Metric.Period, v.M(), v.EvaluationPeriods,
			strings.TrimSuffix(v.Comparison, "Threshold"), v.Threshold, actions, len(v.Actions))
	}
	return out.String()
}

// reasons lists the states that an alarm came to, and why: reasons name=x, or
// policy=cpu side=high.
func (p *play) reasons(a args) string {
	var out strings.Builder
	for _, h := range p.w.History(p.named(a).Name) {
		var data struct {
			New struct {
				State  string `json:"stateValue"`
				Reason string `json:"stateReason"`
			} `json:"newState"`
		}
		require.NoError(p.t, json.Unmarshal([]byte(h.Data), &data))
		if h.Kind == "StateUpdate" {
			fmt.Fprintf(&out, "%s %s: %s\n", clock(h.At), data.New.State, data.New.Reason)
		}
	}
	return out.String()
}
