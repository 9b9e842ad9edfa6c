package report

import (
	"time"

	"scaleproof/internal/judge"
)

// waterfall is one action's legs, on one axis.
type waterfall struct {
	Title    string
	From, To string // the ends of the axis: a time of day (UTC), and how long it is
	Bars     []bar
}

// bar is one leg. Places are thousandths of the axis, at which the template
// draws: as attributes, since the page's policy allows no style in line.
type bar struct {
	Name, Says   string
	X, Sure      int64 // where it begins, and for how long it lasted for certain
	Open, Width  int64 // where what two looks leave open begins, and how wide it is
	Budget       int64 // where it ends; drawn only of a leg that is judged
	Judged, Over bool  // over: it took longer, or may have
}

// waterfalls are drawn of the actions that have legs.
func waterfalls(actions []judge.Action) (list []waterfall) {
	for _, a := range actions {
		if len(a.Legs) > 0 {
			list = append(list, waterfallOf(a))
		}
	}
	return list
}

func waterfallOf(a judge.Action) waterfall {
	from, to := a.Legs[0].From, a.Legs[0].From
	for _, l := range a.Legs {
		if l.From.Before(from) {
			from = l.From
		}
		if end := l.From.Add(time.Duration(max(l.Most, l.Budget))); end.After(to) {
			to = end // budgets lie on the axis too
		}
	}
	whole := max(to.Sub(from), time.Second)
	at := func(t time.Time, more judge.Seconds) int64 {
		return int64(t.Add(time.Duration(more)).Sub(from) * 1000 / whole)
	}
	w := waterfall{Title: a.String(), From: from.UTC().Format("15:04:05Z"), To: "+" + judge.Seconds(whole).String()}
	for _, l := range a.Legs {
		b := bar{Name: l.Name, Says: l.Took(), X: at(l.From, 0), Open: at(l.From, l.Least), Judged: l.Judged()}
		// What took no time is a hair's breadth and not nothing.
		b.Sure = max(b.Open-b.X, 2)
		b.Width = max(at(l.From, l.Most)-b.Open, 0)
		if b.Judged {
			b.Budget, b.Over = at(l.From, l.Budget), l.Most > l.Budget
			b.Says += " of " + l.Budget.String()
		}
		switch {
		case b.Over && l.Least > l.Budget:
			b.Says += ", over"
		case b.Over:
			b.Says += ", perhaps over"
		}
		w.Bars = append(w.Bars, b)
	}
	return w
}
