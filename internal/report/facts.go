package report

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"

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
