package report

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// A run of traffic alone looks at no service: its report has neither empty
// diagrams of one nor numbers that nobody saw.
func TestTrafficAloneHasNoPanelsOfScaling(t *testing.T) {
	var events []timeline.Event
	for _, e := range cpuHeavy() {
		switch d := e.Data.(type) {
		case timeline.Started:
			d.Command = "loadgen run"
			e.Data = d
		case timeline.Stage, timeline.Window, timeline.Ended:
		default:
			continue
		}
		events = append(events, e)
	}
	p := Build(events)
	var ids []string
	for _, q := range p.List {
		ids = append(ids, q.ID)
	}
	require.Equal(t, []string{PanelLatency, PanelRate, PanelErrors}, ids)
	var names []string
	for _, c := range cards(p, judge.Verdict{}) {
		require.NotEqual(t, "not seen", c.Value, c.Name)
		names = append(names, c.Name)
	}
	require.Equal(t, []string{"Length", "Slowest p99", "Failed requests"}, names)

	files, err := compose(events, judge.Verdict{Answer: judge.Pass, Sentence: "It passed."})
	require.NoError(t, err)
	page := files[slices.IndexFunc(files, func(f file) bool { return f.name == PageFile })]
	require.NotContains(t, string(page.data), "Scaling events")
	require.False(t, slices.ContainsFunc(files, func(f file) bool { return f.name == PanelTasks+".png" }))
}
