package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/timeline"
)

// plight tells what the service was like while its users suffered, in
// [from, to], and what to do about it, as a clause: tasks that were ordered and
// did not run, then CPU near its limit with what kept the service from scaling
// out, then targets that were not healthy. Where none of it was seen, it says
// where to look.
func (f *facts) plight(from, to time.Time) (says string, seqs []int64) {
	if f.loadOnly {
		return "look at what answers, and at its log, at that moment", nil
	}
	_, desired, known := f.desiredAt(to)
	if ran := f.counts.at(to); known && len(ran) > 0 {
		most := slices.MaxFunc(ran, func(a, b step[timeline.Counts]) int { return a.value.Running - b.value.Running })
		if most.value.Running < desired {
			return f.missing(most, desired, to), []int64{most.seq}
		}
	}
	hot := highest(f.sharing(timeline.KeyCPU, from.Add(-time.Minute), to))
	if hot != nil && hundredths(hot.value) >= 100*saturated {
		return f.overload(*hot, desired, from)
	}
	if h := f.health.at(to); known && len(h) == 1 && h[0].value.Healthy < desired {
		return fmt.Sprintf("%d of %s had a healthy target then; see which health checks failed, and why", h[0].value.Healthy, tasks(desired)), []int64{h[0].seq}
	}
	if hot == nil {
		return "no datapoint of CPU was seen of those minutes, which no alarm can act on then; see why it was not published, and look at the tasks", nil
	}
	for _, d := range f.drains() {
		if d.cut > 0 && d.at.Before(to) && !d.end.Before(from) {
			return fmt.Sprintf("%s, and the %s took one away then; look at how tasks drain: the deregistration delay, the task's stop timeout, and what it does on SIGTERM", nothingSeen, f.describe(d.order)), d.seqs
		}
	}
	return fmt.Sprintf("%s, and CPU stood at no more than %s %%; look in the tasks' log at that moment, and at what they wait for", nothingSeen, number(hot.value)), []int64{hot.seq}
}

// nothingSeen is said where nothing was seen that explains it.
const nothingSeen = "no task was missing"

// missing tells of tasks that are desired and do not run: for longer than they
// may take to, or not yet.
func (f *facts) missing(ran step[timeline.Counts], desired int, to time.Time) string {
	s := fmt.Sprintf("%d of %s ran then", ran.value.Running, tasks(desired))
	outs := f.during(f.from, to, order.out)
	if len(outs) == 0 {
		return s + "; see in the service's events and the stopped reason of its tasks why they went"
	}
	last := outs[len(outs)-1]
	for _, c := range f.counts {
		if c.seen.After(last.at) && c.seen.Before(ran.seen) && c.value.Running >= desired {
			return s + fmt.Sprintf(", and %d had; see in the service's events and the stopped reason of its tasks why they went", c.value.Running)
		}
	}
	if waited := to.Sub(last.at); waited <= f.readyBudget() {
		return s + fmt.Sprintf(", %s after the %s; scale out earlier, by a lower target, or let tasks start sooner", short(waited), f.describe(last))
	}
	return s + fmt.Sprintf(", long after the %s; see in the service's events and the stopped reason of its tasks why they do not run", f.describe(last))
}

// overload tells of CPU near its limit, and why no task was added.
func (f *facts) overload(hot point, desired int, from time.Time) (string, []int64) {
	s := fmt.Sprintf("CPU stood at up to %s %% on %s", number(hot.value), tasks(desired))
	outs := f.during(from.Add(-f.readyBudget()), f.to, order.out)
	if len(outs) > 0 && outs[0].at.Before(from) {
		return s + fmt.Sprintf(", and the %s was not there in time; scale out earlier, by a lower target, or let tasks start sooner", f.describe(outs[0])), append([]int64{hot.seq}, outs[0].seqs...)
	}
	why := f.whyNot(silence{out: true, from: from, to: from})
	reason, seqs := why.clause(), append([]int64{hot.seq}, why.seqs()...)
	if reason != "" && why[0].next == "" {
		reason += "; where that is too slow, scale out earlier, by a lower target"
	}
	switch {
	case strings.HasPrefix(reason, "no policy watches CPU"): // and tells how high it stood
		return fmt.Sprintf("%s ran and none was added: %s", tasks(desired), reason), seqs
	case reason != "":
		return s + ", and no task was added: " + reason, seqs
	case len(outs) > 0:
		return s + fmt.Sprintf(", and the %s came only then; scale out earlier, by a lower target", f.describe(outs[0])), append(seqs, outs[0].seqs...)
	}
	return s + "; see why no task was added", seqs
}

// highest is the point of the highest value; nil where there is none.
func highest(points []point) (top *point) {
	for i := range points {
		if top == nil || points[i].value > top.value {
			top = &points[i]
		}
	}
	return top
}

// slowest says the same of where a latency was exceeded: where the first
// request was never answered, or else in the hottest minute of the worst stage.
func (f *facts) slowest(p percentile, s samples) (says string, seqs []int64) {
	for _, st := range f.named(p.Latency.In) {
		for _, w := range f.windowsIn(st.from, st.to) {
			if sum([]window{w}, p.Latency.Of).unanswered > 0 {
				return f.plight(w.Start, w.end())
			}
		}
	}
	if st, ok := f.stage(s.worst); ok {
		if hot := highest(f.between(timeline.KeyCPU, st.from, st.to)); hot != nil {
			return f.plight(hot.start, hot.end())
		}
	}
	return "look at CPU, queues and the number of tasks there", nil
}
