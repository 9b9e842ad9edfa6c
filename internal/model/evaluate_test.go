package model

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scaling"
)

const retain = "retain" // as the current state, in the tables

// sights reads a row of the documented tables: 0 is within the threshold, X
// beyond it, - missing; the newest is on the right.
func sights(row string) (list []sight) {
	for _, c := range row {
		list = append(list, sight(strings.IndexRune("-0X", c)))
	}
	return list
}

// The tables of the CloudWatch user guide, as they stand in testdata.
func TestDocumentedTables(t *testing.T) {
	data, err := os.ReadFile("testdata/missing-data.txt")
	require.NoError(t, err)
	treatments := []string{scaling.TreatMissing, scaling.TreatIgnore, scaling.TreatBreaching, scaling.TreatNotBreaching}
	rows := 0
	for line := range strings.Lines(string(data)) {
		word := strings.Fields(line)
		if len(word) == 0 || word[0] == "#" {
			continue
		}
		require.Len(t, word, 10, line)
		m, err := strconv.Atoi(word[0])
		require.NoError(t, err)
		for i, treatment := range treatments {
			got := evaluate(sights(strings.Join(word[1:6], "")), m, 3, treatment, retain)
			require.Equal(t, word[6+i], got, "%s, %s", treatment, line)
		}
		rows++
	}
	require.Equal(t, 13, rows)
}

// slow is the same decision, written from the documentation's sentences one
// after the other without a thought for speed.
func slow(periods []sight, m, n int, treatment, current string) string {
	real := slices.DeleteFunc(slices.Clone(periods), func(s sight) bool { return s == seenNothing })
	count := func(list []sight, what sight) (c int) {
		for _, s := range list {
			if s == what {
				c++
			}
		}
		return c
	}
	// "equal to or more than the alarm's Evaluation Periods: based on the most
	// recent real data points"
	if len(real) >= n {
		if count(real[len(real)-n:], seenBreach) >= m {
			return scaling.AlarmInAlarm
		}
		return scaling.AlarmOK
	}
	// "fills in the missing data points with the result you specified"
	filled := slices.Clone(real)
	switch treatment {
	case scaling.TreatBreaching:
		for len(filled) < n {
			filled = append(filled, seenBreach)
		}
	case scaling.TreatNotBreaching:
		for len(filled) < n {
			filled = append(filled, seenFine)
		}
	}
	if count(filled, seenBreach) >= m {
		return scaling.AlarmInAlarm
	}
	if len(filled) == n {
		return scaling.AlarmOK
	}
	// None: no data, or the current state is kept.
	if len(real) == 0 {
		if treatment == scaling.TreatIgnore {
			return current
		}
		return scaling.AlarmInsufficientData
	}
	// "the oldest available breaching datapoint is at least as old as the value
	// of Datapoints to Alarm, and all other more recent data points are
	// breaching or missing"; the table's "0 - X - -" shows that a point within
	// the threshold that is older speaks against it as well.
	if count(real, seenFine) == 0 && len(periods)-slices.Index(periods, seenBreach) >= m {
		if treatment == scaling.TreatIgnore {
			return current
		}
		return scaling.AlarmInAlarm
	}
	return scaling.AlarmOK
}

// Every history of up to 5 and of exactly 6 periods, every M of every N, every
// treatment.
func TestEvaluateEqualsItsSlowTwin(t *testing.T) {
	cases := 0
	for length := 1; length <= 6; length++ {
		total := 1
		for range length {
			total *= 3
		}
		for code := range total {
			periods, rest := make([]sight, length), code
			for i := range periods {
				periods[i], rest = sight(rest%3), rest/3
			}
			for n := 1; n <= length; n++ {
				for m := 1; m <= n; m++ {
					for _, treatment := range []string{scaling.TreatMissing, scaling.TreatIgnore, scaling.TreatBreaching, scaling.TreatNotBreaching} {
						cases++
						want, got := slow(periods, m, n, treatment, retain), evaluate(periods, m, n, treatment, retain)
						require.Equal(t, want, got, "%s", fmt.Sprint(periods, m, " of ", n, " ", treatment))
					}
				}
			}
		}
	}
	require.Greater(t, cases, 50_000)
}
