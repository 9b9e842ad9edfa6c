package report

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// mixed is a verdict with every answer, and with words that would do harm.
func mixed() judge.Verdict {
	return judge.Verdict{Answer: judge.Fail, Sentence: "It scaled out in time, but 19 requests failed while a task was drained.", Results: []judge.Result{
		{ID: "scale-out", Subject: "climb", Answer: judge.Pass, Severity: judge.Counts, Expected: "an order by cpu within 8m", Measured: "1→2 at 09:40 by cpu", Margin: "1m20s", Explanation: "The CPU alarm fired 4m12s after the load rose.", Evidence: []int64{11, 12}},
		{ID: "errors", Subject: "around scaling", Answer: judge.Fail, Severity: judge.Counts, Expected: "no failed request", Measured: "19 failed", Margin: "19", Explanation: "503 at 19:00 <script>alert(1)</script> | ]]> \x07 look at draining.", Evidence: []int64{600, 99999}},
		{ID: "trigger", Answer: judge.Inconclusive, Severity: judge.Counts, Expected: "65..75", Measured: "no point inside", Explanation: "The load jumped over the bracket."},
		{ID: "flapping", Answer: judge.Fail, Severity: judge.Warns, Expected: "no turn within 5m", Measured: "one"},
	}}
}

// All files of a report are written, whole, under the names that the run's
// folder promises.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, Write(dir, cpuHeavy(), mixed()))
	var names []string
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range list {
		names = append(names, e.Name())
	}
	require.Equal(t, []string{"cpu.png", "errors.png", "junit.xml", "latency.hlog", "latency.png", "overview.png", "rate.png",
		"report.html", "requests.png", "scaling.png", "summary.md", "tasks.png"}, names)
	require.Error(t, Write(filepath.Join(dir, "none"), cpuHeavy(), mixed()), "a folder that is not there is told")
}

// The same run gives the same bytes.
func TestWriteIsDeterministic(t *testing.T) {
	a, err := compose(cpuHeavy(), mixed())
	require.NoError(t, err)
	b, err := compose(cpuHeavy(), mixed())
	require.NoError(t, err)
	require.Equal(t, len(a), len(b))
	for i := range a {
		require.True(t, bytes.Equal(a[i].data, b[i].data), a[i].name)
	}
}

// Pictures are 1600 pixels wide, and something is drawn from edge to edge of
// the axis.
func TestPictures(t *testing.T) {
	p := Build(cpuHeavy())
	files, err := pictures(p, readFacts(cpuHeavy()), mixed())
	require.NoError(t, err)
	require.Len(t, files, 8)
	for _, f := range files {
		img, err := png.Decode(bytes.NewReader(f.data))
		require.NoError(t, err, f.name)
		require.Equal(t, 1600, img.Bounds().Dx(), f.name)
		colors := map[[3]uint32]bool{}
		for x := 0; x < img.Bounds().Dx(); x += 3 {
			for y := 0; y < img.Bounds().Dy(); y += 3 {
				r, g, b, _ := img.At(x, y).RGBA()
				colors[[3]uint32{r, g, b}] = true
			}
		}
		require.Greater(t, len(colors), 8, "%s is all but blank", f.name)
		require.Less(t, len(f.data), 400<<10, f.name)
	}
}

// Labels of time stand at round places and are never crowded.
func TestElapsedTicks(t *testing.T) {
	for _, to := range []time.Duration{time.Minute, 13 * time.Minute, 55 * time.Minute, 5 * time.Hour, 48 * time.Hour} {
		ticks := elapsed{labels: true}.Ticks(-120, to.Seconds())
		require.Greater(t, len(ticks), 1, to)
		require.LessOrEqual(t, len(ticks), 13, to)
	}
	ticks := elapsed{labels: true}.Ticks(-120, 3330)
	require.Equal(t, "00:00", ticks[0].Label)
	require.Equal(t, "55:00", ticks[len(ticks)-1].Label)
	require.Equal(t, "1:05:00", clockText(65*time.Minute))
	require.Equal(t, "-02:00", clockText(-2*time.Minute))
}

// A check that could not be said is an error in JUnit: CI must not pass over
// it. One that warns passes and says so.
func TestJUnit(t *testing.T) {
	out, err := junitXML(mixed(), readFacts(cpuHeavy()))
	require.NoError(t, err)
	var got junit.Testsuites
	require.NoError(t, xml.Unmarshal(out, &got), string(out))
	require.Equal(t, 4, got.Tests)
	require.Equal(t, 1, got.Failures)
	require.Equal(t, 1, got.Errors)
	require.Zero(t, got.Skipped)
	cases := got.Suites[0].Testcases
	require.Equal(t, "cpu-heavy on local", got.Suites[0].Name)
	require.Equal(t, "scale-out climb", cases[0].Name)
	require.Contains(t, cases[0].SystemOut.Data, "measured: 1→2 at 09:40 by cpu")
	require.Contains(t, cases[1].Failure.Message, "503 at 19:00 <script>alert(1)</script> | ]]>")
	require.Contains(t, cases[1].Failure.Data, "evidence: lines 600, 99999 of timeline.jsonl")
	require.Equal(t, "The load jumped over the bracket.", cases[2].Error.Message)
	require.Nil(t, cases[3].Failure)
	require.Contains(t, cases[3].SystemOut.Data, "warning")
}

