package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// saturationStory says which kind of saturation of CPU it was.
func (f *facts) saturationStory(s stretch) string {
	first, last := s.points[0], s.points[len(s.points)-1]
	said := fmt.Sprintf("CPU stood at %s %% on average from %s to %s on %s and no scale-out was ordered",
		number(s.mean()), f.when(first.start), f.when(last.end()), f.tasksAt(last.start))
	return said + f.whyUnanswered(first.start, last.end())
}

func (f *facts) tasksAt(t time.Time) string {
	lo, hi, known := f.desiredAt(t)
	switch {
	case !known:
		return "an unknown number of tasks"
	case lo != hi:
		return fmt.Sprintf("%d or %s", lo, tasks(hi))
	}
	return tasks(hi)
}

// whyUnanswered says why CPU near its limit got no answer, and what to do.
func (f *facts) whyUnanswered(from, to time.Time) string {
	if most, ok := f.atMaximum(to); ok {
		return fmt.Sprintf(": the service was at its maximum of %s; raise the maximum, or the size of a task.", tasks(most))
	}
	if p, ok := f.watcher("cpu", to); ok {
		said := fmt.Sprintf(", though policy %s watches CPU with a target of %s", p.Name, number(p.Target))
		_, n, _ := f.desiredAt(to.Add(-time.Second))
		if ran := f.fewestRunning(n, from, to); ran < n {
			return said + fmt.Sprintf(": as few as %d of them ran, and capacity is worked out from those; see why tasks are stopped.", ran)
		}
		reason, _ := f.because(silence{out: true, role: "cpu", from: from, to: to}, "look at the state of its alarm and at activities that were not carried out")
		return said + ": " + reason + "."
	}
	if p, ok := f.watcher("requests", to); ok {
		if seen := f.between(timeline.KeyRequests, from, to); len(seen) > 0 {
			top := seen[0].value
			for _, q := range seen {
				top = max(top, q.value)
			}
			return fmt.Sprintf(": no policy watches CPU, and the requests stayed at no more than %s a target and minute, under the target of %s of policy %s; add a policy on CPU.",
				number(top), number(p.Target), p.Name)
		}
	}
	return ": no policy watches CPU; add one."
}

// atMaximum says that as many tasks were desired as the bounds that were last
// seen allow.
func (f *facts) atMaximum(t time.Time) (most int, ok bool) {
	most = f.plan.Bounds.Max
	if may := f.capacity.at(t); len(may) > 0 && may[0].value.Target != nil {
		most = may[0].value.Target.Bounds.Max
	}
	_, n, known := f.desiredAt(t.Add(-time.Second))
	return most, known && n >= most
}

// watcher is a standing policy that watches a role.
func (f *facts) watcher(role string, t time.Time) (scaling.Policy, bool) {
	for _, p := range f.policiesAt(t) {
		if scaling.Role(p.policy.Metric) == role {
			return p.policy, true
		}
	}
	return scaling.Policy{}, false
}

// fewestRunning is the smallest count of running tasks that was seen to hold at
// any time of the stretch, and no more than least.
func (f *facts) fewestRunning(least int, from, to time.Time) int {
	for i, s := range f.counts {
		over := i+1 < len(f.counts) && !f.counts[i+1].seen.After(from)
		if s.seen.Before(to) && !over {
			least = min(least, s.value.Running)
		}
	}
	return least
}

// queueStory says why requests queued with nothing ordered. Which of the kinds
// it is, the datapoints of CPU tell in that time.
func (f *facts) queueStory(j jam) string {
	first, last := j.beats[0], j.beats[len(j.beats)-1]
	said := fmt.Sprintf("From %s to %s requests queued and no scale-out was ordered: the wait went from %s to %s, %d a minute were sent at the end and %d answered",
		f.when(j.from()), f.when(j.to()), short(first.wait()), short(last.wait()), last.sent, last.answered)
	average, ok := f.plateau(timeline.KeyCPU, j)
	if !ok {
		return said + ". Throughput stands while the load does not, and CPU was not published; look at what a task waits for."
	}
	if average.mean >= 100*(saturated-5) {
		return said + fmt.Sprintf(". CPU stood at %s %%", number(float64(average.mean)/100)) + f.whyUnanswered(j.from(), j.to())
	}
	said += fmt.Sprintf(". CPU stood at %s %% on average", number(float64(average.mean)/100))
	if hottest, ok := f.plateau(timeline.KeyCPUMax, j); ok && hottest.mean >= 100*hotAt && hottest.mean-average.mean >= 100*cooler {
		return said + fmt.Sprintf(", and the hottest task at %s %%: one hot task hides under a calm average, which no policy on the average answers; look at how the load balancer spreads requests (stickiness, few connections, uneven requests).",
			number(float64(hottest.mean)/100))
	}
	most, full := f.atMaximum(j.to())
	cpu, watched := f.watcher("cpu", j.to())
	aim := ""
	if watched && average.mean < hundredths(cpu.Target) {
		aim = fmt.Sprintf(" under the target of %s of policy %s, which is never asked", number(cpu.Target), cpu.Name)
	}
	switch share := average.thread(); {
	case average.flat() && share > 0:
		return said + fmt.Sprintf(", flat at %s of its cores%s: as if %s were busy, and the rest idle; give a task as many workers as vCPUs, or aim below %d %%.",
			shareName(share), aim, busy(share), share/100)
	case full:
		return said + fmt.Sprintf(": the service was at its maximum of %s, and CPU is not what it lacks; look at what its tasks wait for, then raise the maximum.", tasks(most))
	case average.mean < 100*50:
		return said + aim + ": its tasks wait for something that is not CPU; look at connection pools, databases and locks, and scale on what queues."
	case aim != "":
		return said + aim + ", while throughput stands: something else than CPU is at its limit; look at workers, pools and locks, or aim lower."
	}
	return said + ", and throughput stands: see why no policy answered."
}

// plateau is how a metric stood in a queue, in hundredths.
type plateau struct{ mean, least, most int64 }

func (f *facts) plateau(key string, j jam) (p plateau, ok bool) {
	points := f.between(key, j.from(), j.to())
	return plateauOf(points), len(points) > 0
}

func plateauOf(points []point) (p plateau) {
	for i, x := range points {
		v := hundredths(x.value)
		if i == 0 {
			p.least, p.most = v, v
		}
		p.mean, p.least, p.most = p.mean+v, min(p.least, v), max(p.most, v)
	}
	p.mean /= max(1, int64(len(points)))
	return p
}

// flat says that it stood still within four points.
func (p plateau) flat() bool { return p.most-p.least <= 400 }

// threads are the shares of CPU that busy threads show on the sizes of task
// that there are: one of 2, 4, 8 or 16 vCPU, three of four.
var threads = []int64{5000, 2500, 1250, 625, 7500}

// thread is the one of those that it stands at, 0 where at none.
func (p plateau) thread() int64 {
	for _, t := range threads {
		if off := p.mean - t; max(off, -off)*20 <= t { // within a twentieth
			return t
		}
	}
	return 0
}

func shareName(t int64) string {
	return map[int64]string{5000: "half", 2500: "a quarter", 1250: "an eighth", 625: "a sixteenth", 7500: "three quarters"}[t]
}

func busy(t int64) string {
	if t == 7500 {
		return "3 threads on 4 vCPU"
	}
	return fmt.Sprintf("one thread on %d vCPU", 10000/t)
}
