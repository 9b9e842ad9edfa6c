package plan

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var traceparent = regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-01$`)

// The share is kept, ids are told apart by seed, number and second, and no other
// order of asking, shard or kind of clock changes one.
func TestTraceparent(t *testing.T) {
	due := time.Date(2026, 1, 1, 0, 0, 1, 999, time.UTC)
	p := &Plan{Seed: 7, Traceparent: 0.01}
	seen := map[string]bool{}
	var traced int
	for n := range uint64(100_000) {
		for kind := range 2 {
			number := Number(kind, n)
			value := string(p.AppendTraceparent(nil, number, due))
			require.Equal(t, value, string(p.AppendTraceparent(nil, number, due)))
			if value == "" {
				continue
			}
			traced++
			require.Regexp(t, traceparent, value)
			require.Equal(t, fmt.Sprintf("%08x", due.Unix()), value[3:11], "as X-Ray has it")
			require.Len(t, value, TraceparentSize)
			require.False(t, seen[value[3:35]] || seen[value[36:52]], "ids are one request's")
			seen[value[3:35]], seen[value[36:52]] = true, true
		}
	}
	require.InDelta(t, 2000, traced, 5*45, "five standard deviations of 200,000 draws at 1 %")

	one := Number(0, 1)
	whole := Plan{Seed: 7, Traceparent: 1}
	value := string(whole.AppendTraceparent([]byte("x"), one, due))
	require.Equal(t, "x00-6955b90137ec", value[:16])
	require.NotEqual(t, value, string((&Plan{Seed: 8, Traceparent: 1}).AppendTraceparent([]byte("x"), one, due)))
	require.NotEqual(t, value, string(whole.AppendTraceparent([]byte("x"), one, due.Add(time.Second))), "a run that is repeated has traces of its own")
	require.Empty(t, (&Plan{Seed: 7}).AppendTraceparent(nil, one, due))
	for n := range uint64(1000) {
		require.NotEmpty(t, whole.AppendTraceparent(nil, n, due))
	}
}

func TestTraceparentAllocatesNothing(t *testing.T) {
	p := &Plan{Seed: 7, Traceparent: 1}
	dst, n, due := make([]byte, 0, TraceparentSize), uint64(0), time.Unix(1, 0)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		n++
		dst = p.AppendTraceparent(dst[:0], n, due)
	}))
	require.Len(t, dst, TraceparentSize)
}

// BenchmarkTraceparent asks for that of each request, of which one in a hundred
// has one, and of each that has one.
func BenchmarkTraceparent(b *testing.B) {
	for _, share := range []float64{0, 0.01, 1} {
		b.Run(fmt.Sprint(share), func(b *testing.B) {
			b.ReportAllocs()
			p := &Plan{Seed: 7, Traceparent: share}
			dst, due, n := make([]byte, 0, TraceparentSize), time.Unix(1767225600, 0), uint64(0)
			for b.Loop() {
				n++
				dst = p.AppendTraceparent(dst[:0], n, due)
			}
		})
	}
}
