package scenario

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/flaw"
	"scaleproof/internal/scaling"
)

var (
	regionText  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	accountText = regexp.MustCompile(`^[0-9]{12}$`)
	awsName     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)
)

// Bounds that no service comes near, and beyond which sums overflow or a run
// never ends.
const (
	mostServices = 1000
	mostRows     = 1000 // of costs, of rules
	leastTarget  = 0.001
	mostTarget   = 1e9
	longestDelay = Duration(24 * time.Hour)
	longestCost  = Duration(time.Hour)
	longestKiB   = Duration(time.Minute)
	leastVCPU    = 0.001
	mostWorkers  = 10_000
	mostALBNodes = 100
)

const (
	leastSlowStart = Duration(30 * time.Second)
	mostSlowStart  = Duration(15 * time.Minute)
	mostStickiness = Duration(7 * 24 * time.Hour)
)

// balancings are the algorithms of a target group; the first is the default.
var balancings = []string{"round_robin", "least_outstanding_requests"}

// line refuses a name of AWS's that is more than one line.
func (c *checker) line(path, text string) {
	if strings.ContainsAny(text, "\r\n\t") || len(text) > 256 {
		c.e.fault(path, "", "%s is one line of at most 256 characters", name(path))
	}
}

func (c *checker) environment() {
	e := &c.doc.Environment
	c.word(c.e, "name", e.Name)
	if !regionText.MatchString(e.Region) {
		c.e.fault("region", "", "%q is not a region, such as eu-west-1", e.Region)
	}
	if e.Emulator == nil {
		c.real(e)
	} else {
		c.emulated(e)
	}
	if len(e.Services) == 0 {
		c.e.fault("services", "", "services names no service")
	}
	if len(e.Services) > mostServices {
		c.e.fault("services", "", "services names %d services, and may name %d", len(e.Services), mostServices)
		return
	}
	seen := map[scaling.Service]string{}
	for _, key := range keys(e.Services) {
		s := e.Services[key]
		c.service("services."+key, key, s)
		id := scaling.Service{Cluster: s.Cluster, Name: s.Service}
		if other, ok := seen[id]; ok {
			c.e.fault("services."+key, "", "services %s and %s are the same service %s", other, key, id)
		}
		seen[id] = key
	}
}

// real checks the fences of an environment on AWS.
func (c *checker) real(e *Environment) {
	if !accountText.MatchString(e.Account) {
		c.e.fault("account", "", "the account is 12 digits in quotes (an environment without one needs emulator:)")
	}
	if len(e.Hosts) == 0 {
		c.e.fault("hosts", "", "hosts names no host that traffic may go to (an environment without one needs emulator:)")
	}
	for _, key := range keys(e.Services) {
		path := "services." + key + ".url"
		u, err := url.Parse(e.Services[key].URL)
		switch {
		case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
			c.e.fault(path, "", "service %s needs a url such as https://staging.example.com", key)
		case len(e.Hosts) > 0 && !slices.Contains(e.Hosts, u.Hostname()):
			c.e.fault(path, nearest(u.Hostname(), e.Hosts), "the host %s is not among the environment's hosts", u.Hostname())
		}
	}
}

