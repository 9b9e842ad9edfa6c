package scenario

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decode reads a document into v, a pointer to a struct, and tells all that
// does not fit: keys that are unknown, doubled or missing, and values of
// another type. Whatever fits is set in v all the same.
func decode(file string, data []byte, v any) *decoded {
	d := newDecoded()
	d.at[""] = Pos{File: file, Line: 1, Col: 1}
	root, faults := parse(file, data)
	if faults != nil {
		d.faults, d.unreadable = faults, true
		return d
	}
	d.value(root, reflect.ValueOf(v).Elem(), "", nil)
	return d
}

// decoded is what is known about a file beside its values.
type decoded struct {
	faults     Faults
	unreadable bool            // not YAML: nothing was decoded
	at         map[string]Pos  // place of each value, by its path: traffic.stages[1].for
	bad        map[string]bool // paths that have a fault of structure
	unknown    map[string]bool // paths that have a key which is not known
}

func newDecoded() *decoded {
	return &decoded{at: map[string]Pos{}, bad: map[string]bool{}, unknown: map[string]bool{}}
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

var (
	textType   = reflect.TypeFor[encoding.TextUnmarshaler]()
	stagesType = reflect.TypeFor[Stages]()
	posType    = reflect.TypeFor[Pos]()
)

func (d *decoded) value(n *node, v reflect.Value, path string, enum []string) {
	d.at[path] = n.pos
	if n.kind == scalarNode && n.tag == "!!null" && v.Kind() != reflect.Interface {
		d.structure(path, n.pos, "", "%s is empty", name(path))
		return
	}
	switch t := v.Type(); {
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		d.value(n, v.Elem(), path, enum)
	case reflect.PointerTo(t).Implements(textType):
		d.text(n, v, path)
	case t == stagesType && n.kind == scalarNode:
		v.Set(reflect.MakeSlice(t, 1, 1))
		d.value(n, v.Index(0), path, enum)
	case v.Kind() == reflect.Struct:
		d.object(n, v, path)
	case v.Kind() == reflect.Map:
		d.table(n, v, path)
	case v.Kind() == reflect.Slice:
		d.list(n, v, path)
	case v.Kind() == reflect.Interface:
		v.Set(reflect.ValueOf(d.any(n)))
	default:
		d.scalar(n, v, path, enum)
	}
}

// text reads a scalar that has a text form of its own.
func (d *decoded) text(n *node, v reflect.Value, path string) {
	if n.kind != scalarNode || n.tag == "!!bool" {
		d.structure(path, n.pos, "", "%s is %s, not a single value", name(path), n.what())
		return
	}
	text := n.text
	if f, err := strconv.ParseFloat(text, 64); err == nil && (n.tag == "!!int" || n.tag == "!!float") {
		text = number(f) // .5 and 1e3 are numbers in YAML and JSON alike
	}
	if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
		d.structure(path, n.pos, "", "%s: %v", name(path), err)
	}
}

func (d *decoded) object(n *node, v reflect.Value, path string) {
	if n.kind != mappingNode {
		d.structure(path, n.pos, "", "%s is %s, not a table of keys and values", name(path), n.what())
		return
	}
	fields := fieldsOf(v.Type())
	seen, misspelt := map[string]bool{}, map[string]bool{}
	for i, k := range n.keys {
		key, ok := d.key(k, path, seen)
		if !ok {
			continue
		}
		f, known := fields.find(key)
		if !known {
			meant := nearest(key, fields.names())
			d.unknown[path] = true
			d.add(k.pos, meant, fmt.Sprintf("unknown key %q in %s", key, name(path)))
			if meant != "" && !seen[meant] {
				misspelt[meant], d.bad[join(path, meant)] = true, true
			}
			continue
		}
		d.value(n.items[i], v.Field(f.index), join(path, key), f.enum)
	}
	if c, ok := v.Interface().(choice); ok && len(seen) != 1 && len(misspelt) == 0 {
		d.structure(path, n.pos, "", "%s names exactly one thing, not %d: begin each with a hyphen of its own", c.choice(), len(seen))
	}
	for _, f := range fields {
		if f.required && !seen[f.name] && !misspelt[f.name] {
			d.structure(join(path, f.name), n.pos, "", "%s has no %q", name(path), f.name)
		}
		if f.place {
			v.Field(f.index).Set(reflect.ValueOf(n.pos))
		}
	}
}

