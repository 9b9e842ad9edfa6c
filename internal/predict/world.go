package predict

import (
	"maps"
	"slices"
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// account is the account of every embedded environment; AWS's own
// documentation uses it where it means nobody's.
const account = "123456789012"

// World turns an emulated environment into the model's configuration,
// as the world stood before the rollout: every service at its least capacity,
// registered, with the policies of the environment's past. Service time begins
// at began, and the world the length of that past before it.
//
// The seed is that of Seed; the given one is the scenario's.
func World(env *scenario.Environment, seed uint64, began time.Time) model.Config {
	em := env.Emulator
	c := model.Config{
		Seed: Seed(env, seed), Start: began.Add(-time.Duration(em.Past.Lived)), Region: env.Region, Account: account,
		LoadBalancer: model.LoadBalancer{Label: em.LoadBalancer, IdleTimeout: orDefault(em.IdleTimeout, time.Minute), Nodes: em.Nodes},
		Faults:       faults(env, began), Deviations: deviations(env, began),
		Behaviour: behaviour(em.Behaviour),
	}
	for _, key := range slices.Sorted(maps.Keys(env.Services)) {
		m := describeService(env, key)
		standBeside(&m, env, key, began)
		c.Services = append(c.Services, m)
	}
	for _, r := range em.Rules {
		c.Rules = append(c.Rules, model.Rule{Paths: r.Paths, Service: env.Services[r.Service].Service})
	}
	for _, k := range em.Costs {
		c.Costs = append(c.Costs, model.Cost{
			Method: k.Method, Path: k.Path, Over: int64(k.Over),
			CPU: time.Duration(k.CPU), CPUPerKiB: time.Duration(k.CPUPerKiB), Wait: time.Duration(k.Wait),
		})
	}
	c.Happenings = happenings(env, began)
	return c
}

// Seed is the seed of an emulated environment's world: its own where it sets
// one, and the given one otherwise.
func Seed(env *scenario.Environment, otherwise uint64) uint64 {
	if own := env.Emulator.Seed; own != 0 {
		return own
	}
	return otherwise
}

func describeService(env *scenario.Environment, key string) model.Service {
	em, s := env.Emulator, env.Services[key]
	task := env.TaskOf(key)
	name := s.ID()
	milli := milliCPU(task.VCPU)
	m := model.Service{
		Service: name,
		Task: model.Task{
			MilliCPU: milli, IdleMilliCPU: int64(float64(milli)*float64(task.Idle)/100 + 0.5),
			Workers: task.Workers, WorkersBlock: task.WorkersBlock, Queue: task.Queue,
			InFlight: task.InFlight, QueueTimeout: time.Duration(task.QueueTimeout), StartUp: startUp(task.StartUp),
		},
		Desired: s.Capacity.Min,
		HealthCheck: model.HealthCheck{
			Path: em.HealthCheck.Path, Interval: time.Duration(em.HealthCheck.Interval), Timeout: time.Duration(em.HealthCheck.Timeout),
			Healthy: max(em.HealthCheck.Healthy, 0), Unhealthy: max(em.HealthCheck.Unhealthy, 0),
		},
		Balancing: balancing(em.Balancing), SlowStart: time.Duration(em.SlowStart), Stickiness: time.Duration(em.Stickiness),
		Grace:               time.Duration(em.HealthCheck.Grace),
		DeregistrationDelay: time.Duration(em.DeregistrationDelay),
		Resolution:          time.Duration(s.MetricResolution),
		Publication:         spread(em.Delays.Publication),
		FinePublication:     spread(scenario.FinePublication),
		Provisioning:        spread(em.Delays.Provisioning),
		Start:               spread(em.Delays.Start),
		Health:              spread(em.Delays.Health),
		Stop:                spread(em.Delays.Stop),
		Failures:            failures(em.Failures[key]),
		Rollout:             rollout(em.Deployment),
		Target: &scaling.ScalableTarget{
			Service: name, Bounds: scaling.Bounds{Min: s.Capacity.Min, Max: s.Capacity.Max},
		},
	}
	if fine := em.Delays.Publication20s; fine != nil {
		m.FinePublication = spread(*fine)
	}
	if m.HealthCheck.Healthy == 0 {
		m.HealthCheck.Healthy = 5 // AWS's default [D]
	}
	if m.HealthCheck.Unhealthy == 0 {
		m.HealthCheck.Unhealthy = 2 // AWS's default [D]
	}
	if _, group, ok := scaling.SplitLabel(env.Label(key)); ok {
		m.TargetGroup = group
	}
	past := em.Past.Policies[key]
	for _, role := range slices.Sorted(maps.Keys(past)) {
		m.Policies = append(m.Policies, env.Wanted(key, role, past[role]))
	}
	return m
}

func startUp(s *scenario.StartUp) model.StartUp {
	if s == nil {
		return model.StartUp{}
	}
	return model.StartUp{MilliCPU: milliCPU(s.VCPU), For: spread(s.For)}
}

func balancing(name string) model.Balancing {
	if name == "least_outstanding_requests" {
		return model.LeastOutstanding
	}
	return model.RoundRobin
}

func milliCPU(vcpu float64) int64 { return int64(float64(vcpu*1000) + 0.5) }

func spread(s scenario.Spread) model.Spread {
	return model.Spread{Min: time.Duration(s.Min), Max: time.Duration(s.Max)}
}

func orDefault(d scenario.Duration, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return time.Duration(d)
}
