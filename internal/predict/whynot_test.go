package predict_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/scenario"
)

// What is said of a moment at which a service does not scale, in a world made so
// that it does not: the judge is not told how. Each sentence must name what is
// wrong, whatever else it says; testdata/whynot.txtar holds them whole.
func TestWhyNot(t *testing.T) {
	suspend := func(s scenario.Suspended) func(*scenario.Document) {
		return func(d *scenario.Document) {
			happens(d, scenario.Happening{At: minutes(2), Service: d.Scenario.Service, Suspended: &s})
		}
	}
	fault := func(name, of string) func(*scenario.Document) {
		return func(d *scenario.Document) {
			d.Environment.Emulator.Faults = append(d.Environment.Emulator.Faults, scenario.Flaw{Name: name, Of: of, From: minutes(5), For: minutes(60)})
		}
	}
	deploy := func(d *scenario.Document) {
		happens(d, scenario.Happening{At: minutes(24), Service: d.Scenario.Service, Deployment: &scenario.Deployment{StartsFail: 100}})
	}
	for _, c := range []struct {
		name string
		trial
		change func(*scenario.Document)
		at     float64 // minutes into the traffic
		says   string
	}{
		{"no-scale-out", trial{deviation: "no-scale-out", scenario: "cpu-heavy"}, nil, 11, "nothing came of it"},
		{"no-scale-in", trial{deviation: "no-scale-in", scenario: "cpu-heavy"}, nil, 50, "nothing came of it"},
		{"actions-off", trial{deviation: "actions-off", scenario: "cpu-heavy"}, nil, 11, "its actions are switched off"},
		{"threshold-off", trial{deviation: "threshold-off=1.5", scenario: "cpu-heavy"}, nil, 11, "stands at 105, not at the target of 70"},
		{"threshold-other", trial{deviation: "threshold-other=1.5", scenario: "cpu-heavy"}, nil, 12.5, "the high alarm did not fire"},
		{"suspended-out", trial{scenario: "cpu-heavy"}, suspend(scenario.Suspended{ScaleOut: true}), 11, "scale-out was suspended"},
		{"suspended-in", trial{scenario: "cpu-heavy"}, suspend(scenario.Suspended{ScaleIn: true}), 50, "scale-in was suspended"},
		{"deployment", trial{scenario: "cpu-heavy"}, deploy, 45, "which switches scale-in off"},
		{"at-maximum", trial{scenario: "incident", both: true}, func(d *scenario.Document) { most(d, 2) }, 18, "at its maximum of 2 tasks"},
		{"metrics-missing", trial{scenario: "cpu-heavy"}, fault("metrics-missing", "CPUUtilization"), 11, "missing data scales nothing"},
		{"metrics-late", trial{scenario: "cpu-heavy"}, nil, 6.2, "0 were published by then"},
		{"single-thread", trial{scenario: "single-thread"}, nil, 15, "as if one thread on 2 vCPU were busy"},
		{"incident", trial{scenario: "incident"}, nil, 18, "no policy watches CPU"},
		{"activities-refused", trial{scenario: "cpu-heavy"}, fault("looks-refused", "activities"), 12.5, "so whether something was ordered is not known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := c.document(1, c.deviation != "")
			require.NoError(t, err)
			if c.change != nil {
				c.change(doc)
			}
			events, err := predicted(doc)
			require.NoError(t, err)
			_, traffic, _, err := judge.Extent(events)
			require.NoError(t, err)
			i, err := judge.TellInstant(events, traffic.Add(time.Duration(c.at*float64(time.Minute))))
			require.NoError(t, err)
			said := strings.Join(i.Scaling, "\n") + "\n"
			require.Contains(t, said, c.says)
			keepWhy(t, c.name, said)
		})
	}
}

// keepWhy holds a text against its part of testdata/whynot.txtar.
func keepWhy(t *testing.T, name, said string) {
	t.Helper()
	const file = "testdata/whynot.txtar"
	kept, err := txtar.ParseFile(file)
	if err != nil {
		kept = &txtar.Archive{Comment: []byte("Why a service did not scale at a moment, in worlds made so that it does not.\n\n")}
	}
	found := -1
	for i, f := range kept.Files {
		if f.Name == name {
			found = i
		}
	}
	if *update {
		if found < 0 {
			kept.Files = append(kept.Files, txtar.File{Name: name})
			found = len(kept.Files) - 1
		}
		kept.Files[found].Data = []byte(said)
		require.NoError(t, os.WriteFile(file, txtar.Format(kept), 0o644))
	}
	require.GreaterOrEqual(t, found, 0, "run with -update")
	require.Equal(t, string(kept.Files[found].Data), said)
}
