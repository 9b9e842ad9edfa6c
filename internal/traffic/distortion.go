package traffic

import (
	"strconv"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"scaleproof/internal/clock"
)

// distortion is by how much latencies on a scaled clock are longer than the
// emulated world made them: the part that is the machine's, multiplied by the
// speed. On a stepping clock there is none, and a real service does not tell.
type distortion struct {
	over *hdrhistogram.Histogram // microseconds; nil until something was measured
}

// measure takes in an answered request.
func (d *distortion) measure(mode clock.Mode, latency, model time.Duration) {
	if mode == clock.Stepping || model == 0 {
		return
	}
	if d.over == nil {
		d.over = hdrhistogram.New(1, Top.Microseconds(), digits)
	}
	_ = d.over.RecordValue(min(max(latency-model, 0), Top).Microseconds()) // it is in range
}

// p99 is zero where nothing was measured.
func (d *distortion) p99() time.Duration {
	if d.over == nil {
		return 0
	}
	return time.Duration(d.over.ValueAtQuantile(99)) * time.Microsecond
}

// Distortion is the driver's.
func (e *flights) Distortion() time.Duration {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.distortion.p99()
}

// modelled reads model;dur=<milliseconds> of a Server-Timing header; 0 where
// there is none.
func modelled(header string) time.Duration {
	rest, ok := strings.CutPrefix(header, "model;dur=")
	if !ok {
		return 0
	}
	ms, err := strconv.ParseFloat(rest, 64)
	if err != nil || !(ms > 0) || ms > float64(Top/time.Millisecond) {
		return 0
	}
	return time.Duration(ms * float64(time.Millisecond))
}
