package scenario

import (
	"reflect"
	"strings"
)

// field is a struct's field as the decoder and the JSON Schema see it: both
// read the same tags. A field that may be left out says omitempty or omitzero.
type field struct {
	index    int
	name     string
	required bool
	place    bool     // a Pos, filled in by the decoder
	enum     []string // the only values, in text form
}

type fields []field

func fieldsOf(t reflect.Type) fields {
	var out fields
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		out = append(out, field{
			index:    i,
			name:     name,
			required: options == "",
			place:    f.Type == posType,
			enum:     enumOf(f.Tag.Get("jsonschema")),
		})
	}
	return out
}

func enumOf(tag string) (values []string) {
	for part := range strings.SplitSeq(tag, ",") {
		if v, ok := strings.CutPrefix(part, "enum="); ok {
			values = append(values, v)
		}
	}
	return values
}

func (f fields) find(name string) (field, bool) {
	for _, x := range f {
		if x.name == name && !x.place {
			return x, true
		}
	}
	return field{}, false
}

func (f fields) names() (names []string) {
	for _, x := range f {
		if !x.place {
			names = append(names, x.name)
		}
	}
	return names
}
