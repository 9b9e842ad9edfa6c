package report

import (
	"math"
	"time"

	"gonum.org/v1/plot"
)

// timeSteps are the distances that labels on the axis of time may have.
var timeSteps = []time.Duration{
	time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// elapsed puts labels mm:ss at round places, at most about twelve of them.
type elapsed struct{ labels bool }

// Ticks is plot.Ticker. The axis is in seconds.
func (t elapsed) Ticks(from, to float64) []plot.Tick {
	step := timeSteps[len(timeSteps)-1]
	for _, s := range timeSteps {
		if (to-from)/s.Seconds() <= 12 {
			step = s
			break
		}
	}
	var ticks []plot.Tick
	first := math.Ceil(from / step.Seconds())
	for i := first; i*step.Seconds() <= to; i++ {
		v := i * step.Seconds()
		label := " "
		if t.labels {
			label = clockText(time.Duration(v * float64(time.Second)))
		}
		ticks = append(ticks, plot.Tick{Value: v, Label: label})
	}
	return ticks
}

// round puts labels at round values of a linear axis from zero.
type round struct{ whole bool }

// Ticks is plot.Ticker.
func (t round) Ticks(from, to float64) []plot.Tick {
	step := roundStep((to - from) / 4)
	if t.whole {
		step = math.Max(1, math.Round(step))
	}
	var ticks []plot.Tick
	for v := math.Ceil(from/step) * step; v <= to*(1+1e-9); v += step {
		ticks = append(ticks, plot.Tick{Value: v, Label: number(math.Round(v/step*1e6) / 1e6 * step)})
	}
	return ticks
}

// roundStep is the smallest of 1, 2 and 5 times a power of ten that is not
// below v.
func roundStep(v float64) float64 {
	if v <= 0 {
		return 1
	}
	ten := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 5, 10} {
		if m*ten >= v*(1-1e-9) {
			return m * ten
		}
	}
	return 10 * ten
}

// decades puts labels at powers of ten, in milliseconds up to a second.
type decades struct{}

// Ticks is plot.Ticker.
func (decades) Ticks(from, to float64) []plot.Tick {
	var ticks []plot.Tick
	for v := 0.001; v <= to*(1+1e-9); v *= 10 {
		for m := 1.0; m < 10; m++ {
			at := v * m
			if at < from*(1-1e-9) || at > to*(1+1e-9) {
				continue
			}
			tick := plot.Tick{Value: at}
			if m == 1 {
				tick.Label = milliseconds(at)
			}
			ticks = append(ticks, tick)
		}
	}
	return ticks
}

// milliseconds writes a latency: 20 ms, 1 s.
func milliseconds(v float64) string {
	if v >= 1000 {
		return number(math.Round(v)/1000) + " s"
	}
	return number(v) + " ms"
}
