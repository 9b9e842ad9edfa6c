package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

// minute is one minute of the load balancer's own counts of answers with 5xx,
// and of what clients saw in it.
type minute struct {
	start, end time.Time
	told       bool  // its counts were published, or are 0
	late       bool  // they were not, and may not have been yet
	target     int64 // by the service's targets
	balancer   int64 // by the load balancer itself, of whatever service
	// seen is what clients may have seen of them: answers with 5xx, and
	// requests that they gave up, ten seconds to either side too, since the
	// two do not count at one instant.
	seen              int64
	failed, completed int64 // in the windows that begin in it
	answered5xx       int64 // those of completed
	seqs              []int64
}

// unseen is how many 5xx no client of the run can have seen: of the service's
// targets, and of the load balancer too, which others share.
func (m minute) unseen() (least, most int64) {
	return max(m.target-m.seen, 0), max(m.target+m.balancer-m.seen, 0)
}

// minutes lists those that lie in the traffic, in order. The request count is
// published for every minute, 5xx only where there are any. [D]
func (f *facts) minutes() (list []minute) {
	const border = 10 * time.Second
	for t := f.from.Truncate(time.Minute); t.Before(f.to); t = t.Add(time.Minute) {
		m := minute{start: t, end: t.Add(time.Minute)}
		m.told = hasPoint(f.begun(timeline.KeyRequests, m.start, m.start), m.start)
		m.late = !m.told && m.end.Add(publication+2*time.Minute).After(f.horizon)
		for _, x := range []struct {
			key string
			n   *int64
		}{{timeline.KeyTarget5xx, &m.target}, {timeline.KeyELB5xx, &m.balancer}} {
			for _, p := range f.begun(x.key, m.start, m.start) {
				*x.n += max(hundredths(p.value)/100, 0)
				m.told = true
				m.seqs = append(m.seqs, p.seq)
			}
		}
		around := sum(f.touching(m.start.Add(-border), m.end.Add(border)), nil)
		own := sum(f.windowsIn(m.start, m.end), nil)
		m.seen = around.with5xx() + around.unanswered
		m.failed, m.completed, m.answered5xx = own.failed, own.completed, own.with5xx()
		list = append(list, m)
	}
	return list
}

// with5xx counts the answers with a status of 500 and above.
func (s sums) with5xx() (n int64) {
	for class, k := range s.ended {
		if isStatus(class) && class[0] == '5' {
			n += k
		}
	}
	return n
}
