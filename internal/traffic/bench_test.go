package traffic

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// CPU is the processor time that this process has used.
func CPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkStepping sends 20 service minutes of a shipped scenario's mix, a
// third of it with bodies of 32 KiB, to a far end over net/http in the same
// process: cost per request of both ends.
func BenchmarkStepping(b *testing.B) {
	body, err := plan.Compile("heavy", plan.Source{Text: []byte(strings.Repeat("x", 32<<10))})
	require.NoError(b, err)
	for b.Loop() {
		p := steady(17, 20*time.Minute)
		p.Ceiling = 200
		p.Kinds = append(p.Kinds, p.Kinds[0])
		p.Kinds[1].Name, p.Kinds[1].Body = "heavy", body
		p.Stages[0].Rates = append(p.Stages[0].Rates, plan.Rate{From: 8.5, To: 8.5})
		c := clock.NewStepping(clock.Epoch)
		s := &service{clock: c, work: func(uint64) (time.Duration, int) { return 107 * ms, 200 }}
		server := httptest.NewServer(s)
		base, err := url.Parse(server.URL)
		require.NoError(b, err)
		used := CPU()
		c.Keep("bench")
		e := Start(Config{Clock: c, Plan: p, Base: base, Start: c.Now(), Emit: func(...timeline.Event) {}})
		require.True(b, e.Wait("bench"))
		b.ReportMetric(float64(len(s.came)), "requests/op")
		b.ReportMetric(float64((CPU()-used).Microseconds())/float64(len(s.came)), "cpu-µs/request")
		c.Stop()
		e.Close()
		server.Close()
	}
}

// BenchmarkOnSchedule sends three seconds at a rate on the wall clock and
// reports by how much requests reach a far end after they were due.
func BenchmarkOnSchedule(b *testing.B) {
	for _, rate := range []float64{100, 1000, 5000} {
		b.Run(fmt.Sprint(rate), func(b *testing.B) {
			for b.Loop() {
				onSchedule(b, rate)
			}
		})
	}
}

func onSchedule(b *testing.B, rate float64) {
	var mu sync.Mutex
	reached := map[uint64]time.Time{}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		now := time.Now()
		_, _ = io.Copy(io.Discard, r.Body)
		n, _ := strconv.ParseUint(r.Header.Get(scaling.RequestHeader), 10, 64)
		mu.Lock()
		reached[n] = now
		mu.Unlock()
	}))
	defer server.Close()
	base, err := url.Parse(server.URL)
	require.NoError(b, err)
	p := steady(rate, 3*time.Second)
	c := clock.NewWall()
	defer c.Stop()
	var windows []timeline.Window
	used, start := CPU(), c.Now().Add(50*ms)
	e := Start(Config{Clock: c, Plan: p, Base: base, Start: start, Emit: func(events ...timeline.Event) {
		for _, e := range events {
			if w, ok := e.Data.(timeline.Window); ok {
				windows = append(windows, w)
			}
		}
	}})
	defer e.Close()
	require.True(b, e.Wait("bench"))
	s := sumOf(b, windows...)
	require.Equal(b, s.planned, s.completed)
	var off []float64 // µs
	for a := p.Schedule(); ; {
		next, ok := a.Next()
		if !ok {
			break
		}
		off = append(off, float64(reached[next.Number].Sub(start.Add(next.At)).Nanoseconds())/1000)
	}
	slices.Sort(off)
	b.ReportMetric(off[len(off)/2], "p50-µs-off")
	b.ReportMetric(off[len(off)*99/100], "p99-µs-off")
	b.ReportMetric(float64(s.late), "late")
	b.ReportMetric(float64((CPU()-used).Microseconds())/float64(s.sent), "cpu-µs/request")
}