// A verdict without a single check is not a green suite.
func TestJUnitOfNothing(t *testing.T) {
	out, err := junitXML(judge.Verdict{Answer: judge.Inconclusive, Sentence: "nothing was asked"}, facts{})
	require.NoError(t, err)
	var got junit.Testsuites
	require.NoError(t, xml.Unmarshal(out, &got))
	require.Equal(t, 1, got.Errors)
}

// The summary holds the sentence, each check on one line of its table, and
// nothing that a page of Markdown would run.
func TestSummary(t *testing.T) {
	events := cpuHeavy()
	p, f := Build(events), readFacts(events)
	text := string(summary(mixed(), f, p, []string{"overview.png"}))
	require.Contains(t, text, "## cpu-heavy on local: ❌ fail")
	require.Contains(t, text, mixed().Sentence)
	require.NotContains(t, text, "<script>")
	var rows []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| ❌") || strings.HasPrefix(line, "| ❔") || strings.HasPrefix(line, "| ⚠️") || strings.HasPrefix(line, "| ✅") {
			rows = append(rows, line)
			require.Equal(t, 6, strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"), line)
		}
	}
	require.Len(t, rows, 4)
	require.Contains(t, rows[0], "errors around scaling", "what failed stands first")
	require.Contains(t, rows[3], "✅")
	require.Contains(t, text, "| 09:40 | 1→2 | cpu | Successful |")
	require.Contains(t, text, "`overview.png`")
}

// Words from files and services are text on the page, whatever they hold.
func TestPageEscapes(t *testing.T) {
	events := cpuHeavy()
	s := events[0].Data.(timeline.Started)
	s.Scenario = `</script><script>alert("x")</script>`
	events[0].Data = s
	for i, e := range events {
		if d, ok := e.Data.(timeline.Stage); ok {
			d.Name = `</script><img src=x onerror=alert(1)>`
			events[i].Data = d
		}
	}
	p, f := Build(events), readFacts(events)
	out, err := html(events, mixed(), f, p)
	require.NoError(t, err)
	require.Equal(t, 3, bytes.Count(out, []byte("<script")), "the data and our two scripts")
	require.NotContains(t, string(out), "<img")
	require.NotContains(t, string(out), `<script>alert`)
	require.Contains(t, string(out), "default-src &#39;none&#39;")
}

// The table beside a canvas says of each line what it came to in each stage.
func TestDigest(t *testing.T) {
	events := cpuHeavy()
	p, f := Build(events), readFacts(events)
	v := newPage(events, mixed(), f, p)
	rows := v.Digest(p.Panel(PanelTasks))
	require.Equal(t, row{"desired", []string{"1", "1 to 2", "2 to 4", "1 to 4"}}, rows[2])
	lo, hi := extent(p.Panel(PanelCPU).Line("average"), 3*time.Minute, 13*time.Minute)
	require.False(t, math.IsNaN(lo) || math.IsNaN(hi))
	require.Equal(t, number(lo)+" to "+number(hi), v.Digest(p.Panel(PanelCPU))[1].Cells[1])
}

// What nobody looked at is not told as zero.
func TestCardsOfNothingSeen(t *testing.T) {
	p := Build(cpuHeavy()[:3])
	for _, c := range cards(p, judge.Verdict{}) {
		if c.Name != "Length" {
			require.Equal(t, "not seen", c.Value, c.Name)
		}
	}
	p = Build(cpuHeavy())
	for _, c := range cards(p, judge.Verdict{Figures: new(judge.Figures)}) {
		require.NotContains(t, c.Value, "not seen", c.Name)
	}
}

// A line of evidence is told with its number and place; one that is not in
// the timeline is named as missing, never left out.
func TestEvidence(t *testing.T) {
	events := cpuHeavy()
	p, f := Build(events), readFacts(events)
	v := newPage(events, mixed(), f, p)
	lines := v.Evidence(mixed().Results[1])
	require.Len(t, lines, 2)
	require.True(t, strings.HasPrefix(lines[0], "#600  "), lines[0])
	require.Contains(t, lines[0], "traffic.window")
	require.NotContains(t, lines[0], "HIST", "histograms are no reading")
	require.Equal(t, "#99999  not in this timeline", lines[1])
}
