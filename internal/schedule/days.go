package schedule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dayRule says which days of a month match. Only one of the two fields for
// days says so; the other is a question mark.
type dayRule struct {
	dates, weekdays set
	lastDate        bool   // L, of the month
	lastWorking     bool   // LW
	nearest         set    // 15W: the working day nearest to a date, in its month
	lastWeekdays    set    // FRIL: the last of a weekday in the month
	nth             [8]set // by weekday: MON#2, the second
}

func parseDays(dates, weekdays string) (r dayRule, err error) {
	if (dates == "?") == (weekdays == "?") {
		return r, errors.New("exactly one of day-of-month and day-of-week is a ?")
	}
	if dates != "?" {
		for part := range strings.SplitSeq(dates, ",") {
			if err := r.date(part); err != nil {
				return r, err
			}
		}
		return r, nil
	}
	for part := range strings.SplitSeq(weekdays, ",") {
		if err := r.weekday(part); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (r *dayRule) date(part string) error {
	switch number, near := strings.CutSuffix(part, "W"); {
	case part == "L":
		r.lastDate = true
	case part == "LW":
		r.lastWorking = true
	case near:
		n, err := dayField.number(number)
		r.nearest |= 1 << uint(n)
		return err
	default:
		return dayField.each(part, func(n int) { r.dates |= 1 << uint(n) })
	}
	return nil
}

func (r *dayRule) weekday(part string) error {
	if part == "L" { // the last day of the week
		r.weekdays |= 1 << 7
		return nil
	}
	if name, last := strings.CutSuffix(part, "L"); last {
		n, err := weekdayField.number(name)
		r.lastWeekdays |= 1 << uint(n)
		return err
	}
	name, which, nth := strings.Cut(part, "#")
	if !nth {
		return weekdayField.each(part, func(n int) { r.weekdays |= 1 << uint(n) })
	}
	day, err := weekdayField.number(name)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(which)
	if err != nil || n < 1 || n > 5 {
		return fmt.Errorf("day-of-week: %q is not a week of the month, 1 to 5", which)
	}
	r.nth[day] |= 1 << uint(n)
	return nil
}

func (r dayRule) matches(year int, month time.Month, date int) bool {
	last := daysIn(year, month)
	day := weekdayOf(year, month, date)
	switch {
	case r.dates.has(date), r.lastDate && date == last, r.lastWorking && date == working(year, month, last, last):
		return true
	case r.weekdays.has(day), r.lastWeekdays.has(day) && date > last-7, r.nth[day].has((date-1)/7 + 1):
		return true
	}
	for n := 1; n <= last; n++ {
		if r.nearest.has(n) && date == working(year, month, n, last) {
			return true
		}
	}
	return false
}

// weekdayOf numbers the days of the week from 1, a Sunday.
func weekdayOf(year int, month time.Month, date int) int {
	return int(time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Weekday()) + 1
}

// working is the day from Monday to Friday nearest to a date, in its month.
func working(year int, month time.Month, date, last int) int {
	switch weekdayOf(year, month, date) {
	case 7: // Saturday
		if date == 1 {
			return 3
		}
		return date - 1
	case 1: // Sunday
		if date == last {
			return date - 2
		}
		return date + 1
	}
	return date
}
