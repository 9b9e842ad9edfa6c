package judge

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Action is one change of the desired count: whose it was, how that is known,
// and what each policy wanted at that moment.
type Action struct {
	// At is when it was ordered, by Application Auto Scaling's own time; where
	// no activity tells of it, when it was first seen.
	At time.Time `json:"at"`
	// NotBefore is the last look at which it had not happened yet; zero where
	// At is exact.
	NotBefore time.Time `json:"not_before,omitzero"`
	When      string    `json:"when"`                // At, as a person would look it up
	From      int       `json:"from"`                // tasks desired before; -1: not known
	To        int       `json:"to"`                  // tasks desired after
	Direction string    `json:"direction,omitempty"` // "out" or "in"; empty where From is not known
	Activity  string    `json:"activity,omitempty"`  // id of the scaling activity; empty: none tells of it

	Kind       Kind       `json:"kind"`
	Name       string     `json:"name,omitempty"` // of the policy or the scheduled action; empty where it is not known which
	Role       string     `json:"role,omitempty"` // what that policy watches: cpu, requests, memory, other
	Confidence Confidence `json:"confidence"`
	// May lists the policies that it may have been of, where which is not known.
	May []string `json:"may,omitempty"`
	// Because says what the answer rests on, Contradiction what speaks against
	// it, in a sentence each; Contradiction is empty where nothing does.
	Because       string  `json:"because"`
	Contradiction string  `json:"contradiction,omitempty"`
	Evidence      []int64 `json:"evidence,omitempty"` // Seq of the events, ascending
	Wants         []Want  `json:"wants,omitempty"`    // of the standing policies, in order of name

	// Legs are the way of a policy's action from its metric to its tasks, as far
	// as it was measured.
	Legs []Leg `json:"legs,omitempty"`

	seconded bool // the alarm that the activity names was in ALARM
	untrue   bool // the alarms and the metrics prove that the activity's word is not so
}

// Kind is what kind of thing changed the desired count.
type Kind string

// The kinds of causes.
const (
	ByPolicy     Kind = "policy"
	ByScheduled  Kind = "scheduled"  // a scheduled action moved the bounds
	ByBounds     Kind = "bounds"     // somebody moved the bounds
	ByDeployment Kind = "deployment" // somebody's deployment came with a count of its own
	ByPerson     Kind = "person"     // somebody, or some tool, set the count by hand
	ByRun        Kind = "run"        // the run itself, before or after the traffic
	ByUnknown    Kind = "unknown"
)

// Confidence is how sure a cause is.
type Confidence string

// Certain is what all witnesses agree on; likely what the others say where one
// is silent or proven wrong; unknown what one alone says, or what cannot be told
// apart.
const (
	Certain Confidence = "certain"
	Likely  Confidence = "likely"
	Unsure  Confidence = "unknown"
)

// Want is what one policy wanted at the moment of an action.
type Want struct {
	Policy string `json:"policy"`
	Role   string `json:"role"`
	// High and Low are the states of its alarms; empty where it has none, or
	// nobody saw it.
	High string `json:"high,omitempty"`
	Low  string `json:"low,omitempty"`
	// Known says that its datapoints and the running tasks were seen: then
	// Least to Most tasks is the capacity that its metric asked for, by the
	// newest datapoints that were, or may have been, published.
	Known bool `json:"known"`
	Least int  `json:"least,omitempty"`
	Most  int  `json:"most,omitempty"`
}

// String is what the policy wanted, in words.
func (w Want) String() string {
	said := w.Role + " asked for an unknown number"
	if w.Known {
		said = w.Role + " asked for " + known{lo: w.Least, hi: w.Most}.String()
	}
	var states []string
	for _, s := range []struct{ side, state string }{{"high", w.High}, {"low", w.Low}} {
		if s.state != "" {
			states = append(states, s.side+" alarm "+s.state)
		}
	}
	if len(states) == 0 {
		return said
	}
	return said + " (" + strings.Join(states, ", ") + ")"
}

// By names who did it, as a sentence would.
func (a Action) By() string {
	switch a.Kind {
	case ByPolicy:
		switch {
		case a.Role == "cpu":
			return "the CPU policy"
		case a.Role == "requests" || a.Role == "memory":
			return "the " + a.Role + " policy"
		case a.Name != "":
			return "policy " + a.Name
		}
		return "the policies " + strings.Join(a.May, " and ")
	case ByScheduled:
		if a.Name == "" {
			return "a scheduled action"
		}
		return "the scheduled action " + a.Name
	case ByBounds:
		return "a change of the bounds"
	case ByDeployment:
		return "a deployment"
	case ByPerson:
		return "somebody by hand"
	case ByRun:
		return "the run itself"
	}
	return "something unknown"
}

// String tells the action in one line: what, by whom, when, how sure.
func (a Action) String() string {
	s := a.change()
	if a.Confidence != Certain && a.Kind != ByUnknown {
		s += ", " + string(a.Confidence)
	}
	return s
}

// change writes it without how sure that is.
func (a Action) change() string {
	kind := "change"
	if a.Direction != "" {
		kind = "scale-" + a.Direction
	}
	return fmt.Sprintf("%s %s -> %d by %s at %s", kind, a.before(), a.To, a.By(), a.When)
}

// doubtful writes it as something of which it is not certain whose it was.
func (a Action) doubtful() string {
	said := fmt.Sprintf("Who changed the desired count from %s to %d at %s is not ", a.before(), a.To, a.When)
	if a.Kind == ByUnknown {
		return said + "known"
	}
	return said + "certain, most likely it was " + a.By()
}

// before is the count that it started from, ? where that is not known.
func (a Action) before() string {
	if a.From < 0 {
		return "?"
	}
	return fmt.Sprint(a.From)
}

// inTraffic says that an action fell, or may have fallen, into the traffic.
func (f *facts) inTraffic(a Action) bool {
	if f.from.IsZero() {
		return false
	}
	return !a.At.Before(f.from) && (a.At.Before(f.to) || !a.NotBefore.IsZero() && a.NotBefore.Before(f.to))
}

// evidence puts the numbers of events in order.
func evidence(seqs []int64) []int64 {
	slices.Sort(seqs)
	return slices.Compact(seqs)
}

// upper begins a sentence with a capital.
func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
