package predict

import (
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic"
)

// generator sends a plan's arrivals straight into a world. It does what
// traffic's engine does, in the same order of events, with the same ceiling,
// safety and criteria of success.
type generator struct {
	clock *clock.Clock
	plan  *plan.Plan
	link  *link
	emit  func(timeline.Event)
	ended func(time.Time, int, traffic.Outcome) // may be nil

	start    time.Time
	windows  *traffic.Windows
	schedule *plan.Flow
	criteria []traffic.Criterion
	safety   *traffic.Safety
	gate     traffic.Gate[uint64]
	planned  []clock.Event            // the stages to come and the next arrival
	arrival  plan.Arrival             // that one
	arrives  func()                   // its event
	flying   []*flights               // by kind: sent, or waiting at the ceiling
	waited   map[uint64]time.Duration // at the ceiling, by number, of those in flight that did
	reason   string                   // of the stop; empty: none
	over     bool                     // the last window was closed
	stopped  func()                   // called when a safety rule ends the traffic
	drained  func()                   // called when the last window was closed
}

func newGenerator(r *prediction) *generator {
	g := &generator{clock: r.clock, plan: r.plan, link: r.link, emit: r.emit, ended: r.Ended, stopped: r.stopped, drained: r.drained, waited: map[uint64]time.Duration{}}
	g.arrives = g.arrive
	for i, k := range g.plan.Kinds {
		f := &flights{kind: i, timeout: k.Timeout, firstByte: g.plan.Connections.FirstByte}
		f.late = func() { g.late(f) }
		g.flying = append(g.flying, f)
	}
	return g
}

// begin schedules the stages, the windows and the first arrival.
func (g *generator) begin() {
	g.start = g.clock.Now()
	g.schedule = g.plan.Flow()
	g.safety = traffic.NewSafety(g.plan)
	g.gate = traffic.NewGate[uint64](g.clock, g.plan, g.turn)
	var kinds []string
	for _, k := range g.plan.Kinds {
		kinds = append(kinds, k.Name)
		g.criteria = append(g.criteria, traffic.NewCriterion(k))
	}
	g.windows = traffic.NewWindows(g.start, g.plan.Window, timeline.LateAfter, kinds)
	for i, s := range g.plan.Stages {
		g.planned = append(g.planned, g.clock.At(g.start.Add(s.Start), clock.RankWindow, stageKey+uint64(i), func() {
			g.emit(timeline.New(g.clock.Now(), "traffic", s.Name, timeline.Stage{Index: i, Name: s.Name, For: s.For, Ramp: s.Ramp}))
		}))
	}
	g.clock.At(g.windows.End(), clock.RankWindow, 0, g.window)
	g.next()
}

// stageKey orders the beginning of a stage behind the end of a window.
const stageKey = 1

// next schedules the next arrival.
func (g *generator) next() {
	var ok bool
	if g.arrival, ok = g.schedule.Peek(); !ok {
		return
	}
	event := g.clock.At(g.start.Add(g.arrival.At), clock.RankArrival, g.arrival.Number, g.arrives)
	g.planned = append(g.planned[:len(g.plan.Stages)], event)
}

// arrive is the event of a request that is due.
func (g *generator) arrive() {
	a, now := g.arrival, g.clock.Now()
	g.schedule.Next()
	g.windows.Planned(now, a.Kind)
	f := g.flying[a.Kind]
	if f.add(now); !f.awaited {
		g.await(f)
	}
	g.next()
	if g.gate.Admits() {
		g.send(a.Number)
		return
	}
	g.gate.Wait(a.Number, a.Number)
}

// await schedules the first deadline of a kind.
func (g *generator) await(f *flights) {
	number, deadline, ok := f.oldest()
	if f.awaited = ok; ok {
		f.event = g.clock.At(deadline, clock.RankDeadline, number, f.late)
	}
}

