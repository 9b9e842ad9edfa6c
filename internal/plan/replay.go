package plan

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/demand"
	"scaleproof/internal/scenario"
)

// Recorded is the name of the one stage that a replayed demand is.
const Recorded = "recorded"

// Replay is a plan of a document with a recorded demand in place of the stages
// of its traffic. p is the document's own plan: a demand that tells no kinds
// apart is split by their shares of its requests. Expectations that name a
// stage are left out, and noted. Errors say what cannot be planned and what
// helps.
//
// Note: a stage for each stretch was tried. Judge and report have a line for
// each stage, and a day of minutes is no page that anybody reads.
func Replay(d *scenario.Document, p *Plan, r demand.Recording) (*Plan, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if names := unknown(r, p); len(names) > 0 {
		return nil, fmt.Errorf("%s tells of requests %s, which scenario %s does not have (it has %s): name them so, or give one column for all",
			r.Source, strings.Join(names, ", "), p.Scenario, strings.Join(p.kindNames(), ", "))
	}
	shares, err := p.shares()
	if err != nil {
		return nil, err
	}
	b := &builder{doc: d, sc: &d.Scenario, env: &d.Environment, service: d.Service()}
	q := *p
	b.p = &q
	q.Recorded = r.String()
	q.Notes, q.Expect = nil, nil
	for _, note := range r.Notes {
		b.note("", scenario.Pos{}, "%s: %s", r.Source, note)
	}
	q.Stages = []Stage{b.recorded(r, shares)}
	q.Window = window(q.Total())
	b.leaveOut(p.Expect)
	return b.p, b.fits(r)
}

// shares are the kinds' parts of all requests of a plan.
func (p *Plan) shares() ([]float64, error) {
	whole := p.Expected()
	if !(whole > 0) {
		return nil, errors.New("the scenario's stages send nothing, so a demand cannot be split over its kinds by their shares")
	}
	shares := make([]float64, len(p.Kinds))
	for k := range p.Kinds {
		for _, s := range p.Stages {
			shares[k] += s.expected(func(i int) bool { return i == k })
		}
		shares[k] /= whole
	}
	return shares, nil
}

// recorded is the stage of a recording.
func (b *builder) recorded(r demand.Recording, shares []float64) Stage {
	c := &curve{b: b}
	for _, s := range r.Stretches {
		c.hold(s.For, split(r, s, b.p.Kinds, shares))
	}
	return whole(Stage{Name: Recorded, For: r.Total()}, c.steps)
}

// leaveOut keeps the expectations that name no stage.
func (b *builder) leaveOut(expect []Expectation) {
	for _, e := range expect {
		name, stages := named(e)
		if len(stages) == 0 {
			b.p.Expect = append(b.p.Expect, e)
			continue
		}
		b.unproven("", e.Pos, "%s of line %d is left out: it is about %s, and a recorded demand has no such stage", name, e.Pos.Line, strings.Join(stages, " and "))
	}
}

// named is the name of an expectation, and the stages that it is about.
func named(e Expectation) (name string, stages []string) {
	switch {
	case e.NoScaleOut != nil:
		return "no_scale_out", all(e.NoScaleOut.In)
	case e.NoScaleIn != nil:
		return "no_scale_in", all(e.NoScaleIn.In)
	case e.ScaleOut != nil:
		return "scale_out", []string{e.ScaleOut.In}
	case e.Capacity != nil:
		return "capacity", []string{e.Capacity.AtEndOf}
	case e.Latency != nil:
		if e.Latency.OfStage != "" {
			return "latency", append(slices.Clone(e.Latency.In), e.Latency.OfStage)
		}
		return "latency", e.Latency.In
	case e.Errors != nil:
		if e.Errors.OfStage != "" {
			return "errors", append(slices.Clone(e.Errors.In), e.Errors.OfStage)
		}
		return "errors", e.Errors.In
	case e.Settle != nil:
		return "settle", all(e.Settle.In)
	case e.Trigger != nil:
		return "trigger", nil
	}
	return "only_by", nil
}

// everyStage stands for the stages of an expectation that names none.
const everyStage = "all stages"

func all(in scenario.Stages) []string {
	if len(in) == 0 {
		return []string{everyStage}
	}
	return slices.Clone(in)
}

// fits refuses a recording that cannot be sent as it is.
func (b *builder) fits(r demand.Recording) error {
	s, factor := b.p.Stages[0], r.Factor
	if factor == 0 {
		factor = 1
	}
	if peak := s.peak(); peak >= b.p.Ceiling {
		return fmt.Errorf("%s comes to %s/s at %s, which the scenario's ceiling of %s/s would cut: raise traffic.ceiling, or scale it to less than %sx",
			r, figure(peak), short(s.at(peak)), figure(b.p.Ceiling), fitting(factor*b.p.Ceiling/peak))
	}
	if n := b.p.Expected(); n > mostArrivals {
		return fmt.Errorf("%s holds some %s requests, more than the %s that a run may have: scale it down, or take a part of it", r.Source, count(n), count(mostArrivals))
	}
	if n := b.p.Expected() + b.past() + b.others(); n > mostArrivals {
		return fmt.Errorf("%s, the past of the emulated world (%s at its first rates) and other people's traffic come to some %s requests, more than the %s that a run may have: shorten emulator.past.lived, or take a part of the demand",
			r.Source, short(b.p.Lived), count(n), count(mostArrivals))
	}
	return nil
}

// fitting writes a factor, which never rounds to nothing.
func fitting(v float64) string {
	if v < 0.001 {
		return strconv.FormatFloat(v, 'g', 2, 64)
	}
	return figure(v)
}

// at is when, after its start, the stage first has a total rate.
func (s Stage) at(rate float64) time.Duration {
	for _, step := range s.Course {
		if step.peak() == rate {
			return step.Start
		}
	}
	return 0
}

// split spreads the rates of a stretch over the kinds of a plan: each to the
// kind of its name, or one of all by the kinds' shares.
func split(r demand.Recording, s demand.Stretch, kinds []Kind, shares []float64) []float64 {
	rates := make([]float64, len(kinds))
	for k := range kinds {
		if r.Kinds == nil {
			rates[k] = s.Rates[0] * shares[k]
		}
		for i, name := range r.Kinds {
			if name == kinds[k].Name {
				rates[k] = s.Rates[i]
			}
		}
	}
	return rates
}

// unknown lists the kinds of a recording that a plan does not have.
func unknown(r demand.Recording, p *Plan) (names []string) {
	for _, name := range r.Kinds {
		if p.KindByName(name) < 0 {
			names = append(names, name)
		}
	}
	return names
}
