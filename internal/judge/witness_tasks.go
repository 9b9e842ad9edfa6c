package judge

import (
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// agreesWithin is how long what is told of one thing by two of AWS's services, or
// twice by one, may differ: health checks find out within a minute or two, and
// activities took 82 s at the most of those that were recorded [R].
const agreesWithin = 5 * time.Minute

// contradicted says what of a part cannot be, by what was told of another all the
// same; empty where all can.
func (f *facts) contradicted(part string) (why string, seqs []int64) {
	switch part {
	case timeline.PartTargets:
		return f.moreHealthy()
	case timeline.PartActivities:
		return f.neverDone()
	}
	return "", nil
}

// moreHealthy says that for long more targets were healthy than tasks ran.
func (f *facts) moreHealthy() (why string, seqs []int64) {
	turns := []time.Time{f.from, f.to}
	for _, s := range f.health {
		turns = append(turns, s.after, s.seen)
	}
	for _, s := range f.counts {
		turns = append(turns, s.after, s.seen)
	}
	slices.SortFunc(turns, time.Time.Compare)
	var since time.Time
	for i, t := range turns[:len(turns)-1] {
		if t.Before(f.from) || !t.Before(f.to) {
			continue
		}
		healthy, running, seqs := f.healthyAndRunning(t.Add(turns[i+1].Sub(t) / 2))
		switch {
		case healthy <= running:
			since = time.Time{}
			continue
		case since.IsZero():
			since = t
		}
		if turns[i+1].Sub(since) > agreesWithin {
			return fmt.Sprintf("From %s on, for more than %s, %s healthy and %s told to be running: the target group has tasks of others, or the counts are not this service's; compare what ECS and the load balancer list.",
				f.when(since), short(agreesWithin), plural(healthy, "target was", "targets were"), plural(running, "task was", "tasks were")), seqs
		}
	}
	return "", nil
}

// healthyAndRunning are the fewest targets that may have been healthy at t, and
// the most tasks that may have run; none and none where either was not seen.
func (f *facts) healthyAndRunning(t time.Time) (healthy, running int, seqs []int64) {
	health, counts := f.health.at(t), f.counts.at(t)
	if len(health) == 0 || len(counts) == 0 {
		return 0, 0, nil
	}
	healthy = health[0].value.Healthy
	for _, s := range health {
		healthy, seqs = min(healthy, s.value.Healthy), append(seqs, s.seq)
	}
	for _, s := range counts {
		running, seqs = max(running, s.value.Running), append(seqs, s.seq)
	}
	return healthy, running, seqs
}

// neverDone says that an activity was told to go on long after what it set the
// desired count to had come about.
func (f *facts) neverDone() (why string, seqs []int64) {
	for i, o := range f.orders {
		until := earlier(f.horizon, f.lastLook(timeline.PartActivities))
		if i+1 < len(f.orders) {
			until = earlier(until, f.orders[i+1].at)
		}
		if o.status != scaling.StatusPending && o.status != scaling.StatusInProgress || !o.at.After(f.from) {
			continue
		}
		var since time.Time
		for _, c := range f.counts {
			if c.seen.After(o.at) && c.value.Desired == o.to && c.value.Running == o.to {
				if since.IsZero() {
					since = c.seen
				}
			} else if c.seen.Before(until) {
				since = time.Time{}
			}
		}
		if !since.IsZero() && until.Sub(since) > agreesWithin {
			return fmt.Sprintf("The activity of the %s was %s to the end, though its %s ran %s: its completion was not read, so that no cooldown can be counted from it; list the service's activities, and see what they say of this one.",
				f.describe(o), o.status, tasks(o.to), f.when(since)), o.seqs
		}
	}
	return "", nil
}
