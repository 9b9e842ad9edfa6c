package scenario

import (
	"fmt"
	"strings"
)

// decoded is what is known about a file beside its values.
type decoded struct {
	faults     Faults
	unreadable bool            // not YAML: nothing was decoded
	at         map[string]Pos  // place of each value, by its path: traffic.stages[1].for
	bad        map[string]bool // paths that have a fault of structure
	unknown    map[string]bool // paths that have a key which is not known
}

func newDecoded() *decoded {
	return &decoded{at: map[string]Pos{"": {}}, bad: map[string]bool{}, unknown: map[string]bool{}}
}

// has says whether the file gives a value at a path.
func (d *decoded) has(path string) bool { _, ok := d.at[path]; return ok }

// sound says that nothing at a path or around it has a fault of structure.
func (d *decoded) sound(path string) bool {
	for p := path; ; p = parent(p) {
		if d.bad[p] {
			return false
		}
		if p == "" {
			return true
		}
	}
}

// whole says that nothing below a path has a fault of structure.
func (d *decoded) whole(path string) bool {
	for p := range d.bad {
		if strings.HasPrefix(p, path+".") {
			return false
		}
	}
	return !d.unknown[path]
}

// pos is the place of a path, or of the nearest thing around it.
func (d *decoded) pos(path string) Pos {
	for {
		if p, ok := d.at[path]; ok {
			return p
		}
		path = parent(path)
	}
}

func parent(path string) string {
	i := strings.LastIndexAny(path, ".[")
	if i < 0 {
		return ""
	}
	return path[:i]
}

// fault notes a fault of value. Where the structure is already at fault, at
// the path or around it, it says nothing: one mistake is told once.
func (d *decoded) fault(path, hint, format string, args ...any) {
	if !d.sound(path) {
		return
	}
	d.add(d.pos(path), hint, fmt.Sprintf(format, args...))
}

func (d *decoded) add(p Pos, hint, msg string) {
	d.faults = append(d.faults, Fault{File: p.File, Line: p.Line, Col: p.Col, Msg: msg, Hint: hint})
}

// structure notes a fault of structure.
func (d *decoded) structure(path string, p Pos, hint, format string, args ...any) {
	d.bad[path] = true
	d.add(p, hint, fmt.Sprintf(format, args...))
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// name is how messages call a path.
func name(path string) string {
	if path == "" {
		return "the file"
	}
	return path
}
