package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// rows is a Markdown table, its first row the heads.
type rows [][]string

func (r rows) String() string {
	var b strings.Builder
	for i, row := range r {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(&b, "|%s\n", strings.Repeat("---|", len(row)))
		}
	}
	return b.String()
}

// tables is all that was measured, as Markdown. Tests that were not chosen
// have no table.
func (b *bench) tables(date, machine, load string) string {
	var parts []string
	add := func(text string, t rows) {
		if len(t) > 1 {
			parts = append(parts, text+"\n\n"+t.String())
		}
	}
	parts = append(parts, b.head(date, machine, load))
	add("Goals, and what was reached:", b.goals())
	add(fmt.Sprintf("As fast as one worker of nginx answers, %d connections. The ratio is loadgen's CPU over the tool's:", connections), b.saturatedTable())
	add("At a rate, judged by the target:", b.scheduleTable())
	add(fmt.Sprintf("The target stopped for 2 s of 20 at 500 requests a second, %d connections. What the tool says, and what it was:", connections), b.freezeTable())
	add("The same over TLS:", b.secureTable())
	return strings.Join(parts, "\n")
}

func (b *bench) head(date, machine, load string) string {
	var versions []string
	for _, t := range b.tools {
		if !t.ours {
			versions = append(versions, t.name+" "+t.version)
		}
	}
	text := fmt.Sprintf("Measured on %s on %s", date, machine)
	if load != "" {
		text += ", where " + load + " processes wanted to run as it began"
	}
	text += fmt.Sprintf(". Medians of %d rounds", b.rounds)
	if b.rounds == 1 {
		text = strings.Replace(text, "Medians of 1 rounds", "One round", 1)
	}
	if len(versions) > 0 {
		text += "; " + strings.Join(versions, ", ")
	}
	if failed, all := b.failures(); failed > 0 {
		text += fmt.Sprintf("; %d of %d runs gave no figures", failed, all)
	}
	return text + ".\n"
}

// failures is how many runs gave no figures, and how many there were.
func (b *bench) failures() (failed, all int) {
	for _, rs := range b.results {
		for _, r := range rs {
			all++
			if r.failed != "" {
				failed++
			}
		}
	}
	return failed, all
}

// of is what was measured of a tool in a test, in each round in which it was.
func (b *bench) of(test, tool string, f func(result) float64) (values []float64) {
	for _, r := range b.results[key(test, tool)] {
		if r.failed == "" {
			values = append(values, f(r))
		}
	}
	return values
}

// middle is the median: of an even number the mean of the two.
func middle(values []float64) (float64, bool) {
	if len(values) == 0 {
		return 0, false
	}
	values = slices.Clone(values)
	slices.Sort(values)
	n := len(values)
	return (values[n/2] + values[(n-1)/2]) / 2, true
}

// ratio is the median of loadgen's figure over a tool's, in one round each.
func (b *bench) ratio(test, tool string, f func(test, tool string, r result) float64) (float64, bool) {
	var values []float64
	theirs := b.results[key(test, tool)]
	for i, r := range b.results[key(test, "loadgen")] {
		if i < len(theirs) && r.failed == "" && theirs[i].failed == "" {
			if under := f(test, tool, theirs[i]); under > 0 {
				values = append(values, f(test, "loadgen", r)/under)
			}
		}
	}
	return middle(values)
}

// cell is a median, or what there is in its place.
func (b *bench) cell(test, tool, format string, f func(result) float64) string {
	m, ok := middle(b.of(test, tool, f))
	if !ok {
		return "–"
	}
	return fmt.Sprintf(format, m)
}

func (b *bench) whole(_, _ string, r result) float64 { return r.perRequest() }

// beyond is the CPU of a request without that of a run that sends next to
// nothing.
func (b *bench) beyond(_, tool string, r result) float64 {
	r.cpu = max(0, r.cpu-b.idle(tool))
	return r.perRequest()
}

// idle is the CPU of a tool's run that sends next to nothing; 0 where that was
// not measured.
func (b *bench) idle(tool string) time.Duration {
	if rs := b.results[key(idle, strings.TrimSuffix(tool, ", economy"))]; len(rs) > 0 {
		return rs[0].cpu
	}
	return 0
}

// failure is why a tool has no figure in a test; empty where it has one.
func (b *bench) failure(test, tool string) string {
	why := ""
	for _, r := range b.results[key(test, tool)] {
		if r.failed == "" {
			return ""
		}
		why = r.failed
	}
	return why
}

// each makes a row for each tool that did a test. That of one which could not
// has its labels, and why.
func (b *bench) each(test string, labels int, table *rows, row func(tool string) []string) {
	for _, t := range b.tools {
		if len(b.results[key(test, t.name)]) == 0 {
			continue
		}
		cells := row(t.name)
		if why := b.failure(test, t.name); why != "" {
			clear(cells[labels:])
			cells[len(cells)-1] = "not measured: " + strings.ReplaceAll(why, "|", "/")
		}
		*table = append(*table, cells)
	}
}

