package run

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/flaw"
)

// generate writes a scenario and its environment that nobody thought of: a
// few minutes of traffic at one of two services, with whatever load, delays,
// workers and policies the seed draws. It returns the scenario's path.
func generate(t *testing.T, seed uint64) string {
	t.Helper()
	g := generator{rand.New(rand.NewPCG(seed, 3))}
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "environments"), 0o755))
	path := filepath.Join(dir, "generated.yaml")
	require.NoError(t, os.WriteFile(path, []byte(g.scenario(generator{rand.New(rand.NewPCG(seed, 5))})), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "environments", "drawn.yaml"), []byte(g.environment(generator{rand.New(rand.NewPCG(seed, 4))})), 0o644))
	return path
}

type generator struct{ *rand.Rand }

func (g generator) pick(of ...string) string { return of[g.IntN(len(of))] }

// between is a whole number of [low, high].
func (g generator) between(low, high int) int { return low + g.IntN(high-low+1) }

// sometimes gives a line in half of the draws.
func (g generator) sometimes(line string) string { return g.pick("", line) }

// spread is a range of seconds.
func (g generator) spread(least, most int) string {
	low := g.between(least, most)
	return fmt.Sprintf("%ds..%ds", low, g.between(low, most))
}

func (g generator) scenario(others generator) string {
	var b strings.Builder
	poll, users := "", func() string { return "" }
	if others.IntN(2) == 0 {
		poll = fmt.Sprintf("  poll: {path: /wait, think: %dms..%ds, timeout: %ds}\n", others.between(100, 2000), others.between(2, 6), others.between(2, 8))
		users = func() string { return fmt.Sprintf(", users: {poll: %d}", others.between(1, 12)) }
	}
	fmt.Fprintf(&b, `version: 1
name: generated
environment: drawn
service: front
policies: [%s]
requests:
  work: {path: /work, method: POST, body: {inline: '{"n":"{{sequence}}"}'}, timeout: %ds}
  page: {path: /page}
  wait: {path: /wait, rate: 1/s, timeout: %ds}
%straffic: {seed: %d, arrivals: %s, ceiling: 200/s, stages: [
`, g.pick("cpu", "cpu, requests"), g.between(2, 30), g.between(2, 8), poll, g.Uint64N(1000), g.pick("poisson", "uniform"))
	// The first is calm: the service has lived with it and is to be steady.
	b.WriteString("  {name: calm, for: 1m, rate: {work: 1/s, page: 2/s}},\n")
	for i := range g.between(1, 3) {
		fmt.Fprintf(&b, "  {name: stage%d, for: %dm, ramp: %ds, rate: {work: %d/s, page: %d/s}%s},\n",
			i+1, g.between(2, 4), g.between(0, 60), g.between(1, 15), g.between(1, 20), users())
	}
	return b.String() + "]}\n"
}

