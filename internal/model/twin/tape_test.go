package twin

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// A tape is all that one world made public, in the order in which it did.
type tape struct {
	config model.Config
	policy map[string][]scaling.Policy // by service, as they stood at the beginning
	lines  []line
	states map[string][]transition // by alarm
	acts   map[string][]time.Time  // by alarm: each action
	looks  map[string]scaling.Look // by service, at the end
	end    time.Time
}

// A line is one thing that happened; exactly one of its parts is set.
type line struct {
	at        time.Time
	point     *point
	task      *task
	rollout   *rollout
	alarm     bool // a state of an alarm: the transition is in tape.states
	activity  *activityLine
	scheduled *scheduledLine
	change    *change
}

type point struct {
	published time.Time
	service   string
	metric    string
	start     time.Time
	average   int64 // millionths
}

type task struct{ id, state, service string }

// A rollout is how far a service's deployment is.
type rollout struct {
	service string
	going   bool
}

// A scheduledLine is an activity by which a scheduled action sets bounds.
type scheduledLine struct{ service, name, description string }

type activityLine struct {
	service, id, status string
	desired             int // of a change; -1 where it was refused
	cause               scaling.Cause
	refusal             string // code and capacities of one not scaled
}

type change struct {
	scaling.Change
	policy scaling.Policy // as it stands after a PutPolicy
	err    error
}

// A transition is a change of an alarm's state and the datapoints it is
// explained by, oldest first.
type transition struct {
	at    time.Time
	state string
	seen  string
}

// record plays a history and notes what the world says.
func record(t *testing.T, h history) *tape {
	w := model.New(h.config)
	p := &tape{
		config: h.config, policy: map[string][]scaling.Policy{}, looks: map[string]scaling.Look{},
		states: map[string][]transition{}, acts: map[string][]time.Time{}, end: h.end,
	}
	named := map[string]bool{}
	for _, s := range h.config.Services {
		l := look(t, w, s.Service)
		p.policy[s.Service.Name] = l.Policies.List
		note(named, l.Policies.List...)
	}
	w.Trace(func(text string) {
		if l, ok := read(t, text); ok {
			p.lines = append(p.lines, l)
		}
	})
	changes, number := h.changes, uint64(0)
	turn := func(until time.Time) {
		for len(changes) > 0 && !changes[0].at.After(until) {
			w.Advance(changes[0].at)
			c := &change{Change: changes[0].change}
			p.lines = append(p.lines, line{at: changes[0].at, change: c})
			c.policy, c.err = w.Do(changes[0].at, c.Change)
			note(named, c.policy)
			changes = changes[1:]
		}
	}
	h.arrivals(func(at time.Time, path string) {
		turn(at)
		number++
		w.Submit(at, model.Request{Number: number, Method: "GET", Path: path})
	})
	turn(h.end)
	w.Advance(h.end)
	for _, s := range h.config.Services {
		p.looks[s.Service.Name] = look(t, w, s.Service)
	}
	for name := range named {
		p.readHistory(t, name, w.History(name))
	}
	return p
}

func look(t *testing.T, w *model.World, s scaling.Service) scaling.Look {
	l, err := w.Look(s, model.What{Service: true, Scalable: true, Policies: true, Alarms: true, Activities: true})
	require.NoError(t, err)
	return l
}

func note(named map[string]bool, policies ...scaling.Policy) {
	for _, p := range policies {
		for _, a := range p.Alarms {
			named[a.Name] = true
		}
	}
}

