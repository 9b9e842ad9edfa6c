package emulator_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/model"
)

// arrivals are some hundreds of requests over six minutes, several of them at
// one instant, at a rate at which they queue and the service scales out.
func arrivals() []arrival {
	draw := rand.New(rand.NewPCG(7, 7))
	var list []arrival
	at := time.Duration(0)
	for n := range uint64(600) {
		if n%5 != 0 {
			at += time.Duration(draw.Int64N(int64(1500 * time.Millisecond)))
		}
		path := []string{"/web/heavy", "/web/light", "/small", "/nowhere"}[draw.IntN(4)]
		list = append(list, arrival{at, n + 1, path, draw.IntN(40_000)})
	}
	return list
}

// predicted drives the model alone, in the clock's order: at one instant the
// model's events, then its answers, then arrivals by number.
func predicted(t *testing.T, list []arrival, until time.Duration) (trace, results []string) {
	w := model.New(world())
	w.Trace(func(line string) { trace = append(trace, line) })
	due := map[uint64]time.Time{}
	answered := func(answers []model.Answer) {
		for _, a := range answers {
			results = append(results, fmt.Sprintf("%d %d %v", a.Number, a.Status, a.At.Sub(due[a.Number])))
		}
	}
	lived := func(end time.Time) {
		for next, ok := w.Next(); ok && !next.After(end); next, ok = w.Next() {
			answered(w.Advance(next))
		}
	}
	for _, a := range list {
		now := clock.Epoch.Add(a.after)
		lived(now)
		due[a.number] = now
		answered(w.Submit(now, model.Request{Number: a.number, Method: "POST", Path: a.path, Body: int64(a.body)}))
	}
	lived(clock.Epoch.Add(until))
	require.Len(t, results, len(list))
	return trace, results
}

// The world behind real HTTP does, line for line, what the world alone does,
// and each latency measured at the client is the world's to the nanosecond;
// twice over.
func TestTheWireAddsNothing(t *testing.T) {
	list, until := arrivals(), 20*time.Minute
	trace, results := predicted(t, list, until)
	require.Contains(t, fmt.Sprint(trace), "Setting desired count", "the run scales")
	for i := range 2 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			b := start(t, clock.NewStepping(clock.Epoch))
			wait := b.schedule(list)
			b.pass(until)
			wait()
			require.Equal(t, results, b.results)
			require.Equal(t, trace, b.trace)
			require.Equal(t, []string{"test"}, b.clock.Holders())
		})
	}
}
