package predict

import (
	"time"

	"scaleproof/internal/flaw"
	"scaleproof/internal/model"
	"scaleproof/internal/scenario"
)

// Forget takes from an environment what is not known before a run: its faults,
// the deviations of its autoscaler, and what somebody else does in mid-run.
// Others that share it lose them too.
func Forget(env *scenario.Environment) {
	if env.Emulator != nil {
		env.Emulator.Faults, env.Emulator.Deviations, env.Emulator.Happenings = nil, nil, nil
	}
}

// faults are the environment's, in a world whose service time begins at began.
func faults(env *scenario.Environment, began time.Time) (list []model.Fault) {
	for _, f := range env.Emulator.Faults {
		k, _ := flaw.Fault(f.Name)
		list = append(list, model.Fault{
			Kind: f.Name, Of: f.Of, Service: f.ID(env), Size: size(k, f),
			From: began.Add(f.From.Std()), For: f.For.Std(),
		})
	}
	return list
}

// deviations are the environment's.
func deviations(env *scenario.Environment, began time.Time) (list []model.Deviation) {
	for _, f := range env.Emulator.Deviations {
		k, _ := flaw.Deviation(f.Name)
		d := model.Deviation{Name: f.Name, Service: f.ID(env), Size: size(k, f), For: f.For.Std()}
		if f.From > 0 || f.For > 0 { // else also of the past: what stands was made by a wrong one too
			d.From = began.Add(f.From.Std())
		}
		list = append(list, d)
	}
	return list
}

// size of a flaw whose environment was checked.
func size(k flaw.Kind, f scenario.Flaw) int64 {
	n, _ := k.Parse(string(f.Size))
	return n
}
