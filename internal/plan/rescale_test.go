package plan

import (
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawChanges draws a few changes of a plan's rates, in order of time.
func drawChanges(t *rapid.T, p *Plan) (changes []rescaling) {
	factor := rapid.OneOf(rapid.Just(0.0), rapid.Just(1.0), rapid.Float64Range(0.01, 3))
	for range rapid.IntRange(1, 4).Draw(t, "changes") {
		at := time.Duration(rapid.Int64Range(0, int64(p.Total())+1).Draw(t, "at"))
		changes = append(changes, rescaling{at, factor.Draw(t, "factor")})
	}
	slices.SortStableFunc(changes, func(a, b rescaling) int { return int(a.at - b.at) })
	return changes
}

// rescaled is the schedule of a plan whose rates change while it is handed out:
// each change comes when all before it was, as it does in a run.
func rescaled(p *Plan, changes []rescaling) (all []Arrival) {
	s := p.Schedule()
	for _, c := range changes {
		for a, ok := s.Peek(); ok && a.At < c.at; a, ok = s.Peek() {
			all = append(all, a)
			s.Next()
		}
		s.Rescale(c.at, c.factor)
	}
	return append(all, collect(s)...)
}

// integral is the exact integral of a kind's rate under changes, from the
// beginning to an instant.
func integral(p *Plan, changes []rescaling, kind int, at time.Duration) float64 {
	sum, from, factor := new(big.Rat), time.Duration(0), 1.0
	add := func(to time.Duration) {
		part := new(big.Rat).Sub(expected(p, kind, to), expected(p, kind, from))
		sum.Add(sum, part.Mul(part, new(big.Rat).SetFloat64(factor)))
	}
	for _, c := range changes {
		if c.at >= at {
			break
		}
		add(c.at)
		from, factor = c.at, c.factor
	}
	add(at)
	f, _ := sum.Float64()
	return f
}

// Under any changes the schedule is in order, of each kind no arrival is left
// out or doubled, and the n-th comes where the integral of the rate that there
// is reaches what the draws say: so of even arrivals as many have come at any
// time as the integral says, within one.
func TestRescaledArrivalsInvertTheIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		changes := drawChanges(t, p)
		all := rescaled(p, changes)
		target, n := make([]float64, len(p.Kinds)), make([]uint64, len(p.Kinds))
		for i, a := range all {
			if i > 0 {
				require.False(t, a.At < all[i-1].At, "out of order")
			}
			require.Equal(t, n[a.Kind], a.N)
			require.Equal(t, Number(a.Kind, a.N), a.Number)
			n[a.Kind]++
			key := keyOf(p.Seed, "run", p.Kinds[a.Kind].Name)
			switch {
			case p.Arrivals == "poisson":
				target[a.Kind] -= math.Log(unit(draw(key, a.N)))
			case a.N == 0:
				target[a.Kind] = unit(draw(key, 0))
			default:
				target[a.Kind]++
			}
			if i%97 > 2 {
				continue // the twin is slow: it looks at some of them
			}
			slack := 1e-10 * (1 + target[a.Kind])
			require.LessOrEqual(t, integral(p, changes, a.Kind, a.At-2), target[a.Kind]+slack, "late")
			require.GreaterOrEqual(t, integral(p, changes, a.Kind, a.At+2), target[a.Kind]-slack, "early")
		}
		if p.Arrivals == "uniform" {
			for k := range p.Kinds {
				require.InDelta(t, integral(p, changes, k, p.Total()), float64(n[k]), 1+1e-6)
			}
		}
	})
}

// What was due before a change is due when it was, to the nanosecond, and what
// was not comes at the change or after it, however late it is handed out.
func TestRescaleLeavesWhatWasDue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		c := drawChanges(t, p)[0]
		late := p.Schedule() // it hands out nothing before it learns of the change
		late.Rescale(c.at, c.factor)
		whole, got := collect(p.Schedule()), collect(late)
		due := 0
		for due < len(whole) && whole[due].At < c.at {
			due++
		}
		require.GreaterOrEqual(t, len(got), due)
		require.True(t, slices.Equal(whole[:due], got[:due]))
		for _, a := range got[due:] {
			require.GreaterOrEqual(t, a.At, c.at)
		}
		require.True(t, slices.Equal(rescaled(p, []rescaling{c}), got), "when it is told of a change does not matter")
		if c.factor == 1 {
			require.True(t, slices.Equal(whole, got))
		}
	})
}

