package schedule_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/schedule"
)

func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		panic(err)
	}
	return t
}

// The next three instants of each after Thursday, 1 January 2026, noon.
func TestDue(t *testing.T) {
	noon := at("2026-01-01 12:00:00")
	for _, c := range []struct {
		expression, zone string
		want             []string
	}{
		{"at(2026-01-31T17:00:00)", "", []string{"2026-01-31 17:00:00"}},
		{"at(2026-01-31T17:00:00)", "America/New_York", []string{"2026-01-31 22:00:00"}},
		{"at(2026-12-08T9:36:00)", "", []string{"2026-12-08 09:36:00"}},
		{"at(2025-12-31T17:00:00)", "", nil},
		{"at(2026-01-01T12:00:00)", "", nil}, // now is not after now
		{"rate(1 minute)", "", []string{"2026-01-01 12:01:00", "2026-01-01 12:02:00", "2026-01-01 12:03:00"}},
		{"rate(5 hours)", "", []string{"2026-01-01 17:00:00", "2026-01-01 22:00:00", "2026-01-02 03:00:00"}},
		{"rate(2 days)", "", []string{"2026-01-03 12:00:00", "2026-01-05 12:00:00", "2026-01-07 12:00:00"}},
		{"cron(30 6 ? * MON *)", "", []string{"2026-01-05 06:30:00", "2026-01-12 06:30:00", "2026-01-19 06:30:00"}},
		{"cron(30 6 ? * 2 *)", "", []string{"2026-01-05 06:30:00", "2026-01-12 06:30:00", "2026-01-19 06:30:00"}}, // 2 is Monday
		{"cron(30 6 ? * MON *)", "Europe/Paris", []string{"2026-01-05 05:30:00", "2026-01-12 05:30:00", "2026-01-19 05:30:00"}},
		{"cron(0/15 * * * ? *)", "", []string{"2026-01-01 12:15:00", "2026-01-01 12:30:00", "2026-01-01 12:45:00"}},
		{"cron(5,50 12 * * ? *)", "", []string{"2026-01-01 12:05:00", "2026-01-01 12:50:00", "2026-01-02 12:05:00"}},
		{"cron(0 18 ? * MON-FRI *)", "", []string{"2026-01-01 18:00:00", "2026-01-02 18:00:00", "2026-01-05 18:00:00"}},
		{"cron(0 8 1 * ? *)", "", []string{"2026-02-01 08:00:00", "2026-03-01 08:00:00", "2026-04-01 08:00:00"}},
		{"cron(0 8 31 * ? *)", "", []string{"2026-01-31 08:00:00", "2026-03-31 08:00:00", "2026-05-31 08:00:00"}},
		{"cron(0 0 L * ? *)", "", []string{"2026-01-31 00:00:00", "2026-02-28 00:00:00", "2026-03-31 00:00:00"}},
		{"cron(0 0 LW * ? *)", "", []string{"2026-01-30 00:00:00", "2026-02-27 00:00:00", "2026-03-31 00:00:00"}},
		{"cron(0 0 3W * ? *)", "", []string{"2026-01-02 00:00:00", "2026-02-03 00:00:00", "2026-03-03 00:00:00"}},
		{"cron(0 0 1W * ? *)", "", []string{"2026-02-02 00:00:00", "2026-03-02 00:00:00", "2026-04-01 00:00:00"}},
		{"cron(0 0 ? * FRIL *)", "", []string{"2026-01-30 00:00:00", "2026-02-27 00:00:00", "2026-03-27 00:00:00"}},
		{"cron(0 0 ? * 6#3 *)", "", []string{"2026-01-16 00:00:00", "2026-02-20 00:00:00", "2026-03-20 00:00:00"}},
		{"cron(0 0 ? * MON#5 *)", "", []string{"2026-03-30 00:00:00", "2026-06-29 00:00:00", "2026-08-31 00:00:00"}},
		{"cron(0 0 29 FEB ? *)", "", []string{"2028-02-29 00:00:00", "2032-02-29 00:00:00", "2036-02-29 00:00:00"}},
		{"cron(0 0 1 jan,jul ? 2027-2028)", "", []string{"2027-01-01 00:00:00", "2027-07-01 00:00:00", "2028-01-01 00:00:00"}},
		{"cron(0 0 31 FEB ? *)", "", nil},
		{"cron(0 0 1 1 ? 2026)", "", nil},
		{"cron(0 0 1 1 ? 2199)", "", []string{"2199-01-01 00:00:00"}},
	} {
		e, err := schedule.Parse(c.expression, c.zone)
		require.NoError(t, err, c.expression)
		plan := schedule.Plan{Expression: e, Created: noon}
		var got []string
		for now, ok := plan.Next(noon); ok && len(got) < 3; now, ok = plan.Next(now) {
			got = append(got, now.Format("2006-01-02 15:04:05"))
		}
		require.Equal(t, c.want, got, "%s %s", c.expression, c.zone)
	}
}

