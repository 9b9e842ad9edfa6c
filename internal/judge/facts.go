package judge

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// facts is the read model: what the checks reason over. Times are absolute.
type facts struct {
	started  timeline.Started
	began    time.Time // of the timeline
	plan     plan.Plan
	loadOnly bool // a bare `loadgen run`
	clock    timeline.ClockInfo

	stages   []stage
	from, to time.Time    // of the traffic; zero where it never began
	turns    []time.Time  // between which the planned demand is linear
	horizon  time.Time    // until here the run only watched: the undo begins, or the timeline ends
	rates    []rateChange // by a person, in order of time
	starved  []starved    // where the generator fell behind, in order
	drained  bool         // the run tells that it waited for the last answers
	ended    *timeline.Ended
	endedSeq int64
	endings  int  // how many events say that the run ended
	endsLast bool // nothing stands behind the last of them
	stop     *timeline.Stop
	stopSeq  int64
	changes  []change  // that the run itself made, or could not make
	before   *standing // what stood before the run's first change; nil where nobody looked
	after    *standing // the same after its last

	counts     steps[timeline.Counts]
	health     steps[timeline.Health]
	capacity   steps[timeline.Capacity]
	policies   []policyStep
	alarms     []alarmStep
	lostAlarms []drift // those that were deleted
	orders     []order
	scheduled  []scheduled // actions, as activities tell of them
	actions    []Action    // what changed the desired count, in order of time
	refusals   []refusal   // in order of time

	deployments []deployment
	points      map[string][]point       // by metric key, in order of time
	periods     map[string]time.Duration // the longest of a metric's points
	windows     []window
	looks       map[string][]look
	gaps        []gap
	skew        skew

	course timeline.Course // the run reduced; zero for a bare load

	base *other // what the run is compared with; nil where with nothing

	untrusted   string  // what in the counts of traffic cannot be; empty where all can
	incredible  []int64 // the events that say so
	undelivered string  // why the load is no witness; empty where it is
	meddled     *drift  // the first change of the desired count that no activity made; nil where there was none
	intruder    *drift  // the first thing seen that somebody else did to the service in the traffic; nil where there was none
}

// read builds the facts from events in order.
func read(events []timeline.Event) (*facts, error) {
	f := &facts{points: map[string][]point{}, periods: map[string]time.Duration{}, looks: map[string][]look{}}
	f.began = events[0].At
	for i, e := range events {
		if s, ok := e.Data.(timeline.Started); ok != (i == 0) {
			return nil, errors.New("judge: a run begins with run.started, and only there")
		} else if ok {
			if err := f.begin(s); err != nil {
				return nil, err
			}
		}
	}
	if err := f.oneService(events); err != nil {
		return nil, err
	}
	if err := f.unreal(events); err != nil {
		return nil, err
	}
	f.readRun(events)
	if err := f.readStages(events); err != nil {
		return nil, err
	}
	f.readRates(events)
	f.readStarved(events)
	f.readTurns()
	f.readService(events)
	f.readScaling(events)
	f.readPoints(events)
	f.readWindows(events)
	f.readLooks(events)
	f.readSkew(events)
	f.readOrders(events)
	if !f.loadOnly {
		f.course, _ = timeline.CourseOf(events)
	}
	f.readScheduled(events)
	f.readActions()
	f.readLegs()
	f.readRefusals(events)
	f.untrusted, f.incredible = f.impossible()
	f.undelivered = f.deliveryFault()
	if strange := f.unexplained(func(t time.Time) bool { return t.After(f.from) && !t.After(f.to) }); len(strange) > 0 {
		f.meddled = &strange[0]
	}
	f.intruder = f.intrusion()
	return f, nil
}

// inOrder sorts by number and drops what stands there twice.
func inOrder(events []timeline.Event) ([]timeline.Event, error) {
	if len(events) == 0 {
		return nil, errors.New("judge: no events")
	}
	sorted := slices.Clone(events)
	slices.SortStableFunc(sorted, func(a, b timeline.Event) int { return int(min(max(a.Seq-b.Seq, -1), 1)) })
	out := sorted[:0]
	for _, e := range sorted {
		if n := len(out); n > 0 && out[n-1].Seq == e.Seq {
			if !reflect.DeepEqual(out[n-1], e) {
				return nil, fmt.Errorf("judge: two different events have the number %d", e.Seq)
			}
			continue
		}
		if want := int64(len(out) + 1); e.Seq != want {
			return nil, fmt.Errorf("judge: event %d is missing", want)
		}
		if e.Data == nil {
			return nil, fmt.Errorf("judge: event %d says nothing", e.Seq)
		}
		out = append(out, e)
	}
	return out, nil
}

func (f *facts) begin(s timeline.Started) error {
	f.started = s
	f.loadOnly = s.Command == "loadgen run"
	if len(s.Plan) == 0 {
		return errors.New("judge: run.started holds no plan")
	}
	if err := json.Unmarshal(s.Plan, &f.plan); err != nil {
		return fmt.Errorf("judge: the plan in run.started: %w", err)
	}
	if why := unreadable(f.plan); why != "" {
		return errors.New("judge: the plan in run.started: " + why)
	}
	if s.Service != f.plan.Service {
		return fmt.Errorf("judge: run.started is about %s, and its plan about %s: they are not of one run", s.Service, f.plan.Service)
	}
	return nil
}

// readRun reads how the run went on and ended.
func (f *facts) readRun(events []timeline.Event) {
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.ClockInfo:
			f.clock = d
		case timeline.Ended:
			f.ended, f.endedSeq, f.endings = &d, e.Seq, f.endings+1
			f.endsLast = e.Seq == events[len(events)-1].Seq
		case timeline.Changed:
			f.changes = append(f.changes, change{d, e.At, e.Seq})
		case timeline.Standing:
			f.stands(standing{d, e.Seq})
		case timeline.Stop:
			f.stop, f.stopSeq = &d, e.Seq
		case timeline.Phase:
			if d.Name == timeline.PhaseUndo && f.horizon.IsZero() {
				f.horizon = e.At
			}
			if d.Name == timeline.PhaseDrain && f.to.IsZero() {
				f.to, f.drained = e.At, true
			}
		}
	}
	if !f.horizon.IsZero() {
		return
	}
	for _, e := range events { // cut off, or nothing to undo: as far as it reaches
		if e.Seen.After(f.horizon) {
			f.horizon = e.Seen
		}
	}
}
