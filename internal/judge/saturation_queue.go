package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/timeline"
)

// jam is the worst stretch of minutes in which requests queued.
type jam struct {
	found   bool
	may     bool // there may be one, by what is missing
	beats   []beat
	flight  int64 // sum over the beats
	known   int
	longest int // minutes of the longest queue, whether it was answered or not
}

func (j jam) from() time.Time { return j.beats[0].start }
func (j jam) to() time.Time   { return j.beats[len(j.beats)-1].start.Add(time.Minute) }

// queued answers for requests that queue without an order, whatever CPU shows.
// It says nothing where CPU was at its limit in that time and said so already.
func (f *facts) queued(cpu stretch) (r Result, ok bool) {
	budget := f.saturationBudget()
	n := max(minPoints, int((budget+time.Minute-1)/time.Minute))
	list := f.beats()
	worst := f.jammed(list, n)
	r = Result{Subject: "queue", Answer: Pass,
		Expected: fmt.Sprintf("no %s of queueing without a scale-out", short(budget)),
		Measured: fmt.Sprintf("queued for at most %s", plural(worst.longest, "minute", "minutes"))}
	switch {
	case worst.known == 0 || sum(f.windows, nil).sent == 0:
		r.Answer, r.Measured = Inconclusive, "no requests"
		r.Explanation = "No minute of requests was told of, so whether they queued is not known."
		if len(list) < n {
			r.Severity = Warns
		}
	case worst.found && cpu.found && worst.from().Before(cpu.points[len(cpu.points)-1].end()) && cpu.points[0].start.Before(worst.to()):
		return r, false
	case worst.found && !f.sawOrders(f.to):
		r.Answer = Inconclusive
		r.Explanation = "Requests queued, but the scaling activities were not read, so whether it was answered is not known; see observation.complete for what was not looked at, and run again."
	case worst.found:
		r.Answer = Fail
		first, last := worst.beats[0], worst.beats[len(worst.beats)-1]
		r.Measured = fmt.Sprintf("queued for %s, waiting %s and then %s", plural(len(worst.beats), "minute", "minutes"), short(first.wait()), short(last.wait()))
		r.Evidence = f.jamEvidence(worst)
		r.Explanation = f.queueStory(worst)
		if f.untrusted != "" { // completions that were lost look like a queue
			r.Answer, r.Explanation = Inconclusive, f.unheld(r.Explanation)
		}
	case len(list) < n:
		r.Answer, r.Severity, r.Measured = Inconclusive, Warns, plural(len(list), "minute", "minutes")
		r.Explanation = "The traffic was shorter than a scaling reaction, so queueing without one was not exercised."
	case worst.may:
		r.Answer, r.Measured = Inconclusive, fmt.Sprintf("%d of %d minutes", worst.known, len(list))
		r.Explanation = "Windows of the traffic are missing where requests may have queued for longer than a reaction takes, so whether they did is not known; see load.delivered, and run again."
	}
	return r, true
}

// jammed finds the stretch of n minutes in which most were in flight, with no
// scale-out in it or shortly before.
func (f *facts) jammed(list []beat, n int) (j jam) {
	sure, may := 0, 0 // of minutes on end
	for i, b := range list {
		if b.known {
			j.known++
		}
		yes, perhaps := b.queues()
		sure, may = next(sure, yes), next(may, perhaps)
		j.longest = max(j.longest, sure)
		if may < n {
			continue
		}
		over := list[i-n+1 : i+1]
		if len(f.during(over[0].start.Add(-f.readyBudget()), b.start.Add(time.Minute), order.out)) > 0 {
			continue
		}
		j.may = true
		flight := int64(0)
		for _, b := range over {
			flight += b.flight
		}
		if sure >= n && (!j.found || flight > j.flight) {
			j.found, j.beats, j.flight = true, over, flight
		}
	}
	return j
}

func next(run int, on bool) int {
	if !on {
		return 0
	}
	return run + 1
}

// jamEvidence are the first and the last windows of a queue, and CPU meanwhile.
func (f *facts) jamEvidence(j jam) (seqs []int64) {
	for _, b := range []beat{j.beats[0], j.beats[len(j.beats)-1]} {
		if len(b.seqs) > 0 {
			seqs = append(seqs, b.seqs[0], b.seqs[len(b.seqs)-1])
		}
	}
	for _, p := range f.between(timeline.KeyCPU, j.from(), j.to()) {
		seqs = append(seqs, p.seq)
	}
	return seqs
}
