package report

import (
	"bytes"
	"image/png"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/forecast"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// What is drawn of a forecast is its bands, in the units of the axes; response
// times end with the traffic, and orders of few seeds are left out.
func TestForecast(t *testing.T) {
	flat := func(v int64) timeline.Curve { return timeline.Curve{{Value: v}} }
	step := timeline.Curve{{Value: 1}, {At: 4 * time.Minute, Value: 2}}
	f := &forecast.Forecast{
		Scenario: "s", Environment: "e", Sentence: "s would pass", Length: 8 * time.Minute, Runs: make([]forecast.Run, 3),
		Stages: []forecast.Stage{{Name: "only", For: 8 * time.Minute}},
		Moments: []forecast.Moment{
			{What: "alarm", Role: "cpu", High: true, Median: 3 * time.Minute, Seeds: []uint64{1, 2, 3}},
			{What: "order", Role: "cpu", High: true, From: 1, To: 2, Median: 4 * time.Minute, Seeds: []uint64{1, 2}},
			{What: "order", Role: "requests", From: 2, To: 1, Median: 6 * time.Minute, Seeds: []uint64{3}},
		},
		Courses: forecast.Courses{
			Length: 12 * time.Minute, Load: flat(2500),
			CPU:     forecast.Band{Least: flat(30_000), Median: flat(45_500), Most: flat(90_000)},
			Running: forecast.Band{Least: flat(1), Median: step, Most: flat(2)},
			P99:     forecast.Band{Least: flat(100_000), Median: flat(250_000), Most: flat(900_000)},
		},
	}
	policies := []scaling.Policy{{Metric: scaling.MetricCPU, Target: 70}}
	p := foreseen(f, policies, scaling.Bounds{Min: 1, Max: 4})
	cpu := p.Panel(PanelCPU)
	require.Equal(t, []Point{{0, 45.5}}, cpu.Line("median").Points)
	require.Equal(t, 70.0, cpu.Line("target").Points[0].Value)
	require.Equal(t, []Point{{0, 30}}, cpu.Range.Least.Points)
	require.Equal(t, []Point{{0, 90}}, cpu.Range.Most.Points)
	require.Equal(t, []Point{{0, 1}, {4 * time.Minute, 2}}, p.Panel(PanelTasks).Line("running").Points)
	late := p.Panel(PanelLatency).Line("p99").Points
	require.Equal(t, Point{0, 250}, late[0])
	require.Equal(t, 8*time.Minute, late[1].At)
	require.True(t, math.IsNaN(late[1].Value))
	require.Equal(t, []Mark{{At: 4 * time.Minute, Lane: ToneCPU, From: 1, To: 2}}, p.Marks)

	picture, err := Forecast(f, policies, scaling.Bounds{Min: 1, Max: 4})
	require.NoError(t, err)
	img, err := png.Decode(bytes.NewReader(picture))
	require.NoError(t, err)
	require.Equal(t, 1600, img.Bounds().Dx())
	_, err = Forecast(&forecast.Forecast{}, nil, scaling.Bounds{}) // of nothing a picture comes out too
	require.NoError(t, err)
}
