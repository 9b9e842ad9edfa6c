package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scenario"
	"scaleproof/internal/vegeta"
)

// Names in the folder of an imported scenario.
const (
	scenarioName    = "scenario.yaml"
	importedName    = "imported" // of scenario, environment and service
	environmentName = "environments/" + importedName + ".yaml"
)

// imported is a scenario that is made of a list of targets.
type imported struct {
	options ImportOptions
	rate    scenario.Rate
	length  scenario.Duration

	base      string // scheme and host of all targets
	kinds     []importedKind
	variables []variable
	faults    scenario.Faults

	text   bytes.Buffer // of the scenario
	origin []int        // by line of the scenario the list's; 0: it is of none
	files  map[string][]byte
}

// importedKind are targets that are equal: they are sent as often as they stand
// in the list.
type importedKind struct {
	vegeta.Target
	name  string
	lines []int // of the targets, in the list
}

// variable stands in the scenario for a value that is kept out of files.
type variable struct {
	name  string
	field vegeta.Field
}

// mostImported is how many kinds a scenario may have.
const mostImported = 100

func (i *imported) fault(line int, format string, args ...any) {
	i.faults = append(i.faults, scenario.Fault{File: i.options.Targets, Line: line, Col: min(line, 1), Msg: fmt.Sprintf(format, args...)})
}

// compose makes the files.
func (i *imported) compose(targets []vegeta.Target) error {
	i.files = map[string][]byte{environmentName: []byte(importedEnvironment)}
	i.group(targets)
	if len(i.kinds) > mostImported {
		i.fault(i.kinds[mostImported].Line, "it is unlike each of the %d kinds of targets before it, and a scenario tells no more apart: split the list, or let one target stand for those that differ in an id", mostImported)
		return i.faults.Err()
	}
	i.line(0, "# Made of %s of a vegeta list. Each kind's rate is its share of them.", counted(len(targets), "target", "targets"))
	i.line(0, "version: 1\nname: %s\nenvironment: %s\nservice: %s\npolicies: []\n\nrequests:", importedName, importedName, importedName)
	for _, k := range i.kinds {
		i.kind(k, len(targets))
	}
	i.line(0, "\ntraffic:\n  seed: 1\n  arrivals: uniform # as vegeta's; poisson is what independent users make\n  ceiling: %s", i.rate*2)
	i.line(0, "  stages: [{name: attack, for: %s}]", i.length)
	i.line(0, "\nexpect: # where more fail, the run does\n  - {errors: {above: 1%%, for: %s, never: true}}", min(i.length, scenario.Duration(10*time.Second)))
	i.files[scenarioName] = i.text.Bytes()
	return i.faults.Err()
}

// line writes lines of the scenario that are made of a line of the list.
func (i *imported) line(from int, format string, args ...any) {
	text := fmt.Sprintf(format, args...) + "\n"
	i.text.WriteString(text)
	i.origin = append(i.origin, slices.Repeat([]int{from}, strings.Count(text, "\n"))...)
}

// group puts equal targets together, and sees that all go to one service.
func (i *imported) group(targets []vegeta.Target) {
	at, names := map[string]int{}, map[string]int{}
	for _, t := range targets {
		base := t.URL.Scheme + "://" + t.URL.Host
		if i.base == "" {
			i.base = base
		}
		if base != i.base {
			i.fault(t.Line, "it goes to %s and the first target to %s: a run has one service, so split the list", base, i.base)
		}
		key := fmt.Sprintf("%q %q %q", t.Method, t.URL.RequestURI(), t.Body)
		for _, f := range t.Header {
			key += fmt.Sprintf(" %q %q", f.Name, f.Value)
		}
		if k, ok := at[key]; ok {
			i.kinds[k].lines = append(i.kinds[k].lines, t.Line)
			continue
		}
		name := kindName(t)
		if names[name]++; names[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, names[name])
		}
		at[key] = len(i.kinds)
		i.kinds = append(i.kinds, importedKind{Target: t, name: name, lines: []int{t.Line}})
	}
}

var unnameable = regexp.MustCompile(`[^a-z0-9]+`)

