// Package flaw names the ways in which a simulated world can be made wrong on
// purpose: deviations of its autoscaler, and faults of what an observer is
// told, of the metrics and of the tasks. It is data, so that whoever reads
// files can check a name and a size without knowing the world; what each one
// does stands in internal/model, and a test there holds the two together.
//
//	k, ok := flaw.Deviation("late-reaction")
//	size, err := k.Parse("10m")
//
// It refuses to judge whether a flaw matters.
//
// A type of its own for each flaw's settings was rejected: a file, a flag and
// a table of results would each need a word for each of them. A name and one
// number are enough; what would need two is two flaws.
package flaw

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Unit is what the size of a flaw counts.
type Unit int

// Units. The number is what Parse returns for a text.
const (
	None     Unit = iota // has no size
	Duration             // in ns: 90s
	Share                // in millionths: 50%
	Factor               // in millionths: 1.5
	Tasks                // 2
)

// Kind is one way to be wrong.
type Kind struct {
	Name  string
	About string // one sentence
	Unit  Unit
	// Default is the size where none is given. Least and Most bound it.
	Default, Least, Most int64
	// Of lists what the flaw may be confined to; nil: it is one thing.
	Of []string
	// Account says that it concerns all services and cannot be confined to one.
	Account bool
}

// one is the whole, in millionths.
const one = 1_000_000

// find returns a kind of a list.
func find(list []Kind, name string) (Kind, bool) {
	i := slices.IndexFunc(list, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return list[i], true
}

// Names lists the names of kinds, in their order.
func Names(list []Kind) (names []string) {
	for _, k := range list {
		names = append(names, k.Name)
	}
	return names
}

// Parse reads a size in the kind's unit. An empty text is the default.
func (k Kind) Parse(text string) (int64, error) {
	if text == "" {
		return k.Default, nil
	}
	if k.Unit == None {
		return 0, fmt.Errorf("%s has no size", k.Name)
	}
	v, ok := k.number(text)
	if !ok || v < k.Least || v > k.Most {
		return 0, fmt.Errorf("%q is no size of %s: write %s to %s", text, k.Name, k.Text(k.Least), k.Text(k.Most))
	}
	return v, nil
}

func (k Kind) number(text string) (int64, bool) {
	switch k.Unit {
	case Duration:
		d, err := time.ParseDuration(text)
		return int64(d), err == nil
	case Tasks:
		n, err := strconv.Atoi(text)
		return int64(n), err == nil
	case Share:
		percent, ok := strings.CutSuffix(text, "%")
		v, err := strconv.ParseFloat(percent, 64)
		return int64(float64(v*one/100) + 0.5), ok && err == nil && v >= 0 && v <= 100
	}
	v, err := strconv.ParseFloat(text, 64)
	return int64(float64(v*one) + 0.5), err == nil && v >= 0 && v <= one
}

// Text writes a size as Parse reads it; nothing for a kind without one.
func (k Kind) Text(size int64) string {
	switch k.Unit {
	case None:
		return ""
	case Duration:
		return short(time.Duration(size))
	case Tasks:
		return strconv.FormatInt(size, 10)
	case Share:
		return strconv.FormatFloat(float64(size)/(one/100), 'f', -1, 64) + "%"
	}
	return strconv.FormatFloat(float64(size)/one, 'f', -1, 64)
}

// short is a duration without its zero parts.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}
