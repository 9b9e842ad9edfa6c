package plan

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// fine writes a short duration exactly, nothing as a dash.
func fine(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return d.String()
}

func span(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return short(d)
}

func rate(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func bytes(n int64) string {
	switch {
	case n == 0:
		return "-"
	case n < 1024:
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f KiB", float64(n)/1024)
}

// count writes a number of requests that may be beyond any that is exact.
func count(v float64) string {
	if v < 1e15 {
		return thousands(int(v))
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func running(n int) string {
	if n == 1 {
		return "1 task that runs"
	}
	return fmt.Sprintf("%d tasks that run", n)
}

func tasks(n int) string {
	if n == 1 {
		return "1 task"
	}
	return fmt.Sprintf("%d tasks", n)
}

func tasksWorth(v float64) string { return figure(v) + " tasks' worth of CPU" }
