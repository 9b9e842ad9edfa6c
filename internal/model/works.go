package model

// works are the tasks that have requests on CPU, by the instant at which the
// first of those is over. It is a heap of its own, since such an instant moves
// whenever a request joins or leaves: an event for each would leave those
// behind that have come to nothing.
type works []work

type work struct {
	at   int64
	task *task
}

// nowhere is the place of a task that has no request on CPU.
const nowhere = -1

func (a work) before(b work) bool {
	return a.at < b.at || a.at == b.at && a.task.n < b.task.n
}

// set puts a task at an instant, wherever it was before.
func (h *works) set(t *task, at int64) {
	e := work{at, t}
	if t.place == nowhere {
		*h = append(*h, e)
		h.up(len(*h)-1, e)
		return
	}
	if e.before((*h)[t.place]) {
		h.up(t.place, e)
	} else {
		h.down(t.place, e)
	}
}

// remove takes a task out, if it is there.
func (h *works) remove(t *task) {
	i := t.place
	if i == nowhere {
		return
	}
	t.place = nowhere
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	if last.task != t {
		h.up(i, last)
		h.down(last.task.place, last)
	}
}

func (h works) up(i int, e work) {
	for i > 0 {
		above := (i - 1) / 4
		if !e.before(h[above]) {
			break
		}
		h[i] = h[above]
		h[i].task.place = i
		i = above
	}
	h[i], e.task.place = e, i
}

func (h works) down(i int, e work) {
	for {
		child := 4*i + 1
		if child >= len(h) {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, len(h)); c++ {
			if h[c].before(h[least]) {
				least = c
			}
		}
		if !h[least].before(e) {
			break
		}
		h[i] = h[least]
		h[i].task.place = i
		i = least
	}
	h[i], e.task.place = e, i
}
