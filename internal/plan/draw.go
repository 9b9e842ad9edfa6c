package plan

import "math"

// Draws are made by key, never in call order: the n-th value of a stream is
// the same whoever asks for it and whatever was asked before. No function of
// package math is used that an architecture may have in assembly of its own
// (Sqrt is exact everywhere); products that are added are converted, so that
// none is fused.

// mix scrambles 64 bits: Stafford's 13th variant of the MurmurHash3 finaliser.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// draw is 64 random bits of a key.
func draw(key, n uint64) uint64 {
	return mix(mix(key+0x9e3779b97f4a7c15) ^ mix(n*0x9e3779b97f4a7c15+0x632be59bd9b4e019))
}

// keyOf makes a key of a seed and names. The hash is FNV-1a.
func keyOf(seed uint64, names ...string) uint64 {
	h := mix(seed + 0x2545f4914f6cdd1d)
	for _, name := range names {
		f := uint64(0xcbf29ce484222325)
		for i := range len(name) {
			f = (f ^ uint64(name[i])) * 0x100000001b3
		}
		h = mix(h ^ f)
	}
	return h
}

// unit is a number in (0, 1], of 53 bits.
func unit(bits uint64) float64 { return float64(bits>>11+1) / (1 << 53) }

// exponential is a draw from the exponential distribution of mean 1.
func exponential(bits uint64) float64 { return -ln(unit(bits)) }

// ln is the natural logarithm of a number in (0, 1], from the series
//
//	ln m = 2 (z + z³/3 + z⁵/5 + ...),  z = (m-1)/(m+1),  m in [√½, √2)
//
// after powers of two are taken off. Twelve terms leave an error below 1e-17.
func ln(u float64) float64 {
	m, e := math.Frexp(u) // exact: m in [½, 1)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	z := (m - 1) / (m + 1)
	zz := z * z
	sum := 0.0
	for _, c := range &odds {
		sum = float64(sum*zz) + c
	}
	return float64(float64(e)*math.Ln2) + float64(2*z*sum)
}

// odds are the factors of the series, the last first.
var odds = [12]float64{1. / 23, 1. / 21, 1. / 19, 1. / 17, 1. / 15, 1. / 13, 1. / 11, 1. / 9, 1. / 7, 1. / 5, 1. / 3, 1}
