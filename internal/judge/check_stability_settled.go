package judge

import (
	"fmt"
	"time"

	"scaleproof/internal/timeline"
)

// stabilitySettled answers for each stage that is expected to settle: within a
// time from its beginning as many tasks run as its load asks for, and on to its
// end.
//
// Note: "the count moves no more" was tried for settled and rejected: a service
// that never scaled would have settled at once.
func stabilitySettled(f *facts) (results []Result) {
	for _, e := range f.plan.Expect {
		if e.Settle == nil {
			continue
		}
		for _, s := range f.named(e.Settle.In) {
			r := f.settles(s, time.Duration(e.Settle.Within))
			r.Pos = Pos(e.Pos)
			results = append(results, r)
		}
	}
	return results
}

// unrest is when a stage was last not settled: least after its beginning for
// certain, most as far as may be. The two differ by what lies between two looks,
// and where it is not certain that an autoscaler has to answer.
type unrest struct {
	least, most time.Duration
	ran         int64     // tasks when it was so for certain, last
	at          time.Time // until then they ran
	few         bool      // they were too few, not too many
	seqs        []int64
}

func (f *facts) settles(s stage, within time.Duration) Result {
	r := Result{Subject: s.Name, Answer: Pass, Expected: "settled within " + short(within), Evidence: []int64{s.seq}}
	if s.seq == 0 || len(f.counts.at(s.from)) == 0 {
		r.Answer, r.Measured = Inconclusive, "not known"
		r.Explanation = "Stage " + s.Name + " never began, or its tasks were not seen; see run.complete and observation.complete, and run it to its end."
		return r
	}
	u := f.unrest(s)
	r.Evidence = append(r.Evidence, u.seqs...)
	r.Measured = "settled after " + short(u.most)
	if u.least != u.most {
		r.Measured = fmt.Sprintf("settled after %s to %s", short(u.least), short(u.most))
	}
	if !u.at.Before(s.to) {
		r.Measured = "not settled by its end"
	}
	switch {
	case u.least > within:
		r.Answer, r.Margin = Fail, short(u.least-within)+" too late"
		f.unsettledBy(&r, u, s, within)
	case !s.whole:
		r.Answer = Inconclusive
		r.Explanation = "Stage " + s.Name + " was not seen to its end, so whether it stayed settled is not known; see run.complete, and run it to its end."
	case u.most > within:
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("Stage %s was settled %s to %s after it began, and was to be within %s: the limit lies between two looks, or the load so near to what the tasks carry that no policy has to answer; take its demand further from whole tasks, or allow a little more.",
			s.Name, short(u.least), short(u.most), short(within))
	default:
		r.Margin = short(within - u.most)
	}
	return r
}

// unsettledBy tells what a stage that did not settle in time was like, and holds
// it against nobody where the metrics did not ask for what the plan does.
func (f *facts) unsettledBy(r *Result, u unrest, s stage, within time.Duration) {
	asked := "fewer"
	if u.few {
		asked = "more"
	}
	r.Explanation = fmt.Sprintf("%s ran in stage %s until %s, %s after it began, where its load asks for %s, and it was to settle within %s",
		upper(tasks(int(u.ran))), s.Name, f.when(u.at), short(u.least), asked, short(within))
	reason, seqs := f.because(silence{out: u.few, from: s.from.Add(within), to: u.at}, "see reaction.legs for what took so long")
	r.Evidence = append(r.Evidence, seqs...)
	if u.at.Before(s.to) {
		reason = "see reaction.legs for what took so long, and allow as much where that is AWS's own time"
	}
	excuse := ""
	if u.few {
		if _, breached := f.breach("", s.from, u.at); !breached {
			excuse = "By the plan, but not by the metrics, which did not stand above a target for as long as an alarm asks: "
		}
	} else {
		excuse = f.excuse(u.at)
	}
	r.Explanation += ": " + reason + "."
	if excuse != "" {
		r.Answer, r.Margin, r.Explanation = Inconclusive, "", excuse+r.Explanation
	}
}

// unrest looks through a stage for when it was last not settled.
func (f *facts) unrest(s stage) (u unrest) {
	need, load, begin, end := f.need(), f.loadIn(s), s.from.Sub(f.from), s.to.Sub(f.from)
	least, most := int64(f.plan.Bounds.Min), int64(f.plan.Bounds.Max)
	walk := func(change func(step[timeline.Counts]) time.Time, until time.Duration, found func(at, to time.Duration, ran int64)) {
		var ran timeline.Curve
		for i, c := range f.counts {
			at := c.seen
			if i > 0 {
				at = change(c)
			}
			ran = append(ran, timeline.Point{At: at.Sub(f.from), Value: int64(c.value.Running)})
		}
		timeline.Along(until, func(from, to time.Duration) {
			if n, ok := ran.At(from); ok && to > begin {
				found(from, to, n)
			}
		}, need, load, ran)
	}
	// As late as may be, and whatever is not settled.
	walk(func(c step[timeline.Counts]) time.Time { return c.seen }, end, func(at, to time.Duration, n int64) {
		if asked, _ := need.At(at); !settledOn(min(max(asked, least), most), n) {
			u.most = to - begin
		}
	})
	// As early as may be, and only what an autoscaler has to answer.
	looked := min(end, f.lastLook(timeline.PartService).Sub(f.from))
	walk(func(c step[timeline.Counts]) time.Time { return c.after }, looked, func(at, to time.Duration, n int64) {
		t := f.from.Add(max(at, begin))
		asked, _ := load.At(max(at, begin))
		few := n < most && asked*20 > n*1000*21 // what hardly exceeds them shows now and then
		if few || n > least && f.low(f.floors(t), t, int(n)) {
			u.least, u.ran, u.few, u.at = to-begin, n, few, f.from.Add(to)
		}
	})
	u.most = max(u.most, u.least)
	for _, c := range f.counts {
		if c.seen.After(s.from) && !c.seen.After(s.to) && len(u.seqs) < 20 {
			u.seqs = append(u.seqs, c.seq)
		}
	}
	return u
}

// loadIn is the load of a stage in thousandths of a task's worth, by the second
// while it moves.
func (f *facts) loadIn(s stage) (c timeline.Curve) {
	until := s.from.Add(s.Ramp)
	if len(s.Course) > 0 {
		until = s.to
	}
	for t := s.from; !t.After(until); t = t.Add(time.Second) {
		c = append(c, timeline.Point{At: t.Sub(f.from), Value: f.demand(t, "")})
	}
	return c
}

// settledOn says that as many tasks ran as a load asked for, or one in nine
// more, which the 10 % between target and low alarm leave standing.
func settledOn(asked, ran int64) bool { return ran >= asked && ran <= asked+asked/9 }
