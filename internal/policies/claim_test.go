package policies_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/policies"
)

// A service at an endpoint is one process's, however the endpoint is spelled;
// another service, and the same at another endpoint, is free.
func TestClaim(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	at := func(url string) policies.Start {
		return policies.Start{Kind: policies.Endpoint, URL: url, Service: web, Region: "eu-west-1"}
	}
	first, err := policies.Claim(at("http://127.0.0.1:4566"))
	require.NoError(t, err)
	for _, same := range []string{"http://127.0.0.1:4566", "http://localhost:4566/", "HTTP://[::1]:4566"} {
		_, err := policies.Claim(at(same))
		require.ErrorIs(t, err, policies.ErrClaimed, same)
		require.True(t, policies.Open{Start: at("http://127.0.0.1:4566")}.Blocks(at(same)), same)
	}
	other, err := policies.Claim(at("http://127.0.0.1:4567"))
	require.NoError(t, err)
	require.NoError(t, other.Close())
	require.NoError(t, first.Close())
	again, err := policies.Claim(at("http://localhost:4566"))
	require.NoError(t, err)
	require.NoError(t, again.Close())

	own, err := policies.Claim(policies.Start{Kind: policies.Embedded, Service: web})
	require.NoError(t, err)
	require.Nil(t, own)
}
