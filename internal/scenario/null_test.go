package scenario

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A wanted value of null is read as such.
func TestWantedNull(t *testing.T) {
	var into struct {
		JSON map[string]any `json:"json"`
	}
	d := decode("null.yaml", []byte("json: {errors: null, spans: 1}"), &into)
	require.Empty(t, d.faults)
	require.Contains(t, into.JSON, "errors")
	require.Nil(t, into.JSON["errors"])
	require.NotNil(t, into.JSON["spans"])
}
