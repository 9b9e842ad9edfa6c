package plan

import (
	"math"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawPlan makes a plan of any shape: ramps, steps, curves, silence, many kinds.
func drawPlan(t *rapid.T) *Plan {
	p := &Plan{Seed: rapid.Uint64().Draw(t, "seed"), Arrivals: rapid.SampledFrom([]string{"poisson", "uniform"}).Draw(t, "arrivals")}
	kinds := rapid.IntRange(1, 4).Draw(t, "kinds")
	for i := range kinds {
		p.Kinds = append(p.Kinds, Kind{Name: string(rune('a' + i))})
	}
	value := rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(0.01, 20), rapid.Float64Range(0.001, 300))
	var start time.Duration
	for range rapid.IntRange(1, 4).Draw(t, "stages") {
		s := Stage{Start: start, For: time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "for"))}
		if rapid.Bool().Draw(t, "ramped") {
			s.Ramp = time.Duration(rapid.Int64Range(1, int64(s.For)).Draw(t, "ramp"))
		}
		rated := func(s *Stage) {
			for range kinds {
				r := Rate{value.Draw(t, "from"), value.Draw(t, "to")}
				if s.Ramp == 0 {
					r.From = r.To
				}
				s.Rates = append(s.Rates, r)
			}
		}
		rated(&s)
		if rapid.IntRange(0, 2).Draw(t, "curved") == 0 {
			s.Ramp = 0
			for at := time.Duration(0); at < s.For; {
				step := Stage{Start: at, For: min(s.For-at, time.Duration(rapid.Int64Range(1, int64(s.For)).Draw(t, "step")))}
				if rapid.Bool().Draw(t, "sloped") {
					step.Ramp = step.For
				}
				rated(&step)
				s.Course = append(s.Course, step)
				at += step.For
			}
		}
		p.Stages = append(p.Stages, s)
		start += s.For
	}
	return p
}

func collect(s *Schedule) (all []Arrival) {
	for {
		a, ok := s.Next()
		if !ok {
			return all
		}
		all = append(all, a)
	}
}

// expected is the exact integral of a kind's rate from the beginning to at.
func expected(p *Plan, kind int, at time.Duration) *big.Rat {
	sum := new(big.Rat)
	rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
	seconds := func(d time.Duration) *big.Rat { return big.NewRat(int64(d), 1e9) }
	var stages []Stage
	for _, s := range p.Stages {
		if len(s.Course) == 0 {
			stages = append(stages, s)
		}
		for _, step := range s.Course {
			step.Start += s.Start
			stages = append(stages, step)
		}
	}
	for _, s := range stages {
		in := min(max(at-s.Start, 0), s.For)
		r := s.Rates[kind]
		if ramp := min(in, s.Ramp); ramp > 0 { // from·t + (to-from)·t²/2T
			t := seconds(ramp)
			sum.Add(sum, new(big.Rat).Mul(rat(r.From), t))
			bend := new(big.Rat).Sub(rat(r.To), rat(r.From))
			bend.Mul(bend, t).Mul(bend, t).Quo(bend, seconds(2*s.Ramp))
			sum.Add(sum, bend)
		}
		if flat := in - min(in, s.Ramp); flat > 0 {
			sum.Add(sum, new(big.Rat).Mul(rat(r.To), seconds(flat)))
		}
	}
	return sum
}

// The slow and obvious twin: an arrival comes where the exact integral of the
// rate reaches what the draws say, found by cutting time in halves.
func TestArrivalsInvertTheIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		target := make([]float64, len(p.Kinds))
		for i, a := range collect(p.Schedule()) {
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
			// Sums of floats are good to a few parts in 10^12 of the target.
			slack := 1e-11 * (1 + target[a.Kind])
			low := new(big.Rat).SetFloat64(target[a.Kind] - slack)
			high := new(big.Rat).SetFloat64(target[a.Kind] + slack)
			require.LessOrEqual(t, expected(p, a.Kind, a.At-2).Cmp(high), 0, "arrival %d of kind %d at %s is late", a.N, a.Kind, a.At)
			require.GreaterOrEqual(t, expected(p, a.Kind, a.At+2).Cmp(low), 0, "arrival %d of kind %d at %s is early", a.N, a.Kind, a.At)
		}
		for k := range p.Kinds {
			total, _ := expected(p, k, p.Total()).Float64()
			key := keyOf(p.Seed, "run", p.Kinds[k].Name)
			n := countOf(p, k)
			next := target[k] + 1
			if p.Arrivals == "poisson" {
				next = target[k] - math.Log(unit(draw(key, n)))
			} else if n == 0 {
				next = unit(draw(key, 0))
			}
			require.GreaterOrEqual(t, next, total-1e-9*(1+total), "an arrival of kind %d is missing at the end", k)
		}
	})
}

// The number of evenly spaced arrivals up to any instant is the integral of the
// rate within one, however the rate goes.
func TestUniformCountIsTheIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		p.Arrivals = "uniform"
		all := collect(p.Schedule())
		for range 5 {
			at := time.Duration(rapid.Int64Range(0, int64(p.Total())).Draw(t, "at"))
			came := make([]float64, len(p.Kinds))
			for _, a := range all {
				if a.At < at {
					came[a.Kind]++
				}
			}
			for k := range p.Kinds {
				integral, _ := expected(p, k, at).Float64()
				require.InDelta(t, integral, came[k], 1+1e-6, "kind %d up to %v", k, at)
			}
		}
	})
}

