package model_test

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

func (p *play) bound(a args, name string) *int {
	if a[name] == "" {
		return nil
	}
	v := a.number(p.t, name, 0)
	return &v
}

// instant reads a time of the first day, as 01:30:00; zero where it is left
// out.
func (p *play) instant(a args, name string) time.Time {
	if a[name] == "" {
		return time.Time{}
	}
	v, err := time.Parse("15:04:05", a[name])
	require.NoError(p.t, err)
	return start.Add(v.Sub(v.Truncate(24 * time.Hour)))
}

// schedule puts a scheduled action: schedule name=up at=cron(0_8_*_*_?_*)
// zone=Europe/Paris min=2 max=4 start=01:00:00 end=02:00:00, where _ stands
// for a space.
func (p *play) schedule(a args) string {
	return p.do(scaling.Change{Op: scaling.PutScheduled, Scheduled: &scaling.ScheduledAction{
		Name: a["name"], Schedule: strings.ReplaceAll(a["at"], "_", " "), Zone: a["zone"],
		Min: p.bound(a, "min"), Max: p.bound(a, "max"), Start: p.instant(a, "start"), End: p.instant(a, "end"),
	}})
}

func (p *play) unschedule(a args) string {
	return p.do(scaling.Change{Op: scaling.DeleteScheduled, Scheduled: &scaling.ScheduledAction{Name: a["name"]}})
}

func (p *play) scheduled(args) string {
	var out strings.Builder
	for _, v := range p.look(model.What{Scheduled: true}).Scheduled.List {
		fmt.Fprintf(&out, "%s %s %s, created %s: %s", v.Name, v.Schedule, v.Zone, clock(v.Created), scaling.DescribeBounds(v.Min, v.Max))
		if !v.Start.IsZero() {
			fmt.Fprintf(&out, ", from %s", clock(v.Start))
		}
		if !v.End.IsZero() {
			fmt.Fprintf(&out, " to %s", clock(v.End))
		}
		fmt.Fprintf(&out, "\n  %s\n", v.ARN)
	}
	return out.String()
}

// step puts a step scaling policy, which an alarm then calls: step name=out
// adjust=ChangeInCapacity steps=0..10:1,10..:2 cooldown=60s least=2
// of=Maximum, where a bound left out is infinite.
func (p *play) step(a args) string {
	c := scaling.Steps{
		Adjustment: cmp.Or(a["adjust"], scaling.ChangeInCapacity), Cooldown: a.duration(p.t, "cooldown", 5*time.Minute),
		Aggregation: a["of"], MinMagnitude: a.number(p.t, "least", 0),
	}
	for text := range strings.SplitSeq(a["steps"], ",") {
		if text == "" {
			continue
		}
		interval, change, _ := strings.Cut(text, ":")
		lower, upper, _ := strings.Cut(interval, "..")
		n, err := strconv.Atoi(change)
		require.NoError(p.t, err)
		c.List = append(c.List, scaling.Step{Lower: p.float(lower), Upper: p.float(upper), Change: n})
	}
	return p.do(scaling.Change{Op: scaling.PutPolicy, Policy: &scaling.Policy{Name: a["name"], Type: scaling.StepScaling, Step: &c}})
}

func (p *play) float(text string) *float64 {
	if text == "" {
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	require.NoError(p.t, err)
	return &v
}

// track puts a policy on a customised metric: track name=x
// metric=TargetResponseTime statistic=Average unit=Seconds target=0.2.
func (p *play) track(a args) string {
	m := p.metric(a)
	v := cpuPolicy(*p.float(a["target"]))
	v.Name, v.Metric = a["name"], ""
	v.Custom = &scaling.CustomMetric{Namespace: m.Namespace, Name: m.Name, Dimensions: m.Dimensions, Statistic: m.Statistic, Unit: a["unit"]}
	v.ScaleInCooldown, v.ScaleOutCooldown = a.duration(p.t, "in", v.ScaleInCooldown), a.duration(p.t, "out", v.ScaleOutCooldown)
	return p.do(scaling.Change{Op: scaling.PutPolicy, Policy: &v})
}
