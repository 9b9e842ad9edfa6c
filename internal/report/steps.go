package report

import (
	"encoding/json"
	"math"
	"sort"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// The tones of the lines; a policy's tone is its role.
const (
	ToneCPU       Tone = "cpu"
	ToneCPUMax    Tone = "cpu-max"
	ToneRequests  Tone = "requests"
	ToneDesired   Tone = "desired"
	ToneRunning   Tone = "running"
	ToneHealthy   Tone = "healthy"
	ToneLimit     Tone = "limit"
	ToneP50       Tone = "p50"
	ToneP95       Tone = "p95"
	ToneP99       Tone = "p99"
	ToneOther     Tone = "other"
	TonePlanned   Tone = "planned"
	ToneSent      Tone = "sent"
	ToneFailed    Tone = "failed"
	ToneUnsent    Tone = "unsent"
	ToneServer    Tone = "fivexx"
	ToneBounds    Tone = "bounds"
	ToneScheduled Tone = "scheduled"
	ToneUnknown   Tone = "unknown"
	TonePredicted Tone = "predicted"
)

// policyRoles maps the names of policies to cpu, requests, memory or other:
// those that were seen, and those of the plan.
func policyRoles(events []timeline.Event) map[string]string {
	roles := map[string]string{}
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.Started:
			for _, q := range planOf(d).Policies {
				roles[q.Name] = scaling.Role(q.Metric)
			}
		case timeline.PolicyState:
			roles[d.Policy.Name] = scaling.Role(d.Policy.Metric)
		}
	}
	return roles
}

// planned is the part of the plan that drawing needs. The plan's own type
// stands above this package's edges.
type planned struct {
	Summary  string           `json:"summary"`
	Emulated bool             `json:"emulated"`
	Region   string           `json:"region"`
	Arrivals string           `json:"arrivals"`
	Policies []scaling.Policy `json:"policies"`
	Bounds   scaling.Bounds   `json:"bounds"`
	Task     struct {
		VCPU    float64 `json:"vcpu"`
		Workers int     `json:"workers"`
	} `json:"task"`
	Expect []struct {
		Latency *struct {
			Of []string `json:"of"`
		} `json:"latency"`
	} `json:"expect"`
}

// planOf reads the plan of a run; what it cannot read stays zero, since a
// picture must come out of any timeline.
func planOf(s timeline.Started) (p planned) {
	_ = json.Unmarshal(s.Plan, &p)
	return p
}

// held turns observations into a line that holds: what was seen before the
// left end is carried to it, equal neighbours are left out.
func held(name string, tone Tone, seen []Point, p Panels) Line {
	sort.SliceStable(seen, func(i, j int) bool { return seen[i].At < seen[j].At })
	l := Line{Name: name, Tone: tone, Hold: true}
	for _, q := range seen {
		if q.At > p.To {
			break
		}
		q.At = max(q.At, p.From)
		n := len(l.Points)
		if n > 0 && l.Points[n-1].At == q.At {
			l.Points = l.Points[:n-1]
			n--
		}
		if n > 0 && same(l.Points[n-1].Value, q.Value) {
			continue
		}
		l.Points = append(l.Points, q)
	}
	return l
}

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

// limit makes a line a target or a bound.
func limit(l Line) Line { l.Limit = true; return l }

// withPoints leaves out lines that have nothing to show.
func withPoints(lines ...Line) []Line {
	var kept []Line
	for _, l := range lines {
		if len(l.Points) > 0 {
			kept = append(kept, l)
		}
	}
	return kept
}

// tasksPanel shows what was ordered, what runs and what serves, between the
// bounds.
func tasksPanel(events []timeline.Event, p Panels) Panel {
	var desired, running, healthy, least, most []Point
	for _, e := range events {
		at := p.at(e.At)
		switch d := e.Data.(type) {
		case timeline.Counts:
			desired = append(desired, Point{at, float64(d.Desired)})
			running = append(running, Point{at, float64(d.Running)})
		case timeline.Health:
			healthy = append(healthy, Point{at, float64(d.Healthy)})
		case timeline.Capacity:
			lo, hi := math.NaN(), math.NaN()
			if d.Target != nil {
				lo, hi = float64(d.Target.Bounds.Min), float64(d.Target.Bounds.Max)
			}
			least, most = append(least, Point{at, lo}), append(most, Point{at, hi})
		}
	}
	return Panel{ID: PanelTasks, Title: "Tasks", Unit: "tasks", Lines: withPoints(
		held("healthy", ToneHealthy, healthy, p),
		held("running", ToneRunning, running, p),
		held("desired", ToneDesired, desired, p),
		limit(held("minimum", ToneLimit, least, p)),
		limit(held("maximum", ToneLimit, most, p)),
	)}
}

// cpuPanel shows the metric that the CPU policy tracks.
func cpuPanel(events []timeline.Event, p Panels, roles map[string]string) Panel {
	return Panel{ID: PanelCPU, Title: "CPU utilisation", Unit: "%", Lines: append(withPoints(
		metric(events, p, timeline.KeyCPUMax, "maximum", ToneCPUMax),
		metric(events, p, timeline.KeyCPU, "average", ToneCPU)),
		targets(events, p, roles, "cpu")...)}
}

// requestsPanel shows the metric that the request policy tracks.
func requestsPanel(events []timeline.Event, p Panels, roles map[string]string) Panel {
	return Panel{ID: PanelRequests, Title: "Requests per target and minute", Unit: "req/min", Lines: append(withPoints(
		metric(events, p, timeline.KeyRequests, "requests per target", ToneRequests)),
		targets(events, p, roles, "requests")...)}
}

// metric is a published metric, each point in the middle of its period. A
// hole of more than two periods is left open.
func metric(events []timeline.Event, p Panels, key, name string, tone Tone) Line {
	l := Line{Name: name, Tone: tone}
	at := map[time.Duration]float64{}
	var period time.Duration
	for _, e := range events {
		if m, ok := e.Data.(timeline.MetricPoint); ok && m.Key == key {
			if q := p.at(e.At) + m.Period/2; p.shown(q) {
				at[q], period = m.Value, max(period, m.Period)
			}
		}
	}
	for _, q := range sorted(at) {
		if n := len(l.Points); n > 0 && q-l.Points[n-1].At > 2*period {
			l.Points = append(l.Points, Point{l.Points[n-1].At + period, math.NaN()})
		}
		l.Points = append(l.Points, Point{q, at[q]})
	}
	return l
}

func sorted[V any](m map[time.Duration]V) []time.Duration {
	keys := make([]time.Duration, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	return keys
}

// targets are the targets of the policies of a role, as they stood.
func targets(events []timeline.Event, p Panels, roles map[string]string, role string) []Line {
	seen := map[string][]Point{}
	var names []string
	for _, e := range events {
		d, ok := e.Data.(timeline.PolicyState)
		if !ok || roles[d.Policy.Name] != role {
			continue
		}
		if seen[d.Policy.Name] == nil {
			names = append(names, d.Policy.Name)
		}
		v := d.Policy.Target
		if d.Removed {
			v = math.NaN()
		}
		seen[d.Policy.Name] = append(seen[d.Policy.Name], Point{p.at(e.At), v})
	}
	sort.Strings(names)
	var lines []Line
	for _, n := range names {
		name := "target"
		if len(names) > 1 {
			name = "target of " + strings.TrimSpace(n)
		}
		lines = append(lines, limit(held(name, ToneLimit, seen[n], p)))
	}
	return withPoints(lines...)
}
