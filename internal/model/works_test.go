package model

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The task whose work ends first is in front, the older of equals, wherever
// their instants move; and each knows its place.
func TestWorksInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var h works
	tasks := make([]*task, 40)
	for i := range tasks {
		tasks[i] = &task{n: int32(i), process: process{place: nowhere}}
	}
	at := map[*task]int64{}
	for range 3000 {
		x := tasks[r.IntN(len(tasks))]
		if r.IntN(4) == 0 {
			h.remove(x)
			delete(at, x)
		} else {
			at[x] = r.Int64N(30)
			h.set(x, at[x])
		}
		require.Len(t, h, len(at))
		for i, e := range h {
			require.Equal(t, i, e.task.place)
			require.Equal(t, at[e.task], e.at)
		}
		if len(at) == 0 {
			continue
		}
		first := slices.MinFunc(h, func(a, b work) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.task.n, b.task.n))
		})
		require.Equal(t, first, h[0])
	}
}
