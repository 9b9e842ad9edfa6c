package forecast

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"scaleproof/internal/timeline"
)

// columns is how wide the picture is drawn, in characters, beside its labels.
const columns = 72

// picture draws load, CPU and tasks over time: a full block is what every seed
// reaches, a light one what only some do, and a line of points is a target.
func (f *Forecast) picture(b *strings.Builder, colour bool) {
	c := f.Courses
	b.WriteString(strings.Repeat(" ", margin) + f.stageLine() + "\n")
	load := cells(Band{c.Load, c.Load, c.Load}, c.Length)
	most := 0.0
	for _, x := range load {
		most = max(most, x.most)
	}
	row(b, "load", figure(most/1000)+"/s", paint(levels(load, most), dim, colour))
	top := 100_000.0
	target := 0.0
	if pol, ok := f.plan.Policy("cpu"); ok {
		target = pol.Target * 1000
	}
	f.area(b, "CPU", "100 %", cells(c.CPU, c.Length), 5, top, target, yellow, colour)
	tasks := cells(c.Running, c.Length)
	high := 1.0
	for _, x := range tasks {
		high = max(high, x.most)
	}
	f.area(b, "tasks", figure(high), tasks, min(int(high), 8), high, 0, cyan, colour)
	b.WriteString(strings.Repeat(" ", margin) + f.axis() + "\n\n")
}

// margin is the width of the labels at the left.
const margin = 12

func row(b *strings.Builder, name, value, line string) {
	fmt.Fprintf(b, "%-6s%5s %s\n", name, value, strings.TrimRight(line, " "))
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
	return f.marks(func(s Stage) string { return s.Name })
}

// axis writes the stages' times where they begin.
func (f *Forecast) axis() string {
	return f.marks(func(s Stage) string { return clockText(s.Start) })
}

func (f *Forecast) marks(of func(Stage) string) string {
	line := []rune(strings.Repeat(" ", columns+10))
	end := 0
	for _, s := range f.Stages {
		at := int(s.Start * columns / max(f.Courses.Length, 1))
		text := of(s)
		if at < end || at+utf8.RuneCountInString(text) > len(line) {
			continue
		}
		copy(line[at:], []rune(text))
		end = at + utf8.RuneCountInString(text) + 1
	}
	return strings.TrimRight(string(line), " ")
}
