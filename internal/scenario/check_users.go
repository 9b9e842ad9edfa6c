package scenario

import "slices"

func (c *checker) latency(path string, e Latency) {
	bounds, last := 0, Duration(0)
	times := false
	for _, p := range []struct {
		key string
		Bound
	}{{".p50", e.P50}, {".p95", e.P95}, {".p99", e.P99}} {
		if !c.s.has(path + p.key) {
			continue
		}
		bounds++
		if p.Times > 0 {
			times = true
			if e.OfStage == "" && e.OfRun == "" {
				c.s.fault(path+p.key, "", "%s needs of_stage or of_run, as in {p99: 1.5x, of_stage: calm, in: sale}", p.Bound)
			}
			continue
		}
		c.positive(c.s, path+p.key, p.Limit)
		if e.OfStage != "" || e.OfRun != "" {
			c.s.fault(path+p.key, "", "with of_stage or of_run a bound is a multiple, as 1.5x; a duration stands in a latency of its own")
		}
		if p.Limit > 0 && p.Limit < last {
			c.s.fault(path, "", "a higher percentile cannot be below a lower one")
		}
		last = max(last, p.Limit)
	}
	if bounds == 0 {
		c.s.fault(path, "", "a latency bounds p50, p95 or p99")
	}
	if e.OfStage != "" || times {
		c.ofStage(path, e)
	}
	switch {
	case (e.For > 0) != e.Never:
		c.s.fault(path, "", "for and never: true go together, as in {p99: 2s, for: 60s, never: true}")
	case e.Never && e.Around != "":
		c.s.fault(path+".around", "", "a latency is either around scaling or over stretches (for and never)")
	}
	c.stages(path+".in", e.In)
	c.kinds(path+".of", e.Of)
}

// ofStage checks what a bound is a multiple of.
func (c *checker) ofStage(path string, e Latency) {
	switch {
	case e.OfStage != "" && e.OfRun != "":
		c.s.fault(path, "", "a bound is a multiple of of_stage or of of_run, not of both")
	case e.OfStage == "":
		return
	case len(e.In) == 0 && e.Around == "":
		c.s.fault(path, "", "of_stage needs in: the stages that are held against it")
	case slices.Contains(e.In, e.OfStage):
		c.s.fault(path+".of_stage", "", "stage %s cannot be held against itself", e.OfStage)
	}
	c.stages(path+".of_stage", Stages{e.OfStage})
}

func (c *checker) kinds(path string, kinds Stages) {
	for _, kind := range kinds {
		c.known(c.s, path, kind, "kind of request", keys(c.doc.Scenario.Requests))
	}
}

func (c *checker) errors(path string, e Errors) {
	switch {
	case (e.Count == nil) == (e.Above == nil):
		c.s.fault(path, "", "errors are bounded either by count, or by above with for and never: true")
	case e.Count != nil && *e.Count < 0:
		c.s.fault(path+".count", "", "a count is never below 0")
	case e.Count != nil && (e.OfStage != "" || e.OfRun != ""):
		c.s.fault(path, "", "of_stage and of_run belong to an above in times, as in {above: 3x, of_stage: calm, in: sale}")
	case e.Above != nil && (e.Above.Times > 0 || e.OfStage != "" || e.OfRun != ""):
		c.errorsOf(path, e)
	case e.Count != nil && (e.For != 0 || e.Never):
		c.s.fault(path, "", "for and never belong to above, not to count")
	case e.Above != nil && e.Around != "" && (e.For != 0 || !e.Never):
		c.s.fault(path, "", "around scaling, above needs never: true and no for, as in {above: 1%%, around: scaling, never: true}")
	case e.Above != nil && e.Around == "" && (e.For <= 0 || !e.Never):
		c.s.fault(path, "", "above needs for and never: true, as in {above: 1%%, for: 30s, never: true}")
	}
	c.stages(path+".in", e.In)
	c.kinds(path+".of", e.Of)
}

// errorsOf checks a share that is a multiple of another.
func (c *checker) errorsOf(path string, e Errors) {
	switch {
	case e.Above.Times <= 0:
		c.s.fault(path+".above", "", "with of_stage or of_run above is a multiple, as 3x; a percentage stands in errors of its own")
	case (e.OfStage == "") == (e.OfRun == ""):
		c.s.fault(path+".above", "", "%s needs either of_stage or of_run, as in {above: 3x, of_stage: calm, in: sale}", e.Above)
	case e.For != 0 || e.Never || e.Around != "":
		c.s.fault(path, "", "a multiple is of all the stages together: without for, never and around")
	case len(e.In) == 0:
		c.s.fault(path, "", "of_stage and of_run need in: the stages that are held against it")
	case slices.Contains(e.In, e.OfStage):
		c.s.fault(path+".of_stage", "", "stage %s cannot be held against itself", e.OfStage)
	case e.OfStage != "":
		c.stages(path+".of_stage", Stages{e.OfStage})
	}
}

func (c *checker) stopRule(path string, r StopRule) {
	if !c.s.whole(path) {
		return
	}
	e := r.Errors
	if e == nil {
		return // told as a fault of structure
	}
	if e.Above == nil || e.Above.Times > 0 || e.OfStage != "" || e.OfRun != "" || e.For <= 0 || e.Count != nil || e.Never || e.Around != "" || len(e.In) > 0 || len(e.Of) > 0 {
		c.s.fault(path+".errors", "", "a rule to stop by has above and for and nothing else, as in {above: 50%%, for: 30s}")
	}
}
