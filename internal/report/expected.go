package report

import (
	"math"
	"time"

	"scaleproof/internal/timeline"
)

// Range is what several predictions span: a line of their least and one of
// their most values, at the same places.
type Range struct{ Least, Most Line }

// empty says that there is nothing to draw.
func (r Range) empty() bool { return len(r.Least.Points) == 0 || len(r.Most.Points) == 0 }

// expected is what a run's timeline says that it would be; nil where it says
// nothing of the kind.
type expected struct {
	*timeline.Prediction
	panels Panels
}

func expectedOf(events []timeline.Event, p Panels) *expected {
	if told, _ := timeline.Foretold(events); told != nil {
		return &expected{told, p}
	}
	return nil
}

// draw puts a prediction under a panel's lines.
func (e *expected) draw(panel Panel, name string, line Line, span Range) Panel {
	line.Name, line.Tone, line.Expected = name, TonePredicted, true
	if len(line.Points) > 0 {
		panel.Lines = append([]Line{line}, panel.Lines...)
	}
	panel.Range = span
	return panel
}

// tasks draws the expected running tasks: what is ordered stands among the
// scaling events.
func (e *expected) tasks(panel Panel) Panel {
	if e == nil {
		return panel
	}
	return e.draw(panel, "predicted running", e.held(e.Course.Running, e.Course.Length),
		Range{e.held(e.Band.Running.Least, e.Band.Length), e.held(e.Band.Running.Most, e.Band.Length)})
}

// metric draws an expected metric, each point in the middle of its period.
func (e *expected) metric(panel Panel, of func(timeline.Course) timeline.Samples, span func(timeline.Band) timeline.Range) Panel {
	if e == nil {
		return panel
	}
	samples, band := of(e.Course), span(e.Band)
	line := func(points []timeline.Point) (l Line) {
		for _, q := range points {
			if at := q.At + samples.Period/2; at <= e.panels.To {
				l.Points = append(l.Points, Point{at, float64(q.Value) / 1000})
			}
		}
		return l
	}
	return e.draw(panel, "predicted", line(samples.Points), Range{line(band.Least), line(band.Most)})
}

// held is a curve that ends at an instant, where the axis goes on behind it.
func (e *expected) held(c timeline.Curve, until time.Duration) Line {
	l := Line{Hold: true}
	for _, q := range c {
		if q.At < min(until, e.panels.To) {
			l.Points = append(l.Points, Point{q.At, float64(q.Value)})
		}
	}
	if len(l.Points) > 0 && until < e.panels.To {
		l.Points = append(l.Points, Point{until, math.NaN()})
	}
	return l
}

// marks are the expected orders.
func (e *expected) marks(roles map[string]string) (list []Mark) {
	if e == nil {
		return nil
	}
	for _, o := range e.Course.Orders {
		if o.At <= e.panels.To {
			list = append(list, Mark{At: o.At, Lane: laneOf(causeOf(o), roles), From: max(o.From, 0), To: o.To, Policy: o.By})
		}
	}
	return list
}
