package timeline

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Whatever stands in a file: an error that names the place, or events that are
// whole, in their order, and come back the same when they are written again.
func FuzzRead(f *testing.F) {
	text := written(f, samples())
	lines := bytes.SplitAfter(text, []byte("\n"))
	join := func(order ...int) (b []byte) {
		for _, i := range order {
			b = append(b, lines[i]...)
		}
		return b
	}
	for _, seed := range [][]byte{
		text, text[:len(text)/2], join(0, 2, 1, 3), join(0, 1, 1, 2), join(1, 2, 3), {}, []byte("\n"), []byte("{}\n"), []byte("null\n"),
		bytes.ReplaceAll(text, []byte("70"), []byte("NaN")),
		bytes.ReplaceAll(text, []byte("70"), []byte("1e999")),
		bytes.ReplaceAll(text, []byte("2026"), []byte("9999")),
		bytes.ReplaceAll(text, []byte("60000000000"), []byte("99999999999999999999")),
		bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")),
		append(bytes.Clone(text), []byte("{\"seq\":")...),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		events, err := Read(bytes.NewReader(text), "fuzz")
		if err != nil {
			var place *Error
			require.True(t, errors.As(err, &place), "%v", err)
			require.Positive(t, place.Line)
			return
		}
		for i, e := range events {
			require.Equal(t, int64(i+1), e.Seq)
			require.NotNil(t, e.Data)
			require.Equal(t, time.UTC, e.At.Location())
		}
		var again bytes.Buffer
		w := NewWriter(&again)
		w.Write(events...)
		require.NoError(t, w.Err())
		back, err := Read(bytes.NewReader(again.Bytes()), "again")
		require.NoError(t, err)
		var third bytes.Buffer
		NewWriter(&third).Write(back...)
		require.Equal(t, again.String(), third.String())
	})
}
