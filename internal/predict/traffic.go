package predict

import (
	"slices"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic"
)

// generator sends a plan's arrivals straight into a world. It does what
// traffic's engine does, in the same order of events, as long as neither the
// ceiling nor a safety rule acts.
type generator struct {
	clock *clock.Clock
	plan  *plan.Plan
	link  *link
	emit  func(timeline.Event)

	start    time.Time
	windows  *traffic.Windows
	schedule *plan.Schedule
	flying   map[uint64]flight
}

type flight struct {
	due      time.Time
	kind     int
	deadline *clock.Event
}

// begin schedules the stages, the windows and the first arrival.
func (g *generator) begin() {
	g.start = g.clock.Now()
	g.schedule = g.plan.Schedule()
	g.flying = map[uint64]flight{}
	var kinds []string
	for _, k := range g.plan.Kinds {
		kinds = append(kinds, k.Name)
	}
	g.windows = traffic.NewWindows(g.start, g.plan.Window, timeline.LateAfter, kinds)
	for i, s := range g.plan.Stages {
		g.clock.At(g.start.Add(s.Start), clock.RankWindow, stageKey+uint64(i), func() {
			g.emit(timeline.New(g.clock.Now(), "traffic", s.Name, timeline.Stage{Index: i, Name: s.Name, For: s.For, Ramp: s.Ramp}))
		})
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
	g.clock.At(g.start.Add(a.At), clock.RankArrival, a.Number, func() { g.arrive(a) })
}

func (g *generator) arrive(a plan.Arrival) {
	now := g.clock.Now()
	g.windows.Planned(now, a.Kind)
	g.windows.Sent(now, now, a.Kind)
	deadline := g.clock.At(now.Add(g.plan.Kinds[a.Kind].Timeout), clock.RankDeadline, a.Number, func() { g.late(a.Number) })
	g.flying[a.Number] = flight{now, a.Kind, deadline}
	g.next()
	g.link.took(g.link.world.Submit(now, request(g.plan, a)))
}

// answer ends a request that is not over yet.
func (g *generator) answer(a model.Answer) {
	f, ok := g.flying[a.Number]
	if !ok {
		return // of the past, or over its deadline
	}
	g.clock.Cancel(f.deadline)
	g.end(a.Number, f, traffic.Outcome{
		Status: a.Status, Failed: !success(&g.plan.Kinds[f.kind], a.Status), Latency: g.clock.Now().Sub(f.due),
	})
}

func success(k *plan.Kind, status int) bool {
	if len(k.Success.Status) > 0 {
		return slices.Contains(k.Success.Status, status)
	}
	return status >= 200 && status < 300
}

func (g *generator) late(number uint64) {
	f := g.flying[number]
	g.end(number, f, traffic.Outcome{Class: traffic.ClassTimeout, Failed: true})
	g.link.world.Gone(g.clock.Now(), number)
	g.link.took(nil)
}

func (g *generator) end(number uint64, f flight, o traffic.Outcome) {
	delete(g.flying, number)
	g.windows.Ended(g.clock.Now(), f.kind, o)
}

// window closes a window. The last one is the first to end after the last
// stage with nothing in flight.
func (g *generator) window() {
	now := g.clock.Now()
	g.emit(timeline.New(now, "traffic", "", g.windows.Close(now)))
	if now.Sub(g.start) >= g.plan.Total() && g.windows.InFlight() == 0 {
		return
	}
	g.clock.At(g.windows.End(), clock.RankWindow, 0, g.window)
}
