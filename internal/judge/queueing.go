package judge

import "time"

// A beat is a minute of the traffic as its requests fared: how many were sent
// and answered well, and how long they waited, by Little's law: the requests in
// flight divided by their rate.
type beat struct {
	start          time.Time
	known          bool
	sent, answered int64
	flight         int64 // mean of those in flight at the windows' ends, thousandths
	calm           int64 // the same, had each kind waited as in its calmest minutes
	seqs           []int64
}

// Requests queue where four times as many are in flight as when the service is
// calm, and each waits half a second more. At 85 % CPU, as it is while a
// scale-out is on its way, a queue holds the double of what it does at 60 %.
const (
	queueing     = 4
	queueingWait = 500 * time.Millisecond
)

// queues says that the requests of a minute queue; one of which nothing is
// known may be such a minute.
func (b beat) queues() (sure, may bool) {
	if !b.known {
		return false, true
	}
	more := b.flight - b.calm
	yes := b.sent > 0 && b.flight >= queueing*b.calm && more*int64(time.Minute/time.Millisecond) >= b.sent*1000*int64(queueingWait/time.Millisecond)
	return yes, yes
}

// wait is how long a request of the minute waits on average.
func (b beat) wait() time.Duration {
	return time.Duration(b.flight) * (time.Minute / 1000) / time.Duration(max(b.sent, 1))
}

// calmBlock is how many minutes are taken together for what a kind of request
// waits in calm, and calmCount how many requests they must hold.
const (
	calmBlock = 5
	calmCount = 30
)

// kindBeat is a kind's part of a minute.
type kindBeat struct {
	sent   int64
	flight int64 // thousandths, as above
}

// beats are the minutes of the traffic. Kinds are told apart since a stage may
// send more of a slow one. From a hole in the windows on nothing is known: what
// was in flight behind it is not told by kind.
func (f *facts) beats() []beat {
	var list []beat
	var kinds [][]kindBeat // of each minute, by the plan's kinds
	index := map[string]int{}
	for i, k := range f.plan.Kinds {
		index[k.Name] = i
	}
	flight := make([]int64, len(index))
	sure := true
	for t := f.from; !t.Add(time.Minute).After(f.to); t = t.Add(time.Minute) {
		b, of := beat{start: t}, make([]kindBeat, len(index))
		w := f.windowsIn(t, t.Add(time.Minute))
		sure = sure && covered(w, t, t.Add(time.Minute))
		for _, x := range w {
			for _, k := range x.Kinds {
				i, ok := index[k.Kind]
				if !ok {
					continue
				}
				of[i].sent += k.Sent
				flight[i] += k.Sent
				for _, n := range k.Completed {
					flight[i] -= n
					b.answered += n
				}
				for _, n := range k.Failed {
					b.answered -= n
				}
			}
			for i := range of {
				of[i].flight += max(flight[i], 0) * 1000
			}
			b.seqs = append(b.seqs, x.seq)
		}
		for i := range of {
			of[i].flight /= int64(max(len(w), 1))
			b.sent, b.flight = b.sent+of[i].sent, b.flight+of[i].flight
		}
		b.known = sure
		list, kinds = append(list, b), append(kinds, of)
	}
	calms(list, kinds)
	return list
}

// calms works out what would be in flight in calm.
func calms(list []beat, kinds [][]kindBeat) {
	if len(kinds) == 0 {
		return
	}
	for k := range kinds[0] {
		sent, flight := calmest(list, kinds, k)
		for i := range list {
			if sent > 0 {
				list[i].calm += kinds[i][k].sent * flight / sent
			}
		}
	}
}

// calmest is the block of minutes in which a kind waited least: its requests,
// and the sum of those in flight. Of a kind that is rare it is the whole run.
func calmest(list []beat, kinds [][]kindBeat, k int) (sent, flight int64) {
	better := func(s, fl int64) bool { return sent == 0 || fl*sent < flight*s }
	var allSent, allFlight int64
	for i := range list {
		if !list[i].known {
			break
		}
		allSent, allFlight = allSent+kinds[i][k].sent, allFlight+kinds[i][k].flight
		var s, fl int64
		for j := max(i-calmBlock+1, 0); j <= i; j++ {
			s, fl = s+kinds[j][k].sent, fl+kinds[j][k].flight
		}
		if i+1 >= calmBlock && s >= calmCount && better(s, fl) {
			sent, flight = s, fl
		}
	}
	if sent == 0 {
		return allSent, allFlight
	}
	return sent, flight
}
