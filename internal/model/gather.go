package model

import (
	"time"

	"scaleproof/internal/flaw"
)

// sums is what a service's slots that go on have come to.
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
// slot.
func (w *World) account(t *task) {
	t.run(w.now)
	t.reset()
	ran := w.now - t.mark
	if ran <= 0 {
		return
	}
	c, g := t.service.cfg.Task, &t.service.sums
	used, reserved := t.used+c.IdleMilliCPU*ran, c.MilliCPU*ran
	t.used, t.mark = 0, w.now
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

// fineSlot is the period of high-resolution metrics. [D]
const fineSlot = 20 * time.Second

// scheduleSlots begins a service's slots.
func (w *World) scheduleSlots(s *service) {
	s.resolution = minuteNs
	if s.cfg.Resolution == fineSlot {
		s.resolution = int64(fineSlot)
	}
	for id := range metricCount {
		s.series[id].length = minuteNs
	}
	s.series[metricCPU].length, s.series[metricMemory].length = s.resolution, s.resolution
	w.push(s.resolution-w.origin%s.resolution, evSlot, uint32(s.n), 0)
}

// endSlot closes the slots of a service that end now, and has their
// datapoints published in their time: CPU and memory at the service's
// resolution, what the load balancer counts each minute. [D]
func (w *World) endSlot(s *service) {
	w.push(w.now+s.resolution, evSlot, uint32(s.n), 0)
	for _, t := range s.tasks {
		if t.state.running() {
			w.account(t)
		}
	}
	w.closeTasks(s)
	if (w.origin+w.now)%minuteNs == 0 {
		w.countHealthy(s, s.sums.healthy)
		w.closeTargets(s)
	}
}

// keep stores a metric's closed slot and orders its publication. One that a
// fault loses is not there at all.
func (w *World) keep(s *service, id metricID, m slot) {
	x := &s.series[id]
	m.end = w.origin + w.now
	m.start = m.end - x.length
	number := m.start / x.length
	delay, lost := w.publication(s, id, number)
	if lost {
		w.log("point %s %s %s lost", s.cfg.Service.Name, metricNames[id], wall(m.start).Format(time.RFC3339))
		return
	}
	x.keep(m, m.end-w.retain)
	w.push(w.now+delay, evPublish, uint32(s.n)<<8|uint32(id), uint32(number))
}

// publication is how late the datapoint of a slot that ends now is published,
// and whether it is lost: by the service's delays, and by the faults that are
// at work.
func (w *World) publication(s *service, id metricID, number int64) (delay int64, lost bool) {
	usual := s.cfg.Publication
	if s.series[id].length < minuteNs {
		usual = s.cfg.FinePublication
	}
	entity, index, name := s.key+uint64(id), uint64(number), metricNames[id]
	delay = w.spread(usual, drawPublication, entity, index)
	if late, ok := w.active(flaw.MetricsLate, s, name, w.now); ok {
		delay += late
	}
	if late, ok := w.active(flaw.MetricsDisorder, s, name, w.now); ok && w.draw(drawDisorder, entity, index)%2 == 0 {
		delay += late
	}
	share, ok := w.active(flaw.MetricsMissing, s, name, w.now)
	return delay, ok && int64(w.draw(drawLost, entity, index)%unit) < share
}

// publish makes a datapoint visible to alarms and readers.
func (w *World) publish(entity uint32, low int64) {
	s, id := w.services[entity>>8], metricID(entity&0xff)
	x := &s.series[id]
	for i := len(x.slots) - 1; i >= 0; i-- {
		m := &x.slots[i]
		if m.start/x.length&(1<<indexBits-1) != low {
			continue
		}
		m.published = true
		if w.trace != nil {
			w.log("point %s %s %s avg=%d sum=%d min=%d max=%d n=%d", s.cfg.Service.Name, metricNames[id],
				wall(m.start).Format(time.RFC3339), m.average(id), m.sum(id), m.low, m.high, m.n)
		}
		return
	}
}

// closeTasks ends the slots of what the tasks count. Without a task that ran
// there is no datapoint. [D]
func (w *World) closeTasks(s *service) {
	g := &s.sums
	if g.tasks > 0 {
		w.keep(s, metricCPU, slot{stats: stats{n: g.tasks, top: g.used, bottom: g.reserved, low: g.cpuLow, high: g.cpuHigh}})
		mem := int64(s.cfg.Task.MemoryPercent) * unit
		w.keep(s, metricMemory, slot{stats: stats{n: g.tasks, top: mem * g.tasks, bottom: g.tasks, low: mem, high: mem}})
	}
	g.used, g.reserved, g.cpuLow, g.cpuHigh, g.tasks = 0, 0, 0, 0, 0
}

// closeTargets ends the slots of what the load balancer counts. Requests per
// target are always reported, zeros included; other counts only where there
// was something to count. [D]
func (w *World) closeTargets(s *service) {
	g := &s.sums
	length := min(minuteNs, w.now)
	perTarget := int64(0)
	if g.healthyArea > 0 {
		perTarget = mulDiv(g.requests*unit, length, g.healthyArea)
	}
	w.keep(s, metricPerTarget, slot{stats: single(perTarget)})
	if l := &g.latency; l.n > 0 {
		m := slot{stats: stats{n: l.n, top: l.sum, bottom: l.n * 1000, low: l.low / 1000, high: l.high / 1000}}
		m.latency = l.close()
		w.keep(s, metricLatency, m)
	}
	for i, n := range [...]int64{g.requests, g.target5xx, g.elb5xx} {
		if n > 0 { // each request is a sample of one
			w.keep(s, metricRequests+metricID(i), slot{stats: stats{n: n, top: n * unit, bottom: n, low: unit, high: unit}})
		}
	}
	if length > 0 {
		w.keep(s, metricHealthy, slot{stats: stats{
			n: 1, top: g.healthyArea, bottom: length, low: int64(g.hostLow) * unit, high: int64(g.hostHigh) * unit,
		}})
	}
	g.requests, g.target5xx, g.elb5xx, g.healthyArea = 0, 0, 0, 0
	g.hostLow, g.hostHigh = g.healthy, g.healthy
}
