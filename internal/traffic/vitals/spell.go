package vitals

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// Spell is what happened to this process in a stretch of the machine's time.
// The zero value is of no time at all.
type Spell struct {
	Length    time.Duration
	CPU       time.Duration // used by all threads together
	GC        time.Duration // in which garbage collection stopped it
	Throttled time.Duration // held back by a CPU quota
	Waited    time.Duration // the longest that one thread waited for a processor, beyond that
	Busiest   time.Duration // the longest that one thread ran
	Gone      time.Duration // it did not run, and waited for nothing that the machine tells of
}

// Between is the spell of a length between two readings.
func Between(a, b Reading, length time.Duration, processors int) Spell {
	s := Spell{
		Length: length, CPU: b.CPU - a.CPU, GC: (b.GC - a.GC) / time.Duration(max(1, processors)),
		// Each processor on which the quota stopped threads counts, as it does of what the host took.
		Throttled: min(b.Throttled-a.Throttled, length),
	}
	for id, now := range b.Threads {
		then := a.Threads[id] // of one that is new: nothing
		s.Waited, s.Busiest = max(s.Waited, now.Waited-then.Waited), max(s.Busiest, now.Ran-then.Ran)
	}
	s.Waited = max(s.Waited, (b.Stolen-a.Stolen)/time.Duration(max(1, processors)))
	s.Waited = max(0, min(s.Waited, length)-s.Throttled) // while a quota holds a thread back, it counts as waiting
	return s
}

// saturated is the share of a spell from which on a thread, or all processors,
// were as busy as can be.
const saturated = 0.9

// shortest is what a spell must last to say how busy a thread was in it.
const shortest = 50 * time.Millisecond

// Loss is how much of a process's time went to one cause.
type Loss struct {
	Cause string
	Time  time.Duration
}

// Losses are the causes (timeline.StarvedQuota and so on) for which a process that had work to do did not do it
// in these spells, the greatest first; those that took nothing are left out.
func Losses(spells []Spell, processors int) []Loss {
	list := []Loss{
		{Cause: timeline.StarvedQuota}, {Cause: timeline.StarvedStopped}, {Cause: timeline.StarvedContention}, {Cause: timeline.StarvedSaturated},
	}
	for _, s := range spells {
		list[0].Time += s.Throttled
		list[1].Time += s.Gone
		list[2].Time += s.Waited
		if ran := max(s.Busiest, s.CPU/time.Duration(max(1, processors))); s.Length >= shortest && float64(ran) >= saturated*float64(s.Length) {
			list[3].Time += min(ran, s.Length)
		}
	}
	list = slices.DeleteFunc(list, func(l Loss) bool { return l.Time <= 0 })
	slices.SortStableFunc(list, func(a, b Loss) int { return int(max(-1, min(1, b.Time-a.Time))) })
	return list
}
