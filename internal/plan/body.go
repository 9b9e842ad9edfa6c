package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Body makes the bodies of a kind's requests from a template with
// placeholders. Every body of a kind has the same size, so that its cost is
// known before it is sent; every placeholder has a fixed width:
//
//	{{uuid}}         36 characters, a random UUID
//	{{hex N}}        N random hexadecimal digits
//	{{random N}}     N random letters and digits
//	{{sequence}}     12 digits, the request's number among its kind, from 0 (quote it: leading zeros are no JSON number)
//	{{now}}          24 characters, the time at which the request is due: 2026-01-01T00:00:00.000Z
//	{{unixnano}}     19 digits, the same in nanoseconds since 1970
//
// uuid, hex and random take a name: {{hex 16 span}} is the same wherever it
// stands within one body. now and unixnano take an offset: {{now -1.5s}}.
//
// Append is safe for concurrent use. Read back from JSON a Body tells its size
// and hash but makes no bodies.
type Body struct {
	Template string `json:"template,omitempty"` // file, as the scenario names it; empty: inline or none
	SHA256   string `json:"sha256,omitempty"`   // of the template's text
	Size     int64  `json:"size"`               // bytes

	text  []byte // rendered, with room for each slot
	slots []slot
	key   uint64
}

// slot is a placeholder's place in the text.
type slot struct {
	at, width int
	fill      func(dst []byte, key, seed, n uint64, now time.Time)
}

// Append appends the body of the kind's n-th request, due at now, to dst.
// Equal arguments give equal bytes.
func (b *Body) Append(dst []byte, seed, n uint64, now time.Time) []byte {
	start := len(dst)
	dst = append(dst, b.text...)
	for i := range b.slots {
		s := &b.slots[i]
		s.fill(dst[start+s.at:start+s.at+s.width], b.key, seed, n, now)
	}
	return dst
}

// Fixed says that all bodies of the kind are the same bytes.
func (b *Body) Fixed() bool { return len(b.slots) == 0 }

// Compile reads a template for a kind of request. The kind's name enters the
// random values, so that two kinds of one template never send the same id.
func Compile(kind string, template []byte) (Body, error) {
	sum := sha256.Sum256(template)
	b := Body{SHA256: hex.EncodeToString(sum[:]), key: keyOf(0, "body", kind)}
	rest := string(template)
	for i := uint64(0); ; i++ {
		before, after, found := strings.Cut(rest, "{{")
		if len(b.text)+len(before) > mostBody {
			return Body{}, fmt.Errorf("the body is longer than %s", bytes(mostBody))
		}
		b.text = append(b.text, before...)
		if !found {
			break
		}
		inside, next, closed := strings.Cut(after, "}}")
		if !closed || strings.Contains(inside, "{{") {
			return Body{}, fmt.Errorf("the placeholder {{%s is never closed by }}", clip(inside))
		}
		width, fill, err := placeholder(strings.Fields(inside), i)
		if err != nil {
			return Body{}, fmt.Errorf("placeholder {{%s}}: %w", clip(inside), err)
		}
		if len(b.text)+width > mostBody {
			return Body{}, fmt.Errorf("placeholder {{%s}}: it makes the body longer than %s", clip(inside), bytes(mostBody))
		}
		b.slots = append(b.slots, slot{len(b.text), width, fill})
		b.text = append(b.text, make([]byte, width)...)
		rest = next
	}
	b.Size = int64(len(b.text))
	return b, nil
}

func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "..."
	}
	return s
}

const (
	hexDigits  = "0123456789abcdef"
	alphabet   = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" // 64, safe in JSON and URLs
	timeLayout = "2006-01-02T15:04:05.000Z"
	mostBody   = 16 << 20 // bytes
	mostRandom = 1 << 20  // characters of one placeholder
)

type filler = func(dst []byte, key, seed, n uint64, now time.Time)

