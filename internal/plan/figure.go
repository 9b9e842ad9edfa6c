package plan

import (
	"math"
	"strconv"
)

// figure writes a number for people: at most three decimals.
func figure(v float64) string { return trim(math.Round(v*1000) / 1000) }

// figureUp and figureDown round a bound to its safe side.
func figureUp(v float64) string   { return trim(math.Ceil(float64(v*1000)-1e-6) / 1000) }
func figureDown(v float64) string { return trim(math.Floor(float64(v*1000)+1e-6) / 1000) }

func trim(v float64) string {
	if math.Abs(v) >= 1e15 {
		return strconv.FormatFloat(v, 'g', 3, 64) // beyond all sense, and then at least short
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// rounded takes off what arithmetic added behind the sixth decimal, so that
// exactly 3 tasks' worth of load never asks for a fourth.
func rounded(v float64) float64 { return math.Round(v*1e6) / 1e6 }
