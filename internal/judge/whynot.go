package judge

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/timeline"
)

// silence is a stretch of time in which the service did not scale, out or in,
// by any policy or by those of one role. A moment has from equal to to.
type silence struct {
	out      bool
	role     string // empty: any
	from, to time.Time
}

func (s silence) direction() string {
	if s.out {
		return "scale-out"
	}
	return "scale-in"
}

// reason is one thing that kept the service from scaling.
type reason struct {
	rank rank
	says string // a clause: what it was, with its numbers and its time
	next string // a clause: what to do; empty where there is nothing
	seqs []int64
}

// rank orders the reasons for which no policy called: a fault before a load
// that did not ask, and that before what is not known.
type rank int

const (
	rankWithheld  rank = iota // it was not for want of a call
	rankUnwatched             // no policy that could have asked
	rankNoData                // an alarm without datapoints
	rankElsewhere             // an alarm on something else, or at another level
	rankBeyond                // a target that the metric cannot reach
	rankSilent                // an alarm that ought to have fired
	rankPending               // a reaction that was not over
	rankShort                 // some datapoints beyond the threshold, too few
	rankNever                 // none
	rankUnseen                // what would tell was not looked at
)

// why are the reasons for a silence, those that weigh most first.
type why []reason

// whyNot says why the service did not scale in a silence, from what was
// observed alone. It gives no answer of its own: it explains those of others.
// Where a policy called, what kept its call from being carried out is the
// reason; where none did, why none did comes first, and what would have stood
// in the way besides comes behind. Whether an order came in the silence is for
// who asks to see before.
func (f *facts) whyNot(s silence) (found why) {
	if f.from.IsZero() || f.loadOnly {
		return nil
	}
	if r, unread := f.unread(s); unread {
		return why{r}
	}
	c := f.call(s)
	bound := f.pinned(s, c)
	if len(bound) > 0 && !s.out {
		return bound // whatever else: there was nothing to scale in
	}
	for _, find := range []func(silence, call) []reason{
		f.unregistered, f.suspendedIn, f.blockedByDeployment, f.refusedIn, f.powerless,
	} {
		found = append(found, find(s, c)...)
	}
	if len(found) == 0 {
		found = bound // where AWS does not say so itself
	}
	if c.ok && len(found) == 0 {
		found = f.unheeded(s, c)
	}
	if c.ok {
		return found
	}
	quiet := f.uncalled(s)
	slices.SortStableFunc(quiet, func(a, b reason) int { return cmp.Compare(a.rank, b.rank) })
	return append(quiet, found...)
}

// first are the reasons that stand in the sentence: the one that weighs most,
// and one more that weighs as much or would have been enough by itself.
func (w why) first() why {
	if len(w) < 2 {
		return w
	}
	for _, r := range w[1:] {
		if r.rank == w[0].rank || r.rank == rankWithheld || w[0].rank == rankUnwatched {
			return why{w[0], r}
		}
	}
	return w[:1]
}

// clause tells why, and what to do about it, in a clause without a full stop;
// empty where nothing was found.
func (w why) clause() string {
	if len(w) == 0 {
		return ""
	}
	var said []string
	for _, r := range w.first() {
		said = append(said, r.says)
	}
	s := strings.Join(said, ", and ")
	if len(said) > 1 && strings.Contains(said[0], ", and ") {
		s = strings.Join(said, "; ")
	}
	if w[0].next != "" {
		s += "; " + w[0].next
	}
	return s
}

// seqs are the events by which what clause tells is known.
func (w why) seqs() (all []int64) {
	for _, r := range w.first() {
		all = append(all, r.seqs...)
	}
	return all
}

// because is why the service did not scale in a silence, and the events that
// show it; otherwise where nothing was found.
func (f *facts) because(s silence, otherwise string) (string, []int64) {
	if w := f.whyNot(s); len(w) > 0 {
		return w.clause(), w.seqs()
	}
	return otherwise, nil
}

// unread says that the list of activities was not read after the silence.
func (f *facts) unread(s silence) (r reason, yes bool) {
	if f.sawOrders(s.to) {
		return r, false
	}
	says := "the scaling activities were never read, so whether something was ordered is not known"
	if last := f.lastLook(timeline.PartActivities); !last.IsZero() {
		says = "the scaling activities were last read " + f.when(last) + ", so whether something was ordered is not known"
	}
	return reason{says: says, next: "see observation.complete"}, true
}
