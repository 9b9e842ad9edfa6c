//go:build e2e && linux

package shipped

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/hdr"
	"scaleproof/internal/timeline"
)

// A service that stands still for two seconds, at 500 requests a second over 64
// connections: percentiles and maximum are within a hundredth of the truth, by
// the schedule that the program prints and the service's own log. What waited
// for a connection is the service's doing, and a bound on it fails.
func TestFreeze(t *testing.T) {
	file := scenario(t, 500, 8*time.Second, "  connections: {max: 64}\n  ceiling: 5000/s", "  - {latency: {p99: 1s}}\n  - {latency: {p50: 1s}}")
	s := service(t, "127.0.0.1:0")
	r := run(t, file, s.address)
	began := r.begun()
	stop(t, s.process, began.Add(3*time.Second), 2*time.Second)
	code := r.end()

	log := s.close()
	due := schedule(t, file)
	sent, ended, _ := r.sums()
	require.Equal(t, map[string]int64{"200": sent}, ended)
	require.Len(t, due, int(sent))
	require.Len(t, log, int(sent))
	slices.SortFunc(log, func(a, b answered) int { return cmp.Compare(a.number, b.number) })
	var truth []time.Duration
	for i, a := range log {
		truth = append(truth, a.at.Sub(began.Add(due[i])))
	}
	slices.Sort(truth)

	var latency hdr.Sum
	for _, e := range r.events() {
		if w, ok := e.Data.(timeline.Window); ok {
			for _, k := range w.Kinds {
				if k.Latency != "" {
					require.NoError(t, latency.Add(k.Latency))
				}
			}
		}
	}
	h := latency.Histogram()
	for _, c := range []struct {
		name string
		rank int
		got  int64
	}{
		{"p99", (len(truth)*990 + 999) / 1000, h.ValueAtPercentile(99)},
		{"p99.9", (len(truth)*999 + 999) / 1000, h.ValueAtPercentile(99.9)},
		{"max", len(truth), h.Max()},
	} {
		want := truth[c.rank-1]
		got := time.Duration(c.got) * time.Microsecond
		t.Logf("%s: measured %v, true %v", c.name, got, want)
		require.InEpsilon(t, want.Seconds(), got.Seconds(), 0.01, c.name)
		require.Greater(t, want, 1500*time.Millisecond, "the service stood still")
	}
	if len(r.starved()) == 0 { // else this machine was busy, and nobody is to blame
		require.Equal(t, 1, code, r.out.String())
	}
}

// schedule are the due times that the program prints, in order.
func schedule(t *testing.T, file string) (due []time.Duration) {
	out, err := exec.Command(*loadgen, "schedule", file, "--format", "csv").Output()
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, "due", rows[0][0])
	for _, row := range rows[1:] {
		seconds, err := strconv.ParseFloat(row[0], 64)
		require.NoError(t, err)
		due = append(due, time.Duration(seconds*float64(time.Second)))
	}
	return due
}
