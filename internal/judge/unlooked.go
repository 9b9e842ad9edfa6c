package judge

import (
	"fmt"
	"math"

	"scaleproof/internal/timeline"
)

// failures are how many requests failed of those that ended, where of some
// answers nobody looked at the body.
type failures struct {
	failed, completed int64 // as they were counted
	sample            timeline.Sample
}

func (s sums) failures() failures { return failures{s.failed, s.completed, s.sample} }

// add adds what windows add up to; with -1 it takes it away again.
func (f *failures) add(s sums, sign int64) {
	f.failed += sign * s.failed
	f.completed += sign * s.completed
	addSample(&f.sample, s.sample, sign)
}

func addSample(to *timeline.Sample, s timeline.Sample, sign int64) {
	to.Checked += sign * s.Checked
	to.Refused += sign * s.Refused
	to.Unchecked += sign * s.Unchecked
}

// between is how few and how many failed: those that were counted, and of the
// answers that nobody looked at as many as the lot leaves room for. It is drawn
// at one rate from all of them, so windows may be added up before it is asked.
func (f failures) between() (least, most int64) {
	n := f.sample.Unchecked
	if n == 0 {
		return f.failed, f.failed
	}
	low, high := binomial(f.sample.Checked, f.sample.Refused)
	return f.failed + int64(math.Floor(float64(low*float64(n)))), f.failed + min(n, int64(math.Ceil(float64(high*float64(n)))))
}

func (f failures) least() int64 { least, _ := f.between(); return least }
func (f failures) most() int64  { _, most := f.between(); return most }

// told says of answers that nobody looked at what the lot says of them; empty
// where all were looked at.
func (f failures) told() string {
	if f.sample.Unchecked == 0 {
		return ""
	}
	least, most := f.between()
	return fmt.Sprintf("of %d more answers nobody looked at the body; of %d drawn by lot %d were refusals, so %d to %d of them are (99 %%)",
		f.sample.Unchecked, f.sample.Checked, f.sample.Refused, least-f.failed, most-f.failed)
}

// tooFew is the sentence for a limit that the lot leaves on neither side.
func (f failures) tooFew(what string) string {
	return what + "; " + f.told() + ", and the limit lies between: send longer, or at a lower rate, at which every body is looked at."
}

// impossibleSample says what of a sample cannot have been; empty where all can.
func impossibleSample(k timeline.KindWindow) string {
	s := k.Sample
	if s == nil {
		return ""
	}
	answered := int64(0)
	for class, n := range k.Completed {
		if isStatus(class) {
			answered += n - k.Failed[class]
		}
	}
	switch {
	case s.Checked < 0 || s.Refused < 0 || s.Unchecked < 0 || s.Refused > s.Checked || s.Refused > k.Failed[content]:
		return fmt.Sprintf("%d refusals in %d %s answers that were looked at by lot", s.Refused, s.Checked, k.Kind)
	case s.Checked+s.Unchecked > answered:
		return fmt.Sprintf("%d %s answers of a good status, looked at by lot or not at all, of %d", s.Checked+s.Unchecked, k.Kind, answered)
	}
	return ""
}
