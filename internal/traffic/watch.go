package traffic

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic/vitals"
)

// watch looks at how the machine treats the generator, and tells the timeline
// what held it back where it fell behind: an event behind the window in which
// it did. It looks about once a second, and twenty times a second whether the
// process runs at all, on the clock's own thread and no lane's: 0.3 ms of CPU
// time a second.
//
// It sees the windows as they are told, and so both drivers alike.
type watch struct {
	clock *clock.Clock
	plan  *plan.Plan
	speed float64
	emit  func(...timeline.Event)

	mu     sync.Mutex
	last   vitals.Reading
	at     time.Time // of the last reading
	beat   time.Time // of the last pulse
	cpu    time.Duration
	spells []spell // what was, in order, of the last minutes
	told   time.Time
	pulse  clock.Event
	over   bool
}

// spell is a stretch of service time.
type spell struct {
	from, to time.Time
	vitals.Spell
}

const (
	beats     = 50 * time.Millisecond // of the machine's time, between two pulses
	missed    = 20 * time.Millisecond // by which a pulse is late where the process did not run
	lookEvery = time.Second
	spellsMax = 256
)

// newWatch begins to watch; what is emitted is to go through tell.
func newWatch(c Config) *watch {
	w := &watch{clock: c.Clock, plan: c.Plan, speed: max(1, c.Clock.Speed()), emit: c.Emit}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last, w.cpu, w.at = vitals.Read(), vitals.CPU(), c.Clock.Now()
	w.beat, w.told = w.at, w.at
	w.next()
	return w
}

func (w *watch) next() {
	w.pulse = w.clock.At(w.beat.Add(w.service(beats)), clock.RankPoll, 0, w.pulsed)
}

// service is a length of the machine's time in service time, and machine the
// other way.
func (w *watch) service(d time.Duration) time.Duration {
	return time.Duration(float64(d) * w.speed)
}
func (w *watch) machine(d time.Duration) time.Duration {
	return time.Duration(float64(d) / w.speed)
}

// pulsed is an event of the clock.
func (w *watch) pulsed() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return
	}
	now := w.clock.Now()
	if w.machine(now.Sub(w.beat)) >= beats+missed || w.machine(now.Sub(w.at)) >= lookEvery {
		w.look(now)
	}
	w.beat, w.cpu = now, vitals.CPU()
	w.next()
}

// look takes a reading. Where the pulse did not beat although nothing that the
// machine tells of held the process back, it was gone: stopped by a signal, or
// its machine by what is below.
func (w *watch) look(now time.Time) {
	r := vitals.Read()
	s := vitals.Between(w.last, r, w.machine(now.Sub(w.at)), vitals.Processors())
	gap := w.machine(now.Sub(w.beat)) - beats
	if held := max(s.Waited, s.Throttled, r.CPU-w.cpu); gap >= missed && held < gap/2 && r.Threads != nil {
		s.Gone = gap - held
	}
	w.spells = append(w.spells, spell{w.at, now, s})
	if len(w.spells) > spellsMax {
		w.spells = slices.Delete(w.spells, 0, 1)
	}
	w.last, w.at = r, now
	w.beat, w.cpu = now, r.CPU // a gap counts once
}

// tell emits events, and behind each window in which the generator fell behind
// what it starved of.
func (w *watch) tell(events ...timeline.Event) {
	for _, e := range events {
		if d, ok := e.Data.(timeline.Window); ok {
			if starved, ok := w.starved(d); ok {
				events = append(events, timeline.New(e.At, Source, "", starved))
			}
		}
	}
	w.emit(events...)
}

// close ends the watch.
func (w *watch) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	w.clock.Cancel(w.pulse)
}

