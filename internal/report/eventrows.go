package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// events draws the rows of the scaling panel: an alarm's time in ALARM as a
// bar (the high one above, the low one below and fainter), an activity as a
// triangle that points up for more tasks and down for fewer, a predicted one as
// its outline.
type events struct{ p Panels }

// Plot is plot.Plotter.
func (e events) Plot(c draw.Canvas, plt *plot.Plot) {
	x, y := plt.Transforms(&c)
	row := map[Tone]float64{}
	for i, l := range e.p.Lanes {
		row[l.Tone] = float64(i)
	}
	for _, s := range e.p.Spans {
		i, ok := row[s.Lane]
		if !ok {
			continue
		}
		low, high, alpha := i-0.42, i-0.24, uint8(55)
		if s.High {
			low, high, alpha = i+0.24, i+0.42, 130
		}
		from, to := x(s.From.Seconds()), x(s.To.Seconds())
		c.FillPolygon(s.Lane.on(alpha), []vg.Point{{X: from, Y: y(low)}, {X: to, Y: y(low)}, {X: to, Y: y(high)}, {X: from, Y: y(high)}})
	}
	if len(e.p.Marks) == 0 {
		c.FillText(words(8.5, faintInk, false, text.XCenter, text.YCenter), c.Center(), "no scaling activity was seen")
	}
	for _, t := range e.p.Turns {
		at := vg.Point{X: x(t.At.Seconds()), Y: y(row[t.Lane])}
		c.DrawGlyph(draw.GlyphStyle{Color: t.Lane.on(255), Radius: 3.4, Shape: shapeOf(t)}, at)
		c.FillText(words(7, ink, false, text.XLeft, text.YCenter), vg.Point{X: at.X + markRadius + 2, Y: at.Y}, t.Says())
	}
	for _, m := range e.p.Ghosts {
		c.StrokeLines(draw.LineStyle{Color: m.Lane.on(170), Width: 0.8}, triangle(m, vg.Point{X: x(m.At.Seconds()), Y: y(row[m.Lane])}))
	}
	for i, m := range e.p.Marks {
		at := vg.Point{X: x(m.At.Seconds()), Y: y(row[m.Lane])}
		drawMark(c, m, at)
		if m.NotScaled {
			continue
		}
		free := func(j int, room float64) bool {
			return j < 0 || j >= len(e.p.Marks) || math.Abs(float64(x(e.p.Marks[j].At.Seconds())-at.X)) > room
		}
		sty := words(7, ink, false, text.XLeft, text.YCenter)
		switch {
		case free(i+1, labelWidth):
			c.FillText(sty, vg.Point{X: at.X + markRadius + 2, Y: at.Y}, stepText(m))
		case free(i-1, 2*labelWidth):
			sty.XAlign = text.XRight
			c.FillText(sty, vg.Point{X: at.X - markRadius - 2, Y: at.Y}, stepText(m))
		}
	}
}

// shapeOf is a cross where a policy went, and a plus where it came back.
func shapeOf(t Turn) draw.GlyphDrawer {
	if t.Removed {
		return draw.CrossGlyph{}
	}
	return draw.PlusGlyph{}
}

// Sizes of a mark and its label, in points. A label that would run into the
// next mark goes to the left, or is left out: the table has it.
const (
	markRadius = 4.2
	labelWidth = 30
)

func drawMark(c draw.Canvas, m Mark, at vg.Point) {
	if m.NotScaled {
		c.DrawGlyph(draw.GlyphStyle{Color: m.Lane.on(120), Radius: 2.2, Shape: draw.RingGlyph{}}, at)
		return
	}
	c.FillPolygon(m.Lane.on(255), triangle(m, at))
}

// triangle is the closed outline of an order.
func triangle(m Mark, at vg.Point) []vg.Point {
	const r = markRadius
	tip := vg.Length(r)
	if m.To < m.From {
		tip = -r
	}
	corner := vg.Point{X: at.X - r, Y: at.Y - tip*0.8}
	return []vg.Point{corner, {X: at.X + r, Y: at.Y - tip*0.8}, {X: at.X, Y: at.Y + tip}, corner}
}

// stepText writes an activity's step: 1→2.
func stepText(m Mark) string {
	if m.From == 0 {
		return "→" + number(float64(m.To))
	}
	return number(float64(m.From)) + "→" + number(float64(m.To))
}
