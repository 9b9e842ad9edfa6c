package scenario

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
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
		if x := d.any(n); x != nil { // null: a nil interface has no value to set
			v.Set(reflect.ValueOf(x))
		}
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
			meant := d.nearest(key, fields.names())
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
