package scenario

import (
	"fmt"
	"strings"

	"scaleproof/internal/scaling"
)

// Happening is one thing that somebody else does in mid-run, in the embedded
// environment. It names exactly one thing beside when and to whom.
type Happening struct {
	At         Duration      `json:"at"`                // from the beginning of service time
	Service    string        `json:"service,omitempty"` // by its key
	Deployment *Deployment   `json:"deployment,omitempty"`
	Desired    *int          `json:"desired,omitempty"`  // tasks, set by hand
	Capacity   *Bounds       `json:"capacity,omitempty"` // bounds, changed by somebody
	Suspended  *Suspended    `json:"suspended,omitempty"`
	Kill       int           `json:"kill,omitempty"` // tasks that run
	Traffic    *OtherTraffic `json:"traffic,omitempty"`
}

// Deployment is a rolling deployment.
type Deployment struct {
	StartsFail Percent `json:"starts_fail,omitempty"` // of its tasks, the share that stops before it runs
}

// Suspended says which kinds of scaling are switched off from then on.
type Suspended struct {
	ScaleIn   bool `json:"scale_in,omitempty"`
	ScaleOut  bool `json:"scale_out,omitempty"`
	Scheduled bool `json:"scheduled,omitempty"`
}

// OtherTraffic is other people's requests.
type OtherTraffic struct {
	Method   string   `json:"method,omitempty"` // GET where left out
	Path     string   `json:"path"`
	Body     Size     `json:"body,omitempty"`
	Rate     Rate     `json:"rate"`
	For      Duration `json:"for,omitempty"`                                             // to the end where left out
	Arrivals string   `json:"arrivals,omitempty" jsonschema:"enum=poisson,enum=uniform"` // poisson where left out
}

// Failures are what may go wrong with a service's tasks.
type Failures struct {
	Start Percent `json:"start,omitempty"` // of all tasks, the share that stops before it runs
	Crash Percent `json:"crash,omitempty"` // of those that run, the share that stops by itself
	Life  Spread  `json:"life,omitzero"`   // how long those run
}

// Replacing is how tasks are replaced: ECS's deployment configuration.
type Replacing struct {
	MinimumHealthy int  `json:"minimum_healthy_percent"` // of the desired count
	Maximum        int  `json:"maximum_percent"`         // of the desired count
	CircuitBreaker bool `json:"circuit_breaker,omitempty"`
	Rollback       bool `json:"rollback,omitempty"`
}

// mostOther is how many requests a second somebody else may send.
const mostOther = 10_000

func (c *checker) happenings(e *Environment) {
	list := e.Emulator.Happenings
	if len(list) > mostRows {
		c.e.fault("emulator.happenings", "", "emulator.happenings has %d rows, and may have %d", len(list), mostRows)
		return
	}
	for i, h := range list {
		path := fmt.Sprintf("emulator.happenings[%d]", i)
		c.atMost(c.e, path+".at", h.At, longest)
		c.oneThing(path)
		c.concerned(e, path, h)
		if h.Desired != nil && (*h.Desired < 0 || *h.Desired > mostTasks) {
			c.e.fault(path+".desired", "", "a service has from 0 to %d tasks", mostTasks)
		}
		if b := h.Capacity; b != nil && (b.Min < 0 || b.Max < b.Min || b.Max > mostTasks) {
			c.e.fault(path+".capacity", "", "the capacity goes from a min of at least 0 to a max that is not below it and at most %d", mostTasks)
		}
		if c.e.has(path+".kill") && (h.Kill < 1 || h.Kill > mostTasks) {
			c.e.fault(path+".kill", "", "kill names from 1 to %d tasks", mostTasks)
		}
		if h.Traffic != nil {
			c.otherTraffic(path+".traffic", h.Traffic)
		}
	}
}

// doings are the keys of which a happening has exactly one.
var doings = []string{"deployment", "desired", "capacity", "suspended", "kill", "traffic"}

