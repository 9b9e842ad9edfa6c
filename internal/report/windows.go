package report

import (
	"fmt"
	"strconv"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/timeline"
)

// bucket is what the generator did in one stretch of the axis.
type bucket struct {
	at      time.Duration // its beginning
	planned int64
	sent    int64
	unsent  int64
	ended   int64
	failed  int64
	fivexx  int64 // answers of 500 and above, as the client saw them
	kinds   map[string]*hdrhistogram.PackedHistogram
}

// most is the largest number of stretches that a line is drawn of; more than
// this cannot be told apart at the width of a page.
const most = 360

// steps are the lengths that stretches may have.
var steps = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour,
}

// resolution is the shortest step that holds a window and keeps a span below
// `most` stretches.
func resolution(span, window time.Duration) time.Duration {
	for _, s := range steps {
		if s >= window && span <= s*most {
			return s
		}
	}
	return steps[len(steps)-1]
}

// sumWindows adds windows up to stretches of p.Bucket, which it sets. The
// histograms that it cannot read are left out of the picture; the judge is
// the one that answers for them.
func sumWindows(events []timeline.Event, p *Panels) []bucket {
	var longest, first, last time.Duration
	for _, e := range events {
		if w, ok := e.Data.(timeline.Window); ok {
			longest = max(longest, w.Length)
			first = min(first, p.at(w.Start))
			last = max(last, p.at(w.Start)+w.Length)
		}
	}
	p.Bucket = resolution(last-first, longest)
	sums := map[time.Duration]*bucket{}
	for _, e := range events {
		w, ok := e.Data.(timeline.Window)
		if !ok {
			continue
		}
		at := floor(p.at(w.Start), p.Bucket)
		b := sums[at]
		if b == nil {
			b = &bucket{at: at, kinds: map[string]*hdrhistogram.PackedHistogram{}}
			sums[at] = b
		}
		for _, k := range w.Kinds {
			b.add(k)
		}
	}
	var list []bucket
	for _, at := range sorted(sums) {
		list = append(list, *sums[at])
	}
	return list
}

func floor(d, step time.Duration) time.Duration {
	q := d / step * step
	if q > d {
		q -= step
	}
	return q
}

func (b *bucket) add(k timeline.KindWindow) {
	b.planned += k.Planned
	b.sent += k.Sent
	for _, n := range k.Unsent {
		b.unsent += n
	}
	for code, n := range k.Completed {
		b.ended += n
		if status, err := strconv.Atoi(code); err == nil && status >= 500 {
			b.fivexx += n
		}
	}
	for _, n := range k.Failed {
		b.failed += n
	}
	if k.Latency == "" {
		return
	}
	h, err := hdrhistogram.DecodePacked([]byte(k.Latency))
	if err != nil {
		return
	}
	if have := b.kinds[k.Kind]; have != nil {
		have.Merge(h)
	} else {
		b.kinds[k.Kind] = h
	}
}

// counted draws a count of each stretch, scaled.
func counted(name string, tone Tone, traffic []bucket, p Panels, scale float64, count func(bucket) int64) Line {
	l := Line{Name: name, Tone: tone}
	for _, b := range traffic {
		l.Points = append(l.Points, Point{b.at + p.Bucket/2, float64(count(b)) * scale})
	}
	return l
}

// ratePanel shows the load that was planned beside the load that was sent.
func ratePanel(traffic []bucket, p Panels) Panel {
	per := 1 / p.Bucket.Seconds()
	return Panel{ID: PanelRate, Title: "Load", Unit: "req/s", Lines: withPoints(
		counted("sent", ToneSent, traffic, p, per, func(b bucket) int64 { return b.sent }),
		counted("planned", TonePlanned, traffic, p, per, func(b bucket) int64 { return b.planned }))}
}

// errorsPanel shows what failed, in requests of each stretch.
func errorsPanel(traffic []bucket, p Panels) Panel {
	var failed, unsent int64
	for _, b := range traffic {
		failed += b.failed
		unsent += b.unsent
	}
	if len(traffic) == 0 {
		return Panel{ID: PanelErrors, Title: "Errors", Unit: "requests"}
	}
	title := fmt.Sprintf("Errors, in each %s: %d failed and %d unsent in all", span(p.Bucket), failed, unsent)
	return Panel{ID: PanelErrors, Title: title, Unit: "requests", Lines: withPoints(
		counted("failed", ToneFailed, traffic, p, 1, func(b bucket) int64 { return b.failed }),
		counted("answered 5xx", ToneServer, traffic, p, 1, func(b bucket) int64 { return b.fivexx }),
		counted("unsent", ToneUnsent, traffic, p, 1, func(b bucket) int64 { return b.unsent }))}
}