func held(r result) float64 { return r.rate }

func mib(r result) float64 { return float64(r.rss) / (1 << 20) }

func inMicros(d func(result) time.Duration) func(result) float64 {
	return func(r result) float64 { return float64(d(r)) / float64(time.Microsecond) }
}

func (b *bench) saturatedTable() rows {
	t := rows{{"tool", "requests/s", "CPU per request (µs)", "ratio", "without beginning and end (µs)", "ratio", "beginning and end (ms)", "memory (MiB)"}}
	b.each(saturated, 1, &t, func(tool string) []string {
		return []string{
			tool, b.cell(saturated, tool, "%.0f", held), b.cell(saturated, tool, "%.1f", result.perRequest), b.shown(saturated, tool, b.whole),
			b.cell(saturated, tool, "%.1f", func(r result) float64 { return b.beyond(saturated, tool, r) }), b.shown(saturated, tool, b.beyond),
			b.idleCell(tool),
			b.cell(saturated, tool, "%.0f", mib),
		}
	})
	return t
}

func (b *bench) idleCell(tool string) string {
	if d := b.idle(tool); d > 0 {
		return fmt.Sprint(d.Milliseconds())
	}
	return "–"
}

// shown is a ratio as a cell.
func (b *bench) shown(test, tool string, f func(string, string, result) float64) string {
	r, ok := b.ratio(test, tool, f)
	if !ok || tool == "loadgen" {
		return "–"
	}
	return fmt.Sprintf("%.2f", r)
}

func (b *bench) scheduleTable() rows {
	t := rows{{"asked", "tool", "held (1/s)", "off the schedule p50 (µs)", "p99 (µs)", "CPU per request (µs)", "without beginning and end", "memory (MiB)"}}
	for _, x := range b.tests {
		if !x.outside || x.freeze {
			continue
		}
		b.each(x.name, 2, &t, func(tool string) []string {
			return []string{
				x.name + "/s", tool,
				b.cell(x.name, tool, "%.0f", held),
				b.cell(x.name, tool, "%.0f", inMicros(func(r result) time.Duration { return r.spread.p50 })),
				b.cell(x.name, tool, "%.0f", inMicros(func(r result) time.Duration { return r.spread.p99 })),
				b.cell(x.name, tool, "%.1f", result.perRequest),
				b.cell(x.name, tool, "%.1f", func(r result) float64 { return b.beyond(x.name, tool, r) }),
				b.cell(x.name, tool, "%.0f", mib),
			}
		})
	}
	return t
}

func (b *bench) freezeTable() rows {
	t := rows{{"tool", "requests", "p99", "true p99", "p99.9", "true p99.9", "max", "true max"}}
	b.each(freeze, 1, &t, func(tool string) []string {
		cells := []string{tool, b.cell(freeze, tool, "%.0f", func(r result) float64 { return float64(r.requests) })}
		for _, c := range corners {
			for _, from := range []func(result) tail{result.said, result.was} {
				m, ok := middle(b.of(freeze, tool, func(r result) float64 { return float64(c.of(from(r))) }))
				cells = append(cells, latency(m, ok))
			}
		}
		return cells
	})
	return t
}

func (r result) said() tail { return r.told }
func (r result) was() tail  { return r.truth }

// corners are the figures of a tail.
var corners = []struct {
	name string
	of   func(tail) time.Duration
}{
	{"p99", func(t tail) time.Duration { return t.p99 }},
	{"p99.9", func(t tail) time.Duration { return t.p999 }},
	{"max", func(t tail) time.Duration { return t.max }},
}

// latency is one as a cell.
func latency(ns float64, ok bool) string {
	switch {
	case !ok:
		return "–"
	case ns < 0:
		return "not said"
	case ns < float64(100*time.Millisecond):
		return fmt.Sprintf("%.1f ms", ns/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.3f s", ns/float64(time.Second))
}

func (b *bench) secureTable() rows {
	t := rows{{"protocol", "tool", "requests/s", "CPU per request (µs)", "ratio", "without beginning and end (µs)", "ratio", "memory (MiB)"}}
	for _, x := range b.tests {
		if !x.tls {
			continue
		}
		protocol := "HTTP/1.1"
		if x.http2 {
			protocol = "HTTP/2"
		}
		b.each(x.name, 2, &t, func(tool string) []string {
			return []string{
				protocol, tool, b.cell(x.name, tool, "%.0f", held),
				b.cell(x.name, tool, "%.1f", result.perRequest), b.shown(x.name, tool, b.whole),
				b.cell(x.name, tool, "%.1f", func(r result) float64 { return b.beyond(x.name, tool, r) }), b.shown(x.name, tool, b.beyond),
				b.cell(x.name, tool, "%.0f", mib),
			}
		})
	}
	return t
}
