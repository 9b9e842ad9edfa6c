package judge

import (
	"fmt"
	"math"
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// loadArrived compares the request count that the load balancer published
// with what was sent in the same minutes, stage by stage, where both are
// clear: past the ramp, CPU not saturated, and the number of targets at rest.
//
// Note: comparing with the plan's rate was tried. Two minutes of Poisson
// arrivals at 10/s differ from it by more than a tenth in one run of a few
// hundred, and whether the plan was sent is what load.delivered asks.
func loadArrived(f *facts) (results []Result) {
	for _, s := range f.stages {
		if s.seq == 0 || milli(s.PerMinute) == 0 {
			continue
		}
		results = append(results, f.arrived(s))
	}
	if len(results) > 0 {
		results = append(results, f.nobodyHealthy()...)
	}
	return results
}

// nobodyHealthy answers where, while traffic flowed, a look saw targets and
// each of them unhealthy. The load balancer then sends to all of them [D], so
// users may be served or not: errors and latency tell that, and fail by it.
// That the load met a service in health is gone, and with it what the run
// proves of its scaling, for which nobody is to blame. A service of which some
// targets are healthy goes on serving, and replaces the others: no answer.
func (f *facts) nobodyHealthy() []Result {
	for i, h := range f.health {
		over := i+1 < len(f.health) && !f.health[i+1].seen.After(f.from)
		if h.value.Healthy > 0 || h.value.Unhealthy == 0 || over || !h.seen.Before(f.to) {
			continue
		}
		return []Result{{Subject: "targets", Answer: Inconclusive, Expected: "a healthy target under load",
			Measured: fmt.Sprintf("%d of %d unhealthy", h.value.Unhealthy, h.value.Unhealthy), Evidence: []int64{h.seq},
			Explanation: fmt.Sprintf("At %s all targets were seen unhealthy under load, so what the run shows is not how a healthy service scales; look at the health check and at what the tasks did then.", f.when(later(h.seen, f.from)))}}
	}
	return nil
}

func (f *facts) arrived(s stage) Result {
	r := Result{Subject: s.Name, Answer: Pass, Expected: "the requests sent - 10 % + 5 %", Evidence: []int64{s.seq}, Needs: 2}
	var total, sent, edges, n int64
	var reached time.Time
	for _, p := range f.between(timeline.KeyRequests, s.from.Add(s.Ramp), s.to) {
		counted, left, ok := f.counted(p)
		if !ok {
			continue
		}
		total, sent, n = total+counted, sent+left, n+1
		if !p.start.Equal(reached) { // minutes that follow each other share an edge
			edges += f.openAt(p.start) + f.openAt(p.end())
		}
		reached = p.end()
		r.Evidence = append(r.Evidence, p.seq)
	}
	r.Samples = n
	if n < 2 {
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, plural(int(n), "clear datapoint", "clear datapoints")
		r.Explanation = "Too few minutes of stage " + s.Name + " had targets at rest and CPU below its limit to compare the request count."
		return r
	}
	counted, left := number(float64(total/n)/100), number(float64(sent/n)/100)
	more := surplus(sent, edges)
	r.Measured = fmt.Sprintf("%s a minute of %s, over %s", counted, left, plural(int(n), "minute", "minutes"))
	r.Margin = percent(max(total-sent, sent-total), max(sent, 1)) + " off"
	r.Tolerance = fmt.Sprintf("%s more, for what is counted a second early or late and for what was in flight", percent(more, max(sent, 1)))
	if total > sent+more || 10*(sent-total) > sent {
		r.Answer = Inconclusive
		why := "another route, or another target group than the one that is watched; compare the URL that was sent to with the resource label"
		if total > sent {
			r.since, why = s.from, "traffic of others, or of another service on this target group; look in the load balancer's access log for other clients, and run again without them"
		}
		r.Explanation = fmt.Sprintf("In stage %s the load balancer counted %s requests a minute where %s were sent: %s.", s.Name, counted, left, why)
	} else if d := f.stranger(s.from, s.to); d != nil {
		r.Answer, r.since = Inconclusive, d.after
		r.Evidence = append(r.Evidence, d.seq)
		r.Explanation = fmt.Sprintf("At %s %s; look in the load balancer's access log for other clients, and run again without them.", f.when(d.seen), d.what)
	}
	return r
}

// surplus is how many more requests than were sent may be counted before others
// must have sent them, all in hundredths: a twentieth, what was in flight at
// the edges, since whether a request counts when it comes or when it is
// answered is not documented [U], and, for a second at either edge by which
// the two clocks may differ, three times the square root of what is sent in it.
func surplus(sent, inFlight int64) int64 {
	return sent/20 + inFlight*100 + scaled(math.Sqrt(float64(max(sent, 0))/100/30), 300)
}

func (f *facts) surplus(sent int64, from, to time.Time) int64 {
	return surplus(sent, f.openAt(from)+f.openAt(to))
}

// openAt is how many requests were in flight at the end of the last window by t.
func (f *facts) openAt(t time.Time) (n int64) {
	i, _ := slices.BinarySearchFunc(f.windows, t, byStart)
	if i > 0 {
		n = max(f.windows[i-1].InFlight, 0)
	}
	return n
}

// counted is, in hundredths, how many requests a datapoint counts on all
// targets and how many were sent in its period; ok is false where the two
// cannot be compared.
func (f *facts) counted(p point) (counted, sent int64, ok bool) {
	targets, still := f.targetsOver(p)
	windows := f.windowsIn(p.start, p.end())
	if !still || f.saturatedAt(p) || !covered(windows, p.start.Add(time.Second), p.end().Add(-time.Second)) {
		return 0, 0, false
	}
	return hundredths(p.value) * int64(targets), sum(windows, nil).sent * 100, true
}

// targetsOver is the number of healthy targets over a datapoint's period and
// half a minute around it; still is false where it changed.
func (f *facts) targetsOver(p point) (n int, still bool) {
	from, to := p.start.Add(-30*time.Second), p.end().Add(30*time.Second)
	at := f.health.at(from)
	if len(at) != 1 || at[0].value.Healthy == 0 {
		return 0, false
	}
	for _, h := range f.health {
		if h.seen.After(from) && h.after.Before(to) {
			return 0, false
		}
	}
	return at[0].value.Healthy, true
}

// saturatedAt says that CPU was near its limit in the period of a datapoint.
func (f *facts) saturatedAt(p point) bool {
	limit := 95 * hundredths(f.mostCPU())
	return slices.ContainsFunc(f.sharing(timeline.KeyCPU, p.start, p.end()), func(c point) bool { return 100*hundredths(c.value) >= limit })
}

// mostCPU is the CPU in percent at which a task can do no more, 100 where the
// plan does not say.
func (f *facts) mostCPU() float64 {
	if most := f.plan.MostCPU(); most > 0 {
		return most
	}
	return 100
}
