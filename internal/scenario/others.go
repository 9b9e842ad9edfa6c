package scenario

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

// StepPolicy is a step scaling policy of somebody's, with the alarm that calls
// it.
type StepPolicy struct {
	Name       string   `json:"name"`
	Adjustment string   `json:"adjustment" jsonschema:"enum=change,enum=percent,enum=exact"`
	Steps      []Step   `json:"steps"`
	Cooldown   Duration `json:"cooldown"`
	Least      int      `json:"least,omitempty"` // tasks to scale by, of percent
	Of         string   `json:"of,omitempty" jsonschema:"enum=average,enum=minimum,enum=maximum"`
	Alarm      Alarm    `json:"alarm"`
}

// Step is an adjustment for the breaches between two bounds, which are
// relative to the alarm's threshold.
type Step struct {
	From   *float64 `json:"from,omitempty"` // infinite where left out
	To     *float64 `json:"to,omitempty"`   // infinite where left out
	Change int      `json:"change"`         // tasks or percent
}

// Alarm is a CloudWatch alarm of a minute's period on one of the service's
// metrics.
type Alarm struct {
	Name       string   `json:"name,omitempty"` // that of the policy where left out
	Metric     string   `json:"metric" jsonschema:"enum=CPUUtilization,enum=MemoryUtilization,enum=RequestCountPerTarget,enum=TargetResponseTime,enum=RequestCount,enum=HTTPCode_Target_5XX_Count,enum=HTTPCode_ELB_5XX_Count,enum=HealthyHostCount"`
	Statistic  string   `json:"statistic,omitempty" jsonschema:"enum=average,enum=minimum,enum=maximum,enum=sum,enum=samples"`
	Above      *float64 `json:"above,omitempty"` // this or Below
	Below      *float64 `json:"below,omitempty"`
	Periods    int      `json:"periods"`              // N
	Datapoints int      `json:"datapoints,omitempty"` // M; all of them where left out
}

// CustomPolicy tracks a target for one of the service's metrics that is no
// predefined type.
type CustomPolicy struct {
	Name             string   `json:"name"`
	Metric           string   `json:"metric" jsonschema:"enum=CPUUtilization,enum=MemoryUtilization,enum=RequestCountPerTarget,enum=TargetResponseTime,enum=RequestCount,enum=HTTPCode_Target_5XX_Count,enum=HTTPCode_ELB_5XX_Count,enum=HealthyHostCount"`
	Statistic        string   `json:"statistic,omitempty" jsonschema:"enum=average,enum=minimum,enum=maximum,enum=sum,enum=samples"`
	Target           float64  `json:"target"` // in the metric's unit
	ScaleOutCooldown Duration `json:"scale_out_cooldown"`
	ScaleInCooldown  Duration `json:"scale_in_cooldown"`
	DisableScaleIn   bool     `json:"disable_scale_in,omitempty"`
}

// mostOthers is how many rows a list of others' policies or actions may have.
const mostOthers = 40

// others checks what of others stands beside the policies of the past. What it
// lets through, the model lets in.
func (c *checker) others(e *Environment) {
	past := e.Emulator.Past
	known := func(path, key string, rows int) bool {
		if len(e.Services) > 0 {
			c.known(c.e, path, key, "service of this environment", keys(e.Services))
		}
		if rows > mostOthers {
			c.e.fault(path, "", "%s has %d rows, and may have %d", path, rows, mostOthers)
		}
		return rows <= mostOthers
	}
	alarms := map[string]bool{}
	for _, key := range keys(past.Steps) {
		if path := "emulator.past.steps." + key; known(path, key, len(past.Steps[key])) {
			for i, p := range past.Steps[key] {
				c.stepPolicy(fmt.Sprintf("%s[%d]", path, i), p, alarms)
			}
		}
	}
	for _, key := range keys(past.Customised) {
		if path := "emulator.past.customised." + key; known(path, key, len(past.Customised[key])) {
			c.customPolicies(path, past.Customised[key])
		}
	}
	for _, key := range keys(past.Scheduled) {
		if path := "emulator.past.scheduled." + key; known(path, key, len(past.Scheduled[key])) {
			c.scheduledActions(path, past.Scheduled[key])
		}
	}
	for _, key := range keys(e.Services) {
		c.namesOnce(e, key)
	}
}

// namesOnce refuses two policies of one name on a service.
func (c *checker) namesOnce(e *Environment, key string) {
	past, seen := e.Emulator.Past, map[string]bool{}
	for role, p := range past.Policies[key] {
		seen[e.Wanted(key, role, p).Name] = true
	}
	once := func(path, name string) {
		if seen[name] {
			c.e.fault(path+".name", "", "another policy of the past has the name %s already", name)
		}
		seen[name] = true
	}
	for i, p := range past.Steps[key] {
		once(fmt.Sprintf("emulator.past.steps.%s[%d]", key, i), p.Name)
	}
	for i, p := range past.Customised[key] {
		once(fmt.Sprintf("emulator.past.customised.%s[%d]", key, i), p.Name)
	}
}

