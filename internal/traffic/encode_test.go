package traffic

import (
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What the encoder writes is what the library writes and reads: the same
// histogram, bucket for bucket, at any values and counts.
func TestEncodeIsTheLibrarys(t *testing.T) {
	var e encoder // one for all, as in a run: nothing of one is left in the next
	rapid.Check(t, func(t *rapid.T) {
		h := hdrhistogram.NewPacked(1, Top.Microseconds(), digits)
		values := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 5000), rapid.Int64Range(0, Top.Microseconds())), 1, 200)
		for _, v := range values.Draw(t, "values") {
			require.NoError(t, h.RecordValues(v, rapid.Int64Range(1, 1e6).Draw(t, "n")))
		}
		theirs, err := h.Encode()
		require.NoError(t, err)
		want, err := hdrhistogram.Decode(theirs)
		require.NoError(t, err)
		got, err := hdrhistogram.Decode([]byte(e.encode(h)))
		require.NoError(t, err)
		require.Equal(t, want.Export(), got.Export())
		require.Equal(t, h.TotalCount(), got.TotalCount())
	})
}

func BenchmarkEncode(b *testing.B) {
	var e encoder
	h := hdrhistogram.NewPacked(1, Top.Microseconds(), digits)
	for i := range int64(20) {
		require.NoError(b, h.RecordValue(107000+i*i*331))
	}
	b.ReportAllocs()
	for b.Loop() {
		e.encode(h)
	}
}
