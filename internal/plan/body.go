package plan

import "time"

// Body makes the bodies of a kind's requests. Every body of a kind has the
// same size, so that its cost is known before it is sent. Append is safe for
// concurrent use. Read back from JSON it tells its size and hash but cannot
// be sent.
type Body struct {
	Template string `json:"template,omitempty"` // file, as the scenario names it; empty: inline or none
	SHA256   string `json:"sha256,omitempty"`   // of the template
	Size     int64  `json:"size"`               // bytes
}

// Append appends the body of a kind's n-th request, due at now, to dst.
// Equal arguments give equal bytes.
func (b *Body) Append(dst []byte, seed, n uint64, now time.Time) []byte { panic("not built yet") }
