package plan

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// numbers are the decimal numbers of a range: whole multiples of a power of
// ten, so that nothing about them is rounded and all are equally likely.
type numbers struct {
	low      int64 // in units of the last decimal
	span     uint64
	decimals int
	width    int // characters of the longest
}

// mostDigits is how many a number may have: all of them then are of 64 bits.
const mostDigits = 18

// numberRange reads two numbers; the one with more decimals says how many.
func numberRange(low, high string) (numbers, error) {
	r := numbers{decimals: max(decimalsOf(low), decimalsOf(high))}
	if r.decimals > mostDigits {
		return r, fmt.Errorf("%d decimals are more than %d", r.decimals, mostDigits)
	}
	a, err := r.parse(low)
	if err != nil {
		return r, err
	}
	b, err := r.parse(high)
	if err != nil {
		return r, err
	}
	if a > b {
		return r, fmt.Errorf("%s lies above %s: write the lowest number first", low, high)
	}
	r.low, r.span = a, uint64(b-a)+1
	r.width = max(r.widthOf(a), r.widthOf(b))
	return r, nil
}

func decimalsOf(text string) int {
	_, after, _ := strings.Cut(text, ".")
	return len(after)
}

func (r numbers) parse(text string) (int64, error) {
	whole, after, point := strings.Cut(text, ".")
	digits := strings.TrimPrefix(whole, "-") + after
	v, err := strconv.ParseInt(whole+after+strings.Repeat("0", r.decimals-len(after)), 10, 64)
	if err != nil || len(digits)+r.decimals-len(after) > mostDigits || point && after == "" || strings.Trim(digits, "0123456789") != "" || whole == "" || whole == "-" {
		return 0, fmt.Errorf("%q is not a number such as 250 or -0.75, of at most %d digits", text, mostDigits)
	}
	return v, nil
}

func (r numbers) widthOf(v int64) int {
	var room [24]byte
	return len(r.append(room[:0], v))
}

// append writes a number in units of the last decimal.
func (r numbers) append(dst []byte, v int64) []byte {
	var room [24]byte
	if v < 0 {
		dst, v = append(dst, '-'), -v
	}
	text := strconv.AppendInt(room[:0], v, 10)
	for n := r.decimals + 1 - len(text); n > 0; n-- {
		text = append(text, 0)
		copy(text[1:], text)
		text[0] = '0'
	}
	if r.decimals == 0 {
		return append(dst, text...)
	}
	dst = append(append(dst, text[:len(text)-r.decimals]...), '.')
	return append(dst, text[len(text)-r.decimals:]...)
}

// fillNumbers writes so many random numbers with commas between, each filled up
// to the width of the longest with spaces in front, which JSON does not see.
func fillNumbers(r numbers, count int, id uint64) filler {
	return func(dst []byte, key, seed, n uint64, _ time.Time) {
		k := mix(key ^ id ^ mix(seed))
		for i := range count {
			if i > 0 {
				dst[0] = ','
				dst = dst[1:]
			}
			r.fill(dst[:r.width], r.low+int64(below(draw(k+uint64(i), n), r.span)))
			dst = dst[r.width:]
		}
	}
}

// fill writes a number from its last digit on.
func (r numbers) fill(dst []byte, v int64) {
	u := uint64(max(v, -v))
	i := len(dst)
	for d := 0; d <= r.decimals || u > 0; d++ {
		if d == r.decimals && d > 0 {
			i--
			dst[i] = '.'
		}
		i--
		dst[i] = byte('0' + u%10)
		u /= 10
	}
	if v < 0 {
		i--
		dst[i] = '-'
	}
	for i > 0 {
		i--
		dst[i] = ' '
	}
}

// below is a number in [0, n) of 64 random bits.
func below(random, n uint64) uint64 {
	high, _ := bits.Mul64(random, n)
	return high
}
