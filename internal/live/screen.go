package live

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/timeline"
)

// screen is all that is drawn.
type screen struct {
	*state
	*figures
	width, height int
	note          string // an answer to a key; empty: none
	help          bool
}

// fewest rows that the chart and the latest events have, where there is room for
// anything at all.
const fewest = 3

// lines are at most height lines of at most width cells. What matters most
// stands at the top and in the last line.
func (c screen) lines() (out []string) {
	head := [][]piece{c.heading(), c.course(), c.running(), nil, c.load()}
	foot := append(c.table(), c.service()...)
	keys := c.keys()
	free := c.height - len(head) - len(foot) - 1 - 1 // the axis, the keys
	rows := min(max(free*5/9, fewest), 20)
	told := c.latest(free - rows)
	if c.help {
		rows, told, foot = min(rows, fewest), nil, help()
	}
	body := slices.Concat(head, c.chart(rows), foot, told)
	if n := c.height - 1; len(body) > n {
		body = body[:max(n, 0)]
	} else {
		body = append(body, make([][]piece, n-len(body))...)
	}
	for _, line := range append(body, keys) {
		out = append(out, c.draw(line))
	}
	return out
}

// draw writes a line in colours, cut to the width; the terminal leaves them out
// where it has none.
func (c screen) draw(line []piece) string {
	var b strings.Builder
	room := c.width
	for _, p := range line {
		text := cut(printable(p.text), room)
		room -= cells(text)
		if p.hue != "" && text != "" {
			text = "\x1b[" + p.hue + "m" + text + "\x1b[0m"
		}
		b.WriteString(text)
	}
	return b.String()
}

func plain(format string, args ...any) piece { return piece{text: fmt.Sprintf(format, args...)} }

// label is what a line begins with.
func label(text string) piece { return piece{text: pad(text, 10), hue: dim} }

// pad fills a text with blanks, before it where the width is negative.
func pad(text string, width int) string {
	blanks := strings.Repeat(" ", max(0, max(width, -width)-cells(text)))
	if width < 0 {
		return blanks + text
	}
	return text + blanks
}

func (c screen) heading() []piece {
	phase := c.phase
	if c.outcome != "" {
		phase = c.outcome
	}
	if phase == "" {
		phase = "starting"
	}
	title := cut(printable(c.title), max(0, c.width-cells(phase)-2))
	return []piece{{text: pad(title, c.width-cells(phase)), hue: bold}, {text: phase, hue: cyan}}
}

// elapsed is how far the traffic is.
func (c screen) elapsed() time.Duration {
	if c.origin.IsZero() {
		return 0
	}
	return c.now.Sub(c.origin)
}

// course is the whole of the traffic.
func (c screen) course() []piece {
	if c.total == 0 {
		return nil
	}
	at := min(c.elapsed(), c.total)
	text := clockText(c.elapsed()) + " of " + clockText(c.total)
	left := clockText(c.total-at) + " left"
	room := c.width - 18 - 12
	return []piece{{text: pad(text, 18), hue: bold}, {text: bar(share(at, c.total), -1, room), hue: cyan}, plain("%s", pad(left, -12))}
}

// running is the stage, and the factor where it is not the plan's rate.
func (c screen) running() []piece {
	if c.stage.Name == "" {
		return nil
	}
	text := c.stage.Name
	line := []piece{label("stage"), {text: text, hue: bold}}
	if i := c.stage.Index; i >= 0 && i < len(c.plan) {
		at := min(max(c.elapsed()-c.plan[i].Start, 0), c.plan[i].For)
		line = append(line, plain("  %d of %d  %s  %s left", i+1, len(c.plan), bar(share(at, c.plan[i].For), -1, 10), clockText(c.plan[i].For-at)))
	}
	switch f := c.factor(); {
	case f == 0:
		line = append(line, piece{text: "  PAUSED", hue: red})
	case f != 1:
		line = append(line, piece{text: "  rate " + times(f) + " of the plan", hue: yellow})
	}
	return line
}

func times(factor float64) string { return strconv.FormatFloat(factor, 'f', -1, 64) + "x" }

func share(part, whole time.Duration) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// load is the rate of the last seconds, and what becomes of it.
func (c screen) load() []piece {
	planned, sent, _ := c.rates()
	line := []piece{label("req/s"), plain("planned %s  sent ", number(planned.value)), {text: number(sent.value), hue: c.behind(planned.value, sent.value)},
		plain("  in flight %d  late p99 %s", c.inFlight, short(c.recent.late))}
	if c.unsent > 0 {
		line = append(line, piece{text: fmt.Sprintf("  unsent %d", c.unsent), hue: red})
	}
	return line
}

// scale is the room for the numbers beside the chart.
const scale = 8

// chart is the load over the whole of the traffic, and its axis.
func (c screen) chart(rows int) (lines [][]piece) {
	list, span := columns(c.state, c.figures.load, max(c.width-scale-1, 1))
	for i, line := range chart(list, rows) {
		text := ""
		switch i {
		case 0:
			text = number(highest(list))
		case rows - 1:
			text = "0"
		}
		lines = append(lines, append([]piece{{text: pad(text, -scale) + "┤", hue: dim}}, line...))
	}
	end := clockText(span)
	axis := strings.Repeat(" ", scale) + "└" + pad("00:00", max(len(list)-cells(end), 0)) + end
	return append(lines, []piece{{text: axis, hue: dim}})
}

// side is where the second column of the table begins.
const side = 49

