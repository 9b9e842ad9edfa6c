package live

import (
	"math"
	"strings"
	"time"
)

// column is what one column of the chart shows; the mean over its stretch.
type column struct {
	planned, sent known
}

// columns spreads the load over the whole of the traffic: what was, from the
// windows, and what is to come, from the plan and the factor that holds now.
func columns(s *state, load []sample, n int) (list []column, span time.Duration) {
	span = s.total
	if m := len(load); m > 0 {
		span = max(span, load[m-1].start+load[m-1].length)
	}
	list = make([]column, n)
	if span <= 0 || n == 0 {
		return list, 0
	}
	told, next := time.Duration(0), 0
	for i := range list {
		from, to := span*time.Duration(i)/time.Duration(n), span*time.Duration(i+1)/time.Duration(n)
		var planned, sent, weight float64
		for next < len(load) && load[next].start+load[next].length <= from {
			next++
		}
		for _, l := range load[next:] {
			over := min(l.start+l.length, to) - max(l.start, from)
			if over <= 0 {
				break
			}
			planned, sent, weight = planned+l.planned*over.Seconds(), sent+l.sent*over.Seconds(), weight+over.Seconds()
			told = max(told, min(l.start+l.length, to))
		}
		switch {
		case weight > 0:
			list[i] = column{known{planned / weight, true}, known{sent / weight, true}}
		case from >= told:
			list[i].planned = known{s.plan.rate((from+to)/2) * s.factor(), len(s.plan) > 0}
		}
	}
	return list, span
}

// highest is the highest rate of the columns.
func highest(list []column) (most float64) {
	for _, c := range list {
		most = max(most, c.planned.value, c.sent.value)
	}
	return most
}

var eighths = []rune(" ▁▂▃▄▅▆▇█")

// chart draws columns in rows from the top: what was sent is filled, and the
// plan is a line where nothing fills it.
func chart(list []column, rows int) (lines [][]piece) {
	most := highest(list)
	for row := rows - 1; row >= 0; row-- {
		var line []piece
		for _, c := range list {
			text, hue := " ", ""
			if n := filled(c.sent, most, rows, row); n > 0 {
				text, hue = string(eighths[n]), green
				if c.sent.value < c.planned.value*0.9 {
					hue = yellow
				}
			} else if c.planned.ok && rowOf(c.planned.value, most, rows) == row {
				text, hue = "─", dim
			}
			if k := len(line); k > 0 && line[k-1].hue == hue {
				line[k-1].text += text
			} else {
				line = append(line, piece{text: text, hue: hue})
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// filled is how many eighths of a cell a value fills.
func filled(v known, most float64, rows, row int) int {
	if !v.ok || most <= 0 {
		return 0
	}
	n := int(math.Round(v.value/most*float64(rows)*8)) - 8*row
	if v.value > 0 && row == 0 {
		n = max(n, 1) // little is not nothing
	}
	return min(max(n, 0), 8)
}

// rowOf is the row that a value's line lies in.
func rowOf(v, most float64, rows int) int {
	if most <= 0 {
		return 0
	}
	return min(max(int(math.Ceil(v/most*float64(rows)))-1, 0), rows-1)
}

// bar draws a share of a width; mark is a share at which a target stands, below
// 0 where there is none.
func bar(share, mark float64, width int) string {
	if width <= 0 {
		return ""
	}
	n := int(math.Round(min(max(share, 0), 1) * float64(width)))
	cells := []rune(strings.Repeat("█", n) + strings.Repeat("░", width-n))
	if mark >= 0 {
		cells[min(int(mark*float64(width)), width-1)] = '│'
	}
	return string(cells)
}
