package predict_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"scaleproof/internal/flaw"
	"scaleproof/internal/judge"
	"scaleproof/internal/scenario"
)

// witnessFaults are worlds in which the autoscaler is right and what is told
// of it is not whole: every part lost for ten minutes of the climb, all of them
// lost by halves, and activities that come late, or too late to be asked for,
// or in another order.
func witnessFaults() (list []scenario.Flaw) {
	for _, part := range flaw.Parts {
		list = append(list, scenario.Flaw{Name: flaw.LooksRefused, Of: part, From: minutes(5), For: minutes(10)})
	}
	return append(list,
		scenario.Flaw{Name: flaw.LooksRefused, From: minutes(8), For: minutes(3)},
		scenario.Flaw{Name: flaw.LooksRefused, Size: "50%", From: minutes(1)},
		scenario.Flaw{Name: flaw.ActivitiesLate, From: minutes(1)},
		scenario.Flaw{Name: flaw.ActivitiesLate, Size: "10m", From: minutes(1)},
		scenario.Flaw{Name: flaw.ActivitiesDisorder, From: minutes(1)},
	)
}

// taskFaults are worlds in which the autoscaler is right and its tasks are not.
func taskFaults() []scenario.Flaw {
	return []scenario.Flaw{
		{Name: flaw.StartsFail, From: minutes(1)},
		{Name: flaw.StartsSlow, From: minutes(1)},
		{Name: flaw.TasksKilled, From: minutes(1)},
	}
}

// usersOwn are the checks that speak of what users met, and not of whose doing it
// was: a world that is broken fails them. capacity.stage-end says the same of
// tasks that were ordered and did not start.
var usersOwn = map[string][]string{
	flaw.StartsFail:  {"errors", "latency", "saturation", "capacity.stage-end"},
	flaw.TasksKilled: {"errors", "latency", "saturation"},
}

// A weak witness proves nothing: no check fails, whatever was not seen; and
// where tasks fail, only those of its users do. One seed of a scenario by turns, or with -trial-seeds that many of each.
func TestWeakWitnessBlamesNobody(t *testing.T) {
	scenarios := []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp"}
	faults := append(witnessFaults(), taskFaults()...)
	type world struct {
		fault    scenario.Flaw
		scenario string
		seed     uint64
	}
	var worlds []world
	for i, f := range faults {
		for j, s := range scenarios {
			for seed := range uint64(max(*trialSeeds, 1)) {
				if *trialSeeds > 0 || i%len(scenarios) == j {
					worlds = append(worlds, world{f, s, seed + 1})
				}
			}
		}
	}
	unsure := make([]int, len(worlds))
	each(len(worlds), func(k uint64) {
		x := worlds[k-1]
		name := fmt.Sprintf("%s of %q %s in %s, seed %d", x.fault.Name, x.fault.Of, x.fault.Size, x.scenario, x.seed)
		doc, err := trial{scenario: x.scenario}.document(x.seed, false)
		if err != nil {
			t.Error(err)
			return
		}
		doc.Environment.Emulator.Faults = []scenario.Flaw{x.fault}
		l, err := tryOut(doc)
		if err != nil || l.refused != nil {
			t.Error(name, err, l.refused)
			return
		}
		met := func(id string) bool { return slices.Contains(usersOwn[x.fault.Name], id) }
		if fails := slices.DeleteFunc(l.answered(judge.Fail), met); len(fails) > 0 {
			t.Errorf("%s: %v fails\n%s", name, fails, told(l.verdict))
		}
		unsure[k-1] = len(l.answered(judge.Inconclusive))
	})
	for i, n := range unsure {
		if n == 0 && blinding(worlds[i].fault) {
			t.Errorf("%s of %q in %s: nobody noticed", worlds[i].fault.Name, worlds[i].fault.Of, worlds[i].scenario)
		}
	}
}

// blinding says that a fault is one that must be noticed: a part that was not
// looked at for ten minutes.
func blinding(f scenario.Flaw) bool {
	return f.Name == flaw.LooksRefused && f.Of != "" && f.For.Std() >= 10*time.Minute
}
