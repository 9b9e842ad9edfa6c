package timeline

import (
	"cmp"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// Ordered is a scaling activity that set the desired count and did not fail.
// What is judged and what is compared with a prediction are the same orders.
type Ordered struct {
	scaling.Activity         // as it was last told
	From             int     // desired tasks before it; -1 where nobody saw them
	To               int     // desired tasks
	Seqs             []int64 // of the events that tell of it
}

// OrdersOf joins a timeline's activities with its counts, in order of start. An
// activity that is told of again, since it changed, is one order.
func OrdersOf(events []Event) (orders []Ordered) {
	byID := map[string]int{}
	for _, e := range events {
		d, ok := e.Data.(ActivityState)
		if !ok {
			continue
		}
		to, sets := scaling.ParseDescription(d.Activity.Description)
		if !sets {
			continue
		}
		i, known := byID[d.Activity.ID]
		if !known {
			i = len(orders)
			byID[d.Activity.ID] = i
			orders = append(orders, Ordered{})
		}
		o := &orders[i]
		o.Activity, o.To, o.Seqs = d.Activity, to, append(o.Seqs, e.Seq)
	}
	orders = slices.DeleteFunc(orders, func(o Ordered) bool { return o.Status == scaling.StatusFailed })
	slices.SortStableFunc(orders, func(a, b Ordered) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID))
	})
	for i := range orders {
		orders[i].From = desiredBefore(events, orders, i)
	}
	return orders
}

// Offset is how far the clock of a look may be behind the clock of an order: a
// machine that is told the time over a network is off by less.
const Offset = 10 * time.Second

// desiredBefore is the desired count that the i-th order found: what the order
// before it set, unless a look between the two saw another; -1 unknown. A look
// at the order's own instant may have seen its effect already, and is no help;
// nor is one shortly before it that saw what it set, since nobody orders what
// is so already: there the two clocks differ.
func desiredBefore(events []Event, orders []Ordered, i int) int {
	from, since := -1, time.Time{}
	if i > 0 {
		from, since = orders[i-1].To, orders[i-1].Start
	}
	for _, e := range events {
		c, ok := e.Data.(Counts)
		if !ok || !e.Seen.Before(orders[i].Start) || c.Desired == orders[i].To && e.Seen.After(orders[i].Start.Add(-Offset)) {
			continue
		}
		after := e.NotBefore // the change lies behind it
		if after.IsZero() {
			after = e.Seen
		}
		if i == 0 || after.After(since) {
			from = c.Desired
		}
	}
	return from
}
