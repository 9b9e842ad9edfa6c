package predict

import (
	"context"
	"fmt"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
	"scaleproof/internal/observe"
	"scaleproof/internal/plan"
	"scaleproof/internal/policies"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic"
)

const (
	// SettleLimit is how long after the last change a run waits for the alarms
	// of the policies to leave INSUFFICIENT_DATA, in service time: old
	// datapoints let them within a minute [D], and where there are none the
	// first is published within a few.
	SettleLimit = 10 * time.Minute
	// Tail is how long after the last stage a run goes on to look, in service
	// time: a period's end, its publication (180 s at most, see plan's
	// budgets) and the next look at it.
	Tail = 4 * time.Minute
)

// Options are what a prediction may be told beyond plan and world.
type Options struct {
	Started timeline.Started  // the first line, without Command; its Plan is what a judge reads
	Trace   func(line string) // of the world, from the first stage to the end of the drain; nil: none
	Emit    func(timeline.Event)
	// Ended is told of the end of every request, in order of time; nil: nobody is.
	Ended     func(at time.Time, kind int, o traffic.Outcome)
	AnyTarget bool            // accept a CPU target outside 50 to 90 percent, as a run may
	Replace   bool            // take away policies that would have to go, as a run may
	Anyhow    bool            // begin with whatever the past came to, where a run would refuse: see Steady
	Context   context.Context // ends the prediction between two looks; nil: nothing does
}

// Run lives a run of the plan in a world that Live made, and emits its events
// in order, without Seq. Errors are those that would keep the run from
// beginning.
func Run(w *model.World, p *plan.Plan, o Options) error {
	r := &prediction{Options: o, world: w, plan: p, clock: clock.NewStepping(clock.Epoch)}
	r.link = newLink(r.clock, w, func(a model.Answer) { r.generator.answer(a) })
	r.generator = newGenerator(r)
	w.Trace(o.Trace)
	r.clock.Keep("predict")
	if err := r.prepare(); err != nil {
		return err
	}
	r.clock.Release("predict") // runs everything, here
	return r.err
}

type prediction struct {
	Options
	world     *model.World
	plan      *plan.Plan
	clock     *clock.Clock
	link      *link
	generator *generator
	state     *observe.State
	settled   *observe.Settled
	polled    time.Time
	start     time.Time // of the observation
	phase     string
	end       clock.Event // of the traffic, as planned
	tail      bool        // it is over for as long as Tail
	journal   []policies.Entry
	err       error
}

func (r *prediction) emit(e timeline.Event) {
	r.settled.Saw(e)
	if r.Emit != nil {
		r.Emit(e)
	}
}

func (r *prediction) emits(events ...timeline.Event) {
	for _, e := range events {
		r.emit(e)
	}
}

func (r *prediction) enter(phase string) {
	r.phase = phase
	r.emit(timeline.New(r.clock.Now(), "run", "", timeline.Phase{Name: phase}))
}

// prepare makes the changes and begins to look, all at clock.Epoch.
func (r *prediction) prepare() error {
	now := r.clock.Now()
	r.settled = observe.NewSettled(r.plan.Policies)
	r.emit(timeline.New(now, "run", r.plan.Service.String(), r.Started))
	r.emit(timeline.New(now, "run", "", timeline.ClockInfo{Mode: string(clock.Stepping)}))
	r.enter(timeline.PhasePreflight)
	live, err := r.world.Look(r.plan.Service, model.What{Service: true, Scalable: true, Policies: true})
	if err != nil {
		return err
	}
	if !r.Anyhow {
		if err := Steady(r.plan, live.Service); err != nil {
			return err
		}
	}
	want := policies.Wanted{
		Service: r.plan.Service, Bounds: r.plan.Bounds, Policies: r.plan.Policies,
		AlsoStanding: r.plan.AlsoStanding, AnyTarget: r.AnyTarget, Replace: r.Replace,
	}
	changes, err := policies.Plan(want, live)
	if err != nil {
		return err
	}
	r.emit(timeline.New(now, "run", r.plan.Service.String(), timeline.NewStanding(timeline.BeforeChanges, live, live.Service.TargetGroup)))
	r.enter(timeline.PhaseApply)
	if err := r.apply(live, changes); err != nil {
		return err
	}
	r.enter(timeline.PhaseAlarms)
	r.start = now
	r.polled = now.Add(-1)
	r.state = observe.NewState(r.plan.Service, now, observe.Metrics(r.plan.Service, r.plan.Label, r.plan.Policies))
	r.link.took(nil)
	r.clock.At(now, clock.RankPoll, 0, r.poll)
	r.clock.At(now.Add(SettleLimit), clock.RankChange, 0, r.giveUp)
	return nil
}

// apply makes the changes and remembers them as a journal does.
func (r *prediction) apply(live scaling.Look, changes []scaling.Change) error {
	r.journal = []policies.Entry{{Kind: policies.KindStart, Start: &policies.Start{Service: r.plan.Service, Look: live}}}
	return r.change(changes)
}

// change makes changes that the undo takes back.
func (r *prediction) change(changes []scaling.Change) error {
	for _, c := range changes {
		n := (len(r.journal) + 1) / 2 // behind the start, two lines each
		r.journal = append(r.journal,
			policies.Entry{Kind: policies.KindIntent, N: n, Change: &c}, policies.Entry{Kind: policies.KindDone, N: n})
	}
	return r.do(changes, false)
}

func (r *prediction) do(changes []scaling.Change, undo bool) error {
	for _, c := range changes {
		if _, err := r.world.Do(r.clock.Now(), c); err != nil {
			return fmt.Errorf("%s: %w", policies.Describe(c), err)
		}
		r.emit(timeline.New(r.clock.Now(), "run", c.Service.String(), timeline.Changed{Change: c, Undo: undo}))
	}
	r.link.took(nil)
	return nil
}

func (r *prediction) giveUp() {
	if r.phase == timeline.PhaseAlarms {
		r.err = fmt.Errorf("alarms of %s still lack data %v after the policies were put", r.plan.Service, SettleLimit)
		r.clock.Stop()
	}
}

func (r *prediction) traffic() {
	r.enter(timeline.PhaseTraffic)
	r.generator.begin()
	for _, x := range r.plan.Removals() {
		r.clock.At(r.clock.Now().Add(x.At), clock.RankChange, 0, func() { r.remove(x) })
	}
	r.end = r.clock.At(r.clock.Now().Add(r.plan.Total()), clock.RankChange, 0, r.drain)
}

// remove takes a policy away while traffic flows, as a stage asks.
func (r *prediction) remove(x plan.Removal) {
	if r.phase != timeline.PhaseTraffic || r.generator.reason != "" {
		return
	}
	if err := r.change([]scaling.Change{x.Change(r.plan.Service)}); err != nil && r.err == nil {
		r.err = err
	}
}

// stopped ends the traffic before its time, for a safety rule.
func (r *prediction) stopped() {
	if r.clock.Cancel(r.end) {
		r.clock.At(r.clock.Now(), clock.RankChange, 0, r.drain)
	}
}

// drain waits for what is still to be seen, and for the last answer.
func (r *prediction) drain() {
	r.enter(timeline.PhaseDrain)
	r.clock.At(r.clock.Now().Add(Tail), clock.RankChange, 0, func() {
		if r.tail = true; r.generator.over {
			r.undo()
		}
	})
}

func (r *prediction) drained() {
	if r.tail {
		r.clock.At(r.clock.Now(), clock.RankChange, 0, r.undo)
	}
}