// Clocks go forward in Paris on 29 March 2026 at 2:00, and back on 25 October
// at 3:00: half past two does not exist on the one day and comes twice on the
// other.
func TestClocksThatChange(t *testing.T) {
	e, err := schedule.Parse("cron(30 2 * * ? *)", "Europe/Paris")
	require.NoError(t, err)
	plan := schedule.Plan{Expression: e}
	spring, _ := plan.Next(at("2026-03-28 12:00:00"))
	require.Equal(t, at("2026-03-30 00:30:00"), spring)
	autumn, _ := plan.Next(at("2026-10-24 12:00:00"))
	require.Equal(t, at("2026-10-25 00:30:00"), autumn, "the first of the two")
	after, _ := plan.Next(autumn)
	require.Equal(t, at("2026-10-26 01:30:00"), after)
}

// The start time is an instant of its own; the end time is the last.
func TestStartAndEnd(t *testing.T) {
	parse := func(text string) schedule.Expression {
		e, err := schedule.Parse(text, "")
		require.NoError(t, err)
		return e
	}
	put := at("2026-01-01 12:00:00")
	all := func(p schedule.Plan) (list []string) {
		for now, ok := p.Next(put); ok && len(list) < 5; now, ok = p.Next(now) {
			list = append(list, now.Format("02 15:04:05"))
		}
		return list
	}
	plan := schedule.Plan{Created: put, Start: at("2026-01-01 12:10:30"), End: at("2026-01-01 14:10:30")}
	plan.Expression = parse("rate(1 hour)")
	require.Equal(t, []string{"01 12:10:30", "01 13:10:30", "01 14:10:30"}, all(plan))
	plan.Expression = parse("cron(0 * * * ? *)")
	require.Equal(t, []string{"01 12:10:30", "01 13:00:00", "01 14:00:00"}, all(plan))
	plan.Expression = parse("at(2026-01-02T00:00:00)")
	require.Equal(t, []string{"02 00:00:00"}, all(plan), "no recurring one: neither is for it")
	plan = schedule.Plan{Expression: parse("rate(7 minutes)"), Created: put, Start: at("2026-01-01 11:00:00")}
	require.Equal(t, "01 12:03:00", all(plan)[0], "a start that has passed is still what a rate counts from")
}

