package model_test

import (
	"math/rand/v2"
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

var (
	start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	web   = scaling.Service{Cluster: "staging-cluster", Name: "web"}
)

const (
	balancer = "app/staging/0123456789abcdef"
	group    = "targetgroup/web/0123456789abcdef"
)

// local is a configuration like that of the shipped environment: tasks of one
// vCPU and one worker, heavy requests of 105 ms.
func local(desired int) model.Config {
	return model.Config{
		Seed: 1, Start: start, Region: "eu-west-1", Account: "111122223333",
		LoadBalancer: model.LoadBalancer{Label: balancer, IdleTimeout: time.Minute},
		Services: []model.Service{{
			Service: web, TargetGroup: group, Desired: desired,
			Task:                model.Task{MilliCPU: 1000, Workers: 1},
			HealthCheck:         model.HealthCheck{Path: "/health", Interval: 10 * time.Second, Timeout: 5 * time.Second, Healthy: 5, Unhealthy: 2},
			DeregistrationDelay: 30 * time.Second,
			Publication:         model.Spread{Min: time.Minute, Max: 2 * time.Minute},
			Start:               model.Spread{Min: 30 * time.Second, Max: 75 * time.Second},
			Health:              model.Spread{Min: 5 * time.Second, Max: 30 * time.Second},
			Target:              &scaling.ScalableTarget{Bounds: scaling.Bounds{Min: 1, Max: 5}},
			Policies:            []scaling.Policy{cpuPolicy(70), requestPolicy(1500)},
		}},
		Rules: []model.Rule{{Paths: []string{"/*"}, Service: "web"}},
		Costs: []model.Cost{
			{Path: "/heavy", CPU: 105 * time.Millisecond, Wait: 20 * time.Millisecond},
			{Path: "/light", CPU: 2 * time.Millisecond},
			{Path: "/slow", CPU: 2 * time.Millisecond, Wait: 5 * time.Second},
			{Path: "/hour", CPU: time.Millisecond, Wait: time.Hour},
			{Path: "/big", Over: 1024, CPU: time.Second},
			{Path: "/big", CPUPerKiB: time.Millisecond},
		},
	}
}

func cpuPolicy(target float64) scaling.Policy {
	return scaling.Policy{
		Name: "cpu", Type: scaling.TargetTracking, Metric: scaling.MetricCPU, Target: target,
		ScaleOutCooldown: time.Minute, ScaleInCooldown: 5 * time.Minute,
	}
}

func requestPolicy(target float64) scaling.Policy {
	p := cpuPolicy(target)
	p.Name, p.Metric, p.ResourceLabel = "requests", scaling.MetricRequestCount, balancer+"/"+group
	return p
}

// poisson draws gaps between arrivals with the given mean.
func poisson(seed uint64, mean time.Duration) func() time.Duration {
	r := rand.New(rand.NewPCG(seed, 1))
	return func() time.Duration { return time.Duration(float64(mean) * r.ExpFloat64()) }
}
