package judge

import (
	"fmt"
	"strings"
	"time"

	"scaleproof/internal/timeline"
)

// How far a run may leave the predicted band before everyone is told: a task
// for a minute and a twentieth of all, or a first order by two minutes. That
// much another draw of the delays does, of which the band knows only a few:
// alarms are evaluated once a minute, on datapoints of a minute each.
const (
	slackArea  = Seconds(time.Minute)
	slackShare = 20
	slackFirst = Seconds(2 * time.Minute)
)

// tell works out Large and Sentence.
func (d *Divergence) tell() {
	d.Large = d.Desired.large() || d.Running.large()
	var said []string
	for _, a := range d.Actions {
		if a.By == "" {
			d.Large = d.Large || a.large(d.Worlds)
			said = append(said, a.sentence()...)
		}
	}
	if d.Missing > 0 {
		said = append(said, plural(d.Missing, "predicted order did not come", "predicted orders did not come"))
	}
	if d.Extra > 0 {
		said = append(said, plural(d.Extra, "order was not predicted", "orders were not predicted"))
	}
	said = append(said, d.Running.sentence("ran")...)
	if d.Largest.Tasks != 0 {
		said = append(said, fmt.Sprintf("the desired count differed by up to %+d at %s", d.Largest.Tasks, short(time.Duration(d.Largest.At))))
	}
	switch {
	case d.Large:
		d.Sentence = "Not as predicted: " + strings.Join(said, "; ") + "."
	case len(said) > 0:
		d.Sentence = "About as predicted: " + strings.Join(said, "; ") + "."
	default:
		d.Sentence = "As predicted, in every order and every count of tasks."
	}
}

func (a Area) large() bool { return a.Outside > max(slackArea, a.Predicted/slackShare) }

func (a Area) sentence(verb string) []string {
	if a.Size == 0 {
		return nil
	}
	more, fewer := wholly(time.Duration(a.Size+a.Balance)/2), wholly(time.Duration(a.Size-a.Balance)/2)
	how := fmt.Sprintf("%d task-seconds more and %d fewer", more, fewer)
	switch {
	case fewer == 0:
		how = fmt.Sprintf("%d task-seconds more", more)
	case more == 0:
		how = fmt.Sprintf("%d task-seconds fewer", fewer)
	}
	return []string{fmt.Sprintf("%s %s than the %d predicted, %d of them outside what other delays would bring",
		how, verb, wholly(time.Duration(a.Predicted)), wholly(time.Duration(a.Outside)))}
}

// wholly is a length of time in whole seconds.
func wholly(d time.Duration) int64 { return int64(d.Round(time.Second) / time.Second) }

// large says that the first order did not come though it does in each of the
// worlds, came though it does in none, or came outside their band.
func (a Orders) large(worlds int) bool {
	switch {
	case a.First == nil:
		return a.Worlds == worlds
	case a.Worlds == 0:
		return true
	}
	return *a.First < *a.Earliest-slackFirst || *a.First > *a.Latest+slackFirst
}

func (a Orders) sentence() []string {
	what := "scale-out"
	if a.Direction == timeline.In {
		what = "scale-in"
	}
	switch {
	case a.First == nil:
		return []string{fmt.Sprintf("no %s came, and one was predicted at %s", what, a.Expected)}
	case a.Expected == nil:
		return []string{fmt.Sprintf("a %s came at %s, and none was predicted", what, a.First)}
	case *a.Late > 0:
		return []string{fmt.Sprintf("the first %s came %s late, at %s", what, a.Late, a.First)}
	case *a.Late < 0:
		early := -*a.Late
		return []string{fmt.Sprintf("the first %s came %s early, at %s", what, early, a.First)}
	}
	return nil
}
