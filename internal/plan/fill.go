package plan

import "time"

const (
	hexDigits  = "0123456789abcdef"
	alphabet   = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" // 64, safe in JSON and URLs
	timeLayout = "2006-01-02T15:04:05.000Z"
)

// fillFrom writes random characters of an alphabet of 16 or 64.
func fillFrom(alphabet string, id uint64) filler {
	bits, mask := uint(4), uint64(15)
	if len(alphabet) == 64 {
		bits, mask = 6, 63
	}
	per := int(60 / bits)
	return func(dst []byte, key, seed, n uint64, _ time.Time) {
		k := mix(key ^ id ^ mix(seed))
		for i := 0; i < len(dst); i += per {
			word := draw(k+uint64(i), n)
			for j := i; j < min(i+per, len(dst)); j++ {
				dst[j] = alphabet[word&mask]
				word >>= bits
			}
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

func fillUnix(offset, unit time.Duration) filler {
	return func(dst []byte, _, _, _ uint64, now time.Time) {
		digits(dst, uint64(max(0, now.Add(offset).UnixNano()))/uint64(unit))
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