// Poisson arrivals are one process of rate 1 seen through the integral of the
// rate: the n-th of a kind comes at the same integral in every plan of a seed.
func TestPoissonIsOneProcessOfUnitRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := drawPlan(t), drawPlan(t)
		p.Arrivals, q.Arrivals, q.Seed = "poisson", "poisson", p.Seed
		reached := func(p *Plan) (list []float64) {
			for _, a := range collect(p.Schedule()) {
				if a.Kind == 0 && len(list) < 200 {
					y, _ := expected(p, 0, a.At).Float64()
					list = append(list, y)
				}
			}
			return list
		}
		a, b := reached(p), reached(q)
		for i := range min(len(a), len(b)) {
			require.InDelta(t, a[i], b[i], 1e-6, "arrival %d", i) // 300/s times a nanosecond, and what rounding adds
		}
	})
}

func countOf(p *Plan, kind int) (n uint64) {
	for _, a := range collect(p.Schedule()) {
		if a.Kind == kind {
			n++
		}
	}
	return n
}

func TestScheduleIsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		p.Lived = time.Minute
		n := map[int]uint64{}
		numbers := map[uint64]bool{0: true}
		var last Arrival
		for i, a := range collect(p.Schedule()) {
			require.GreaterOrEqual(t, a.At, time.Duration(0))
			require.Less(t, a.At, p.Total())
			require.GreaterOrEqual(t, p.StageAt(a.At), 0)
			require.Equal(t, n[a.Kind], a.N)
			n[a.Kind]++
			require.Equal(t, uint64(a.Kind+1), a.Number>>48)
			require.False(t, numbers[a.Number])
			numbers[a.Number] = true
			if i > 0 {
				require.True(t, last.At < a.At || last.At == a.At && last.Kind <= a.Kind, "%v before %v", last, a)
			}
			last = a
		}
		for _, a := range collect(p.Past()) {
			require.False(t, numbers[a.Number], "a past request has the number of another")
			numbers[a.Number] = true
			require.Less(t, a.At, p.Lived)
		}
	})
}

// Of arrivals at one instant the lower kind comes first: so dense a plan has
// many of them.
func TestTiesAreInOrderOfKind(t *testing.T) {
	p := constant("poisson", 1e9, 10*time.Microsecond)
	p.Kinds = append(p.Kinds, Kind{Name: "b"}, Kind{Name: "c"})
	p.Stages[0].Rates = []Rate{{1e9, 1e9}, {1e9, 1e9}, {1e9, 1e9}}
	ties := 0
	all := collect(p.Schedule())
	for i := 1; i < len(all); i++ {
		require.LessOrEqual(t, all[i-1].At, all[i].At)
		if all[i-1].At == all[i].At {
			ties++
			require.LessOrEqual(t, all[i-1].Kind, all[i].Kind)
		}
	}
	require.Greater(t, ties, 1000)
}

// Each kind has its own schedule: what else is sent does not change it.
func TestKindsAreIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		alone := *p
		alone.Kinds = p.Kinds[:1]
		var first []Arrival
		for _, a := range collect(p.Schedule()) {
			if a.Kind == 0 {
				first = append(first, a)
			}
		}
		require.Equal(t, first, collect(alone.Schedule()))
	})
}

func constant(arrivals string, rate float64, length time.Duration) *Plan {
	return &Plan{Seed: 3, Arrivals: arrivals, Kinds: []Kind{{Name: "a"}}, Lived: length,
		Stages: []Stage{{For: length, Rates: []Rate{{rate, rate}}}}}
}

func TestUniformArrivalsAreEvenlySpaced(t *testing.T) {
	all := collect(constant("uniform", 8, time.Minute).Schedule())
	require.Len(t, all, 480)
	for i := 1; i < len(all); i++ {
		require.InDelta(t, 125e6, float64(all[i].At-all[i-1].At), 2)
	}
}

// Counts a second of Poisson arrivals have a variance equal to their mean, and
// gaps shorter than the mean are 1 - 1/e of all.
func TestPoissonArrivalsScatterAsTheyShould(t *testing.T) {
	const rate, seconds = 20, 5000
	all := collect(constant("poisson", rate, seconds*time.Second).Schedule())
	require.InDelta(t, rate*seconds, len(all), 4*math.Sqrt(rate*seconds))
	counts := make([]float64, seconds)
	short := 0
	for i, a := range all {
		counts[int(a.At/time.Second)]++
		if i > 0 && a.At-all[i-1].At < time.Second/rate {
			short++
		}
	}
	var variance float64
	for _, c := range counts {
		variance += (c - rate) * (c - rate) / seconds
	}
	require.InDelta(t, rate, variance, 1.6) // 4 standard deviations of the estimate
	require.InDelta(t, 1-1/math.E, float64(short)/float64(len(all)), 0.006)
}

// The past is lived at the first stage's rate, by draws of its own.
func TestPast(t *testing.T) {
	p := constant("poisson", 10, time.Minute)
	p.Lived = 30 * time.Minute
	past, run := collect(p.Past()), collect(p.Schedule())
	require.InDelta(t, 18000, len(past), 4*math.Sqrt(18000))
	require.NotEqual(t, run[0].At, past[0].At)
	p.Lived = 0
	require.Empty(t, collect(p.Past()))
}

func TestNextAllocatesNothing(t *testing.T) {
	s := constant("poisson", 1e6, time.Hour).Schedule()
	require.Zero(t, testing.AllocsPerRun(1000, func() { s.Next() }))
}

func TestLn(t *testing.T) {
	for i := range uint64(200000) {
		u := unit(draw(1, i))
		require.InDelta(t, math.Log(u), ln(u), 1e-15*max(1, 2*-math.Log(u)))
	}
	require.Zero(t, ln(1))
	require.InDelta(t, math.Log(unit(0)), ln(unit(0)), 1e-14) // the smallest: -36.7
}

func BenchmarkSchedule(b *testing.B) {
	s := constant("poisson", 1e6, time.Hour).Schedule()
	for b.Loop() {
		s.Next()
	}
}
