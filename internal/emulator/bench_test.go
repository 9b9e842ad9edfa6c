package emulator_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// BenchmarkRequests is the cost of a request over HTTP on a stepping clock,
// both ends, with net/http as the client: the wall time of a run.
func BenchmarkRequests(b *testing.B) {
	for _, size := range []int{0, 32 << 10} {
		b.Run(fmt.Sprintf("body=%d", size), func(b *testing.B) {
			c := clock.NewStepping(clock.Epoch)
			c.Keep("bench")
			server, err := emulator.Start(emulator.Config{Clock: c, World: model.New(world())})
			if err != nil {
				b.Fatal(err)
			}
			client := newClient()
			defer func() {
				client.CloseIdleConnections()
				_ = server.Close(context.Background())
				c.Stop()
			}()
			payload := make([]byte, size)
			var answered sync.WaitGroup
			send := func(number uint64) {
				defer answered.Done()
				defer c.Release(scaling.RequestID(number))
				r, _ := http.NewRequest("POST", server.FrontURL()+"/web/heavy", bytes.NewReader(payload))
				r.Header.Set(scaling.RequestHeader, fmt.Sprint(number))
				resp, err := client.Do(r)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
			var arrive func(number uint64)
			arrive = func(number uint64) {
				c.Hold(scaling.RequestID(number))
				answered.Add(1)
				go send(number)
				if number < uint64(b.N) {
					c.At(c.Now().Add(70*time.Millisecond), clock.RankArrival, number+1, func() { arrive(number + 1) })
				}
			}
			b.ReportAllocs()
			before := cpu()
			b.ResetTimer()
			c.At(clock.Epoch, clock.RankArrival, 1, func() { arrive(1) })
			c.Sleep("bench", clock.Epoch.Add(time.Duration(b.N)*70*time.Millisecond+time.Hour), 0)
			answered.Wait()
			b.ReportMetric(float64((cpu()-before).Microseconds())/float64(b.N), "cpu-µs/request")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

// cpu is the processor time of this process so far: what a request costs,
// whatever else runs beside it.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