// emulated checks the embedded environment.
func (c *checker) emulated(e *Environment) {
	em := e.Emulator
	for _, path := range []string{"account", "hosts", "production"} {
		if c.e.has(path) {
			c.e.fault(path, "", "an environment with emulator: has no %s of its own", path)
		}
	}
	if parts := strings.Split(em.LoadBalancer, "/"); len(parts) != 3 || parts[0] != "app" || parts[1] == "" || parts[2] == "" {
		c.e.fault("emulator.load_balancer", "", "%q is not a load balancer: write it as app/<name>/<id>", em.LoadBalancer)
	}
	c.line("emulator.load_balancer", em.LoadBalancer)
	c.positive(c.e, "emulator.idle_timeout", em.IdleTimeout)
	c.atMost(c.e, "emulator.idle_timeout", em.IdleTimeout, longestDelay)
	c.atMost(c.e, "emulator.delays.publication", em.Delays.Publication.Max, longestDelay)
	if fine := em.Delays.Publication20s; fine != nil {
		c.atMost(c.e, "emulator.delays.publication_20s", fine.Max, longestDelay)
	}
	c.atMost(c.e, "emulator.delays.start", em.Delays.Start.Max, longestDelay)
	c.atMost(c.e, "emulator.delays.health", em.Delays.Health.Max, longestDelay)
	c.atMost(c.e, "emulator.delays.provisioning", em.Delays.Provisioning.Max, longestDelay)
	c.atMost(c.e, "emulator.delays.stop", em.Delays.Stop.Max, longestDelay)
	c.balancer(em)
	c.task("emulator.task", &em.Task)
	c.healthCheck("emulator.health_check", em.HealthCheck)
	if em.DeregistrationDelay > Duration(time.Hour) {
		c.e.fault("emulator.deregistration_delay", "", "a deregistration delay is at most 1h")
	}
	c.rules(e)
	c.costs("emulator.costs", em.Costs)
	if len(em.Costs) == 0 {
		c.e.fault("emulator.costs", "", "emulator.costs says of no request what it costs")
	}
	c.past(e)
	c.others(e)
	c.behaviour(em.Behaviour)
	c.failures(e)
	c.replacing(em.Deployment)
	c.happenings(e)
	c.flaws("emulator.faults", "fault", flaw.Faults, em.Faults)
	c.flaws("emulator.deviations", "deviation", flaw.Deviations, em.Deviations)
}

func (c *checker) service(path, key string, s Service) {
	c.word(c.e, path, key)
	for field, v := range map[string]string{"cluster": s.Cluster, "service": s.Service} {
		if !awsName.MatchString(v) {
			c.e.fault(path+"."+field, "", "%q is not a name: letters, digits, - and _", v)
		}
	}
	if b := s.Capacity; b.Min < 1 || b.Max < b.Min || b.Max > mostTasks {
		c.e.fault(path+".capacity", "", "the capacity goes from a min of at least 1 to a max that is not below it and at most %d", mostTasks)
	}
	for _, role := range keys(s.Policies) {
		c.policy(path+".policies."+role, role, s.Policies[role])
		c.highResolution(path+".policies."+role, role, s.Policies[role], s)
	}
	c.line(path+".resource_label", s.ResourceLabel)
	for i, policy := range s.AlsoStanding {
		c.line(fmt.Sprintf("%s.also_standing[%d]", path, i), policy)
	}
	if s.ResourceLabel != "" {
		alb, _, ok := scaling.SplitLabel(s.ResourceLabel)
		em := c.doc.Environment.Emulator
		if !ok {
			c.e.fault(path+".resource_label", "", "%q is not a resource label: app/<alb>/<id>/targetgroup/<tg>/<id>", s.ResourceLabel)
		} else if em != nil && alb != em.LoadBalancer {
			c.e.fault(path+".resource_label", "", "the label's load balancer is %s, the emulator's %s", alb, em.LoadBalancer)
		}
	}
	if em := c.doc.Environment.Emulator; em != nil && len(s.Costs) > 0 {
		c.e.fault(path+".costs", "", "costs of an emulated service stand under emulator.costs")
	} else if em != nil && s.URL != "" {
		c.e.fault(path+".url", "", "an emulated service has no url: the embedded load balancer is its address")
	}
	c.resolution(path+".metric_resolution", s.MetricResolution)
	c.task(path+".task", s.Task)
	c.costs(path+".costs", s.Costs)
}

// resolution of a service's metrics is one of the two that ECS has. [D] A real
// service says its own.
func (c *checker) resolution(path string, d Duration) {
	switch {
	case !c.e.has(path):
	case c.doc.Environment.Emulator == nil:
		c.e.fault(path, "", "the resolution of a real service's metrics is set in ECS, not here")
	case d != Duration(20*time.Second) && d != Duration(time.Minute):
		c.e.fault(path, "", "metrics of CPU and memory have a resolution of 20s or 60s, not %s", d)
	}
}

func (c *checker) policy(path, role string, p Policy) {
	c.known(c.e, path, role, "kind of policy", []string{"cpu", "requests"})
	c.line(path+".name", p.Name)
	if p.Target <= 0 {
		c.e.fault(path+".target", "", "a target is above 0")
	} else if p.Target < leastTarget {
		c.e.fault(path+".target", "", "a target is at least %s", number(leastTarget))
	} else if p.Target > mostTarget {
		c.e.fault(path+".target", "", "a target is at most %d", int(mostTarget))
	}
	if role == "cpu" && p.Target > 100 {
		c.e.fault(path+".target", "", "a CPU target is in percent, at most 100")
	}
	for field, v := range map[string]Duration{"scale_out_cooldown": p.ScaleOutCooldown, "scale_in_cooldown": p.ScaleInCooldown} {
		if v%Duration(time.Second) != 0 {
			c.e.fault(path+"."+field, "", "a cooldown is in whole seconds")
		}
		c.atMost(c.e, path+"."+field, v, longestDelay)
	}
}

