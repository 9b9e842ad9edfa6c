package model_test

import (
	"time"

	"scaleproof/internal/flaw"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// histories are those whose digests are committed: together they go through
// all that a world can do.
var histories = []told{
	{
		name:  "cpu climbs and falls",
		world: asIs,
		load:  []burst{{0, 20, "/heavy", 250 * time.Millisecond}, {20, 45, "/heavy", 50 * time.Millisecond}, {45, 95, "/heavy", 300 * time.Millisecond}},
	},
	{
		name:  "requests climb and fall",
		world: func(c *model.Config) { c.Seed = 2 },
		load:  []burst{{0, 90, "/light", 100 * time.Millisecond}, {15, 40, "/light", 20 * time.Millisecond}, {40, 80, "/slow", 500 * time.Millisecond}},
	},
	{
		name: "both policies, bounds moved",
		world: func(c *model.Config) {
			c.Seed = 3
			c.LoadBalancer.Nodes = 3
			c.Services[0].SlowStart = time.Minute
			c.Services[0].Policies[1].DisableScaleIn = true
		},
		load: []burst{{0, 60, "/heavy", 90 * time.Millisecond}, {0, 60, "/light", 30 * time.Millisecond}},
		change: map[int]scaling.Change{
			10: {Op: scaling.RegisterTarget, Min: ptr(2), Max: ptr(4)},
			50: {Op: scaling.RegisterTarget, Suspended: &scaling.Suspended{ScaleIn: true}},
			70: {Op: scaling.RegisterTarget, Suspended: &scaling.Suspended{}},
			80: {Op: scaling.UpdateDesired, Desired: ptr(7)},
		},
	},
	{
		name: "saturated, queues and time-outs",
		world: func(c *model.Config) {
			c.Seed = 4
			c.LoadBalancer.IdleTimeout = 3 * time.Second
			c.Services[0].Task.Queue = 60
			c.Services[0].Target.Bounds.Max = 2
			c.Services[0].Balancing = model.LeastOutstanding
		},
		load: []burst{{5, 60, "/heavy", 35 * time.Millisecond}, {0, 90, "/hour", 10 * time.Second}},
	},
	{
		name: "workers that wait, large tasks",
		world: func(c *model.Config) {
			c.Seed = 5
			c.Services[0].Task = model.Task{MilliCPU: 2000, IdleMilliCPU: 90, Workers: 2, WorkersBlock: true, MemoryPercent: 40}
		},
		load: []burst{{0, 50, "/heavy", 40 * time.Millisecond}, {20, 70, "/big", 400 * time.Millisecond}},
	},
	{
		name: "the other readings of AWS",
		world: func(c *model.Config) {
			c.Seed = 6
			c.Behaviour = model.Behaviour{Base: model.DesiredCount, Datapoints: model.SinceActivity, ScaleInSteps: model.Proportional, CooldownAnchor: model.FromStart}
		},
		load: []burst{{0, 50, "/heavy", 50 * time.Millisecond}, {50, 95, "/heavy", 400 * time.Millisecond}},
	},
	{
		name: "a policy put again",
		world: func(c *model.Config) {
			c.Seed = 7
			c.Services[0].Policies = c.Services[0].Policies[1:]
		},
		load: []burst{{0, 60, "/heavy", 80 * time.Millisecond}},
		change: map[int]scaling.Change{
			12: {Op: scaling.PutPolicy, Policy: ptr(cpuPolicy(60))},
			33: {Op: scaling.PutPolicy, Policy: ptr(cpuPolicy(40))},
			66: {Op: scaling.DeletePolicy, Policy: ptr(cpuPolicy(40))},
		},
	},
	{
		name: "points of 20 s, a start-up burst",
		world: func(c *model.Config) {
			c.Seed = 8
			s := &c.Services[0]
			s.Resolution, s.FinePublication = 20*time.Second, model.Spread{Min: 5 * time.Second, Max: 20 * time.Second}
			s.Task = model.Task{MilliCPU: 1000, Workers: 3, InFlight: 80, QueueTimeout: 20 * time.Second,
				StartUp: model.StartUp{MilliCPU: 800, For: model.Spread{Min: time.Minute, Max: 3 * time.Minute}}}
			s.Policies[0].Metric = scaling.MetricCPUHighRes
		},
		load: []burst{{0, 15, "/heavy", 300 * time.Millisecond}, {15, 60, "/heavy", 60 * time.Millisecond}, {60, 90, "/heavy", 500 * time.Millisecond}},
	},
	{
		name: "deployment, crashes and faults",
		world: func(c *model.Config) {
			c.Seed = 9
			s := &c.Services[0]
			s.Provisioning, s.Stop = model.Spread{Min: 5 * time.Second, Max: 20 * time.Second}, model.Spread{Min: time.Second, Max: 9 * time.Second}
			s.Failures = model.Failures{Start: 200_000, Crash: 300_000, Life: model.Spread{Min: time.Minute, Max: 40 * time.Minute}}
			c.Happenings = []model.Happening{
				{At: start.Add(20 * time.Minute), Service: web, Change: &scaling.Change{Op: scaling.UpdateDesired, Deploy: true}},
				{At: start.Add(33 * time.Minute), Service: web, Kill: 2},
				{At: start.Add(10 * time.Minute), Traffic: &model.Traffic{Method: "GET", Path: "/light", Every: 70 * time.Millisecond, For: 50 * time.Minute}},
			}
			c.Faults = []model.Fault{
				{Kind: flaw.MetricsLate, From: start.Add(15 * time.Minute), For: 20 * time.Minute},
				{Kind: flaw.MetricsDisorder, From: start.Add(50 * time.Minute), For: 20 * time.Minute},
				{Kind: flaw.ActivitiesLate},
				{Kind: flaw.StartsSlow, From: start.Add(40 * time.Minute), For: 10 * time.Minute},
			}
		},
		load: []burst{{0, 70, "/heavy", 80 * time.Millisecond}},
	},
	{
		name: "steps, a schedule and a deviation",
		world: func(c *model.Config) {
			c.Seed = 10
			s := &c.Services[0]
			s.Policies[1] = scaling.Policy{Name: "steps", Type: scaling.StepScaling, Step: &scaling.Steps{
				Adjustment: scaling.ChangeInCapacity, Cooldown: time.Minute,
				List: []scaling.Step{{Lower: ptr(0.0), Upper: ptr(100.0), Change: 1}, {Lower: ptr(100.0), Change: 2}},
			}}
			s.Alarms = []model.Caller{{Policy: "steps", Alarm: scaling.Alarm{
				Name: "many", Comparison: scaling.GreaterThan, Threshold: 300, EvaluationPeriods: 2, ActionsEnabled: true, TreatMissing: "notBreaching",
				Metric: scaling.Metric{Namespace: "AWS/ApplicationELB", Name: "RequestCount", Statistic: "Sum", Period: time.Minute,
					Dimensions: []scaling.Dimension{{Name: "LoadBalancer", Value: balancer}, {Name: "TargetGroup", Value: group}}},
			}}}
			s.Scheduled = []scaling.ScheduledAction{{Name: "evening", Schedule: "cron(40 0 * * ? *)", Min: ptr(3), Max: ptr(6)}}
			c.Deviations = []model.Deviation{{Name: flaw.ScaleInCooldownIgnored}, {Name: flaw.LateReaction, From: start.Add(30 * time.Minute)}}
		},
		load: []burst{{0, 90, "/light", 400 * time.Millisecond}, {20, 35, "/light", 60 * time.Millisecond}, {50, 70, "/heavy", 60 * time.Millisecond}},
	},
}

func ptr[T any](v T) *T { return &v }