// read reads a line of the world's log; arrivals and completions are none of
// an autoscaler's business.
func read(t *testing.T, text string) (line, bool) {
	f := strings.Fields(text)
	at, err := time.Parse(time.RFC3339Nano, f[0])
	require.NoError(t, err)
	l := line{at: at}
	switch f[1] {
	case "point":
		begin, err := time.Parse(time.RFC3339Nano, f[4])
		require.NoError(t, err)
		l.point = &point{published: at, service: f[2], metric: f[3], start: begin, average: number(t, f[5], "avg=")}
	case "task":
		l.task = &task{id: f[2], state: f[3], service: strings.TrimPrefix(f[4], "service=")}
	case "deployment": // only the primary one counts
		if f[3] != "PRIMARY" {
			return line{}, false
		}
		l.rollout = &rollout{service: strings.TrimPrefix(f[5], "service="), going: f[4] == "IN_PROGRESS"}
	case "alarm":
		l.alarm = true
	case "activity":
		if l.scheduled = readScheduled(text, f); l.scheduled == nil {
			l.activity = readActivity(t, text, f)
		}
	default:
		return line{}, false
	}
	return l, true
}

func number(t *testing.T, field, name string) int64 {
	text, ok := strings.CutPrefix(field, name)
	require.True(t, ok, "%s in place of %s", field, name)
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err)
	return n
}

// readScheduled reads an activity by which a scheduled action sets bounds; nil:
// it is another one.
func readScheduled(text string, f []string) *scheduledLine {
	_, rest, _ := strings.Cut(text, f[4]+" ")
	description, cause, _ := strings.Cut(rest, " Cause: ")
	if c := scaling.ParseCause(cause); c.Kind == scaling.CauseScheduled {
		return &scheduledLine{f[2], c.Action, description}
	}
	return nil
}

func readActivity(t *testing.T, text string, f []string) *activityLine {
	a := &activityLine{service: f[2], id: f[3], status: strings.TrimSuffix(f[4], ":"), desired: -1}
	_, rest, ok := strings.Cut(text, f[4]+" ")
	require.True(t, ok)
	description, cause, ok := strings.Cut(rest, " Cause: ")
	require.True(t, ok, text)
	if n, ok := scaling.ParseDescription(description); ok {
		a.desired = n
	} else {
		words := strings.Fields(cause)
		a.refusal = strings.Join(words[len(words)-4:], " ")
		cause = strings.Join(words[:len(words)-4], " ")
	}
	a.cause = scaling.ParseCause(cause)
	require.NotEqual(t, scaling.CauseUnknown, a.cause.Kind, text)
	return a
}

// readHistory reads an alarm's history: its states after the first, with the
// datapoints that explain them, and its actions.
func (p *tape) readHistory(t *testing.T, name string, items []scaling.HistoryItem) {
	for _, i := range items {
		switch i.Kind {
		case "Action":
			p.acts[name] = append(p.acts[name], i.At)
		case "StateUpdate":
			var data struct {
				NewState struct {
					StateValue      string
					StateReasonData struct {
						StartDate        string
						RecentDatapoints []json.Number
					}
				}
			}
			require.NoError(t, json.Unmarshal([]byte(i.Data), &data))
			s := transition{at: i.At, state: data.NewState.StateValue}
			for _, v := range data.NewState.StateReasonData.RecentDatapoints {
				s.seen += " " + micros(t, v.String())
			}
			p.states[name] = append(p.states[name], s)
		}
	}
}

// micros writes a decimal number of at most six places as millionths.
func micros(t *testing.T, v string) string {
	f, err := strconv.ParseFloat(v, 64)
	require.NoError(t, err)
	return fmt.Sprintf("%.0f", f*1e6)
}

// second is the instant within the minute at which an alarm is evaluated, as
// its history shows it; ok is false where it shows nothing.
func (p *tape) second(name string) (s time.Duration, ok bool) {
	var all []time.Time
	for _, x := range p.states[name] {
		all = append(all, x.at)
	}
	all = append(all, p.acts[name]...)
	if len(all) == 0 {
		return 0, false
	}
	return all[0].Sub(all[0].Truncate(time.Minute)), true
}

// whole says that an alarm did all that it did at its own second.
func (p *tape) whole(name string) bool {
	second, _ := p.second(name)
	odd := func(at time.Time) bool { return at.Sub(at.Truncate(time.Minute)) != second }
	return !slices.ContainsFunc(p.acts[name], odd) &&
		!slices.ContainsFunc(p.states[name], func(x transition) bool { return odd(x.at) })
}
