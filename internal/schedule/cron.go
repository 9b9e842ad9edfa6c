package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// set holds numbers from 0 to 63.
type set uint64

func (s set) has(n int) bool { return s>>uint(n)&1 == 1 }

// cron is a parsed cron expression.
type cron struct {
	loc            *time.Location
	minutes, hours set
	months         set
	years          [lastYear - firstYear + 1]bool
	days           dayRule
}

const firstYear, lastYear = 1970, 2199 // [D]

// field is what a field of cron may hold.
type field struct {
	name      string
	low, high int
	names     []string // of the numbers from low
}

var (
	minuteField  = field{name: "minutes", low: 0, high: 59}
	hourField    = field{name: "hours", low: 0, high: 23}
	dayField     = field{name: "day-of-month", low: 1, high: 31}
	monthField   = field{"month", 1, 12, []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}}
	weekdayField = field{"day-of-week", 1, 7, []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}}
	yearField    = field{name: "year", low: firstYear, high: lastYear}
)

func parseCron(body string, loc *time.Location) (*cron, error) {
	words := strings.Fields(body)
	if len(words) != 6 {
		return nil, fmt.Errorf("%d fields, not six: minutes, hours, day-of-month, month, day-of-week, year", len(words))
	}
	c := &cron{loc: loc}
	var err error
	for i, f := range []struct {
		field
		to *set
	}{{minuteField, &c.minutes}, {hourField, &c.hours}, {}, {monthField, &c.months}} {
		if f.to == nil {
			continue
		}
		if err = f.each(words[i], func(n int) { *f.to |= 1 << uint(n) }); err != nil {
			return nil, err
		}
	}
	if err = yearField.each(words[5], func(n int) { c.years[n-firstYear] = true }); err != nil {
		return nil, err
	}
	c.days, err = parseDays(words[2], words[4])
	return c, err
}

// each calls f with each number that a field's text names: parts between
// commas, each a number, a range, * or one of those with a step.
func (f field) each(text string, do func(int)) error {
	for part := range strings.SplitSeq(text, ",") {
		span, stepText, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			n, err := strconv.Atoi(stepText)
			if err != nil || n < 1 || n > f.high {
				return fmt.Errorf("%s: %q is not a step from 1 to %d", f.name, stepText, f.high)
			}
			step = n
		}
		low, high, err := f.span(span, stepped)
		if err != nil {
			return err
		}
		for n := low; n <= high; n += step {
			do(n)
		}
	}
	return nil
}

// span reads *, a-b or a; a single number with a step reaches to the end.
func (f field) span(text string, open bool) (low, high int, err error) {
	if text == "*" {
		return f.low, f.high, nil
	}
	from, to, ranged := strings.Cut(text, "-")
	if low, err = f.number(from); err != nil {
		return 0, 0, err
	}
	switch {
	case ranged:
		if high, err = f.number(to); err == nil && high < low {
			err = fmt.Errorf("%s: %q goes backwards", f.name, text)
		}
	case open:
		high = f.high
	default:
		high = low
	}
	return low, high, err
}

func (f field) number(text string) (int, error) {
	for i, name := range f.names {
		if strings.EqualFold(name, text) {
			return f.low + i, nil
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < f.low || n > f.high {
		return 0, fmt.Errorf("%s: %q is not a value from %d to %d", f.name, text, f.low, f.high)
	}
	return n, nil
}

// next is the first matching minute after an instant, until the last year.
func (c *cron) next(after time.Time) (time.Time, bool) {
	day := after.In(c.loc)
	year, month, date := day.Date()
	for year <= lastYear {
		if year < firstYear || !c.years[year-firstYear] {
			year, month, date = max(year+1, firstYear), 1, 1
			continue
		}
		if !c.months.has(int(month)) || date > daysIn(year, month) {
			if month, date = month+1, 1; month > 12 {
				year, month = year+1, 1
			}
			continue
		}
		if c.days.matches(year, month, date) {
			if t, ok := c.within(year, month, date, after); ok {
				return t, true
			}
		}
		date++
	}
	return time.Time{}, false
}

// within is the first matching minute of a day after an instant.
func (c *cron) within(year int, month time.Month, date int, after time.Time) (time.Time, bool) {
	for h := range 24 {
		if !c.hours.has(h) {
			continue
		}
		for m := range 60 {
			if !c.minutes.has(m) {
				continue
			}
			t := c.clock(year, month, date, h, m)
			if t.Hour() == h && t.Minute() == m && t.After(after) { // else the zone skips it
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// clock is the first instant at which the zone's clocks show a time.
func (c *cron) clock(year int, month time.Month, date, h, m int) time.Time {
	t := time.Date(year, month, date, h, m, 0, 0, c.loc)
	_, offset := t.Zone()
	_, before := t.Add(-3 * time.Hour).Zone() // none changes twice in so short a time
	if u := t.Add(time.Duration(offset-before) * time.Second); u.Before(t) && u.Hour() == h && u.Minute() == m {
		return u
	}
	return t
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