// A change that is taken back in the same instant changes nothing, and of a
// change that was not reached only the last counts.
func TestRescaleTakenBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		at := time.Duration(rapid.Int64Range(0, int64(p.Total())).Draw(t, "at"))
		s := p.Schedule()
		s.Rescale(at, 0)
		s.Rescale(at, 2.5)
		s.Rescale(at, 1)
		require.Equal(t, collect(p.Schedule()), collect(s))
	})
}

// Shards of a schedule whose rates change together are still its parts.
func TestRescaledShardsPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		changes := drawChanges(t, p)
		of := rapid.IntRange(2, 5).Draw(t, "shards")
		var parts []Arrival
		for i := range of {
			parts = append(parts, rescaled(p.Sharded(Shard{i + 1, of}), changes)...)
		}
		slices.SortFunc(parts, func(a, b Arrival) int {
			switch {
			case a.At != b.At:
				return int(a.At - b.At)
			case a.Kind != b.Kind:
				return a.Kind - b.Kind
			}
			return int(a.N) - int(b.N)
		})
		require.True(t, slices.Equal(rescaled(p, changes), parts))
	})
}

// A pause holds everything back and lets it go where it stood: evenly spaced
// arrivals go on with the rest of the gap that the pause fell into.
func TestPauseAndResume(t *testing.T) {
	p := constant("uniform", 4, time.Minute)
	s := p.Schedule()
	first, _ := s.Next()
	pause := first.At + 100*time.Millisecond
	s.Rescale(pause, 0)
	_, ok := s.Peek()
	require.False(t, ok, "nothing is due in a pause")
	_, ok = s.Next()
	require.False(t, ok)
	s.Rescale(30*time.Second, 1)
	second, ok := s.Next()
	require.True(t, ok)
	require.Equal(t, uint64(1), second.N)
	require.InDelta(t, float64(30*time.Second+150*time.Millisecond), float64(second.At), 2)
	require.InDelta(t, 30*4, len(collect(s)), 1)
}

// An instant that is past for what was handed out counts as that instant:
// nothing is handed out before what was.
func TestRescaleInThePast(t *testing.T) {
	s := constant("uniform", 10, time.Minute).Schedule()
	var last Arrival
	for range 100 {
		last, _ = s.Next()
	}
	s.Rescale(0, 5)
	next, _ := s.Next()
	require.InDelta(t, float64(last.At+20*time.Millisecond), float64(next.At), 2)
	s.Rescale(time.Second, 1)
	after, _ := s.Next()
	require.InDelta(t, float64(next.At+100*time.Millisecond), float64(after.At), 2)
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		require.Panics(t, func() { s.Rescale(0, bad) })
	}
}

// Between adds up to the stage, and HighestRate is that of what is to come.
func TestBetweenAndHighestRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		a := time.Duration(rapid.Int64Range(0, int64(p.Total())).Draw(t, "a"))
		b := time.Duration(rapid.Int64Range(0, int64(p.Total())).Draw(t, "b"))
		a, b = min(a, b), max(a, b)
		for k := range p.Kinds {
			sum := 0.0
			for _, s := range p.Stages {
				sum += s.Between(k, a, b)
			}
			require.InDelta(t, integral(p, nil, k, b)-integral(p, nil, k, a), sum, 1e-6)
		}
		most := p.HighestRate(a)
		for range 20 {
			at := time.Duration(rapid.Int64Range(int64(a), int64(p.Total())).Draw(t, "at"))
			rate := 0.0
			for k := range p.Kinds {
				for _, s := range p.Stages {
					rate += s.Between(k, at, at+time.Microsecond) / 1e-6
				}
			}
			require.LessOrEqual(t, rate, most*(1+1e-6)+1e-6, "%v %v", rate, most)
		}
		require.Zero(t, p.HighestRate(p.Total()))
	})
	p := constant("uniform", 8, time.Minute)
	p.Stages[0].Ramp, p.Stages[0].Rates = time.Minute, []Rate{{10, 2}}
	require.Equal(t, 6.0, p.HighestRate(30*time.Second))
	p.Stages[0].Rates = []Rate{{2, 10}}
	require.Equal(t, 10.0, p.HighestRate(30*time.Second))
}

func TestRescaledNextAllocatesNothing(t *testing.T) {
	s := constant("poisson", 1e6, time.Hour).Schedule()
	s.Next()
	s.Rescale(0, 1.5)
	require.Zero(t, testing.AllocsPerRun(1000, func() { s.Next() }))
}
