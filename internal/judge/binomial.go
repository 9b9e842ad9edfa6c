package judge

import "math"

// binomial is the interval in which a share lies of which k of n were found in
// a sample drawn by lot, with 99 % confidence: that of Clopper and Pearson
// (Biometrika 26, 1934), which never promises more than it holds; above a
// hundred found and a hundred not found that of Wilson with the correction for
// continuity (Newcombe, Statistics in Medicine 17, 1998, method 4), which then
// differs from it by less than a thirtieth of its width and takes no sums.
// Of no sample the share may be any.
//
// Note: Wilson's for all was rejected. Of one found in many, which is where a
// limit of no failures is decided, it excludes shares under which one in nine
// samples finds one.
func binomial(n, k int64) (low, high float64) {
	switch {
	case n <= 0:
		return 0, 1
	case k > n-k:
		low, high = binomial(n, n-k)
		return 1 - high, 1 - low
	case k > mostSummed:
		return wilson(float64(n), float64(k))
	}
	high = root(func(p float64) bool { return chance(n, k, p) > tail })
	if k > 0 {
		low = root(func(p float64) bool { return chance(n, k-1, p) > 1-tail })
	}
	return low, high
}

const (
	tail       = 0.005             // the chance that the share lies beyond either end
	deviations = 2.575829303548901 // of the normal distribution, that leave this tail
	mostSummed = 100
)

// root is where a condition ends that holds from 0 on, in [0, 1].
func root(holds func(float64) bool) float64 {
	from, to := 0.0, 1.0
	for range 60 {
		if middle := (from + to) / 2; holds(middle) {
			from = middle
		} else {
			to = middle
		}
	}
	return to
}

// chance is that of at most k in n draws of chance p. Its terms are summed from
// the first, (1-p)^n, which may be smaller than any float64: all are kept as
// multiples of a power of two.
func chance(n, k int64, p float64) float64 {
	if p >= 1 {
		return 0 // k < n
	}
	const large, small = 1 << 60, 1.0 / (1 << 60)
	term, exponent := power(1-p, n)
	sum := term
	for i := range k {
		term = float64(term * (float64(n-i) / float64(i+1)) * (p / (1 - p)))
		sum += term
		for sum > large {
			term, sum, exponent = term*small, sum*small, exponent+60
		}
	}
	for ; exponent < 0 && sum > 0; exponent++ {
		sum /= 2
	}
	for ; exponent > 0; exponent-- {
		sum *= 2
	}
	return sum
}

// power is q^n, q in (0, 1], as a number in [1/2, 1] and a power of two.
func power(q float64, n int64) (fraction float64, exponent int) {
	fraction = 1
	base, shift := math.Frexp(q)
	for ; n > 0; n /= 2 {
		var by int
		if n%2 == 1 {
			fraction, by = math.Frexp(float64(fraction * base))
			exponent += shift + by
		}
		base, by = math.Frexp(float64(base * base))
		shift = 2*shift + by
	}
	return fraction, exponent
}

func wilson(n, k float64) (low, high float64) {
	const z, zz = deviations, deviations * deviations
	p := k / n
	spread := func(sign float64) float64 {
		return float64(z * math.Sqrt(zz-1/n+float64(4*k*(1-p))+float64(sign*(float64(4*p)-2))))
	}
	low = (float64(2*k) + zz - spread(1) - 1) / float64(2*(n+zz))
	high = (float64(2*k) + zz + spread(-1) + 1) / float64(2*(n+zz))
	return low, high
}
