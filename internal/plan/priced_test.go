package plan_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

func ms(n int) scenario.Duration { return scenario.Duration(time.Duration(n) * time.Millisecond) }

func kindOf(name, path string, size int64) plan.Kind {
	return plan.Kind{Name: name, Method: "POST", Path: path, Body: plan.Body{Size: size}}
}

// rowsOf measures kinds at so many milliseconds.
func rowsOf(cpu map[string]int) map[string]scenario.Cost {
	rows := map[string]scenario.Cost{}
	for name, n := range cpu {
		rows[name] = scenario.Cost{CPU: ms(n), Measured: &scenario.Measured{Date: "2026-01-31", Interval: scenario.Spread{Min: ms(n), Max: ms(n + 1)}}}
	}
	return rows
}

func lines(costs []scenario.Cost) (out []string) {
	for _, c := range costs {
		c.Measured = nil
		out = append(out, c.Line())
	}
	return out
}

// The rows of a shipped environment to copy are replaced where they are the
// same requests', with their wait; what is for other requests stays.
func TestPricedReplacesWhatWasMeasured(t *testing.T) {
	table := []scenario.Cost{
		{Method: "POST", Path: "/traces", Over: 16 << 10, CPU: ms(210), Wait: ms(20)},
		{Method: "POST", Path: "/traces", CPU: ms(3)},
		{Method: "POST", Path: "/media*", CPU: ms(4)},
	}
	kinds := []plan.Kind{kindOf("heavy", "/traces?x=1", 32<<10), kindOf("light", "/traces", 20), kindOf("slow", "/media", 300)}
	got, err := plan.Priced(table, kinds, rowsOf(map[string]int{"heavy": 105, "light": 2, "slow": 5}))
	require.NoError(t, err)
	require.Equal(t, []string{
		"- {method: POST, path: /traces, over: 16KiB, cpu: 105ms, wait: 20ms}",
		"- {method: POST, path: /traces, cpu: 2ms}",
		"- {method: POST, path: /media, cpu: 5ms}",
		`- {method: POST, path: "/media*", cpu: 4ms}`,
	}, lines(got))

	got, err = plan.Priced(table, kinds, rowsOf(map[string]int{"light": 2}))
	require.NoError(t, err)
	require.Equal(t, []string{
		"- {method: POST, path: /traces, over: 16KiB, cpu: 210ms, wait: 20ms}",
		"- {method: POST, path: /traces, cpu: 2ms}",
		`- {method: POST, path: "/media*", cpu: 4ms}`,
	}, lines(got))
}

// Without any row, bodies of several sizes on one path are told apart by them.
func TestPricedTellsBodiesApart(t *testing.T) {
	kinds := []plan.Kind{kindOf("large", "/traces", 32<<10), kindOf("middle", "/traces", 700), kindOf("small", "/traces", 20)}
	got, err := plan.Priced(nil, kinds, rowsOf(map[string]int{"large": 105, "middle": 7, "small": 2}))
	require.NoError(t, err)
	require.Equal(t, []string{
		"- {method: POST, path: /traces, over: 16KiB, cpu: 105ms}",
		"- {method: POST, path: /traces, over: 360B, cpu: 7ms}",
		"- {method: POST, path: /traces, cpu: 2ms}",
	}, lines(got))

	_, err = plan.Priced(nil, kinds, rowsOf(map[string]int{"small": 2}))
	require.ErrorContains(t, err, "large would cost what was measured of another kind of the same method and path: measure it too")
	alike := []plan.Kind{kindOf("one", "/traces", 20), kindOf("two", "/traces?again", 20)}
	_, err = plan.Priced(nil, alike, rowsOf(map[string]int{"one": 1, "two": 2}))
	require.ErrorContains(t, err, "cannot tell one from another kind of the same method, path and size")
	_, err = plan.Priced(nil, alike, rowsOf(map[string]int{"one": 1}))
	require.NoError(t, err, "what no table tells apart costs the same before as after")
}

