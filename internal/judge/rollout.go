package judge

import "time"

// rolling is a deployment while it goes on, by ECS's own times of it.
type rolling struct {
	since time.Time
	over  time.Time // zero where it was not seen to end
	seen  time.Time // when its end was learnt; zero as over
}

// rollouts are the deployments that went on while the run watched, in the
// order in which they ended.
func (f *facts) rollouts() (list []rolling) {
	going := map[string]time.Time{} // by deployment, since when
	var open []string               // in order of their beginning
	for _, d := range f.deployments {
		since, known := going[d.id]
		switch {
		case d.rollout == "IN_PROGRESS" && !d.gone:
			if !known {
				going[d.id] = d.at
				open = append(open, d.id)
			}
		case known:
			list = append(list, rolling{since, d.at, d.seen})
			delete(going, d.id)
		}
	}
	for _, id := range open {
		if since, ok := going[id]; ok {
			list = append(list, rolling{since: since})
			delete(going, id)
		}
	}
	return list
}

// deploying says whether a deployment may have been in progress at some time
// in [from, to]: AWS switches scale-in off while one is. [D]
func (f *facts) deploying(from, to time.Time) bool {
	for _, r := range f.rollouts() {
		if !r.since.After(to) && (r.seen.IsZero() || !r.seen.Before(from)) {
			return true
		}
	}
	return false
}
