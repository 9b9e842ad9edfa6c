package judge

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// changedRate tells that the rate was changed, and has the windows tell of as
// many requests as were then scheduled.
func changedRate(changes map[time.Duration]float64) func(*tale) {
	return func(t *tale) {
		for at, factor := range changes {
			t.extra = append(t.extra, timeline.New(dawn.Add(at), "traffic", "climb", timeline.Rate{Factor: factor, By: timeline.ByKey, Stage: "climb"}))
		}
		t.factor = func(at time.Duration) float64 {
			factor, since := 1.0, time.Duration(-1)
			for from, f := range changes {
				if from <= at && from > since {
					factor, since = f, from
				}
			}
			return factor
		}
	}
}

const notJudged = "so what was expected under the planned load is not judged; run again without changing the rate."

// What is expected of the stage whose rate was changed, and of the whole run, is
// not known; what is expected of others, and what does not rest on the planned
// load, is judged.
func TestARateThatWasChanged(t *testing.T) {
	told := cpuHeavy()
	changedRate(map[time.Duration]float64{minutes(5): 1.1, minutes(8): 1})(told)
	v := told.judge(t)
	sayWhatToDo(t, v)
	require.Equal(t, Inconclusive, v.Answer)
	for _, r := range v.Results {
		was := r.ID + " " + r.Subject
		switch {
		case slices.Contains([]string{
			"load.apart cpu without requests", "scale-out.in-time climb", "scale-in.none climb, peak", "scale-out.only-by cpu", "capacity.held ",
			"capacity.stage-end climb", "scale-in.patient ", "stability.flapping ", "latency p99 climb, peak",
		}, was):
			require.Equal(t, Inconclusive, r.Answer, was)
			require.Contains(t, r.Explanation, "At 5m into the traffic (climb) the rate was set to 1.1 times the plan's by a key, "+notJudged, was)
		default:
			require.Equal(t, Pass, r.Answer, "%s: %s", was, r.Explanation)
		}
	}
	account, err := Tell(told.events(), v)
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(account.Story, func(m Moment) bool {
		return m.Says == "The rate was set to 1.1 times the plan's by a key." && m.After == Seconds(minutes(5))
	}))
	require.Equal(t, "the rate was changed while the run went on, so its load is not the one that was predicted",
		divergence(t, foretell(told.events(), timeline.Prediction{})).Absent)
}

// What was to be delivered is what was scheduled: windows that go on as planned
// under another rate are a weak witness.
func TestDeliveryUnderAnotherRate(t *testing.T) {
	for name, c := range map[string]struct {
		changes map[time.Duration]float64
		as      map[time.Duration]float64 // what the windows tell
		want    Answer
	}{
		"half as much again":   {map[time.Duration]float64{minutes(5): 1.5}, nil, Pass},
		"a pause to the end":   {map[time.Duration]float64{minutes(5): 0}, nil, Pass},
		"a pause, and resumed": {map[time.Duration]float64{minutes(5): 0, minutes(6): 1}, nil, Pass},
		"not sent":             {map[time.Duration]float64{minutes(5): 1.5}, map[time.Duration]float64{}, Inconclusive},
		"sent and not told":    {map[time.Duration]float64{}, map[time.Duration]float64{minutes(5): 1.5}, Inconclusive},
	} {
		t.Run(name, func(t *testing.T) {
			told, traffic := cpuHeavy(), cpuHeavy()
			if c.as == nil {
				c.as = c.changes
			}
			changedRate(c.changes)(told)
			changedRate(c.as)(traffic)
			told.factor = traffic.factor
			v := told.judge(t)
			require.Equal(t, c.want, answer(t, v, "load.delivered"))
			climb := of(t, v, "load.delivered")[1]
			require.Equal(t, "climb", climb.Subject)
			require.Equal(t, len(c.changes) > 0, strings.HasSuffix(climb.Expected, ", the rate changed"))
		})
	}
}