func (d *decoded) table(n *node, v reflect.Value, path string) {
	if n.kind != mappingNode {
		d.structure(path, n.pos, "", "%s is %s, not a table of keys and values", name(path), n.what())
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	seen := map[string]bool{}
	for i, k := range n.keys {
		key, ok := d.key(k, path, seen)
		if !ok {
			continue
		}
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(n.items[i], item, join(path, key), nil)
		v.SetMapIndex(reflect.ValueOf(key), item)
		d.at[join(path, key)] = k.pos // what is said of an entry is mostly said of its name
	}
}

// key reads a mapping's key.
func (d *decoded) key(k *node, path string, seen map[string]bool) (string, bool) {
	if k.kind != scalarNode || k.tag == "!!null" || k.tag == "!!merge" {
		d.add(k.pos, "", "a key is "+k.what()+", not a word")
		return "", false
	}
	if seen[k.text] {
		d.add(k.pos, "", fmt.Sprintf("key %q stands twice in %s", k.text, name(path)))
		return "", false
	}
	seen[k.text] = true
	return k.text, true
}

func (d *decoded) list(n *node, v reflect.Value, path string) {
	if n.kind != sequenceNode {
		d.structure(path, n.pos, "", "%s is %s, not a list", name(path), n.what())
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		d.value(item, v.Index(i), path+"["+strconv.Itoa(i)+"]", nil)
	}
}

func (d *decoded) scalar(n *node, v reflect.Value, path string, enum []string) {
	bad := func(want string) {
		d.structure(path, n.pos, "", "%s is %s, not %s", name(path), n.what(), want)
	}
	switch v.Kind() {
	case reflect.String:
		if n.kind != scalarNode || n.tag == "!!int" || n.tag == "!!float" || n.tag == "!!bool" {
			bad("text (put it in quotes)")
			return
		}
		v.SetString(n.text)
	case reflect.Bool:
		if n.tag != "!!bool" || n.text != "true" && n.text != "false" {
			bad("true or false")
			return
		}
		v.SetBool(n.text == "true")
	case reflect.Int:
		i, err := strconv.ParseInt(n.text, 10, 32)
		if n.tag != "!!int" || err != nil {
			bad("a whole number")
			return
		}
		v.SetInt(i)
	case reflect.Uint64:
		u, err := strconv.ParseUint(n.text, 10, 64)
		if n.tag != "!!int" || err != nil {
			bad("a whole number from 0")
			return
		}
		v.SetUint(u)
	case reflect.Float64:
		f, err := strconv.ParseFloat(n.text, 64)
		if n.tag != "!!int" && n.tag != "!!float" || err != nil || f-f != 0 || strings.Contains(n.text, "_") {
			bad("a number")
			return
		}
		v.SetFloat(f)
	default:
		panic("scenario: no rule to decode " + v.Type().String())
	}
	if len(enum) > 0 && !slices.Contains(enum, n.text) {
		d.structure(path, n.pos, nearest(n.text, enum), "%s is %q; it may be %s", name(path), n.text, strings.Join(enum, " or "))
	}
}

// any reads a value of any type, as JSON would.
func (d *decoded) any(n *node) any {
	switch n.kind {
	case mappingNode:
		m := map[string]any{}
		for i, k := range n.keys {
			m[k.text] = d.any(n.items[i])
		}
		return m
	case sequenceNode:
		list := make([]any, len(n.items))
		for i, item := range n.items {
			list[i] = d.any(item)
		}
		return list
	}
	switch n.tag {
	case "!!null":
		return nil
	case "!!bool":
		return n.text == "true"
	case "!!int", "!!float":
		if f, err := strconv.ParseFloat(n.text, 64); err == nil && f-f == 0 {
			return f
		}
	}
	return n.text
}

// what says in words what a value is.
func (n *node) what() string {
	switch {
	case n.kind == mappingNode:
		return "a table"
	case n.kind == sequenceNode:
		return "a list"
	case n.tag == "!!null":
		return "empty"
	case n.tag == "!!int" || n.tag == "!!float":
		return "the number " + n.text
	case n.tag == "!!bool":
		return n.text
	}
	return strconv.Quote(n.text)
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
