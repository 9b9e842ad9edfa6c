package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// intrusion is the first thing seen that somebody else did while traffic
// flowed and to which an autoscaler answers rightly: bounds, a suspension or a
// policy that were changed, an order that a change of bounds or a schedule gave,
// requests that the run did not send. nil where there was none.
func (f *facts) intrusion() (first *drift) {
	found := func(d drift) {
		if first == nil || d.seen.Before(first.seen) {
			first = &d
		}
	}
	if stood := f.capacity.at(f.from); len(stood) == 1 {
		for _, s := range f.capacity {
			if s.seen.After(f.from) && !s.after.After(f.to) && !sameTarget(s.value.Target, stood[0].value.Target) {
				found(drift{s.after, s.seen, "somebody had changed the bounds of the service or suspended its scaling", s.seq, false, ""})
			}
		}
	}
	for _, d := range f.policyDrifts(func(t time.Time) bool { return t.After(f.from) && t.Before(f.to) }) {
		d.what = "somebody had changed a policy (" + d.what + ")"
		found(d)
	}
	for _, o := range f.during(f.from, f.to, func(o order) bool {
		return o.cause.Kind == scaling.CauseBounds || o.cause.Kind == scaling.CauseScheduled
	}) {
		found(drift{o.at, o.at, "somebody else's change or schedule set the desired count", o.seqs[0], false, ""})
	}
	if d := f.stranger(f.from, f.to); d != nil {
		found(*d)
	}
	return first
}

// stranger is the first of two successive clear datapoints of the request count
// in [from, to] that lie well above what was sent.
func (f *facts) stranger(from, to time.Time) *drift {
	var before time.Time
	for _, p := range f.between(timeline.KeyRequests, from, to) {
		counted, sent, ok := f.counted(p)
		if !ok || counted <= sent+f.surplus(sent, p.start, p.end()) {
			continue
		}
		if before.Equal(p.start) && !before.IsZero() {
			return &drift{p.start, p.end(), fmt.Sprintf("the load balancer had counted %s requests in a minute where %s were sent: traffic of others",
				number(float64(counted)/100), number(float64(sent)/100)), p.seq, false, ""}
		}
		before = p.end()
	}
	return nil
}
