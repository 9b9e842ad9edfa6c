package report

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Sizes of the pictures, in points. At 144 dots an inch a page of 800 points
// is 1600 pixels wide, and its smallest letters are 14 pixels high.
const (
	dpi         = 144
	pageWidth   = 800
	panelHeight = 104
	titleHeight = 50
	rightMargin = 62
	gap         = 14
)

// overview draws all panels above each other on one axis of time.
func overview(p Panels, title, subtitle string) ([]byte, error) {
	var rows [][]*plot.Plot
	for i, panel := range p.List {
		rows = append(rows, []*plot.Plot{newPlot(p, panel, i == 0, i == len(p.List)-1)})
	}
	height := vg.Length(titleHeight + 22 + (panelHeight+gap)*len(rows))
	return render(pageWidth, height, func(c draw.Canvas) {
		c.FillText(words(13, ink, true, text.XLeft, text.YTop), vg.Point{X: 14, Y: c.Max.Y - 10}, title)
		sty := words(8.5, faintInk, false, text.XLeft, text.YTop)
		for i, line := range wrap(subtitle, sty, pageWidth-28, 2) {
			c.FillText(sty, vg.Point{X: 14, Y: c.Max.Y - 27 - vg.Length(i)*11}, line)
		}
		tiles := draw.Tiles{
			Rows: len(rows), Cols: 1,
			PadTop: titleHeight + 2*headRoom, PadBottom: 6, PadLeft: 12, PadRight: rightMargin, PadY: gap + 4,
		}
		drawAll(rows, plot.Align(rows, tiles, c))
	})
}

// single draws one panel by itself.
func single(p Panels, panel Panel) ([]byte, error) {
	rows := [][]*plot.Plot{{newPlot(p, panel, true, true)}}
	return render(pageWidth, 230, func(c draw.Canvas) {
		tiles := draw.Tiles{Rows: 1, Cols: 1, PadTop: 2*headRoom + 4, PadBottom: 8, PadLeft: 12, PadRight: rightMargin}
		drawAll(rows, plot.Align(rows, tiles, c))
	})
}

// wrap breaks a text into at most n lines of a width.
func wrap(s string, sty text.Style, width vg.Length, n int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		longer := strings.TrimSpace(line + " " + word)
		if line == "" || sty.Width(longer) <= width || len(lines) == n-1 {
			line = longer
			continue
		}
		lines, line = append(lines, line), word
	}
	return append(lines, fit(line, sty, width))
}

func drawAll(rows [][]*plot.Plot, canvases [][]draw.Canvas) {
	for i := range rows {
		rows[i][0].Draw(canvases[i][0])
	}
}

// render makes a PNG of what f draws.
func render(width, height vg.Length, f func(draw.Canvas)) ([]byte, error) {
	img := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(paper))
	f(draw.New(img))
	var out bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: img}).WriteTo(&out); err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	return out.Bytes(), nil
}

// newPlot makes the plot of a panel; top writes the stages' names above it,
// bottom the labels of time below.
func newPlot(p Panels, panel Panel, top, bottom bool) *plot.Plot {
	plt := plot.New()
	plt.BackgroundColor = paper
	axes(plt, p, panel, bottom)
	plt.Add(backdrop{p, top}, grid{})
	plt.Add(swath{panel.Range, p.To.Seconds()})
	for _, l := range panel.Lines {
		plt.Add(series{l, p.To.Seconds()})
	}
	if panel.ID == PanelScaling {
		plt.Add(events{p})
	} else if len(panel.Lines) == 0 {
		plt.Add(nothing{})
	}
	plt.Add(heading{panel, len(p.Ghosts) > 0})
	plt.X.Min, plt.X.Max = p.From.Seconds(), p.To.Seconds()
	plt.Y.Min, plt.Y.Max = bounds(p, panel)
	return plt
}

func axes(plt *plot.Plot, p Panels, panel Panel, bottom bool) {
	for _, a := range []*plot.Axis{&plt.X, &plt.Y} {
		a.LineStyle.Width = 0
		a.Padding = 2
		a.Tick.LineStyle.Width = 0
		a.Tick.Length = 2
		a.Tick.Label = words(7.5, faintInk, false, text.XCenter, text.YTop)
	}
	plt.Y.Tick.Label = words(7.5, faintInk, false, text.XRight, text.YCenter)
	plt.X.Tick.Marker = elapsed{labels: bottom}
	if !bottom {
		plt.X.Tick.Label.Font.Size = 1
	}
	switch {
	case panel.ID == PanelScaling:
		var ticks []plot.Tick
		for i, l := range p.Lanes {
			ticks = append(ticks, plot.Tick{Value: float64(i), Label: l.Name})
		}
		plt.Y.Tick.Marker = plot.ConstantTicks(ticks)
	case panel.Log:
		plt.Y.Scale, plt.Y.Tick.Marker = plot.LogScale{}, decades{}
	default:
		plt.Y.Tick.Marker = round{whole: panel.ID == PanelTasks || panel.ID == PanelErrors}
	}
}

// bounds are the least and the most value of a panel's axis.
func bounds(p Panels, panel Panel) (least, most float64) {
	if panel.ID == PanelScaling {
		return -0.6, float64(len(p.Lanes)) - 0.4
	}
	low, high := math.Inf(1), 0.0
	for _, l := range append(panel.Lines[:len(panel.Lines):len(panel.Lines)], panel.Range.Least, panel.Range.Most) {
		for _, q := range l.Points {
			if !math.IsNaN(q.Value) {
				high = math.Max(high, q.Value)
				if q.Value > 0 {
					low = math.Min(low, q.Value)
				}
			}
		}
	}
	switch {
	case panel.Log && high <= 0:
		return 1, 1000
	case panel.Log:
		return math.Pow(10, math.Floor(math.Log10(low))), math.Max(math.Pow(10, math.Ceil(math.Log10(low))), high*1.3)
	case panel.ID == PanelCPU:
		return 0, math.Max(100, high) * 1.05
	case panel.ID == PanelTasks:
		return 0, math.Max(high, 1) + 0.5
	case high == 0:
		return 0, 1
	}
	return 0, high * 1.12
}

// grid draws light lines at the labelled ticks.
type grid struct{}

// Plot is plot.Plotter.
func (grid) Plot(c draw.Canvas, plt *plot.Plot) {
	x, y := plt.Transforms(&c)
	sty := draw.LineStyle{Color: gridInk, Width: 0.5}
	for _, t := range plt.X.Tick.Marker.Ticks(plt.X.Min, plt.X.Max) {
		c.StrokeLines(sty, []vg.Point{{X: x(t.Value), Y: c.Min.Y}, {X: x(t.Value), Y: c.Max.Y}})
	}
	for _, t := range plt.Y.Tick.Marker.Ticks(plt.Y.Min, plt.Y.Max) {
		if !t.IsMinor() {
			c.StrokeLines(sty, []vg.Point{{X: c.Min.X, Y: y(t.Value)}, {X: c.Max.X, Y: y(t.Value)}})
		}
	}
}

// nothing says that a panel has no data, which is not the same as zeros.
type nothing struct{}

// Plot is plot.Plotter.
func (nothing) Plot(c draw.Canvas, _ *plot.Plot) {
	c.FillText(words(8.5, faintInk, false, text.XCenter, text.YCenter), c.Center(), "nothing was seen of this")
}
