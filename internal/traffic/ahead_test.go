package traffic

import (
	"io"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
)

// large is a plan of a kind whose bodies are dear and of one whose are not.
func large(t testing.TB, rate float64, length time.Duration) *plan.Plan {
	p := steady(rate, length)
	p.Kinds = append(p.Kinds, plan.Kind{Name: "b", Method: "POST", Path: "/b", Timeout: 30 * time.Second})
	p.Stages[0].Rates = append(p.Stages[0].Rates, p.Stages[0].Rates[0])
	for i, text := range []string{`{"id":"{{uuid}}","at":"{{now}}","text":"{{random 4096}}"}`, `{"id":"{{uuid}}"}`} {
		body, err := plan.Compile(p.Kinds[i].Name, plan.Source{Text: []byte(text)})
		require.NoError(t, err)
		p.Kinds[i].Body = body
	}
	return p
}

// all are the arrivals of a plan.
func allOf(p *plan.Plan) (list []plan.Arrival) {
	for s := p.Schedule(); ; {
		a, ok := s.Next()
		if !ok {
			return list
		}
		list = append(list, a)
	}
}

// Whatever is taken is the body that the sender would have made. Here the
// sender waits for the renderer, so that all is ready.
func TestAheadIsTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := large(t, 500, 4*time.Second)
		a := NewAhead(p, clock.Epoch, 64<<10)
		defer a.Close()
		var taken, held int
		var late [][]byte
		for _, x := range allOf(p) {
			synctest.Wait()
			body, ok := a.Take(x.Kind, x.N, x.At)
			require.Equal(t, x.Kind == 0, ok, "only the large ones")
			if !ok {
				continue
			}
			require.Equal(t, p.Kinds[0].Body.Append(nil, p.Seed, x.N, clock.Epoch.Add(x.At)), body)
			taken++
			if late = append(late, body); len(late) > 5 { // answers that come late and out of order
				held++
				a.Give(0, late[held%6])
				late = append(late[:held%6], late[held%6+1:]...)
			}
		}
		require.Greater(t, taken, 1500)
		require.Zero(t, a.Missed())
	})
}

// Who holds all that there are is given no more, and makes his own.
func TestAheadIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := large(t, 500, 4*time.Second)
		size := p.Kinds[0].Body.Size
		a := NewAhead(p, clock.Epoch, 10*size+size/2)
		defer a.Close()
		var held [][]byte
		missed := int64(0)
		for _, x := range allOf(p)[:400] {
			if x.Kind != 0 {
				continue
			}
			synctest.Wait()
			if body, ok := a.Take(0, x.N, x.At); ok {
				require.LessOrEqual(t, int64(cap(body)), size)
				held = append(held, body)
			} else {
				missed++
			}
		}
		require.Len(t, held, 10)
		require.Equal(t, missed, a.Missed())
		for _, body := range held {
			a.Give(0, body)
		}
		for _, x := range allOf(p)[400:410] {
			if x.Kind == 0 {
				synctest.Wait()
				_, ok := a.Take(0, x.N, x.At)
				require.True(t, ok, "it goes on where the sender is, not where it was")
			}
		}
		a.Close() // which may be called again
	})
}

// A body is used only at the instant that it was made for; after a change of
// the rates that the renderer was told of, they are again.
func TestAheadAfterAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := large(t, 500, 4*time.Second)
		a := NewAhead(p, clock.Epoch, 64<<10)
		defer a.Close()
		s, n, ready := p.Schedule(), 0, 0
		for {
			if n++; n == 500 {
				s.Rescale(time.Second, 0.5)
				a.Rescale(time.Second, 0.5)
			}
			x, ok := s.Next()
			if !ok {
				break
			}
			synctest.Wait()
			if body, ok := a.Take(x.Kind, x.N, x.At); ok {
				require.Equal(t, p.Kinds[0].Body.Append(nil, p.Seed, x.N, clock.Epoch.Add(x.At)), body)
				ready++
				a.Give(0, body)
			}
		}
		require.Less(t, a.Missed(), int64(20))
		require.Greater(t, ready, 800)
	})
}

func TestAheadWithoutRoomIsNothing(t *testing.T) {
	p := large(t, 10, time.Second)
	a := NewAhead(p, clock.Epoch, p.Kinds[0].Body.Size)
	defer a.Close()
	_, ok := a.Take(0, 0, 0)
	require.False(t, ok)
	require.Zero(t, a.Missed())
}

// Beside a renderer that runs freely every body is right, taken or missed.
func TestAheadBesideTheSender(t *testing.T) {
	p := large(t, 20000, time.Second)
	a := NewAhead(p, clock.Epoch, 256<<10)
	defer a.Close()
	var want []byte
	ready := 0
	for _, x := range allOf(p) {
		if body, ok := a.Take(x.Kind, x.N, x.At); ok {
			want = p.Kinds[0].Body.Append(want[:0], p.Seed, x.N, clock.Epoch.Add(x.At))
			require.Equal(t, string(want), string(body))
			ready++
			a.Give(0, body)
		}
	}
	t.Logf("%d ready, %d missed", ready, a.Missed())
}

func BenchmarkAheadTake(b *testing.B) {
	p := large(b, 1e6, 3600*time.Second)
	b.Run("inline", func(b *testing.B) {
		var buf []byte
		s := p.ScheduleOf(0)
		b.ReportAllocs()
		for b.Loop() {
			x, _ := s.Next()
			buf = p.Kinds[0].Body.Append(buf[:0], p.Seed, x.N, clock.Epoch.Add(x.At))
		}
	})
	b.Run("ahead", func(b *testing.B) {
		a := NewAhead(p, clock.Epoch, 8<<20)
		defer a.Close()
		shelf, s, ready := a.shelves[0], p.ScheduleOf(0), 0
		b.ReportAllocs()
		for b.Loop() {
			if ready == 0 { // waits for the renderer, whose work is not the sender's
				b.StopTimer()
				for ready = shelf.count / 2; shelf.ready.len() < ready; {
					runtime.Gosched()
				}
				b.StartTimer()
			}
			ready--
			x, _ := s.Next()
			body, _ := a.Take(0, x.N, x.At)
			a.Give(0, body)
		}
		b.ReportMetric(float64(a.Missed()), "missed")
	})
}

// The engine on the wall sends the bodies that the plan has, and takes them
// from those that are ready.
func TestTheEngineSendsBodiesThatWereReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewWall()
		defer c.Stop()
		p := large(t, 40, 5*time.Second)
		p.Ceiling = 500
		began := c.Now()
		want := map[string]bool{}
		for _, x := range allOf(p) {
			want[string(p.Kinds[x.Kind].Body.Append(nil, p.Seed, x.N, began.Add(x.At)))] = true
		}
		var mu sync.Mutex
		onTheWall(t, c, p, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				delete(want, string(body))
			}
		})
		require.Empty(t, want)
	})
}
