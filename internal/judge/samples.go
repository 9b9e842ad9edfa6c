package judge

import (
	"fmt"
	"math"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/hdr"
)

// minSamples is the least number of samples that a percentile is taken of: ten
// must lie beyond it, which makes 1,000 for the 99th.
func minSamples(permill int64) int64 { return 10 * 1000 / (1000 - permill) }

// samples are the latencies of kinds and stages taken together.
type samples struct {
	merged     *hdrhistogram.Histogram // microseconds; nil where nothing was answered
	answered   int64
	unanswered int64 // ended without an answer: slower than any that was
	ours       int64 // those of them that are not held against the service
	missing    int64 // answered, and with no latency in the timeline
	sent, late int64
	lag        lag
	from, to   time.Time // of their windows
	whole      bool      // all the stages were seen to their end
	worst      string    // stage with the highest 99th percentile
	seqs       []int64
}

// samples gathers those of stages, or of all of them where none is named.
func (f *facts) samples(kinds, in []string) (s samples, err error) {
	s.whole = true
	worst := int64(-1)
	for _, st := range f.named(in) {
		if st.seq == 0 {
			s.whole = false
			continue
		}
		s.seqs = append(s.seqs, st.seq)
		w := f.windowsIn(st.from, st.to)
		s.whole = s.whole && st.whole && covered(w, st.from, st.to)
		h, err := f.gather(&s, w, kinds)
		if err != nil {
			return s, err
		}
		if h != nil && h.ValueAtPercentile(99) > worst {
			worst, s.worst = h.ValueAtPercentile(99), st.Name
		}
		if err := s.merge(h); err != nil {
			return s, err
		}
	}
	return s, nil
}

// samplesOf gathers those of windows.
func (f *facts) samplesOf(w []window, kinds []string) (s samples, err error) {
	h, err := f.gather(&s, w, kinds)
	s.merged = h
	return s, err
}

// gather counts the windows' requests, and returns their histogram; nil where
// they hold none.
func (f *facts) gather(s *samples, w []window, kinds []string) (*hdrhistogram.Histogram, error) {
	t := sum(w, kinds)
	for _, w := range w {
		if s.from.IsZero() || w.Start.Before(s.from) {
			s.from = w.Start
		}
		s.to = later(s.to, w.end())
	}
	s.unanswered, s.sent, s.late = s.unanswered+t.unanswered, s.sent+t.sent, s.late+t.late
	s.ours += f.ours(w, kinds)
	s.missing += t.completed - t.unanswered
	if err := s.lag.add(f, w, kinds); err != nil {
		return nil, err
	}
	h, err := merge(w, kinds)
	if err == nil && h != nil {
		s.missing -= h.TotalCount()
		s.answered += h.TotalCount()
	}
	return h, err
}

func (s *samples) merge(h *hdrhistogram.Histogram) error {
	switch {
	case h == nil:
	case s.merged == nil:
		s.merged = h
	default:
		if dropped := s.merged.Merge(h); dropped > 0 {
			return fmt.Errorf("%d latencies lie beyond the histogram's top", dropped)
		}
	}
	return nil
}

func (s samples) worstIn() string {
	if s.worst == "" {
		return ""
	}
	return ", worst in stage " + s.worst
}

// rank is the place, from 1, of the sample that permill of a thousand do not
// exceed.
func (s samples) rank(permill int64) int64 { return ((s.answered+s.unanswered)*permill + 999) / 1000 }

// at is the latency of the sample at a rank; known is false where it falls
// among those that were never answered.
func (s samples) at(rank int64) (value time.Duration, known bool) {
	if s.merged == nil || rank > s.answered {
		return 0, false
	}
	// The histogram is asked by percentile: half a rank below hits the rank.
	p := (float64(max(rank, 1)) - 0.5) / float64(s.answered) * 100
	return time.Duration(s.merged.ValueAtPercentile(p)) * time.Microsecond, true
}

// quantile is the latency that permill of a thousand samples do not exceed.
func (s samples) quantile(permill int64) (value time.Duration, known bool) {
	return s.at(s.rank(permill))
}

// scatter is by how many ranks a percentile of so many samples may lie beside
// that of all the requests that might have been sent: two standard deviations.
func (s samples) scatter(permill int64) int64 {
	n := float64(s.answered + s.unanswered)
	return scaled(math.Sqrt(n*float64(permill)*float64(1000-permill))/1000, 2)
}

// pardoned are the samples without those that are not the service's.
func (s samples) pardoned() samples {
	s.unanswered -= min(s.ours, s.unanswered)
	return s
}

// merge adds up the windows' histograms; nil where they hold none.
func merge(windows []window, kinds []string) (*hdrhistogram.Histogram, error) {
	var p hdr.Sum
	for _, w := range windows {
		for _, k := range w.Kinds {
			if k.Latency == "" || !among(kinds, k.Kind) {
				continue
			}
			if err := p.Add(k.Latency); err != nil {
				return nil, fmt.Errorf("event %d: %w", w.seq, err)
			}
		}
	}
	return p.Histogram(), nil
}
