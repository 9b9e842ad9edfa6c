package predict

import (
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/scenario"
)

// happenings turns what somebody else does into the model's words; service
// time begins at began.
func happenings(env *scenario.Environment, began time.Time) []model.Happening {
	var list []model.Happening
	for _, h := range env.Emulator.Happenings {
		m := model.Happening{At: began.Add(h.At.Std()), Kill: h.Kill}
		if h.Service != "" {
			m.Service = env.Services[h.Service].ID()
		}
		if c, ok := h.Change(); ok {
			m.Change = &c
		}
		if h.Deployment != nil {
			m.StartsFail = chance(h.Deployment.StartsFail)
		}
		if t := h.Traffic; t != nil {
			m.Traffic = &model.Traffic{
				Method: t.Method, Path: t.Path, Body: int64(t.Body), For: t.For.Std(),
				Every: time.Duration(float64(time.Second)/float64(t.Rate) + 0.5), Uniform: t.Arrivals == "uniform",
			}
			if t.Method == "" {
				m.Traffic.Method = "GET"
			}
		}
		list = append(list, m)
	}
	return list
}

func failures(f scenario.Failures) model.Failures {
	return model.Failures{Start: chance(f.Start), Crash: chance(f.Crash), Life: spread(f.Life)}
}

func rollout(r *scenario.Replacing) *model.Rollout {
	if r == nil {
		return nil
	}
	return &model.Rollout{MinimumHealthy: r.MinimumHealthy, Maximum: r.Maximum, CircuitBreaker: r.CircuitBreaker, Rollback: r.Rollback}
}

// chance is a percentage in millionths.
func chance(p scenario.Percent) model.Chance { return model.Chance(float64(float64(p)*10_000) + 0.5) }
