package scenario

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var timesText = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)x$`)

// mostTimes is far more than anything is worth being slower by.
const mostTimes = 1000

// Bound is the most that a percentile may be: a Limit, written 250ms, or so
// many Times what another stage or run has, written 1.5x. The zero value is no
// bound.
type Bound struct {
	Limit Duration
	Times float64
}

func (b Bound) String() string {
	if b.Times > 0 {
		return number(b.Times) + "x"
	}
	return b.Limit.String()
}

// MarshalText writes the bound's text form.
func (b Bound) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads the bound's text form.
func (b *Bound) UnmarshalText(text []byte) error {
	m := timesText.FindSubmatch(text)
	if m == nil {
		*b = Bound{}
		if !durationText.Match(text) && strings.HasSuffix(string(text), "x") {
			return fmt.Errorf("%q is not a bound: write it as 250ms, or as 1.5x with of_stage or of_run", text)
		}
		return b.Limit.UnmarshalText(text)
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil || v <= 0 || v > mostTimes {
		return fmt.Errorf("%q is no bound: so many times is more than 0 and at most %d", text, mostTimes)
	}
	*b = Bound{Times: v}
	return nil
}
