package judge

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Tolerances of the delivery, in hundredths of a percent.
const (
	unsentLimit = 100 // 1 % of what was planned
	lateLimit   = 500 // 5 % of what was sent

	// A kind that is a small part of all may be missing within the limit for
	// all: 10 % of the kind's own.
	kindLimit = 1000
)

// loadDelivered answers, for each stage, whether the generator was the load
// that the plan says it was. It never fails: a generator that fell short says
// nothing about the service.
func loadDelivered(f *facts) []Result {
	var results []Result
	for _, s := range f.stages {
		results = append(results, f.delivered(s))
	}
	if len(results) == 0 {
		results = append(results, Result{Answer: Inconclusive, Expected: "stages", Measured: "none",
			Explanation: "The plan has no stages, so no load was sent."})
	}
	return append(results, f.accounted())
}

func (f *facts) delivered(s stage) Result {
	windows := f.windowsIn(s.from, s.to)
	if s.seq == 0 {
		windows = nil
	}
	t := sum(windows, nil)
	want, slack := expectedArrivals(f, s, 0, len(s.Rates))
	r := Result{
		Subject: s.Name, Answer: Pass,
		Expected: "about " + requests(want),
		Measured: fmt.Sprintf("%d planned, %d sent, %d late", t.planned, t.sent, t.late),
		Margin:   percent(t.unsent, t.planned) + " unsent of 1 %, " + percent(t.late, t.sent) + " late of 5 %",
	}
	if c := f.changedIn(s); c != nil {
		r.Expected += ", the rate changed"
		r.Evidence = append(r.Evidence, c.seq)
	}
	if s.seq != 0 {
		r.Evidence = append(r.Evidence, s.seq)
	}
	weak := func(why string) Result {
		r.Answer = Inconclusive
		r.Explanation = "Stage " + s.Name + " is a weak witness: " + why + "; see run.complete, and whether the machine that sends keeps up."
		return r
	}
	switch {
	case s.seq == 0:
		return weak("it never began")
	case !s.whole:
		return weak("the traffic ended " + f.when(f.to) + ", before the stage did")
	case !covered(windows, s.from, s.to):
		return weak("the timeline lacks windows of its traffic")
	case t.planned == 0 && want > slack:
		return weak("nothing was planned in its windows though its rates ask for requests")
	case t.planned < want-slack || t.planned > want+slack:
		return weak(fmt.Sprintf("its windows plan %s where its rates ask for %d +- %d%s", requests(t.planned), want, slack, f.behind(s.from, s.to, "")))
	case t.unsent*10000 > t.planned*unsentLimit || t.sent < t.planned-t.planned*unsentLimit/10000:
		remedy := "give the generator more room, or raise the ceiling"
		if t.reasons["connections"] > 0 {
			remedy = fmt.Sprintf("allow more connections than %d (traffic.connections.max), or expect a service that answers so slowly to get less", f.plan.Connections.Max)
		}
		return weak(fmt.Sprintf("%d of %d requests were not sent (%s)%s", t.planned-t.sent, t.planned, counted(t.reasons), f.behind(s.from, s.to, remedy)))
	case owned(t)*10000 > t.planned*unsentLimit:
		return weak(fmt.Sprintf("the generator could not make %d of %s%s", owned(t), requests(t.planned), f.behind(s.from, s.to, f.remedy())))
	case f.lacking(s, windows) != "":
		return weak(f.lacking(s, windows) + f.behind(s.from, s.to, ""))
	case t.late*10000 > t.sent*lateLimit:
		return weak(fmt.Sprintf("%d of %d requests left more than 10 ms late%s", t.late, t.sent, f.behind(s.from, s.to, "run the generator on a quieter or larger machine")))
	}
	return r
}

// owned is how many requests ended for what the machine that sends lacked.
func owned(t sums) (n int64) {
	for class, count := range t.ended {
		if own(class) {
			n += count
		}
	}
	return n
}

// lacking says of which kind of request the stage lacks its part, though all
// together are as many as planned; empty where of none.
func (f *facts) lacking(s stage, windows []window) string {
	for i, k := range f.plan.Kinds {
		if i >= len(s.Rates) {
			break
		}
		t := sum(windows, []string{k.Name})
		want, slack := expectedArrivals(f, s, i, i+1)
		switch short := t.planned - t.sent; {
		case t.planned == 0 && s.asks(i):
			return fmt.Sprintf("none of its %s users sent anything", k.Name)
		case t.planned < want-slack || t.planned > want+slack:
			return fmt.Sprintf("its windows plan %d %s requests where their rate asks for %d +- %d", t.planned, k.Name, want, slack)
		case short*10000 > t.planned*kindLimit && short > 2:
			return fmt.Sprintf("%d of %d %s requests were not sent (%s)", short, t.planned, k.Name, counted(t.reasons))
		}
	}
	return ""
}

