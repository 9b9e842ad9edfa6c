package plan_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

// closed is the plan of a scenario whose page is asked for by users who wait.
func closed(t *testing.T, ceiling, stages string) (*plan.Plan, error) {
	t.Helper()
	environment, err := filepath.Abs("../../scenarios/environments/nginx.yaml")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "x.yaml")
	require.NoError(t, os.WriteFile(path, []byte(`version: 1
name: x
environment: `+environment+`
service: nginx
policies: []
requests:
  page: {path: /, think: 450us..3s}
  post: {method: POST, path: /}
traffic:
  seed: 1
  arrivals: uniform
  ceiling: `+ceiling+`/s
  stages: [`+stages+`]
`), 0o600))
	_, p, err := plan.Open(path, scenario.LoadOptions{})
	return p, err
}

// Users come and go over a ramp, and stand in the plan beside the rates, which
// know nothing of them: a plan that has any is not sent.
func TestUsers(t *testing.T) {
	const stages = `{name: one, for: 1m, users: {page: 2}}, {name: two, for: 1m, ramp: 30s, users: {page: 10}, rate: {post: 3/s}},
    {name: three, for: 1m, ramp: 20s, rate: {post: 3/s}}, {name: four, for: 1m, rate: {post: 3/s}}`
	p, err := closed(t, "100000", stages)
	require.NoError(t, err)
	var users []plan.Users
	for _, s := range p.Stages {
		require.Len(t, s.Users, 2)
		require.Zero(t, s.Users[1], "post is sent by schedule")
		users = append(users, s.Users[0])
	}
	require.Equal(t, []plan.Users{{From: 2, To: 2}, {From: 2, To: 10}, {From: 10, To: 0}, {}}, users)
	require.Equal(t, scenario.Spread{Min: scenario.Duration(450 * time.Microsecond), Max: scenario.Duration(3 * time.Second)}, p.Kinds[0].Think)
	require.InDelta(t, 3*(45+60+60), p.Expected(), 1e-9, "of post alone")

	var back plan.Plan
	require.NoError(t, json.Unmarshal(plan.Raw(p), &back))
	require.Equal(t, p.Stages, back.Stages)
	require.Equal(t, p.Kinds[0].Think, back.Kinds[0].Think)

	var text strings.Builder
	plan.Describe(&text, p)
	require.Contains(t, text.String(), `
Users who wait for each answer
  stage  kind    users  think      at most/s
  one    page        2  450us..3s    4000.00
  two    page  2 -> 10  450us..3s   20000.00
  three  page  10 -> 0  450us..3s   20000.00
`, "50us of CPU a request")
	require.Contains(t, text.String(), "users who wait for each answer send at most 20000/s in it, and less as answers slow down")

	_, err = closed(t, "20003", stages)
	require.ErrorContains(t, err, "the ceiling of 20003/s is not above the 20003/s of stage two")
}

// A plan without such users does not speak of them.
func TestNoUsers(t *testing.T) {
	_, p := opened(t)
	require.NotContains(t, string(plan.Raw(p)), "users")
	require.NotContains(t, string(plan.Raw(p)), "think")
}
