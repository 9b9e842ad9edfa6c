package report

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// A policy that is removed in the traffic is marked, and the bars of its alarms
// end there: they went with it.
func TestRemovedPolicyEndsItsAlarms(t *testing.T) {
	events := cpuHeavy()
	whole := Build(events)
	require.Empty(t, whole.Turns, "what the run undoes at its end is not drawn")
	origin := whole.Origin
	gone := timeline.New(origin.Add(3*time.Minute), "autoscaling", "", timeline.PolicyState{Policy: scaling.Policy{Name: reqPolicy, Metric: scaling.MetricRequestCount}, Removed: true})
	back := timeline.New(origin.Add(20*time.Minute), "autoscaling", "", timeline.PolicyState{Policy: scaling.Policy{Name: reqPolicy, Metric: scaling.MetricRequestCount}})
	i := 0
	for i < len(events) && !events[i].Seen.After(gone.Seen) {
		i++
	}
	events = append(events[:i:i], append([]timeline.Event{gone, back}, events[i:]...)...)
	p := Build(events)
	require.Equal(t, []Turn{{3 * time.Minute, ToneRequests, reqPolicy, true}, {20 * time.Minute, ToneRequests, reqPolicy, false}}, p.Turns)
	for _, s := range p.Spans {
		if s.Lane == ToneRequests {
			require.LessOrEqual(t, s.To, 3*time.Minute)
		}
	}
	require.NotEqual(t, whole.Spans, p.Spans)
	page, err := html(events, mixed(), readFacts(events), p)
	require.NoError(t, err)
	require.Contains(t, string(page), `"removed":true,"says":"policy removed"`)
	require.Contains(t, string(page), "✕ policy removed")
}

// What failed as it was to stands at the top, of the page and of the summary,
// and is told as what it is.
func TestNegativeControlsAreAtTheTop(t *testing.T) {
	v := mixed()
	v.Results = append(v.Results, judge.Result{ID: "saturation", Subject: "cpu", Answer: judge.Pass, Severity: judge.Counts, Inverted: true, Explanation: "Failed, as it was to: it was hot."})
	events := cpuHeavy()
	page, err := html(events, v, readFacts(events), Build(events))
	require.NoError(t, err)
	head, _, _ := strings.Cut(string(page), `id="charts"`)
	require.Contains(t, head, "✓ failed, as it was to")
	require.Contains(t, head, "it was hot")
	require.NotContains(t, strings.TrimPrefix(string(page), head), "it was hot")
	text := string(summary(v, readFacts(events), Build(events), nil))
	require.Contains(t, text, "| ✅ failed, as it was to | saturation cpu |")
	require.Less(t, strings.Index(text, "✅ failed"), strings.Index(text, "✅ pass |"))
}

// The summary has the legs of each change as a table.
func TestSummaryHasTheLegs(t *testing.T) {
	begin := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	a := judge.Action{From: 1, To: 2, When: "2m", Direction: "out", Kind: judge.ByPolicy, Role: "cpu", Confidence: judge.Certain, Legs: []judge.Leg{
		{Name: "order", From: begin, Least: judge.Seconds(70 * time.Second), Most: judge.Seconds(70 * time.Second), Budget: judge.Seconds(time.Minute), Answer: judge.Fail},
		{Name: "latency", From: begin.Add(2 * time.Minute), Least: 0, Most: judge.Seconds(10 * time.Second)},
	}}
	require.Equal(t, "\n### Where the time went\n\n| change | order | latency |\n|---|---|---|\n"+
		"| scale-out 1 -&gt; 2 by the CPU policy at 2m | 1m10s of 1m, over | 0s to 10s |\n", legsTable([]judge.Action{a, {To: 1}}))
	require.Empty(t, legsTable([]judge.Action{{To: 1}}))
}
