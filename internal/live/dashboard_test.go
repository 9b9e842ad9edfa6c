package live

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/hdr"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// board is a dashboard that is fed and typed at without a terminal.
type board struct {
	*dashboard
	view   View
	asked  []float64
	refuse error
	stops  int
}

func newBoard(width, height int) *board {
	b := &board{view: View{Config: Config{In: strings.NewReader("")}}}
	b.dashboard = &dashboard{take: b.view.take, factor: 1, before: 1, keys: Keys{
		Stop: func() { b.stops++ },
		Scale: func(factor float64) error {
			b.asked = append(b.asked, factor)
			if b.refuse == nil {
				b.feed(timeline.New(at(9*time.Minute), "traffic", "climb", timeline.Rate{Factor: factor, By: timeline.ByKey, Stage: "climb"}))
			}
			return b.refuse
		},
	}}
	b.Update(tea.WindowSizeMsg{Width: width, Height: height})
	return b
}

func (b *board) feed(events ...timeline.Event) {
	for _, e := range events {
		b.view.Feed(e)
	}
}

// typed types keys, each of which ends before the next, and ticks.
func (b *board) typed(keys ...rune) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: k, Text: string(k)}
		if k == 'c'-'a'+1 {
			msg = tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}
		}
		if _, cmd := b.Update(msg); cmd != nil {
			b.Update(cmd())
		}
		b.Update(tick{})
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// shown is what stands on the screen, without colours.
func (b *board) shown() string {
	b.Update(tick{})
	return escapes.ReplaceAllString(b.View().Content, "")
}

// whole is a story with all that a dashboard shows.
func whole(t *testing.T) []timeline.Event {
	s := scaling.Service{Cluster: "staging-cluster", Name: "staging-web"}
	alarm := func(high bool, state string) timeline.Event {
		a := scaling.Alarm{Name: scaling.AlarmName(s, high, "x"), Comparison: scaling.LessThan, State: state}
		if high {
			a.Comparison = scaling.GreaterThan
		}
		return timeline.New(at(6*time.Minute), "cloudwatch", a.Name, timeline.AlarmState{Alarm: a, Policy: cpuPolicy})
	}
	list := append(story(t), alarm(true, scaling.AlarmInAlarm), alarm(false, scaling.AlarmOK),
		timeline.New(at(6*time.Minute), "elbv2", "", timeline.Health{Healthy: 1}))
	for i := range 3 {
		w := window(t, at(7*time.Minute+time.Duration(12+i)*time.Second), 12, 12, 2, 240)
		d := w.Data.(timeline.Window)
		d.InFlight, d.Kinds[0].Lateness = 4, d.Kinds[0].Latency
		d.Kinds[0].Unsent = map[string]int64{"ceiling": 1}
		w.Data = d
		list = append(list, w)
	}
	return list
}

func TestDashboard(t *testing.T) {
	b := newBoard(80, 24)
	require.Contains(t, b.shown(), "starting", "before anything is known")
	b.feed(whole(t)...)
	require.Equal(t, strings.TrimPrefix(`
cpu-heavy on local, staging-cluster/staging-web                          traffic
07:15 of 13:00    ████████████████████████████░░░░░░░░░░░░░░░░░░░░░░  05:45 left
stage     climb  2 of 2  ████░░░░░░  05:45 left

req/s     planned 12  sent 11  in flight 4  late p99 240 ms  unsent 3
      12┤                                      ▁▄
        ┤                                      ██
        ┤                                      ██
        ┤                                      ██
       0┤──────────────────────────────────────██───────────────────────────────
        └00:00                                                             13:00
latency         p50      p95      p99    p99.9   failed            10 s    whole
last 10 s    240 ms   240 ms   240 ms   240 ms   503                  6        6
whole        240 ms   240 ms   240 ms   240 ms

cpu       91% of 70%                        █████████████████████████│███████░░░
tasks     2 desired  1 running  1 healthy  last: to 2 by cpu at 06:00
alarms    cpu high ALARM  cpu low OK

phase traffic
00:00  stage baseline, 3 min
03:00  stage climb, 10 min
06:04  scaling to 2 by cpu at 06:00
q stop   + - rate by a tenth   space pause   ? help`, "\n"), trimmed(b.shown()))
}