// Whatever stands and whatever was measured: where there is no error, each
// measured kind costs what was found, each other one what it did, and no row is
// out of reach.
func TestPricedIsTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		paths := []string{"/a", "/b", "/a?q"}
		var kinds []plan.Kind
		for i := range rapid.IntRange(1, 5).Draw(t, "kinds") {
			kinds = append(kinds, kindOf(fmt.Sprintf("kind%d", i), rapid.SampledFrom(paths).Draw(t, "path"), rapid.Int64Range(0, 4).Draw(t, "size")*1500))
		}
		var table []scenario.Cost
		for i := range rapid.IntRange(0, 4).Draw(t, "rows") {
			c := scenario.Cost{CPU: ms(100 + i), Path: rapid.SampledFrom([]string{"", "/a", "/b", "/*"}).Draw(t, "pattern"), Over: scenario.Size(rapid.Int64Range(0, 3).Draw(t, "over") * 1400)}
			covered := false
			for _, above := range table {
				covered = covered || above.Covers(c)
			}
			if !covered {
				table = append(table, c)
			}
		}
		cpu := map[string]int{}
		for i, k := range kinds {
			if rapid.Bool().Draw(t, "measured") {
				cpu[k.Name] = i + 1
			}
		}
		got, err := plan.Priced(table, kinds, rowsOf(cpu))
		if err != nil {
			return
		}
		for i, c := range got {
			for _, above := range got[:i] {
				require.False(t, above.Covers(c), "%v", lines(got))
			}
		}
		for _, k := range kinds {
			now, _, ok := plan.Cost(got, k.Method, k.Path, k.Body.Size)
			was, _, had := plan.Cost(table, k.Method, k.Path, k.Body.Size)
			switch n, measured := cpu[k.Name]; {
			case measured:
				require.Equal(t, ms(n).Std(), now, "%s: %v", k.Name, lines(got))
			case now != was || ok != had:
				alike := func(o plan.Kind) bool {
					_, measured := cpu[o.Name]
					return measured && o.Path[:2] == k.Path[:2] && o.Body.Size == k.Body.Size
				}
				found := false
				for _, o := range kinds {
					found = found || alike(o)
				}
				require.True(t, found, "%s cost %v and costs %v: %v", k.Name, was, now, lines(got))
			}
		}
	})
}

// Steps of a probe send one kind each, with numbers and bodies of their own.
func TestStepsOfAProbeAreApart(t *testing.T) {
	_, p, err := plan.Probe("../../scenarios/cpu-heavy.yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	require.Len(t, p.Kinds, 3)
	require.Empty(t, p.Stages)
	for _, k := range p.Kinds {
		require.Zero(t, k.CPU, "what the emulator is told is not to be seen")
		require.Zero(t, k.Wait)
	}
	seen := map[uint64]bool{}
	bodies := map[string]bool{}
	for n, kind := range []int{0, 1, 0} {
		step := p.Step(n, kind, plan.Level{For: time.Minute, Rate: 2}, plan.Level{For: time.Minute}, plan.Level{For: time.Minute, Rate: 1})
		require.Equal(t, 3*time.Minute, step.Total())
		count := 0
		for s := step.Schedule(); ; count++ {
			a, ok := s.Next()
			if !ok {
				break
			}
			require.Equal(t, p.Kinds[kind].Name, step.Kinds[a.Kind].Name)
			require.False(t, a.At >= time.Minute && a.At < 2*time.Minute)
			require.False(t, seen[a.Number])
			seen[a.Number] = true
			bodies[string(step.Kinds[a.Kind].Body.Append(nil, step.Seed, a.N, time.Time{}))] = true
		}
		require.InDelta(t, 180, count, 1)
	}
	require.Greater(t, len(bodies), 350, "a heavy body is never sent twice")
	require.ErrorContains(t, p.Choose([]string{"heavy", "no"}), "no is no kind of request of the scenario (there is heavy, light, slow)")
	require.Len(t, p.Kinds, 3)
	require.NoError(t, p.Choose([]string{"light"}))
	require.Len(t, p.Kinds, 1)
}
