package traffic

import "strconv"

// tally counts how requests ended. There are few ways, and one of them has
// nearly all: a list costs less than a map, and no text for each request.
type tally []ended

// ended counts the requests that ended with a status, or for a reason where
// there was none.
type ended struct {
	status int
	reason string
	n      int64
}

// add counts one; the reason is read only where there is no status.
func (t *tally) add(status int, reason string) {
	if status != 0 {
		reason = ""
	}
	t.count(ended{status, reason, 1})
}

func (t *tally) count(more ended) {
	for i := range *t {
		if e := &(*t)[i]; e.status == more.status && e.reason == more.reason {
			e.n += more.n
			return
		}
	}
	*t = append(*t, more)
}

// merge takes in another's counts.
func (t *tally) merge(other *tally) {
	for _, e := range *other {
		t.count(e)
	}
}

// take returns the counts by status or reason, nil for none, and leaves none.
func (t *tally) take() map[string]int64 {
	if len(*t) == 0 {
		return nil
	}
	counts := make(map[string]int64, len(*t))
	for _, e := range *t {
		key := e.reason
		if e.status != 0 {
			key = strconv.Itoa(e.status)
		}
		counts[key] += e.n
	}
	*t = (*t)[:0]
	return counts
}
