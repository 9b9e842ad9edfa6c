// Package schedule knows when a scheduled action of Application Auto Scaling
// is due: the grammar of its expressions and the instants that they name.
//
//	e, err := schedule.Parse("cron(30 6 ? * MON *)", "Europe/Paris")
//	next, ok := schedule.Plan{Expression: e, Created: now}.Next(now)
//
// It decides nothing about capacity, and it asks nobody for the time. Zones
// are those of the IANA database, which is compiled in, so that every machine
// knows them; a machine's own database goes first where it has one, as for
// every Go program.
//
// What is AWS's and what is assumed:
//
//   - at(yyyy-mm-ddThh:mm:ss), rate(value unit) and cron(six fields); at and
//     cron in a time zone, UTC by default; a start time is itself an instant
//     of a recurring action, an end time the last that may be one. [D]
//   - The fields of cron as EventBridge documents them: * ? , - / L W #, names
//     of months and days, days of the week from 1 = SUN, and a ? in exactly
//     one of the two fields for days. [D]
//   - A rate counts from the start time, or from when the action was put [U].
//     Start and end say nothing about at: they are for recurring ones. [D]
//   - A local time that a zone skips in spring is skipped; one that comes twice
//     in autumn is due once. [U]
//
// Seconds do not exist in cron: its finest resolution is a minute. [D]
package schedule

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones on machines that have no database of their own
)

// Expression is a parsed schedule. The zero value is never due.
type Expression struct {
	at   time.Time
	rate time.Duration
	cron *cron
}

// Recurring says that it may be due more than once.
func (e Expression) Recurring() bool { return e.rate > 0 || e.cron != nil }

// Parse reads a schedule expression in a time zone; an empty zone is UTC. A
// rate has no zone, and is the same in any.
func Parse(expression, zone string) (Expression, error) {
	loc, err := location(zone)
	if err != nil {
		return Expression{}, err
	}
	kind, rest, ok := strings.Cut(expression, "(")
	body, closed := strings.CutSuffix(rest, ")")
	if !ok || !closed {
		return Expression{}, fmt.Errorf("%q is not a schedule: write it as at(...), rate(...) or cron(...)", expression)
	}
	var e Expression
	switch kind {
	case "at":
		e.at, err = parseAt(body, loc)
	case "rate":
		e.rate, err = parseRate(body)
	case "cron":
		e.cron, err = parseCron(body, loc)
	default:
		err = fmt.Errorf("%q is not a kind of schedule: at, rate or cron", kind)
	}
	if err != nil {
		return Expression{}, fmt.Errorf("schedule %s: %w", expression, err)
	}
	return e, nil
}

func location(zone string) (*time.Location, error) {
	if zone == "" {
		return time.UTC, nil
	}
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return nil, fmt.Errorf("%q is not a time zone of the IANA database, such as Europe/Paris", zone)
	}
	return loc, nil
}

// parseAt reads yyyy-mm-ddThh:mm:ss; AWS's own sample has an hour of one
// digit.
func parseAt(body string, loc *time.Location) (time.Time, error) {
	for _, form := range []string{"2006-01-02T15:04:05", "2006-01-02T3:04:05"} {
		if t, err := time.ParseInLocation(form, body, loc); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time such as 2026-01-31T17:00:00", body)
}

// mostRate keeps sums of instants far from overflow.
const mostRate = 100 * 365 * 24 * time.Hour

func parseRate(body string) (time.Duration, error) {
	value, name, _ := strings.Cut(body, " ")
	n, err := strconv.ParseInt(value, 10, 64)
	unit := map[string]time.Duration{
		"minute": time.Minute, "minutes": time.Minute, "hour": time.Hour, "hours": time.Hour,
		"day": 24 * time.Hour, "days": 24 * time.Hour,
	}[name]
	if err != nil || n <= 0 || unit == 0 {
		return 0, fmt.Errorf("%q is not a positive number and minutes, hours or days", body)
	}
	if n > int64(mostRate/unit) {
		return 0, fmt.Errorf("%q is more than a hundred years", body)
	}
	return time.Duration(n) * unit, nil
}

// Plan is when a scheduled action is due. Start and End may be zero; both are
// instants that a recurring action may still be due at.
type Plan struct {
	Expression Expression
	Created    time.Time // when the action was put
	Start, End time.Time
}

// Next is the first instant after another at which the action is due; ok is
// false where there is none. It is in UTC.
func (p Plan) Next(after time.Time) (next time.Time, ok bool) {
	e := p.Expression
	if !e.Recurring() {
		return e.at, e.at.After(after)
	}
	switch {
	case p.Start.After(after):
		next, ok = p.Start, true
	case e.rate > 0:
		anchor := p.Created
		if !p.Start.IsZero() {
			anchor = p.Start
		}
		next, ok = following(anchor, after, e.rate), true
	default:
		next, ok = e.cron.next(after)
	}
	if ok && !p.End.IsZero() && next.After(p.End) {
		return time.Time{}, false
	}
	return next.UTC(), ok
}

// following is the first instant after another that lies a whole number of
// rates behind an anchor. The anchor may lie so far back that no duration
// counts the time since.
func following(anchor, after time.Time, rate time.Duration) time.Time {
	if anchor.After(after) {
		return anchor.Add(rate)
	}
	seconds := (after.Unix() - anchor.Unix()) % int64(rate/time.Second) // a rate is in whole minutes
	since := time.Duration(seconds)*time.Second + time.Duration(after.Nanosecond()-anchor.Nanosecond())
	return after.Add(rate - (since+rate)%rate)
}
