package model

import "math/bits"

// send makes the next request of a traffic, and orders the one after it.
func (w *World) send(h *happening) {
	t := h.Traffic
	if h.request.Path == "" { // it begins
		w.log("happening traffic %s %s every=%s", t.Method, t.Path, t.Every)
		h.request = Request{Method: t.Method, Path: t.Path, Body: t.Body}
		h.next, h.until = w.now, w.now+int64(t.For)
		if !t.Uniform {
			h.next += w.gap(h)
		}
	} else {
		h.request.Number = others | h.n<<40 | h.sent
		h.sent++
		h.next += w.gap(h)
		w.arrive(&h.request)
	}
	if t.For > 0 && h.next >= h.until {
		w.log("happening traffic %s %s ends", t.Method, t.Path)
		return
	}
	w.push(h.next, evHappen, uint32(h.n), 0)
}

// gap is the time from one request of a traffic to the next.
func (w *World) gap(h *happening) int64 {
	every := int64(h.Traffic.Every)
	if h.Traffic.Uniform {
		return every
	}
	hi, lo := bits.Mul64(exponential(w.draw(drawArrival, h.n, h.sent)), uint64(every))
	return int64(hi<<(64-expBits) | lo>>expBits)
}

// expBits is how many bits of what exponential returns are its fraction.
const expBits = 24

// exponential makes of an even draw one whose distribution is exponential,
// with the mean 1: it is -ln(u / 2^64). The logarithm's bits come from
// squaring, in integers, so that it is the same on every machine.
func exponential(u uint64) uint64 {
	u |= 1
	z := bits.LeadingZeros64(u)
	m := u << z // from 1 to 2, with 63 bits of fraction
	log := uint64(0)
	for range expBits {
		hi, lo := bits.Mul64(m, m)
		log <<= 1
		if hi>>63 != 0 { // the square is 2 or more
			log |= 1
			m = hi
		} else {
			m = hi<<1 | lo>>63
		}
	}
	const ln2 = 2977044471 // x 2^32
	hi, lo := bits.Mul64(uint64(z+1)<<expBits-log, ln2)
	return hi<<32 | lo>>32
}
