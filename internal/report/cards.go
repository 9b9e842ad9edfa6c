package report

import (
	"fmt"
	"math"
	"time"

	"scaleproof/internal/judge"
)

// card is one number that a reader looks for first.
type card struct{ Name, Value, Note string }

// cards are the run in a handful of numbers, each read off a panel but those
// that the judge works out.
func cards(p Panels, v judge.Verdict) []card {
	list := []card{{"Length", clockText(p.To), "service time since traffic began"}}
	if p.Watched() {
		list = append(list, scalingCards(p)...)
	}
	list = append(list,
		peak("Slowest p99", p.Panel(PanelLatency).Line("p99"), p, milliseconds),
		seenOr(p.Panel(PanelErrors), card{"Failed requests", number(total(p.Panel(PanelErrors).Line("failed"))), number(total(p.Panel(PanelErrors).Line("unsent"))) + " could not be sent"}))
	if p.Watched() {
		list = append(list, figureCards(v.Figures)...)
	}
	if v.Divergence != nil {
		list = append(list, divergenceCard(v.Divergence))
	}
	return list
}

// scalingCards are of the service that was watched.
func scalingCards(p Panels) []card {
	tasks := p.Panel(PanelTasks)
	return []card{
		seenOr(tasks, card{"Scaling orders", orders(p.Marks), "more and fewer tasks"}),
		seenOr(tasks, firstOut(p)),
		seenOr(tasks, card{"Running tasks", reach(tasks.Line("running"), 0, p.To), "least and most"}),
		peak("Highest CPU average", p.Panel(PanelCPU).Line("average"), p, func(v float64) string { return number(math.Round(v)) + " %" }),
		peak("Highest requests per target", p.Panel(PanelRequests).Line("requests per target"), p, func(v float64) string { return number(math.Round(v)) + " /min" }),
	}
}

// figureCards are the judge's figures; not seen where it has none.
func figureCards(x *judge.Figures) []card {
	if x == nil {
		return []card{{Name: "Elasticity", Value: "not seen"}, {Name: "Task-hours a day", Value: "not seen"}}
	}
	return []card{
		{"Elasticity", x.Elasticity.String(), "of 100: how closely the tasks followed the load"},
		{"Task-hours a day", number(x.Cost.HoursPerDay.Float()), fmt.Sprintf("about $%s a day; %s task-hours of traffic", x.Cost.DollarsPerDay, x.Cost.TaskHours)},
	}
}

// firstOut is the first order for more tasks.
func firstOut(p Panels) card {
	for _, m := range p.Marks {
		if m.Out() && m.At >= 0 {
			return card{"First scale-out", clockText(m.At), stepText(m) + " by " + string(m.Lane) + inStage(p, m.At)}
		}
	}
	return card{"First scale-out", "none", "no order for more tasks"}
}

// seenOr gives a card up where nothing was seen of its panel: a zero that
// nobody looked at is not a zero.
func seenOr(panel Panel, c card) card {
	if len(panel.Lines) == 0 {
		return card{Name: c.Name, Value: "not seen"}
	}
	return c
}

// reach is the least and the most value of a line on a stretch, in words.
func reach(l Line, from, to time.Duration) string {
	lo, hi := extent(l, from, to)
	if same(lo, hi) {
		return number(lo)
	}
	return number(lo) + " to " + number(hi)
}

func orders(marks []Mark) string {
	out, in := 0, 0
	for _, m := range marks {
		switch {
		case m.Out():
			out++
		case !m.NotScaled && m.To < m.From:
			in++
		}
	}
	return fmt.Sprintf("%d out, %d in", out, in)
}

// peak is the highest value of a line since traffic began, and when it was.
func peak(name string, l Line, p Panels, text func(float64) string) card {
	best := Point{Value: math.Inf(-1)}
	for _, q := range l.Points {
		if q.At >= 0 && q.Value > best.Value {
			best = q
		}
	}
	if math.IsInf(best.Value, -1) {
		return card{Name: name, Value: "not seen"}
	}
	return card{name, text(best.Value), "at " + clockText(best.At) + inStage(p, best.At)}
}

func inStage(p Panels, at time.Duration) string {
	for _, s := range p.Stages {
		if at >= s.From && at < s.To {
			return ", " + s.Name
		}
	}
	return ""
}

func total(l Line) (sum float64) {
	for _, q := range l.Points {
		if !math.IsNaN(q.Value) {
			sum += q.Value
		}
	}
	return sum
}

// extent is the least and the most value of a line on a stretch, NaN where it
// has none there.
func extent(l Line, from, to time.Duration) (lo, hi float64) {
	lo, hi = math.NaN(), math.NaN()
	for i, q := range l.Points {
		ends := q.At
		if l.Hold {
			ends = to
			if i+1 < len(l.Points) {
				ends = l.Points[i+1].At - 1
			}
		}
		if ends < from || q.At >= to || math.IsNaN(q.Value) {
			continue
		}
		if math.IsNaN(lo) || q.Value < lo {
			lo = q.Value
		}
		if math.IsNaN(hi) || q.Value > hi {
			hi = q.Value
		}
	}
	return lo, hi
}
