package predict

import (
	"time"

	"scaleproof/internal/flaw"
	"scaleproof/internal/model"
	"scaleproof/internal/scenario"
)

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

// size of a flaw whose environment was checked.
func size(k flaw.Kind, f scenario.Flaw) int64 {
	n, _ := k.Parse(string(f.Size))
	return n
}
