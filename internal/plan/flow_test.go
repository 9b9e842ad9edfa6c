package plan

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/scenario"
)

// crowded is a plan of users whose number changes from stage to stage, beside a
// kind that is sent by schedule.
func crowded(numbers ...Users) *Plan {
	think := scenario.Spread{Min: scenario.Duration(time.Second), Max: scenario.Duration(3 * time.Second)}
	p := &Plan{Seed: 3, Arrivals: "uniform", Kinds: []Kind{{Name: "open"}, {Name: "poll", Think: think}}}
	for i, u := range numbers {
		p.Stages = append(p.Stages, Stage{
			Start: time.Duration(i) * time.Minute, For: time.Minute, Ramp: 20 * time.Second,
			Rates: []Rate{{1, 1}, {}}, Users: []Users{{}, u},
		})
	}
	return p
}

// live answers each request of a flow after took, and returns them in order.
func live(f *Flow, took time.Duration) (all []Arrival) {
	type answer struct {
		number uint64
		at     time.Duration
	}
	var flying []answer
	for {
		a, ok := f.Peek()
		if len(flying) > 0 && (!ok || flying[0].at <= a.At) {
			f.Ended(flying[0].number, flying[0].at)
			flying = flying[1:]
			continue
		}
		if !ok {
			return all
		}
		f.Next()
		all = append(all, a)
		flying = append(flying, answer{a.Number, a.At + took})
	}
}

// Each user sends, waits for the answer and thinks; slow answers make them
// send less; there are never more on the way than users, and what is sent by
// schedule goes on as ever.
func TestUsersWait(t *testing.T) {
	for _, took := range []time.Duration{0, 2 * time.Second, 40 * time.Second} {
		p := crowded(Users{0, 10}, Users{10, 10})
		all := live(p.Flow(), took)
		var open, polls []Arrival
		for i, a := range all {
			if i > 0 {
				require.LessOrEqual(t, all[i-1].At, a.At)
			}
			if a.Kind == 0 {
				open = append(open, a)
				continue
			}
			require.EqualValues(t, len(polls), a.N, "numbered in order")
			polls = append(polls, a)
			busy := 0
			for _, b := range polls {
				if b.At+took > a.At {
					busy++
				}
			}
			require.LessOrEqual(t, busy, max(10, 1))
		}
		require.Len(t, open, 120)
		round := (2*time.Second + took).Seconds()
		want := 10 * (110 / round)
		require.InDelta(t, want, len(polls), 10+want/8, "took %v", took)
	}
}

// The number of users follows the stages: up and down over the ramps.
func TestUsersComeAndGo(t *testing.T) {
	p := crowded(Users{0, 6}, Users{6, 2}, Users{2, 0}, Users{0, 3})
	at := func(d time.Duration) (n int) {
		for i := range 10 {
			if since, ok := p.present(1, i, d); ok && since == d {
				n++
			}
		}
		return n
	}
	for d, want := range map[time.Duration]int{
		0: 0, 10 * time.Second: 3, 20 * time.Second: 6, 59 * time.Second: 6,
		time.Minute: 6, 70 * time.Second: 4, 80 * time.Second: 2, 2 * time.Minute: 2, 140 * time.Second: 0,
		3*time.Minute + 10*time.Second: 1, 4*time.Minute - 1: 3, 4 * time.Minute: 0,
	} {
		require.Equal(t, want, at(d), "%v", d)
	}
	for _, a := range live(p.Flow(), 500*time.Millisecond) {
		if a.Kind == 1 {
			require.Positive(t, at(a.At), "nobody is there to send at %v", a.At)
		}
	}
}

// Shards share the users out: as many in all, and no number twice.
func TestUsersAreShared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := crowded(Users{0, rapid.IntRange(1, 9).Draw(t, "users")})
		of := rapid.IntRange(1, 4).Draw(t, "of")
		took := time.Duration(rapid.IntRange(0, 3000).Draw(t, "ms")) * time.Millisecond
		seen := map[uint64]bool{}
		people, whole := 0, len(p.Flow().crowd.users)
		for i := 1; i <= of; i++ {
			f := p.Sharded(Shard{i, of}).Flow()
			people += len(f.crowd.users)
			for _, a := range live(f, took) {
				require.False(t, seen[a.Number], "twice")
				seen[a.Number] = true
			}
		}
		require.Equal(t, whole, people)
	})
}

// Two flows of a plan that are answered alike are alike.
func TestFlowsAreAlike(t *testing.T) {
	p := crowded(Users{0, 5}, Users{5, 1})
	require.Equal(t, live(p.Flow(), time.Second), live(p.Flow(), time.Second))
}
