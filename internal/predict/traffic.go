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
	schedule *plan.Schedule
	criteria []traffic.Criterion
	safety   *traffic.Safety
	gate     traffic.Gate[uint64]
	planned  []*clock.Event    // the stages to come and the next arrival
	flying   map[uint64]flight // by number: sent, or waiting at the ceiling
	reason   string            // of the stop; empty: none
	over     bool              // the last window was closed
	stopped  func()            // called when a safety rule ends the traffic
	drained  func()            // called when the last window was closed
}

type flight struct {
	due      time.Time
	arrival  plan.Arrival
	deadline *clock.Event
}

// begin schedules the stages, the windows and the first arrival.
func (g *generator) begin() {
	g.start = g.clock.Now()
	g.schedule = g.plan.Schedule()
	g.flying = map[uint64]flight{}
	g.safety = traffic.NewSafety(g.plan)
	g.gate = traffic.NewGate[uint64](g.clock, g.plan.Ceiling, g.turn)
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
	a, ok := g.schedule.Next()
	if !ok {
		return
	}
	event := g.clock.At(g.start.Add(a.At), clock.RankArrival, a.Number, func() { g.arrive(a) })
	g.planned = append(g.planned[:len(g.plan.Stages)], event)
}

// arrive is the event of a request that is due.
func (g *generator) arrive(a plan.Arrival) {
	now := g.clock.Now()
	g.windows.Planned(now, a.Kind)
	deadline := g.clock.At(now.Add(g.plan.Kinds[a.Kind].Timeout), clock.RankDeadline, a.Number, func() { g.late(a.Number) })
	g.flying[a.Number] = flight{now, a, deadline}
	g.next()
	if g.gate.Admits() {
		g.send(a.Number)
		return
	}
	g.gate.Wait(a.Number, a.Number)
}

// turn is the event of a permit of the ceiling.
func (g *generator) turn() {
	if number, ok := g.gate.Next(); ok {
		g.send(number)
	}
}

func (g *generator) send(number uint64) {
	f, now := g.flying[number], g.clock.Now()
	g.windows.Sent(now, f.due, f.arrival.Kind)
	g.link.took(g.link.world.Submit(now, request(g.plan, f.arrival)))
}

// answer ends a request that is not over yet.
func (g *generator) answer(a model.Answer) {
	f, ok := g.flying[a.Number]
	if !ok {
		return // of the past, or over its deadline
	}
	g.clock.Cancel(f.deadline)
	status, content := g.criteria[f.arrival.Kind].Meets(a.Status, model.Body(g.plan.Kinds[f.arrival.Kind].Method, a.Status))
	g.end(a.Number, f, traffic.Outcome{
		Status: a.Status, Failed: !status || !content, Content: status && !content, Latency: g.clock.Now().Sub(f.due),
	})
}

// late is the event of a deadline.
func (g *generator) late(number uint64) {
	f := g.flying[number]
	if g.gate.Leave(number) {
		g.unsent(number, f, traffic.UnsentCeiling)
		return
	}
	g.end(number, f, traffic.Outcome{Class: traffic.ClassTimeout, Failed: true})
	g.link.world.Gone(g.clock.Now(), number)
	g.link.took(nil)
}

func (g *generator) unsent(number uint64, f flight, reason string) {
	delete(g.flying, number)
	g.clock.Cancel(f.deadline)
	g.windows.Unsent(g.clock.Now(), f.arrival.Kind, reason)
}

func (g *generator) end(number uint64, f flight, o traffic.Outcome) {
	delete(g.flying, number)
	g.windows.Ended(g.clock.Now(), f.arrival.Kind, o)
	if g.ended != nil {
		g.ended(g.clock.Now(), f.arrival.Kind, o)
	}
}

// stop ends the sending: what is planned is not sent any more, what waits at
// the ceiling is unsent, what is in flight drains.
func (g *generator) stop(reason string) {
	g.reason = reason
	for _, event := range g.planned {
		g.clock.Cancel(event)
	}
	for _, number := range g.gate.Empty() {
		g.unsent(number, g.flying[number], traffic.UnsentStopped)
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
