package predict_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// truth is what changed the desired count, as the world knows it: what a right
// autoscaler writes, or what was done by hand.
type truth struct {
	at   time.Time
	to   int
	kind judge.Kind
	name string
}

// truths are those of a run in a right world. A count that the environment sets
// by hand has no activity.
func truths(events []timeline.Event) (list []truth) {
	var named []timeline.ActivityState // of scheduled actions
	for _, e := range events {
		if d, ok := e.Data.(timeline.ActivityState); ok && scaling.ParseCause(d.Activity.Cause).Kind == scaling.CauseScheduled {
			named = append(named, d)
		}
	}
	for _, o := range timeline.OrdersOf(events) {
		t := truth{o.Start, o.To, judge.ByBounds, ""}
		if c := scaling.ParseCause(o.Cause); c.Kind == scaling.CauseAlarm {
			t.kind, t.name = judge.ByPolicy, c.Policy
		}
		for _, d := range named {
			if d.Activity.Start.Equal(o.Start) {
				t.kind, t.name = judge.ByScheduled, scaling.ParseCause(d.Activity.Cause).Action
			}
		}
		list = append(list, t)
	}
	return list
}

// byHand adds the counts that were set by hand.
func byHand(list []truth, events []timeline.Event, doc *scenario.Document) []truth {
	for _, h := range doc.Environment.Emulator.Happenings {
		if h.Desired != nil {
			list = append(list, truth{events[0].At.Add(h.At.Std()), *h.Desired, judge.ByPerson, ""})
		}
	}
	return list
}

// without takes events away and numbers the rest anew.
func without(events []timeline.Event, gone func(timeline.Event) bool) []timeline.Event {
	left := slices.DeleteFunc(slices.Clone(events), gone)
	for i := range left {
		left[i].Seq = int64(i + 1)
	}
	return left
}

// wordless takes the causes from the activities.
func wordless(events []timeline.Event) []timeline.Event {
	out := slices.Clone(events)
	for i, e := range out {
		if d, ok := e.Data.(timeline.ActivityState); ok {
			d.Activity.Cause = ""
			out[i].Data = d
		}
	}
	return out
}

func isActivity(e timeline.Event) bool { _, ok := e.Data.(timeline.ActivityState); return ok }

func readsActivities(e timeline.Event) bool {
	h, ok := e.Data.(timeline.Heartbeat)
	return ok && h.Part == timeline.PartActivities || isActivity(e)
}

// Whatever is taken from the timeline, no change is put down to another than
// who made it: with the word it is who the word names, without it the same with
// less confidence, or unknown.
func TestSeedsAttribution(t *testing.T) {
	worlds := append([]world{{name: "as it is", change: func(*scenario.Document) {}}}, append(readings(), disturbances()...)...)
	scenarios := []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp", "incident", "spiral", "start-up"}
	all, every := len(worlds)*len(scenarios), 1
	if *seeds < 100 {
		every = all/sample + 1
	}
	each(all*max(*seeds/100, 1)/every, func(k uint64) {
		i := int(k-1) * every
		x, s, seed := worlds[i%len(worlds)], scenarios[i/len(worlds)%len(scenarios)], uint64(i/all+1)
		doc, err := trial{scenario: s}.document(seed, false)
		if err != nil {
			t.Error(err)
			return
		}
		if s == "incident" {
			both(nil, doc)
		}
		x.change(doc)
		where := fmt.Sprintf("%s, %s, seed %d", s, x.name, seed)
		events, err := predicted(doc)
		if err != nil {
			t.Error(where, err)
			return
		}
		true := byHand(truths(events), events, doc)
		for what, told := range map[string][]timeline.Event{
			"as told":          events,
			"no causes":        wordless(events),
			"no activities":    without(events, isActivity),
			"nobody read them": without(events, readsActivities),
		} {
			v, err := judge.Judge(told)
			if err != nil {
				t.Error(where, what, err)
				continue
			}
			for _, a := range v.Actions {
				if wrong := misattributed(a, true, what == "as told" && x.name == "as it is"); wrong != "" {
					t.Errorf("%s, %s: %v: %s\n  %s / %s\n  %v", where, what, a, wrong, a.Because, a.Contradiction, a.Wants)
				}
			}
		}
	})
}

// misattributed says in which way an action is put down to another than who
// did it; empty where it is not.
func misattributed(a judge.Action, list []truth, whole bool) string {
	var may []truth
	for _, t := range list {
		if a.Activity != "" && t.at.Equal(a.At) || a.Activity == "" && t.at.After(a.NotBefore.Add(-time.Minute)) && !t.at.After(a.At) {
			may = append(may, t)
		}
	}
	if len(may) == 0 && a.Kind != judge.ByRun && a.Kind != judge.ByUnknown {
		return "nothing happened then"
	}
	switch {
	case whole && (a.Confidence != judge.Certain || a.Contradiction != ""):
		return "not certain"
	case a.Kind == judge.ByUnknown || a.Kind == judge.ByRun:
		return ""
	case !slices.ContainsFunc(may, func(t truth) bool {
		unnamed := a.Name == "" && a.Activity == "" && t.kind == judge.ByScheduled && a.Kind == judge.ByBounds // only its activity tells a schedule from a person
		return unnamed || t.kind == a.Kind && (a.Name == "" || a.Name == t.name)
	}):
		return fmt.Sprint("it was ", may)
	}
	return ""
}
