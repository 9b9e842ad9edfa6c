package model_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// triggered is how long after a step of load an alarm of three periods above
// 70 % enters ALARM. The step, from 35 % to 78 % of a vCPU, comes at an
// instant of the minute that the seed says.
func triggered(t *testing.T, seed uint64, resolution time.Duration, tweak func(*model.Service)) time.Duration {
	c := local(1)
	c.Seed = seed
	s := &c.Services[0]
	s.Policies, s.Resolution = nil, resolution
	tweak(s)
	w := model.New(c)
	_, err := w.Do(start, scaling.Change{Op: scaling.PutAlarm, Alarm: &scaling.Alarm{
		Name: "high", EvaluationPeriods: 3, Comparison: scaling.GreaterThan, Threshold: 70,
		Metric: scaling.Metric{Namespace: "AWS/ECS", Name: "CPUUtilization", Statistic: "Average", Period: resolution,
			Dimensions: []scaling.Dimension{{Name: "ClusterName", Value: web.Cluster}, {Name: "ServiceName", Value: web.Name}}},
	}})
	require.NoError(t, err)
	step := start.Add(10*time.Minute + time.Duration(seed*7919%60_000)*time.Millisecond)
	n := uint64(0)
	drive(w, start, step.Sub(start), 300*time.Millisecond, "/heavy", &n)
	drive(w, step, 12*time.Minute, 134*time.Millisecond, "/heavy", &n)
	for _, h := range w.History("high") {
		if h.Kind == "StateUpdate" && h.At.After(step) && h.Summary == "Alarm updated from OK to ALARM" {
			return h.At.Sub(step)
		}
	}
	require.Fail(t, "the alarm never fired")
	return 0
}

// AWS measured 363 s from a step of load to the order with metrics of a
// minute, and 86 s with metrics of 20 s. [D] AWS News Blog, June 2026
//
// The model adds up: the period that the step lies in, if it is full enough to
// breach, or else one more (on the average half a period and the share that
// must be full: here 0.8, so 1.3 periods); two more; the publication; and the
// wait for the alarm's own second, half an evaluation. That is 198 + 30 s and
// the publication at a minute, 66 + 10 s and the publication at 20 s. AWS's
// figures would thus mean a publication of 135 s and of 10 s; for steps of
// which more or less of a period must be full, of 123 to 183 s and 6 to 26 s.
// [U] The 5 to 15 s that an environment has where it does not say are chosen
// after that. The 60 to 120 s of the shipped environments stay below: an alarm
// looks two periods further back than it needs, so that later points would let
// three datapoints become two.
func TestReactionIsAboutWhatAWSMeasured(t *testing.T) {
	mean := func(resolution time.Duration, tweak func(*model.Service)) (sum time.Duration) {
		const runs = 40
		for seed := range uint64(runs) {
			sum += triggered(t, seed, resolution, tweak) / runs
		}
		return sum
	}
	minute := mean(time.Minute, func(s *model.Service) {
		s.Publication = model.Spread{Min: 60 * time.Second, Max: 120 * time.Second}
	})
	fine := mean(20*time.Second, func(s *model.Service) {
		s.FinePublication = model.Spread{Min: 5 * time.Second, Max: 15 * time.Second}
	})
	require.InDelta(t, 363, minute.Seconds(), 0.15*363, "measured by AWS: 363 s")
	require.InDelta(t, 198+30+90, minute.Seconds(), 10, "reckoned above")
	require.InDelta(t, 86, fine.Seconds(), 0.05*86, "measured by AWS: 86 s")
	require.InDelta(t, 66+10+10, fine.Seconds(), 4, "reckoned above")
}