func (c *checker) otherName(path, name string) {
	if name == "" {
		c.e.fault(path+".name", "", "%s.name is empty", path)
	}
	c.line(path+".name", name)
}

func (c *checker) cooldown(path string, d Duration) {
	if d%Duration(time.Second) != 0 {
		c.e.fault(path, "", "a cooldown is in whole seconds")
	}
	c.atMost(c.e, path, d, longestDelay)
}

func (c *checker) stepPolicy(path string, p StepPolicy, alarms map[string]bool) {
	c.otherName(path, p.Name)
	c.cooldown(path+".cooldown", p.Cooldown)
	for i, s := range p.Steps {
		if s.Change < -mostTasks || s.Change > mostTasks {
			c.e.fault(fmt.Sprintf("%s.steps[%d].change", path, i), "", "a step changes by at most %d", mostTasks)
		}
	}
	if p.Least < 0 || p.Least > mostTasks {
		c.e.fault(path+".least", "", "least is from 0 to %d tasks", mostTasks)
	}
	if fault := p.Wanted().Step.Fault(); fault != "" && c.e.whole(path) {
		c.e.fault(path+".steps", "", "Application Auto Scaling would refuse these steps: %s", fault)
	} else if len(p.Steps) > mostSteps {
		c.e.fault(path+".steps", "", "a step scaling policy has at most %d steps", mostSteps)
	}
	a := p.Alarm
	name := a.Name
	if name == "" {
		name = p.Name
	}
	if c.line(path+".alarm.name", name); strings.HasPrefix(name, "TargetTracking-") || alarms[name] {
		c.e.fault(path+".alarm", "", "the alarm's name %s is taken, or begins like target tracking's own", name)
	}
	alarms[name] = true
	if (a.Above == nil) == (a.Below == nil) {
		c.e.fault(path+".alarm", "", "an alarm has exactly one of above and below")
	}
	for _, v := range []*float64{a.Above, a.Below} {
		if v != nil && (*v < -mostTarget || *v > mostTarget) {
			c.e.fault(path+".alarm", "", "a threshold is at most %d, either way", int(mostTarget))
		}
	}
	if a.Periods < 1 || a.Periods > 1440 {
		c.e.fault(path+".alarm.periods", "", "an alarm looks at 1 to 1440 periods of a minute")
	} else if a.Datapoints < 0 || a.Datapoints > a.Periods {
		c.e.fault(path+".alarm.datapoints", "", "an alarm's datapoints are from 1 to its periods")
	}
}

// mostSteps is AWS's quota. [D]
const mostSteps = 20

// Wanted is the policy as Application Auto Scaling has it.
func (p StepPolicy) Wanted() scaling.Policy {
	s := &scaling.Steps{
		Adjustment: map[string]string{
			"change": scaling.ChangeInCapacity, "percent": scaling.PercentChangeInCapacity, "exact": scaling.ExactCapacity,
		}[p.Adjustment],
		Cooldown: p.Cooldown.Std(), Aggregation: statistics[p.Of], MinMagnitude: p.Least,
	}
	for _, step := range p.Steps {
		s.List = append(s.List, scaling.Step{Lower: step.From, Upper: step.To, Change: step.Change})
	}
	return scaling.Policy{Name: p.Name, Type: scaling.StepScaling, Step: s}
}

// statistics are CloudWatch's names.
var statistics = map[string]string{
	"average": "Average", "minimum": "Minimum", "maximum": "Maximum", "sum": "Sum", "samples": "SampleCount",
}

// Statistic is CloudWatch's name of a statistic; where none is chosen, the one
// that a metric has a use for.
func Statistic(chosen, metric string) string {
	switch {
	case chosen != "":
		return statistics[chosen]
	case metric == scaling.RequestCountPerTarget || strings.HasSuffix(metric, "Count") && metric != scaling.HealthyHostCount:
		return "Sum"
	}
	return "Average"
}

func (c *checker) customPolicies(path string, list []CustomPolicy) {
	seen := map[string]bool{}
	for i, p := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		c.otherName(at, p.Name)
		if p.Target < leastTarget || p.Target > mostTarget {
			c.e.fault(at+".target", "", "a target is from %s to %d", number(leastTarget), int(mostTarget))
		}
		c.cooldown(at+".scale_out_cooldown", p.ScaleOutCooldown)
		c.cooldown(at+".scale_in_cooldown", p.ScaleInCooldown)
		what := Statistic(p.Statistic, p.Metric) + " " + p.Metric
		if seen[what] {
			c.e.fault(at, "", "another policy tracks %s already, and AWS allows one for each", what)
		}
		seen[what] = true
	}
}
