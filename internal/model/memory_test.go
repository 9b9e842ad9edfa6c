package model_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// A world that has lived for months holds no more than AWS shows: six weeks of
// activities and 30 days of history, of alarms that are gone as well, whether
// it is looked at in between or not.
func TestWhatIsOldIsForgotten(t *testing.T) {
	const day = 24 * time.Hour
	c := local(1)
	c.Services[0].Policies = c.Services[0].Policies[:1]
	c.Services[0].Scheduled = []scaling.ScheduledAction{
		{Name: "morning", Schedule: "cron(0 8 * * ? *)", Min: tasks(2)}, {Name: "evening", Schedule: "cron(0 20 * * ? *)", Min: tasks(1), Max: tasks(5)},
	}
	w := model.New(c)
	old, err := w.Look(web, model.What{Policies: true})
	require.NoError(t, err)
	gone := old.Policies.List[0].Alarms[0].Name
	_, err = w.Do(start.Add(time.Hour), scaling.Change{Op: scaling.PutPolicy, Service: web, Policy: &c.Services[0].Policies[0]})
	require.NoError(t, err)

	held := map[int]int{}
	for d := 10; d <= 80; d += 10 {
		now := start.Add(time.Duration(d) * day)
		w.Advance(now)
		l, err := w.Look(web, model.What{Activities: true, Policies: true})
		require.NoError(t, err)
		held[d] = len(l.Activities.List)
		for _, a := range l.Activities.List {
			require.LessOrEqual(t, now.Sub(a.Start), 42*day)
		}
		for _, ref := range l.Policies.List[0].Alarms {
			for _, h := range w.History(ref.Name) {
				require.LessOrEqual(t, now.Sub(h.At), 30*day)
			}
		}
		if d < 30 {
			require.NotEmpty(t, w.History(gone), "the history of an alarm survives it")
		}
	}
	require.Greater(t, held[40], 2*held[10], "it grows until then")
	require.InDelta(t, held[50], held[80], 6)
	require.Empty(t, w.History(gone))

	ids := map[string]bool{}
	l, err := w.Look(web, model.What{Activities: true})
	require.NoError(t, err)
	for _, a := range l.Activities.List {
		require.False(t, ids[a.ID], "an id is given once")
		ids[a.ID] = true
	}
}

// What a world holds after seven weeks it holds after fourteen.
func TestMemoryIsFlatInTheLength(t *testing.T) {
	if testing.Short() {
		t.Skip("lives for fourteen weeks")
	}
	const week = 7 * 24 * time.Hour
	w := model.New(local(1))
	live := func(weeks time.Duration) uint64 {
		w.Advance(start.Add(weeks * week))
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	seven := live(7)
	fourteen := live(14)
	t.Logf("%d KiB after seven weeks, %d KiB after fourteen", seven>>10, fourteen>>10)
	require.Less(t, fourteen, seven+seven/8+1<<20)
	runtime.KeepAlive(w)
}

func tasks(n int) *int { return &n }
