package scenario

import "slices"

func (c *checker) expectation(path string, e Expectation) {
	if !c.s.whole(path) {
		return
	}
	if e.NoScaleOut != nil {
		c.someStages(path+".no_scale_out.in", e.NoScaleOut.In)
	}
	if e.NoScaleIn != nil {
		c.someStages(path+".no_scale_in.in", e.NoScaleIn.In)
	}
	if e.ScaleOut != nil {
		c.stages(path+".scale_out.in", Stages{e.ScaleOut.In})
		c.wanted(path+".scale_out.by", e.ScaleOut.By)
		c.reachable(path+".scale_out.to", e.ScaleOut.To)
	}
	c.wanted(path+".only_by", e.OnlyBy)
	if e.Capacity != nil {
		c.capacity(path+".capacity", *e.Capacity)
	}
	if e.Latency != nil {
		c.latency(path+".latency", *e.Latency)
	}
	if e.Errors != nil {
		c.errors(path+".errors", *e.Errors)
	}
	if e.Settle != nil {
		c.settle(path+".settle", *e.Settle)
	}
	if e.Trigger != nil {
		c.trigger(path+".trigger", *e.Trigger)
	}
}

func (c *checker) someStages(path string, refs Stages) {
	if len(refs) == 0 {
		c.s.fault(path, "", "%s names no stage", name(path))
	}
	c.stages(path, refs)
}

// wanted checks that a policy which is expected to act is one that stands.
func (c *checker) wanted(path, policy string) {
	if policy != "" && !slices.Contains(c.doc.Scenario.Policies, policy) && c.s.sound("policies") {
		c.s.fault(path, "", "policy %s is expected to act, but is not among the scenario's policies (%s)", policy, list(c.doc.Scenario.Policies))
	}
}

// reachable checks that a range of tasks meets the service's capacity.
func (c *checker) reachable(path string, r *Range) {
	service, ok := c.doc.Environment.Services[c.doc.Scenario.Service]
	if r == nil || !ok || service.Capacity.Max < service.Capacity.Min {
		return
	}
	low, high := service.Capacity.Min, service.Capacity.Max
	if r.Min != nil && *r.Min > high || r.Max != nil && *r.Max < low {
		c.s.fault(path, "", "%s tasks cannot be: the capacity of %s is %d to %d", r, c.doc.Scenario.Service, low, high)
	}
}

func (c *checker) capacity(path string, e Capacity) {
	c.stages(path+".at_end_of", Stages{e.AtEndOf})
	if e.Healthy == nil && e.Desired == nil {
		c.s.fault(path, "", "a capacity names healthy or desired")
	}
	c.reachable(path+".healthy", e.Healthy)
	if e.Desired != nil {
		c.reachable(path+".desired", e.Desired.Range)
	}
}

// settle wants stages that last longer than they may take to settle: what has to
// stand still must be seen to.
func (c *checker) settle(path string, e Settle) {
	c.someStages(path+".in", e.In)
	c.positive(c.s, path+".within", e.Within)
	for _, s := range c.doc.Scenario.Traffic.Stages {
		if !e.In.Has(s.Name) || len(e.In) == 0 {
			continue
		}
		if len(s.levels()) > 1 {
			c.s.fault(path+".in", "", "the load of stage %s follows a curve, so that there is nothing to settle on: name a stage behind it", s.Name)
		}
		if e.Within >= s.For {
			c.s.fault(path+".within", "", "stage %s is over after %s: give it less than that to settle, or make it longer", s.Name, s.For)
		}
	}
}

func (c *checker) trigger(path string, e Trigger) {
	if e.At <= 0 || e.Tolerance <= 0 || e.Tolerance >= e.At {
		c.s.fault(path, "", "a trigger needs at above 0 and a tolerance between 0 and at, as in {at: 70, tolerance: 5}")
	}
	by := e.By
	if by == "" {
		by = "cpu"
	}
	c.wanted(path, by)
}