func (g generator) environment(others generator) string {
	var b strings.Builder
	fmt.Fprintf(&b, `version: 1
name: drawn
region: eu-west-1
services:
  front: {cluster: c, service: front, capacity: {min: %d, max: 4}, policies: {
    cpu: {target: %d, scale_out_cooldown: %ds, scale_in_cooldown: %ds},
    requests: {target: %d, scale_out_cooldown: 60s, scale_in_cooldown: 60s, disable_scale_in: %t}}%s, also_standing: [extra, many]}
  side: {cluster: c, service: side, capacity: {min: 1, max: 2}, policies: {}}
emulator:
  seed: %d
  load_balancer: app/drawn/50dc6c495c0c9188
  idle_timeout: %ds
`, g.between(1, 2), g.between(50, 90), g.between(0, 120), g.between(0, 120), g.between(100, 900), g.IntN(2) == 0, g.sometimes(", metric_resolution: 20s"),
		1+g.Uint64N(1000), g.between(3, 60))
	block, wait := g.IntN(2) == 0, fmt.Sprintf("%ds", g.between(1, 10))
	if block {
		wait = "50ms" // else the workers would do nothing but wait
	}
	fmt.Fprintf(&b, "  task: {vcpu: %d, workers: %d, workers_block: %t, idle: %d%%, queue: %d%s%s}\n",
		g.between(1, 2), g.between(1, 4), block, g.between(0, 20), g.IntN(2)*g.between(5, 50),
		g.sometimes(", in_flight: 60, queue_timeout: 9s"), g.sometimes(", start_up: {vcpu: 0.7, for: 20s..90s}"))
	fmt.Fprintf(&b, "  delays: {publication: %s, start: %s, health: %s}\n", g.spread(5, 120), g.spread(1, 90), g.spread(1, 30))
	fmt.Fprintf(&b, "  health_check: {path: /page, interval: %ds, timeout: %ds}\n", g.between(6, 20), g.between(2, 5))
	fmt.Fprintf(&b, "  deregistration_delay: %ds\n", g.between(0, 60))
	fmt.Fprintf(&b, "  nodes: %d\n  %s\n", g.between(1, 3), g.pick("balancing: least_outstanding_requests", "slow_start: 45s", "balancing: round_robin"))
	fmt.Fprintf(&b, `  rules:
    - {paths: ["/side*"], service: side}
    - {paths: ["/*"], service: front}
  costs:
    - {path: /work, cpu: %dms, cpu_per_kib: 1ms, wait: %dms}
    - {path: /wait, cpu: 1ms, wait: %s}
    - {cpu: %dms}
  past: {lived: %dm%s%s}
`, g.between(5, 150), g.between(0, 50), wait, g.between(0, 5), g.between(5, 30),
		g.sometimes(fmt.Sprintf(`, policies: {front: {cpu: {target: %d, scale_out_cooldown: 60s, scale_in_cooldown: 300s}}}`, g.between(20, 80))), others.beside())
	b.WriteString(others.behaviour())
	b.WriteString(g.disturbed())
	return b.String()
}

// beside is what others have made, each in half of the draws. None of it acts
// while the world lives at the calm load, so that the run begins at its minimum.
func (g generator) beside() string {
	return g.sometimes(fmt.Sprintf(", steps: {front: [{name: extra, adjustment: %s, steps: [{from: 0, to: 10, change: %d}, {from: 10, change: %d}], cooldown: %ds, alarm: {metric: CPUUtilization, above: %d, periods: %d}}]}",
		g.pick("change", "percent"), g.between(1, 2), g.between(2, 60), g.between(0, 300), g.between(45, 55), g.between(1, 2))) +
		g.sometimes(fmt.Sprintf(", customised: {front: [{name: many, metric: RequestCount, target: %d, scale_out_cooldown: 60s, scale_in_cooldown: 60s, disable_scale_in: true}]}", g.between(300, 900))) +
		g.sometimes(fmt.Sprintf(", scheduled: {front: [{name: often, schedule: rate(%d minutes), start: %ds, min: %d, max: 4}]}", g.between(1, 4), g.between(150, 400), g.between(1, 3)))
}

func (g generator) behaviour() string {
	return fmt.Sprintf("  behaviour: {base: %s, datapoints: %s, scale_in_steps: %s, flapping: %s, cooldown_anchor: %s}\n", g.pick("running", "desired"),
		g.pick("all", "since_activity"), g.pick("one", "proportional"), g.pick("anticipated", "unanticipated"), g.pick("completion", "start"))
}

// disturbed is what the service goes through beside its load.
func (g generator) disturbed() string {
	var b strings.Builder
	minute := func() string { return fmt.Sprintf("%ds", 180+g.between(0, 600)) }
	if g.IntN(2) == 0 {
		fmt.Fprintf(&b, "  failures: {front: {start: %d%%, crash: %d%%, life: 31m..45m}}\n", g.between(0, 30), g.between(0, 30))
	}
	if g.IntN(2) == 0 {
		fmt.Fprintf(&b, "  happenings:\n    - {at: %s, traffic: {path: /page, rate: %d/s, for: 2m}}\n", minute(), g.between(1, 20))
		fmt.Fprintf(&b, "    - {at: %s, service: front, %s}\n", minute(), g.pick("deployment: {}", "kill: 1", "desired: 3", "capacity: {min: 2, max: 3}"))
	}
	if g.IntN(2) == 0 {
		fmt.Fprintf(&b, "  faults: [{name: %s, from: %s, for: 3m}]\n", flaw.Faults[g.IntN(len(flaw.Faults))].Name, minute())
	}
	if g.IntN(2) == 0 {
		fmt.Fprintf(&b, "  deviations: [{name: %s}]\n", flaw.Deviations[g.IntN(len(flaw.Deviations))].Name)
	}
	return b.String()
}
