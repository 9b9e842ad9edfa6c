package plan_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

func TestCost(t *testing.T) {
	ms := func(n int) scenario.Duration { return scenario.Duration(n) * scenario.Duration(time.Millisecond) }
	table := []scenario.Cost{
		{Method: "POST", Path: "/api/*", Over: 1024, CPU: ms(100), Wait: ms(20)},
		{Method: "POST", Path: "/api/*", CPU: ms(1), CPUPerKiB: ms(4)},
		{Path: "/health", CPU: ms(2)},
	}
	for _, c := range []struct {
		method, path string
		body         int64
		cpu, wait    time.Duration
		ok           bool
	}{
		{"POST", "/api/x", 1025, 100 * time.Millisecond, 20 * time.Millisecond, true},
		{"POST", "/api/x", 1024, 5 * time.Millisecond, 0, true}, // over means larger
		{"POST", "/api/x?big=yes", 256, 2 * time.Millisecond, 0, true},
		{"POST", "/api/x", 1, time.Millisecond + 3906*time.Nanosecond, 0, true}, // rounded down
		{"GET", "/api/x", 2000, 0, 0, false},
		{"GET", "/health", 0, 2 * time.Millisecond, 0, true},
		{"DELETE", "/health", 0, 2 * time.Millisecond, 0, true},
	} {
		cpu, wait, ok := plan.Cost(table, c.method, c.path, c.body)
		require.Equal(t, c.ok, ok, c)
		require.Equal(t, c.cpu, cpu, c)
		require.Equal(t, c.wait, wait, c)
	}
}

// What a kind leaves out is as documented.
func TestKindDefaults(t *testing.T) {
	d := load(t, "cpu-heavy").Clone()
	for name, k := range d.Scenario.Requests {
		k.Method = ""
		d.Scenario.Requests[name] = k
	}
	p, err := plan.Build(d)
	require.NoError(t, err)
	require.Equal(t, "POST", p.Kinds[0].Method, "it has a body")
	require.Equal(t, 30*time.Second, p.Kinds[0].Timeout)
	require.Equal(t, "GET", build(t, "incident").Kinds[1].Method, "it has none")
	require.Len(t, p.StopWhen, 1)
	d.Scenario.StopWhen = nil
	p, err = plan.Build(d)
	require.NoError(t, err)
	require.Equal(t, scenario.Share{Percent: 50}, *p.StopWhen[0].Errors.Above, "safety is on by default")
}
