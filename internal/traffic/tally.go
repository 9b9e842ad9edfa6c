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
	for i := range *t {
		if e := &(*t)[i]; e.status == status && e.reason == reason {
			e.n++
			return
		}
	}
	*t = append(*t, ended{status, reason, 1})
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
