package predict_test

import (
	"fmt"
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

// A weak witness proves nothing: no check fails, whatever was not seen. One
// seed of a scenario by turns, or with -trial-seeds that many of each.
func TestWeakWitnessBlamesNobody(t *testing.T) {
	scenarios := []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp"}
	faults := witnessFaults()
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
		if fails := l.answered(judge.Fail); len(fails) > 0 {
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
