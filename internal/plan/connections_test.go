package plan_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

// What a scenario says of connections is in the plan, and a plan of one that
// says nothing is written as it always was.
func TestConnections(t *testing.T) {
	like, err := scenario.Load("../scenario/testdata/connections.yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	d := load(t, "cpu-heavy")
	d.Scenario.Traffic.Connections, d.Scenario.Traffic.Pace = like.Scenario.Traffic.Connections, like.Scenario.Traffic.Pace
	p, err := plan.Build(d)
	require.NoError(t, err)
	require.Equal(t, plan.Connections{
		Max: 64, RotateAfter: 5 * time.Minute, RotateRequests: 10000, Connect: 2 * time.Second, FirstByte: 5 * time.Second,
		HTTP2: true, Redirects: 3, Economy: true,
	}, p.Connections)
	require.False(t, p.Connections.Plain())

	never := false
	d.Scenario.Traffic.Connections = &scenario.Connections{KeepAlive: &never}
	p, err = plan.Build(d)
	require.NoError(t, err)
	require.Equal(t, plan.Connections{Close: true, Economy: true}, p.Connections)
	require.True(t, p.Connections.Plain())

	b, err := json.Marshal(build(t, "cpu-heavy"))
	require.NoError(t, err)
	require.NotContains(t, string(b), `"connections"`)
}
