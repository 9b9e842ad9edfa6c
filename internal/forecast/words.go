package forecast

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/scenario"
)

func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func and(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// whole is a spread of whole numbers: 3, or 3..4.
func whole(s Spread) string {
	if s.Least == s.Most {
		return fmt.Sprintf("%.0f", s.Least)
	}
	return fmt.Sprintf("%.0f..%.0f", s.Least, s.Most)
}

func tasksRange(s Spread) string {
	if s.Least == 1 && s.Most == 1 {
		return "1 task"
	}
	return whole(s) + " tasks"
}

// figure writes a number with as many digits as a reader can use.
func figure(v float64) string {
	switch a := math.Abs(v); {
	case a == math.Trunc(a), a >= 99.5:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case a >= 9.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// between is a range of durations in words, to the second: 4m30s to 5m40s.
func between(a, b time.Duration) string {
	if a, b = a.Round(time.Second), b.Round(time.Second); a == b {
		return short(a)
	}
	return short(a) + " to " + short(b)
}

// short writes a duration as files do: 1m and not 1m0s.
func short(d time.Duration) string { return scenario.Duration(d).String() }

// clockText writes a place on the axis as mm:ss, or h:mm:ss from an hour on.
func clockText(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func dollars(s Spread) string {
	if s.Median < 0.005 {
		return "less than a cent"
	}
	return fmt.Sprintf("about $%.2f", s.Median)
}
