package plan

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The shards of a plan are its schedule: each arrival is in one of them and in
// no other, with the instant and the number that it has in the whole.
func TestShardsPartitionTheSchedule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		of := rapid.IntRange(1, 7).Draw(t, "shards")
		whole := collect(p.Schedule())
		var parts []Arrival
		perKind := make([][]int, len(p.Kinds))
		for i := range of {
			part := collect(p.Sharded(Shard{i + 1, of}).Schedule())
			parts = append(parts, part...)
			n := make([]int, len(p.Kinds))
			for _, a := range part {
				n[a.Kind]++
			}
			for k := range p.Kinds {
				perKind[k] = append(perKind[k], n[k])
			}
		}
		slices.SortFunc(parts, func(a, b Arrival) int {
			switch {
			case a.At != b.At:
				return int(a.At - b.At)
			case a.Kind != b.Kind:
				return a.Kind - b.Kind
			}
			return int(a.N) - int(b.N)
		})
		require.Equal(t, whole, parts)
		for k, n := range perKind {
			require.LessOrEqual(t, slices.Max(n)-slices.Min(n), 1, "kind %d: no shard has more than its part", k)
		}
	})
}

// A shard's arrivals are spaced as the whole's: of evenly spaced kinds each is
// evenly spaced in each shard, also where the kinds take turns.
func TestShardsOfUniformArrivalsAreEvenlySpaced(t *testing.T) {
	p := constant("uniform", 8, time.Minute)
	p.Kinds = append(p.Kinds, Kind{Name: "b"})
	p.Stages[0].Rates = append(p.Stages[0].Rates, Rate{8, 8})
	for i := range 4 {
		var last [2]time.Duration
		seen := [2]int{}
		for _, a := range collect(p.Sharded(Shard{i + 1, 4}).Schedule()) {
			if seen[a.Kind]++; seen[a.Kind] > 1 {
				require.InDelta(t, 500e6, float64(a.At-last[a.Kind]), 2)
			}
			last[a.Kind] = a.At
		}
		require.Equal(t, [2]int{120, 120}, seen)
	}
}

// Each shard has its part of the ceiling, and the plan that was shared stays.
func TestShardedCeiling(t *testing.T) {
	p := constant("poisson", 8, time.Minute)
	p.Ceiling = 60
	require.Equal(t, 15.0, p.Sharded(Shard{2, 4}).Ceiling)
	require.Equal(t, 60.0, p.Sharded(Shard{}).Ceiling)
	require.Equal(t, 60.0, p.Ceiling)
	require.Equal(t, collect(p.Past()), collect(p.Sharded(Shard{2, 4}).Past()), "the past is the world's, not a generator's")
	var back Plan
	require.NoError(t, json.Unmarshal(Raw(p.Sharded(Shard{2, 4})), &back))
	require.Equal(t, Shard{2, 4}, back.Shard)
	require.NotContains(t, string(Raw(p)), "shard")
}

func TestParseShard(t *testing.T) {
	for text, want := range map[string]Shard{"1/1": {}, "1/2": {1, 2}, "4/4": {4, 4}, "1000/1000": {1000, 1000}} {
		got, err := ParseShard(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, text, got.String())
	}
	for _, text := range []string{"", "1", "0/2", "3/2", "-1/2", "1/0", "1/2/3", "a/b", "1/1001", fmt.Sprint(math.MaxInt64, "0/2")} {
		_, err := ParseShard(text)
		require.ErrorContains(t, err, "is no shard: write 2/4 for the second of four", text)
	}
}

// Connections are shared out whole, together as many as the plan has; where it
// has fewer than shards, each keeps one, since none would be no limit.
func TestShardsShareConnections(t *testing.T) {
	for whole, want := range map[int][]int{0: {0, 0, 0}, 1: {1, 1, 1}, 64: {22, 21, 21}, 65: {22, 22, 21}, 66: {22, 22, 22}} {
		p := &Plan{Connections: Connections{Max: whole, Close: true}}
		var got []int
		for i := range 3 {
			c := p.Sharded(Shard{i + 1, 3}).Connections
			require.True(t, c.Close)
			got = append(got, c.Max)
		}
		require.Equal(t, want, got, "of %d", whole)
		require.Equal(t, whole, p.Sharded(Shard{}).Connections.Max)
	}
}
