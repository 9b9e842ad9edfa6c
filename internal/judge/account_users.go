package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Span is how it went for users in one stage.
type Span struct {
	Stage    string   `json:"stage"`
	Requests int64    `json:"requests"` // that ended
	Failed   int64    `json:"failed"`
	Of       []string `json:"of,omitempty"`  // the kinds of request that P50 and P99 are of; empty: all
	P50      Seconds  `json:"p50,omitempty"` // zero: nothing was answered
	P99      Seconds  `json:"p99,omitempty"` // zero: nothing was answered
	CutOff   bool     `json:"cut_off,omitempty"`
}

// users tells stage by stage what those saw who sent the requests.
func (f *facts) users() (list []Span) {
	for _, s := range f.stages {
		if s.seq == 0 {
			continue
		}
		windows := f.windowsIn(s.from, s.to)
		t := sum(windows, nil)
		span := Span{Stage: s.Name, Requests: t.completed, Failed: t.failed, CutOff: !s.whole, Of: f.timed()}
		if all, err := f.samples(span.Of, []string{s.Name}); err == nil {
			half, _ := all.quantile(500)
			most, _ := all.quantile(990)
			span.P50, span.P99 = Seconds(half), Seconds(most)
		}
		list = append(list, span)
	}
	return list
}

// timed are the kinds of request whose latency the scenario bounds; none where
// it bounds that of all, or of none. Others may wait on purpose.
func (f *facts) timed() (kinds []string) {
	for _, e := range f.plan.Expect {
		switch {
		case e.Latency == nil:
		case len(e.Latency.Of) == 0:
			return nil
		default:
			kinds = append(kinds, e.Latency.Of...)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func (s Span) String() string {
	if s.Requests == 0 {
		return "no request ended"
	}
	said := fmt.Sprintf("%s, %d failed", requests(s.Requests), s.Failed)
	if s.Failed > 0 {
		said += " (" + percent(s.Failed, s.Requests) + ")"
	}
	if s.P99 > 0 {
		of := "them"
		if len(s.Of) > 0 {
			of = strings.Join(s.Of, " and ")
		}
		said += fmt.Sprintf(", half of %s within %s, 99 %% within %s", of, s.P50, s.P99)
	}
	if s.CutOff {
		said += "; the stage was cut off"
	}
	return said
}

// calm is how long nothing must fail before failures count as over.
const calm = time.Minute

// tellFailures tells the stretches in which requests failed.
func (f *facts) tellFailures(say func(time.Time, string, ...int64)) {
	var bad []window
	end := func() {
		if len(bad) > 0 {
			t := sum(f.windowsIn(bad[0].Start, bad[len(bad)-1].end()), nil)
			var classes []string
			for _, c := range slices.Sorted(maps.Keys(t.classes)) {
				classes = append(classes, fmt.Sprintf("%d x %s", t.classes[c], c))
			}
			say(bad[0].Start, fmt.Sprintf("Requests fail for %s: %d of %d, %s (%s).", short(bad[len(bad)-1].end().Sub(bad[0].Start)),
				t.failed, t.completed, percent(t.failed, t.completed), strings.Join(classes, ", ")), bad[0].seq)
		}
		bad = nil
	}
	for _, w := range f.windows {
		if sum([]window{w}, nil).failed == 0 {
			continue
		}
		if n := len(bad); n > 0 && w.Start.Sub(bad[n-1].end()) > calm {
			end()
		}
		bad = append(bad, w)
	}
	end()
}
