package export

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/hdr"
	"scaleproof/internal/timeline"
)

// unsafeTag is what may not stand in a tag of a histogram log.
var unsafeTag = regexp.MustCompile(`[,\s]+`)

// HLog writes the histograms of a timeline in the log format of HdrHistogram,
// 1.3, which its tools read: a line for each window and kind, whose tag is the
// kind's name. Where requests left later than they were due there are two more:
// NAME.service, from the instant at which each really left, and NAME.lateness.
// Of a kind that has such a line in one window every window has one, so that
// the lines of a tag add up to the whole run. Values are microseconds, times
// and Interval_Max seconds; the base time is the beginning of the traffic.
func HLog(w io.Writer, events []timeline.Event) error {
	out := bufio.NewWriter(w)
	origin := beginning(events)
	seconds := float64(origin.UnixMilli()) / 1000
	fmt.Fprintf(out, "#[Latencies in microseconds from the instant each request was due]\n"+
		"#[.service: from the instant it really left; .lateness: how long after it was due that was; neither: no request of the kind was late]\n"+
		"#[Histogram log format version %s]\n", hdrhistogram.HISTOGRAM_LOG_FORMAT_VERSION)
	fmt.Fprintf(out, "#[BaseTime: %.3f (seconds since epoch)]\n", seconds)
	fmt.Fprintf(out, "#[StartTime: %.3f (seconds since epoch), %s]\n", seconds, origin.Format(time.RFC3339))
	if err := hdrhistogram.NewHistogramLogWriter(out).OutputLegend(); err != nil {
		return err
	}
	differ := behind(events)
	for _, e := range events {
		window, ok := e.Data.(timeline.Window)
		if !ok {
			continue
		}
		l := logLines{out: out, at: window.Start.Sub(origin), length: window.Length}
		for _, k := range window.Kinds {
			if err := l.kind(k, differ[k.Kind]); err != nil {
				return fmt.Errorf("event %d: %s: %w", e.Seq, k.Kind, err)
			}
		}
	}
	return out.Flush()
}

// behind are the kinds of which a request left later than it was due.
func behind(events []timeline.Event) map[string]bool {
	kinds := map[string]bool{}
	for _, e := range events {
		if w, ok := e.Data.(timeline.Window); ok {
			for _, k := range w.Kinds {
				kinds[k.Kind] = kinds[k.Kind] || k.Service != "" || k.Lateness != ""
			}
		}
	}
	return kinds
}

// logLines writes the lines of one window.
type logLines struct {
	out        io.Writer
	at, length time.Duration
	sum        hdr.Sum
}

func (l *logLines) kind(k timeline.KindWindow, differs bool) error {
	tag := unsafeTag.ReplaceAllString(k.Kind, "-")
	if err := l.line(tag, k.Latency); err != nil || !differs {
		return err
	}
	service, lateness := k.Service, k.Lateness
	if service == "" {
		service = k.Latency
	}
	if lateness == "" && k.Sent > 0 {
		h := hdrhistogram.New(1, time.Hour.Microseconds(), 3)
		if err := h.RecordValues(0, k.Sent); err != nil {
			return err
		}
		b, err := h.EncodeV2()
		if err != nil {
			return err
		}
		lateness = string(b)
	}
	if err := l.line(tag+".service", service); err != nil {
		return err
	}
	return l.line(tag+".lateness", lateness)
}

// line writes a histogram as it stands in the timeline; nothing where there is
// none.
func (l *logLines) line(tag, encoded string) error {
	if encoded == "" {
		return nil
	}
	l.sum.Reset()
	if err := l.sum.Add(encoded); err != nil {
		return err
	}
	var most int64
	for b := range l.sum.Buckets() {
		most = b.Most
	}
	_, err := fmt.Fprintf(l.out, "Tag=%s,%.6f,%.6f,%.6f,%s\n", tag, l.at.Seconds(), l.length.Seconds(), float64(most)/1e6, encoded)
	return err
}

// beginning is when the traffic began: the first stage, or where there was none
// the first event.
func beginning(events []timeline.Event) time.Time {
	for _, e := range events {
		if _, ok := e.Data.(timeline.Stage); ok {
			return e.At
		}
	}
	if len(events) == 0 {
		return time.Time{}
	}
	return events[0].At
}
