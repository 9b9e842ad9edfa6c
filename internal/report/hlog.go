package report

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// unsafeTag is what may not stand in a tag of a histogram log.
var unsafeTag = regexp.MustCompile(`[,\s]+`)

// latencyLog exports the latencies in the log format of HdrHistogram, which
// its own tools read: a line for each kind and stretch, tagged with the kind.
// Values are microseconds; the column Interval_Max is in seconds.
func latencyLog(traffic []bucket, p Panels) ([]byte, error) {
	var out bytes.Buffer
	w := hdrhistogram.NewHistogramLogWriter(&out)
	base := p.Origin.Unix() * 1000
	first := func(steps ...func() error) error {
		for _, s := range steps {
			if err := s(); err != nil {
				return fmt.Errorf("write the latency log: %w", err)
			}
		}
		return nil
	}
	err := first(
		func() error {
			return w.OutputComment("[Latencies in microseconds from the instant each request was due]")
		},
		w.OutputLogFormatVersion,
		func() error { return w.OutputBaseTime(base) },
		func() error { return w.OutputStartTime(base) },
		w.OutputLegend)
	if err != nil {
		return nil, err
	}
	w.SetBaseTime(base)
	for _, b := range traffic {
		for _, kind := range b.kindNames() {
			h := b.kinds[kind].Clone()
			start := p.Origin.Add(b.at)
			h.SetTag(unsafeTag.ReplaceAllString(kind, "-"))
			h.SetStartTimeMs(start.UnixMilli())
			h.SetEndTimeMs(start.Add(p.Bucket).UnixMilli())
			if err := w.OutputIntervalPackedHistogram(h); err != nil {
				return nil, fmt.Errorf("write the latency log: %w", err)
			}
		}
	}
	return out.Bytes(), nil
}
