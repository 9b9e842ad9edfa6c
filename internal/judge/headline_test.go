package judge

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Each check has one place in the order of causes, and the page tells the same order.
func TestCausesAreAllChecks(t *testing.T) {
	require.ElementsMatch(t, IDs(), causes)
	page, err := os.ReadFile("../../docs/checks.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(page), "## The sentence\n")
	require.True(t, ok)
	section, _, _ = strings.Cut(section, "\n## ")
	var told []string
	for _, m := range regexp.MustCompile("`([a-z-]+\\.[a-z-]+|errors|latency|saturation)`").FindAllStringSubmatch(section, -1) {
		if !slices.Contains(told, m[1]) {
			told = append(told, m[1])
		}
	}
	require.Equal(t, causes, told)
}

// at is a moment, for a story of results.
func at(minutes int) time.Time { return dawn.Add(time.Duration(minutes) * time.Minute) }

// The sentence begins with the cause, whatever the order of judging.
func TestHeadlineIsTheCause(t *testing.T) {
	fail := func(id string) Result {
		return Result{ID: id, Answer: Fail, Severity: Counts, Explanation: "Of " + id + ".", until: at(10)}
	}
	unsure := func(id string, since time.Time) Result {
		r := fail(id)
		r.Answer, r.since = Inconclusive, since
		return r
	}
	warning := fail("policies.exact")
	warning.Severity = Warns
	control := fail("errors")
	control.Inverted = true
	for _, c := range []struct {
		name     string
		results  []Result
		id, says string
	}{
		{"a cooldown that was ignored, and the scale-in that came of it",
			[]Result{fail("scale-in.none"), fail("cooldown.scale-out"), fail("latency")},
			"cooldown.scale-out", "fail: day: Of cooldown.scale-out (and 2 more checks)"},
		{"what stood wrong explains all", []Result{fail("saturation"), fail("scale-out.in-time"), fail("target.exact")},
			"target.exact", "fail: day: Of target.exact (and 2 more checks)"},
		{"what is not known does not come before a failure", []Result{unsure("load.delivered", time.Time{}), fail("latency")},
			"latency", "fail: day: Of latency."},
		{"but for what began before users were harmed and was nobody's failure",
			[]Result{unsure("load.arrived", at(5)), unsure("reaction.legs", at(4)), fail("errors"), fail("latency")},
			"load.arrived", "fail: day: Of load.arrived. So errors failed: Of errors (and 1 more check)"},
		{"not what came after", []Result{unsure("load.arrived", at(10)), fail("latency")}, "latency", "fail: day: Of latency."},
		{"nor where the autoscaler itself failed", []Result{unsure("load.arrived", at(5)), fail("capacity.bounds"), fail("latency")},
			"capacity.bounds", "fail: day: Of capacity.bounds (and 1 more check)"},
		{"nor where a negative control did not fail", []Result{unsure("load.arrived", at(5)), control}, "errors", "fail: day: Of errors."},
		{"what was not looked at comes before what arrived for want of it", []Result{unsure("load.arrived", time.Time{}), unsure("observation.complete", time.Time{})},
			"observation.complete", "inconclusive: day: Of observation.complete (and 1 more check)"},
		{"a warning is none", []Result{warning, fail("latency")}, "latency", "fail: day: Of latency."},
		{"of what is not known the witness comes first", []Result{unsure("latency", time.Time{}), unsure("load.apart", time.Time{}), unsure("run.complete", time.Time{})},
			"run.complete", "inconclusive: day: Of run.complete (and 2 more checks)"},
		{"a pass tells what happened", []Result{{ID: "latency", Answer: Pass, Severity: Counts}}, "", "pass: all was well"},
	} {
		v := Verdict{Scenario: "day", Results: c.results, story: "all was well"}
		v.settle()
		require.Equal(t, c.says, v.Sentence, c.name)
		require.Equal(t, c.id, v.Headline, c.name)
	}
}

// In whole runs: who harmed users and is no autoscaler comes before the harm, and
// the sentence names an order by whom it is put down to.
func TestHeadlineOfRuns(t *testing.T) {
	for _, c := range []struct {
		name       string
		edit       func(*tale)
		id, starts string
		then       string
	}{
		{"others send, and users wait", both(countedBy(48, 51, 1.4), slow(49, 55, 9*time.Second)),
			"load.arrived", "fail: cpu-heavy: At 50m into the traffic (settle) the load balancer had counted", "So latency failed: The p99 was"},
		{"users waited before others sent", both(slow(16, 23, 9*time.Second), countedBy(48, 51, 1.4)), "latency", "fail: cpu-heavy: The p99 was", ""},
		{"tasks take four minutes, and users wait meanwhile", both(func(t *tale) {
			t.readyAfter = 4 * time.Minute
			t.cpu = hot(minutes(18), whole, 40, t.cpu)
		}, slow(16, 23, 9*time.Second)),
			"reaction.legs", "fail: cpu-heavy: Scale-out 1 -> 2 by the CPU policy at", "So latency failed: The p99 was"},
		{"the activity names the other policy", func(t *tale) { t.orders[0].named = requestPolicy },
			"scaling.attributed", "fail: cpu-heavy: The recorded cause of the scale-out 1 -> 2 by the CPU policy", "The activity names " + requestPolicy},
	} {
		told := cpuHeavy()
		c.edit(told)
		v := told.judge(t)
		require.Equal(t, c.id, v.Headline, "%s: %s", c.name, v.Sentence)
		require.True(t, strings.HasPrefix(v.Sentence, c.starts), "%s: %s", c.name, v.Sentence)
		require.Contains(t, v.Sentence, c.then, c.name)
		wrong, _ := findings(v)
		require.Equal(t, c.id, wrong[0].Check, c.name)
		for i, w := range wrong[1:] {
			require.False(t, w.Check == c.id && w.Subject == wrong[0].Subject, "%s: told twice, at 0 and %d", c.name, i+1)
		}
	}
}

// An order is named by whom it is put down to, not by its activity's word.
func TestOrdersAreNamedByAttribution(t *testing.T) {
	named := func(edit func(*tale)) string {
		told := cpuHeavy()
		edit(told)
		f, err := factsOf(told.events())
		require.NoError(t, err)
		return f.story() + "; " + f.describe(f.orders[0])
	}
	said := named(func(*tale) {})
	require.Contains(t, said, "1 -> 3 on CPU,")
	require.Contains(t, said, "scale-out 1 -> 2 by cpu at ")
	said = named(func(t *tale) { t.orders[0].named = requestPolicy })
	require.Contains(t, said, "1 -> 3 on CPU (though its activity names requests) and CPU,")
	require.Contains(t, said, "scale-out 1 -> 2 by cpu (though its activity names requests) at ")
	said = named(func(t *tale) { t.orders[0].policy = requestPolicy })
	require.Contains(t, said, "scale-out 1 -> 2 by requests (contradicted: see scaling.attributed) at ")
}

// What users see of the checks stands in the changelog: each by its name.
func TestChangelogHasEveryCheck(t *testing.T) {
	page, err := os.ReadFile("../../CHANGELOG.md")
	require.NoError(t, err)
	for _, id := range IDs() {
		require.Contains(t, string(page), "`"+id+"`")
	}
}
