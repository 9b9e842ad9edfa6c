package model

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/scaling"
)

var usual = aws(Behaviour{})

// percent is an ask of one datapoint.
func percent(v, target float64) ask { return ask{micro(v), 1, micro(target)} }

// tracking is what a target tracking policy makes of an ask.
func tracking(a ask) func(int) int { return call{ask: a, policy: &policy{}}.capacity(&usual) }

func TestWantedRoundsUp(t *testing.T) {
	require.Equal(t, 2, percent(90.5, 70).wanted(1))
	require.Equal(t, 3, percent(90.5, 70).wanted(2), "ceil(2.59)")
	require.Equal(t, 1, percent(70, 70).wanted(1), "at the target nothing is added")
	require.Equal(t, 2, percent(70.000001, 70).wanted(1))
	require.Equal(t, 1, percent(10, 60).wanted(4))
	require.Equal(t, 0, percent(0, 60).wanted(4))
	require.Equal(t, 4, ask{}.wanted(4), "no datapoint asks for nothing")
}

// Whole-number arithmetic against rational numbers.
func TestWantedIsTheCeiling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		running := rapid.IntRange(0, 1000).Draw(t, "running")
		a := ask{
			sum:    rapid.Int64Range(0, 15*1_000_000*unit).Draw(t, "sum"),
			count:  rapid.Int64Range(1, 15).Draw(t, "count"),
			target: rapid.Int64Range(1, 100_000*unit).Draw(t, "target"),
		}
		num := new(big.Int).Mul(big.NewInt(int64(running)), big.NewInt(a.sum))
		den := new(big.Int).Mul(big.NewInt(a.count), big.NewInt(a.target))
		q, r := new(big.Int).QuoRem(num, den, new(big.Int))
		if r.Sign() != 0 {
			q.Add(q, big.NewInt(1))
		}
		if !q.IsInt64() || q.Int64() > 1<<40 {
			return // a target of a millionth: beyond any service
		}
		require.Equal(t, q.Int64(), int64(a.wanted(running)))
	})
}

func TestDecideOut(t *testing.T) {
	bounds := scaling.Bounds{Min: 1, Max: 5}
	for name, c := range map[string]struct {
		s    standing
		a    ask
		cool outCooldown
		want int
		code string
	}{
		"the running count is the base, not the desired": {
			standing{running: 1, desired: 2, bounds: bounds}, percent(90, 70), outCooldown{}, 2, scaling.AlreadyAtDesiredCapacity},
		"as far as the metric says": {
			standing{running: 1, desired: 1, bounds: bounds}, percent(280, 70), outCooldown{}, 4, ""},
		"never beyond the maximum": {
			standing{running: 2, desired: 2, bounds: bounds}, percent(700, 70), outCooldown{}, 5, ""},
		"at the maximum": {
			standing{running: 5, desired: 5, bounds: bounds}, percent(90, 70), outCooldown{}, 5, scaling.AlreadyAtMaxCapacity},
		"below the minimum: first to it": {
			standing{running: 1, desired: 1, bounds: scaling.Bounds{Min: 3, Max: 9}}, percent(700, 70), outCooldown{}, 3, ""},
		"above the maximum: nothing": {
			standing{running: 8, desired: 8, bounds: bounds}, percent(90, 70), outCooldown{}, 8, ""},
		"suspended": {
			standing{running: 1, desired: 1, bounds: bounds, suspended: scaling.Suspended{ScaleOut: true}}, percent(90, 70), outCooldown{}, 1, ""},
		"a deployment does not stop it": {
			standing{running: 1, desired: 1, bounds: bounds, paused: true}, percent(90, 70), outCooldown{}, 2, ""},
		"from 0 running by one": {
			standing{running: 0, desired: 0, bounds: scaling.Bounds{Max: 5}}, percent(900, 70), outCooldown{}, 1, ""},
		"in the cooldown the same datapoints ask for no more, though more run": {
			standing{running: 4, desired: 4, bounds: scaling.Bounds{Min: 1, Max: 20}}, percent(140, 70), outCooldown{true, 2}, 4, ""},
		"in the cooldown no equal step": {
			standing{running: 2, desired: 2, bounds: bounds}, percent(90, 70), outCooldown{true, 1}, 2, ""},
		"in the cooldown a larger step, less what was added (+2, then +3 adds 1)": {
			standing{running: 4, desired: 4, bounds: scaling.Bounds{Min: 1, Max: 20}}, percent(174, 70), outCooldown{true, 2}, 5, ""},
		"the same before the first step's tasks run": {
			standing{running: 2, desired: 4, bounds: scaling.Bounds{Min: 1, Max: 20}}, percent(174, 70), outCooldown{true, 2}, 5, ""},
	} {
		got, code := decideOut(c.s, tracking(c.a), c.cool, &usual)
		require.Equal(t, c.want, got, name)
		require.Equal(t, c.code, code, name)
	}
}