// expectedArrivals integrates rates of a stage as they were scheduled, of the kinds [from, to). A
// Poisson stage scatters by the square root of its size: five of those and a
// little are allowed.
func expectedArrivals(f *facts, s stage, from, to int) (want, slack int64) {
	var total float64
	var asked int64 // by users who wait for each answer: as many as they were
	for kind := from; kind < to; kind++ {
		if k := f.plan.Kinds[kind]; k.Closed() {
			asked += sum(f.windowsIn(s.from, s.to), []string{k.Name}).planned
			continue
		}
		total += f.plan.Shard.Part(f.arrivals(s, kind))
	}
	want = scaled(total, 1) + asked
	slack = 2*int64(to-from) + 2
	if f.plan.Arrivals == "poisson" {
		slack += scaled(math.Sqrt(max(total, 0)), 5)
	}
	return want, slack
}

// accounted answers whether all that was sent came to an end.
func (f *facts) accounted() Result {
	t := sum(f.windows, nil)
	open := t.sent - t.completed
	r := Result{
		Subject: "whole run", Answer: Pass,
		Expected: "every request sent ends",
		Measured: fmt.Sprintf("%d sent, %d ended", t.sent, t.completed),
		Margin:   percent(max(open, -open), t.sent) + " open of 1 %",
	}
	wrong, seqs := f.untrusted, f.incredible
	switch {
	case wrong != "":
		r.Answer, r.Evidence = Inconclusive, seqs
		r.Explanation = "The timeline's counts cannot be: " + wrong + "; it was altered or written wrongly, so do not trust it, and run again."
	case t.sent == 0:
		r.Answer = Inconclusive
		r.Explanation = "No request was sent."
	case max(open, -open)*10000 > t.sent*unsentLimit:
		r.Answer = Inconclusive
		r.Explanation = fmt.Sprintf("Of %s sent %d ended, so how the others fared is not known; let the run drain.", requests(t.sent), t.completed)
	}
	return r
}

// deliveryFault says why the load is no witness against the autoscaler: it was
// not sent, or the service refused it. Empty where it is one. That a safety rule
// or a person ended the traffic makes no weak witness of what was sent until
// then: a service that collapses since nobody scales it is stopped so, and the
// checks say of a stage that was cut off what they cannot know.
func (f *facts) deliveryFault() string {
	var results []Result
	for _, s := range f.stages {
		if why := f.weakUntilCut(s); why != "" {
			return why
		}
		if !f.cut(s) {
			results = append(results, f.delivered(s))
		}
	}
	results = append(results, f.accounted())
	for _, s := range f.stages {
		if f.loaded(s) && !f.cut(s) {
			results = append(results, f.accepted(s))
		}
	}
	for _, r := range results {
		if r.Answer != Pass {
			return strings.TrimSuffix(r.Explanation, ".")
		}
	}
	return ""
}

// cut says that the run ended by a rule or a person before the stage did.
func (f *facts) cut(s stage) bool { return f.ended != nil && !s.whole }

// stopped is why a request was not sent that waited when the traffic was
// stopped.
const stopped = "stopped"

// weakUntilCut says why what was sent of a stage that was cut off is a weak
// witness; empty where it is none, or was not cut off.
func (f *facts) weakUntilCut(s stage) string {
	t := sum(f.windowsIn(s.from, f.to), nil)
	unsent, refused := t.unsent-t.reasons[stopped], t.ended[tooMany]+t.classes[content]+t.failures().most()-t.failed
	switch {
	case !f.cut(s) || s.seq == 0:
	case unsent*10000 > t.planned*unsentLimit:
		return fmt.Sprintf("%d of %d requests of stage %s were not sent (%s)%s", unsent, t.planned, s.Name, counted(t.reasons), f.behind(s.from, f.to, "give the generator more room"))
	case t.late*10000 > t.sent*lateLimit:
		return fmt.Sprintf("%d of %d requests of stage %s left more than 10 ms late%s", t.late, t.sent, s.Name, f.behind(s.from, f.to, "run the generator on a quieter or larger machine"))
	case refused*10000 > t.completed*refusedLimit:
		return fmt.Sprintf("in stage %s the service threw %s of the requests away", s.Name, percent(refused, t.completed))
	}
	return ""
}

// counted writes "3 ceiling, 5 in-flight", in order of name.
func counted(m map[string]int64) string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		keys[i] = fmt.Sprintf("%d %s", m[k], k)
	}
	if len(keys) == 0 {
		return "no reason given"
	}
	return strings.Join(keys, ", ")
}
