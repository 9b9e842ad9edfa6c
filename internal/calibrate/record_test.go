package calibrate

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// What a timeline tells falls into its minutes: windows by when they began,
// datapoints by their period, and from the look before a change of the tasks
// on none is of the same ones.
func TestRecordSortsByMinutes(t *testing.T) {
	r := NewRecord([]string{"heavy", "light"})
	at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
	point := func(s int, key string, v float64) {
		r.Add(timeline.Observed(at(s), at(s+150), at(s+120), "cloudwatch", key, timeline.MetricPoint{Key: key, Value: v, Period: time.Minute}))
	}
	window := func(s int, kind string, sent int64, failed map[string]int64) {
		k := timeline.KindWindow{Kind: kind, Sent: sent, Completed: map[string]int64{"200": sent}, Failed: failed}
		r.Add(timeline.New(at(s+1), "traffic", "", timeline.Window{Start: at(s), Length: time.Second, Kinds: []timeline.KindWindow{k}}))
	}
	r.Add(timeline.New(at(0), "ecs", "", timeline.Counts{Desired: 2, Running: 2}))
	window(59, "heavy", 5, nil)
	window(60, "heavy", 7, map[string]int64{"503": 2})
	window(61, "light", 1, nil)
	window(62, "nobody's", 9, nil)
	point(0, timeline.KeyCPU, 12.5)
	point(60, timeline.KeyCPU, 20)
	point(60, timeline.KeyCPU, 21) // told again, since CloudWatch corrected it
	point(60, timeline.KeyRequests, 10)
	require.True(t, r.Published(at(0), at(120)))
	require.False(t, r.Published(at(0), at(121)))
	what, _ := r.Moved()
	require.Empty(t, what)

	r.Add(timeline.Observed(at(125), at(125), at(110), "ecs", "", timeline.Counts{Desired: 3, Running: 2, Pending: 1}))
	r.Add(timeline.Observed(at(135), at(135), at(125), "ecs", "", timeline.Counts{Desired: 3, Running: 3}))
	what, since := r.Moved()
	require.Equal(t, "the tasks went from 2 running of 2 desired to 2 of 3", what)
	require.Equal(t, at(110), since)

	m := r.Minutes(at(0), at(121))
	require.Len(t, m, 3)
	require.Equal(t, []int64{5, 0}, m[0].Sent)
	require.Equal(t, []int64{7, 1}, m[1].Sent)
	require.Equal(t, []float64{12.5, 21, 10}, []float64{*m[0].CPU, *m[1].CPU, *m[1].PerTarget})
	require.Nil(t, m[2].CPU)
	require.Equal(t, []int{2, 0, 0}, []int{m[0].Tasks, m[1].Tasks, m[2].Tasks}, "the second may have ended on other tasks")
	require.Equal(t, 2, r.Tasks())

	ended, failed := r.Failures(0, at(0), at(120))
	require.Equal(t, int64(12), ended)
	require.Equal(t, map[string]int64{"503": 2}, failed)
}

// Of 100 requests per target on two tasks, 120 were ours.
func TestOthers(t *testing.T) {
	hundred := 100.0
	require.Equal(t, 40.0, Others([]Minute{{Sent: []int64{100, 20}, Tasks: 2, PerTarget: &hundred}, {Sent: []int64{5, 5}, Tasks: 2}}))
	require.Zero(t, Others(nil))
	require.Zero(t, Others([]Minute{{Sent: []int64{500}, Tasks: 2, PerTarget: &hundred}}))
}

// A deployment that was there at the first look is no change; a later one is.
func TestDeploymentsMove(t *testing.T) {
	r := NewRecord(nil)
	r.Add(timeline.New(began, "ecs", "", timeline.Deployment{}))
	what, _ := r.Moved()
	require.Empty(t, what)
	r.Add(timeline.Observed(began, began.Add(time.Minute), began.Add(45*time.Second), "ecs", "", timeline.Deployment{}))
	what, since := r.Moved()
	require.Equal(t, "a deployment of the service began", what)
	require.Equal(t, began.Add(45*time.Second), since)
}
