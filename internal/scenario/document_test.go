package scenario_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scenario"
)

const shipped = "../../scenarios"

// The files that people copy from must be without fault, as they stand, with
// no variable set.
func TestShippedFiles(t *testing.T) {
	files, err := filepath.Glob(shipped + "/*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 6)
	for _, f := range files {
		d, err := scenario.Load(f, scenario.LoadOptions{})
		require.NoError(t, err)
		require.Contains(t, d.Files, filepath.Base(f))
	}
}

func TestLoad(t *testing.T) {
	d, err := scenario.Load("testdata/good.yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	require.Equal(t, "good", d.Environment.Name)
	require.Equal(t, 5, d.Service().Capacity.Max)
	require.Len(t, d.Files["good.yaml"], 64)
	require.Len(t, d.Files["environments/good.yaml"], 64)
	require.Equal(t, scenario.Pos{File: "testdata/good.yaml", Line: 16, Col: 53}, d.Pos("traffic.stages[1].demand.cpu"))
	require.Equal(t, 19, d.Scenario.Expect[0].Pos.Line)
	require.Equal(t, scenario.TaskLoad{Tasks: 1.25, Relative: true}, *d.Scenario.Traffic.Stages[1].Demand.CPU)
	require.Equal(t, scenario.Rate(1.5), d.Scenario.Traffic.Stages[2].Rate["light"])
	require.Equal(t, 2*time.Minute, d.Environment.Emulator.Delays.Publication.Max.Std())
}

func TestOverrides(t *testing.T) {
	d, err := scenario.Load("testdata/good.yaml", scenario.LoadOptions{
		Environment: "testdata/environments/real.yaml", // a path, from where the command runs
		Policies:    []string{"requests"},              // though the scenario expects cpu to act: that is what a negative control is
		Lookup:      func(name string) (string, bool) { return "abc", name == "TOKEN" },
	})
	require.NoError(t, err)
	require.Equal(t, "real", d.Environment.Name)
	require.Equal(t, []string{"requests"}, d.Scenario.Policies)
	require.True(t, d.Overridden)
	require.Contains(t, d.Files, "environments/real.yaml")

	d, err = scenario.Load("testdata/good.yaml", scenario.LoadOptions{Environment: shipped + "/environments/local.yaml"})
	require.ErrorContains(t, err, "TOKEN", "it has no stand-in")
	require.Contains(t, d.Files, "local.yaml", "what lies elsewhere does not tell where")

	_, err = scenario.Load("testdata/good.yaml", scenario.LoadOptions{Environment: "raal"})
	require.ErrorContains(t, err, `testdata/environments/raal.yaml: environment: no such file (did you mean "real"?)`)
	d, err = scenario.Load(shipped+"/cpu-heavy.yaml", scenario.LoadOptions{
		Environment: "staging.example", Lookup: func(string) (string, bool) { return "abc", true },
	})
	require.NoError(t, err, "a name may hold a dot")
	require.Equal(t, "staging", d.Environment.Name)
	_, err = scenario.LoadEnvironment("production", shipped)
	require.ErrorContains(t, err, "no such file (there is deployment, incident, langfuse, local, nginx, single-thread, spiral, staging.example, staircase, start-up)")
	_, err = scenario.Load("testdata/good.yaml", scenario.LoadOptions{Policies: []string{"request"}})
	require.ErrorContains(t, err, `"request" is not a policy of service web`)
	_, err = scenario.Load("testdata/nothing.yaml", scenario.LoadOptions{})
	require.ErrorContains(t, err, "testdata/nothing.yaml: scenario: no such file")
}

// A secret is given to whoever sends and is in nothing that is written down.
func TestSecretsStayReferences(t *testing.T) {
	d, err := scenario.Load("testdata/good.yaml", scenario.LoadOptions{
		Lookup: func(name string) (string, bool) { return "s3cr3t", name == "TOKEN" },
	})
	require.NoError(t, err)
	header := d.Scenario.Requests["light"].Headers["Authorization"]
	require.Equal(t, "Basic ${TOKEN}", header)
	require.Equal(t, "Basic s3cr3t", d.Expand(header))
	b, err := json.Marshal(d)
	require.NoError(t, err)
	require.NotContains(t, string(b), "s3cr3t")
}

func TestStandIn(t *testing.T) {
	d, err := scenario.Load("testdata/good.yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	require.Equal(t, "Basic nobody", d.Expand("Basic ${TOKEN}"))
}

// What is read, written and read again is the same, and so is a clone; and a
// clone's changes are its own.
func TestTextFormIsExact(t *testing.T) {
	for _, file := range []string{"testdata/good.yaml", "testdata/curves.yaml", shipped + "/cpu-heavy.yaml", shipped + "/gradual-ramp.yaml", shipped + "/incident.yaml"} {
		d, err := scenario.Load(file, scenario.LoadOptions{})
		require.NoError(t, err)
		c := d.Clone()
		require.Equal(t, d.Scenario, c.Scenario)
		require.Equal(t, d.Environment, c.Environment)
		c.Scenario.Traffic.Stages[0].Name = "changed"
		c.Environment.Emulator.Costs[0].CPU = 0
		require.NotEqual(t, d.Scenario.Traffic.Stages[0].Name, "changed")
		require.NotZero(t, d.Environment.Emulator.Costs[0].CPU)
	}
}

func TestWanted(t *testing.T) {
	d, err := scenario.Load(shipped+"/cpu-heavy.yaml", scenario.LoadOptions{})
	require.NoError(t, err)
	cpu := d.Environment.Wanted("web-ingestion", "cpu", d.Service().Policies["cpu"])
	require.Equal(t, "staging-web-ingestion-cpu-tracking-policy", cpu.Name)
	require.Empty(t, cpu.ResourceLabel)
	requests := d.Environment.Wanted("web-ingestion", "requests", d.Service().Policies["requests"])
	require.Equal(t, "staging-web-ingestion-request-tracking-policy", requests.Name)
	require.Regexp(t, `^app/staging/[0-9a-f]{16}/targetgroup/staging-web-ingestion/[0-9a-f]{16}$`, requests.ResourceLabel)
	require.Equal(t, 5*time.Minute, requests.ScaleInCooldown)
}

func FuzzLoad(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(f, err)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("{a: &a {b: 1}, <<: *a, c: *a}"))
	f.Add([]byte("traffic: {stages: [{demand: {cpu: .5}}]}"))
	f.Add([]byte("{a.b: {c: 1}, 'a[0]': 2, '': 3}"))
	environment, err := filepath.Abs("testdata/environments/good.yaml")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text []byte) {
		file := filepath.Join(t.TempDir(), "x.yaml")
		require.NoError(t, os.WriteFile(file, text, 0o600))
		d, err := scenario.Load(file, scenario.LoadOptions{Environment: environment})
		if err != nil {
			var faults scenario.Faults
			require.ErrorAs(t, err, &faults)
			require.NotEmpty(t, faults)
			return
		}
		require.Equal(t, d.Scenario, d.Clone().Scenario)
	})
}
