package traffic

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A service may answer before it has read the body: what net/http still writes
// is not rendered over, and what it has given back is used again.
func TestBodyIsLent(t *testing.T) {
	body := []byte("body")
	out := &outgoing{body: body}
	first, again := out.lend(), out.lend() // the second for a redirect
	require.NoError(t, first.Close())
	require.NoError(t, first.Close(), "net/http closes some twice")
	out.reclaim()
	require.Nil(t, out.body, "it is written still")

	out.body = body
	other := out.lend()
	require.NoError(t, again.Close(), "late, and of another request")
	require.NoError(t, other.Close())
	out.reclaim()
	require.Equal(t, body, out.body)
}
