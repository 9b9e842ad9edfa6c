package hdr

import (
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func encode(tb testing.TB, h *hdrhistogram.Histogram) string {
	b, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	require.NoError(tb, err)
	return string(b)
}

// The sum and the library's own decoder, the slow obvious twin, agree.
func TestSumAddsUpLikeTheLibrary(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		digits := rapid.IntRange(1, 4).Draw(r, "digits")
		top := rapid.Int64Range(1000, 1<<33).Draw(r, "top")
		all := hdrhistogram.New(1, top, digits)
		var p Sum
		for range rapid.IntRange(1, 4).Draw(r, "windows") {
			h := hdrhistogram.New(1, top, digits)
			for _, v := range rapid.SliceOfN(rapid.Int64Range(0, top), 1, 20).Draw(r, "values") {
				n := rapid.Int64Range(1, 1<<40).Draw(r, "times")
				require.NoError(t, h.RecordValues(v, n))
			}
			decoded, err := hdrhistogram.Decode([]byte(encode(t, h)))
			require.NoError(t, err)
			all.Merge(decoded)
			require.NoError(t, p.Add(encode(t, h)))
		}
		require.True(t, all.Equals(p.Histogram()))
		var twice Sum
		require.NoError(t, twice.Merge(&p))
		require.NoError(t, twice.Merge(&p))
		require.NoError(t, twice.Merge(&Sum{}))
		var bars, doubled []hdrhistogram.Bar
		for _, b := range all.Distribution() {
			if b.Count > 0 {
				bars = append(bars, b)
			}
		}
		for b := range p.Buckets() {
			doubled = append(doubled, hdrhistogram.Bar{From: b.Least, To: b.Most, Count: b.Count})
		}
		require.Equal(t, bars, doubled)
		for b := range twice.Buckets() {
			require.Equal(t, bars[0].Count*2, b.Count)
			bars = bars[1:]
		}
	})
}

func TestSumOfNothing(t *testing.T) {
	require.Nil(t, (&Sum{}).Histogram())
}

func TestSumRefusesTwoGeometries(t *testing.T) {
	var p Sum
	require.NoError(t, p.Add(encode(t, hdrhistogram.New(1, 1000, 3))))
	require.Error(t, p.Add(encode(t, hdrhistogram.New(1, 1000000, 3))))
	var q Sum
	require.NoError(t, q.Add(encode(t, hdrhistogram.New(1, 1000000, 3))))
	require.Error(t, p.Merge(&q))
}

// Whatever stands in a window's latency: an error, never a panic, and never
// other counts than the library's.
func FuzzSum(f *testing.F) {
	h := hdrhistogram.New(1, 120_000_000, 3)
	_ = h.RecordValues(1234, 5)
	f.Add(encode(f, h))
	f.Add("HISTFAAAACJ4nJNpmSzMwMDAxAABzFCaEUoz2X+AsZgZGBgA")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		var p Sum
		if p.Add(s) != nil {
			return
		}
		if want, err := hdrhistogram.Decode([]byte(s)); err == nil {
			require.Equal(t, want.TotalCount(), p.Histogram().TotalCount())
		}
	})
}

// The number of counts is the library's, for all that a header may say.
func TestHistogramLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := shape{
			digits: rapid.Int32Range(0, 5).Draw(t, "digits"),
			least:  rapid.Int64Range(-1, 1<<41).Draw(t, "least"),
			most:   rapid.Int64Range(-1, 1<<40).Draw(t, "most"),
		}
		snapshot := hdrhistogram.Snapshot{LowestTrackableValue: s.least, HighestTrackableValue: s.most, SignificantFigures: int64(s.digits)}
		if snapshot.Validate() == nil {
			require.Len(t, hdrhistogram.Import(&snapshot).Export().Counts, s.length())
		}
	})
}
