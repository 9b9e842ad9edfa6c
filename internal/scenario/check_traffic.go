package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// longest is how long a stage may be: twice what the longest watch of a
// rollout needs, and short enough that no sum of stages overflows.
const longest = Duration(31 * 24 * time.Hour)

func (c *checker) traffic() {
	t := &c.doc.Scenario.Traffic
	if t.Ceiling <= 0 {
		c.s.fault("traffic.ceiling", "", "the ceiling must be above 0")
	}
	c.connections()
	if len(t.Stages) == 0 {
		c.s.fault("traffic.stages", "", "the traffic has no stage")
	}
	if len(t.Stages) > 1000 {
		c.s.fault("traffic.stages", "", "the traffic has more than 1000 stages")
		return // a fault of each would say no more
	}
	c.rollbacks(t.Stages)
	seen := map[string]bool{}
	for i, s := range t.Stages {
		path := fmt.Sprintf("traffic.stages[%d]", i)
		c.word(c.s, path+".name", s.Name)
		if seen[s.Name] {
			c.s.fault(path+".name", "", "two stages are named %q", s.Name)
		}
		seen[s.Name] = true
		c.stage(path, s)
	}
}

// rollbacks checks that what stages remove stands, and that something is left.
func (c *checker) rollbacks(stages []Stage) {
	standing := slices.Clone(c.doc.Scenario.Policies)
	for i, s := range stages {
		path := fmt.Sprintf("traffic.stages[%d].without", i)
		switch at := slices.Index(standing, s.Without); {
		case s.Without == "":
		case at < 0 && slices.Contains(c.doc.Scenario.Policies, s.Without):
			c.s.fault(path, "", "a stage before removes the %s policy already: it is put back after the run, not between its stages", s.Without)
		case at < 0:
			c.s.fault(path, "", "%q is none of the scenario's policies (%s)", s.Without, strings.Join(c.doc.Scenario.Policies, ", "))
		case len(standing) == 1:
			c.s.fault(path, "", "without the %s policy none would be left to scale the service", s.Without)
		default:
			standing = slices.Delete(standing, at, at+1)
		}
	}
}

func (c *checker) stage(path string, s Stage) {
	if s.For <= 0 || s.For > longest {
		c.s.fault(path+".for", "", "a stage lasts longer than 0 and at most 31 days, not %s", s.For)
	}
	if s.Ramp > s.For && c.s.sound(path+".for") {
		c.s.fault(path+".ramp", "", "the ramp (%s) is longer than its stage (%s)", s.Ramp, s.For)
	}
	own := s.levels()[0]
	switch {
	case own.Demand != nil && own.Rate != nil:
		c.s.fault(path+".rate", "", "a stage names either demand or rate, not both")
	case own.Demand == nil && own.Rate == nil && s.Replay == nil && len(s.Users) == 0 && !c.fixedIn(s.Name):
		c.s.fault(path, "", "the stage names neither demand nor rate, and no kind has a rate of its own in it: nothing would be sent")
	}
	c.curve(path, s)
	c.users(path+".users", s.Users)
	for _, l := range s.levels() {
		c.ratesOf(strings.TrimSuffix(join(path, l.key), "."), l.Rate)
	}
}

func (c *checker) ratesOf(path string, rates map[string]Rate) {
	for _, kind := range keys(rates) {
		at := join(path, "rate."+kind)
		k, ok := c.doc.Scenario.Requests[kind]
		if !ok {
			c.known(c.s, at, kind, "kind of request", keys(c.doc.Scenario.Requests))
		}
		if k.Rate > 0 && k.Drive == "" {
			c.s.fault(at, "", "the kind %s has a rate of its own (%s)", kind, k.Rate)
		}
		c.open(at, kind)
	}
}

// fixedIn says whether a kind has a rate of its own in the stage.
func (c *checker) fixedIn(stage string) bool {
	for _, k := range c.doc.Scenario.Requests {
		if k.Rate > 0 && k.In.Has(stage) {
			return true
		}
	}
	return false
}

// drives checks that demand can be turned into rates at all: one kind for
// each policy, and a rate for all others.
func (c *checker) drives() {
	if len(c.doc.Scenario.Traffic.Stages) == 0 {
		return
	}
	demanded := slices.ContainsFunc(c.doc.Scenario.Traffic.Stages, func(s Stage) bool {
		return slices.ContainsFunc(s.levels(), func(l level) bool { return l.Demand != nil })
	})
	by := map[string][]string{}
	for _, name := range keys(c.doc.Scenario.Requests) {
		k := c.doc.Scenario.Requests[name]
		by[k.Drive] = append(by[k.Drive], name)
		if k.Drive == "" && !c.s.has("requests."+name+".rate") && len(k.In) == 0 && !c.s.has("requests."+name+".think") && !c.used(name) && !c.rated(name) {
			c.s.fault("requests."+name, "", "the kind %s is never sent: it has no rate, no stage gives it one, and it drives no policy", name)
		}
		if k.Drive != "" && !demanded && !c.rated(name) {
			c.s.fault("requests."+name+".drive", "", "the kind %s drives a policy, but no stage names a demand", name)
		}
	}
	if !demanded {
		return
	}
	if slices.ContainsFunc(keys(c.doc.Scenario.Requests), func(name string) bool { return !c.s.sound("requests." + name + ".drive") }) {
		return
	}
	for _, policy := range []string{"cpu", "requests"} {
		switch who := by[policy]; {
		case len(who) == 0:
			c.s.fault("requests", "", "stages name a demand, but no kind of request has drive: %s", policy)
		case len(who) > 1:
			c.s.fault("requests."+who[1]+".drive", "", "several kinds drive %s (%s): exactly one may", policy, strings.Join(who, ", "))
		}
	}
}

// rated says whether a stage gives the kind a rate, or may: what a recording
// holds is not known here.
func (c *checker) rated(kind string) bool {
	for _, s := range c.doc.Scenario.Traffic.Stages {
		if s.Replay != nil {
			return true
		}
		for _, l := range s.levels() {
			if _, ok := l.Rate[kind]; ok {
				return true
			}
		}
	}
	return false
}