// A failure in a stage behind the one that was changed may be of its tasks, and
// is no failure; one before it stays, and so do errors wherever they are.
func TestFailuresAroundAChangedRate(t *testing.T) {
	early := func(t *tale) {
		t.orders = append([]said{{at: minutes(1.5), from: 1, to: 2, policy: cpuPolicy}}, t.orders...)
		t.orders[1].from = 2
	}
	changed := changedRate(map[time.Duration]float64{minutes(15): 1.5, minutes(16): 1})
	told := cpuHeavy()
	early(told)
	changed(told)
	require.Equal(t, Fail, answer(t, told.judge(t), "scale-out.none"), "before the change")

	late := func(told *tale) {
		told.orders = told.orders[:2]
		told.orders = append(told.orders, said{at: minutes(30), from: 3, to: 4, policy: cpuPolicy})
		told.expect(`{"no_scale_out":{"in":["settle"]}}`)
	}
	told = cpuHeavy()
	late(told)
	require.Equal(t, Fail, answer(t, told.judge(t), "scale-out.none"))
	changed(told)
	require.Equal(t, Inconclusive, answer(t, told.judge(t), "scale-out.none"), "behind the change")

	told = cpuHeavy()
	changed(told)
	told.traffic = func(at time.Duration, k *timeline.KindWindow) {
		if at >= minutes(15) && at < minutes(16) {
			k.Completed, k.Failed = map[string]int64{"500": k.Sent}, map[string]int64{"500": k.Sent}
		}
	}
	require.Equal(t, Fail, answer(t, told.judge(t), "errors"), "errors count")
}

// In recorded runs a change of the rate, so small that it changes no count,
// takes from the checks that rest on the planned load each pass and each
// failure of that stage, and from the others none.
func TestAChangedRateInRecordedRuns(t *testing.T) {
	seen := map[string]bool{}
	for _, of := range []string{"", "gradual-ramp"} {
		before := recorded(t, of).judge(t, checks)
		f, err := read(recorded(t, of).events)
		require.NoError(t, err)
		for _, s := range f.stages {
			changed := recorded(t, of)
			at := s.from.Add(s.For / 2)
			changed.add(timeline.New(at, "traffic", s.Name, timeline.Rate{Factor: 1.0001, By: timeline.BySocket, Stage: s.Name}),
				timeline.New(s.to.Add(-time.Second), "traffic", s.Name, timeline.Rate{Factor: 1, By: timeline.BySocket, Stage: s.Name}))
			v := changed.judge(t, checks)
			require.Len(t, v.Results, len(before.Results))
			for i, r := range v.Results {
				planned := slices.ContainsFunc(checks, func(c check) bool { return c.id == r.ID && c.planned })
				about := strings.Split(strings.TrimPrefix(r.Subject, "p99 "), ", ")
				switch was := before.Results[i]; {
				case !planned:
					require.Equal(t, was.Answer, r.Answer, "%s %s", r.ID, r.Subject)
				case was.Answer == Pass && slices.Contains(about, s.Name):
					require.Equal(t, Inconclusive, r.Answer, "%s %s", r.ID, r.Subject)
					require.Contains(t, r.Explanation, "through the control socket, "+notJudged)
					seen[r.ID] = true
				case was.Answer == Pass && r.Answer == Inconclusive:
					seen[r.ID] = true
				default:
					require.Equal(t, was.Answer, r.Answer, "%s %s", r.ID, r.Subject)
				}
			}
		}
	}
	for _, c := range checks {
		if c.planned && c.id != "stability.settled" { // the recorded runs expect it of no stage
			require.True(t, seen[c.id], c.id)
		}
	}
}

// The stage that is to settle is one that the rate was not changed in.
func TestSettledUnderAnotherRate(t *testing.T) {
	told := toSettle("peak", "8m")()
	require.Equal(t, Pass, answer(t, told.judge(t), "stability.settled"))
	changedRate(map[time.Duration]float64{minutes(15): 1.5})(told)
	require.Equal(t, Inconclusive, answer(t, told.judge(t), "stability.settled"))
}

// A factor that is none was never written.
func TestARateThatCannotBe(t *testing.T) {
	told := recorded(t, "")
	told.add(timeline.New(told.at(minutes(5)), "traffic", "climb", timeline.Rate{Factor: -1}))
	told.number()
	_, err := Judge(told.events)
	require.ErrorContains(t, err, "(traffic.rate) sets the rate to -1 times the plan's: the line was altered")
}
