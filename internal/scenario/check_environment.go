package scenario

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

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
		c.addresses(e)
	} else {
		if c.e.has("resolve") {
			c.e.fault("resolve", "", "nothing is resolved in an emulated environment: the embedded load balancer is its address")
		}
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
		case len(e.Hosts) > 0 && !hasHost(e.Hosts, u.Hostname()):
			c.e.fault(path, Nearest(u.Hostname(), e.Hosts), "the host %s is not among the environment's hosts", u.Hostname())
		}
	}
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
	if em := c.doc.Environment.Emulator; em != nil && !measured(s.Costs) {
		c.e.fault(path+".costs", "", "costs of an emulated service stand under emulator.costs; here are only those that were measured, each with measured")
	} else if em != nil && s.URL != "" {
		c.e.fault(path+".url", "", "an emulated service has no url: the embedded load balancer is its address")
	}
	c.resolution(path+".metric_resolution", s.MetricResolution)
	c.reached(path, s)
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
