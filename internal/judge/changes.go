package judge

import (
	"time"

	"scaleproof/internal/timeline"
)

// change is one change of the run's own.
type change struct {
	timeline.Changed
	at  time.Time
	seq int64
}

func (c change) what() string {
	if c.Change.Policy != nil {
		return string(c.Change.Op) + " of " + c.Change.Policy.Name
	}
	return string(c.Change.Op)
}

// unmade is the first change, to apply or to undo, that was given up and not
// made later; nil where there is none.
func (f *facts) unmade(undo bool) *change {
	for i, c := range f.changes {
		if c.Error == "" || c.Undo != undo {
			continue
		}
		made := false
		for _, d := range f.changes[i+1:] {
			made = made || d.Error == "" && d.Undo == undo && d.what() == c.what()
		}
		if !made {
			return &f.changes[i]
		}
	}
	return nil
}

// meddling lists, as drifts, what the run itself changed while traffic flowed.
// A change at the very instant of the first stage came before it where its
// line does.
func (f *facts) meddling() (found []drift) {
	for _, c := range f.changes {
		if c.Error == "" && !c.at.Before(f.from) && c.seq > f.stages[0].seq && c.at.Before(f.to) && !f.rollback(c) {
			found = append(found, drift{after: c.at, seen: c.at, what: "the run itself made " + c.what(), seq: c.seq})
		}
	}
	return found
}
