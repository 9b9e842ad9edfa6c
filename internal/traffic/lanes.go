package traffic

import (
	"context"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic/http1"
	"scaleproof/internal/traffic/socket"
)

// lanes drive requests on clocks that follow the wall, over plain HTTP/1.1: as
// many lanes as the rate needs, and a collector, which makes one window out of
// what they hand over, writes it, and says when all is done.
type lanes struct {
	standing
	speed float64 // of the clock
	emit  func(...timeline.Event)
	dial  *dialer
	where *url.URL
	kinds []string
	each  []*lane

	ctx     context.Context // ends what connects when the engine is closed
	cancel  context.CancelFunc
	threads sync.WaitGroup
	helpers sync.WaitGroup // who connects and looks at bodies for the lanes
	planned []clock.Event  // the stages to come
	bell    chan struct{}  // the collector has something to do
	used    chan *window   // windows to be used again

	// Guarded by standing's mu.
	parts  [][]part         // windows that were handed over, by lane, in order
	stages []timeline.Event // to come
	begun  []timeline.Event // stages and rates, in order, that are not told yet

	// The collector's own.
	safety  *Safety
	encoder encoder
	told    int // windows
	cut     []bool
	left    int64 // in flight on the lanes that have ended
}

// part is what one lane did in a window.
type part struct {
	closed  closed
	drained bool // the lane has told all
	last    bool // the lane has ended
}

// perLane is the rate, in requests a second, up to which one lane sends alone:
// at 80,000 two cost nearly twice the CPU of one.
const perLane = 100_000

// lanesOf is how many lanes a plan gets.
func lanesOf(p *plan.Plan) int {
	peak := 0.0
	for _, s := range p.Stages {
		sum := 0.0
		for _, r := range s.Rates {
			sum += max(r.From, r.To)
		}
		peak = max(peak, p.Shard.Part(sum))
	}
	n := min(1+int(peak/perLane), runtime.NumCPU())
	if most := p.Connections.Max; most > 0 {
		n = min(n, most) // each has one at least
	}
	return n
}

// onLanes says whether lanes can send a plan: what follows the wall, and needs
// nothing that only net/http has. The templates are those of its kinds.
func onLanes(c Config) (templates []*http1.Template, ok bool) {
	if c.Clock.Mode() == clock.Stepping || c.dial != nil || c.Network.Proxy != nil || !c.Plan.Connections.Plain() {
		return nil, false
	}
	for _, k := range c.Plan.Kinds {
		r := newTemplate(c.Base, k.Method, k.Path, c.Headers[k.Name])
		t, err := http1.NewTemplate(http1.Request{
			Method: r.method, URL: r.url, Host: r.host, Header: r.header, Close: c.Plan.Connections.Close,
		})
		if err != nil {
			return nil, false // net/http says so of each request
		}
		templates = append(templates, t)
	}
	return templates, true
}

func startLanes(c Config, templates []*http1.Template, n int, open func() (*socket.Poller, error)) (*lanes, error) {
	s := &lanes{
		speed: max(1, c.Clock.Speed()),
		emit:  c.Emit, kinds: kindNames(c.Plan), dial: newDialer(c), where: c.Base,
		bell: make(chan struct{}, 1), used: make(chan *window, 4*n), parts: make([][]part, n), cut: make([]bool, n),
		safety: NewSafety(c.Plan),
	}
	s.init(c)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	ceiling := newLimiter(c.Clock, c.Plan)
	for i := range n {
		l, err := s.lane(i, n, templates, open)
		if err != nil {
			s.cancel()
			for _, l := range s.each {
				l.poller.Close()
				l.ahead.Close()
			}
			return nil, err
		}
		l.limiter = ceiling
		s.each = append(s.each, l)
	}
	for i, stage := range c.Plan.Stages {
		at := s.base.Add(stage.Start)
		s.stages = append(s.stages, timeline.New(at, Source, stage.Name, timeline.Stage{Index: i, Name: stage.Name, For: stage.For, Ramp: stage.Ramp}))
	}
	for i, stage := range s.stages {
		s.planned = append(s.planned, c.Clock.At(stage.At, clock.RankWindow, keyStage+uint64(i), func() { s.begins(stage.At) }))
	}
	s.threads.Add(n + 1)
	go s.gather()
	for _, l := range s.each {
		go func() {
			defer s.threads.Done()
			l.run()
			l.ahead.Close()
		}()
	}
	return s, nil
}

