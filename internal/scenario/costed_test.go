package scenario_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scenario"
)

const ofNobody = `version: 1
name: tiny
environment: env.yaml
service: web
policies: []
requests: {page: {path: /page, rate: 1/s}}
traffic: {seed: 1, arrivals: uniform, ceiling: 9/s, stages: [{name: only, for: 1m}]}
`

// costed writes costs into an environment and returns its text.
func costed(t *testing.T, env string, costs []scenario.Cost) (string, error) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "scenario.yaml")
	require.NoError(t, os.WriteFile(file, []byte(ofNobody), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "env.yaml"), []byte(env), 0o644))
	d, err := scenario.Load(file, scenario.LoadOptions{Environment: filepath.Join(dir, "env.yaml")})
	require.NoError(t, err)
	text, err := d.Costed("web", costs)
	if err != nil {
		return "", err
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "env.yaml"), text, 0o644))
	again, err := scenario.Load(file, scenario.LoadOptions{Environment: filepath.Join(dir, "env.yaml")})
	require.NoError(t, err, string(text))
	require.Equal(t, costs, again.Environment.Services["web"].Costs)
	return string(text), nil
}

const head = `version: 1
name: tiny
region: eu-west-1
account: "111122223333"
hosts: [example.com]
services:
  other:
    cluster: c
    service: other
    url: https://example.com
    capacity: {min: 1, max: 2}
    policies: {}
    costs: [{cpu: 9ms}]
  # The one that is measured.
  web: # here
    cluster: c
    service: web
    url: https://example.com
`

const tail = `    capacity: {min: 1, max: 2}

    # what scales it
    policies: {}
`

func page(cpu time.Duration) scenario.Cost {
	return scenario.Cost{Method: "GET", Path: "/page", CPU: scenario.Duration(cpu), Measured: &scenario.Measured{
		Date: "2026-01-31", Interval: scenario.Spread{Max: scenario.Duration(time.Second)}, How: `a "probe": 3 steps`,
	}}
}

const measuredPage = `      - {method: GET, path: /page, cpu: 3ms, measured: {date: 2026-01-31, interval: 0s..1s, how: "a \"probe\": 3 steps"}}` + "\n"

// Costs are written where they stand, or where the service ends, and nothing
// else of the file changes; a row that stays, stays as it was written.
func TestCostedChangesNothingElse(t *testing.T) {
	stays := scenario.Cost{Method: "POST", Path: "/api/*", Over: 2 << 10, CPU: scenario.Duration(40 * time.Millisecond), CPUPerKiB: scenario.Duration(time.Microsecond), Wait: scenario.Duration(time.Second)}
	for name, c := range map[string]struct{ before, after string }{
		"none": {head + tail, head + tail + "    costs:\n" + measuredPage + "      - {method: POST, path: \"/api/*\", over: 2KiB, cpu: 40ms, cpu_per_kib: 1us, wait: 1s}\n"},
		"in the middle": {
			head + "    costs: # by guess\n      - {path: /page, cpu: 1ms}\n\n      # as ever\n      - {path: \"/api/*\", wait: 1000ms, method: POST, over: 2KiB, cpu: 40ms, cpu_per_kib: 1us} # slow\n" + tail,
			head + "    costs:\n" + measuredPage + "      - {path: \"/api/*\", wait: 1000ms, method: POST, over: 2KiB, cpu: 40ms, cpu_per_kib: 1us} # slow\n" + tail,
		},
		"at the end, without an indent": {
			head + tail + "    costs:\n    - {path: /page, cpu: 1ms}\n\n# the end\n",
			head + tail + "    costs:\n" + measuredPage + "      - {method: POST, path: \"/api/*\", over: 2KiB, cpu: 40ms, cpu_per_kib: 1us, wait: 1s}\n\n# the end\n",
		},
		"in one line": {
			head + "    costs: [{path: /page, cpu: 1ms}]\n" + tail,
			head + "    costs:\n" + measuredPage + "      - {method: POST, path: \"/api/*\", over: 2KiB, cpu: 40ms, cpu_per_kib: 1us, wait: 1s}\n" + tail,
		},
	} {
		got, err := costed(t, c.before, []scenario.Cost{page(3 * time.Millisecond), stays})
		require.NoError(t, err, name)
		require.Equal(t, c.after, got, name)
	}
}

// A file that is written in another way is not guessed at.
func TestCostedRefusesWhatItCannotKeep(t *testing.T) {
	for name, env := range map[string]string{
		"in braces": strings.Replace(head, "  web: # here\n    cluster: c\n    service: web\n    url: https://example.com\n", "  web: {cluster: c, service: web, url: \"https://example.com\", capacity: {min: 1, max: 2}, policies: {}}\n", 1),
		"an alias":  strings.Replace(head+tail, "  web: # here", "  web: &web # here", 1) + "    costs: [{cpu: 1ms}]\n",
	} {
		_, err := costed(t, env, []scenario.Cost{page(time.Millisecond)})
		require.ErrorContains(t, err, "not written as a block of lines", name)
	}
}
