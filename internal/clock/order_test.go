package clock

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// what names an event by what orders it.
type what struct {
	at   int // seconds after Epoch
	rank Rank
	key  uint64
}

func byOrder(a, b what) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.rank, b.rank), cmp.Compare(a.key, b.key))
}

func (w what) time() time.Time { return Epoch.Add(time.Duration(w.at) * time.Second) }

func genWhat(most int) *rapid.Generator[what] {
	return rapid.Custom(func(t *rapid.T) what {
		return what{
			at:   rapid.IntRange(0, most).Draw(t, "at"),
			rank: Rank(rapid.IntRange(0, int(RankPoll)).Draw(t, "rank")),
			key:  uint64(rapid.IntRange(0, 3).Draw(t, "key")),
		}
	})
}

// Events run in order of (time, rank, key), whatever the order in which they
// were scheduled; each at its own time.
func TestEventsRunInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfNDistinct(genWhat(4), 1, -1, func(w what) what { return w }).Draw(t, "events")
		c := NewStepping(Epoch)
		defer c.Stop()
		c.Keep("test")
		var ran []what
		for _, w := range events {
			c.At(w.time(), w.rank, w.key, func() {
				require.Equal(t, w.time(), c.Now())
				ran = append(ran, w)
			})
		}
		require.Empty(t, ran, "nothing runs while the clock is held")
		c.Release("test")
		want := slices.Clone(events)
		slices.SortFunc(want, byOrder)
		require.Equal(t, want, ran)
		require.Equal(t, uint64(len(want)), c.Stats().Events)
	})
}

// What an event schedules takes its place among what is already there: of the
// events that wait, the least always comes next.
func TestEventsScheduleEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewStepping(Epoch)
		defer c.Stop()
		c.Keep("test")
		var waiting []what
		var schedule func(w what)
		left := 40
		schedule = func(w what) {
			if left--; left < 0 || slices.Contains(waiting, w) {
				return
			}
			waiting = append(waiting, w)
			c.At(w.time(), w.rank, w.key, func() {
				require.Equal(t, slices.MinFunc(waiting, byOrder), w)
				waiting = slices.DeleteFunc(waiting, func(o what) bool { return o == w })
				for _, n := range rapid.SliceOfN(genWhat(2), 0, 3).Draw(t, "then") {
					n.at += w.at
					schedule(n)
				}
			})
		}
		for _, w := range rapid.SliceOfN(genWhat(4), 1, 8).Draw(t, "first") {
			schedule(w)
		}
		c.Release("test")
		require.Empty(t, waiting)
	})
}

// Only what orders them equally runs in the order of scheduling.
func TestEqualEventsRunAsScheduled(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Keep("test")
	var ran []int
	for i := range 5 {
		c.At(Epoch, RankPoll, 0, func() { ran = append(ran, i) })
	}
	c.Release("test")
	require.Equal(t, []int{0, 1, 2, 3, 4}, ran)
}

// An event in the past of a stepping clock is due now, and does not turn it
// back; one without anybody who holds the clock runs at once.
func TestThePastIsNow(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	ran := 0
	c.At(Epoch.Add(time.Hour), RankPoll, 0, func() { ran++ })
	c.At(Epoch, RankPoll, 0, func() { ran++; require.Equal(t, Epoch.Add(time.Hour), c.Now()) })
	require.Equal(t, 2, ran)
}

// A cancelled event does not run, and says so once.
func TestCancel(t *testing.T) {
	c := NewStepping(Epoch)
	defer c.Stop()
	c.Keep("test")
	var ran []string
	a := c.At(Epoch, RankPoll, 0, func() { ran = append(ran, "a") })
	b := c.At(Epoch, RankPoll, 1, func() { ran = append(ran, "b") })
	require.True(t, c.Cancel(a))
	require.False(t, c.Cancel(a))
	require.False(t, c.Cancel(Event{}))
	c.Release("test")
	require.Equal(t, []string{"b"}, ran)
	require.False(t, c.Cancel(b), "it ran")
}

// Times in other zones and with monotonic readings come out plain.
func TestNowIsPlain(t *testing.T) {
	zone := time.FixedZone("there", 3600)
	c := NewStepping(Epoch.In(zone))
	defer c.Stop()
	require.Equal(t, Epoch, c.Now())
	c.At(Epoch.Add(time.Minute).In(zone), RankPoll, 0, func() {})
	require.Equal(t, Epoch.Add(time.Minute), c.Now())
}
