package plan_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

// written is the plan of a scenario with two kinds that are rated by its
// stages, page and post, and one with a rate of its own.
func written(t *testing.T, stages string, files ...string) (*plan.Plan, error) {
	t.Helper()
	dir := t.TempDir()
	environment, err := filepath.Abs("../../scenarios/environments/nginx.yaml")
	require.NoError(t, err)
	for i := 0; i < len(files); i += 2 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600))
	}
	path := filepath.Join(dir, "x.yaml")
	require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, `version: 1
name: x
environment: %s
service: nginx
policies: []
requests:
  page: {path: /}
  post: {path: /, body: {inline: "{}"}}
  own: {path: /own, rate: 1/s, in: [owned]}
traffic:
  seed: 1
  arrivals: uniform
  ceiling: 1000/s
  stages:
%s`, environment, stages), 0o600))
	_, p, err := plan.Open(path, scenario.LoadOptions{})
	return p, err
}

// owned ends each scenario with the stage of the kind that has its own rate.
const owned = "    - {name: owned, for: 1m, ramp: 30s, rate: {page: 2/s, post: 0/s}}\n"

// perSecond is the total rate at an instant.
func perSecond(p *plan.Plan, at time.Duration) float64 {
	s := p.Stages[p.StageAt(at)]
	return p.LoadAt(s, at-s.Start).PerMinute / 60
}

func TestCurves(t *testing.T) {
	type at struct {
		at   time.Duration
		rate float64
	}
	const csv = "time,rate\n0s,10\n1m,40\n2m,20\n3m,20\n"
	for _, c := range []struct {
		name, stage string
		want        []at
		mean        float64
	}{
		{"a ramp in steps begins with the first", "ramp: 4m, steps: 4, rate: {page: 8/s}", []at{
			{0, 2}, {time.Minute - 1, 2}, {time.Minute, 4}, {2 * time.Minute, 6}, {3 * time.Minute, 8}, {9 * time.Minute, 8}}, 6.8},
		{"a sine begins and ends at the stage's own", "rate: {page: 2/s}, sine: {period: 5m, rate: {page: 6/s, post: 4/s}}", []at{
			{0, 2}, {75 * time.Second, 6}, {150 * time.Second, 10}, {225 * time.Second, 6}, {5 * time.Minute, 2}, {450 * time.Second, 10}}, 6},
		{"behind a ramp", "ramp: 5m, rate: {page: 4/s}, sine: {period: 5m, rate: {page: 8/s}}", []at{
			{150 * time.Second, 2}, {5 * time.Minute, 4}, {450 * time.Second, 8}, {10*time.Minute - 1, 4}}, 4},
		{"a spike rises, holds and falls", "rate: {page: 2/s}, spike: {at: 2m, rise: 10s, hold: 1m, fall: 20s, rate: {page: 12/s}}", []at{
			{0, 2}, {2 * time.Minute, 2}, {125 * time.Second, 7}, {130 * time.Second, 12}, {190 * time.Second, 12}, {200 * time.Second, 7}, {210 * time.Second, 2}}, 2 + (60.+15)/60},
		{"or jumps, from the beginning", "rate: {page: 2/s}, spike: {at: 0s, hold: 1m, rate: {page: 12/s}}", []at{
			{0, 12}, {time.Minute - 1, 12}, {time.Minute, 2}}, 3},
		{"a recording has its rates, in parts", "replay: {file: r.csv, faster: 0.4x, scale: 0.5x, mix: {page: 1, post: 3}}", []at{
			{0, 5}, {150 * time.Second, 20}, {5 * time.Minute, 10}, {450 * time.Second, 10}}, 11.25},
		{"or its shape", "replay: {file: r.csv, from: 1m, faster: 0.3x, rate: {page: 8/s}}", []at{
			{0, 8}, {200 * time.Second, 4}, {10*time.Minute - 1, 4}}, 8./3 + 4.*2/3},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := written(t, "    - {name: it, for: 10m, "+c.stage+"}\n"+owned, "r.csv", csv)
			require.NoError(t, err)
			for _, w := range c.want {
				require.InDelta(t, w.rate, perSecond(p, w.at), 1e-6, "%v", w.at)
			}
			it := p.Stages[0]
			require.Equal(t, 10*time.Minute, it.Course[len(it.Course)-1].End())
			require.InDelta(t, c.mean, p.Mean(it).PerMinute/60, 1e-9)
			most := 0.0
			for _, w := range c.want {
				most = max(most, w.rate)
			}
			require.InDelta(t, most*60, it.PerMinute, 1e-6)
			require.InDelta(t, most*60, p.Full(it).PerMinute, 1e-6)
			require.NotEmpty(t, it.Shape)

			var back plan.Plan
			require.NoError(t, json.Unmarshal(plan.Raw(p), &back))
			require.Equal(t, p.Stages, back.Stages)

			var text strings.Builder
			plan.Describe(&text, p)
			require.Contains(t, text.String(), "\nCurves\n  stage  curve ")
			require.Contains(t, text.String(), it.Shape)
			require.InDelta(t, perSecond(p, 10*time.Minute-1), perSecond(p, 10*time.Minute)-1, 0.01, "the next ramp goes on where the curve ended, and the kind of its own begins")
		})
	}
}

