package traffic

import (
	"fmt"
	"strconv"
	"time"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
)

// Safety is a plan's rules that end the traffic. The engine and the prediction
// show it every window that closes. It is not safe for concurrent use.
type Safety struct{ rules []rule }

// rule ends the traffic when more than a share of the requests that ended in
// the last stretch of time failed. The stretch slides by whole windows, and
// counts from when it was first full: a service that is slow to its first
// answers does not trip it with one error.
//
// It was tried to ask that every window of the stretch be above the share. At
// a request a second one good answer then hides nine bad ones.
type rule struct {
	above  float64 // percent
	span   time.Duration
	recent []share
}

type share struct {
	length        time.Duration
	ended, failed int64
}

// NewSafety reads a plan's rules. The plan says which hold where the scenario
// says nothing; a plan without any has none.
func NewSafety(p *plan.Plan) *Safety {
	s := &Safety{}
	for _, r := range p.StopWhen {
		if r.Errors != nil && r.Errors.Above != nil {
			s.rules = append(s.rules, rule{above: float64(r.Errors.Above.Percent), span: time.Duration(r.Errors.For)})
		}
	}
	return s
}

// Trips adds a closed window; ok where a rule is broken.
func (y *Safety) Trips(w timeline.Window) (stop timeline.Stop, ok bool) {
	s := share{length: w.Length}
	for _, k := range w.Kinds {
		s.ended += total(k.Completed)
		s.failed += total(k.Failed) + k.Hidden()
	}
	for i := range y.rules {
		if was, broken := y.rules[i].add(s); broken && !ok {
			stop, ok = timeline.Stop{Rule: y.rules[i].String(), Measured: was}, true
		}
	}
	return stop, ok
}

func total(by map[string]int64) (n int64) {
	for _, c := range by {
		n += c
	}
	return n
}

func (r *rule) add(s share) (measured string, broken bool) {
	r.recent = append(r.recent, s)
	var covered time.Duration
	var ended, failed int64
	i := len(r.recent)
	for i > 0 && covered < r.span {
		i--
		covered += r.recent[i].length
		ended += r.recent[i].ended
		failed += r.recent[i].failed
	}
	r.recent = append(r.recent[:0], r.recent[i:]...)
	if covered < r.span || float64(failed)*100 <= r.above*float64(ended) {
		return "", false
	}
	return fmt.Sprintf("%d of %d requests that ended in %v failed", failed, ended, covered), true
}

func (r *rule) String() string {
	return "errors above " + strconv.FormatFloat(r.above, 'g', -1, 64) + "% for " + r.span.String()
}