// table has the percentiles beside the failed requests.
func (c screen) table() [][]piece {
	left := [][]piece{
		append([]piece{label("latency")}, cellsOfRow("p50", "p95", "p99", "p99.9")...),
		append([]piece{label("last 10 s")}, durations(c.recent.latency)...),
		append([]piece{label("whole")}, durations(c.whole.latency)...),
	}
	right := [][]piece{{{text: pad("failed", 16) + pad("10 s", -6) + pad("whole", -9), hue: dim}}}
	all := classes(c.failures)
	for i, class := range all {
		if i == 2 && len(all) > 3 {
			var rest, lately int64
			for _, other := range all[i:] {
				rest, lately = rest+c.failures[other], lately+c.lately[other]
			}
			right = append(right, failure(fmt.Sprintf("%d others", len(all)-i), lately, rest))
			break
		}
		right = append(right, failure(class, c.lately[class], c.failures[class]))
	}
	if len(all) == 0 {
		right = append(right, []piece{{text: "none", hue: green}})
	}
	lines := make([][]piece, 4)
	for i := range lines {
		used := 0
		if i < len(left) {
			lines[i] = left[i]
			for _, p := range left[i] {
				used += cells(p.text)
			}
		}
		if i < len(right) {
			lines[i] = append(lines[i], plain("%s", strings.Repeat(" ", max(side-used, 1))))
			lines[i] = append(lines[i], right[i]...)
		}
	}
	return lines
}

func failure(class string, lately, whole int64) []piece {
	hue := ""
	if lately > 0 {
		hue = red
	}
	return []piece{{text: pad(cut(printable(class), 16), 16) + pad(strconv.FormatInt(lately, 10), -6) + pad(strconv.FormatInt(whole, 10), -9), hue: hue}}
}

func cellsOfRow(texts ...string) (line []piece) {
	for _, text := range texts {
		line = append(line, piece{text: pad(text, -9)})
	}
	return line
}

func durations(list []time.Duration) []piece {
	if list == nil {
		return cellsOfRow("-", "-", "-", "-")
	}
	var texts []string
	for _, d := range list {
		texts = append(texts, short(d))
	}
	return cellsOfRow(texts...)
}

// service is what is seen of the service that scales; nothing where nobody looks.
func (c screen) service() (lines [][]piece) {
	if c.cpu.value.ok || c.cpu.target.ok {
		lines = append(lines, c.gauge("cpu", c.cpu, "%", max(100, c.cpu.value.value)))
	}
	if c.requests.value.ok || c.requests.target.ok {
		lines = append(lines, c.gauge("requests", c.requests, "", max(c.requests.value.value, 1.5*c.requests.target.value)))
	}
	if c.counted {
		line := []piece{label("tasks"), plain("%d desired  %d running", c.desired, c.state.running)}
		if c.healthy.ok {
			line = append(line, plain("  %d healthy", int(c.healthy.value)))
		}
		if c.last != "" {
			line = append(line, piece{text: "  last: " + c.last, hue: dim})
		}
		lines = append(lines, line)
	}
	if line := c.alarmed(); line != nil {
		lines = append(lines, line)
	}
	return lines
}

// gauge is a metric beside the target of its policy.
func (c screen) gauge(name string, g gauge, unit string, most float64) []piece {
	text, mark, hue := "-", -1.0, cyan
	if g.value.ok {
		text = strconv.FormatFloat(math.Round(g.value.value), 'f', -1, 64) + unit
	}
	if g.target.ok {
		text += " of " + number(g.target.value) + unit
		mark = g.target.value / most
		if g.value.value > g.target.value {
			hue = yellow
		}
	}
	if name == "requests" {
		text += " a target and minute"
	}
	const room = 34
	return []piece{label(name), plain("%s", pad(text, room)), {text: bar(g.value.value/most, mark, max(0, c.width-10-room)), hue: hue}}
}

// alarmed are the alarms of the policies, by what they watch.
func (c screen) alarmed() []piece {
	var list []alarm
	for _, a := range c.alarms {
		list = append(list, a)
	}
	if list == nil {
		return nil
	}
	slices.SortFunc(list, func(a, b alarm) int { return strings.Compare(a.name(), b.name()) })
	line := []piece{label("alarms")}
	for i, a := range list {
		if i > 0 {
			line = append(line, plain("  "))
		}
		state, hue := a.state, ""
		switch {
		case state == "INSUFFICIENT_DATA":
			state, hue = "no data", dim
		case state == "ALARM" && a.high:
			hue = red
		}
		line = append(line, plain("%s ", a.name()), piece{text: state, hue: hue})
	}
	return line
}

func (a alarm) name() string {
	if a.high {
		return a.role + " high"
	}
	return a.role + " low"
}

// latest are the last lines that were told, under a rule.
func (c screen) latest(rows int) (lines [][]piece) {
	if rows < 2 || len(c.told) == 0 {
		return nil
	}
	lines = append(lines, nil)
	for _, text := range c.told[max(0, len(c.told)-rows+1):] {
		lines = append(lines, []piece{{text: text, hue: dim}})
	}
	return lines
}

func (c screen) keys() []piece {
	if c.note != "" {
		return []piece{{text: c.note, hue: yellow}}
	}
	return []piece{{text: "q stop   + - rate by a tenth   space pause   ? help", hue: dim}}
}

func help() (lines [][]piece) {
	for _, text := range []string{
		"",
		"q, ctrl-c   stop: the first drains, the second ends the drain; what the run",
		"            changed is restored in any case",
		"+ -         the plan's rates and a tenth of them more or less",
		"space       pause and resume",
		"?           this, and away with it",
		"",
		"A rate that was changed is written down, and what was expected of the load of",
		"that stage is then inconclusive. Errors and safety count.",
	} {
		lines = append(lines, []piece{{text: text}})
	}
	return lines
}

// over says that the traffic is over.
func (s *state) over() bool {
	return s.outcome != "" || s.phase == timeline.PhaseDrain || s.phase == timeline.PhaseUndo || s.phase == timeline.PhaseDone
}
