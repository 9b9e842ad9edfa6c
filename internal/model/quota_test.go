package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// A service has at most 5,000 tasks, whoever asks for more, and a refusal
// changes nothing. As many as that the world still starts.
func TestMostTasks(t *testing.T) {
	n := func(n int) *int { return &n }
	const most, over = 5000, 2_000_000_000
	for name, tc := range map[string]struct {
		c    scaling.Change
		code string
	}{
		"both bounds":        {scaling.Change{Op: scaling.RegisterTarget, Min: n(over), Max: n(over)}, model.CodeValidation},
		"the maximum alone":  {scaling.Change{Op: scaling.RegisterTarget, Max: n(most + 1)}, model.CodeValidation},
		"the minimum alone":  {scaling.Change{Op: scaling.RegisterTarget, Min: n(over)}, model.CodeValidation},
		"a desired count":    {scaling.Change{Op: scaling.UpdateDesired, Desired: n(most + 1)}, "InvalidParameterException"},
		"a count of 2^31-1":  {scaling.Change{Op: scaling.UpdateDesired, Desired: n(1<<31 - 1)}, "InvalidParameterException"},
		"the largest bounds": {scaling.Change{Op: scaling.RegisterTarget, Min: n(most), Max: n(most)}, ""},
		"the largest count":  {scaling.Change{Op: scaling.UpdateDesired, Desired: n(most)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, registered := range []bool{true, false} {
				cfg := local(1)
				if !registered {
					cfg.Services[0].Target, cfg.Services[0].Policies = nil, nil
				}
				w, untouched := model.New(cfg), model.New(cfg)
				tc.c.Service = web
				_, err := w.Do(start, tc.c)
				code := tc.code
				if !registered && tc.c.Op == scaling.RegisterTarget && (tc.c.Min == nil || tc.c.Max == nil) {
					code = model.CodeValidation // of a bound that is missing
				}
				if code == "" {
					require.NoError(t, err)
					require.Equal(t, most, desired(t, w))
					continue
				}
				var refusal *model.Error
				require.ErrorAs(t, err, &refusal)
				require.Equal(t, code, refusal.Code)
				require.Equal(t, 1, desired(t, w))
				// What comes later, ARNs included, is as if nobody had asked.
				ok := scaling.Change{Op: scaling.RegisterTarget, Service: web, Min: n(2), Max: n(3)}
				for _, w := range []*model.World{w, untouched} {
					_, err := w.Do(start.Add(time.Minute), ok)
					require.NoError(t, err)
				}
				require.Equal(t, everything(t, untouched), everything(t, w))
			}
		})
	}
}

func desired(t *testing.T, w *model.World) int {
	t.Helper()
	look, err := w.Look(web, model.What{Service: true})
	require.NoError(t, err)
	return look.Service.Desired
}

func everything(t *testing.T, w *model.World) scaling.Look {
	t.Helper()
	look, err := w.Look(web, model.What{Service: true, Targets: true, Scalable: true, Policies: true, Alarms: true, Activities: true})
	require.NoError(t, err)
	return look
}
