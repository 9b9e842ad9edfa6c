package plan

import (
	"fmt"
	"time"

	"scaleproof/internal/scenario"
)

func (b *builder) stages() {
	var start time.Duration
	before := make([]float64, len(b.p.Kinds))
	for i, s := range b.sc.Traffic.Stages {
		path := fmt.Sprintf("traffic.stages[%d]", i)
		rates := b.rates(path, s)
		st := Stage{Name: s.Name, Start: start, For: s.For.Std(), Ramp: s.Ramp.Std()}
		for k, to := range rates {
			from := before[k]
			if b.sc.Requests[b.p.Kinds[k].Name].Rate > 0 {
				from = to // a kind's own rate is constant through its stages
			}
			if st.Ramp == 0 {
				from = to
			}
			st.Rates = append(st.Rates, Rate{from, to})
		}
		b.measure(&st)
		b.ceiling(path, st)
		b.p.Stages = append(b.p.Stages, st)
		start += st.For
		before = rates
	}
	b.p.Window = window(start)
}

// window is the length of a timeline's traffic windows for a run of a length.
func window(total time.Duration) time.Duration {
	switch {
	case total <= time.Hour:
		return time.Second
	case total <= 6*time.Hour:
		return 10 * time.Second
	}
	return time.Minute
}

// rates are the rates of each kind after a stage's ramp.
func (b *builder) rates(path string, s scenario.Stage) []float64 {
	out := make([]float64, len(b.p.Kinds))
	for i, k := range b.p.Kinds {
		kind := b.sc.Requests[k.Name]
		if r, ok := s.Rate[k.Name]; ok {
			out[i] = float64(r)
		}
		if kind.Rate > 0 && kind.In.Has(s.Name) {
			out[i] = float64(kind.Rate)
		}
	}
	if s.Demand != nil && s.Demand.CPU != nil && s.Demand.Requests != nil {
		b.solve(path+".demand", *s.Demand, out)
	}
	return out
}

// solve finds the rates h and l of the two driving kinds that make up a
// demand, beside the fixed rates already in out:
//
//	h·cost(h) + l·cost(l) = CPU work of the demand, less idle, less fixed
//	h         + l         = requests of the demand, less fixed
func (b *builder) solve(path string, d scenario.Demand, out []float64) {
	heavy, light := b.driver("cpu"), b.driver("requests")
	cpu, hasCPU := b.service.Policies["cpu"]
	req, hasReq := b.service.Policies["requests"]
	if heavy < 0 || light < 0 || b.service.Service == "" {
		return // told by the checks of the files
	}
	if !hasCPU || !hasReq {
		b.fault(path, "a demand is relative to both policies' targets, and service %s of environment %s does not define both", b.sc.Service, b.env.Name)
		return
	}
	if b.p.Task.VCPU <= 0 {
		b.fault(path, "environment %s does not say the size of a task of service %s, which a demand needs", b.env.Name, b.sc.Service)
		return
	}
	var fixedWork, fixedRate float64 // vCPU; requests per second
	for i, k := range b.p.Kinds {
		fixedWork += float64(out[i] * k.CPU.Seconds())
		fixedRate += out[i]
	}
	a := ask{
		tasks:    d.CPU.Of(b.p.Bounds.Min),
		reqTasks: d.Requests.Of(b.p.Bounds.Min),
		perTask:  workAtTarget(b.p.Task, cpu.Target),
		perReq:   req.Target / 60,
		heavy:    b.p.Kinds[heavy],
		light:    b.p.Kinds[light],
		fixed:    [2]float64{fixedWork, fixedRate},
	}
	h, l, problem := a.solve()
	if problem != "" {
		b.fault(path, "%s", problem)
		return
	}
	out[heavy], out[light] = h, l
}

// workAtTarget is the CPU work by requests, in vCPU, of one task at a CPU
// target in percent.
func workAtTarget(t Task, target float64) float64 { return t.VCPU * (target/100 - t.Idle) }

