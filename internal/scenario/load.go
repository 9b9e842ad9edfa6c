package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
)

// LoadOptions are what a command line changes of a scenario.
type LoadOptions struct {
	// Environment is used in place of the scenario's own: a name in
	// environments/ beside the scenario, or a path.
	Environment string
	// Policies are used in place of the scenario's own where not nil.
	Policies []string
	// Lookup gives the value of a variable, as os.LookupEnv does; nil knows
	// none.
	Lookup func(name string) (string, bool)
}

// Load reads a scenario with its environment and templates and checks all of
// them. The error is Faults. Beside it the document is returned as far as it
// could be read, or nil where that is nowhere: for more checks that may add
// faults of their own, never to be run.
func Load(path string, o LoadOptions) (*Document, error) {
	d := &Document{Path: path, Dir: filepath.Dir(path), Files: map[string]string{}, Templates: map[string][]byte{}, Tables: map[string][]byte{}, Recorded: map[string][]byte{}}
	data, err := readFile(path, mostDocument)
	if err != nil {
		return nil, Faults{{File: path, Msg: "scenario: " + reason(err)}}
	}
	d.scenario = decode(path, data, &d.Scenario)
	if d.scenario.unreadable {
		return nil, d.scenario.faults.Err()
	}
	d.hash(path, data)
	for i := range d.Scenario.Expect {
		d.Scenario.Expect[i].Pos.File = filepath.Base(path) // what is written down must not tell where files lie
	}
	if !d.readEnvironment(o) {
		c := checker{doc: d, s: d.scenario, e: d.env}
		c.scenario()
		return nil, append(d.scenario.faults, d.env.faults...).Err()
	}
	c := checker{doc: d, s: d.scenario, e: d.env, environmentRead: true}
	c.scenario()
	if o.Policies != nil {
		d.Scenario.Policies, d.Overridden = slices.Clone(o.Policies), true
	}
	c.wantedPolicies()
	c.environment()
	c.bodyFiles()
	c.recorded()
	c.resolve(o.Lookup)
	return d, append(d.scenario.faults, d.env.faults...).Err()
}

// readEnvironment reads the environment in force; faults of finding it are
// the scenario's where it names it, else the command line's.
func (d *Document) readEnvironment(o LoadOptions) bool {
	d.env = newDecoded()
	name, path := d.Scenario.Environment, ""
	switch {
	case o.Environment != "":
		name = o.Environment
		path = environmentPath(d.Dir, "", name)
	case !d.scenario.sound("environment"):
		return false
	default:
		path = environmentPath(d.Dir, d.Dir, name)
	}
	data, err := readFile(path, mostDocument)
	if err != nil {
		there := environmentNames(d.Dir)
		f := Fault{File: path, Msg: "environment: " + reason(err), Hint: missing(err, Nearest(name, there))}
		if f.Hint == "" && len(there) > 0 {
			f.Msg += missing(err, " (there is "+list(there)+")")
		}
		if o.Environment == "" {
			p := d.Pos("environment")
			f.File, f.Line, f.Col = p.File, p.Line, p.Col
			f.Msg = "environment " + path + ": " + reason(err)
		}
		d.env.faults = Faults{f}
		return false
	}
	d.environmentDir = filepath.Dir(path)
	d.env = decode(path, data, &d.Environment)
	d.hash(path, data)
	return !d.env.unreadable && d.env.sound("") // else all that refers to it would be at fault as well
}

// environmentPath is where an environment lies: a bare name, or one of those
// that there are, in environments/
// beside the scenario, anything else relative to base.
func environmentPath(dir, base, name string) string {
	if !strings.ContainsAny(name, `/\`) && (filepath.Ext(name) == "" || slices.Contains(environmentNames(dir), name)) {
		return filepath.Join(dir, "environments", name+".yaml") // staging.example is a name too
	}
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(base, name)
}

func environmentNames(dir string) (names []string) {
	paths, _ := filepath.Glob(filepath.Join(dir, "environments", "*.yaml"))
	for _, p := range paths {
		names = append(names, strings.TrimSuffix(filepath.Base(p), ".yaml"))
	}
	return names
}

func (d *Document) hash(path string, data []byte) {
	name := filepath.Base(path) // of what lies elsewhere, since it must not tell where
	if rel, err := filepath.Rel(d.Dir, path); err == nil && filepath.IsLocal(rel) {
		name = filepath.ToSlash(rel)
	}
	sum := sha256.Sum256(data)
	d.Files[name] = hex.EncodeToString(sum[:])
}
