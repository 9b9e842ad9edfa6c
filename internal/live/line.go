package live

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/width"

	"scaleproof/internal/timeline"
)

// piece is a part of the line; the least important is left out first where
// the line is too long.
type piece struct {
	text string
	rank int // 0 stays longest
	hue  string
}

// Colours, by the names that a terminal knows; used on a terminal only.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// render writes the state, and the figures where there are any, as one line of
// at most width cells.
func render(s *state, f *figures, width int, color bool) string {
	pieces := append(s.pieces(), f.pieces(s)...)
	for i := range pieces {
		pieces[i].text = printable(pieces[i].text)
	}
	for length(pieces) > width && len(pieces) > 1 {
		pieces = dropLeast(pieces)
	}
	if length(pieces) > width && len(pieces) == 1 {
		pieces[0].text = cut(pieces[0].text, width)
	}
	var parts []string
	for _, p := range pieces {
		if color && p.hue != "" {
			parts = append(parts, "\x1b["+p.hue+"m"+p.text+"\x1b[0m")
			continue
		}
		parts = append(parts, p.text)
	}
	return strings.Join(parts, separator)
}

const separator = "  "

func length(pieces []piece) int {
	n := len(separator) * (len(pieces) - 1)
	for _, p := range pieces {
		n += cells(p.text)
	}
	return n
}

func dropLeast(pieces []piece) []piece {
	worst := 0
	for i, p := range pieces {
		if p.rank >= pieces[worst].rank {
			worst = i
		}
	}
	return append(append([]piece{}, pieces[:worst]...), pieces[worst+1:]...)
}

func cut(text string, most int) string {
	if most <= 0 {
		return ""
	}
	if cells(text) <= most {
		return text
	}
	room := most - 1 // for the ellipsis
	for i, r := range text {
		if room -= cellsOf(r); room < 0 {
			return text[:i] + "…"
		}
	}
	return text
}

// cells is the width of a text on a terminal; where a terminal draws less, as
// it does for combining marks, the line only ends a little early.
func cells(text string) (n int) {
	for _, r := range text {
		n += cellsOf(r)
	}
	return n
}

func cellsOf(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// printable drops what a terminal would obey: the words of a run come from
// files and services.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

func (s *state) pieces() []piece {
	if s.origin.IsZero() {
		phase := s.phase
		if phase == "" {
			phase = "starting"
		}
		return append([]piece{{phase, 0, bold}}, s.tasks()...)
	}
	list := []piece{{clockText(s.now.Sub(s.origin)) + s.remaining(), 0, bold}, {s.where(), 1, cyan}}
	planned, sent, p99 := s.rates()
	if sent.ok {
		list = append(list, piece{fmt.Sprintf("%s/%s req/s", number(sent.value), number(planned.value)), 4, s.behind(planned.value, sent.value)})
	}
	if p99 > 0 {
		list = append(list, piece{"p99 " + short(p99), 2, ""})
	}
	if s.cpu.value.ok {
		list = append(list, s.cpuPiece())
	}
	list = append(list, s.tasks()...)
	if s.failed > 0 {
		list = append(list, piece{strconv.FormatInt(s.failed, 10) + " failed", 2, red})
	}
	if s.last != "" {
		list = append(list, piece{s.last, 5, dim})
	}
	return list
}

// behind colours a rate that falls short of the plan by more than a tenth.
func (s *state) behind(planned, sent float64) string {
	if sent < planned*0.9 {
		return yellow
	}
	return ""
}

func (s *state) cpuPiece() piece {
	text, hue := "cpu "+strconv.Itoa(int(math.Round(s.cpu.value.value)))+"%", ""
	if target := s.cpu.target; target.ok {
		text += " of " + number(target.value)
		if s.cpu.value.value > target.value {
			hue = yellow
		}
	}
	return piece{text, 3, hue}
}

func (s *state) tasks() []piece {
	if !s.counted {
		return nil
	}
	return []piece{{fmt.Sprintf("tasks %d of %d", s.running, s.desired), 2, ""}}
}

// where is the stage, or the phase once traffic is over.
func (s *state) where() string {
	if s.phase == timeline.PhaseTraffic || s.phase == "" {
		return s.stage.Name
	}
	return s.phase
}

// remaining is the time until the last stage ends, as planned.
func (s *state) remaining() string {
	left := s.total - s.now.Sub(s.origin)
	if s.total == 0 || left <= 0 {
		return ""
	}
	return " (" + clockText(left) + " left)"
}

// clockText writes a length of service time as mm:ss, or h:mm:ss from an hour
// on.
func clockText(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "-", -d
	}
	t := int64(d / time.Second)
	if t >= 3600 {
		return fmt.Sprintf("%s%d:%02d:%02d", sign, t/3600, t/60%60, t%60)
	}
	return fmt.Sprintf("%s%02d:%02d", sign, t/60, t%60)
}

// short writes a duration in the unit that a glance needs.
func short(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d >= time.Second:
		return number(d.Seconds()) + " s"
	}
	return number(float64(d)/float64(time.Millisecond)) + " ms"
}

func number(v float64) string {
	if v >= 10 || v == math.Trunc(v) {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}
