package scenario

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/flaw"
)

const (
	leastSlowStart = Duration(30 * time.Second)
	mostSlowStart  = Duration(15 * time.Minute)
	mostStickiness = Duration(7 * 24 * time.Hour)
)

// balancings are the algorithms of a target group; the first is the default.
var balancings = []string{"round_robin", "least_outstanding_requests"}

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
