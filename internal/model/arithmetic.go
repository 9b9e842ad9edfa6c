package model

import "math/bits"

// ratio is a / b in millionths of a percent, rounded down.
func ratio(a, b int64) int64 {
	if b <= 0 {
		return 0
	}
	return mulDiv(a, 100*unit, b)
}

// most is what mulDiv gives at most.
const most = int64(1) << 62

// mulDiv is a x b / c without overflow of the product, rounded down, at most
// `most`. No operand is negative, and c is not zero.
func mulDiv(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(c) {
		return most
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(min(q, uint64(most)))
}

// exact says that a x b == q x d.
func exact(a, b, q, d int64) bool {
	h1, l1 := bits.Mul64(uint64(a), uint64(b))
	h2, l2 := bits.Mul64(uint64(q), uint64(d))
	return h1 == h2 && l1 == l2
}
