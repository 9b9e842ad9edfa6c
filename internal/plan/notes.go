package plan

import (
	"fmt"
	"slices"

	"scaleproof/internal/scenario"
)

// notes says what a person should know before the run: what will probably go
// wrong, and what the run cannot prove. What cannot work at all is a fault.
func (b *builder) notes() {
	b.target()
	b.sureness()
	for i, s := range b.p.Stages {
		b.saturation(i, s)
		b.unwatched(i, s)
		b.room(s)
		b.few(s)
	}
	for i, e := range b.p.Expect {
		path := fmt.Sprintf("expect[%d]", i)
		switch {
		case e.ScaleOut != nil:
			b.scaleOut(path, e)
		case e.NoScaleOut != nil:
			b.noScaleOut(e)
		case e.NoScaleIn != nil:
			b.noScaleIn(e)
		case e.OnlyBy != "":
			b.onlyBy(e)
		case e.Capacity != nil:
			b.capacity(path, e)
		case e.Latency != nil:
			b.latency(e)
		case e.Errors != nil:
			b.errors(e)
		case e.Settle != nil:
			b.settle(e)
		case e.Trigger != nil:
			b.trigger(e)
		}
	}
	b.inOrder()
}

func (b *builder) note(stage string, pos scenario.Pos, format string, args ...any) {
	b.add(Note{Stage: stage, Text: fmt.Sprintf(format, args...), Pos: pos})
}

func (b *builder) unproven(stage string, pos scenario.Pos, format string, args ...any) {
	b.add(Note{Stage: stage, Text: fmt.Sprintf(format, args...), Unproven: true, Pos: pos})
}

// add notes what is not noted yet: several expectations may rest on the same.
func (b *builder) add(n Note) {
	for _, m := range b.p.Notes {
		if m.Stage == n.Stage && m.Text == n.Text {
			return
		}
	}
	b.p.Notes = append(b.p.Notes, n)
}

// inOrder sorts the notes by stage; those of none come first.
func (b *builder) inOrder() {
	index := func(n Note) int {
		_, i, _ := b.p.StageByName(n.Stage)
		return i
	}
	slices.SortStableFunc(b.p.Notes, func(m, n Note) int { return index(m) - index(n) })
}

// target notes a CPU target that no task can reach, or that is unusual.
func (b *builder) target() {
	pol, ok := b.p.Policy("cpu")
	if !ok {
		return
	}
	if most := b.p.MostCPU(); most > 0 && most <= pol.Target {
		b.unproven("", scenario.Pos{}, "a task of %s vCPU with %s saturates at %s %% CPU: a target of %s %% is never passed, and the CPU policy never scales out",
			figure(b.p.Task.VCPU), workers(b.p.Task.Workers), figure(most), figure(pol.Target))
	}
	if pol.Target < 50 || pol.Target > 90 {
		b.note("", scenario.Pos{}, "a CPU target of %s %% lies outside 50 to 90 %%", figure(pol.Target))
	}
}

// few notes fewer connections than a stage's requests are on at one time even
// when nothing makes them wait: rate times time, by the costs that are known.
func (b *builder) few(s Stage) {
	most, need := b.p.Connections.Places(), 0.0
	for i, r := range s.Rates {
		k := b.p.Kinds[i]
		need += float64(r.To * (k.CPU + k.Wait).Seconds())
	}
	if most > 0 && need >= float64(most) {
		b.note(s.Name, scenario.Pos{}, "at its rates requests are on %s connections at one time even while nothing makes them wait, and there are %d: they wait ever longer, and less is sent than planned; raise traffic.connections.max",
			figure(need), most)
	}
}

// room notes a ceiling that a Poisson burst may meet.
func (b *builder) room(s Stage) {
	if peak := s.peak(); b.p.Arrivals == "poisson" && b.p.Ceiling < float64(comfortableCeiling*peak) {
		b.note(s.Name, scenario.Pos{}, "the ceiling of %s/s is near the stage's %s/s: bursts of Poisson arrivals may meet it and be sent late; %s/s leaves room",
			figure(b.p.Ceiling), figure(peak), figureUp(comfortableCeiling*peak))
	}
}
