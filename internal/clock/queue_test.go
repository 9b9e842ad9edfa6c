package clock

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The queue against a sorted list: whatever is put in and taken back, the same
// event is always next, and one that is gone cannot be taken back, not even
// after another has its place.
func TestQueueIsASortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q queue
		var list []waiting
		var handles, gone []Event
		number, ran := uint64(0), uint64(0)
		least := func() waiting {
			return slices.MinFunc(list, func(a, b waiting) int {
				return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.rank, b.rank), cmp.Compare(a.key, b.key), cmp.Compare(a.number, b.number))
			})
		}
		drop := func(number uint64) {
			list = slices.DeleteFunc(list, func(w waiting) bool { return w.number == number })
			i := slices.IndexFunc(handles, func(e Event) bool { return e.number == number })
			gone = append(gone, handles[i])
			handles = slices.Delete(handles, i, i+1)
		}
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				number++
				w := waiting{
					at: time.Duration(rapid.IntRange(0, 5).Draw(t, "at")), rank: Rank(rapid.IntRange(0, 2).Draw(t, "rank")),
					key: uint64(rapid.IntRange(0, 2).Draw(t, "key")), number: number,
				}
				list = append(list, w)
				handles = append(handles, q.push(w, func() { ran = w.number }))
			},
			"pop": func(t *rapid.T) {
				if q.empty() {
					return
				}
				want := least().number
				q.pop()()
				require.Equal(t, want, ran)
				drop(want)
			},
			"remove": func(t *rapid.T) {
				if len(handles) > 0 {
					e := rapid.SampledFrom(handles).Draw(t, "event")
					require.True(t, q.remove(e))
					drop(e.number)
				}
				if len(gone) > 0 {
					require.False(t, q.remove(rapid.SampledFrom(gone).Draw(t, "gone")))
				}
				require.False(t, q.remove(Event{}))
			},
			"": func(t *rapid.T) {
				require.Len(t, q.heap, len(list))
				if len(list) > 0 {
					require.Equal(t, least().number, q.heap[0].number)
				}
			},
		})
	})
}

// An event costs no memory once the queue has found its size.
func TestEventsAllocateNothing(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Keep("test")
	fn := func() {}
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		var events [5]Event
		for i := range events {
			events[i] = c.At(Epoch.Add(time.Hour), RankPoll, uint64(i), fn)
		}
		for _, e := range events {
			c.Cancel(e)
		}
	}))
}
