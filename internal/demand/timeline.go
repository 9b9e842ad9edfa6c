package demand

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// finest is the shortest stretch that a timeline is read in: what a window of
// a second counts is the draw of its arrivals more than it is a demand.
const finest = 10 * time.Second

// timeline reads the requests that a run planned: what users asked for,
// whatever became of it.
func (f *file) timeline() (r Recording, fault *scenario.Fault) {
	events, err := timeline.Read(bytes.NewReader(f.data), f.name)
	var wrong *timeline.Error
	switch {
	case errors.As(err, &wrong):
		return r, f.fault(wrong.Line, 1, "%s", wrong.Msg)
	case err != nil:
		return r, f.fault(0, 0, "%v", err)
	}
	windows, end := windowsOf(events)
	if len(windows) == 0 {
		return r, f.fault(0, 0, "the run that it tells of sent nothing")
	}
	names := f.kindsOf(windows)
	if unknown := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(f.kinds, n) }); len(unknown) == 0 {
		r.Kinds = names
	} else {
		r.Notes = append(r.Notes, fmt.Sprintf("its kinds of request (%s) are not all the scenario's, so that all are taken together", strings.Join(names, ", ")))
	}
	var s Stretch
	flush := func() {
		for k := range s.Rates {
			s.Rates[k] /= s.For.Seconds()
		}
		r.Stretches = append(r.Stretches, s)
		s = Stretch{}
	}
	for i, w := range windows {
		length := w.Length
		if !end.IsZero() {
			length = min(length, end.Sub(w.Start))
		}
		if i > 0 && !w.Start.Equal(windows[i-1].Start.Add(windows[i-1].Length)) {
			return r, f.fault(0, 0, "its windows of traffic do not follow each other at %s", w.Start.Format(time.RFC3339))
		}
		if length <= 0 {
			return r, f.fault(0, 0, "its window of traffic at %s lasts %v", w.Start.Format(time.RFC3339), length)
		}
		if s.Rates == nil {
			s.Rates = make([]float64, max(1, len(r.Kinds)))
		}
		s.For += length
		for _, k := range w.Kinds {
			s.Rates[max(0, slices.Index(r.Kinds, k.Kind))] += float64(k.Planned)
		}
		if s.For >= finest {
			flush()
		}
	}
	if s.For > 0 {
		flush()
	}
	return r, nil
}

// windowsOf are the windows of the traffic, without those of the drain, and
// the traffic's end; zero where the timeline does not tell it.
func windowsOf(events []timeline.Event) (list []timeline.Window, end time.Time) {
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.Phase:
			if d.Name == timeline.PhaseDrain {
				end = e.At
			}
		case timeline.Window:
			if end.IsZero() || d.Start.Before(end) {
				list = append(list, d)
			}
		}
	}
	return list, end
}

// kindsOf lists the kinds of request in windows, in order of name.
func (f *file) kindsOf(windows []timeline.Window) (names []string) {
	for _, w := range windows {
		for _, k := range w.Kinds {
			if !slices.Contains(names, k.Kind) {
				names = append(names, k.Kind)
			}
		}
	}
	slices.Sort(names)
	return names
}

func plural(missing int, period time.Duration) string {
	if missing == 1 {
		return fmt.Sprintf("1 period of %v has no datapoint and counts as without requests", period)
	}
	return fmt.Sprintf("%d periods of %v have no datapoint and count as without requests", missing, period)
}
