package report

import (
	"fmt"
	"math"
	"time"

	"scaleproof/internal/forecast"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// ForecastPicture is the name of a forecast's picture.
const ForecastPicture = "forecast.png"

// Forecast draws what a run should come to: of each panel the median of the
// seeds, and under it what all of them span. Policies and bounds are the
// plan's.
func Forecast(f *forecast.Forecast, policies []scaling.Policy, bounds scaling.Bounds) ([]byte, error) {
	title := fmt.Sprintf("%s on %s, predicted: the median of %d seeds, and what they span", f.Scenario, f.Environment, len(f.Runs))
	return overview(foreseen(f, policies, bounds), title, f.Sentence)
}

// foreseen are a forecast's panels.
func foreseen(f *forecast.Forecast, policies []scaling.Policy, bounds scaling.Bounds) Panels {
	p := Panels{To: f.Courses.Length}
	for _, s := range f.Stages {
		p.Stages = append(p.Stages, Band{s.Name, s.Start, s.Start + s.For})
	}
	for _, m := range f.Moments {
		if m.What == "order" && 2*len(m.Seeds) > len(f.Runs) {
			p.Marks = append(p.Marks, Mark{At: m.Median, Lane: laneNamed(m.Role), From: m.From, To: m.To})
		}
	}
	p.Lanes = lanes(p)
	limits := func(role string) (lines []Line) {
		for _, pol := range policies {
			if scaling.Role(pol.Metric) == role {
				lines = append(lines, p.level("target", pol.Target))
			}
		}
		return lines
	}
	c := f.Courses
	p.List = []Panel{
		p.spread(Panel{ID: PanelCPU, Title: "CPU utilisation", Unit: "%"}, "median", ToneCPU, c.CPU, 1000, limits("cpu")...),
		p.spread(Panel{ID: PanelRequests, Title: "Requests per target and minute", Unit: "req/min"}, "median", ToneRequests, c.Requests, 1000, limits("requests")...),
		p.spread(Panel{ID: PanelTasks, Title: "Tasks", Unit: "tasks"}, "running", ToneRunning, c.Running, 1,
			p.level("minimum", float64(bounds.Min)), p.level("maximum", float64(bounds.Max))),
		{ID: PanelScaling, Title: "Orders of most seeds, by the policy that causes them", Unit: "at their median; up: more tasks, down: fewer"},
		p.spread(Panel{ID: PanelLatency, Title: "Response time, 99th percentile", Unit: "ms", Log: true}, "p99", ToneP99, ended(c.P99, f.Length), 1000),
		{ID: PanelRate, Title: "Load", Unit: "req/s", Lines: withPoints(p.curve("planned", TonePlanned, c.Load, 1000))},
	}
	return p
}

// ended is a band that ends at an instant.
func ended(b forecast.Band, at time.Duration) forecast.Band {
	cut := func(c timeline.Curve) timeline.Curve {
		for i, q := range c {
			if q.At >= at {
				return append(c[:i:i], timeline.Point{At: at, Value: none})
			}
		}
		return append(c[:len(c):len(c)], timeline.Point{At: at, Value: none})
	}
	return forecast.Band{Least: cut(b.Least), Median: cut(b.Median), Most: cut(b.Most)}
}

// none says in a curve that from here on there is no value.
const none = -1

// spread fills a panel with a band.
func (p Panels) spread(panel Panel, name string, tone Tone, b forecast.Band, unit float64, limits ...Line) Panel {
	panel.Range = Range{p.curve("", tone, b.Least, unit), p.curve("", tone, b.Most, unit)}
	panel.Lines = append(withPoints(p.curve(name, tone, b.Median, unit)), limits...)
	return panel
}

// curve is a line that holds.
func (p Panels) curve(name string, tone Tone, c timeline.Curve, unit float64) Line {
	l := Line{Name: name, Tone: tone, Hold: true}
	for _, q := range c {
		v := float64(q.Value) / unit
		if q.Value == none {
			v = math.NaN()
		}
		if q.At < p.To {
			l.Points = append(l.Points, Point{max(q.At, 0), v})
		}
	}
	return l
}

// level is a limit that stands all along the axis.
func (p Panels) level(name string, value float64) Line {
	return limit(Line{Name: name, Tone: ToneLimit, Hold: true, Points: []Point{{0, value}, {max(p.To, time.Second), value}}})
}

// laneNamed is the lane of a role or another cause.
func laneNamed(role string) Tone {
	switch Tone(role) {
	case ToneCPU, ToneRequests, ToneBounds, ToneScheduled:
		return Tone(role)
	}
	return ToneUnknown
}
