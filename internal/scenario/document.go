package scenario

import (
	"crypto/tls"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

// Document is a scenario with its environment and everything else that it
// names, read and checked.
type Document struct {
	Path     string // of the scenario file, as given
	Dir      string // of the scenario file; templates are relative to it
	Scenario Scenario
	// Environment is the environment in force, which LoadOptions may have
	// chosen in place of the scenario's own.
	Environment Environment
	// Overridden says that LoadOptions chose the policies, so that the
	// scenario's expectations may name others.
	Overridden bool
	Files      map[string]string // SHA-256, in hex, of each file read, by its name relative to Dir, without a folder where it lies outside
	Templates  map[string][]byte // contents of the template files, by their names in the scenario
	Tables     map[string][]byte // contents of the files that {{csv}} takes values from, likewise
	Recorded   map[string][]byte // contents of the files that stages replay, likewise

	environmentDir string // of the environment file; certificates are relative to it
	tls            *tls.Config
	variables      map[string]string
	scenario       *decoded
	env            *decoded
}

// Service is the environment's service that the scenario names; its zero
// value where the environment has none of that key.
func (d *Document) Service() Service { return d.Environment.Services[d.Scenario.Service] }

// Pos is the place of a value of the scenario by its path, such as
// traffic.stages[1].demand, or of the nearest thing around it.
func (d *Document) Pos(path string) Pos { return d.scenario.pos(path) }

// Sound says that neither the value at a path of the scenario nor anything
// around it has a fault of structure.
func (d *Document) Sound(path string) bool { return d.scenario.sound(path) }

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

// Variables lists the names that a text refers to as ${NAME}.
func Variables(text string) (names []string) {
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

// Expand replaces each ${NAME} in a text by the variable's value. What it
// returns may hold a secret: it goes on the wire and nowhere else.
func (d *Document) Expand(text string) string {
	return variable.ReplaceAllStringFunc(text, func(ref string) string {
		return d.variables[ref[2:len(ref)-1]]
	})
}

// ExpandURL is Expand for a URL: a value is written there as it must be, so
// that a password may hold what has a meaning in a URL.
func (d *Document) ExpandURL(text string) string {
	return variable.ReplaceAllStringFunc(text, func(ref string) string {
		return strings.ReplaceAll(url.QueryEscape(d.Expand(ref)), "+", "%20")
	})
}

// Clone is a copy that shares nothing that can be changed with the original:
// for a run that differs from the file in a stage's demand or a cost.
func (d *Document) Clone() *Document {
	c := *d
	c.Scenario, c.Environment = Scenario{}, Environment{}
	copyJSON(&c.Scenario, d.Scenario)
	copyJSON(&c.Environment, d.Environment)
	return &c
}

// copyJSON copies by way of the text form, which the tests hold to be exact.
func copyJSON(to, from any) {
	b, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(b, to)
	}
	if err != nil {
		panic("scenario: a document does not survive its own text form: " + err.Error())
	}
}
