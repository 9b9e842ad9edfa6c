package plan_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/demand"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

func opened(t require.TestingT) (*scenario.Document, *plan.Plan) {
	doc, p, err := plan.Open("../../scenarios/cpu-heavy.yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	return doc, p
}

// A recorded demand has as many requests as were recorded, and in each stretch
// those that were: with evenly spaced arrivals within one of each kind, since
// nothing but the phase is drawn.
func TestReplaySendsWhatWasRecorded(t *testing.T) {
	doc, p := opened(t)
	p.Arrivals = "uniform"
	p.Ceiling = 1e12
	rapid.Check(t, func(t *rapid.T) {
		r := demand.Recording{Source: "r", Kinds: []string{"heavy", "light"}}
		for range rapid.IntRange(1, 20).Draw(t, "stretches") {
			r.Stretches = append(r.Stretches, demand.Stretch{
				For:   time.Duration(rapid.Int64Range(1, int64(10*time.Minute)).Draw(t, "for")),
				Rates: []float64{rapid.Float64Range(0, 20).Draw(t, "heavy"), rapid.Float64Range(0, 20).Draw(t, "light")},
			})
		}
		q, err := plan.Replay(doc, p, r)
		require.NoError(t, err)
		require.Equal(t, r.Total(), q.Total())
		require.InDelta(t, r.Requests(), q.Expected(), 1e-6*(1+r.Requests()))
		edges := []time.Duration{0}
		for _, s := range r.Stretches {
			edges = append(edges, edges[len(edges)-1]+s.For)
		}
		got := make([][3]float64, len(r.Stretches))
		s := q.Schedule()
		last := time.Duration(0)
		for a, ok := s.Next(); ok; a, ok = s.Next() {
			require.GreaterOrEqual(t, a.At, last)
			last = a.At
			i := 0
			for a.At >= edges[i+1] {
				i++
			}
			got[i][a.Kind]++
		}
		for i, x := range r.Stretches {
			for k, rate := range x.Rates {
				require.InDelta(t, rate*x.For.Seconds(), got[i][k], 1.001, "stretch %d, kind %d", i, k)
			}
			require.Zero(t, got[i][2], "no slow ones were recorded")
		}
	})
}

// One rate for all is split over the kinds as the scenario's own stages are,
// and the plan is what goes into a timeline and comes out of it equal.
func TestReplaySplitsByShare(t *testing.T) {
	doc, p := opened(t)
	r := demand.Recording{Source: "monday.csv", Stretches: []demand.Stretch{
		{For: 10 * time.Minute, Rates: []float64{5}}, {For: 5 * time.Minute, Rates: []float64{15}}, {For: 30 * time.Minute, Rates: []float64{3}},
	}}.Scaled(2)
	q, err := plan.Replay(doc, p, r)
	require.NoError(t, err)
	require.Equal(t, "monday.csv at 2x", q.Recorded)
	require.InDelta(t, 2*(600*5+300*15+1800*3), q.Expected(), 1e-6)
	whole := p.Expected()
	for k := range p.Kinds {
		var own float64
		for _, s := range p.Stages {
			own += s.Arrivals(k)
		}
		require.InDelta(t, own/whole, q.Stages[0].Arrivals(k)/q.Expected(), 1e-9, p.Kinds[k].Name)
	}
	for at, perMinute := range map[time.Duration]float64{0: 600, 10*time.Minute - 1: 600, 10 * time.Minute: 1800, 15 * time.Minute: 360, 44 * time.Minute: 360} {
		require.InDelta(t, perMinute, q.LoadAt(q.Stages[0], at).PerMinute, 1e-9, "%v", at)
	}
	var back plan.Plan
	require.NoError(t, json.Unmarshal(plan.Raw(q), &back))
	require.Equal(t, q.Stages, back.Stages)
	require.Equal(t, q.Notes, back.Notes)
}

// What is expected of a stage that there is not is left out, and said to be;
// the scenario's own plan stays as it was.
func TestReplayLeavesOut(t *testing.T) {
	doc, p := opened(t)
	before := string(plan.Raw(p))
	q, err := plan.Replay(doc, p, demand.Recording{Source: "r", Stretches: []demand.Stretch{{For: time.Hour, Rates: []float64{5}}}, Notes: []string{"read so"}})
	require.NoError(t, err)
	require.Equal(t, before, string(plan.Raw(p)))
	require.Len(t, q.Expect, 3, "only_by and both of errors")
	require.Len(t, q.Notes, 1+len(p.Expect)-3)
	require.Equal(t, "r: read so", q.Notes[0].Text)
	require.Equal(t, "no_scale_out of line 56 is left out: it is about baseline, and a recorded demand has no such stage", q.Notes[1].Text)
	for _, n := range q.Notes[1:] {
		require.True(t, n.Unproven)
	}
}

// A demand that the scenario cannot send is refused, with the numbers.
func TestReplayRefuses(t *testing.T) {
	doc, p := opened(t)
	hour := func(rates ...float64) []demand.Stretch { return []demand.Stretch{{For: time.Hour, Rates: rates}} }
	for want, r := range map[string]demand.Recording{
		"r holds no demand": {Source: "r"},
		"r tells of requests huge, which scenario cpu-heavy does not have (it has heavy, light, slow): name them so, or give one column for all": {Source: "r", Kinds: []string{"huge"}, Stretches: hour(1)},
		"r comes to 75/s at 0s, which the scenario's ceiling of 60/s would cut: raise traffic.ceiling, or scale it to less than 0.8x":            {Source: "r", Stretches: hour(75)},
		"r at 3x comes to 75/s at 0s, which the scenario's ceiling of 60/s would cut: raise traffic.ceiling, or scale it to less than 2.4x":      demand.Recording{Source: "r", Stretches: hour(25)}.Scaled(3),
		"r comes to 1000000000/s at 0s, which the scenario's ceiling of 60/s would cut: raise traffic.ceiling, or scale it to less than 6e-08x":  {Source: "r", Stretches: hour(1e9)},
		"r is longer than 31 days, which is the most that a run may replay: take a part of it":                                                   {Source: "r", Stretches: []demand.Stretch{{For: 400 * time.Hour, Rates: []float64{0}}, {For: 400 * time.Hour, Rates: []float64{0}}}},
		"r holds some 126,000,000 requests, more than the 50,000,000 that a run may have: scale it down, or take a part of it":                   {Source: "r", Stretches: []demand.Stretch{{For: 700 * time.Hour, Rates: []float64{50}}}},
		"r: stretch 1 has 2 rates": {Source: "r", Stretches: hour(1, 2)},
		"r: stretch 1 lasts 0s":    {Source: "r", Stretches: []demand.Stretch{{Rates: []float64{1}}}},
	} {
		_, err := plan.Replay(doc, p, r)
		require.EqualError(t, err, want)
	}
}
