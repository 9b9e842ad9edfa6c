package model

// kind is what an event is; where several fall on one instant the lower kind
// comes first.
type kind uint8

const (
	evWork         kind = iota + 1 // never in the heap, see works; entity: task; the CPU of one of its requests is spent
	evAnswer                       // entity: flight; the wait of a request is over
	evTimeout                      // never in the heap: the oldest request in flight has waited too long
	evCheckTimeout                 // entity: task, index: check
	evCheck                        // entity: task, index: node; its next health check is due
	evTask                         // entity: task, index: the state that it reaches
	evCrash                        // entity: task; it stops by itself
	evStrike                       // entity: fault, index: interval; a task is killed
	evStartUp                      // entity: task; its start-up uses no more CPU
	evRetry                        // entity: service; its scheduler may order tasks again
	evGiveUp                       // entity: service; its activity has gone on for too long, unless the tasks got there just now
	evSlot                         // entity: service; a slot of its metrics is over
	evPublish                      // entity: service and metric, index: slot
	evScheduled                    // entity: scheduled action; it is due, so that what alarms ask for at that instant meets its bounds
	evAlarm                        // entity: alarm; it is evaluated
	evScale                        // entity: service; alarms have called
	evHappen                       // entity: happening; somebody else's doing comes last, as inputs do
)

// event is one thing that the world will do by itself.
type event struct {
	at  int64  // ns since Start
	key uint64 // kind, entity and index, from high bits to low
}

const indexBits = 24

func makeEvent(at int64, k kind, entity uint32, index uint32) event {
	return event{at, uint64(k)<<56 | uint64(entity)<<indexBits | uint64(index)&(1<<indexBits-1)}
}

func (e event) kind() kind     { return kind(e.key >> 56) }
func (e event) entity() uint32 { return uint32(e.key >> indexBits) }
func (e event) index() uint32  { return uint32(e.key) & (1<<indexBits - 1) }

func (e event) before(f event) bool {
	return e.at < f.at || e.at == f.at && e.key < f.key
}

// events is a heap of values with four children to a node, which halves the
// levels that a pop walks.
type events []event

func (h *events) push(e event) {
	*h = append(*h, e)
	a := *h
	i := len(a) - 1
	for i > 0 {
		up := (i - 1) / 4
		if !e.before(a[up]) {
			break
		}
		a[i] = a[up]
		i = up
	}
	a[i] = e
}

func (h *events) pop() event {
	a := *h
	top := a[0]
	last := a[len(a)-1]
	a = a[:len(a)-1]
	*h = a
	if len(a) > 0 {
		sink(a, last)
	}
	return top
}

// sink puts e at the root of a and lets it down to its place.
func sink(a []event, e event) {
	i := 0
	for {
		child := 4*i + 1
		if child >= len(a) {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, len(a)); c++ {
			if a[c].before(a[least]) {
				least = c
			}
		}
		if !a[least].before(e) {
			break
		}
		a[i] = a[least]
		i = least
	}
	a[i] = e
}
