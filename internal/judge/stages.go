package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// stage is one stage of the plan at its real place in time.
type stage struct {
	plan.Stage
	from, to time.Time // planned; zero where it never began
	seq      int64     // of its stage.started; 0 where it never began
	whole    bool      // its traffic ran to its end
}

// asks says that users of a kind, by its index, are there all the time: they
// send.
func (s stage) asks(kind int) bool {
	return kind < len(s.Users) && min(s.Users[kind].From, s.Users[kind].To) > 0
}

// longest is the longest traffic that is judged: what is longer is no run of
// ours, and would be looked through second by second.
const longest = 31 * 24 * time.Hour

// readStages places the plan's stages and bounds the traffic.
func (f *facts) readStages(events []timeline.Event) error {
	for _, s := range f.plan.Stages {
		f.stages = append(f.stages, stage{Stage: s})
	}
	for _, e := range events {
		d, ok := e.Data.(timeline.Stage)
		if !ok || d.Index < 0 || d.Index >= len(f.stages) {
			continue
		}
		s := &f.stages[d.Index]
		if s.seq == 0 {
			s.from, s.to, s.seq = e.At, e.At.Add(s.For), e.Seq
		}
	}
	if len(f.stages) == 0 || f.stages[0].seq == 0 {
		f.from, f.to = time.Time{}, time.Time{}
		return nil
	}
	f.from = f.stages[0].from
	planned := f.from
	for _, s := range f.plan.Stages {
		if s.For < 0 || s.For > longest || s.Ramp < 0 || s.Ramp > s.For {
			return fmt.Errorf("judge: stage %s lasts %v with a ramp of %v", s.Name, s.For, s.Ramp)
		}
		planned = planned.Add(s.For)
	}
	if f.to.IsZero() || f.to.After(planned) {
		f.to = earlier(planned, f.horizon)
	}
	for i := range f.stages {
		s := &f.stages[i]
		s.whole = s.seq != 0 && !s.to.After(f.to)
	}
	if f.to.Sub(f.from) > longest {
		return fmt.Errorf("judge: the traffic lasts %v", f.to.Sub(f.from))
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// stage finds a stage by name.
func (f *facts) stage(name string) (stage, bool) {
	for _, s := range f.stages {
		if s.Name == name {
			return s, true
		}
	}
	return stage{}, false
}

// named returns the stages of the names, or all of them for none.
func (f *facts) named(names []string) (found []stage) {
	for _, s := range f.stages {
		if len(names) == 0 || slices.Contains(names, s.Name) {
			found = append(found, s)
		}
	}
	return found
}

// stageAt is the stage that runs at t.
func (f *facts) stageAt(t time.Time) (stage, bool) {
	for _, s := range f.stages {
		if s.seq != 0 && !t.Before(s.from) && t.Before(s.to) {
			return s, true
		}
	}
	return stage{}, false
}