// turn is the event of a permit of the ceiling, or of a place that became free.
func (g *generator) turn() {
	if number, ok := g.gate.Next(); ok {
		g.send(number)
	}
}

func (g *generator) send(number uint64) {
	f, now := g.of(number), g.clock.Now()
	due, _ := f.find(number)
	g.windows.Sent(now, g.gate.Able(due), f.kind)
	if f.left(number, now) && g.clock.Cancel(f.event) {
		g.await(f)
	}
	if now.After(due) {
		g.waited[number] = now.Sub(due)
	}
	g.link.took(g.link.world.Submit(now, request(g.plan, f.kind, number)))
}

// of is where a request flies, going by its number.
func (g *generator) of(number uint64) *flights { return g.flying[plan.KindOf(number)] }

// answer ends a request that is not over yet.
func (g *generator) answer(a model.Answer) {
	f := g.of(a.Number)
	due, ok := f.find(a.Number)
	if !ok {
		return // of the past, or over its deadline
	}
	status, content := g.criteria[f.kind].Meets(a.Status, model.Body(g.plan.Kinds[f.kind].Method, a.Status))
	g.end(f, a.Number, traffic.Outcome{
		Status: a.Status, Failed: !status || !content, Content: status && !content,
		Latency: g.clock.Now().Sub(due), Waited: g.waited[a.Number],
	})
}

// late is the event of a deadline that was the first of its kind when it was
// scheduled. The request may have ended since; then it is nobody's.
func (g *generator) late(f *flights) {
	now := g.clock.Now()
	if number, deadline, ok := f.oldest(); ok && !deadline.After(now) {
		g.expire(f, number)
	}
	g.await(f)
}

func (g *generator) expire(f *flights, number uint64) {
	if g.gate.Leave(number) {
		g.unsent(number, g.gate.Lacks())
		return
	}
	g.end(f, number, traffic.Outcome{Class: traffic.ClassTimeout, Failed: true})
	g.link.world.Gone(g.clock.Now(), number)
	g.link.took(nil)
}

func (g *generator) unsent(number uint64, reason string) {
	f := g.of(number)
	f.end(number)
	g.goesOn(number)
	g.windows.Unsent(g.clock.Now(), f.kind, reason)
}

func (g *generator) end(f *flights, number uint64, o traffic.Outcome) {
	f.end(number)
	g.gate.Done()
	delete(g.waited, number)
	g.goesOn(number)
	g.windows.Ended(g.clock.Now(), f.kind, o)
	if g.ended != nil {
		g.ended(g.clock.Now(), f.kind, o)
	}
}

// goesOn has the user go on who waited for a request.
func (g *generator) goesOn(number uint64) {
	if g.schedule.Ended(number, g.clock.Now().Sub(g.start)) && g.reason == "" {
		for _, event := range g.planned[len(g.plan.Stages):] {
			g.clock.Cancel(event)
		}
		g.next()
	}
}

// stop ends the sending: what is planned is not sent any more, what waits is
// unsent, what is in flight drains.
func (g *generator) stop(reason string) {
	g.reason = reason
	for _, event := range g.planned {
		g.clock.Cancel(event)
	}
	for _, number := range g.gate.Empty() {
		g.unsent(number, traffic.UnsentStopped)
	}
}

// window closes a window. The last is the first at whose end the plan is over,
// or stopped, and drained.
func (g *generator) window() {
	now := g.clock.Now()
	w := g.windows.Close(now)
	g.emit(timeline.New(now, "traffic", "", w))
	if tripped, ok := g.safety.Trips(w); ok && g.reason == "" {
		g.stop(tripped.Rule)
		g.emit(timeline.New(now, "traffic", "", tripped))
		g.stopped()
	}
	if g.over = (g.reason != "" || now.Sub(g.start) >= g.plan.Total()) && g.windows.Drained(); g.over {
		g.drained()
		return
	}
	g.clock.At(g.windows.End(), clock.RankWindow, 0, g.window)
}
