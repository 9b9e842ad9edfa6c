package plan

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scenario"
)

func (b *builder) stages() {
	var start time.Duration
	before := make([]float64, len(b.p.Kinds))
	var gone []string
	for i, s := range b.sc.Traffic.Stages {
		path := fmt.Sprintf("traffic.stages[%d]", i)
		if gone = slices.Clone(gone); s.Without != "" {
			gone = append(gone, s.Without)
		}
		st := Stage{Name: s.Name, Start: start, For: s.For.Std(), Ramp: s.Ramp.Std(), Without: gone}
		own := b.level(path, s.Name, s.Demand, s.Rate)
		if curved(s) {
			var course []Stage
			st.Shape = shape(s)
			course, before = b.course(path, s, before, own)
			st = whole(st, course)
		} else {
			b.straight(&st, before, own)
			before = own
		}
		b.users(&st, s.Users)
		b.ceiling(path, st)
		b.p.Stages = append(b.p.Stages, st)
		start += st.For
	}
	b.p.Window = window(start)
	b.number()
}

// straight gives a stage its rates: a ramp from those of the stage before, and
// then its own.
func (b *builder) straight(st *Stage, before, own []float64) {
	for k, to := range own {
		from := before[k]
		if b.own(k) || st.Ramp == 0 {
			from = to
		}
		st.Rates = append(st.Rates, Rate{from, to})
	}
	b.measure(st)
}

// number refuses a run of more requests than can be worked through, with
// where they come from.
func (b *builder) number() {
	if len(b.p.Stages) == 0 {
		return
	}
	sum, most := b.p.Expected(), 0
	past, others := b.past(), b.others()
	all := func(int) bool { return true }
	for i, s := range b.p.Stages {
		if s.expected(all) > b.p.Stages[most].expected(all) {
			most = i
		}
	}
	whole := sum + past + others
	if whole <= mostArrivals {
		return
	}
	s := b.p.Stages[most]
	text := fmt.Sprintf("some %s requests in %s are more than the %s that a run may have; stage %s sends most of them: %s in %s at up to %s/s",
		count(whole), short(b.p.Total()+b.p.Lived), count(mostArrivals), s.Name, count(s.expected(all)), short(s.For), figure(s.peak()))
	switch {
	case others > max(past, s.expected(all)):
		text = fmt.Sprintf("some %s requests are more than the %s that a run may have; most of them, %s, are other people's, of the traffic under emulator.happenings",
			count(whole), count(mostArrivals), count(others))
	case past > s.expected(all):
		text = fmt.Sprintf("some %s requests are more than the %s that a run may have; most of them, %s, are those of emulator.past.lived (%s at the first stage's rates)",
			count(whole), count(mostArrivals), count(past), short(b.p.Lived))
	}
	b.fault("traffic.stages", "%s: lower the rates, or shorten it", text)
}

// past is how many requests an emulated world has before the run.
func (b *builder) past() (sum float64) {
	for _, r := range b.p.Stages[0].Opening().Rates {
		sum += float64(r.To * b.p.Lived.Seconds())
	}
	return sum
}

// others is how many requests other people send during the run.
func (b *builder) others() (sum float64) {
	if b.env.Emulator == nil {
		return 0
	}
	for _, h := range b.env.Emulator.Happenings {
		if h.Traffic == nil {
			continue
		}
		length := b.p.Total() - h.At.Std()
		if h.Traffic.For > 0 {
			length = min(length, h.Traffic.For.Std())
		}
		sum += float64(float64(h.Traffic.Rate) * max(length, 0).Seconds())
	}
	return sum
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

// level is the rates of each kind that a stage, or a curve of it, names: those
// that are written out, those of a demand, and the kinds' own.
func (b *builder) level(path, stage string, d *scenario.Demand, rates map[string]scenario.Rate) []float64 {
	out := make([]float64, len(b.p.Kinds))
	for i, k := range b.p.Kinds {
		kind := b.sc.Requests[k.Name]
		if r, ok := rates[k.Name]; ok {
			out[i] = float64(r)
		}
		if kind.Rate > 0 && kind.In.Has(stage) {
			out[i] = float64(kind.Rate)
		}
	}
	if d != nil && d.CPU != nil && d.Requests != nil {
		b.solve(path+".demand", *d, out)
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
	if peak := s.peak() + b.p.fromUsers(s); peak >= b.p.Ceiling {
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