// trimmed takes the blanks off the lines' ends.
func trimmed(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return strings.Join(lines, "\n")
}

// Whatever the size, and whatever is in a name, the screen is filled to the line
// and to no cell more, and says nothing that the terminal would obey but colours.
func TestDashboardFits(t *testing.T) {
	const hostile = "\x1b[2J負荷\n試験\r\x07\x9b2J"
	events := append(whole(t),
		timeline.New(at(8*time.Minute), "run", "", timeline.Stage{Name: hostile, For: time.Minute}),
		timeline.New(at(8*time.Minute), "run", "", timeline.Gap{Part: hostile, Error: strings.Repeat(hostile, 50)}),
		timeline.New(at(8*time.Minute), "traffic", "", timeline.Window{Start: at(8 * time.Minute), Length: time.Second,
			Kinds: []timeline.KindWindow{{Kind: hostile, Failed: map[string]int64{hostile: 3, "a": 2, "b": 2, "c": 1}}}}),
		timeline.New(begin, "run", "", timeline.Started{Scenario: hostile, Environment: hostile}),
		timeline.New(begin, "run", "", timeline.Phase{Name: hostile}))
	for _, size := range [][2]int{{1, 1}, {5, 3}, {20, 10}, {40, 12}, {60, 20}, {79, 23}, {80, 24}, {81, 25}, {132, 43}, {300, 100}} {
		b := newBoard(size[0], size[1])
		b.feed(events...)
		for _, help := range []bool{false, true} {
			b.help = help
			shown := b.shown()
			require.NotContains(t, shown, "\x1b", "%v", size)
			lines := strings.Split(shown, "\n")
			require.Len(t, lines, size[1])
			for _, line := range lines {
				require.LessOrEqual(t, cells(line), size[0], "%v: %q", size, line)
				for _, r := range line {
					require.False(t, r < ' ' || r >= 0x7f && r < 0xa0, "%q", line)
				}
			}
		}
	}
}

// A size of nothing, as of a terminal that does not know its own, breaks nothing.
func TestDashboardOfNoSize(t *testing.T) {
	b := newBoard(0, 0)
	b.feed(whole(t)...)
	require.NotContains(t, b.shown(), "\x1b")
}

// Keys change the rate by a tenth of the plan, pause and resume, and stop.
func TestKeys(t *testing.T) {
	b := newBoard(80, 24)
	b.feed(whole(t)...)
	b.typed('+', '+')
	require.Contains(t, b.shown(), "rate 1.2x of the plan")
	require.Contains(t, b.shown(), "09:00  the rate was set to 1.2 times the plan's by a key")
	b.typed('-', ' ')
	require.Contains(t, b.shown(), "PAUSED")
	b.typed('+')
	require.Contains(t, b.shown(), "paused: space resumes")
	b.typed(' ')
	require.Contains(t, b.shown(), "rate 1.1x of the plan")
	require.Equal(t, []float64{1.1, 1.2, 1.1, 0, 1.1}, b.asked)

	b.refuse = errors.New("the highest factor is 1.1")
	b.typed('+')
	require.Contains(t, b.shown(), "the highest factor is 1.1")
	require.NotContains(t, b.shown(), "q stop")
	for range noteTicks {
		b.Update(tick{})
	}
	require.Contains(t, b.shown(), "q stop", "a note goes away")
	b.typed('+')
	require.Equal(t, []float64{1.2, 1.2}, b.asked[5:], "what was refused is not built upon")

	b.refuse, b.asked = nil, nil
	b.typed(slicesOf('-', 15)...)
	require.Equal(t, 0.1, b.asked[len(b.asked)-1])
	require.Contains(t, b.shown(), "a tenth of the plan is the least; space pauses")
	require.Zero(t, b.stops)
	b.typed('q')
	require.Contains(t, b.shown(), "stopping: what is in flight drains")
	b.typed('c' - 'a' + 1)
	require.Contains(t, b.shown(), "stopping at once")
	require.Equal(t, 2, b.stops)
	b.typed('x', 'Q')
	require.Equal(t, 2, b.stops, "other keys do nothing")

	b.typed('?')
	require.Contains(t, b.shown(), "what was expected of the load of")
	b.typed('?')
	require.NotContains(t, b.shown(), "what was expected of the load of")
}

