package predict_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/scenario"
)

// Each kind of saturation in a world that has it, and next to it the world that
// has not. The judge is not told what tasks there are.
func TestSaturations(t *testing.T) {
	// tasks gives single-thread's service other tasks.
	tasks := func(vcpu float64, workers int) func(*scenario.Document) {
		return func(d *scenario.Document) {
			d.Environment.Emulator.Task.VCPU, d.Environment.Emulator.Task.Workers = vcpu, workers
		}
	}
	// waits has each request hold its worker while a database thinks.
	waits := func(rate float64) func(*scenario.Document) {
		return func(d *scenario.Document) {
			e := d.Environment.Emulator
			e.Task.WorkersBlock, e.Task.Workers = true, 8
			e.Costs[0].CPU, e.Costs[0].Wait = 20*millisecond, 380*millisecond // 20 a second on 8 workers, at 20 % CPU
			at(d, "pressure", "report", rate)
		}
	}
	for _, c := range []struct {
		name, scenario string
		change         func(*scenario.Document)
		want           judge.Answer
		says           string
	}{
		{"no policy watches CPU", "incident", nil, judge.Fail, "no policy watches CPU, and the requests stayed"},
		{"both policies", "incident", func(d *scenario.Document) { both(nil, d) }, judge.Pass, ""},
		{"at the maximum", "incident", func(d *scenario.Document) { both(nil, d); most(d, 2) }, judge.Fail, "at its maximum of 2 tasks"},
		{"one thread on two vCPU", "single-thread", nil, judge.Fail, "flat at half of its cores under the target of 70"},
		{"one thread on four vCPU", "single-thread", tasks(4, 1), judge.Fail, "flat at a quarter of its cores"},
		{"a thread for each vCPU", "single-thread", tasks(2, 2), judge.Pass, ""},
		{"workers blocked on a database", "single-thread", waits(42), judge.Fail, "wait for something that is not CPU"},
		{"workers that the database leaves room", "single-thread", waits(30), judge.Pass, ""},
		{"one hot task, which cannot keep up", "single-thread", uneven(10), judge.Fail, "one hot task hides under a calm average"},
		{"one hot task, which can", "single-thread", uneven(9.3), judge.Pass, ""},
		{"a gradual ramp", "gradual-ramp", nil, judge.Pass, ""},
		{"a burst of CPU at the start", "cpu-heavy", func(d *scenario.Document) {
			d.Environment.Emulator.Task.StartUp = &scenario.StartUp{VCPU: 1, For: between(30, 60)}
		}, judge.Pass, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := trial{scenario: c.scenario}.document(1, false)
			require.NoError(t, err)
			if c.change != nil {
				c.change(doc)
			}
			l, err := tryOut(doc)
			require.NoError(t, err)
			require.NoError(t, l.refused)
			answer, said := judge.Pass, ""
			for _, r := range l.verdict.Results {
				if r.ID == "saturation" {
					t.Log(r.Subject, r.Answer, r.Severity, r.Measured, r.Explanation)
				}
				if r.ID == "saturation" && r.Severity == judge.Counts && r.Answer != judge.Pass {
					answer, said = r.Answer, said+r.Explanation
				}
			}
			require.Equal(t, c.want, answer, said)
			require.Contains(t, said, c.says)
		})
	}
}

// uneven sends every other request a cheap one, so that of two tasks in turn one
// has all the dear ones.
func uneven(rate float64) func(*scenario.Document) {
	return func(d *scenario.Document) {
		d.Environment.Emulator.Task.VCPU = 1
		d.Scenario.Requests["ping"] = scenario.Kind{Path: "/api/public/health"}
		for _, s := range d.Scenario.Traffic.Stages {
			at(d, s.Name, "report", rate/2)
		}
		at(d, "pressure", "report", rate)
		for _, s := range d.Scenario.Traffic.Stages {
			s.Rate["ping"] = s.Rate["report"]
		}
	}
}

const millisecond = scenario.Duration(1e6)

// at gives a stage's kind another rate.
func at(d *scenario.Document, stage, kind string, rate float64) {
	for i, s := range d.Scenario.Traffic.Stages {
		if s.Name == stage {
			d.Scenario.Traffic.Stages[i].Rate = map[string]scenario.Rate{kind: scenario.Rate(rate)}
		}
	}
}

func most(d *scenario.Document, n int) {
	for key, s := range d.Environment.Services {
		s.Capacity.Max = n
		d.Environment.Services[key] = s
	}
}
