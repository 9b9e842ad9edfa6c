package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/timeline"
)

// partClock is what a check needs that holds AWS's times against the run's own.
const partClock = "clock"

const (
	// offsetAllowed is how far AWS's clock may be off the run's. What is told the
	// time over a network is off by less than a second.
	offsetAllowed = 5 * time.Second
	// offsetTolerated is how far it may be before what rests on both is not known:
	// as far as an order may lie behind the look that saw what it did.
	offsetTolerated = timeline.Offset
)

// skew is how far AWS's clock is ahead of the run's, as its stamps tell. It is
// behind where negative.
//
// What a look saw had happened by then, so the stamp minus the look is a sure
// lower bound. It had not happened at the look before, where lists are current,
// so the stamp minus that look is an upper bound of one change; since lists may
// lag, which makes it too low, the highest of all counts: it holds if one change
// of the run was listed in time.
type skew struct {
	least, most       time.Duration
	stamps            int   // changes between two looks
	leastSeq, mostSeq int64 // that give the bounds
}

// stamp is the latest time that an event tells by AWS's clock; false where it
// tells none.
func stamp(e timeline.Event) (time.Time, bool) {
	switch d := e.Data.(type) {
	case timeline.ActivityState:
		return later(d.Activity.Start, d.Activity.End), true
	case timeline.AlarmState:
		return e.At, d.Transition
	case timeline.Deployment:
		return d.Updated, !d.Updated.IsZero()
	}
	return time.Time{}, false
}

// readSkew measures the offset.
func (f *facts) readSkew(events []timeline.Event) {
	for _, e := range events {
		at, ok := stamp(e)
		if !ok || e.NotBefore.IsZero() || !e.NotBefore.Before(e.Seen) {
			continue // what the first look saw may be old
		}
		least, most := at.Sub(e.Seen), at.Sub(e.NotBefore)
		if f.skew.stamps == 0 || least > f.skew.least {
			f.skew.least, f.skew.leastSeq = least, e.Seq
		}
		if f.skew.stamps == 0 || most > f.skew.most {
			f.skew.most, f.skew.mostSeq = most, e.Seq
		}
		f.skew.stamps++
	}
}

// timed says that a result holds AWS's times against the run's own.
func (c check) timed(r Result) bool {
	return slices.Contains(c.needs, partClock) || c.around && strings.Contains(r.Subject, "around scaling")
}

// beyond says that AWS's clock is further off the run's than a limit.
func (s skew) beyond(limit time.Duration) bool {
	return s.stamps > 0 && (s.least > limit || s.most < -limit)
}

// seqs are the events that give the bounds.
func (s skew) seqs() []int64 { return []int64{s.leastSeq, s.mostSeq} }

// String says which way the clocks are off, in a clause.
func (s skew) String() string {
	if s.least > 0 {
		return "AWS's clock is ahead of this run's by " + short(s.least) + " or more"
	}
	return "AWS's clock is behind this run's by " + short(-s.most) + " or more, or all that it lists comes late"
}

// bounds writes the two bounds.
func (s skew) bounds() string {
	return fmt.Sprintf("%s to %s", signedTime(s.least), signedTime(s.most))
}

func signedTime(d time.Duration) string {
	if d < 0 {
		return "-" + short(-d)
	}
	return "+" + short(d)
}
