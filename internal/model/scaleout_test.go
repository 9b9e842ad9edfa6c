package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// drive submits requests of one path evenly, and returns the answers.
func drive(w *model.World, from time.Time, length, gap time.Duration, path string, number *uint64) []model.Answer {
	var all []model.Answer
	for at := from; at.Before(from.Add(length)); at = at.Add(gap) {
		*number++
		all = append(all, w.Submit(at, model.Request{Number: *number, Method: "POST", Path: path})...)
	}
	return append(all, w.Advance(from.Add(length))...)
}

// AWS measured 363 s from a step of load to its order (three minutes above
// the target, their publication, the alarm's evaluation). The model must lie
// around that: between 3 and 8 minutes, for whatever seed.
func TestStepOfLoadScalesOutByCPU(t *testing.T) {
	for seed := range uint64(20) {
		c := local(1)
		c.Seed = seed
		w := model.New(c)
		n := uint64(0)
		drive(w, start, 30*time.Minute, 500*time.Millisecond, "/heavy", &n)
		l, err := w.Look(web, model.What{Activities: true, Service: true})
		require.NoError(t, err)
		require.Equal(t, 1, l.Service.Desired, "21 % CPU asks for nothing")

		drive(w, start.Add(30*time.Minute), 10*time.Minute, 116*time.Millisecond, "/heavy", &n)
		l, err = w.Look(web, model.What{Activities: true, Since: start.Add(30 * time.Minute)})
		require.NoError(t, err)
		out := actions(l.Activities.List)
		require.NotEmpty(t, out, "90 % CPU asks for a second task")
		after := out[0].Start.Sub(start.Add(30 * time.Minute))
		require.Greater(t, after, 3*time.Minute)
		require.Less(t, after, 8*time.Minute)
		require.Equal(t, scaling.DescribeDesired(2), out[0].Description)
		cause := scaling.ParseCause(out[0].Cause)
		require.Equal(t, "cpu", cause.Policy)
	}
}

// actions are the activities that changed capacity.
func actions(list []scaling.Activity) (out []scaling.Activity) {
	for _, a := range list {
		if len(a.NotScaled) == 0 {
			out = append(out, a)
		}
	}
	return out
}