func TestDecideIn(t *testing.T) {
	bounds := scaling.Bounds{Min: 1, Max: 5}
	for name, c := range map[string]struct {
		s       standing
		want    int
		cooling bool
		steps   Steps
		got     int
		code    string
	}{
		"one task at a time":             {standing{desired: 4, bounds: bounds}, 1, false, OneTask, 3, ""},
		"or all at once":                 {standing{desired: 4, bounds: bounds}, 1, false, Proportional, 1, ""},
		"never below the minimum":        {standing{desired: 3, bounds: scaling.Bounds{Min: 2, Max: 5}}, 0, false, Proportional, 2, ""},
		"at the minimum":                 {standing{desired: 1, bounds: bounds}, 0, false, OneTask, 1, scaling.AlreadyAtMinCapacity},
		"at the minimum in the cooldown": {standing{desired: 1, bounds: bounds}, 0, true, OneTask, 1, scaling.AlreadyAtMinCapacity},
		"in the cooldown":                {standing{desired: 4, bounds: bounds}, 1, true, OneTask, 4, ""},
		"it would soon be undone":        {standing{desired: 2, bounds: bounds}, 2, false, OneTask, 2, scaling.AnticipatedFlapping},
		"above the maximum: first to it": {standing{desired: 9, bounds: bounds}, 1, false, OneTask, 5, ""},
		"below the minimum: nothing":     {standing{desired: 1, bounds: scaling.Bounds{Min: 3, Max: 5}}, 0, false, OneTask, 1, ""},
		"suspended":                      {standing{desired: 4, bounds: bounds, suspended: scaling.Suspended{ScaleIn: true}}, 1, false, OneTask, 4, ""},
		"while a deployment goes on":     {standing{desired: 4, bounds: bounds, paused: true}, 1, false, OneTask, 4, scaling.ResourceUnscalable},
	} {
		r := aws(Behaviour{ScaleInSteps: c.steps})
		got, code := decideIn(c.s, c.want, c.cooling, r.gently)
		require.Equal(t, c.got, got, name)
		require.Equal(t, c.code, code, name)
	}
}

// Whatever the metric says, one decision moves towards or stays within the
// bounds, outwards never down and inwards never up.
func TestDecisionsKeepTheBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.IntRange(0, 10).Draw(t, "min")
		s := standing{
			running: rapid.IntRange(0, 20).Draw(t, "running"), desired: rapid.IntRange(0, 20).Draw(t, "desired"),
			bounds: scaling.Bounds{Min: low, Max: low + rapid.IntRange(0, 10).Draw(t, "more")},
		}
		a := percent(float64(rapid.IntRange(0, 500).Draw(t, "metric")), 70)
		cool := outCooldown{rapid.Bool().Draw(t, "active"), rapid.IntRange(0, 20).Draw(t, "base")}
		out, _ := decideOut(s, tracking(a), cool, &usual)
		r := aws(Behaviour{ScaleInSteps: Steps(rapid.IntRange(0, 1).Draw(t, "steps"))})
		in, _ := decideIn(s, a.wanted(s.running), rapid.Bool().Draw(t, "cooling"), r.gently)
		require.GreaterOrEqual(t, out, s.desired)
		require.LessOrEqual(t, in, s.desired)
		for _, d := range []int{out, in} {
			if d != s.desired {
				require.True(t, d >= s.bounds.Min && d <= s.bounds.Max, "%d outside %v", d, s.bounds)
			}
		}
	})
}
