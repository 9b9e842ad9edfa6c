package plan

import "time"

// TraceparentSize is how long a traceparent is, in bytes.
const TraceparentSize = 55

// AppendTraceparent appends the traceparent (W3C Trace Context) of the request
// of a number that is due at an instant, and nothing where the request is not
// among the share that has one. It follows from the seed, the number and the
// second in which the request is due, so that a trace found in the service's
// tracing leads back to the schedule.
//
// The trace's id begins with that second, as AWS X-Ray's do: a scenario that is
// run twice would otherwise send the same ids again, and two runs' traces would
// lie on top of each other. The other 96 bits and the parent's id are drawn.
func (p *Plan) AppendTraceparent(dst []byte, number uint64, due time.Time) []byte {
	if p.Traceparent <= 0 {
		return dst
	}
	key := mix(p.Seed ^ traceSalt)
	if unit(draw(key, number)) > p.Traceparent {
		return dst
	}
	dst = append(dst, "00-"...)
	dst = appendHex(dst, uint64(due.Unix()), 8)
	dst = appendHex(dst, draw(key^1, number), 8)
	dst = appendHex(dst, notZero(draw(key^2, number)), 16)
	dst = append(dst, '-')
	dst = appendHex(dst, notZero(draw(key^3, number)), 16)
	return append(dst, "-01"...)
}

// traceSalt sets the draws of traces apart from all others. It is a number, and
// not a name as the others' keys have: each request asks, and hashing a name took
// as long as the rest.
const traceSalt = 0x7472616365706172

// notZero is for ids, of which the one that is all zeros is none.
func notZero(id uint64) uint64 { return max(id, 1) }

// appendHex appends the lowest so many hexadecimal digits of a number.
func appendHex(dst []byte, v uint64, width int) []byte {
	for at := width - 1; at >= 0; at-- {
		dst = append(dst, hexDigits[v>>(4*at)&0xf])
	}
	return dst
}
