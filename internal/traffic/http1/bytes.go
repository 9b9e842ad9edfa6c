package http1

import (
	"encoding/binary"
	"math/bits"
)

// lower is a byte of a field's name in lower case; 0 for one that no name has
// (RFC 9110 section 5.6.2, token).
var lower = func() (t [256]byte) {
	for c := '0'; c <= '9'; c++ {
		t[c] = byte(c)
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = byte(c), byte(c)
	}
	for _, c := range []byte("!#$%&'*+-.^_`|~") {
		t[c] = c
	}
	return t
}()

// token is how many of the first bytes belong to a name.
func token(b []byte) int {
	for i, c := range b {
		if lower[c] == 0 {
			return i
		}
	}
	return len(b)
}

// isText says that a byte may stand in a field's value, a reason or a chunk's
// extension: a tab, and all that is no control character (RFC 9110 section
// 5.5; what is beyond ASCII is allowed there, and means nothing here).
func isText(c byte) bool { return c >= ' ' && c != 0x7f || c == '\t' }

// spread has a byte in each of a word's eight.
func spread(c byte) uint64 { return uint64(c) * 0x0101010101010101 }

// controls marks the top bit of the lowest byte of a word that is a control
// character; bits above that one may be marked by mistake, none below.
func controls(w uint64) uint64 {
	del := w ^ spread(0x7f)
	return ((w-spread(0x20))&^w | (del-spread(0x01))&^del) & spread(0x80)
}

// text is how many of the first bytes are text: up to a CR, as a rule. Eight
// at a time where there are eight: most of a head is values that nobody
// reads, and yet each byte must be seen.
func text(b []byte) int {
	i := 0
	for i+8 <= len(b) {
		found := controls(binary.LittleEndian.Uint64(b[i:]))
		if found == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(found) >> 3
		if b[i] != '\t' {
			return i
		}
		i++
	}
	for i < len(b) && isText(b[i]) {
		i++
	}
	return i
}