// starved says what the generator starved of in a window; ok where it did.
func (w *watch) starved(d timeline.Window) (out timeline.Starved, ok bool) {
	s := shortfallOf(d)
	if !s.told(w.service(tellFrom)) {
		return out, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	end := d.Start.Add(d.Length)
	w.look(w.clock.Now())
	arose := d.Start.Add(-s.longest)
	losses := vitals.Losses(w.since(arose), vitals.Processors())
	from := arose
	if w.told.After(from) {
		from = w.told
	}
	w.told = end
	out = timeline.Starved{From: from, To: end, Late: s.late, Longest: s.longest, Unsent: s.unsent()}
	out.Cause = s.cause(losses, w.machine(s.longest), w.machine(d.Length), s.sentAt(d.Length) >= atCeiling*w.plan.Ceiling && w.plan.Ceiling > 0)
	for _, loss := range vitals.Losses(w.since(from), vitals.Processors()) {
		if loss.Cause == out.Cause {
			out.Lost = min(w.service(loss.Time), end.Sub(from))
		}
	}
	out.Detail = detail(losses)
	return out, true
}

// since are the spells that end behind t.
func (w *watch) since(t time.Time) (list []vitals.Spell) {
	for _, s := range w.spells {
		if s.to.After(t) {
			list = append(list, s.Spell)
		}
	}
	return list
}

func detail(losses []vitals.Loss) string {
	var parts []string
	for _, l := range losses {
		parts = append(parts, l.Cause+" "+l.Time.Round(time.Millisecond).String())
	}
	if used, limit := vitals.Descriptors(); used > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d descriptors", used, limit))
	}
	return strings.Join(parts, ", ")
}

// shortfall is in what a generator fell behind in a window.
type shortfall struct {
	sent, late                                       int64
	longest                                          time.Duration
	ceiling, generator, descriptors, ports, noMemory int64
}

func shortfallOf(w timeline.Window) (s shortfall) {
	for _, k := range w.Kinds {
		s.sent, s.late = s.sent+k.Sent, s.late+k.Late
		s.ceiling += k.Unsent[UnsentCeiling]
		s.generator += k.Unsent[UnsentGenerator]
		s.descriptors += k.Completed[ClassDescriptors]
		s.ports += k.Completed[ClassPorts]
		s.noMemory += k.Completed[ClassMemory]
		if k.Late > 0 {
			if h, err := hdrhistogram.DecodePacked([]byte(k.Lateness)); err == nil {
				s.longest = max(s.longest, time.Duration(h.Max())*time.Microsecond)
			}
		}
	}
	return s
}

func (s shortfall) unsent() int64 {
	return s.ceiling + s.generator + s.descriptors + s.ports + s.noMemory
}

func (s shortfall) sentAt(length time.Duration) float64 {
	return float64(s.sent+s.ceiling) / max(length.Seconds(), 1e-3)
}

// What is told: a hundredth of the requests late, or one by so much.
const (
	tellShare = 100
	tellFrom  = 100 * time.Millisecond
	// atCeiling is the part of the ceiling from which on it is what holds requests back.
	atCeiling = 0.9
)

func (s shortfall) told(from time.Duration) bool {
	return s.unsent() > 0 || s.late*tellShare > s.sent || s.longest >= from
}

// cause names what the generator lacked: what its calls say, then what took at
// least a part of the time by which it was late, then the ceiling where as much
// was sent as that lets through. A generator that was stopped and then has
// everything due at once meets the ceiling too: the stop is the cause.
func (s shortfall) cause(losses []vitals.Loss, longest, window time.Duration, atCeiling bool) string {
	part := longest / 5
	if s.ceiling > 0 || atCeiling {
		part = max(longest, window) / 2
	}
	switch most := max(s.descriptors, s.ports, s.noMemory); {
	case most > 0 && most == s.descriptors:
		return timeline.StarvedDescriptors
	case most > 0 && most == s.ports:
		return timeline.StarvedPorts
	case most > 0:
		return timeline.StarvedMemory
	case len(losses) > 0 && losses[0].Time > 0 && losses[0].Time >= part && (longest > 0 || s.generator > 0):
		return losses[0].Cause
	case s.ceiling > 0 || atCeiling:
		return timeline.StarvedCeiling
	}
	return timeline.StarvedUnknown
}
