package model

import (
	"fmt"
	"time"

	"scaleproof/internal/flaw"
	"scaleproof/internal/scaling"
)

// Deviation is one way in which the world's autoscaler is wrong. Metrics,
// alarms, tasks, latency and what the APIs tell follow from it.
type Deviation struct {
	Name    string          // of flaw.Deviations
	Service scaling.Service // whose autoscaling; zero: of all
	From    time.Time       // service time; zero: from the world's beginning
	For     time.Duration   // 0: to the end
	Size    int64           // in the unit of its kind; 0: its default
}

// Manifestation is a moment at which a deviation decided otherwise than AWS
// would have, with what came before it as it was in its own world.
type Manifestation struct {
	At      time.Time
	Name    string
	Service scaling.Service
	Right   string // what AWS would have decided
	Wrong   string // what was
}

// deviation is one that the world has.
type deviation struct {
	span
	name string
	size int64
	wrap wrap
}

// addDeviation takes in a configured deviation. It panics where there is none
// such: that is a mistake of the program that configures it.
func (w *World) addDeviation(d Deviation) {
	k, ok := flaw.Deviation(d.Name)
	if !ok {
		panic(fmt.Sprintf("model: no deviation %q", d.Name))
	}
	if d.Size == 0 {
		d.Size = k.Default
	}
	w.deviations = append(w.deviations, deviation{w.span(d.Service, d.From, d.For), d.Name, d.Size, wraps[d.Name]})
}

// by is an answer to a question about a service, by AWS's rules where no
// deviation is at work. Each that is wraps the rules as they are by then; where
// the answer becomes another it has manifested. Answers are compared by their
// text, which says all that matters of them.
func by[T fmt.Stringer](w *World, s *service, answer func(*rules) T) T {
	out := answer(&w.rules)
	if len(w.deviations) == 0 || s == nil {
		return out
	}
	r := w.rules
	for i := range w.deviations {
		d := &w.deviations[i]
		if !d.holds(s, w.now) {
			continue
		}
		d.wrap(&r, d.size)
		next := answer(&r)
		if right, wrong := out.String(), next.String(); right != wrong {
			w.log("deviation %s service=%s right=%q wrong=%q", d.name, s.cfg.Service.Name, right, wrong)
			w.manifested = append(w.manifested, Manifestation{w.time(w.now), d.name, s.cfg.Service, right, wrong})
		}
		out = next
	}
	return out
}

// Manifested lists the moments at which deviations decided otherwise than AWS
// would have, in order of time. None: the world has been a correct one so far.
func (w *World) Manifested() []Manifestation {
	return w.manifested[:len(w.manifested):len(w.manifested)]
}
