package forecast

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/timeline"
)

// columns is how wide the picture is drawn, in characters, beside its labels.
const columns = 72

// picture draws load, the metrics that policies track, and tasks over time: a
// full block is what every seed reaches, a light one what only some do, and a
// line of points is a target.
func (f *Forecast) picture(b *strings.Builder, colour bool) {
	c := f.Courses
	b.WriteString(strings.Repeat(" ", margin) + f.stageLine() + "\n")
	load := cells(Band{c.Load, c.Load, c.Load}, c.Length)
	most := highestOf(load)
	row(b, "load", figure(most/1000)+"/s", paint(levels(load, most), dim, colour))
	for _, m := range []struct {
		role, name, unit string
		band             Band
		top              float64 // at least
	}{{"cpu", "CPU", " %", c.CPU, 100}, {"requests", "reqs", "/min", c.Requests, 0}} {
		pol, tracked := f.plan.Policy(m.role)
		if !tracked && m.role != "cpu" {
			continue
		}
		list := cells(m.band, c.Length)
		top := max(m.top*1000, highestOf(list), pol.Target*1100)
		f.area(b, m.name, figure(top/1000)+m.unit, list, 4, top, pol.Target*1000, yellow, colour)
	}
	tasks := cells(c.Running, c.Length)
	high := max(1, highestOf(tasks))
	f.area(b, "tasks", figure(high), tasks, min(int(high), 8), high, 0, cyan, colour)
	b.WriteString(strings.Repeat(" ", margin) + f.axis() + "\n\n")
}

// margin is the width of the labels at the left.
const margin = 15

func row(b *strings.Builder, name, value, line string) {
	fmt.Fprintf(b, "%-6s%8s %s\n", name, value, strings.TrimRight(line, " "))
}

// cell is what one column shows.
type cell struct {
	least, most float64
	known       bool
}

// cells cuts a band into columns: each holds all that the band spans in it.
func cells(band Band, length time.Duration) []cell {
	out := make([]cell, columns)
	width := length / columns
	timeline.Along(length, func(from, to time.Duration) {
		lo, ok := band.Least.At(from)
		hi, _ := band.Most.At(from)
		if !ok {
			return
		}
		for i := int(from / width); i < columns && time.Duration(i)*width < to; i++ {
			x := &out[i]
			if !x.known {
				*x = cell{float64(lo), float64(hi), true}
			}
			x.least, x.most = min(x.least, float64(lo)), max(x.most, float64(hi))
		}
	}, band.Least, band.Most)
	return out
}

func highestOf(list []cell) (most float64) {
	for _, x := range list {
		most = max(most, x.most)
	}
	return most
}

var eighths = []rune(" ▁▂▃▄▅▆▇█")

// levels draws the most of each column in one line.
func levels(list []cell, top float64) string {
	var s strings.Builder
	for _, x := range list {
		n := 0
		if top > 0 && x.most > 0 {
			n = max(1, int(x.most/top*8+0.5))
		}
		s.WriteRune(eighths[min(n, 8)])
	}
	return s.String()
}

// area draws a band over a number of lines, from 0 to top.
func (f *Forecast) area(b *strings.Builder, name, label string, list []cell, lines int, top, target float64, hue string, colour bool) {
	height := top / float64(lines)
	for r := lines - 1; r >= 0; r-- {
		from := float64(r) * height
		aim := target > 0 && target >= from && target < from+height
		var s strings.Builder
		for _, x := range list {
			s.WriteRune(block(x, from, height, aim))
		}
		value := ""
		switch {
		case r == lines-1:
			value = label
		case aim:
			value = figure(target / 1000)
		}
		head := ""
		if r == lines-1 {
			head = name
		}
		row(b, head, value, paint(s.String(), hue, colour))
	}
}

// block is what a column shows between from and from + height.
func block(x cell, from, height float64, aim bool) rune {
	blank := ' '
	if aim {
		blank = '·'
	}
	if !x.known {
		return blank
	}
	solid, light := (x.least-from)/height, (x.most-from)/height
	switch {
	case solid >= 1:
		return '█'
	case light >= 0.5 && light > solid+0.25:
		return '░'
	case solid > 0:
		return eighths[max(1, int(solid*8+0.5))]
	}
	return blank
}

// stageLine writes the stages' names where they begin.
func (f *Forecast) stageLine() string {
	var marks []mark
	for _, s := range f.Stages {
		marks = append(marks, mark{s.Start, s.Name})
	}
	return f.line(marks)
}

// axis writes times below: the stages' beginnings, or where there is but one
// stage every so often.
func (f *Forecast) axis() string {
	var marks []mark
	for _, s := range f.Stages {
		marks = append(marks, mark{s.Start, clockText(s.Start)})
	}
	if len(marks) > 1 {
		return f.line(f.apart(marks))
	}
	step := time.Minute
	for _, d := range []time.Duration{5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour} {
		if f.Courses.Length > 6*step {
			step = d
		}
	}
	marks = nil
	for at := time.Duration(0); at < f.Courses.Length; at += step {
		marks = append(marks, mark{at, clockText(at)})
	}
	return f.line(marks)
}

// mark is a text at a place in time.
type mark struct {
	at   time.Duration
	text string
}

// apart leaves out marks that would run into the one before.
func (f *Forecast) apart(marks []mark) (kept []mark) {
	end := 0
	for _, m := range marks {
		if at := f.column(m.at); at >= end {
			kept = append(kept, m)
			end = at + len(m.text) + 1
		}
	}
	return kept
}

func (f *Forecast) column(at time.Duration) int { return int(at * columns / max(f.Courses.Length, 1)) }

// line writes marks where they belong, each cut short where the next begins.
func (f *Forecast) line(marks []mark) string {
	line := []rune(strings.Repeat(" ", columns+margin))
	for i, m := range marks {
		at, end := f.column(m.at), len(line)
		if i+1 < len(marks) {
			end = f.column(marks[i+1].at) - 1
		}
		text := []rune(m.text)
		if room := end - at; len(text) > room {
			if room < 3 {
				continue
			}
			text = append(text[:room-1:room-1], '…')
		}
		copy(line[at:], text)
	}
	return strings.TrimRight(string(line), " ")
}
