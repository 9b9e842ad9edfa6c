package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
)

// The legs of an action lie on one axis, each where it began; a leg over its
// budget is told so in colour and in a word, and one without is only told.
func TestWaterfall(t *testing.T) {
	begin := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	leg := func(name string, from, least, most, budget time.Duration, answer judge.Answer) judge.Leg {
		return judge.Leg{Name: name, From: begin.Add(from), Least: judge.Seconds(least), Most: judge.Seconds(most), Budget: judge.Seconds(budget), Answer: answer}
	}
	v := mixed()
	require.Empty(t, waterfalls(v.Actions))
	v.Actions = []judge.Action{{From: 1, To: 2, When: "2m", Direction: "out", Kind: judge.ByPolicy, Role: "cpu", Confidence: judge.Certain}, {
		From: 2, To: 3, When: "5m", Direction: "out", Kind: judge.ByPolicy, Role: "cpu", Confidence: judge.Certain, Legs: []judge.Leg{
			leg("datapoint", 0, 100*time.Second, 100*time.Second, 0, ""),
			leg("order", 100*time.Second, 200*time.Second, 200*time.Second, 100*time.Second, judge.Fail),
			leg("running", 300*time.Second, 50*time.Second, 150*time.Second, 100*time.Second, judge.Inconclusive),
			leg("healthy", 300*time.Second, 0, 0, 700*time.Second, judge.Pass),
		}}}
	list := waterfalls(v.Actions)
	require.Equal(t, []waterfall{{Title: "scale-out 2 -> 3 by the CPU policy at 5m", From: "09:00:00Z", To: "+16m40s", Bars: []bar{
		{Name: "datapoint", Says: "1m40s", X: 0, Sure: 100, Open: 100},
		{Name: "order", Says: "3m20s of 1m40s, over", X: 100, Sure: 200, Open: 300, Budget: 200, Judged: true, Over: true},
		{Name: "running", Says: "50s to 2m30s of 1m40s, perhaps over", X: 300, Sure: 50, Open: 350, Width: 100, Budget: 400, Judged: true, Over: true},
		{Name: "healthy", Says: "0s of 11m40s", X: 300, Sure: 2, Open: 300, Budget: 1000, Judged: true},
	}}}, list)

	events := cpuHeavy()
	page, err := html(events, v, readFacts(events), Build(events))
	require.NoError(t, err)
	for _, want := range []string{`<tr class="over">`, `<tr class="told">`, `<line class="budget" x1="200" x2="200"`, "3m20s of 1m40s, over"} {
		require.Contains(t, string(page), want)
	}
	v.Actions = nil
	page, err = html(events, v, readFacts(events), Build(events))
	require.NoError(t, err)
	require.NotContains(t, string(page), `id="waterfalls"`)
}