// highResolution is for CPU alone, and for a service that has such metrics:
// ECS's own check says so of a real one. [E]
func (c *checker) highResolution(path, role string, p Policy, s Service) {
	switch {
	case !p.HighResolution:
	case role != "cpu":
		c.e.fault(path+".high_resolution", "", "only the metrics of CPU and memory have a high resolution")
	case c.doc.Environment.Emulator != nil && s.MetricResolution != Duration(20*time.Second):
		c.e.fault(path+".high_resolution", "", "a high-resolution policy needs the service's metric_resolution: 20s")
	}
}

func (c *checker) task(path string, t *Task) {
	if t == nil {
		return
	}
	if t.VCPU < leastVCPU || t.VCPU > 192 {
		c.e.fault(path+".vcpu", "", "a task has at least %s and at most 192 vCPU", number(leastVCPU))
	}
	if t.Workers < 1 {
		c.e.fault(path+".workers", "", "a task has at least 1 worker")
	} else if t.Workers > mostWorkers {
		c.e.fault(path+".workers", "", "a task has at most %d workers", mostWorkers)
	}
	if t.Idle >= 100 {
		c.e.fault(path+".idle", "", "an idle part of 100%% leaves nothing to work with")
	}
	if t.Queue < 0 {
		c.e.fault(path+".queue", "", "a queue holds 0 requests (no limit) or more")
	}
	if c.e.has(path+".in_flight") && t.InFlight < t.Workers {
		c.e.fault(path+".in_flight", "", "a task that accepts fewer requests at one time (%d) than it has workers (%d) never uses them all", t.InFlight, t.Workers)
	}
	c.positive(c.e, path+".queue_timeout", t.QueueTimeout)
	c.atMost(c.e, path+".queue_timeout", t.QueueTimeout, longestDelay)
	c.startUp(path+".start_up", t)
}

func (c *checker) startUp(path string, t *Task) {
	if t.StartUp == nil {
		return
	}
	if v := t.StartUp.VCPU; v < leastVCPU || v > t.VCPU && t.VCPU >= leastVCPU {
		c.e.fault(path+".vcpu", "", "start-up uses at least %s vCPU and no more than the task has", number(leastVCPU))
	}
	c.atMost(c.e, path+".for", t.StartUp.For.Max, longestDelay)
}

// balancer checks how requests are spread, within AWS's own bounds. [D]
func (c *checker) balancer(em *Emulator) {
	if c.e.has("emulator.nodes") && (em.Nodes < 1 || em.Nodes > mostALBNodes) {
		c.e.fault("emulator.nodes", "", "a load balancer has 1 to %d nodes", mostALBNodes)
	}
	if em.Balancing != "" {
		c.known(c.e, "emulator.balancing", em.Balancing, "way of balancing", balancings)
	}
	if d := em.SlowStart; d != 0 && (d < leastSlowStart || d > mostSlowStart || d%Duration(time.Second) != 0) {
		c.e.fault("emulator.slow_start", "", "a slow start is 30s to 15m, in whole seconds")
	} else if d != 0 && em.Balancing != "" && em.Balancing != balancings[0] {
		c.e.fault("emulator.slow_start", "", "a target group has a slow start only with %s", balancings[0])
	}
	if d := em.Stickiness; c.e.has("emulator.stickiness") && (d < Duration(time.Second) || d > mostStickiness || d%Duration(time.Second) != 0) {
		c.e.fault("emulator.stickiness", "", "stickiness lasts 1s to 168h, in whole seconds")
	}
}

