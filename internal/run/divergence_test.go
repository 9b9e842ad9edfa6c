package run

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/flaw"
	"scaleproof/internal/judge"
	"scaleproof/internal/model"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// climb is the run of short.yaml with at most so many tasks: the climb begins
// two minutes after the traffic, takes a minute, and asks for two tasks;
// nothing scales in until the end, twenty minutes after the traffic's
// beginning. With at most two tasks there is one order, of one task.
func climb(t *testing.T, most int) (*scenario.Document, *plan.Plan) {
	t.Helper()
	doc, _ := planned(t, "testdata/short.yaml")
	for key, s := range doc.Environment.Services {
		s.Capacity.Max = most
		doc.Environment.Services[key] = s
	}
	p, err := plan.Build(doc)
	require.NoError(t, err)
	return doc, p
}

// foretold are the predictions of climb, by most: these tests are not parallel.
var foretold = map[int]timeline.Payload{}

// diverged judges a run in a world that is other than the one the run expects,
// with and without the prediction in its timeline: the results are the same.
func diverged(t *testing.T, most int, change func(*model.Config)) judge.Divergence {
	t.Helper()
	doc, p := climb(t, most)
	told, known := foretold[most]
	if !known {
		told = predicted(context.Background(), &doc.Environment, p, p.Seed, predict.Options{})
		foretold[most] = told
	}
	world := predict.World(&doc.Environment, p.Seed, clock.Epoch)
	change(&world)
	var with, without []timeline.Event
	add := func(to *[]timeline.Event, e timeline.Event) {
		e.Seq = int64(len(*to) + 1)
		*to = append(*to, e)
	}
	require.NoError(t, predict.Run(predict.Live(world, clock.Epoch, p), p, predict.Options{
		Started: timeline.Started{Format: timeline.Format, Command: "validate run", Scenario: p.Scenario, Service: p.Service, Plan: plan.Raw(p)},
		Emit: func(e timeline.Event) {
			if e.Data == (timeline.Phase{Name: timeline.PhaseTraffic}) {
				add(&with, timeline.New(e.At, "run", "", told))
			}
			add(&with, e)
			add(&without, e)
		},
	}))
	v, err := judge.Judge(with)
	require.NoError(t, err)
	bare, err := judge.Judge(without)
	require.NoError(t, err)
	require.Equal(t, "the timeline holds no prediction", bare.Divergence.Absent)
	require.Equal(t, bare.Answer, v.Answer)
	require.Equal(t, bare.Sentence, v.Sentence)
	require.Len(t, v.Results, len(bare.Results))
	for i, r := range v.Results {
		require.Equal(t, bare.Results[i].Answer, r.Answer, r.ID)
		require.Equal(t, bare.Results[i].Measured, r.Measured, r.ID)
	}
	return *v.Divergence
}

// web is the service of short.yaml.
var web = scaling.Service{Cluster: "staging-cluster", Name: "staging-web-ingestion"}

func each(c *model.Config, change func(*model.Service)) {
	for i := range c.Services {
		change(&c.Services[i])
	}
}

func slower(s *model.Spread, by time.Duration) { s.Min, s.Max = s.Min+by, s.Max+by }

func TestDivergenceIsZeroInTheExpectedWorld(t *testing.T) {
	d := diverged(t, 2, func(*model.Config) {})
	require.False(t, d.Large)
	require.Equal(t, "As predicted, in every order and every count of tasks.", d.Sentence)
	require.Zero(t, d.Running.Size+d.Desired.Size)
	require.Zero(t, d.Missing+d.Extra)
	require.Positive(t, d.Running.Observed)
	require.Equal(t, d.Running.Predicted, d.Running.Observed)
	for _, a := range d.Actions {
		require.Zero(t, *a.Late)
	}
}

// One task that starts two minutes late: two minutes of one task, and the
// order that asked for it came when it was expected.
func TestDivergenceOfASlowStart(t *testing.T) {
	d := diverged(t, 2, func(c *model.Config) {
		each(c, func(s *model.Service) { slower(&s.Start, 2*time.Minute) })
	})
	require.True(t, d.Large)
	require.Equal(t, judge.Seconds(2*time.Minute), d.Running.Size)
	require.Equal(t, -judge.Seconds(2*time.Minute), d.Running.Balance)
	require.Zero(t, d.Desired.Size)
	require.Zero(t, *d.Actions[0].Late)
}

// Metrics that are published two minutes later have the alarm see what was
// before the first step for longer: it steps once more, and what it adds stays
// until the end.
func TestDivergenceOfLateMetrics(t *testing.T) {
	d := diverged(t, 5, func(c *model.Config) {
		each(c, func(s *model.Service) { slower(&s.Publication, 2*time.Minute) })
	})
	require.True(t, d.Large)
	require.Equal(t, 1, d.Extra)
	require.Positive(t, d.Largest.Tasks)
	require.Equal(t, judge.Seconds(d.Largest.Tasks)*(d.Length-d.Largest.At), d.Desired.Balance)
	require.InDelta(t, time.Duration(d.Desired.Balance).Seconds(), time.Duration(d.Running.Balance).Seconds(), float64(d.Largest.Tasks)*75, "their starts are drawn")
}

