package judge

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// impossible says what in the windows of traffic cannot have been, with the
// place, and the numbers of those events, the first twenty of them; empty
// where all can. A timeline with such a count was altered or written wrongly,
// so it is a witness of nothing, and not an error: what else it tells, a
// person may still want to see.
func (f *facts) impossible() (what string, seqs []int64) {
	for _, w := range f.windows {
		if s := f.impossibleIn(w); s != "" && len(seqs) < 20 {
			if what == "" {
				what = fmt.Sprintf("event %d (window at %s) %s", w.seq, f.when(w.Start), s)
			}
			seqs = append(seqs, w.seq)
		}
	}
	if what != "" {
		return what, seqs
	}
	if what, seqs := f.disjointed(); what != "" {
		return what, seqs
	}
	for _, k := range f.plan.Kinds {
		if t := sum(f.windows, []string{k.Name}); t.completed > t.sent {
			return fmt.Sprintf("of %d %s requests sent %d ended", t.sent, k.Name, t.completed), nil
		}
	}
	return "", nil
}

// disjointed says where two windows that follow each other do not fit: they
// overlap, or what is in flight did not change by what left and what ended.
func (f *facts) disjointed() (what string, seqs []int64) {
	for i, w := range f.windows[min(1, len(f.windows)):] {
		before := f.windows[i]
		if before.end().After(w.Start) {
			return fmt.Sprintf("event %d (window at %s) begins before the end of the one before", w.seq, f.when(w.Start)), []int64{before.seq, w.seq}
		}
		t := sum([]window{w}, nil)
		if before.end().Equal(w.Start) && w.InFlight-before.InFlight != t.sent-t.completed {
			return fmt.Sprintf("event %d (window at %s) tells of %s in flight after %d, though %d left and %d ended",
				w.seq, f.when(w.Start), requests(w.InFlight), before.InFlight, t.sent, t.completed), []int64{before.seq, w.seq}
		}
	}
	return "", nil
}

func (f *facts) impossibleIn(w window) string {
	if w.InFlight < 0 {
		return fmt.Sprintf("tells of %d requests in flight", w.InFlight)
	}
	for _, k := range w.Kinds {
		if s := f.impossibleOf(k); s != "" {
			return "tells of " + s
		}
	}
	return ""
}

func (f *facts) impossibleOf(k timeline.KindWindow) string {
	for _, n := range []int64{k.Planned, k.Sent, k.Late, k.Clamped} {
		if n < 0 {
			return fmt.Sprintf("%d %s requests", n, k.Kind)
		}
	}
	for _, counts := range []map[string]int64{k.Unsent, k.Completed, k.Failed} {
		for _, class := range slices.Sorted(maps.Keys(counts)) {
			if counts[class] < 0 {
				return fmt.Sprintf("%d %s requests (%s)", counts[class], k.Kind, class)
			}
		}
	}
	if k.Late > k.Sent {
		return fmt.Sprintf("%d late of %d %s requests sent", k.Late, k.Sent, k.Kind)
	}
	if s := impossibleSample(k); s != "" {
		return s
	}
	return f.misjudged(k)
}

// misjudged says where failures do not fit what ended: more of them than ended
// so, or an answer that the kind's success rules out and that did not fail.
func (f *facts) misjudged(k timeline.KindWindow) string {
	var completed, failed int64
	for _, n := range k.Failed {
		failed += n
	}
	i := slices.IndexFunc(f.plan.Kinds, func(x plan.Kind) bool { return x.Name == k.Kind })
	for _, class := range slices.Sorted(maps.Keys(k.Completed)) {
		n, bad := k.Completed[class], k.Failed[class]
		completed += n
		switch {
		case bad > n:
			return fmt.Sprintf("%d failures of %d %s requests that ended with %s", bad, n, k.Kind, class)
		case bad < n && i >= 0 && !succeeds(f.plan.Kinds[i], class):
			return fmt.Sprintf("%d %s requests that ended with %s, %d of them as failed", n, k.Kind, class, bad)
		}
	}
	for _, class := range slices.Sorted(maps.Keys(k.Failed)) {
		// "content" fell short in its body alone, and ended with a status.
		if _, ended := k.Completed[class]; !ended && class != "content" && k.Failed[class] > 0 {
			return fmt.Sprintf("%d failures of %s requests (%s) that never ended", k.Failed[class], k.Kind, class)
		}
	}
	if failed > completed {
		return fmt.Sprintf("%d failures of %d %s requests that ended", failed, completed, k.Kind)
	}
	return ""
}

// succeeds says that an answer of a class may meet a kind's criterion of
// success: one of its statuses, or any 2xx where it names none.
func succeeds(k plan.Kind, class string) bool {
	if !isStatus(class) {
		return false
	}
	if len(k.Success.Status) == 0 {
		return class[0] == '2'
	}
	status, err := strconv.Atoi(class)
	return err == nil && slices.Contains(k.Success.Status, status)
}
