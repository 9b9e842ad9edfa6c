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
		if c.Error == "" && !c.at.Before(f.from) && c.seq > f.stages[0].seq && c.at.Before(f.to) {
			found = append(found, drift{after: c.at, seen: c.at, what: "the run itself made " + c.what(), seq: c.seq})
		}
	}
	return found
}

// runComplete answers whether the run told its story to the end.
func runComplete(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "the run ends by itself", Measured: timeline.EndComplete}
	switch {
	case f.from.IsZero():
		r.Answer, r.Measured = Inconclusive, "no traffic"
		r.Explanation = "The timeline ends before the first stage began, so nothing was tested; see how the run was refused and start it again."
	case f.ended == nil:
		r.Answer, r.Measured = Inconclusive, "cut off "+f.when(f.horizon)
		r.Explanation = "The timeline ends " + f.when(f.horizon) + " without run.ended, as after a crash; restore what it changed and run it again."
	case f.ended.Outcome != timeline.EndComplete:
		r.Answer, r.Measured = Inconclusive, f.ended.Outcome
		r.Explanation = "The run was " + f.ended.Outcome
		if f.ended.Reason != "" {
			r.Explanation += " (" + f.ended.Reason + ")"
		}
		r.Explanation += ", so what it did not get to is not proven; remove the cause and run it again."
	case f.stop != nil:
		r.Answer = Inconclusive
		r.Explanation = "A safety rule stopped the traffic (" + f.stop.Rule + "), though the run says that it came to its end; the one or the other is not so."
	case f.unmade(false) != nil:
		c := f.unmade(false)
		r.Answer, r.Measured = Inconclusive, c.what()+" was given up"
		r.Evidence = append(r.Evidence, c.seq)
		r.Explanation = "The run gave up " + c.what() + " (" + c.Error + "), though it says that it came to its end; remove the cause and run it again."
	}
	if f.endedSeq != 0 {
		r.Evidence = append(r.Evidence, f.endedSeq)
	}
	if f.stop != nil {
		r.Evidence = append(r.Evidence, f.stopSeq)
		r.Measured += ": " + f.stop.Rule + ", " + f.stop.Measured
	}
	return []Result{r}
}

// runRestored answers whether the run left things as it found them.
func runRestored(f *facts) []Result {
	r := Result{Answer: Pass, Expected: "all changes undone", Measured: "undone"}
	switch {
	case f.ended == nil:
		r.Answer, r.Measured = Inconclusive, "not told"
		r.Explanation = "The run ended before it said whether it restored what it changed; run `validate restore` on its folder."
	case !f.ended.Restored:
		r.Answer, r.Measured = Fail, "not undone"
		r.Explanation = "What the run changed could not be restored; run `validate restore` on its folder now, since the service still stands with the test's policies."
	case f.unmade(true) != nil:
		c := f.unmade(true)
		r.Answer, r.Measured = Inconclusive, c.what()+" was given up"
		r.Explanation = "The run gave up " + c.what() + " (" + c.Error + ") while it restored, though it says that all stands as before; the one or the other is not so, so look at the service, and run `validate restore` on its folder."
	}
	if f.endedSeq != 0 {
		r.Evidence = []int64{f.endedSeq}
	}
	return []Result{r}
}