func (c *checker) oneThing(path string) {
	var found []string
	for _, key := range doings {
		if c.e.has(path + "." + key) {
			found = append(found, key)
		}
	}
	if len(found) != 1 && c.e.whole(path) {
		c.e.fault(path, "", "a happening names exactly one of %s, not %d", strings.Join(doings, ", "), len(found))
	}
}

// concerned checks the service: all but traffic, which the rules route, has
// one.
func (c *checker) concerned(e *Environment, path string, h Happening) {
	switch {
	case h.Traffic != nil && h.Service != "":
		c.e.fault(path+".service", "", "the rules of the load balancer say whom traffic reaches: it names no service")
	case h.Traffic == nil && h.Service == "":
		c.e.fault(path, "", "%s has no %q", path, "service")
	case h.Traffic == nil && len(e.Services) > 0:
		c.known(c.e, path+".service", h.Service, "service of this environment", keys(e.Services))
	}
}

func (c *checker) otherTraffic(path string, t *OtherTraffic) {
	if t.Method != "" && !methodText.MatchString(t.Method) {
		c.e.fault(path+".method", "", "%q is not an HTTP method: write it in capitals, as GET or POST", t.Method)
	}
	if !strings.HasPrefix(t.Path, "/") || len(t.Path) > 2048 || strings.ContainsAny(t.Path, " \t\r\n") {
		c.e.fault(path+".path", "", "%q is not a path: it begins with / and has at most 2048 characters", t.Path)
	}
	if t.Rate <= 0 || t.Rate > mostOther {
		c.e.fault(path+".rate", "", "other people send more than 0 and at most %d/s", mostOther)
	}
	c.positive(c.e, path+".for", t.For)
	c.atMost(c.e, path+".for", t.For, longest)
}

// failures checks what may go wrong with tasks, by service.
func (c *checker) failures(e *Environment) {
	for _, key := range keys(e.Emulator.Failures) {
		path, f := "emulator.failures."+key, e.Emulator.Failures[key]
		if len(e.Services) > 0 {
			c.known(c.e, path, key, "service of this environment", keys(e.Services))
		}
		c.atMost(c.e, path+".life", f.Life.Max, longestDelay)
		if f.Crash > 0 && f.Life.Max < leastLife {
			c.e.fault(path+".life", "", "a task that crashes runs for at least %s before", leastLife)
		}
	}
}

// leastLife keeps tasks from crashing all the time without end.
const leastLife = Duration(1e9)

func (c *checker) replacing(r *Replacing) {
	if r == nil {
		return
	}
	const path = "emulator.deployment"
	if r.MinimumHealthy < 0 || r.MinimumHealthy > 100 {
		c.e.fault(path+".minimum_healthy_percent", "", "from 0 to 100 percent of the tasks stay healthy")
	}
	if r.Maximum < 100 || r.Maximum > 1000 {
		c.e.fault(path+".maximum_percent", "", "from 100 to 1000 percent of the tasks may be there while some are replaced")
	}
	if r.MinimumHealthy == 100 && r.Maximum == 100 {
		c.e.fault(path, "", "100 and 100 percent leave no way to replace a task: lower the minimum or raise the maximum")
	}
	if r.Rollback && !r.CircuitBreaker {
		c.e.fault(path+".rollback", "", "it is the circuit breaker that rolls back: set circuit_breaker too")
	}
}

// Change is what a happening asks of an API, as the environment's services are
// called; ok is false for one that is none.
func (h Happening) Change() (c scaling.Change, ok bool) {
	switch {
	case h.Deployment != nil:
		c = scaling.Change{Op: scaling.UpdateDesired, Deploy: true}
	case h.Desired != nil:
		c = scaling.Change{Op: scaling.UpdateDesired, Desired: h.Desired}
	case h.Capacity != nil:
		c = scaling.Change{Op: scaling.RegisterTarget, Min: &h.Capacity.Min, Max: &h.Capacity.Max}
	case h.Suspended != nil:
		s := scaling.Suspended(*h.Suspended)
		c = scaling.Change{Op: scaling.RegisterTarget, Suspended: &s}
	default:
		return c, false
	}
	return c, true
}
