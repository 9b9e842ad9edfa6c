package scenario_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/scenario"
)

func TestScalarsWriteTheirShortForm(t *testing.T) {
	two, five := 2, 5
	for _, c := range []struct {
		v    any
		want string
	}{
		{scenario.Duration(90 * time.Second), `"1m30s"`},
		{scenario.Duration(time.Hour), `"1h"`},
		{scenario.Duration(10 * time.Minute), `"10m"`},
		{scenario.Duration(50 * time.Microsecond), `"50us"`},
		{scenario.Duration(0), `"0s"`},
		{scenario.Rate(1.5), `"1.5/s"`},
		{scenario.TaskLoad{Tasks: 2.5}, `2.5`},
		{scenario.TaskLoad{Tasks: 1.25, Relative: true}, `"1.25x"`},
		{scenario.Range{Min: &two, Max: &five}, `"2..5"`},
		{scenario.Range{Min: &two}, `"2.."`},
		{scenario.Range{Max: &five}, `"..5"`},
		{scenario.Range{Min: &five, Max: &five}, `5`},
		{scenario.Count{Minimum: true}, `"minimum"`},
		{scenario.Percent(0.5), `"0.5%"`},
		{scenario.Size(16 << 10), `"16KiB"`},
		{scenario.Size(1000), `"1000B"`},
		{scenario.Spread{Min: scenario.Duration(30 * time.Second), Max: scenario.Duration(75 * time.Second)}, `"30s..1m15s"`},
		{scenario.Stages{"one"}, `"one"`},
		{scenario.Stages{"one", "two"}, `["one","two"]`},
	} {
		b, err := json.Marshal(c.v)
		require.NoError(t, err)
		require.Equal(t, c.want, string(b))
	}
}

func TestScalarsSurviveTheirTextForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := scenario.Duration(rapid.Int64Min(0).Draw(t, "duration"))
		survive(t, d)
		survive(t, scenario.Rate(rapid.Float64Range(0, 1e9).Draw(t, "rate")))
		survive(t, scenario.TaskLoad{Tasks: rapid.Float64Range(0, 1e6).Draw(t, "load"), Relative: rapid.Bool().Draw(t, "relative")})
		survive(t, scenario.Percent(rapid.Float64Range(0, 100).Draw(t, "percent")))
		survive(t, scenario.Size(rapid.Int64Range(0, 1<<40).Draw(t, "size")))
		survive(t, scenario.Spread{Min: d, Max: d + scenario.Duration(rapid.Int64Range(0, int64(1<<63-1-d)).Draw(t, "more"))})
		low := rapid.IntRange(0, 5000).Draw(t, "low")
		high := rapid.IntRange(low, 5000).Draw(t, "high")
		survive(t, scenario.Range{Min: &low, Max: &high})
		survive(t, scenario.Count{Range: &scenario.Range{Min: &low}})
	})
}

func survive[T any](t *rapid.T, v T) {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	var back T
	require.NoError(t, json.Unmarshal(b, &back), "%s", b)
	require.Equal(t, v, back, "%s", b)
}

func TestLoadOf(t *testing.T) {
	require.Equal(t, 2.5, scenario.TaskLoad{Tasks: 1.25, Relative: true}.Of(2)) // one file for a minimum of 1 and of 2
	require.Equal(t, 1.25, scenario.TaskLoad{Tasks: 1.25}.Of(2))
}

func TestRangeContains(t *testing.T) {
	two := 2
	require.True(t, scenario.Range{Min: &two}.Contains(5000))
	require.False(t, scenario.Range{Min: &two}.Contains(1))
	require.True(t, scenario.Range{Max: &two}.Contains(0))
	require.True(t, scenario.Count{Minimum: true}.Of(1).Contains(1))
	require.False(t, scenario.Count{Minimum: true}.Of(1).Contains(2))
}
