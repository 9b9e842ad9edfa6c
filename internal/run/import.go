package run

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
	"scaleproof/internal/vegeta"
)

// ImportOptions are those of `loadgen import`.
type ImportOptions struct {
	Targets string // file
	Rate    string // of all together, as 100/s
	For     string // as 30s
	Out     string // folder to write into; it must not be there
}

// Import makes a scenario of a list of vegeta's targets, with its environment and
// bodies in a folder of its own. What a scenario cannot say is told with the
// line of the list, and then nothing is written.
func Import(con Console, o ImportOptions) error {
	i := imported{options: o}
	if err := i.rate.UnmarshalText([]byte(o.Rate)); err != nil || i.rate <= 0 {
		return &Usage{fmt.Errorf("--rate %s: write requests per second as 100/s", o.Rate)}
	}
	if err := i.length.UnmarshalText([]byte(o.For)); err != nil || i.length <= 0 {
		return &Usage{fmt.Errorf("--for %s: write how long as 30s or 10m", o.For)}
	}
	file := o.Targets
	if file == "-" { // as vegeta's users give it
		file, o.Targets = "/dev/stdin", "standard input"
		i.options.Targets = o.Targets
	}
	data, err := limited(file, mostTargets)
	if err != nil {
		return &Usage{err}
	}
	targets, err := vegeta.Parse(o.Targets, data, func(file string) ([]byte, error) { return limited(file, mostTargets) })
	if err != nil {
		return &Usage{err}
	}
	if err := i.compose(targets); err != nil {
		return &Usage{err}
	}
	if err := i.write(con); err != nil {
		return err
	}
	return i.tell(con, len(targets))
}

// mostTargets is how long a list, or a body, may be, in bytes.
const mostTargets = 64 << 20

// limited reads a file that may be a pipe, and has an end.
func limited(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s is longer than %d MiB", path, most>>20)
	}
	return data, err
}

// write writes the folder: whole, or not at all.
func (i *imported) write(con Console) (err error) {
	if _, err := os.Lstat(i.options.Out); err == nil {
		return &Usage{fmt.Errorf("--out %s is there already: name a folder that is not", i.options.Out)}
	}
	parent := filepath.Dir(i.options.Out)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return refuse(err)
	}
	dir, err := os.MkdirTemp(parent, ".import-")
	if err != nil {
		return refuse(err)
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	for name, data := range i.files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
			return refuse(err)
		}
	}
	if err := i.check(con, dir); err != nil {
		return &Usage{err}
	}
	return refuse(errors.Join(os.Chmod(dir, 0o755), os.Rename(dir, i.options.Out)))
}

// check has the scenario read as any other is, and tells what is wrong with it
// by the lines of the list that it was made of.
func (i *imported) check(con Console, dir string) error {
	con.Lookup = withStandIns(con.Lookup)
	_, _, err := plan.Open(filepath.Join(dir, scenarioName), scenario.LoadOptions{Lookup: con.Lookup})
	var faults scenario.Faults
	if !errors.As(err, &faults) {
		return err
	}
	var told scenario.Faults
	for _, f := range faults {
		line := 0
		if filepath.Base(f.File) == scenarioName && f.Line <= len(i.origin) && f.Line > 0 {
			line = i.origin[f.Line-1]
		}
		if told = append(told, scenario.Fault{File: i.options.Targets, Line: line, Msg: f.Msg, Hint: f.Hint}); line > 0 {
			told[len(told)-1].Col = 1
		}
	}
	return told.Err()
}

// tell says what was written, and what to do with it.
func (i *imported) tell(con Console, targets int) error {
	file := filepath.Join(i.options.Out, scenarioName)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: %s, %s at %s for %s\n\n", file, counted(targets, "target", "targets"), counted(len(i.kinds), "kind of request", "kinds of request"), i.rate, i.length)
	for _, v := range i.variables {
		fmt.Fprintf(&b, "  export %s=...   # the header %s at %s:%d, which is kept out of files\n", v.name, v.field.Name, i.options.Targets, v.field.Line)
	}
	fmt.Fprintf(&b, "  loadgen check %s\n  loadgen run %s --target %s\n", shellWord(file), shellWord(file), shellWord(i.base))
	_, err := con.Out.Write(b.Bytes())
	return err
}

// shellWord quotes a text for a shell where it has to be.
func shellWord(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:[]") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
