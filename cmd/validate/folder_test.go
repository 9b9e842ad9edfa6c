package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/report"
	"scaleproof/internal/run"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

const sentinel = "SENTINEL-5f1c-not-a-key"

// A whole run of the first scenario that a newcomer starts, and then what its
// folder is good for: one run, looked at from all sides.
func TestFolderOfARun(t *testing.T) {
	t.Parallel()
	reports := filepath.Join(t.TempDir(), "reports")
	c := start(t, []string{"LANGFUSE_BASIC_AUTH=" + sentinel}, "run", "../../scenarios/cpu-heavy.yaml", "--reports", reports)
	require.Equal(t, run.ExitPass, c.wait(), c.output())
	dir := newest(t, reports)

	t.Run("console", func(t *testing.T) {
		for _, stream := range []string{c.out.String(), c.err.String()} {
			require.False(t, strings.ContainsFunc(stream, func(r rune) bool { return r < ' ' && r != '\n' }), "no terminal, no control codes")
		}
		require.Contains(t, c.err.String(), "stage climb")
		require.True(t, strings.HasSuffix(c.out.String(), "\nreport: "+filepath.Join(dir, report.PageFile)+"\n"))
		require.Contains(t, c.out.String(), "\npass: cpu-heavy ")
	})
	t.Run("files", func(t *testing.T) {
		for _, name := range files {
			info, err := os.Stat(filepath.Join(dir, name))
			require.NoError(t, err)
			require.Positive(t, info.Size(), name)
		}
		require.Equal(t, files, names(t, dir), "and nothing else")
	})
	t.Run("secret", func(t *testing.T) {
		requireNowhere(t, dir, c.output(), sentinel)
	})
	t.Run("judged elsewhere", func(t *testing.T) { judgedElsewhere(t, dir) })
	t.Run("drawn again", func(t *testing.T) { drawnAgain(t, dir) })
	t.Run("spoilt", func(t *testing.T) { spoilt(t, dir) })
	t.Run("edited", func(t *testing.T) { edited(t, dir) })
}

var files = []string{
	"cpu.png", "errors.png", "journal.jsonl", "junit.xml", "latency.hlog", "latency.png", "overview.png", "rate.png",
	"report.html", "requests.png", "run.json", "scaling.png", "summary.md", "tasks.png", "timeline.jsonl", "verdict.json",
}

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// The timeline alone, in another place, process and time zone.
func judgedElsewhere(t *testing.T, dir string) {
	elsewhere := filepath.Join(t.TempDir(), "copy of it")
	require.NoError(t, os.Mkdir(elsewhere, 0o755))
	whole, err := os.ReadFile(filepath.Join(dir, timeline.FileName))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(elsewhere, timeline.FileName), whole, 0o600))
	c := startIn(t, t.TempDir(), []string{"TZ=Pacific/Chatham", "LC_ALL=de_DE.UTF-8"}, "judge", elsewhere)
	require.Equal(t, run.ExitPass, c.wait(), c.output())
	require.Equal(t, contents(t, dir, judge.FileName), contents(t, elsewhere, judge.FileName))
	require.Empty(t, c.err.String())
}

// Everything that is drawn comes out the same from the timeline alone.
func drawnAgain(t *testing.T, dir string) {
	again := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(again, timeline.FileName), []byte(contents(t, dir, timeline.FileName)), 0o600))
	c := start(t, []string{"TZ=Pacific/Chatham"}, "report", again)
	require.Zero(t, c.wait(), c.output())
	require.Equal(t, filepath.Join(again, report.PageFile)+"\n", c.out.String())
	for _, name := range slices.DeleteFunc(slices.Clone(files), func(n string) bool { return n == "run.json" || n == "journal.jsonl" }) {
		require.Equal(t, contents(t, dir, name), contents(t, again, name), name)
	}
}

