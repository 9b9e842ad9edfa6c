package report

import (
	"fmt"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/timeline"
)

// foretold says that there is a prediction to compare with.
func foretold(d *judge.Divergence) bool { return d != nil && d.Absent == "" }

// areaRows are the counts of tasks against the predicted ones, in task-seconds.
func areaRows(d *judge.Divergence) []row {
	cells := func(a judge.Area) []string {
		return []string{seconds(a.Predicted), seconds(a.Observed), seconds(a.Size), signed(a.Balance, seconds), seconds(a.Outside)}
	}
	return []row{{"desired", cells(d.Desired)}, {"running", cells(d.Running)}}
}

// actionRows are the orders against the predicted ones. The roles are those of
// the policies, by name.
func actionRows(d *judge.Divergence, roles map[string]string) (rows []row) {
	for _, a := range d.Actions {
		name := "more tasks"
		if a.Direction == timeline.In {
			name = "fewer tasks"
		}
		if role, ok := roles[a.By]; ok {
			name += ", by " + role
		} else if a.By != "" {
			name += ", by " + a.By
		}
		band, late := "–", "–"
		if a.Earliest != nil {
			band = fmt.Sprintf("%s to %s, in %d of %d", place(a.Earliest), place(a.Latest), a.Worlds, d.Worlds)
		}
		if a.Late != nil {
			late = signed(*a.Late, func(s judge.Seconds) string { return clockText(time.Duration(s)) })
		}
		rows = append(rows, row{name, []string{fmt.Sprint(a.Predicted), fmt.Sprint(a.Observed), place(a.Expected), band, place(a.First), late}})
	}
	return rows
}

func place(at *judge.Seconds) string {
	if at == nil {
		return "–"
	}
	return clockText(time.Duration(*at))
}

// signed puts a plus before what is more.
func signed(s judge.Seconds, text func(judge.Seconds) string) string {
	if s > 0 {
		return "+" + text(s)
	}
	return text(s)
}

// seconds writes a number of seconds, or task-seconds.
func seconds(s judge.Seconds) string {
	return fmt.Sprint(int64(time.Duration(s).Round(time.Second) / time.Second))
}

// divergenceCard is how far the running tasks went from the predicted ones.
func divergenceCard(d *judge.Divergence) card {
	c := card{Name: "Off the prediction"}
	switch {
	case !foretold(d):
		c.Value, c.Note = "not predicted", "why is told below"
	case d.Running.Size == 0:
		c.Value, c.Note = "0", "task-seconds; as many tasks ran as predicted"
	default:
		c.Value = seconds(d.Running.Size)
		c.Note = fmt.Sprintf("task-seconds of %s, %s of them outside the band", seconds(d.Running.Predicted), seconds(d.Running.Outside))
	}
	return c
}
