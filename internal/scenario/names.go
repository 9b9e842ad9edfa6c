package scenario

import (
	"fmt"
	"hash/fnv"
	"slices"

	"scaleproof/internal/scaling"
)

// ID is the service's cluster and name.
func (s Service) ID() scaling.Service {
	return scaling.Service{Cluster: s.Cluster, Name: s.Service}
}

// Label is the resource label of a service, by its key: as the environment
// states it, or for an emulated service made from the load balancer and the
// service's name, always the same. It is empty where a real environment
// leaves it out: it is then looked up.
func (e *Environment) Label(key string) string {
	s := e.Services[key]
	if s.ResourceLabel != "" || e.Emulator == nil {
		return s.ResourceLabel
	}
	h := fnv.New64a()
	h.Write([]byte(s.Service))
	return fmt.Sprintf("%s/targetgroup/%s/%016x", e.Emulator.LoadBalancer, s.Service, h.Sum64())
}

// metrics of the policies, by their keys in an environment.
var metrics = map[string]string{"cpu": scaling.MetricCPU, "requests": scaling.MetricRequestCount}

// Wanted turns a policy of a service, by its key there (cpu or requests),
// into the scaling policy that should stand: with its name, its metric and
// its resource label.
func (e *Environment) Wanted(key, role string, p Policy) scaling.Policy {
	out := scaling.Policy{
		Name:             p.Name,
		Type:             scaling.TargetTracking,
		Metric:           metrics[role],
		Target:           p.Target,
		ScaleOutCooldown: p.ScaleOutCooldown.Std(),
		ScaleInCooldown:  p.ScaleInCooldown.Std(),
		DisableScaleIn:   p.DisableScaleIn,
	}
	if out.Name == "" {
		suffix := map[string]string{"cpu": "-cpu-tracking-policy", "requests": "-request-tracking-policy"}
		out.Name = e.Services[key].Service + suffix[role]
	}
	if p.HighResolution {
		out.Metric = scaling.MetricCPUHighRes
	}
	if role == "requests" {
		out.ResourceLabel = e.Label(key)
	}
	return out
}

// TaskOf is the size of a service's tasks; zero where nothing states it.
func (e *Environment) TaskOf(key string) Task {
	if t := e.Services[key].Task; t != nil {
		return *t
	}
	if e.Emulator != nil {
		return e.Emulator.Task
	}
	return Task{}
}

// CostsOf are the costs of requests to a service, in order: the first that
// matches a request is its cost. What was measured comes before what an
// emulator is told: a plan believes it, as it must of a real service, and the
// emulated one goes by the emulator's all the same.
func (e *Environment) CostsOf(key string) []Cost {
	own := e.Services[key].Costs
	if e.Emulator == nil {
		return own
	}
	return append(slices.Clone(own), e.Emulator.Costs...)
}
