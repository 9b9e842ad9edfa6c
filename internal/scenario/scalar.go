package scenario

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The scalars below read one text form, the same in YAML and in JSON, and
// write it. What is a bare number in that form (0.5, 3) is a number in both.

const durationForm = `[0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h)`

var (
	durationText = regexp.MustCompile(`^(` + durationForm + `)+$`)
	rateText     = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)/([smh])$`)
	loadText     = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)(x?)$`)
	rangeText    = regexp.MustCompile(`^(?:([0-9]+)\.\.([0-9]+)?|\.\.([0-9]+)|([0-9]+))$`)
	percentText  = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)%$`)
	sizeText     = regexp.MustCompile(`^([0-9]+)(B|KiB|MiB)$`)
)

// Duration is a time.Duration that reads and writes as 90s, 10m or 1h30m. It
// is never negative.
type Duration time.Duration

// Std is the duration as the standard library has it.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// String writes the duration without the zero parts that Go would add.
func (d Duration) String() string {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return strings.ReplaceAll(s, "µs", "us")
}

// MarshalText writes the duration's text form.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the duration's text form.
func (d *Duration) UnmarshalText(b []byte) error {
	if !durationText.Match(b) {
		return fmt.Errorf("%q is not a duration: write it as 90s, 10m or 1h30m", b)
	}
	v, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("%q is longer than a duration can be (292 years)", b)
	}
	*d = Duration(v)
	return nil
}

// Rate is requests per second; it reads as 2/s, 90/m or 30/h and writes as
// 2/s.
type Rate float64

func (r Rate) String() string { return number(float64(r)) + "/s" }

// MarshalText writes the rate's text form.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the rate's text form.
func (r *Rate) UnmarshalText(b []byte) error {
	m := rateText.FindSubmatch(b)
	if m == nil {
		return fmt.Errorf("%q is not a rate: write it as 2/s, 90/m or 30/h", b)
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil || v > mostRate {
		return fmt.Errorf("%q is too large for a rate", b)
	}
	*r = Rate(v / map[string]float64{"s": 1, "m": 60, "h": 3600}[string(m[2])])
	return nil
}

// mostRate is more than any machine sends, and little enough that no sum of
// rates overflows.
const mostRate = 1e9

// Percent is a number of percent; it reads and writes as 1%.
type Percent float64

func (p Percent) String() string { return number(float64(p)) + "%" }

// MarshalText writes the percentage's text form.
func (p Percent) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the percentage's text form.
func (p *Percent) UnmarshalText(b []byte) error {
	m := percentText.FindSubmatch(b)
	if m == nil {
		return fmt.Errorf("%q is not a percentage: write it as 1%% or 0.5%%", b)
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil || v > 100 {
		return fmt.Errorf("%q is more than the whole (100%%)", b)
	}
	*p = Percent(v)
	return nil
}

// Factor multiplies something; it reads and writes as 1.5x. What is left out is
// 0, which is for 1.
type Factor float64

func (f Factor) String() string { return number(float64(f)) + "x" }

// Or1 is the factor as a number, 1 where it was left out.
func (f Factor) Or1() float64 {
	if f == 0 {
		return 1
	}
	return float64(f)
}

// MarshalText writes the factor's text form.
func (f Factor) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads the factor's text form.
func (f *Factor) UnmarshalText(b []byte) error {
	m := timesText.FindSubmatch(b)
	if m == nil {
		return fmt.Errorf("%q is not a factor: write it as 1.5x", b)
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	*f = Factor(v)
	return err
}

// Size is a number of bytes; it reads and writes as 512B, 16KiB or 1MiB.
type Size int64

func (s Size) String() string {
	switch {
	case s != 0 && s%(1<<20) == 0:
		return strconv.FormatInt(int64(s>>20), 10) + "MiB"
	case s != 0 && s%(1<<10) == 0:
		return strconv.FormatInt(int64(s>>10), 10) + "KiB"
	}
	return strconv.FormatInt(int64(s), 10) + "B"
}

// MarshalText writes the size's text form.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the size's text form.
func (s *Size) UnmarshalText(b []byte) error {
	m := sizeText.FindSubmatch(b)
	if m == nil {
		return fmt.Errorf("%q is not a size: write it as 512B, 16KiB or 1MiB", b)
	}
	v, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil || v > 1<<40 {
		return fmt.Errorf("%q is too large for a body", b)
	}
	*s = Size(v << map[string]int{"B": 0, "KiB": 10, "MiB": 20}[string(m[2])])
	return nil
}

// Spread is a delay between two durations; it reads and writes as 30s..75s,
// or as 30s where both are the same.
type Spread struct{ Min, Max Duration }

func (s Spread) String() string {
	if s.Min == s.Max {
		return s.Min.String()
	}
	return s.Min.String() + ".." + s.Max.String()
}

// MarshalText writes the spread's text form.
func (s Spread) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the spread's text form.
func (s *Spread) UnmarshalText(b []byte) error {
	low, high, two := strings.Cut(string(b), "..")
	if !two {
		high = low
	}
	var v Spread
	if v.Min.UnmarshalText([]byte(low)) != nil || v.Max.UnmarshalText([]byte(high)) != nil {
		return fmt.Errorf("%q is not a delay: write it as 30s..75s, or 30s where it is always the same", b)
	}
	if v.Min > v.Max {
		return fmt.Errorf("%q is an empty range: its shorter end comes first", b)
	}
	*s = v
	return nil
}

// number writes a float without an exponent, so that it reads back equal.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// scalarJSON writes a bare number as a JSON number and anything else as a
// string.
func scalarJSON(text string) []byte {
	if text != "" && strings.Trim(text, "0123456789.") == "" && !strings.Contains(text, "..") && text[0] != '.' {
		return []byte(text)
	}
	return []byte(strconv.Quote(text))
}

// scalarText undoes scalarJSON.
func scalarText(b []byte) []byte {
	var s string
	if json.Unmarshal(b, &s) == nil {
		return []byte(s)
	}
	return b
}
