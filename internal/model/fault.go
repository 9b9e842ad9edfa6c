package model

import (
	"fmt"
	"time"

	"scaleproof/internal/flaw"
	"scaleproof/internal/scaling"
)

// Fault is something that goes wrong in the world beside the autoscaler, or
// in what is told of it.
type Fault struct {
	Kind    string          // of flaw.Faults
	Of      string          // what it is confined to, of the kind's Of; empty: nothing
	Service scaling.Service // whom it concerns; zero: all
	From    time.Time       // service time; zero: from the world's beginning
	For     time.Duration   // 0: to the end
	Size    int64           // in the kind's unit; 0: its default
}

// span is a stretch of the world's time and the services that something in it
// concerns.
type span struct {
	from, until int64
	service     scaling.Service
}

func (w *World) span(s scaling.Service, from time.Time, length time.Duration) span {
	out := span{service: s, until: 1<<63 - 1}
	if !from.IsZero() {
		out.from = int64(from.Sub(w.cfg.Start))
	}
	if length > 0 {
		out.until = out.from + int64(length)
	}
	return out
}

// holds says whether an instant lies in the span, for a service; nil stands
// for what concerns all.
func (x span) holds(s *service, at int64) bool {
	return at >= x.from && at < x.until && (s == nil || x.service == scaling.Service{} || x.service == s.cfg.Service)
}

// fault is one that the world has.
type fault struct {
	span
	kind, of string
	size     int64
}

// addFault takes in a configured fault. It panics where there is none such:
// that is a mistake of the program that configures it.
func (w *World) addFault(f Fault) {
	k, ok := flaw.Fault(f.Kind)
	if !ok {
		panic(fmt.Sprintf("model: no fault %q", f.Kind))
	}
	if f.Size == 0 {
		f.Size = k.Default
	}
	w.faults = append(w.faults, fault{w.span(f.Service, f.From, f.For), f.Kind, f.Of, f.Size})
}

// active is the size of the fault of a kind that is at work at an instant, for
// a service (nil: the fault concerns all) and, where its kind can be confined,
// of one thing; ok is false where there is none. Of several the first counts.
// It is not asked on the path of a request.
func (w *World) active(kind string, s *service, of string, at int64) (size int64, ok bool) {
	for i := range w.faults {
		f := &w.faults[i]
		if f.kind == kind && (f.of == "" || f.of == of) && f.holds(s, at) {
			return f.size, true
		}
	}
	return 0, false
}

// refusal is the refusal of a look, nil where it is answered. Each part is
// drawn by itself, and all that is asked of a part at one instant alike: the
// answer does not depend on how many calls a driver makes of it.
func (w *World) refusal(what What) error {
	for i, asked := range []bool{
		what.Service, what.Targets, what.Scalable || what.Policies || what.Scheduled, what.Alarms, what.Activities, len(what.Metrics) > 0,
	} {
		share, ok := int64(0), false
		if asked {
			share, ok = w.active(flaw.LooksRefused, nil, flaw.Parts[i], w.now)
		}
		if ok && int64(w.draw(drawRefusal, uint64(i), uint64(w.now))%unit) < share {
			return refused(CodeThrottling, "Rate exceeded") // [D]
		}
	}
	return nil
}

// listed is when an activity appears among those that are looked at.
func (w *World) listed(s *service, a *activity) int64 {
	at := a.start
	if late, ok := w.active(flaw.ActivitiesLate, s, "", at); ok {
		return at + late
	}
	if late, ok := w.active(flaw.ActivitiesDisorder, s, "", at); ok && w.draw(drawListed, s.key, uint64(a.ordinal))%2 == 0 {
		return at + late
	}
	return at
}
