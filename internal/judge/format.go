package judge

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

// when says a moment as a person would look it up: how far into the traffic,
// and in which stage.
func (f *facts) when(t time.Time) string {
	if f.from.IsZero() {
		return t.UTC().Format("15:04:05Z")
	}
	if t.Before(f.from) {
		return short(f.from.Sub(t)) + " before the traffic"
	}
	if s, ok := f.stageAt(t); ok {
		return short(t.Sub(f.from)) + " into the traffic (" + s.Name + ")"
	}
	return short(t.Sub(f.from)) + " into the run (after the traffic)"
}

// short rounds a duration to seconds, to milliseconds below ten of them, or to
// microseconds below ten of those.
func short(d time.Duration) string {
	if d < 10*time.Millisecond && d > -10*time.Millisecond {
		return d.Round(time.Microsecond).String()
	}
	if d < 10*time.Second && d > -10*time.Second {
		return d.Round(time.Millisecond).String()
	}
	s := d.Round(time.Second).String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	return s
}

// tasks writes a count of tasks.
func tasks(n int) string {
	if n == 1 {
		return "1 task"
	}
	return fmt.Sprintf("%d tasks", n)
}

// span writes a range with open ends.
func span(lo, hi *int) string {
	switch {
	case lo != nil && hi != nil && *lo == *hi:
		return fmt.Sprint(*lo)
	case lo != nil && hi != nil:
		return fmt.Sprintf("%d..%d", *lo, *hi)
	case lo != nil:
		return fmt.Sprintf("at least %d", *lo)
	case hi != nil:
		return fmt.Sprintf("at most %d", *hi)
	}
	return "any number"
}

func within(lo, hi *int, n int) bool { return (lo == nil || n >= *lo) && (hi == nil || n <= *hi) }

// percent writes a share of a total with two decimals.
func percent(part, total int64) string {
	if total == 0 {
		return "0 %"
	}
	h := part * 10000 / total
	return fmt.Sprintf("%d.%02d %%", h/100, h%100)
}

// thousandths writes tasks' worth of load.
func thousandths(m int64) string { return fmt.Sprintf("%d.%02d", m/1000, m%1000/10) }

// number writes a metric's value with at most one decimal.
func number(v float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
}

// values writes a metric's values, oldest first, with at most two decimals.
func values(list []float64) string {
	var texts []string
	for _, v := range list {
		texts = append(texts, strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", v), "0"), "."))
	}
	return strings.Join(texts, ", ")
}

// describe writes an order: "scale-out 1 -> 2 by cpu at 4m0s into ...".
func (f *facts) describe(o order) string {
	kind := "scale-out"
	if o.in() {
		kind = "scale-in"
	}
	return fmt.Sprintf("%s %d -> %d by %s at %s", kind, o.from, o.to, f.whoOf(o), f.when(o.at))
}

// whoOf names who gave an order, as it was put down to somebody, and says so
// where the activity's own word is contradicted.
func (f *facts) whoOf(o order) string {
	a := f.actionOf(o)
	who := f.who(a)
	switch {
	case a.untrue:
		return who + " (though its activity names " + o.by() + ")"
	case who == "": // as little as the activity itself says
		who = o.by()
	}
	if a.Contradiction != "" {
		who += " (contradicted: see scaling.attributed)"
	}
	return who
}

// who names whose an action was, as a clause behind "by" would; empty where
// that is not known.
func (f *facts) who(a Action) string {
	if a.Kind == ByPolicy && (a.Role == "cpu" || a.Role == "requests" || a.Role == "memory") {
		return a.Role
	}
	if a.Kind == ByUnknown || a.Kind == ByPolicy && a.Name == "" {
		var may []string
		for _, name := range a.May {
			if role := f.roleOf(name); role != "" && role != "other" {
				name = role
			}
			may = append(may, name)
		}
		return strings.Join(may, " or ")
	}
	return strings.TrimPrefix(a.By(), "policy ")
}

// by names who caused an order.
func (o order) by() string {
	if o.role != "" {
		return o.role
	}
	switch {
	case o.cause.Policy != "":
		return o.cause.Policy
	case o.cause.Kind == scaling.CauseBounds: // of AWS's, by hand or by a scheduled action
		return "a change of bounds"
	}
	return "something unknown"
}

// names joins stages' names.
func names(list []string) string {
	if len(list) == 0 {
		return "all stages"
	}
	return strings.Join(list, ", ")
}

// requests writes a count of requests.
func requests(n int64) string { return plural(int(n), "request", "requests") }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
