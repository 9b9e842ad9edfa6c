package report

import (
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/timeline"
)

// judgedKinds are the kinds whose latency the scenario bounds; empty: all.
func judgedKinds(events []timeline.Event) []string {
	var kinds []string
	for _, e := range events {
		s, ok := e.Data.(timeline.Started)
		if !ok {
			continue
		}
		for _, x := range planOf(s).Expect {
			if x.Latency == nil {
				continue
			}
			if len(x.Latency.Of) == 0 {
				return nil
			}
			for _, k := range x.Latency.Of {
				if !slices.Contains(kinds, k) {
					kinds = append(kinds, k)
				}
			}
		}
	}
	sort.Strings(kinds)
	return kinds
}

// latencyPanel shows the percentiles of the kinds that are judged, taken
// together, and the 99th of the rest beside them: one kind that waits five
// seconds by design would hide the others.
//
// Its stretches are three times as long as the others': the 99th percentile
// of a hundred samples is little more than the slowest of them.
func latencyPanel(p Panels, judged []string) Panel {
	traffic, p := coarser(p, 3)
	title := "Response time, from the instant each request was due"
	if len(judged) > 0 {
		title = "Response time of " + strings.Join(judged, " and ") + ", from the instant each request was due"
	}
	isJudged := func(kind string) bool { return len(judged) == 0 || slices.Contains(judged, kind) }
	lines := append(
		percentiles(traffic, p, isJudged, []float64{50, 95, 99}, []string{"p50", "p95", "p99"}, []Tone{ToneP50, ToneP95, ToneP99}),
		percentiles(traffic, p, func(k string) bool { return !isJudged(k) }, []float64{99}, []string{"p99 of the other kinds"}, []Tone{ToneOther})...)
	return Panel{ID: PanelLatency, Title: title, Unit: "ms", Log: true, Lines: withPoints(lines...)}
}

// coarser adds n stretches up to one.
func coarser(p Panels, n time.Duration) ([]bucket, Panels) {
	sums := map[time.Duration]*bucket{}
	step := p.Bucket * n
	for _, b := range p.traffic {
		at := floor(b.at, step)
		sum := sums[at]
		if sum == nil {
			sum = &bucket{at: at, kinds: map[string]*hdrhistogram.PackedHistogram{}}
			sums[at] = sum
		}
		for kind, h := range b.kinds {
			if have := sum.kinds[kind]; have != nil {
				have.Merge(h)
			} else {
				sum.kinds[kind] = h.Clone()
			}
		}
	}
	var list []bucket
	for _, at := range sorted(sums) {
		list = append(list, *sums[at])
	}
	p.Bucket = step
	return list, p
}

// percentiles draws, of each stretch, percentiles in milliseconds over the
// kinds that are wanted. A stretch without answers is a gap, never zero.
func percentiles(traffic []bucket, p Panels, wanted func(string) bool, of []float64, names []string, tones []Tone) []Line {
	lines := make([]Line, len(of))
	for i := range of {
		lines[i] = Line{Name: names[i], Tone: tones[i]}
	}
	any := false
	for _, b := range traffic {
		h := b.histogram(wanted)
		any = any || h != nil
		for i, q := range of {
			v := math.NaN()
			if h != nil {
				v = float64(h.ValueAtPercentile(q)) / 1000
			}
			lines[i].Points = append(lines[i].Points, Point{b.at + p.Bucket/2, v})
		}
	}
	if !any {
		return nil
	}
	return lines
}

// histogram adds the kinds that are wanted; nil where none was answered.
func (b bucket) histogram(wanted func(string) bool) *hdrhistogram.PackedHistogram {
	var sum *hdrhistogram.PackedHistogram
	for _, kind := range b.kindNames() {
		h := b.kinds[kind]
		if !wanted(kind) || h.TotalCount() == 0 {
			continue
		}
		if sum == nil {
			sum = h.Clone()
		} else {
			sum.Merge(h)
		}
	}
	return sum
}

func (b bucket) kindNames() []string {
	names := make([]string, 0, len(b.kinds))
	for k := range b.kinds {
		names = append(names, k)
	}
	sort.Strings(names)
	return names
}
