package plan_test

import (
	"encoding/json"
	"strings"
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
	require.Equal(t, "HTTP/2, at most 64, rotated after 5m, rotated after 10,000 requests, made within 2s, an answer begins within 5s, up to 3 redirects followed, sent in economy", p.Connections.String())

	never := false
	d.Scenario.Traffic.Connections = &scenario.Connections{KeepAlive: &never}
	p, err = plan.Build(d)
	require.NoError(t, err)
	require.Equal(t, plan.Connections{Close: true, Economy: true}, p.Connections)
	require.True(t, p.Connections.Plain())

	d.Scenario.Traffic.Connections = &scenario.Connections{Max: 1}
	p, err = plan.Build(d)
	require.NoError(t, err)
	require.Contains(t, strings.Join(texts(p), "\n"), "peak: at its rates requests are on 2.081 connections at one time even while nothing makes them wait, and there are 1")
	d.Scenario.Traffic.Connections.Max = 100
	p, err = plan.Build(d)
	require.NoError(t, err)
	require.NotContains(t, strings.Join(texts(p), "\n"), "connections")

	b, err := json.Marshal(build(t, "cpu-heavy"))
	require.NoError(t, err)
	require.NotContains(t, string(b), `"connections"`)
}