func slicesOf(r rune, n int) (list []rune) {
	for range n {
		list = append(list, r)
	}
	return list
}

// A rate that was changed elsewhere is where the keys go on.
func TestKeysFollowTheSocket(t *testing.T) {
	b := newBoard(80, 24)
	b.feed(whole(t)...)
	b.feed(timeline.New(at(9*time.Minute), "traffic", "climb", timeline.Rate{Factor: 2, By: timeline.BySocket, Stage: "climb"}))
	b.Update(tick{})
	b.typed('+')
	require.Equal(t, []float64{2.1}, b.asked)
	b.feed(timeline.New(at(9*time.Minute), "traffic", "climb", timeline.Rate{Factor: 0, By: timeline.BySocket, Stage: "climb"}))
	b.Update(tick{})
	b.typed(' ')
	require.Equal(t, []float64{2.1, 2.1}, b.asked, "a pause of elsewhere is resumed at the rate before it")
}

// What stays of the dashboard says how the run ended, what was sent and what
// happened.
func TestSummary(t *testing.T) {
	b := newBoard(80, 24)
	b.feed(whole(t)...)
	b.feed(timeline.New(at(13*time.Minute), "run", "", timeline.Ended{Outcome: timeline.EndComplete}))
	b.Update(tick{})
	require.Equal(t, []string{
		"cpu-heavy on local, staging-cluster/staging-web: complete",
		"13:00 of 13:00  sent 156 of 180 planned (3 given up)  6 failed (503: 6)  late p99 240 ms",
		"latency  p50 240 ms p95 240 ms p99 240 ms p99.9 240 ms",
		"06:04  scaling to 2 by cpu at 06:00",
	}, summary(&b.state, &b.figures))
	for i := range 20 {
		b.feed(timeline.New(at(time.Minute), "run", "", timeline.Gap{Part: fmt.Sprint(i), Error: "refused"}))
	}
	b.Update(tick{})
	lines := summary(&b.state, &b.figures)
	require.Len(t, lines, 4+mostTold)
	require.Equal(t, "... 9 more lines of what happened are in the timeline", lines[3])
	require.Equal(t, []string{"cpu-heavy on local, staging-cluster/staging-web: ended in its phase traffic"},
		summary(&state{title: "cpu-heavy on local, staging-cluster/staging-web", phase: "traffic"}, &figures{}))
}

// How late requests left counts those that left on time, which stand in no
// histogram.
func TestLatenessCountsThePunctual(t *testing.T) {
	w := window(t, at(0), 5, 5, 0, 40).Data.(timeline.Window)
	var f figures
	require.NoError(t, f.lateness.Add(w.Kinds[0].Latency))
	require.InDelta(t, 40, late(&f.lateness, 5).Milliseconds(), 0.1)
	require.InDelta(t, 40, late(&f.lateness, 400).Milliseconds(), 0.1, "five of 400 are more than one in a hundred")
	require.Zero(t, late(&f.lateness, 500))
	require.Zero(t, late(new(hdr.Sum), 500))
}

// A program that panics leaves the terminal, and the run goes on with lines.
func TestPanicOfTheDashboard(t *testing.T) {
	var out buffer
	asked := make(chan struct{})
	keys, typist := io.Pipe()
	defer typist.Close()
	v := New(Config{Out: &out, In: keys, Keys: Keys{Stop: func() { close(asked); panic("a fault of ours") }}})
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "\x1b[?1049h") }, time.Minute, time.Millisecond)
	_, _ = io.WriteString(typist, "q")
	<-asked
	v.Feed(story(t)[0])
	v.Stop()
	rest := out.String()[strings.LastIndex(out.String(), "\x1b[?1049l"):]
	require.Contains(t, rest, "cpu-heavy on local, staging-cluster/staging-web\n")
}
