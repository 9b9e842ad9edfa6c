package report

import (
	"image/color"
	"math"
	"slices"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// words is a style of text, in points.
func words(size vg.Length, c color.Color, bold bool, x text.XAlignment, y text.YAlignment) text.Style {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return text.Style{Color: c, Font: f, XAlign: x, YAlign: y, Handler: plot.DefaultTextHandler}
}

// backdrop draws the stages' bands and the scaling events' hairlines, with
// the stages' names above where the panel is the uppermost.
type backdrop struct {
	p     Panels
	names bool
}

// Plot is plot.Plotter.
func (b backdrop) Plot(c draw.Canvas, plt *plot.Plot) {
	x, _ := plt.Transforms(&c)
	for i, s := range b.p.Stages {
		from, to := x(s.From.Seconds()), x(s.To.Seconds())
		if i%2 == 0 {
			c.FillPolygon(bandInk, []vg.Point{{X: from, Y: c.Min.Y}, {X: to, Y: c.Min.Y}, {X: to, Y: c.Max.Y}, {X: from, Y: c.Max.Y}})
		}
		if b.names {
			sty := words(7.5, faintInk, false, text.XCenter, text.YBottom)
			name := fit(s.Name, sty, to-from)
			c.FillText(sty, vg.Point{X: (from + to) / 2, Y: c.Max.Y + headRoom}, name)
		}
	}
	for _, m := range b.p.Marks {
		if m.NotScaled {
			continue
		}
		at := x(m.At.Seconds())
		c.StrokeLines(draw.LineStyle{Color: m.Lane.on(110), Width: 0.6},
			[]vg.Point{{X: at, Y: c.Min.Y}, {X: at, Y: c.Max.Y}})
	}
}

// fit shortens a name to a width, or leaves it out.
func fit(s string, sty text.Style, width vg.Length) string {
	runes := []rune(s)
	for n := len(runes); n > 0; n-- {
		t := string(runes[:n])
		if n < len(runes) {
			t += "…"
		}
		if sty.Width(t) <= width-2 {
			return t
		}
	}
	return ""
}

// headRoom is the height of the line above a panel in which its title and
// its legend stand.
const headRoom = 15

// heading writes the panel's title and, at its right, the legend.
type heading struct {
	panel    Panel
	foretold bool // there are predicted orders
}

// Plot is plot.Plotter.
func (h heading) Plot(c draw.Canvas, _ *plot.Plot) {
	y := c.Max.Y + 4
	title := words(8.5, ink, true, text.XLeft, text.YBottom)
	c.FillText(title, vg.Point{X: c.Min.X, Y: y}, h.panel.Title)
	h.aside(c, vg.Point{X: c.Min.X + title.Width(h.panel.Title) + 6, Y: y})
	sty := words(7.5, ink, false, text.XRight, text.YBottom)
	right := c.Max.X
	for i := len(h.panel.Lines) - 1; i >= 0; i-- {
		l := h.panel.Lines[i]
		if l.Limit {
			continue
		}
		c.FillText(sty, vg.Point{X: right, Y: y}, l.Name)
		right -= sty.Width(l.Name) + 4
		sty := draw.LineStyle{Color: l.Tone.on(255), Width: 2.2}
		if l.Expected {
			c.FillPolygon(l.Tone.on(spanAlpha), []vg.Point{{X: right - 9, Y: y + 0.5}, {X: right, Y: y + 0.5}, {X: right, Y: y + 6.5}, {X: right - 9, Y: y + 6.5}})
			sty.Dashes, sty.Width = dots, 1.3
		}
		c.StrokeLines(sty, []vg.Point{{X: right - 9, Y: y + 3.5}, {X: right, Y: y + 3.5}})
		right -= 9 + 10
	}
}

// aside writes the unit behind the title, or how to read the signs.
func (h heading) aside(c draw.Canvas, at vg.Point) {
	unit := h.panel.Unit
	if h.panel.ID == PanelScaling && unit == "" {
		unit = "up: more tasks, down: fewer, ring: asked for, not scaled; bars: high alarm (above), low alarm (below) in ALARM"
		if h.foretold {
			unit = "up: more tasks, down: fewer, outline: predicted, ring: not scaled; bars: high (above), low alarm (below) in ALARM"
		}
	}
	c.FillText(words(7.5, faintInk, false, text.XLeft, text.YBottom), at, unit)
}

// dots are the dashes of what was predicted, and spanAlpha the opacity of what
// predictions span.
var dots = []vg.Length{1.6, 1.8}

const spanAlpha = 58

// swath fills what predictions span.
type swath struct {
	of  Range
	end float64
}

// Plot is plot.Plotter.
func (s swath) Plot(c draw.Canvas, plt *plot.Plot) {
	if s.of.empty() {
		return
	}
	x, y := plt.Transforms(&c)
	least, most := pieces(s.of.Least, s.end), pieces(s.of.Most, s.end)
	for i := range min(len(least), len(most)) {
		slices.Reverse(most[i])
		var outline []vg.Point
		for _, p := range slices.Concat(least[i], most[i]) {
			outline = append(outline, vg.Point{X: x(p[0]), Y: y(p[1])})
		}
		c.FillPolygon(TonePredicted.on(spanAlpha), c.ClipPolygonXY(outline))
	}
}

// series draws a line, in pieces where it has gaps.
type series struct {
	line Line
	end  float64 // seconds: how far a value that holds goes on
}

// Plot is plot.Plotter.
func (s series) Plot(c draw.Canvas, plt *plot.Plot) {
	x, y := plt.Transforms(&c)
	how := palette[s.line.Tone]
	sty := draw.LineStyle{Color: s.line.Tone.on(255), Width: vg.Length(how.Width)}
	if s.line.Limit {
		sty.Dashes = []vg.Length{4, 3}
	}
	if s.line.Expected {
		sty.Dashes = dots
	}
	for _, piece := range pieces(s.line, s.end) {
		pts := make([]vg.Point, len(piece))
		for i, p := range piece {
			pts[i] = vg.Point{X: x(p[0]), Y: y(math.Max(p[1], plt.Y.Min))}
		}
		if how.Area && len(pts) > 1 {
			area := append(append([]vg.Point{}, pts...), vg.Point{X: pts[len(pts)-1].X, Y: c.Min.Y}, vg.Point{X: pts[0].X, Y: c.Min.Y})
			c.FillPolygon(s.line.Tone.on(46), c.ClipPolygonXY(area))
		}
		if len(pts) == 1 {
			c.DrawGlyph(draw.GlyphStyle{Color: sty.Color, Radius: 1.5, Shape: draw.CircleGlyph{}}, pts[0])
			continue
		}
		c.StrokeLines(sty, c.ClipLinesXY(pts)...)
	}
	if s.line.Limit {
		s.label(c, plt)
	}
}

// label writes a limit's name and value into the right margin, at its height.
func (s series) label(c draw.Canvas, plt *plot.Plot) {
	_, y := plt.Transforms(&c)
	last := s.line.Points[len(s.line.Points)-1]
	for i := len(s.line.Points) - 1; i > 0 && math.IsNaN(last.Value); i-- {
		last = s.line.Points[i-1]
	}
	if math.IsNaN(last.Value) || last.Value > plt.Y.Max {
		return
	}
	sty := words(7.5, faintInk, false, text.XLeft, text.YCenter)
	c.FillText(sty, vg.Point{X: c.Max.X + 5, Y: y(last.Value)}, fit(s.line.Name+" "+number(last.Value), sty, rightMargin-5))
}

// pieces cuts a line at its gaps and turns values that hold into steps.
func pieces(l Line, end float64) [][][2]float64 {
	var all [][][2]float64
	var piece [][2]float64
	for _, p := range l.Points {
		at := p.At.Seconds()
		if l.Hold && len(piece) > 0 {
			piece = append(piece, [2]float64{at, piece[len(piece)-1][1]})
		}
		if math.IsNaN(p.Value) {
			if len(piece) > 0 {
				all = append(all, piece)
			}
			piece = nil
			continue
		}
		piece = append(piece, [2]float64{at, p.Value})
	}
	if len(piece) > 0 {
		if last := piece[len(piece)-1]; l.Hold && last[0] < end {
			piece = append(piece, [2]float64{end, last[1]})
		}
		all = append(all, piece)
	}
	return all
}
