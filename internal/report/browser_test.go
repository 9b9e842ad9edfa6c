package report

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// browser opens a headless Chromium, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("no chromium on this machine: the page was not opened in a browser (apt-get install chromium)")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	dir, err := os.MkdirTemp("", "report-browser-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // the browser's children may write a moment longer; what is left is in the temporary folder
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(dir),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// said loads a page and returns the warnings and errors on its console, those
// of the browser about blocked loads among them.
func said(t *testing.T, ctx context.Context, file string) (list []string) {
	t.Helper()
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(1180, 900))) // starts the browser; what first uses a context owns it
	listening, stop := context.WithCancel(ctx)
	defer stop()
	console := chromedp.Console(listening)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate("file://"+file)))
	_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`console.log("the end"), true`))
	require.NoError(t, err)
	for m, err := range console {
		require.NoError(t, err)
		if m.Text == "the end" {
			return list
		}
		list = append(list, string(m.Type)+": "+m.Text)
	}
	return list
}

// The page opens without a word on the console, loads nothing, and each chart
// holds exactly the points of its panel.
func TestPageInBrowser(t *testing.T) {
	ctx := browser(t)
	events := cpuHeavy()
	p, f := Build(events), readFacts(events)
	page, err := html(events, mixed(), f, p)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), PageFile)
	require.NoError(t, os.WriteFile(file, page, 0o644))
	require.Empty(t, said(t, ctx, file))

	loaded, err := chromedp.Run(ctx, chromedp.Evaluate[int](`performance.getEntriesByType("resource").length`))
	require.NoError(t, err)
	require.Zero(t, loaded, "something was loaded")

	sameCharts(t, ctx, p)
}

// sameCharts wants the charts of the page that is open to hold exactly the
// points of their panels.
func sameCharts(t *testing.T, ctx context.Context, p Panels) {
	t.Helper()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`JSON.stringify(Object.fromEntries(Object.entries(window.charts).map(([id, u]) => [id, {x: u.data[0], y: u.data.slice(1)}])))`))
	require.NoError(t, err)
	var charts map[string]struct {
		X []float64
		Y [][]*float64
	}
	require.NoError(t, json.Unmarshal([]byte(text), &charts))
	require.Len(t, charts, len(p.List))
	for _, panel := range p.List {
		c := charts[panel.ID]
		for i, l := range panel.Lines {
			require.NotEmpty(t, l.Points)
			drawn := map[float64]*float64{}
			n := 0
			for k, x := range c.X {
				drawn[x] = c.Y[i][k]
				if c.Y[i][k] != nil {
					n++
				}
			}
			values := 0
			for _, q := range l.Points {
				got, there := drawn[q.At.Seconds()]
				require.True(t, there, "%s, %s: no place at %s", panel.ID, l.Name, q.At)
				if math.IsNaN(q.Value) {
					require.Nil(t, got)
					continue
				}
				values++
				require.NotNil(t, got, "%s, %s at %s", panel.ID, l.Name, q.At)
				require.Equal(t, q.Value, *got, "%s, %s at %s", panel.ID, l.Name, q.At)
			}
			if !l.Hold {
				require.Equal(t, values, n, "%s, %s has points that the timeline has not", panel.ID, l.Name)
			}
		}
	}
}

// A run that was killed at its beginning, and one that sent load and watched
// nothing, open without a word too.
func TestPageOfLittle(t *testing.T) {
	ctx := browser(t)
	var load []timeline.Event
	for _, e := range cpuHeavy() {
		switch e.Data.(type) {
		case timeline.Started, timeline.Stage, timeline.Window:
			load = append(load, e)
		}
	}
	for name, events := range map[string][]timeline.Event{"killed": cpuHeavy()[:3], "load alone": load} {
		p, f := Build(events), readFacts(events)
		page, err := html(events, judge.Verdict{Answer: judge.Inconclusive, Sentence: "too little was seen"}, f, p)
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), PageFile)
		require.NoError(t, os.WriteFile(file, page, 0o644))
		require.Empty(t, said(t, ctx, file), name)
		n, err := chromedp.Run(ctx, chromedp.Evaluate[int](`Object.keys(window.charts).length`))
		require.NoError(t, err)
		require.Equal(t, len(p.List), n, name)
	}
}

// The cursor near a scaling event tells its step, its policy and its cause.
func TestPageTellsCauses(t *testing.T) {
	ctx := browser(t)
	events := cpuHeavy()
	p, f := Build(events), readFacts(events)
	page, err := html(events, mixed(), f, p)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), PageFile)
	require.NoError(t, os.WriteFile(file, page, 0o644))
	require.Empty(t, said(t, ctx, file))
	place, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](`(() => {
		const u = window.charts.scaling;
		u.over.scrollIntoView({block: "center"});
		const box = u.over.getBoundingClientRect();
		return [box.left + u.valToPos(580, "x"), box.top + 20];
	})()`)) // 580 s: the first order, at 09:40
	require.NoError(t, err)
	for dx := range 3 { // a mouse that moves, as a hand would
		require.NoError(t, chromedp.Do(ctx, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, place[0]+float64(dx), place[1])))
	}
	told, err := chromedp.Run(ctx, chromedp.Evaluate[string](`new Promise(done => setTimeout(() => done(document.getElementById("tip").hidden ? "" : document.getElementById("tip").innerText), 200))`, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	require.Contains(t, told, "09:40 1→2 cpu")
	require.Contains(t, told, "triggered policy "+cpuPolicy)
}

// A load that someone smuggled into the page is blocked, and the test above
// would have seen it.
func TestPageBlocksLoads(t *testing.T) {
	ctx := browser(t)
	events := cpuHeavy()
	p, f := Build(events), readFacts(events)
	page, err := html(events, mixed(), f, p)
	require.NoError(t, err)
	page = append(page, []byte(`<img src="http://127.0.0.1:9/x.png"><script>window.smuggled = true</script>`)...)
	file := filepath.Join(t.TempDir(), PageFile)
	require.NoError(t, os.WriteFile(file, page, 0o644))
	require.Len(t, said(t, ctx, file), 2)
	ran, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`window.smuggled === true`))
	require.NoError(t, err)
	require.False(t, ran)
}