// The pieces lie along the sine, and their mean is its mean.
func TestSineIsDrawnAlongTheSine(t *testing.T) {
	p, err := written(t, "    - {name: it, for: 1h10m, rate: {page: 10/s}, sine: {period: 7m, rate: {page: 110/s}}}\n"+owned)
	require.NoError(t, err)
	worst := 0.0
	for at := time.Duration(0); at < 70*time.Minute; at += 777 * time.Millisecond {
		want := 10 + 50*(1-math.Cos(2*math.Pi*float64(at)/float64(7*time.Minute)))
		worst = max(worst, math.Abs(want-perSecond(p, at)))
	}
	require.Less(t, worst, 0.13)
	require.InDelta(t, 60, p.Mean(p.Stages[0]).PerMinute/60, 1e-9)
}

// Demands make the same curve: what lies between two of them is between their
// rates, and in tasks between them.
func TestCurveOfDemands(t *testing.T) {
	doc, _ := opened(t)
	stage := &doc.Scenario.Traffic.Stages[0]
	high := func(cpu, requests float64) *scenario.Demand {
		return &scenario.Demand{CPU: &scenario.TaskLoad{Tasks: cpu}, Requests: &scenario.TaskLoad{Tasks: requests}}
	}
	stage.Sine = &scenario.Sine{Period: stage.For, Demand: high(1.5, 0.6)}
	p, err := plan.Build(doc)
	require.NoError(t, err)
	s := p.Stages[0]
	require.InDelta(t, 1.5, s.CPUTasks, 1e-9)
	require.InDelta(t, 0.6, s.RequestTasks, 1e-9)
	require.Equal(t, 2, p.Tasks(s))
	mean := p.Mean(s)
	require.InDelta(t, 1.0, mean.MilliCPU/700, 1e-6, "of 0.5 and 1.5")
	require.InDelta(t, 0.5, mean.PerMinute/1500, 1e-6, "of 0.4 and 0.6")
	require.InDelta(t, 0.5*700, p.LoadAt(s.Opening(), 0).MilliCPU, 1e-6, "the world lived at the stage's own")
	past, n := p.Past(), 0
	for _, ok := past.Next(); ok; _, ok = past.Next() {
		n++
	}
	require.InDelta(t, 0.4*1500/60*p.Lived.Seconds(), n, 500)
}

