package judge

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// diverge compares a run with its prediction; nil for a bare `loadgen run`,
// which predicts nothing.
func (f *facts) diverge(events []timeline.Event) *Divergence {
	if f.loadOnly {
		return nil
	}
	p, why := timeline.Foretold(events)
	if p == nil {
		return &Divergence{Absent: why}
	}
	if len(f.rates) > 0 {
		return &Divergence{Absent: "the rate was changed while the run went on, so its load is not the one that was predicted"}
	}
	d := compare(*p, f.course)
	end := f.from.Add(time.Duration(d.Length))
	for _, h := range f.holes(timeline.PartService, f.from, end) {
		d.Unseen += Seconds(earlier(h.to, end).Sub(later(h.from, f.from)))
	}
	return &d
}

// compare compares what came with what was predicted.
func compare(p timeline.Prediction, got timeline.Course) Divergence {
	want, length := p.Course, max(min(p.Course.Length, got.Length), 0)
	want.Orders, got.Orders = until(want.Orders, length), until(got.Orders, length)
	d := Divergence{
		Length: Seconds(length), Worlds: len(p.Seeds),
		Desired: apart(want.Desired, got.Desired, p.Band.Desired, length),
		Running: apart(want.Running, got.Running, p.Band.Running, length),
		Largest: largest(want.Desired, got.Desired, length),
		Actions: actions(want, got, p.Band),
	}
	for _, a := range d.Actions {
		if a.By != "" {
			d.Missing += max(a.Predicted-a.Observed, 0)
			d.Extra += max(a.Observed-a.Predicted, 0)
		}
	}
	d.tell()
	return d
}

// until are the orders before the end of what is compared.
func until(orders []timeline.Order, length time.Duration) (list []timeline.Order) {
	for _, o := range orders {
		if o.At < length {
			list = append(list, o)
		}
	}
	return list
}

func apart(want, got timeline.Curve, band timeline.Range, length time.Duration) Area {
	over, under := timeline.Between(want, got, length)
	above, _ := timeline.Between(band.Most, got, length)
	_, below := timeline.Between(band.Least, got, length)
	return Area{
		Predicted: Seconds(want.Area(length)), Observed: Seconds(got.Area(length)),
		Size: Seconds(over + under), Balance: Seconds(over - under),
		// Where chance takes tasks away, the prediction itself may lie outside the
		// other worlds' band: a run that is on it has not left what was predicted.
		Outside: Seconds(min(above+below, over+under)),
	}
}

func largest(want, got timeline.Curve, length time.Duration) (most Apart) {
	timeline.Along(length, func(from, _ time.Duration) {
		w, known := want.At(from)
		g, also := got.At(from)
		if n := g - w; known && also && max(n, -n) > max(most.Tasks, -most.Tasks) {
			most = Apart{n, Seconds(from)}
		}
	}, want, got)
	return most
}

// actions compares the orders, of each direction all together and then by
// cause.
func actions(want, got timeline.Course, band timeline.Band) (list []Orders) {
	for _, direction := range []string{timeline.Out, timeline.In} {
		var causes []string
		for _, o := range slices.Concat(want.Orders, got.Orders) {
			if o.Direction() == direction && !slices.Contains(causes, o.By) {
				causes = append(causes, o.By)
			}
		}
		slices.Sort(causes)
		if len(causes) > 0 {
			causes = append([]string{""}, causes...)
		}
		for _, by := range causes {
			list = append(list, action(direction, by, want, got, band))
		}
	}
	return list
}

func action(direction, by string, want, got timeline.Course, band timeline.Band) Orders {
	a := Orders{Direction: direction, By: by, Predicted: orderedBy(want.Orders, direction, by), Observed: orderedBy(got.Orders, direction, by)}
	expected, predicted := want.FirstOrder(direction, by)
	first, observed := got.FirstOrder(direction, by)
	if predicted {
		a.Expected = seconds(expected.At)
	}
	if observed {
		a.First = seconds(first.At)
	}
	if predicted && observed {
		a.Late = seconds(first.At - expected.At)
	}
	if f, ok := band.First(direction, by); ok {
		a.Worlds, a.Earliest, a.Latest = f.Courses, seconds(f.Earliest), seconds(f.Latest)
	}
	return a
}

func seconds(d time.Duration) *Seconds {
	s := Seconds(d)
	return &s
}

func orderedBy(orders []timeline.Order, direction, by string) (n int) {
	for _, o := range orders {
		if o.Direction() == direction && (by == "" || o.By == by) {
			n++
		}
	}
	return n
}