func (c *checker) healthCheck(path string, h HealthCheck) {
	if !strings.HasPrefix(h.Path, "/") {
		c.e.fault(path+".path", "", "%q is not a path: it begins with /", h.Path)
	}
	c.line(path+".path", h.Path)
	c.positive(c.e, path+".interval", h.Interval)
	if h.Interval > 0 && h.Interval < Duration(time.Second) {
		c.e.fault(path+".interval", "", "a health check's interval is at least 1s, not %s", h.Interval)
	}
	c.atMost(c.e, path+".interval", h.Interval, longestDelay)
	c.atMost(c.e, path+".grace", h.Grace, longestDelay)
	c.positive(c.e, path+".timeout", h.Timeout)
	if h.Timeout > h.Interval && h.Interval > 0 {
		c.e.fault(path+".timeout", "", "a health check's time-out (%s) is not longer than its interval (%s)", h.Timeout, h.Interval)
	}
	for field, n := range map[string]int{"healthy": h.Healthy, "unhealthy": h.Unhealthy} {
		if c.e.has(path+"."+field) && (n < 2 || n > 10) {
			c.e.fault(path+"."+field, "", "a health check's counts go from 2 to 10")
		}
	}
}

func (c *checker) rules(e *Environment) {
	if len(e.Services) == 0 || len(e.Services) > mostServices {
		return
	}
	if n := len(e.Emulator.Rules); n > mostRows {
		c.e.fault("emulator.rules", "", "emulator.rules has %d rows, and may have %d", n, mostRows)
		return
	}
	reached, astray := map[string]bool{}, false
	for i, r := range e.Emulator.Rules {
		path := fmt.Sprintf("emulator.rules[%d]", i)
		c.known(c.e, path+".service", r.Service, "service of this environment", keys(e.Services))
		reached[r.Service] = true
		if _, ok := e.Services[r.Service]; !ok {
			astray = true
		}
		if len(r.Paths) == 0 {
			c.e.fault(path+".paths", "", "the rule names no path")
		}
		for j, p := range r.Paths {
			c.pattern(fmt.Sprintf("%s.paths[%d]", path, j), p)
		}
	}
	for _, key := range keys(e.Services) {
		if !reached[key] && !astray && c.e.sound("emulator.rules") {
			c.e.fault("services."+key, "", "no rule of the emulator's load balancer leads to service %s", key)
		}
	}
}

func (c *checker) pattern(path, p string) {
	if !strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "*") || len(p) > 128 || strings.ContainsAny(p, " \t\r\n") {
		c.e.fault(path, "", "%q is not a path pattern: it begins with / or *, and has at most 128 characters", p)
	}
}

func (c *checker) costs(path string, costs []Cost) {
	if len(costs) > mostRows {
		c.e.fault(path, "", "%s has %d rows, and may have %d", path, len(costs), mostRows)
		return
	}
	for i, cost := range costs {
		at := fmt.Sprintf("%s[%d]", path, i)
		if cost.Method != "" && !methodText.MatchString(cost.Method) {
			c.e.fault(at+".method", "", "%q is not an HTTP method: write it in capitals, as GET or POST", cost.Method)
		}
		if cost.Path != "" {
			c.pattern(at+".path", cost.Path)
		}
		c.atMost(c.e, at+".cpu", cost.CPU, longestCost)
		c.atMost(c.e, at+".cpu_per_kib", cost.CPUPerKiB, longestKiB)
		c.atMost(c.e, at+".wait", cost.Wait, longestCost)
		for j, before := range costs[:i] {
			if before.covers(cost) {
				c.e.fault(at, "", "no request reaches this row: row %d, above it, takes them all", j+1)
				break
			}
		}
	}
}

// covers says whether every request that d matches is matched by c, as far
// as can be told without reasoning about patterns.
func (c Cost) covers(d Cost) bool {
	return (c.Method == "" || c.Method == d.Method) &&
		(c.Path == "" || c.Path == "*" || c.Path == d.Path) && c.Over <= d.Over
}

func (c *checker) past(e *Environment) {
	past := e.Emulator.Past
	if past.Lived > longest {
		c.e.fault("emulator.past.lived", "", "a past is at most 31 days long")
	}
	for _, key := range keys(past.Policies) {
		path := "emulator.past.policies." + key
		if len(e.Services) > 0 {
			c.known(c.e, path, key, "service of this environment", keys(e.Services))
		}
		for _, role := range keys(past.Policies[key]) {
			c.policy(path+"."+role, role, past.Policies[key][role])
			if s, ok := e.Services[key]; ok {
				c.highResolution(path+"."+role, role, past.Policies[key][role], s)
			}
		}
	}
}
