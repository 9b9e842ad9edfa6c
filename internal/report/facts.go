package report

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

// facts is what a run says of itself.
type facts struct {
	started timeline.Started
	plan    planned
	List    []fact
}

// fact is a line of the table of facts.
type fact struct{ Name, Value string }

// readFacts reads what stands in the timeline about the run as a whole.
func readFacts(events []timeline.Event) facts {
	var f facts
	add := func(name, value string) {
		if value != "" {
			f.List = append(f.List, fact{name, value})
		}
	}
	for _, e := range events {
		switch d := e.Data.(type) {
		case timeline.Started:
			f.started, f.plan = d, planOf(d)
			add("Command", d.Command)
			add("Scenario", d.Scenario)
			add("Environment", d.Environment+emulatedWord(f.plan))
			add("Service", d.Service.String())
			add("Region", f.plan.Region)
			add("Seed", strconv.FormatUint(d.Seed, 10))
			add("Arrivals", f.plan.Arrivals)
			add("Began", e.At.UTC().Format("2006-01-02 15:04:05 UTC")+" (service time)")
		case timeline.ClockInfo:
			add("Clock", clockWord(d))
		case timeline.PolicyState:
			if !d.Removed {
				add("Policy "+d.Policy.Name, policyWord(d.Policy))
			}
		case timeline.Ended:
			add("Ended", endWord(d))
		}
	}
	f.addMaps()
	f.List = dedupe(f.List)
	return f
}

func (f *facts) addMaps() {
	for _, name := range sortedKeys(f.started.Versions) {
		f.List = append(f.List, fact{"Version of " + name, f.started.Versions[name]})
	}
	for _, name := range sortedKeys(f.started.Hashes) {
		f.List = append(f.List, fact{"SHA-256 of " + name, f.started.Hashes[name]})
	}
}

// dedupe drops lines that say again what stands already.
func dedupe(list []fact) []fact {
	seen := map[fact]bool{}
	var kept []fact
	for _, f := range list {
		if !seen[f] {
			kept = append(kept, f)
		}
		seen[f] = true
	}
	return kept
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func emulatedWord(p planned) string {
	if p.Emulated {
		return " (embedded)"
	}
	return ""
}

func clockWord(c timeline.ClockInfo) string {
	s := c.Mode
	if c.Speed != 0 && c.Speed != 1 {
		s += fmt.Sprintf(", speed %s", number(c.Speed))
	}
	if c.Distortion > 0 {
		s += ", distortion of latencies up to " + c.Distortion.String() + " at p99"
	}
	return s
}

func policyWord(p scaling.Policy) string {
	s := fmt.Sprintf("%s, target %s, cooldowns %s out and %s in", p.Metric, number(p.Target), span(p.ScaleOutCooldown), span(p.ScaleInCooldown))
	if p.DisableScaleIn {
		s += ", scale-in disabled"
	}
	return s
}

func endWord(e timeline.Ended) string {
	s := e.Outcome
	if e.Reason != "" {
		s += ": " + e.Reason
	}
	if e.Restored {
		return s + "; everything that was changed is restored"
	}
	return s + "; NOT restored"
}

// card is one number that a reader looks for first.
type card struct{ Name, Value, Note string }

// cards are the run in a handful of numbers, each read off a panel.
func cards(p Panels, c Cost) []card {
	lo, hi := extent(p.Panel(PanelTasks).Line("running"), 0, p.To)
	list := []card{
		{"Length", clockText(p.To), "service time since traffic began"},
		{"Scaling orders", orders(p.Marks), "more and fewer tasks"},
		{"Running tasks", number(lo) + " to " + number(hi), "least and most"},
		peak("Highest CPU average", p.Panel(PanelCPU).Line("average"), p, func(v float64) string { return number(math.Round(v)) + " %" }),
		peak("Highest requests per target", p.Panel(PanelRequests).Line("requests per target"), p, func(v float64) string { return number(math.Round(v)) + " /min" }),
		peak("Slowest p99", p.Panel(PanelLatency).Line("p99"), p, milliseconds),
		{"Failed requests", number(total(p.Panel(PanelErrors).Line("failed"))), number(total(p.Panel(PanelErrors).Line("unsent"))) + " could not be sent"},
		{"Task-hours a day", number(c.PerDay), fmt.Sprintf("about $%.2f a day; %s task-hours in this run", c.Dollars, number(c.TaskHours))},
	}
	var kept []card
	for _, c := range list {
		if c.Value != "" {
			kept = append(kept, c)
		}
	}
	return kept
}

func orders(marks []Mark) string {
	out, in := 0, 0
	for _, m := range marks {
		switch {
		case m.Out():
			out++
		case !m.NotScaled && m.To < m.From:
			in++
		}
	}
	return fmt.Sprintf("%d out, %d in", out, in)
}

// peak is the highest value of a line since traffic began, and when it was.
func peak(name string, l Line, p Panels, text func(float64) string) card {
	best := Point{Value: math.Inf(-1)}
	for _, q := range l.Points {
		if q.At >= 0 && q.Value > best.Value {
			best = q
		}
	}
	if math.IsInf(best.Value, -1) {
		return card{Name: name, Value: "not seen"}
	}
	return card{name, text(best.Value), "at " + clockText(best.At) + inStage(p, best.At)}
}

func inStage(p Panels, at time.Duration) string {
	for _, s := range p.Stages {
		if at >= s.From && at < s.To {
			return ", " + s.Name
		}
	}
	return ""
}

func total(l Line) (sum float64) {
	for _, q := range l.Points {
		if !math.IsNaN(q.Value) {
			sum += q.Value
		}
	}
	return sum
}

// extent is the least and the most value of a line on a stretch, NaN where it
// has none there.
func extent(l Line, from, to time.Duration) (lo, hi float64) {
	lo, hi = math.NaN(), math.NaN()
	for i, q := range l.Points {
		ends := q.At
		if l.Hold {
			ends = to
			if i+1 < len(l.Points) {
				ends = l.Points[i+1].At - 1
			}
		}
		if ends < from || q.At >= to || math.IsNaN(q.Value) {
			continue
		}
		if math.IsNaN(lo) || q.Value < lo {
			lo = q.Value
		}
		if math.IsNaN(hi) || q.Value > hi {
			hi = q.Value
		}
	}
	return lo, hi
}

// evidence tells a line of the timeline in brief.
func evidence(e timeline.Event, p Panels) string {
	data, err := json.Marshal(e.Data)
	if err != nil {
		return e.Kind
	}
	if w, ok := e.Data.(timeline.Window); ok {
		data = windowBrief(w)
	}
	text := string(data)
	if runes := []rune(text); len(runes) > evidenceLength {
		text = string(runes[:evidenceLength]) + "…"
	}
	return strings.Join([]string{"#" + strconv.FormatInt(e.Seq, 10), clockText(p.at(e.At)), e.Kind, e.Subject, text}, "  ")
}

// evidenceLength is how much of a line of evidence is shown; the line itself
// stands in the timeline under its number.
const evidenceLength = 360

// windowBrief leaves the encoded histograms out.
func windowBrief(w timeline.Window) []byte {
	kinds := make([]timeline.KindWindow, len(w.Kinds))
	for i, k := range w.Kinds {
		k.Latency = ""
		kinds[i] = k
	}
	w.Kinds = kinds
	data, err := json.Marshal(w)
	if err != nil {
		return nil
	}
	return data
}