// kindName is a name for a kind, which others may have too.
func kindName(t vegeta.Target) string {
	name := unnameable.ReplaceAllString(strings.ToLower(t.Method+" "+t.URL.Path), "-")
	return strings.Trim(name[:min(len(name), 50)], "-")
}

// kind writes one kind of request.
func (i *imported) kind(k importedKind, of int) {
	i.line(k.Line, "  %s: # %s", k.name, places(k.lines))
	i.line(k.Line, "    method: %s", k.Method)
	i.line(k.Line, "    path: %s", quoted(k.URL.RequestURI()))
	i.line(k.Line, "    rate: %s", i.rate*scenario.Rate(len(k.lines))/scenario.Rate(of))
	if len(k.Header) > 0 {
		i.line(k.Line, "    headers:")
	}
	seen := map[string]bool{}
	for _, f := range k.Header {
		name := http.CanonicalHeaderKey(f.Name)
		if seen[name] {
			i.fault(f.Line, "the header %s is sent twice, and a scenario's is sent once: write both values in one line, with a comma", f.Name)
			continue
		}
		seen[name] = true
		i.line(f.Line, "      %s: %s", quoted(f.Name), quoted(i.value(f)))
	}
	if len(k.Body) == 0 {
		return
	}
	if bytes.Contains(k.Body, []byte("{{")) {
		i.fault(k.Line, "its body holds {{, which in a scenario begins a placeholder: write the brackets apart, { {, where the service takes it")
	}
	file := path.Join("bodies", k.name)
	i.files[file] = k.Body
	i.line(k.Line, "    body: {template: %s}", quoted(file))
}

// places are the lines of the list that a kind is made of, the first few.
func places(lines []int) string {
	const few = 5
	text := "line"
	if len(lines) > 1 {
		text = fmt.Sprintf("%d targets, lines", len(lines))
	}
	for n, l := range lines[:min(len(lines), few)] {
		text += strings.Repeat(",", min(n, 1)) + fmt.Sprintf(" %d", l)
	}
	if len(lines) > few {
		text += ", ..."
	}
	return text
}

// secret are header fields whose values belong in no file of a run.
var secret = regexp.MustCompile(`(?i)authorization|cookie|token|secret|password|api-?key`)

// value is a field's value as the scenario has it: a reference, where it is one
// that must not stand in a run's folder.
func (i *imported) value(f vegeta.Field) string {
	if strings.Contains(f.Value, "${") {
		i.fault(f.Line, "the header %s holds ${, which in a scenario begins the name of a variable: put in the value that is meant", f.Name)
	}
	if !secret.MatchString(f.Name) {
		return f.Value
	}
	name := "TARGETS_" + strings.ToUpper(strings.Trim(unnameable.ReplaceAllString(strings.ToLower(f.Name), "_"), "_"))
	others := 0
	for _, v := range i.variables {
		if v.field.Value == f.Value && strings.EqualFold(v.field.Name, f.Name) {
			return "${" + v.name + "}"
		}
		if strings.EqualFold(v.field.Name, f.Name) {
			others++
		}
	}
	if others > 0 {
		name += fmt.Sprintf("_%d", others+1)
	}
	i.variables = append(i.variables, variable{name, f})
	return "${" + name + "}"
}

// quoted writes a text for YAML, which takes JSON's.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // neither a text nor a buffer fails
	return strings.TrimSuffix(b.String(), "\n")
}

// importedEnvironment is for a run without --target, which is then one against
// an embedded service of made-up costs.
const importedEnvironment = `# A stand-in, for a run without --target: one task, two milliseconds of CPU for
# each request. With --target nothing of it counts.
version: 1
name: imported
region: eu-west-1
services:
  imported:
    cluster: imported
    service: imported
    capacity: {min: 1, max: 1}
    policies: {}
emulator:
  load_balancer: app/imported/0000000000000000
  task: {vcpu: 1, workers: 8}
  delays: {publication: 60s..120s, start: 30s..75s, health: 5s..30s}
  health_check: {path: /health, interval: 10s, timeout: 5s}
  deregistration_delay: 30s
  rules:
    - {paths: ["/*"], service: imported}
  costs:
    - {cpu: 2ms}
`