// placeholder reads what stands between the braces of the i-th placeholder.
func placeholder(words []string, i uint64) (width int, fill filler, err error) {
	if len(words) == 0 {
		return 0, nil, fmt.Errorf("it is empty")
	}
	switch kind, args := words[0], words[1:]; kind {
	case "uuid":
		id, err := identity(args, i)
		return 36, fillUUID(id), err
	case "hex", "random":
		if len(args) == 0 {
			return 0, nil, fmt.Errorf("it needs a number of characters")
		}
		width, err := strconv.Atoi(args[0])
		if err != nil || width < 1 || width > mostRandom {
			return 0, nil, fmt.Errorf("%q is not a number of characters from 1 to %d", args[0], mostRandom)
		}
		id, err := identity(args[1:], i)
		if kind == "hex" {
			return width, fillFrom(hexDigits, id), err
		}
		return width, fillFrom(alphabet, id), err
	case "sequence":
		return 12, fillSequence, none(args)
	case "now":
		offset, err := offsetOf(args)
		return len(timeLayout), fillNow(offset), err
	case "unixnano":
		offset, err := offsetOf(args)
		return 19, fillNano(offset), err
	}
	return 0, nil, fmt.Errorf("unknown; there is uuid, hex N, random N, sequence, now and unixnano")
}

// identity is what sets a random value apart from the others of a body: its
// name, or its position where it has none.
func identity(args []string, i uint64) (uint64, error) {
	switch len(args) {
	case 0:
		return mix(i + 1), nil
	case 1:
		return keyOf(1, args[0]), nil
	}
	return 0, fmt.Errorf("%q is more than a name", strings.Join(args, " "))
}

func none(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("it takes nothing, not %q", strings.Join(args, " "))
	}
	return nil
}

func offsetOf(args []string) (time.Duration, error) {
	if len(args) == 0 {
		return 0, nil
	}
	d, err := time.ParseDuration(strings.Join(args, ""))
	if err != nil || d > 24*time.Hour || d < -24*time.Hour {
		return 0, fmt.Errorf("%q is not an offset such as -1.5s, of at most a day", strings.Join(args, ""))
	}
	return d, nil
}

// fillFrom writes random characters of an alphabet of 16 or 64.
func fillFrom(alphabet string, id uint64) filler {
	bits, mask := uint(4), uint64(15)
	if len(alphabet) == 64 {
		bits, mask = 6, 63
	}
	per := int(60 / bits)
	return func(dst []byte, key, seed, n uint64, _ time.Time) {
		k := mix(key ^ id ^ mix(seed))
		var word uint64
		for i := range dst {
			if i%per == 0 {
				word = draw(k+uint64(i), n)
			}
			dst[i] = alphabet[word&mask]
			word >>= bits
		}
	}
}

// fillUUID writes a UUID of version 4.
func fillUUID(id uint64) filler {
	random := fillFrom(hexDigits, id)
	return func(dst []byte, key, seed, n uint64, now time.Time) {
		random(dst, key, seed, n, now)
		dst[8], dst[13], dst[18], dst[23] = '-', '-', '-', '-'
		dst[14] = '4'
		dst[19] = "89ab"[dst[19]&3]
	}
}

func fillSequence(dst []byte, _, _, n uint64, _ time.Time) { digits(dst, n) }

func fillNow(offset time.Duration) filler {
	return func(dst []byte, _, _, _ uint64, now time.Time) {
		var room [64]byte // AppendFormat uses more than it leaves
		t := now.Add(offset).UTC().AppendFormat(room[:0], timeLayout)
		if len(t) != len(dst) { // a year of other than four digits
			t = append(t[:0], "9999-12-31T23:59:59.999Z"...)
		}
		copy(dst, t)
	}
}

func fillNano(offset time.Duration) filler {
	return func(dst []byte, _, _, _ uint64, now time.Time) {
		digits(dst, uint64(max(0, now.Add(offset).UnixNano())))
	}
}

// digits writes n in decimal, filled up with zeros in front, its last digits
// where it is too long.
func digits(dst []byte, n uint64) {
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = byte('0' + n%10)
		n /= 10
	}
}
