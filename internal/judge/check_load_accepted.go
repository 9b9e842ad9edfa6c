package judge

import "fmt"

// refusedLimit is how much of the answers may be refusals, in hundredths of a
// percent: 1 %.
const refusedLimit = 100

// The two ways in which a service throws load away and still answers: it says
// so by its status, or in the body of a good one, as a 207 with failed items.
const (
	tooMany = "429"
	content = "content"
)

// loadAccepted answers, for each stage that sends, whether the service took
// the load on. It never fails: a limit of requests is not the autoscaler's, and
// what it costs users is for errors to say. But what was thrown away did no
// work, so it neither asked for capacity nor showed how much there was.
func loadAccepted(f *facts) (results []Result) {
	for _, s := range f.stages {
		if f.loaded(s) {
			results = append(results, f.accepted(s))
		}
	}
	return results
}

// loaded says that a stage began that sends.
func (f *facts) loaded(s stage) bool {
	want, _ := expectedArrivals(f, s, 0, len(s.Rates))
	return want > 0 && s.seq != 0
}

func (f *facts) accepted(s stage) Result {
	windows := f.windowsIn(s.from, s.to)
	t := sum(windows, nil)
	refused := t.ended[tooMany] + t.classes[content]
	hidden := t.failures().most() - t.failed
	r := Result{
		Subject: s.Name, Answer: Pass, Samples: t.completed, Needs: 1, Evidence: []int64{s.seq},
		Expected: "at most 1 % refused",
		Measured: fmt.Sprintf("%d of %d refused", refused, t.completed),
		Margin:   percent(refused, t.completed) + " of 1 %",
	}
	switch {
	case t.completed == 0:
		r.Answer = Inconclusive
		r.Explanation = "No request of stage " + s.Name + " ended, so whether the service took them on is not known; see load.delivered, and look at whether the service answers at all."
	case f.loadOnly && t.failed == t.completed:
		r.Answer = Inconclusive
		r.Evidence = append(r.Evidence, failing(windows, nil)...)
		r.Explanation = fmt.Sprintf("No request of stage %s succeeded (%s), so it shows nothing of how the service carries the load; see that the service runs there, and that the scenario asks for what it has.", s.Name, counted(t.classes))
	case refused*10000 > t.completed*refusedLimit:
		r.Answer = Inconclusive
		r.Evidence = append(r.Evidence, failing(windows, nil)...)
		r.Explanation = fmt.Sprintf("In stage %s the service threw %s of the requests away (%d answered 429, %d with an answer that fell short in its content), so the load did not do the work that it was to do; lift the limit that refuses them, or send what the service accepts.",
			s.Name, percent(refused, t.completed), t.ended[tooMany], t.classes[content])
	case (refused+hidden)*10000 > t.completed*refusedLimit:
		r.Answer = Inconclusive
		r.Explanation = t.failures().tooFew(fmt.Sprintf("In stage %s the service threw %d of %d requests away", s.Name, refused, t.completed))
	case !s.whole || !covered(windows, s.from, s.to):
		r.Answer = Inconclusive
		r.Explanation = "Stage " + s.Name + " was not seen to its end, so refusals may have been missed; see run.complete, and run it to its end."
	}
	return r
}
