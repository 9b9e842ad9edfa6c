package judge

import (
	"fmt"
	"time"
)

// dearer is how many percent more task-seconds than the baseline's a run may
// come to.
const dearer = 10

// costIncrease answers whether the tasks of the run cost more than those of
// the baseline; nothing where there is none.
func costIncrease(f *facts) []Result {
	if f.base == nil {
		return nil
	}
	expected := fmt.Sprintf("at most %d %% more task-hours", dearer)
	least, most := f.taskTime()
	before, beforeMost := f.base.taskTime()
	measured := fmt.Sprintf("%s against %s task-hours", hours((least+most)/2), hours((before+beforeMost)/2))
	if r, ok := f.notComparable(expected, measured); ok {
		return []Result{r}
	}
	r := Result{Subject: "against " + f.base.Name, Answer: Pass, Expected: expected}
	for _, s := range f.counts {
		if s.seen.After(f.from) && !s.seen.After(f.to) && len(r.Evidence) < 20 {
			r.Evidence = append(r.Evidence, s.seq)
		}
	}
	// The increase in thousandths, least and most: a run at its least is held
	// against the baseline at its most, and the other way round.
	from, known := increase(least, beforeMost)
	to, also := increase(most, before)
	if !known || !also {
		r.Answer, r.Measured = Inconclusive, measured
		r.Explanation = "The baseline's running tasks were not seen, so there is nothing to compare with."
		return []Result{r}
	}
	r.Measured = fmt.Sprintf("%s (%s)", permilles(from, to), measured)
	r.Tolerance = "what two looks leave open, of either run"
	switch limit := int64(dearer * 10); {
	case from > limit:
		r.Answer, r.Margin = Fail, permille(from-limit)+" too much"
		r.Explanation = fmt.Sprintf("Under the same load the tasks ran for %s more than in %s (%s), where %d %% is allowed; look at which policy asks for more tasks or gives them back later than it did there.",
			permilles(from, to), f.base.Name, measured, dearer)
	case to > limit:
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("The tasks were not looked at closely enough to say by how much their time rose: %s, and %d %% is allowed; see observation.complete of both runs.", permilles(from, to), dearer)
	default:
		r.Margin = permille(limit - to)
	}
	return []Result{r}
}

// increase is by how many thousandths a length of time lies above another,
// rounded away from none; known is false where the other is none.
func increase(now, before time.Duration) (thousandths int64, known bool) {
	b := before.Milliseconds()
	if b <= 0 {
		return 0, false
	}
	d := (now.Milliseconds() - b) * 1000
	if d > 0 {
		return (d + b - 1) / b, true
	}
	return -((-d + b - 1) / b), true
}

// permille writes thousandths as percent.
func permille(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%d %%", sign, n/10, n%10)
}

// permilles writes a range of them, with their sign.
func permilles(from, to int64) string {
	signed := func(n int64) string {
		if n > 0 {
			return "+" + permille(n)
		}
		return permille(n)
	}
	if from == to {
		return signed(from)
	}
	return signed(from) + " to " + signed(to)
}

// hours writes task-time in task-hours, to the hundredth.
func hours(d time.Duration) string {
	h := rounded(d.Milliseconds(), 36_000) // hundredths
	return fmt.Sprintf("%d.%02d", h/100, h%100)
}
