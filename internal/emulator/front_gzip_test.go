package emulator

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// A packed body costs by what it holds, as it does the service that unpacks it.
func TestAPackedBodyIsMeasuredUnpacked(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(make([]byte, 100_000))
	require.NoError(t, w.Close())
	for encoding, want := range map[string]int64{"gzip": 100_000, "": int64(packed.Len())} {
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(packed.Bytes()))
		if encoding != "" {
			r.Header.Set("Content-Encoding", encoding)
		}
		size, err := measure(r)
		require.NoError(t, err)
		require.Equal(t, want, size)
	}
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader([]byte("no gzip")))
	r.Header.Set("Content-Encoding", "gzip")
	size, err := measure(r)
	require.NoError(t, err)
	require.Zero(t, size)
}