// A spike that no alarm has datapoints enough to see is told, where a scale-out
// is expected of it.
func TestSpikeThatNoAlarmSees(t *testing.T) {
	doc, _ := opened(t)
	stage := &doc.Scenario.Traffic.Stages[1]
	minutes := func(n float64) scenario.Duration { return scenario.Duration(n * float64(time.Minute)) }
	high := stage.Demand
	for hold, seen := range map[float64]bool{1: false, 5: true} {
		stage.Ramp, stage.Demand = 0, doc.Scenario.Traffic.Stages[0].Demand
		stage.Spike = &scenario.Spike{At: minutes(1), Rise: minutes(0.5), Hold: minutes(hold), Demand: high}
		p, err := plan.Build(doc)
		require.NoError(t, err)
		told := ""
		for _, n := range p.Notes {
			if n.Stage == stage.Name {
				told += n.Text + "\n"
			}
		}
		const blind = "its load asks for more tasks for 1m10s at a time, and the alarm of the cpu policy needs 3 datapoints of 1m: it may not fire"
		if seen {
			require.NotContains(t, told, "may not fire")
		} else {
			require.Contains(t, told, blind, "of half a minute from 0.5 to 1.25 tasks the last third, and the minute of hold")
		}
	}
}

// Kinds that a recording tells apart have its rates, and one with a rate of
// its own has that.
func TestReplayOfKinds(t *testing.T) {
	const csv = "time,count:page,count:post\n0s,60,120\n1m,0,600\n"
	p, err := written(t, "    - {name: owned, for: 1m30s, replay: {file: r.csv}}\n", "r.csv", csv)
	require.NoError(t, err)
	s := p.Stages[0]
	require.Equal(t, []plan.Rate{{From: 1, To: 1}, {From: 1, To: 1}, {From: 2, To: 2}}, s.Course[0].Rates, "own, page, post")
	require.Equal(t, []plan.Rate{{From: 1, To: 1}, {}, {From: 10, To: 10}}, s.Course[1].Rates)
	require.Equal(t, "r.csv", s.Shape)
	require.InDelta(t, 90+60+120+300, p.Expected(), 1e-9)
}

func TestCurveFaults(t *testing.T) {
	const csv, kinds, empty = "time,rate\n0s,10\n1m,40\n", "time,rate:page,rate:own\n0s,1,1\n1m,1,1\n", "time,rate\n0s,0\n1m,0\n"
	for _, c := range []struct{ stage, want string }{
		{"for: 10m, replay: {file: r.csv, mix: {page: 1}}", `15:23: the stage lasts 10m, and of r.csv there are only 2m to replay: shorten the stage, or replay it less fast`},
		{"for: 1m, replay: {file: r.csv, from: 2m, mix: {page: 1}}", `15:55: r.csv is over after 2m: begin earlier`},
		{"for: 2m, replay: {file: r.csv}", `15:35: r.csv does not tell kinds of request apart: say how they mix, as mix: {page: 1, post: 3}, or what its highest rate stands for, by demand or rate`},
		{"for: 2m, replay: {file: kinds.csv}", `15:42: kinds.csv has rates of the kind own, which has a rate of its own: leave out one of the two`},
		{"for: 2m, replay: {file: kinds.csv, mix: {page: 1}}", `15:58: kinds.csv tells the kinds of request apart itself: leave mix out`},
		{"for: 2m, replay: {file: empty.csv, rate: {page: 1/s}}", `15:42: empty.csv holds no request where the stage replays it: there is no highest rate to be the replay's`},
		{"for: 2m, replay: {file: bad.csv}", `bad.csv:3:4: "many" is no number of requests`},
		{"for: 2m, replay: {file: none.csv}", `15:42: recording none.csv: no such file`},
		{"for: 2m, rate: {page: 1/s}, spike: {at: 1m, hold: 30s, rate: {page: 2000/s}}", `13:12: the ceiling of 1000/s is not above the 2000/s of stage it: it would cut the load`},
	} {
		_, err := written(t, "    - {name: it, "+c.stage+"}\n"+owned, "r.csv", csv, "kinds.csv", kinds, "empty.csv", empty, "bad.csv", "time,rate\n0s,1\n1m,many\n")
		var faults scenario.Faults
		require.ErrorAs(t, err, &faults, c.stage)
		require.Contains(t, faults[0].String(), c.want)
		require.Len(t, faults, 1, "%v", err)
	}
}