// A rate may count from before any time that a duration reaches.
func TestRateFromLongAgo(t *testing.T) {
	e, err := schedule.Parse("rate(7 days)", "")
	require.NoError(t, err)
	now := at("2026-01-01 12:00:00")
	for _, start := range []time.Time{{}, time.Unix(-9e9, 5e8), time.Unix(-1e15, 0), time.Unix(-1e18, 1)} {
		next, ok := schedule.Plan{Expression: e, Created: now, Start: start}.Next(now)
		require.True(t, ok)
		require.True(t, next.After(now) && !next.After(now.Add(7*24*time.Hour)), "%v: %v", start, next)
		if !start.IsZero() {
			require.Zero(t, (next.Unix()-start.Unix())%(7*24*3600))
			require.Equal(t, start.Nanosecond(), next.Nanosecond())
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ expression, zone, says string }{
		{"", "", "at(...), rate(...) or cron(...)"},
		{"at(2026-01-31T17:00:00", "", "at(...), rate(...) or cron(...)"},
		{"every(1 day)", "", `"every" is not a kind of schedule`},
		{"at(tomorrow)", "", "is not a time such as"},
		{"at(2026-02-30T17:00:00)", "", "is not a time such as"},
		{"rate(0 minutes)", "", "positive number"},
		{"rate(5 seconds)", "", "minutes, hours or days"},
		{"rate(5)", "", "minutes, hours or days"},
		{"rate(9000000000000 days)", "", "a hundred years"},
		{"cron(0 8 * * ?)", "", "5 fields, not six"},
		{"cron(0 8 * * * *)", "", "exactly one of day-of-month and day-of-week is a ?"},
		{"cron(0 8 ? * ? *)", "", "exactly one of day-of-month and day-of-week is a ?"},
		{"cron(60 8 * * ? *)", "", `minutes: "60" is not a value from 0 to 59`},
		{"cron(0 17-8 * * ? *)", "", `hours: "17-8" goes backwards`},
		{"cron(0/0 8 * * ? *)", "", "is not a step"},
		{"cron(0 8 0 * ? *)", "", "day-of-month"},
		{"cron(0 8 32W * ? *)", "", "day-of-month"},
		{"cron(0 8 * 13 ? *)", "", "month"},
		{"cron(0 8 ? * 0 *)", "", "day-of-week"},
		{"cron(0 8 ? * MON#6 *)", "", "week of the month"},
		{"cron(0 8 * * ? 1969)", "", "year"},
		{"cron(, 8 * * ? *)", "", "minutes"},
		{"rate(1 day)", "Middle/Earth", "is not a time zone"},
		{"rate(1 day)", "Local", "is not a time zone"},
	} {
		_, err := schedule.Parse(c.expression, c.zone)
		require.ErrorContains(t, err, c.says, c.expression)
	}
}

// choice is a field, or several, and what it means in other words.
type choice struct {
	text string
	says func(time.Time) bool
}

func sundayIn(t time.Time, month time.Month, from, to int) bool {
	return t.Weekday() == time.Sunday && t.Month() == month && t.Day() >= from && t.Day() <= to
}

// The search that skips against one that looks at each minute of four days, in
// a zone whose clocks change within them.
func TestTheNextMinuteIsTheFirst(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	minutes := []choice{
		{"0", func(t time.Time) bool { return t.Minute() == 0 }},
		{"7,41", func(t time.Time) bool { return t.Minute() == 7 || t.Minute() == 41 }},
		{"*/20", func(t time.Time) bool { return t.Minute()%20 == 0 }},
		{"30-34", func(t time.Time) bool { return t.Minute() >= 30 && t.Minute() <= 34 }},
	}
	hours := []choice{
		{"*", func(t time.Time) bool { return true }},
		{"2", func(t time.Time) bool { return t.Hour() == 2 }},
		{"1-3", func(t time.Time) bool { return t.Hour() >= 1 && t.Hour() <= 3 }},
		{"0/6", func(t time.Time) bool { return t.Hour()%6 == 0 }},
	}
	days := []choice{
		{"* * ?", func(t time.Time) bool { return true }},
		{"28 3,10 ?", func(t time.Time) bool { return t.Day() == 28 && (t.Month() == 3 || t.Month() == 10) }},
		{"29W MAR ?", func(t time.Time) bool { return t.Day() == 30 && t.Month() == 3 }}, // the 29th is a Sunday
		{"L * ?", func(t time.Time) bool { return t.AddDate(0, 0, 1).Day() == 1 }},
		{"? * SUN", func(t time.Time) bool { return t.Weekday() == time.Sunday }},
		{"? 3 1#5", func(t time.Time) bool { return sundayIn(t, 3, 29, 31) }},
		{"? 3 SUNL", func(t time.Time) bool { return sundayIn(t, 3, 25, 31) }},
	}
	first, last := at("2026-03-27 00:00:00"), at("2026-03-31 00:00:00")
	rapid.Check(t, func(t *rapid.T) {
		m, h, d := rapid.SampledFrom(minutes).Draw(t, "minutes"), rapid.SampledFrom(hours).Draw(t, "hours"), rapid.SampledFrom(days).Draw(t, "days")
		e, err := schedule.Parse("cron("+m.text+" "+h.text+" "+d.text+" *)", "Europe/Paris")
		require.NoError(t, err)
		from := first.Add(time.Duration(rapid.IntRange(0, 3*24*3600).Draw(t, "second")) * time.Second)
		next, ok := schedule.Plan{Expression: e}.Next(from)
		for u := from.Truncate(time.Minute).Add(time.Minute); u.Before(last); u = u.Add(time.Minute) {
			if local := u.In(paris); m.says(local) && h.says(local) && d.says(local) {
				require.True(t, ok)
				require.Equal(t, u, next)
				return
			}
		}
		require.False(t, ok && next.Before(last), "%v matches nothing", next)
	})
}

// Whatever is accepted is due strictly later each time, to the minute.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"at(2026-01-31T17:00:00)", "rate(5 minutes)", "cron(0/15 8-18 ? * MON-FRI *)", "cron(0 0 LW * ? *)", "cron(0 0 ? * 6#3 2027)"} {
		f.Add(text, "Europe/Paris")
	}
	f.Fuzz(func(t *testing.T, text, zone string) {
		e, err := schedule.Parse(text, zone)
		if err != nil {
			return
		}
		now := at("2026-03-28 12:34:56")
		plan := schedule.Plan{Expression: e, Created: now}
		for range 4 {
			next, ok := plan.Next(now)
			if !ok {
				return
			}
			require.True(t, next.After(now))
			require.Equal(t, time.UTC, next.Location())
			now = next
		}
	})
}
