package demand

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scenario"
)

// answer is what get-metric-statistics or get-metric-data prints.
type answer struct {
	Label             string
	Datapoints        *[]datapoint
	MetricDataResults *[]result
	NextToken         string
}

type datapoint struct {
	Timestamp moment
	Sum       *float64
}

type result struct {
	ID         string `json:"Id"`
	Label      string
	Timestamps []moment
	Values     []*float64
	StatusCode string
}

// moment is a timestamp as the tools print it: text, or seconds since 1970.
type moment struct{ at time.Duration }

func (m *moment) UnmarshalJSON(b []byte) error {
	var ok bool
	var text string
	if json.Unmarshal(b, &text) == nil {
		m.at, ok = instant(text)
	} else {
		m.at, ok = instant(string(b))
	}
	if !ok {
		return fmt.Errorf("timestamp %s is neither text such as \"2026-01-31T12:00:00Z\" nor seconds since 1970", b)
	}
	return nil
}

const askSum = "ask for the Sum of AWS/ApplicationELB RequestCount"

func (f *file) cloudwatch() (r Recording, fault *scenario.Fault) {
	var a answer
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(f.data, []byte("\ufeff"))))
	if err := dec.Decode(&a); err != nil {
		return r, f.notJSON(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		line, col := f.place(dec.InputOffset())
		return r, f.fault(line, col, "more follows behind the answer: give one answer of CloudWatch in a file")
	}
	switch {
	case a.NextToken != "":
		return r, f.fault(0, 0, "it is one page of several (it has a NextToken): ask for all, or for a longer period")
	case a.MetricDataResults != nil:
		return f.results(*a.MetricDataResults)
	case a.Datapoints != nil:
		return f.datapoints(a)
	}
	return r, f.fault(0, 0, "it has neither Datapoints nor MetricDataResults, and so is no answer of get-metric-statistics or get-metric-data; "+askSum)
}

func (f *file) notJSON(err error) *scenario.Fault {
	var offset int64
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset - 1 // it counts the byte at fault
	case errors.As(err, &kind):
		offset = kind.Offset - 1
	case errors.Is(err, io.ErrUnexpectedEOF):
		offset = int64(len(f.data))
	default: // a timestamp, which the decoder gives no place
		return f.fault(0, 0, "%v", err)
	}
	line, col := f.place(offset)
	return f.fault(line, col, "it is no answer of CloudWatch as JSON: %v", err)
}

func (f *file) datapoints(a answer) (r Recording, fault *scenario.Fault) {
	if a.Label != "RequestCount" {
		return r, f.fault(0, 0, "its metric is %q, not RequestCount: %s", a.Label, askSum)
	}
	var list []point
	for _, d := range *a.Datapoints {
		if d.Sum == nil {
			return r, f.fault(0, 0, "its datapoints have no Sum: "+askSum+" (--statistics Sum)")
		}
		list = append(list, point{d.Timestamp.at, *d.Sum})
	}
	return f.series([][]point{list}, nil)
}

// results reads one metric of all requests, or one for each kind, whose id or
// label is the kind's name.
func (f *file) results(list []result) (r Recording, fault *scenario.Fault) {
	var all [][]point
	var kinds []string
	for _, x := range list {
		if x.Label == "RequestCountPerTarget" {
			return r, f.fault(0, 0, "%s is RequestCountPerTarget, which falls as the service grows: %s", x.ID, askSum)
		}
		if x.StatusCode != "" && x.StatusCode != "Complete" {
			return r, f.fault(0, 0, "%s is not complete (%s): ask for all of it, or for a longer period", x.ID, x.StatusCode)
		}
		if len(x.Timestamps) != len(x.Values) {
			return r, f.fault(0, 0, "%s has %d timestamps and %d values", x.ID, len(x.Timestamps), len(x.Values))
		}
		var points []point
		for i, t := range x.Timestamps {
			if x.Values[i] == nil {
				return r, f.fault(0, 0, "%s has a value that is null, which is not a count of 0: leave out what has no datapoint, its timestamp too", x.ID)
			}
			points = append(points, point{t.at, *x.Values[i]})
		}
		all = append(all, points)
		for _, name := range []string{x.ID, x.Label} {
			if slices.Contains(f.kinds, name) && !slices.Contains(kinds, name) {
				kinds = append(kinds, name)
				break
			}
		}
	}
	switch {
	case len(kinds) == len(list):
		return f.series(all, kinds)
	case len(list) == 1:
		return f.series(all, nil)
	}
	return r, f.fault(0, 0, "it has %d metrics, and they are not one for each kind: give one of all requests, or ids that are kinds (%s)", len(list), strings.Join(f.kinds, ", "))
}

// point is a count of requests in a period.
type point struct {
	at    time.Duration
	count float64
}

// series turns the datapoints of one or several metrics into rates. The period
// is the shortest distance of two. A load balancer publishes no count for a
// period without requests [D], so that one that is missing is none, and is told.
func (f *file) series(all [][]point, kinds []string) (r Recording, fault *scenario.Fault) {
	at := map[time.Duration][]float64{}
	var times []time.Duration
	for k, points := range all {
		seen := map[time.Duration]bool{}
		for _, p := range points {
			if !(p.count >= 0) || p.count > mostRate {
				return r, f.fault(0, 0, "a datapoint counts %v requests", p.count)
			}
			if seen[p.at] {
				return r, f.fault(0, 0, "two datapoints of one metric have the same timestamp")
			}
			if seen[p.at] = true; at[p.at] == nil {
				at[p.at] = make([]float64, len(all))
				times = append(times, p.at)
			}
			at[p.at][k] = p.count
		}
	}
	if len(times) < 2 {
		return r, f.fault(0, 0, "%d datapoints do not say how long a period is: give two or more", len(times))
	}
	slices.Sort(times)
	period := times[1] - times[0]
	for i := 2; i < len(times); i++ {
		period = min(period, times[i]-times[i-1])
	}
	if (times[len(times)-1]-times[0])/period >= MostStretches {
		return r, f.fault(0, 0, "from the first to the last datapoint there are more than %d periods: ask for a shorter time, or for a longer period", MostStretches)
	}
	r.Kinds = kinds
	missing := 0
	for t, next := times[0], 0; next < len(times); t += period {
		s := Stretch{For: period, Rates: make([]float64, len(all))}
		switch {
		case times[next] < t:
			return r, f.fault(0, 0, "its datapoints do not lie a whole number of periods of %v apart: ask for one period", period)
		case times[next] > t:
			missing++
		default:
			for k, n := range at[t] {
				s.Rates[k] = n / period.Seconds()
			}
			next++
		}
		r.Stretches = append(r.Stretches, s)
	}
	if missing > 0 {
		r.Notes = append(r.Notes, plural(missing, period))
	}
	return r, nil
}
