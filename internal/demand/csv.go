package demand

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/scenario"
)

// header is what the first row of a CSV says of the others.
type header struct {
	counts bool     // of requests in the row's time, not rates
	kinds  []string // of the columns behind the time; nil: one column for all
}

// row is one line of a CSV.
type row struct {
	at     time.Duration // after any fixed instant
	line   int
	values []float64
}

func (f *file) csv() (Recording, *scenario.Fault) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(f.data, []byte("\ufeff"))))
	r.Comment, r.TrimLeadingSpace, r.ReuseRecord = '#', true, true
	cells, err := r.Read()
	if err != nil {
		return Recording{}, f.broken(err)
	}
	head, fault := f.header(cells)
	if fault != nil {
		return Recording{}, fault
	}
	var rows []row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Recording{}, f.broken(err)
		}
		x, fault := f.row(r, cells)
		if fault != nil {
			return Recording{}, fault
		}
		if n := len(rows); n > 0 && x.at <= rows[n-1].at {
			return Recording{}, f.fault(x.line, 1, "its time does not lie behind that of line %d: sort the rows by time, one for each", rows[n-1].line)
		}
		if rows = append(rows, x); len(rows) > MostStretches {
			return Recording{}, f.fault(x.line, 1, "more than %d rows: record in longer steps", MostStretches)
		}
	}
	return f.stretches(head, rows)
}

// broken is an error of the CSV's own grammar.
func (f *file) broken(err error) *scenario.Fault {
	var p *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return f.fault(0, 0, "it has no row: begin with a row such as time,rate")
	case errors.As(err, &p) && errors.Is(p.Err, csv.ErrFieldCount):
		return f.fault(p.Line, 1, "the row has not as many columns as the first")
	case errors.As(err, &p):
		return f.fault(p.Line, p.Column, "%v", p.Err)
	}
	return f.fault(0, 0, "%v", err)
}

// header reads the first row: time, then rate or count for all requests, or
// rate:KIND or count:KIND for each kind.
func (f *file) header(cells []string) (h header, fault *scenario.Fault) {
	const remedy = "name the columns in the first row: time,rate (requests a second) or time,count (requests in the row's time), or one column for each kind, as in time,count:heavy,count:light"
	if len(cells) < 2 || !slices.Contains([]string{"time", "timestamp"}, strings.ToLower(strings.TrimSpace(cells[0]))) {
		return h, f.fault(1, 1, "the first row is no header: %s", remedy)
	}
	for i, cell := range cells[1:] {
		what, kind, named := strings.Cut(strings.TrimSpace(cell), ":")
		what = strings.ToLower(what)
		if what != "rate" && what != "count" {
			return h, f.fault(1, 1, "column %q is neither a rate nor a count: %s", cell, remedy)
		}
		if i > 0 && h.counts != (what == "count") {
			return h, f.fault(1, 1, "the columns mix rates and counts: give all as one of them")
		}
		h.counts = what == "count"
		switch {
		case !named && len(cells) > 2:
			return h, f.fault(1, 1, "column %q does not say of which kind it is: %s", cell, remedy)
		case named && (!slices.Contains(f.kinds, kind) || slices.Contains(h.kinds, kind)):
			return h, f.fault(1, 1, "column %q: the scenario's kinds of request are %s, each once; or give one column for all", cell, strings.Join(f.kinds, ", "))
		case named:
			h.kinds = append(h.kinds, kind)
		}
	}
	return h, nil
}

func (f *file) row(r *csv.Reader, cells []string) (x row, fault *scenario.Fault) {
	x.line, _ = r.FieldPos(0)
	at, ok := instant(strings.TrimSpace(cells[0]))
	if !ok {
		return x, f.fault(x.line, 1, "%q is no time: write 2026-01-31T12:00:00Z, 2026-01-31 12:00:00, seconds, or a time from the beginning such as 1h30m", cells[0])
	}
	x.at = at
	for i, cell := range cells[1:] {
		v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
		if err != nil || !(v >= 0) || v > mostRate {
			line, col := r.FieldPos(i + 1)
			return x, f.fault(line, col, "%q is no number of requests from 0 to %.0f", cell, mostRate)
		}
		x.values = append(x.values, v)
	}
	return x, nil
}

// instant is a place in time, after any fixed one.
func instant(text string) (time.Duration, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if t, err := time.Parse(layout, text); err == nil {
			return since(t)
		}
	}
	if s, err := strconv.ParseFloat(text, 64); err == nil {
		return fromSeconds(s)
	}
	d, err := time.ParseDuration(text)
	return d, err == nil
}

// epoch is the fixed instant: a time.Duration reaches 292 years around it.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// mostYears bounds what is believed to be a time of a recording.
const mostYears = 200

func since(t time.Time) (time.Duration, bool) {
	if y := t.Year() - epoch.Year(); y < -mostYears || y > mostYears {
		return 0, false
	}
	return t.Sub(epoch), true
}

// fromSeconds is a number of seconds, from the beginning or from 1970; what
// would be beyond the year 5000 counts in another unit and is none.
func fromSeconds(s float64) (time.Duration, bool) {
	if !(s >= 0 && s < 9e9) {
		return 0, false
	}
	return time.Duration(s * 1e9), true
}

// stretches turns rows into rates. A rate holds until the next row's time, the
// last as long as the one before. A count is that of the row's own time, which
// is the same for all.
func (f *file) stretches(h header, rows []row) (r Recording, fault *scenario.Fault) {
	if len(rows) < 2 {
		return r, f.fault(0, 0, "%d rows do not say how long one lasts: give two or more", len(rows))
	}
	r.Kinds = h.kinds
	for i, x := range rows {
		length := rows[max(i, 1)].at - rows[max(i, 1)-1].at // the last one's: as the one before
		if i+1 < len(rows) {
			length = rows[i+1].at - x.at
		}
		if first := rows[1].at - rows[0].at; h.counts && length != first {
			return r, f.fault(rows[i+1].line, 1, "it comes %v after line %d, where the first rows are %v apart: a count that is missing is not a count of 0, so give every row, or rates instead of counts", length, x.line, first)
		}
		s := Stretch{For: length, Rates: x.values}
		for k := range s.Rates {
			if h.counts {
				s.Rates[k] /= length.Seconds()
			}
		}
		r.Stretches = append(r.Stretches, s)
	}
	return r, nil
}
