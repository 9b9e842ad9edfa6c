package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is the part of a plan's arrivals that one of several generators sends:
// of each kind every Of-th. All shards of a plan together send its schedule,
// each arrival once, with the number, the instant and the body that it has
// there. The zero value is the whole.
//
// Kind by kind, and not every Of-th of the merged schedule: of two kinds that
// are evenly spaced and take turns one shard would get all of the one, and its
// arrivals would be spaced as those of neither.
type Shard struct {
	Index int `json:"index"` // from 1
	Of    int `json:"of"`    // how many there are
}

// mostShards is how many generators may share a plan: more than one person
// can begin at the same time.
const mostShards = 1000

// ParseShard reads what String writes: 2/4 is the second of four.
func ParseShard(text string) (Shard, error) {
	index, of, _ := strings.Cut(text, "/")
	i, iErr := strconv.Atoi(index)
	n, nErr := strconv.Atoi(of)
	if iErr != nil || nErr != nil || i < 1 || i > n || n > mostShards {
		return Shard{}, fmt.Errorf("%q is no shard: write 2/4 for the second of four, of at most %d", text, mostShards)
	}
	if n == 1 {
		return Shard{}, nil
	}
	return Shard{i, n}, nil
}

func (s Shard) String() string {
	if s.Of <= 1 {
		return "1/1"
	}
	return strconv.Itoa(s.Index) + "/" + strconv.Itoa(s.Of)
}

// Part is the shard's part of a rate or a number of the whole.
func (s Shard) Part(whole float64) float64 { return whole / float64(max(1, s.Of)) }

// share is the shard's part of a number of things that cannot be divided: the
// first shards have one more where it does not come out even. Of fewer than
// there are shards each has one; none is 0, which would be no limit.
func (s Shard) share(whole int) int {
	if whole == 0 || s.Of <= 1 {
		return whole
	}
	return max(1, (whole+s.Of-s.Index)/s.Of)
}

// Split is the i-th of n parts of the shard, from 0.
func (s Shard) Split(i, n int) Shard {
	if n <= 1 {
		return s
	}
	whole := Shard{max(1, s.Index), max(1, s.Of)}
	return Shard{whole.Index + i*whole.Of, n * whole.Of}
}

// has says that the n-th arrival of a kind is the shard's. The kinds begin at
// different shards, so that what is sent only once is not all sent by the first.
func (s Shard) has(kind int, n uint64) bool {
	return s.Of <= 1 || (n+uint64(kind))%uint64(s.Of) == uint64(s.Index-1)
}

// Sharded is the plan of one of several generators: its schedule is the
// shard's, and its ceiling and its connections the shard's part, so that all
// together keep to the plan's. Stages and rates stay the whole's, which the service sees. The
// receiver is not changed.
func (p *Plan) Sharded(s Shard) *Plan {
	q := *p
	q.Shard, q.Ceiling = s, s.Part(p.Ceiling)
	q.Connections.Max = s.share(p.Connections.Max)
	return &q
}
