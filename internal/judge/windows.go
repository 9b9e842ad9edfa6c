package judge

import (
	"slices"
	"time"

	"scaleproof/internal/timeline"
)

// window is one window of traffic.
type window struct {
	timeline.Window
	seq int64
}

func (w window) end() time.Time { return w.Start.Add(w.Length) }

func (f *facts) readWindows(events []timeline.Event) {
	for _, e := range events {
		if d, ok := e.Data.(timeline.Window); ok && d.Length > 0 {
			f.windows = append(f.windows, window{d, e.Seq})
		}
	}
	slices.SortStableFunc(f.windows, func(a, b window) int { return a.Start.Compare(b.Start) })
}

// windowsIn lists the windows that begin in [from, to).
func (f *facts) windowsIn(from, to time.Time) []window {
	i, _ := slices.BinarySearchFunc(f.windows, from, byStart)
	j, _ := slices.BinarySearchFunc(f.windows, to, byStart)
	return f.windows[i:max(i, j)]
}

// touching lists the windows that share time with [from, to].
func (f *facts) touching(from, to time.Time) (found []window) {
	for _, w := range f.windows {
		if w.Start.Before(to) && w.end().After(from) {
			found = append(found, w)
		}
	}
	return found
}

func byStart(w window, t time.Time) int { return w.Start.Compare(t) }

// covered says that windows without a hole cover [from, to).
func covered(windows []window, from, to time.Time) bool {
	reached := from
	for _, w := range windows {
		if w.Start.After(reached) {
			return false
		}
		reached = later(reached, w.end())
	}
	return !reached.Before(to)
}

// sums are what windows add up to.
type sums struct {
	planned, sent, late, unsent, completed, failed, unanswered int64
	reasons                                                    map[string]int64 // of unsent
	classes                                                    map[string]int64 // of failed
	ended                                                      map[string]int64 // of completed
	sample                                                     timeline.Sample
}

// sum adds up the windows' requests of the kinds, or of all kinds for none.
func sum(windows []window, kinds []string) sums {
	s := sums{reasons: map[string]int64{}, classes: map[string]int64{}, ended: map[string]int64{}}
	for _, w := range windows {
		for _, k := range w.Kinds {
			if !among(kinds, k.Kind) {
				continue
			}
			s.planned, s.sent, s.late = s.planned+k.Planned, s.sent+k.Sent, s.late+k.Late
			for reason, n := range k.Unsent {
				s.unsent += n
				s.reasons[reason] += n
			}
			for class, n := range k.Completed {
				s.completed += n
				s.ended[class] += n
				if !isStatus(class) {
					s.unanswered += n
				}
			}
			if k.Sample != nil {
				addSample(&s.sample, *k.Sample, 1)
			}
			for class, n := range k.Failed {
				s.failed += n
				s.classes[class] += n
			}
		}
	}
	return s
}

// among says that a kind is one of the kinds; none means all.
func among(kinds []string, kind string) bool { return len(kinds) == 0 || slices.Contains(kinds, kind) }

// isStatus says that a key of Completed is an HTTP status, not an error.
func isStatus(class string) bool { return len(class) == 3 && class[0] >= '1' && class[0] <= '9' }
