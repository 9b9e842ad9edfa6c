package model

import (
	"maps"
	"slices"
	"time"

	"scaleproof/internal/scaling"
)

// How long AWS shows what was: scaling activities for six weeks [D], an
// alarm's history for 30 days, though the alarm be gone [D]. What is older is
// dropped once a day, so that memory does not grow with the length of a
// world's life; readers do not see the day's remainder.
const (
	activitiesShown = 6 * 7 * 24 * time.Hour
	historyShown    = 30 * 24 * time.Hour
	forgetEvery     = int64(24 * time.Hour)
)

// forget drops what nobody can read any longer.
func (w *World) forget() {
	if w.now-w.forgot < forgetEvery {
		return
	}
	w.forgot = w.now
	for _, s := range w.services {
		s.scaler.activities = slices.Clone(s.scaler.activities[s.scaler.unseen(w.now):])
	}
	for _, name := range slices.Sorted(maps.Keys(w.history)) {
		if kept := w.shown(name); len(kept) > 0 {
			w.history[name] = slices.Clone(kept)
		} else {
			delete(w.history, name)
		}
	}
}

// unseen is the number of activities that are too old to be seen, all of them
// before the others. One that goes on is never among them: it was given up
// long before.
func (s *scaler) unseen(now int64) int {
	n, _ := slices.BinarySearchFunc(s.activities, now-int64(activitiesShown), func(a *activity, t int64) int {
		if a.start < t {
			return -1
		}
		return 1
	})
	return n
}

// shown is the part of an alarm's history that is still shown.
func (w *World) shown(alarm string) []scaling.HistoryItem {
	all := w.history[alarm]
	from := w.time(w.now).Add(-historyShown)
	for i, h := range all {
		if !h.At.Before(from) {
			return all[i:]
		}
	}
	return nil
}
