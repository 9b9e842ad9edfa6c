package scenario

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// checker tells what is wrong with values that are each of the right type.
type checker struct {
	doc             *Document
	s, e            *decoded // scenario and environment
	environmentRead bool
}

var (
	word       = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	methodText = regexp.MustCompile(`^[A-Z]{1,32}$`)
	headerName = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	varName    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

func (c *checker) scenario() {
	s := &c.doc.Scenario
	c.word(c.s, "name", s.Name)
	if c.environmentRead && len(c.doc.Environment.Services) > 0 {
		c.known(c.s, "service", s.Service, "service of environment "+c.doc.Environment.Name, keys(c.doc.Environment.Services))
	}
	if len(s.Summary) > mostSummary {
		c.s.fault("summary", "", "the summary has more than %d characters", mostSummary)
	}
	if len(s.Requests) == 0 {
		c.s.fault("requests", "", "requests names no kind of request")
	}
	if len(s.Requests) > mostKinds {
		c.s.fault("requests", "", "requests names %d kinds, and at most %d can be told apart in a report", len(s.Requests), mostKinds)
		return // a fault of each would say no more
	}
	for _, kind := range keys(s.Requests) {
		c.kind("requests."+kind, kind, s.Requests[kind])
	}
	c.drives()
	c.traffic()
	for i, e := range s.Expect {
		c.expectation(fmt.Sprintf("expect[%d]", i), e)
	}
	for i, r := range s.StopWhen {
		c.stopRule(fmt.Sprintf("stop_when[%d]", i), r)
	}
}

func (c *checker) wantedPolicies() {
	seen := map[string]bool{}
	for i, p := range c.doc.Scenario.Policies {
		path := fmt.Sprintf("policies[%d]", i)
		if c.doc.Overridden {
			path = "policies"
		}
		if service, ok := c.doc.Environment.Services[c.doc.Scenario.Service]; ok {
			c.known(c.s, path, p, "policy of service "+c.doc.Scenario.Service, keys(service.Policies))
		}
		if seen[p] {
			c.s.fault(path, "", "policy %q is listed twice", p)
		}
		seen[p] = true
	}
}

func (c *checker) kind(path, name string, k Kind) {
	c.word(c.s, path, name)
	switch {
	case k.Method != "" && !methodText.MatchString(k.Method):
		c.s.fault(path+".method", "", "%q is not an HTTP method: write it in capitals, as GET or POST", k.Method)
	case k.Method == "CONNECT":
		c.s.fault(path+".method", "", "CONNECT asks a proxy for a tunnel and has no path: use another method")
	}
	c.path(path+".path", k.Path)
	c.headers(path+".headers", k.Headers)
	c.body(path+".body", k)
	c.success(path+".success", k.Success)
	c.positive(c.s, path+".timeout", k.Timeout)
	c.atMost(c.s, path+".timeout", k.Timeout, longestTimeout)
	c.fixedRate(path, k)
	c.think(path, name, k)
}

func (c *checker) success(path string, s *Success) {
	if s == nil {
		return
	}
	for i, code := range s.Status {
		if code < 100 || code > 599 {
			c.s.fault(fmt.Sprintf("%s.status[%d]", path, i), "", "%d is not an HTTP status", code)
		}
	}
}

func (c *checker) fixedRate(path string, k Kind) {
	if c.s.has(path+".rate") && k.Rate <= 0 {
		c.s.fault(path+".rate", "", "a kind's own rate must be above 0")
	}
	if k.Rate > 0 && k.Drive != "" {
		c.s.fault(path+".rate", "", "a kind that drives a policy has no rate of its own: its rate is solved from the demand")
	}
	if len(k.In) > 0 && !c.s.has(path+".rate") {
		c.s.fault(path+".in", "", "in names the stages of a kind's own rate, and this kind has none")
	}
	c.stages(path+".in", k.In)
}

// bodyFiles reads the files that bodies are made from.
func (c *checker) bodyFiles() {
	if len(c.doc.Scenario.Requests) > mostKinds {
		return
	}
	for _, kind := range keys(c.doc.Scenario.Requests) {
		b := c.doc.Scenario.Requests[kind].Body
		if b == nil {
			continue
		}
		path := "requests." + kind + ".body"
		if b.Template != "" && b.Inline == "" {
			c.beside(path+".template", "template", b.Template, mostTemplate, c.doc.Templates)
		}
		if b.CSV != "" {
			c.beside(path+".csv", "file of values", b.CSV, mostTable, c.doc.Tables)
		}
	}
}

// beside reads a file in the scenario's folder or below it, once.
func (c *checker) beside(path, what, name string, most int64, into map[string][]byte) {
	if !filepath.IsLocal(name) {
		c.s.fault(path, "", "%q does not lie in the scenario's folder or below it", name)
		return
	}
	if _, read := into[name]; read {
		return
	}
	file := filepath.Join(c.doc.Dir, filepath.FromSlash(name))
	data, err := readFile(file, most)
	if err != nil {
		c.s.fault(path, missing(err, nearestFile(c.doc.Dir, name)), "%s %s: %s", what, name, reason(err))
		return
	}
	c.doc.hash(file, data)
	into[name] = data
}

func nearestFile(dir, name string) string {
	paths, _ := filepath.Glob(filepath.Join(dir, filepath.Dir(name), "*"))
	for i, p := range paths {
		rel, _ := filepath.Rel(dir, p)
		paths[i] = filepath.ToSlash(rel)
	}
	return Nearest(name, paths)
}

// resolve gives every variable its value: the process's, else the emulated
// environment's stand-in.
func (c *checker) resolve(lookup func(string) (string, bool)) {
	c.doc.variables = map[string]string{}
	standIn := map[string]string{}
	if em := c.doc.Environment.Emulator; em != nil {
		standIn = em.Variables
	}
	for _, kind := range keys(c.doc.Scenario.Requests) {
		headers := c.doc.Scenario.Requests[kind].Headers
		for _, h := range keys(headers) {
			for _, name := range Variables(headers[h]) {
				c.variable(c.s, "requests."+kind+".headers."+h, name, lookup, standIn)
			}
		}
	}
	for _, name := range Variables(c.doc.Service().Proxy) {
		c.variable(c.e, "services."+c.doc.Scenario.Service+".proxy", name, lookup, standIn)
	}
}

func (c *checker) variable(d *decoded, path, name string, lookup func(string) (string, bool), standIn map[string]string) {
	if !varName.MatchString(name) {
		d.fault(path, "", "${%s} is not a variable: letters, digits and _", name)
		return
	}
	if lookup != nil {
		if v, ok := lookup(name); ok {
			if strings.ContainsAny(v, "\r\n\x00") {
				d.fault(path, "", "the value of ${%s} holds a line break", name)
			} else if strings.ContainsFunc(v, unsendable) {
				d.fault(path, "", "the value of ${%s} holds a control character or one outside ASCII, which no header may", name)
			}
			c.doc.variables[name] = v
			return
		}
	}
	v, ok := standIn[name]
	switch {
	case ok:
	case c.doc.Environment.Emulator == nil:
		d.fault(path, "", "the variable %s is not set", name)
	default:
		d.fault(path, Nearest(name, keys(standIn)), "the variable %s is not set, and environment %s has no stand-in for it under emulator.variables", name, c.doc.Environment.Name)
	}
	c.doc.variables[name] = v
}

// word checks a name that becomes part of file names and of the report.
func (c *checker) word(d *decoded, path, w string) {
	if !word.MatchString(w) || len(w) > 64 {
		d.fault(path, "", "the name %q must be of small letters, digits and hyphens", w)
	}
}

// known checks a reference.
func (c *checker) known(d *decoded, path, ref, what string, names []string) {
	if !slices.Contains(names, ref) {
		d.fault(path, d.nearest(ref, names), "%q is not a %s (there is %s)", ref, what, list(names))
	}
}

// positive refuses a duration that is given and zero.
func (c *checker) positive(d *decoded, path string, v Duration) {
	if d.has(path) && v <= 0 {
		d.fault(path, "", "%s must be longer than 0", name(path))
	}
}

// atMost refuses a duration that no run could wait for.
func (c *checker) atMost(d *decoded, path string, v, most Duration) {
	if v > most {
		d.fault(path, "", "%s is at most %s, not %s", name(path), most, v)
	}
}

// stages checks references to stages.
func (c *checker) stages(path string, refs Stages) {
	names := c.stageNames()
	if len(names) == 0 {
		return // told already
	}
	for i, ref := range refs {
		at := fmt.Sprintf("%s[%d]", path, i)
		if !c.s.has(at) {
			at = path
		}
		c.known(c.s, at, ref, "stage", names)
	}
}

func (c *checker) stageNames() (names []string) {
	for _, s := range c.doc.Scenario.Traffic.Stages {
		names = append(names, s.Name)
	}
	return names
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// mostListed is how many names a fault tells of those that there are.
const mostListed = 20

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	if more := len(names) - mostListed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:mostListed], ", "), more)
	}
	return strings.Join(names, ", ")
}