// A task that is killed is missing until its successor runs.
func TestDivergenceOfAKilledTask(t *testing.T) {
	d := diverged(t, 2, func(c *model.Config) {
		c.Happenings = append(c.Happenings, model.Happening{At: clock.Epoch.Add(16 * time.Minute), Service: web, Kill: 1})
	})
	require.Zero(t, d.Desired.Size, "the count that is asked for is the same")
	require.LessOrEqual(t, d.Running.Balance, -judge.Seconds(20*time.Second))
	require.GreaterOrEqual(t, d.Running.Balance, -judge.Seconds(90*time.Second))
}

// While a deployment replaces two tasks there are more of them.
func TestDivergenceOfADeployment(t *testing.T) {
	d := diverged(t, 2, func(c *model.Config) {
		c.Happenings = append(c.Happenings, model.Happening{
			At: clock.Epoch.Add(14 * time.Minute), Service: web,
			Change: &scaling.Change{Op: scaling.UpdateDesired, Service: web, Deploy: true},
		})
	})
	require.Zero(t, d.Desired.Size)
	require.GreaterOrEqual(t, d.Running.Balance, judge.Seconds(2*30*time.Second), "two old ones drain for half a minute")
	require.LessOrEqual(t, d.Running.Balance, judge.Seconds(2*4*time.Minute))
}

// Activities that are listed late are no other scaling; looks that are refused
// are no look.
func TestDivergenceOfAWeakWitness(t *testing.T) {
	d := diverged(t, 2, func(c *model.Config) {
		c.Faults = append(c.Faults, model.Fault{Kind: flaw.ActivitiesLate, Size: int64(2 * time.Minute)})
	})
	require.Zero(t, d.Desired.Size+d.Running.Size)
	require.Zero(t, *d.Actions[0].Late)

	d = diverged(t, 2, func(c *model.Config) {
		c.Faults = append(c.Faults, model.Fault{Kind: flaw.LooksRefused, Of: "service", From: clock.Epoch.Add(5 * time.Minute), For: 4 * time.Minute})
	})
	require.InDelta(t, 240, time.Duration(d.Unseen).Seconds(), 90, "to the heartbeat")
}

// Another draw of the delays is another course, and no large one.
func TestDivergenceOfAnotherDraw(t *testing.T) {
	d := diverged(t, 2, func(c *model.Config) { c.Seed = 99 })
	require.False(t, d.Large, d.Sentence)
	require.Positive(t, d.Running.Size)
}

// The same over sockets and the SDK: a run of an environment file whose tasks
// start three times as slowly knows nothing of it beforehand. Its one task runs
// later by twice its start, as the prediction has that, to the poll.
func TestRunDivergesBySlowStarts(t *testing.T) {
	file, err := os.ReadFile("../../scenarios/environments/local.yaml")
	require.NoError(t, err)
	text := strings.ReplaceAll(string(file), "{min: 1, max: 5}", "{min: 1, max: 2}")
	text = strings.Replace(text, "\nemulator:\n", "\nemulator:\n  faults: [{name: starts-slow, size: 3}]\n", 1)
	environment := filepath.Join(t.TempDir(), "slow.yaml")
	require.NoError(t, os.WriteFile(environment, []byte(text), 0o644))
	reports := t.TempDir()
	var out bytes.Buffer
	require.NoError(t, Validate(context.Background(), console(&out), Options{Scenario: "testdata/short.yaml", Environment: environment, Reports: reports}), out.String())
	dirs, err := filepath.Glob(filepath.Join(reports, "*"))
	require.NoError(t, err)
	require.Len(t, dirs, 1)
	events, v, err := judged(dirs[0], JudgeOptions{})
	require.NoError(t, err)
	told, _ := timeline.Foretold(events)
	require.NotNil(t, told)

	order, ok := told.Course.FirstOrder(timeline.Out, "")
	require.True(t, ok)
	runs := told.Course.Running
	require.Len(t, runs, 2, "one task, and then two")
	late := 2 * (runs[1].At - order.At).Seconds()
	require.InDelta(t, late, time.Duration(v.Divergence.Running.Size).Seconds(), 30, "its start is known to the poll, and so twice that to two")
	require.Equal(t, -v.Divergence.Running.Size, v.Divergence.Running.Balance)
	require.Zero(t, v.Divergence.Desired.Size)
	written, err := os.ReadFile(filepath.Join(dirs[0], judge.FileName))
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, v.WriteJSON(&b))
	require.Equal(t, b.String(), string(written), "judged again from its folder, the run has the same divergence")
}
