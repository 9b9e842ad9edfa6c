package forecast

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/plan"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic"
)

// Latency is the response time of the kinds whose latency the scenario bounds,
// of all where it bounds none: percentiles in microseconds, of one stretch
// after the other. A stretch without answers has the value of the one before.
type Latency struct {
	P50 timeline.Curve `json:"p50,omitempty"`
	P99 timeline.Curve `json:"p99,omitempty"`
}

// StageRun is what one stage came to.
type StageRun struct {
	Tasks    int64         `json:"tasks"`    // running at its end
	CPU      int64         `json:"cpu"`      // highest datapoint, thousandths of a percent; -1: none
	Requests int64         `json:"requests"` // highest datapoint, thousandths of a request per target and minute; -1: none
	P99      time.Duration `json:"p99"`      // of what ended in it; 0: nothing was answered
	Ended    int64         `json:"ended"`
	Failed   int64         `json:"failed"`
}

// meter measures what the courses do not hold: response times, without a
// detour by the timeline's encoded histograms, whose decoding costs more than
// the run.
type meter struct {
	plan    *plan.Plan
	bounded []bool // by kind: its latency is measured
	began   time.Time
	step    time.Duration

	bucket  time.Duration // beginning of the present stretch
	recent  *hdrhistogram.Histogram
	whole   *hdrhistogram.Histogram // of the present stage
	stage   int
	stages  []StageRun
	latency Latency
}

func newMeter(p *plan.Plan, expect []plan.Expectation) *meter {
	m := &meter{plan: p, bounded: bounded(p, expect), step: stretch(p.Total()), stages: make([]StageRun, len(p.Stages))}
	m.recent, m.whole = histogram(), histogram()
	return m
}

func histogram() *hdrhistogram.Histogram { return hdrhistogram.New(1, traffic.Top.Microseconds(), 3) }

// stretch is how long a point of the latency is measured: a hundred samples
// are the least for a 99th percentile, and a hundred points for a picture.
func stretch(total time.Duration) time.Duration {
	for _, d := range []time.Duration{30 * time.Second, time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute} {
		if total <= 150*d {
			return d
		}
	}
	return time.Hour
}

// bounded says of each kind whether the scenario bounds its latency, be it in
// stages that a recorded demand does not have.
func bounded(p *plan.Plan, expect []plan.Expectation) []bool {
	out := make([]bool, len(p.Kinds))
	any := false
	for _, e := range expect {
		if e.Latency == nil {
			continue
		}
		for i, k := range p.Kinds {
			if len(e.Latency.Of) == 0 || slices.Contains(e.Latency.Of, k.Name) {
				out[i], any = true, true
			}
		}
	}
	if !any {
		for i := range out {
			out[i] = true
		}
	}
	return out
}

// saw learns when the traffic begins.
func (m *meter) saw(e timeline.Event) {
	if _, ok := e.Data.(timeline.Stage); ok && m.began.IsZero() {
		m.began = e.At
	}
}

// ended takes the end of a request, in order of time.
func (m *meter) ended(at time.Time, kind int, o traffic.Outcome) {
	since := at.Sub(m.began)
	for m.stage+1 < len(m.stages) && since >= m.plan.Stages[m.stage].End() {
		m.closeStage()
		m.stage++
	}
	if since >= m.bucket+m.step {
		m.closeBucket()
		m.bucket = since / m.step * m.step
	}
	s := &m.stages[m.stage]
	s.Ended++
	if o.Failed {
		s.Failed++
	}
	if o.Status == 0 || !m.bounded[kind] {
		return
	}
	us := min(max(o.Latency.Microseconds(), 1), traffic.Top.Microseconds())
	_ = m.recent.RecordValue(us)
	_ = m.whole.RecordValue(us)
}

func (m *meter) closeBucket() {
	if m.recent.TotalCount() > 0 {
		m.latency.P50 = append(m.latency.P50, timeline.Point{At: m.bucket, Value: m.recent.ValueAtPercentile(50)})
		m.latency.P99 = append(m.latency.P99, timeline.Point{At: m.bucket, Value: m.recent.ValueAtPercentile(99)})
		m.recent.Reset()
	}
}

func (m *meter) closeStage() {
	if m.whole.TotalCount() > 0 {
		m.stages[m.stage].P99 = time.Duration(m.whole.ValueAtPercentile(99)) * time.Microsecond
		m.whole.Reset()
	}
}

// result is what was measured, joined with the course.
func (m *meter) result(c timeline.Course) ([]StageRun, Latency) {
	m.closeBucket()
	m.closeStage()
	for i, s := range m.plan.Stages {
		r := &m.stages[i]
		r.Tasks, _ = c.Running.At(s.End())
		r.CPU, r.Requests = highest(c.CPU, s), highest(c.Requests, s)
	}
	return m.stages, m.latency
}

// highest is the highest datapoint whose period ends in a stage; -1: none.
func highest(samples timeline.Samples, s plan.Stage) int64 {
	most := int64(-1)
	for _, p := range samples.Points {
		if end := p.At + samples.Period; end > s.Start && end <= s.End() {
			most = max(most, p.Value)
		}
	}
	return most
}
