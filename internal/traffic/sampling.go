package traffic

import "time"

// Look says how the body of an answer of a good status is dealt with.
type Look uint8

const (
	LookAll     Look = iota // it is looked at, as are all beside it
	LookSampled             // it is looked at, for itself and for those of LookNone
	LookNone                // it is not looked at
)

// Of each kind, in each window of the timeline, the first atLeast answers for
// each second of it are looked at, one and all, and no fewer. Of those beyond
// them it is one in oneIn, by lot.
//
// At 300 in a window and one in a hundred a sample says enough of what it was
// drawn from, but not of what a check asks: where none was found in a lot of
// one in eight up to 37 may be refusals, whatever the number of answers, and
// in one of a hundred 525. From 300 a second on, below which all are looked at,
// 37 are less than 1 % of any thirteen seconds.
const (
	atLeast = 300
	oneIn   = 8
)

// Sampling chooses the answers whose bodies are looked at where there are too
// many for all: on clocks that follow the wall, where reading JSON beside the
// sending would make it late. The choice depends on the number of the request
// and on how many of its kind have ended in its window, and on nothing that
// the answer says. The zero value is for windows of a second; a nil one looks at
// all. It is not safe for concurrent use: each sender has its own, and then each
// looks at its first.
//
// The first of a window and the lot are told apart, in the timeline too, since
// they stand for different things. A service that begins to refuse in the
// middle of a window refuses none of the first; taken together with the lot
// they would make half of what it refused disappear. So the first are counted
// and stand for themselves, and the lot alone stands for those that nobody
// looked at: it is drawn at one rate from all that lie beyond the first, so
// that windows can be added up and their sum is again such a sample.
type Sampling struct {
	first int64 // of a kind in a window, that are all looked at; 0: atLeast
	kinds []looked
}

// NewSampling chooses in windows of a length.
func NewSampling(window time.Duration) Sampling {
	return Sampling{first: max(atLeast, atLeast*int64(window/time.Second))}
}

// looked is how many of a kind have ended in the window seen last.
type looked struct{ window, count int64 }

// Look chooses for the answer to the request of a number, see plan.Number, of a
// kind by its index, in a window by any number that no other has. It is asked
// once for each answer of a good status to a kind whose success needs the body.
func (s *Sampling) Look(kind int, number uint64, window int64) Look {
	if s == nil {
		return LookAll
	}
	for len(s.kinds) <= kind {
		s.kinds = append(s.kinds, looked{})
	}
	k := &s.kinds[kind]
	if k.window != window {
		*k = looked{window: window}
	}
	if k.count < max(s.first, atLeast) {
		k.count++
		return LookAll
	}
	if scattered(number)%oneIn == 0 {
		return LookSampled
	}
	return LookNone
}

// scattered mixes the bits of a number, so that a service that treats every
// second or every hundredth request in its own way is seen as it is. It is the
// finaliser of SplitMix64.
func scattered(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
