package http1

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every byte, at every place of a text that is longer than two words.
func TestText(t *testing.T) {
	for c := range 256 {
		isControl := c < ' ' && c != '\t' || c == 0x7f
		for at := range 19 {
			for _, around := range []byte{'a', ' ', '\t', 0x80, 0xff} {
				b := bytes.Repeat([]byte{around}, 19)
				b[at] = byte(c)
				want := len(b)
				if isControl {
					want = at
				}
				require.Equal(t, want, text(b), "%q at %d", c, at)
				if b[18] = '\r'; want > 18 {
					want = 18
				}
				require.Equal(t, want, text(b), "%q at %d, and a CR", c, at)
			}
		}
	}
}

// Tokens are RFC 9110's.
func TestTokens(t *testing.T) {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	const all = letters + "0123456789!#$%&'*+-.^_`|~"
	for c := range 256 {
		small := strings.ToLower(string([]byte{byte(c)}))
		if c < 0x80 && strings.Contains(all, small) {
			require.Equal(t, small, string([]byte{lower[c]}))
		} else {
			require.Zero(t, lower[c], "%q", c)
		}
	}
}
