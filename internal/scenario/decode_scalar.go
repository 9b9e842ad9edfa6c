package scenario

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

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
		if at := strings.IndexFunc(n.text, steers); at >= 0 && !strings.HasSuffix(path, ".body.inline") {
			r, _ := utf8.DecodeRuneInString(n.text[at:])
			d.structure(path, n.pos, "", "%s holds the control character %q: remove it", name(path), r)
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
		d.structure(path, n.pos, Nearest(n.text, enum), "%s is %q; it may be %s", name(path), n.text, strings.Join(enum, " or "))
	}
}

// steers says that a character of a text steers what shows it. Line breaks
// are left to those who know which texts may have them.
func steers(r rune) bool { return hidden(r) && r != '\n' && r != '\r' && r != '\t' }

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
		return "the number " + cut(n.text, mostQuote)
	case n.tag == "!!bool":
		return n.text
	}
	return strconv.Quote(n.text)
}
