package judge

import (
	"fmt"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// unreal refuses what no look at AWS can have told: counts and datapoints below
// zero, a stage that is not the plan's, one activity under two ids. Such a line
// was altered or written wrongly, and of the others nobody knows.
func (f *facts) unreal(events []timeline.Event) error {
	ids := map[string]string{} // of activities, by all that else they say
	for _, e := range events {
		what := ""
		switch d := e.Data.(type) {
		case timeline.Counts:
			what = negative(headcount{"desired", d.Desired}, headcount{"running", d.Running}, headcount{"pending", d.Pending})
		case timeline.Health:
			what = negative(headcount{"healthy", d.Healthy}, headcount{"initial", d.Initial}, headcount{"unhealthy", d.Unhealthy}, headcount{"draining", d.Draining})
		case timeline.MetricPoint:
			if d.Value < 0 {
				what = fmt.Sprintf("tells of a datapoint of %s of %s", d.Key, number(d.Value))
			}
		case timeline.Rate:
			what = noFactor(d)
		case timeline.Stage:
			what = f.foreign(d)
		case timeline.ActivityState:
			what = doubled(ids, d.Activity)
		}
		if what != "" {
			return fmt.Errorf("judge: event %d (%s) %s: the line was altered or is of another run; judge the file as the run wrote it, or run again", e.Seq, e.Kind, what)
		}
	}
	return nil
}

// headcount is a number of tasks or targets, and of which.
type headcount struct {
	name string
	n    int
}

// negative names the first of several that is below zero.
func negative(counts ...headcount) string {
	for _, c := range counts {
		if c.n < 0 {
			return fmt.Sprintf("tells of %d %s", c.n, c.name)
		}
	}
	return ""
}

// foreign says in what a stage that begins is none of the plan's. A plan without
// stages has no traffic to judge.
func (f *facts) foreign(d timeline.Stage) string {
	if len(f.plan.Stages) == 0 {
		return ""
	}
	if d.Index < 0 || d.Index >= len(f.plan.Stages) {
		return fmt.Sprintf("begins stage %d, and the plan has %d", d.Index+1, len(f.plan.Stages))
	}
	if s := f.plan.Stages[d.Index]; s.Name != d.Name || s.For != d.For {
		return fmt.Sprintf("begins stage %s of %s, and stage %d of the plan is %s of %s", d.Name, short(d.For), d.Index+1, s.Name, short(s.For))
	}
	return ""
}

// doubled says that an activity which sets the desired count was told before under
// another id: that AWS gives one alone for one cause at one instant, to the
// millisecond, is taken for granted [U].
func doubled(ids map[string]string, a scaling.Activity) string {
	if _, sets := scaling.ParseDescription(a.Description); !sets || a.Start.IsZero() {
		return ""
	}
	key := a.Start.UTC().String() + a.Description + a.Cause
	if id, known := ids[key]; known && id != a.ID {
		return fmt.Sprintf("tells of activity %s, which is %s once more", a.ID, id)
	}
	ids[key] = a.ID
	return ""
}
