package live

import (
	"math"
	"time"
)

// Status is how a run stands, for a program: what the view shows. Numbers that
// are not known are left out.
type Status struct {
	Phase   string  `json:"phase"`             // of the run
	Stage   string  `json:"stage,omitempty"`   // of the traffic, the last that began
	Elapsed float64 `json:"elapsed,omitempty"` // seconds of service time since the traffic began
	Left    float64 `json:"left,omitempty"`    // seconds until the last stage ends
	Factor  float64 `json:"factor"`            // of the plan's rates; 0: paused
	// Planned and Sent are requests per second, and P99 is the 99th percentile of
	// the latency in milliseconds, over the last ten seconds.
	Planned  float64 `json:"planned"`
	Sent     float64 `json:"sent"`
	P99      float64 `json:"p99,omitempty"`
	InFlight int64   `json:"in_flight"` // at the last window's end
	Failed   int64   `json:"failed"`    // requests of the whole run
	Unsent   int64   `json:"unsent"`    // requests of the whole run
}

// Status is how the run stands; of a view that is not there yet, nothing.
func (v *View) Status() Status {
	if v == nil {
		return Status{Phase: "starting", Factor: 1}
	}
	v.mu.Lock()
	s := v.state.copy()
	v.mu.Unlock()
	planned, sent, p99 := s.rates()
	out := Status{
		Phase: s.phase, Stage: s.stage.Name, Factor: s.factor(),
		Planned: thousandths(planned.value), Sent: thousandths(sent.value), P99: float64(p99) / float64(time.Millisecond),
		InFlight: s.inFlight, Failed: s.failed, Unsent: s.unsent,
	}
	if !s.origin.IsZero() {
		out.Elapsed = thousandths(s.now.Sub(s.origin).Seconds())
		out.Left = thousandths(max(0, s.total.Seconds()-out.Elapsed))
	}
	return out
}

func thousandths(v float64) float64 { return math.Round(v*1000) / 1000 }
