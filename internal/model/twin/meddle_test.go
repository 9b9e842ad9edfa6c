package twin

import (
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// meddle makes a history of one policy with long cooldowns, under a load that
// has it scale out, or in, as often as it may, and of somebody who changes
// this and that just then. Few other histories have changes in a cooldown.
func meddle(d dice, h *history) {
	s := drawService(d, "web")
	p := drawPolicy(d, s, scaling.MetricCPU)
	p.ScaleOutCooldown, p.ScaleInCooldown, p.DisableScaleIn = d.seconds(600, 1500), d.seconds(1200, 2400), false
	s.DeregistrationDelay = pick(d, 0, 0, 30*time.Second)
	s.Policies, s.Desired = []scaling.Policy{p}, 2+d.IntN(3)
	s.Target = &scaling.ScalableTarget{Bounds: scaling.Bounds{Max: pick(d, 9, 20)}}
	h.config.Services = []model.Service{s}
	h.config.Rules = []model.Rule{{Paths: []string{"/web"}, Service: "web"}}
	h.config.Costs = []model.Cost{{Path: "/web", CPU: 3 * time.Second}}
	h.end = h.config.Start.Add(50 * time.Minute)

	at, every := h.config.Start.Add(d.seconds(4*60, 8*60)), time.Second
	s.Policies[0].Target = 20 // so that all is never enough
	if d.chance(50) {         // little load: the low alarm takes its time
		at, every = h.config.Start.Add(d.seconds(16*60, 19*60)), d.seconds(20, 60)
		s.Policies[0].Target = p.Target
	}
	h.loads = []load{{"/web", h.config.Start, h.end, every}}
	do := func(c scaling.Change) {
		c.Service = s.Service
		h.changes = append(h.changes, timed{at, c})
		at = at.Add(d.seconds(1, 150))
	}
	register := func(least int) {
		do(scaling.Change{Op: scaling.RegisterTarget, Min: &least, Max: &s.Target.Bounds.Max})
	}
	for range 3 + d.IntN(3) {
		switch d.IntN(5) {
		case 0:
			few := 2 * d.IntN(2)
			do(scaling.Change{Op: scaling.UpdateDesired, Desired: &few})
		case 1:
			register(3 + d.IntN(3))
			register(0)
		case 2:
			register(d.IntN(3))
		case 3:
			do(scaling.Change{Op: scaling.PutPolicy, Policy: &s.Policies[0]})
		case 4:
			do(scaling.Change{Op: scaling.DeregisterTarget})
			register(d.IntN(3))
			do(scaling.Change{Op: scaling.PutPolicy, Policy: &s.Policies[0]})
		}
	}
}
