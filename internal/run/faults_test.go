package run

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/model"
	"scaleproof/internal/policies"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// The operations that a run calls, by when it calls them.
var (
	once    = []string{"GetCallerIdentity", "DescribeTargetGroups", "DescribeTargetGroupAttributes", "DescribeLoadBalancers", "DescribeListeners", "DescribeRules"}
	both    = []string{"DescribeServices", "DescribeTargetHealth", "DescribeScalableTargets", "DescribeScalingPolicies"} // before the run, and while it looks
	looks   = []string{"DescribeAlarms", "DescribeScalingActivities", "GetMetricData"}
	changes = []string{"PutScalingPolicy", "DeleteScalingPolicy"}
)

var throttled error = &model.Error{Code: "ThrottlingException", Message: "Rate exceeded"}

// mishap is what befalls the calls of some operations.
type mishap struct {
	operations  []string
	first, last int // of the calls that it befalls, each operation's counted from 1; last 0: and all after
	delay       time.Duration
	err         error
}

func (m mishap) fault(operation string, n int) (time.Duration, error) {
	if !slices.Contains(m.operations, operation) || n < m.first || m.last > 0 && n > m.last {
		return 0, nil
	}
	return m.delay, m.err
}

// outcome is how a run ended.
type outcome struct {
	code     int
	restored bool // as the run says
	open     bool // its journal
	changed  bool // the world, from before to after
	calls    map[string]int
}

// befall does a short run whose calls meet a mishap.
func befall(t *testing.T, m mishap) (o outcome) {
	t.Helper()
	service := scaling.Service{Cluster: "staging-cluster", Name: "staging-web-ingestion"}
	stands := func(w *model.World) scaling.Look {
		look, err := w.Look(service, model.What{Scalable: true, Policies: true})
		require.NoError(t, err)
		return look
	}
	var out bytes.Buffer
	var world *model.World
	var before scaling.Look
	reports := t.TempDir()
	o.calls = map[string]int{}
	ended := make(chan error, 1)
	go func() { // ends with the run, which is waited for
		ended <- Validate(context.Background(), console(&out), Options{
			Scenario: "testdata/brief.yaml", Reports: reports,
			embedded: func(w *model.World, _ *clock.Clock) { world, before = w, stands(w) },
			fault: func(operation string, n int) (time.Duration, error) {
				o.calls[operation] = n
				return m.fault(operation, n)
			},
		})
	}()
	select {
	case err := <-ended:
		o.code = Code(err)
	case <-time.After(time.Minute):
		require.FailNow(t, "the run hangs")
	}
	o.changed = len(scaling.Differences(before, stands(world))) > 0
	files, err := filepath.Glob(filepath.Join(reports, "*", timeline.FileName))
	require.NoError(t, err)
	if len(files) == 0 {
		return o // it refused before it had a folder
	}
	events, err := timeline.ReadFile(files[0])
	require.NoError(t, err)
	last, ok := events[len(events)-1].Data.(timeline.Ended)
	require.True(t, ok, "the timeline says how the run ended")
	o.restored = last.Restored
	entries, err := policies.ReadJournalFile(filepath.Dir(files[0]))
	o.open = err == nil && !policies.Closed(entries)
	return o
}

// Whatever call fails, and however, the run ends with the code that says what
// it is worth, and leaves the policies as they were, unless the undo's own
// calls fail for ever: then it says so, and its journal stays open.
func TestCallsThatFail(t *testing.T) {
	calls := befall(t, mishap{}).calls
	require.ElementsMatch(t, slices.Concat(once, both, looks, changes), keys(calls), "an operation that this test does not know")
	type want struct {
		code int
		open bool
	}
	each := func(what string, operations []string, m mishap, w want) {
		for _, operation := range operations {
			m := m
			m.operations = []string{operation}
			if m.first < 0 {
				m.first += calls[operation] + 1 // counted from the end of a run that nothing befalls
			}
			t.Run(what+"/"+operation, func(t *testing.T) {
				t.Parallel()
				o := befall(t, m)
				require.GreaterOrEqual(t, o.calls[operation], m.first, "the mishap came to pass")
				require.Equal(t, w, want{o.code, o.open})
				if operation != "GetCallerIdentity" || w.code == ExitPass { // asked before there is a timeline
					require.Equal(t, !w.open, o.restored)
				}
				if !w.open {
					require.False(t, o.changed)
				}
			})
		}
	}
	passes, refuses := want{ExitPass, false}, want{ExitRefused, false}
	blind, open := want{ExitInconclusive, false}, want{ExitNotRestored, true}

	each("throttled once, before anything changed", slices.Concat(once, both), mishap{first: 1, last: 1, err: throttled}, refuses)
	each("throttled once, on the way", slices.Concat(looks, changes), mishap{first: 1, last: 1, err: throttled}, passes)
	each("throttled for ever, before the alarms settle", []string{"DescribeAlarms"}, mishap{first: 1, err: throttled}, refuses)
	each("throttled for ever, in apply", []string{"PutScalingPolicy"}, mishap{first: 2, err: throttled}, refuses)
	each("throttled for ever, before anything changed", both[2:], mishap{first: 2, err: throttled}, refuses)
	each("throttled for ever, while it looks", []string{"DescribeServices", "DescribeTargetHealth"}, mishap{first: 2, err: throttled}, blind)
	each("throttled for ever, while it looks", []string{"DescribeScalingActivities", "GetMetricData"}, mishap{first: 1, err: throttled}, blind)
	each("throttled for ever, in the undo", slices.Concat(changes, both[2:]), mishap{first: -1, err: throttled}, open)
	each("answers lost for ever", changes, mishap{first: 1, err: emulator.ErrLost}, passes)
	each("answers lost for ever, in the undo", both[2:], mishap{first: -1, err: emulator.ErrLost}, open)
	each("delayed", once[:1], mishap{first: 1, delay: 90 * time.Second}, passes)
	each("delayed", changes, mishap{first: 1, delay: 90 * time.Second}, passes)
	each("delayed", slices.Concat(both, looks), mishap{first: 1, delay: 90 * time.Second}, blind)
}

func keys(m map[string]int) (list []string) {
	for k := range m {
		list = append(list, k)
	}
	return list
}