func (s *lanes) lane(i, n int, templates []*http1.Template, open func() (*socket.Poller, error)) (*lane, error) {
	poller, err := open()
	if err != nil {
		return nil, err
	}
	part := *s.plan
	part.Shard = s.plan.Shard.Split(i, n)
	l := &lane{
		owner: s, schedule: part.Flow(), poller: poller, permit: noPermit,
		windows: NewWindows(s.base, s.plan.Window, lateAfter(s.clock), s.kinds),
		closes:  s.plan.Window, buf: make([]byte, 64<<10),
		line: list{by: byTurn}, silent: list{by: byFirstByte},
	}
	l.mail.bell = poller
	if most := s.plan.Connections.Max; most > 0 {
		l.most = (most + n - 1 - i) / n
	}
	l.ahead = NewAhead(&part, s.base, aheadBytes/int64(n))
	l.sampling = NewSampling(part.Window)
	for i := range s.plan.Kinds {
		k := &s.plan.Kinds[i]
		criterion := NewCriterion(*k)
		l.kinds = append(l.kinds, laneKind{
			plan: k, criterion: &criterion, template: templates[i],
			message: templates[i].Message(k.Body.Append(nil, s.plan.Seed, 0, s.base)), flying: list{by: byDeadline},
		})
	}
	l.next, l.more = l.schedule.Peek()
	return l, nil
}

// begins has the collector tell of the stages that begin at this moment.
func (s *lanes) begins(now time.Time) {
	s.mu.Lock()
	s.begin(now)
	s.mu.Unlock()
	s.ring()
}

// begin takes the stages that begin until an instant, with it, among what is to
// be told.
func (s *lanes) begin(until time.Time) {
	for len(s.stages) > 0 && !s.stages[0].At.After(until) {
		s.begun = append(s.begun, s.stages[0])
		s.stages = s.stages[1:]
	}
}

func (s *lanes) ring() {
	select {
	case s.bell <- struct{}{}:
	default: // it rings already
	}
}

// collect takes a window over from a lane.
func (s *lanes) collect(l *lane, c closed, last bool) {
	p := part{closed: c, drained: l.drained(), last: last}
	s.mu.Lock()
	i := slices.Index(s.each, l)
	s.parts[i] = append(s.parts[i], p)
	s.mu.Unlock()
	if l.windows.spare == nil {
		select {
		case l.windows.spare = <-s.used:
		default:
		}
	}
	s.ring()
}

// gather is the collector; it ends when the last window was written.
func (s *lanes) gather() {
	defer s.threads.Done()
	for over := false; !over; {
		select {
		case <-s.bell:
		case <-s.ctx.Done():
			return
		}
		for !over {
			parts, begun, ok := s.complete()
			s.emit(begun...)
			if !ok {
				break
			}
			over = s.write(parts)
		}
	}
	s.finish()
}

// complete takes the parts of the next window if every lane that goes on has
// handed its own over, and what begins before its end. Of one
// instant the window comes first.
func (s *lanes) complete() (parts []part, begun []timeline.Event, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ok = s.handed()
	end := s.base.Add(time.Duration(s.told+1) * s.plan.Window)
	if ok {
		s.begin(end.Add(-1)) // on a busy machine the clock's own event may come later
	}
	for len(s.begun) > 0 && s.begun[0].At.Before(end) {
		begun = append(begun, s.begun[0])
		s.begun = s.begun[1:]
	}
	if !ok {
		return nil, begun, false
	}
	for i := range s.parts {
		if len(s.parts[i]) > 0 {
			parts = append(parts, s.parts[i][0])
			s.cut[i] = s.parts[i][0].last
			s.parts[i] = s.parts[i][1:]
		}
	}
	return parts, begun, true
}