// driver is the index of the kind that drives a policy, -1 where there is
// not exactly one.
func (b *builder) driver(policy string) int {
	found := -1
	for i, k := range b.p.Kinds {
		if k.Drive == policy {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// ask is one demand with all that its solution depends on.
type ask struct {
	tasks, reqTasks float64    // demand, in tasks
	perTask         float64    // vCPU of work by requests that one task does at its CPU target
	perReq          float64    // requests per second that one task takes at its request target
	heavy, light    Kind       // what drives CPU, and what drives the request count
	fixed           [2]float64 // vCPU and requests per second of fixed rates
}

// solve returns the rates of the heavy and the light kind, in requests per
// second, or says why there are none and what would help.
func (a ask) solve() (h, l float64, problem string) {
	work := float64(a.tasks*a.perTask) - a.fixed[0]
	rate := float64(a.reqTasks*a.perReq) - a.fixed[1]
	ch, cl := a.heavy.CPU.Seconds(), a.light.CPU.Seconds()
	switch {
	case a.perTask <= 0:
		return 0, 0, "the idle part of a task already fills its CPU target: no work is left to ask for"
	case ch <= cl:
		return 0, 0, fmt.Sprintf("%s drives CPU and costs %s a request, no more than %s (%s), which drives the request count: the two cannot be told apart; give the kind that drives cpu a dearer request",
			a.heavy.Name, a.heavy.CPU, a.light.Name, a.light.CPU)
	case rate < 0:
		return 0, 0, fmt.Sprintf("the fixed rates send %s/s, more than the %s/s that %s tasks' worth of requests are: demand at least %s, or lower the fixed rates",
			figure(a.fixed[1]), figure(rate+a.fixed[1]), figure(a.reqTasks), figureUp(a.fixed[1]/a.perReq))
	case work < 0:
		return 0, 0, fmt.Sprintf("the fixed rates cost %s vCPU, more than the %s vCPU that %s tasks' worth of CPU are: demand at least %s, or lower the fixed rates",
			figure(a.fixed[0]), figure(work+a.fixed[0]), figure(a.tasks), figureUp(a.fixed[0]/a.perTask))
	}
	h = (work - float64(cl*rate)) / (ch - cl)
	l = rate - h
	switch {
	case h < 0 && h > -tiny(rate):
		h, l = 0, rate
	case l < 0 && l > -tiny(rate):
		h, l = rate, 0
	}
	if l < 0 {
		return 0, 0, a.tooDear(work, rate)
	}
	if h < 0 {
		return 0, 0, fmt.Sprintf("%s tasks' worth of requests (%s/s) cost at least %s vCPU at %s each, more than the %s vCPU that %s tasks' worth of CPU are: demand at least %s of cpu, or at most %s of requests",
			figure(a.reqTasks), figure(rate), figure(cl*rate), a.light.CPU, figure(work), figure(a.tasks),
			figureUp((float64(cl*rate)+a.fixed[0])/a.perTask), figureDown((work/cl+a.fixed[1])/a.perReq))
	}
	return h, l, ""
}

// tooDear says that even if every request were heavy, the CPU demand would
// not be reached.
func (a ask) tooDear(work, rate float64) string {
	ch := a.heavy.CPU.Seconds()
	needs := "no request is left to carry it"
	if rate > 0 {
		needs = fmt.Sprintf("that needs %s of CPU a request, and %s costs %s",
			time.Duration(work/rate*1e9).Round(100*time.Microsecond), a.heavy.Name, a.heavy.CPU)
	}
	return fmt.Sprintf("%s tasks' worth of CPU at %s tasks' worth of requests (%s/s): %s; demand at most %s of cpu, at least %s of requests, or use a dearer request",
		figure(a.tasks), figure(a.reqTasks), figure(rate), needs,
		figureDown((float64(ch*rate)+a.fixed[0])/a.perTask), figureUp((work/ch+a.fixed[1])/a.perReq))
}

// tiny is what a rate may be off zero by rounding.
func tiny(rate float64) float64 { return 1e-9 * max(1, rate) }

// measure says what a stage comes to after its ramp.
func (b *builder) measure(s *Stage) {
	var work, rate float64
	for i, r := range s.Rates {
		work += float64(r.To * b.p.Kinds[i].CPU.Seconds())
		rate += r.To
	}
	s.MilliCPU, s.PerMinute = rounded(work*1000), rounded(rate*60)
	if cpu, ok := b.service.Policies["cpu"]; ok && b.p.Task.VCPU > 0 {
		if w := workAtTarget(b.p.Task, cpu.Target); w > 0 {
			s.CPUTasks = rounded(work / w)
		}
	}
	if req, ok := b.service.Policies["requests"]; ok && req.Target > 0 {
		s.RequestTasks = rounded(s.PerMinute / req.Target)
	}
}

func (b *builder) ceiling(path string, s Stage) {
	if peak := s.peak(); peak >= b.p.Ceiling {
		b.fault("traffic.ceiling", "the ceiling of %s/s is not above the %s/s of stage %s: it would cut the load (a ceiling of %s/s leaves room)",
			figure(b.p.Ceiling), figure(peak), s.Name, figureUp(comfortableCeiling*peak))
	}
}

// peak is the stage's highest total rate, in requests per second.
func (s Stage) peak() float64 {
	var from, to float64
	for _, r := range s.Rates {
		from += r.From
		to += r.To
	}
	return max(from, to)
}
