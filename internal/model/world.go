package model

import (
	"fmt"
	"time"

	"scaleproof/internal/scaling"
)

const minuteNs = int64(time.Minute)

// World is the simulation. It is not safe for concurrent use: one driver owns
// it and asks it in order of time.
type World struct {
	cfg     Config
	rules   rules
	idle    int64  // LoadBalancer.IdleTimeout
	nodes   int    // LoadBalancer.Nodes
	nodeKey uint64 // of the draws of a request's node
	retain  int64  // ns that datapoints are kept
	origin  int64  // of Start, in ns since 1970: minutes are aligned to the wall's
	now     int64  // lived until, ns since Start
	forgot  int64  // when what is too old to be seen was dropped last
	heap    events
	works   works

	flights  flights
	answers  []Answer // not yet returned
	returned []Answer // the buffer returned last, used again

	services   []*service
	byName     map[scaling.Service]*service
	tasks      []*task
	alarms     []*alarm
	scheduled  []*scheduled
	history    map[string][]scaling.HistoryItem
	router     router
	faults     []fault
	deviations []deviation
	manifested []Manifestation
	trace      func(string)

	happenings []*happening
}

// New makes a world in which the configured tasks run and are healthy. It
// panics where a configured policy would be refused: that is a fault of the
// program that configures it.
func New(c Config) *World {
	c.Start = c.Start.UTC().Round(0)
	w := &World{
		cfg: c, rules: aws(c.Behaviour), origin: c.Start.UnixNano(), idle: int64(c.LoadBalancer.IdleTimeout),
		flights: newFlights(), byName: map[scaling.Service]*service{},
		history: map[string][]scaling.HistoryItem{}, retain: c.Behaviour.retain(),
	}
	if w.idle <= 0 {
		w.idle = int64(time.Minute)
	}
	w.nodes = min(max(c.LoadBalancer.Nodes, 1), mostNodes)
	w.nodeKey = mix(mix(mix(c.Seed) ^ drawNode)) // entity 0, since it is the whole world's
	for _, f := range c.Faults {
		w.addFault(f)
	}
	for _, d := range c.Deviations {
		w.addDeviation(d)
	}
	for i := range c.Services {
		w.addService(i, c.Services[i])
	}
	w.router = newRouter(w)
	for _, s := range w.services {
		s.checked = w.router.find("GET", s.cfg.HealthCheck.Path)
		if err := w.furnish(s); err != nil {
			panic(fmt.Sprintf("model: service %s: %v", s.cfg.Service, err))
		}
	}
	w.expect(c.Happenings)
	w.expectStrikes()
	return w
}

// Config returns what the world was made from.
func (w *World) Config() Config { return w.cfg }

// Trace has f called with each line of the world's log from now on; nil ends
// it. Lines are arrivals, completions, points, alarm states, activities and
// task states, each with its instant.
func (w *World) Trace(f func(line string)) { w.trace = f }

// log writes a line of the world's log at the present. Callers on the path of
// a request ask for w.trace first.
func (w *World) log(format string, args ...any) {
	if w.trace != nil {
		w.trace(w.time(w.now).Format(time.RFC3339Nano) + " " + fmt.Sprintf(format, args...))
	}
}

func (w *World) time(at int64) time.Time { return w.cfg.Start.Add(time.Duration(at)) }

// instant reads an input's time; one before the present counts as the present.
func (w *World) instant(t time.Time) int64 { return max(int64(t.Sub(w.cfg.Start)), w.now) }

func (w *World) push(at int64, k kind, entity, index uint32) {
	w.heap.push(makeEvent(at, k, entity, index))
}

// Next is the instant of the world's own next event, or the present where
// answers wait to be fetched; ok is false where it has none.
func (w *World) Next() (at time.Time, ok bool) {
	if len(w.answers) > 0 {
		return w.time(w.now), true
	}
	e, ok := w.upcoming()
	return w.time(e.at), ok
}

// upcoming is the next event: the heap's, the first end of work, or the oldest
// request's time-out.
func (w *World) upcoming() (e event, ok bool) {
	if len(w.heap) > 0 {
		e, ok = w.heap[0], true
	}
	if len(w.works) > 0 {
		if f := &w.works[0]; !ok || f.at <= e.at { // no kind comes before evWork
			e, ok = makeEvent(f.at, evWork, uint32(f.task.n), 0), true
		}
	}
	if i := w.flights.first; i != none {
		if f := makeEvent(w.flights.all[i].at+w.idle, evTimeout, 0, 0); !ok || f.before(e) {
			e, ok = f, true
		}
	}
	return e, ok
}

// Advance lives until now, including what happens at now, and returns the
// answers of that time in order of (At, Number). The slice is valid until the
// next call of Advance or Submit.
func (w *World) Advance(now time.Time) []Answer {
	w.live(w.instant(now))
	return w.take()
}

// live does all that happens until t, and at t.
func (w *World) live(t int64) {
	for {
		e, ok := w.upcoming()
		if !ok || e.at > t {
			break
		}
		w.now = e.at
		switch e.kind() {
		case evWork:
			w.worked(w.works[0].task)
		case evTimeout:
			w.timeOut(w.flights.first)
		default:
			w.handle(w.heap.pop())
		}
	}
	w.now = t
}

func (w *World) handle(e event) {
	switch e.kind() {
	case evAnswer:
		w.waited(int32(e.entity()))
	case evCheckTimeout:
		w.checkTimedOut(w.tasks[e.entity()], e.index())
	case evCheck:
		w.check(w.tasks[e.entity()], int(e.index()))
	case evTask:
		w.reach(w.tasks[e.entity()], taskState(e.index()))
	case evCrash:
		w.crash(w.tasks[e.entity()])
	case evStartUp:
		w.startedUp(w.tasks[e.entity()])
	case evStrike:
		w.struck(e.entity(), e.index())
	case evRetry:
		w.reconcile(w.services[e.entity()])
	case evGiveUp:
		w.giveUp(w.services[e.entity()])
	case evSlot:
		w.endSlot(w.services[e.entity()])
	case evPublish:
		w.publish(e.entity(), int64(e.index()))
	case evScheduled:
		w.due(w.scheduled[e.entity()])
	case evAlarm:
		w.evaluateAlarm(w.alarms[e.entity()])
	case evScale:
		w.scale(w.services[e.entity()])
	case evHappen:
		w.happen(w.happenings[e.entity()])
	}
}

// take hands out the answers and keeps their buffer for later.
func (w *World) take() []Answer {
	out := w.answers
	w.answers, w.returned = w.returned[:0], out
	return out
}

// answer ends a request for its client, in order of number within an instant.
func (w *World) answer(number uint64, status int, reason, task string) {
	if w.trace != nil {
		w.log("completion %s %d %s task=%s", numberText(number), status, reason, task)
	}
	if number >= others {
		return // of a happening: nobody waits for it
	}
	at := w.time(w.now)
	a := append(w.answers, Answer{Number: number, At: at, Status: status, Reason: reason, Task: task})
	for i := len(a) - 1; i > 0 && a[i-1].Number > a[i].Number && a[i-1].At.Equal(at); i-- {
		a[i-1], a[i] = a[i], a[i-1]
	}
	w.answers = a
}