// handed says that all parts of the next window are there.
func (s *lanes) handed() (some bool) {
	for i := range s.parts {
		if len(s.parts[i]) == 0 && !s.cut[i] {
			return false
		}
		some = some || len(s.parts[i]) > 0
	}
	return some
}

// write writes a window; it says whether that was the last: the first at whose
// end the plan is over, or stopped, and drained, or one that all lanes cut short.
func (s *lanes) write(parts []part) (over bool) {
	w, drained := parts[0].closed, parts[0].drained
	for _, p := range parts[1:] {
		w.merge(p.closed)
		drained = drained && p.drained
		s.recycle(p.closed.window)
	}
	w.inFlight += s.left
	for _, p := range parts { // an abort may find lanes on either side of a window's end
		if p.last {
			s.left += p.closed.inFlight
		}
	}
	out := w.tell(s.kinds, &s.encoder)
	s.recycle(w.window)
	s.told++
	end := out.Start.Add(out.Length)
	events := []timeline.Event{timeline.New(end, Source, "", out)}
	if tripped, ok := s.safety.Trips(out); ok && s.Stopped() == "" {
		events = append(events, timeline.New(end, Source, "", tripped))
		s.Stop(tripped.Rule)
	}
	s.emit(events...)
	return drained && (s.Stopped() != "" || !end.Before(s.end)) || !slices.Contains(s.cut, false)
}

func (s *lanes) recycle(w *window) {
	select {
	case s.used <- w:
	default:
	}
}

// finish ends the lanes, and wakes who waits.
func (s *lanes) finish() {
	s.mu.Lock()
	s.ended = true
	waiters := s.waiters
	s.mu.Unlock()
	s.tell(func(l *lane) { l.ended = true })
	wake(waiters)
}

// tell has every lane do something.
func (s *lanes) tell(do func(*lane)) {
	for _, l := range s.each {
		l.mail.put(func() { do(l) })
	}
}

// fail ends everything for an error of the machine's.
func (s *lanes) fail(err error) {
	s.Abort("the generator cannot go on: " + err.Error())
}

// Stop is the driver's.
func (s *lanes) Stop(reason string) {
	s.mu.Lock()
	first := s.reason == "" && !s.ended
	if first {
		s.reason = reason
		s.begin(s.clock.Now())
		s.stages = nil
	}
	s.mu.Unlock()
	if first {
		for _, event := range s.planned {
			s.clock.Cancel(event)
		}
		s.tell((*lane).stop)
	}
}

// Scale is the driver's.
func (s *lanes) Scale(factor float64, by string) error {
	s.mu.Lock()
	now := s.clock.Now()
	event, changed, err := s.rescale(now, factor, by)
	if !changed {
		s.mu.Unlock()
		return err
	}
	s.begin(now)
	s.begun = append(s.begun, event) // before the window of this instant can be told
	s.mu.Unlock()
	s.ring()
	s.tell(func(l *lane) { l.rescale(now.Sub(s.base), factor) })
	return nil
}

// Abort is the driver's.
func (s *lanes) Abort(reason string) {
	s.Stop(reason)
	s.tell((*lane).abort)
}

// Close is the driver's.
func (s *lanes) Close() {
	s.tell(func(l *lane) { l.ended = true })
	s.cancel()
	s.threads.Wait()
	s.helpers.Wait() // lanes have none begin any more
}

// Distortion is the driver's.
func (s *lanes) Distortion() time.Duration {
	s.threads.Wait()
	var all distortion
	for _, l := range s.each {
		if l.over.over != nil {
			if all.over == nil {
				all.over = hdrhistogram.New(1, Top.Microseconds(), digits)
			}
			all.over.Merge(l.over.over)
		}
	}
	return all.p99()
}