// A timeline whose end is missing is judged as far as it goes and proves
// nothing; one whose middle is spoilt is no timeline.
func spoilt(t *testing.T, dir string) {
	whole := contents(t, dir, timeline.FileName)
	lines := strings.SplitAfter(strings.TrimSuffix(whole, "\n"), "\n")
	swapped := slices.Clone(lines)
	swapped[100], swapped[101] = swapped[101], swapped[100]
	for _, c := range []struct {
		name, text string
		code       int
		say        string
	}{
		{"the last newline is missing", strings.TrimSuffix(whole, "\n"), run.ExitInconclusive, "\nunsure  run.complete "},
		{"half of the last line is missing", whole[:len(whole)-40], run.ExitInconclusive, "\nunsure  run.complete "},
		{"killed in the middle of a line", whole[:len(whole)/2], run.ExitInconclusive, "\nunsure  run.complete "},
		{"two lines changed places", strings.Join(swapped, ""), run.ExitInconclusive, "timeline.jsonl:101: event 102 stands where event 101 belongs"},
		{"a line is missing", strings.Join(slices.Delete(slices.Clone(lines), 100, 101), ""), run.ExitInconclusive, "timeline.jsonl:101: event 102 stands where event 101 belongs"},
		{"a bracket was turned round", strings.Replace(whole, `{"seq":500,`, `}"seq":500,`, 1), run.ExitInconclusive, "timeline.jsonl:500: "},
		{"an unknown kind", strings.Replace(whole, `"kind":"run.phase"`, `"kind":"run.phrase"`, 1), run.ExitInconclusive, `unknown kind of event "run.phrase"`},
		{"another format", strings.Replace(whole, `"data":{"format":1,`, `"data":{"format":99,`, 1), run.ExitInconclusive, "timeline.jsonl:1: format 99"},
		{"a byte was spoilt", strings.Replace(whole, `-AlarmHigh-`, "-Alarm\x96igh-", 1), run.ExitInconclusive, ": bytes that are no text"},
		{"nothing", "", run.ExitInconclusive, "timeline.jsonl:1: no event"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, said := rejudged(t, c.text)
			require.Equal(t, c.code, code, said)
			require.Contains(t, said, c.say)
			require.NotContains(t, said, "\npass: ")
		})
	}
}

// rejudged judges a text as a run's timeline, by the command.
func rejudged(t *testing.T, text string) (code int, said string) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, timeline.FileName), []byte(text), 0o600))
	var out bytes.Buffer
	return exec(context.Background(), []string{"judge", dir}, nil, &out, &out), out.String()
}

// Who takes from a passed run what its pass rests on, however neatly, does not
// get a pass: the lines that are left are numbered anew, as a forger would.
func edited(t *testing.T, dir string) {
	events, err := timeline.ReadFile(filepath.Join(dir, timeline.FileName))
	require.NoError(t, err)
	for _, c := range []struct {
		name   string
		change func(e *timeline.Event) (keep bool)
		say    string // a line of the table, without its answer
	}{
		{"no activities", func(e *timeline.Event) bool { return e.Kind != "scaling.activity" }, "scale-out.in-time (climb)"},
		{"no activities and no counts but the first", func(e *timeline.Event) bool {
			return e.Kind != "scaling.activity" && (e.Kind != "service.counts" || e.Data.(timeline.Counts).Desired == 1)
		}, "scale-out.in-time (climb)"},
		{"another cause", func(e *timeline.Event) bool {
			if d, ok := e.Data.(timeline.ActivityState); ok {
				d.Activity.Cause = strings.ReplaceAll(d.Activity.Cause, "-cpu-", "-request-")
				e.Data = d
			}
			return true
		}, "scale-out.only-by (cpu)"},
		{"no looks at the alarms", func(e *timeline.Event) bool {
			d, ok := e.Data.(timeline.Heartbeat)
			return !ok || d.Part != timeline.PartAlarms
		}, "observation.complete (alarms)"},
		{"no traffic in the peak", func(e *timeline.Event) bool {
			d, ok := e.Data.(timeline.Window)
			return !ok || d.Start.Before(events[0].At.Add(20*time.Minute)) || d.Start.After(events[0].At.Add(25*time.Minute))
		}, "load.delivered (peak)"},
		{"a failed answer in each window", func(e *timeline.Event) bool {
			if d, ok := e.Data.(timeline.Window); ok {
				d.Kinds = slices.Clone(d.Kinds)
				for i, k := range d.Kinds {
					if k.Completed["200"] > 0 {
						d.Kinds[i].Failed = map[string]int64{"200": 1}
					}
				}
				e.Data = d
			}
			return true
		}, "errors (all stages)"},
		{"another target", func(e *timeline.Event) bool {
			if d, ok := e.Data.(timeline.PolicyState); ok && d.Policy.Metric == scaling.MetricCPU {
				d.Policy.Target = 75
				e.Data = d
			}
			return true
		}, "policies.exact"},
		{"no CPU", func(e *timeline.Event) bool { return e.Kind != "metric.point" || e.Subject != timeline.KeyCPU }, "observation.complete (metric cpu)"},
		{"never restored", func(e *timeline.Event) bool {
			if d, ok := e.Data.(timeline.Ended); ok {
				d.Restored = false
				e.Data = d
			}
			return true
		}, "run.restored"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var forged bytes.Buffer
			w := timeline.NewWriter(&forged)
			for _, e := range events {
				if c.change(&e) {
					w.Write(e)
				}
			}
			require.NoError(t, w.Err())
			code, said := rejudged(t, forged.String())
			require.Contains(t, []int{run.ExitFail, run.ExitInconclusive}, code, said)
			require.Regexp(t, `(?m)^(fail|unsure) +`+quoted(c.say), said)
		})
	}
	var same bytes.Buffer
	w := timeline.NewWriter(&same)
	w.Write(events...)
	code, said := rejudged(t, same.String())
	require.Equal(t, run.ExitPass, code, "it is the edits that do not pass: "+said)
}
