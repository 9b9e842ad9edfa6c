package model

// sums is what a service's minute that goes on has come to.
type sums struct {
	requests, target5xx, elb5xx int64
	latency                     latencies

	used, reserved    int64 // milli-CPU x ns, of all tasks
	cpuLow, cpuHigh   int64 // of single tasks, millionths of a percent
	tasks             int64
	healthy           int   // at present
	healthyMark       int64 // since when it is so
	healthyArea       int64 // healthy targets x ns until then
	hostLow, hostHigh int
}

// account counts a task's CPU and running time until now into its service's
// minute.
func (w *World) account(t *task) {
	busy := t.used
	for k := range t.workers {
		wk := &t.workers[k]
		if wk.flight != none && !wk.waits {
			busy += w.now - wk.mark
			wk.mark = w.now
		}
	}
	ran := w.now - t.mark
	t.used, t.mark = 0, w.now
	if ran <= 0 {
		return
	}
	c, g := t.service.cfg.Task, &t.service.sums
	used, reserved := busy*t.share+c.IdleMilliCPU*ran, c.MilliCPU*ran
	share := ratio(used, reserved)
	if g.tasks == 0 || share < g.cpuLow {
		g.cpuLow = share
	}
	g.cpuHigh = max(g.cpuHigh, share)
	g.tasks++
	g.used += used
	g.reserved += reserved
}

// countHealthy notes a new number of healthy targets.
func (w *World) countHealthy(s *service, n int) {
	g := &s.sums
	g.healthyArea += int64(g.healthy) * (w.now - g.healthyMark)
	g.healthyMark, g.healthy = w.now, n
	g.hostLow, g.hostHigh = min(g.hostLow, n), max(g.hostHigh, n)
}

// endMinute closes the minute that ends now for all services and has its
// datapoints published in their time.
func (w *World) endMinute() {
	number := w.minute(w.now) - 1
	for _, s := range w.services {
		for _, t := range s.tasks {
			if t.state.running() {
				w.account(t)
			}
		}
		w.countHealthy(s, s.sums.healthy)
		w.keep(s, w.closeMinute(s, number))
	}
	w.push(w.now+minuteNs, evMinute, 0, 0)
}

// keep stores a closed minute, forgets those that are too old, and orders the
// publication.
func (w *World) keep(s *service, m minute) {
	if limit := int(w.cfg.Behaviour.retain()); len(s.minutes) >= 2*limit {
		s.minutes = append(s.minutes[:0], s.minutes[len(s.minutes)-limit:]...)
	}
	s.minutes = append(s.minutes, m)
	for id := range metricCount {
		if m.has[id] {
			entity := uint32(s.n)<<8 | uint32(id)
			delay := w.spread(s.cfg.Publication, drawPublication, s.key+uint64(id), uint64(m.number))
			w.push(w.now+delay, evPublish, entity, uint32(m.number))
		}
	}
}

// publish makes a datapoint visible to alarms and readers.
func (w *World) publish(entity uint32, low int64) {
	s, id := w.services[entity>>8], metricID(entity&0xff)
	for i := len(s.minutes) - 1; i >= 0; i-- {
		m := &s.minutes[i]
		if m.number&(1<<indexBits-1) != low {
			continue
		}
		m.published[id] = true
		if w.trace != nil {
			st := m.stats[id]
			w.log("point %s %s %s avg=%d sum=%d min=%d max=%d n=%d", s.cfg.Service.Name, metricNames[id],
				minuteText(m.number), st.avg, st.sum, st.low, st.high, st.n)
		}
		return
	}
}

// closeMinute turns the sums into a minute's datapoints and starts anew.
func (w *World) closeMinute(s *service, number int64) minute {
	g := &s.sums
	m := minute{number: number}
	put := func(id metricID, st stats) { m.has[id], m.stats[id] = true, st }
	if g.tasks > 0 {
		avg := ratio(g.used, g.reserved)
		put(metricCPU, stats{n: g.tasks, sum: avg * g.tasks, low: g.cpuLow, high: g.cpuHigh, avg: avg})
		mem := int64(s.cfg.Task.MemoryPercent) * unit
		put(metricMemory, stats{n: g.tasks, sum: mem * g.tasks, low: mem, high: mem, avg: mem})
	}
	length := w.now - max(number*minuteNs-w.origin, 0)
	perTarget := int64(0)
	if g.healthyArea > 0 {
		perTarget = mulDiv(g.requests*unit, length, g.healthyArea)
	}
	put(metricPerTarget, single(perTarget))
	if n := g.latency.n; n > 0 {
		l := &g.latency
		put(metricLatency, stats{n: n, sum: l.sum / 1000, low: l.low / 1000, high: l.high / 1000, avg: l.sum / n / 1000})
	}
	m.latency = g.latency.close()
	for i, n := range [...]int64{g.requests, g.target5xx, g.elb5xx} {
		if n > 0 { // each request is a sample of one
			put(metricRequests+metricID(i), stats{n: n, sum: n * unit, low: unit, high: unit, avg: unit})
		}
	}
	if length > 0 {
		put(metricHealthy, stats{
			n: 1, avg: mulDiv(g.healthyArea, unit, length), sum: mulDiv(g.healthyArea, unit, length),
			low: int64(g.hostLow) * unit, high: int64(g.hostHigh) * unit,
		})
	}
	g.requests, g.target5xx, g.elb5xx = 0, 0, 0
	g.used, g.reserved, g.cpuLow, g.cpuHigh, g.tasks, g.healthyArea = 0, 0, 0, 0, 0, 0
	g.hostLow, g.hostHigh = g.healthy, g.healthy
	return m
}
