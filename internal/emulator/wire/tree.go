package wire

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// A tree is what all encodings write: nil, bool, int64, float64, string,
// []byte, time.Time, list, record or dict.
type (
	list   []any
	record []member // a struct's members, in the struct's order
	dict   []member // a map's entries, in the order of their keys
	member struct {
		name  string
		value any
	}
)

var timeType = reflect.TypeFor[time.Time]()

// tree turns an SDK value into a tree. spell names the members.
func tree(v reflect.Value, spell func(string) string) (any, error) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return tree(v.Elem(), spell)
	case reflect.Interface:
		return union(v, spell)
	case reflect.Struct:
		if v.Type() == timeType {
			return v.Interface().(time.Time).UTC().Round(time.Millisecond), nil
		}
		return structTree(v, spell)
	case reflect.Slice:
		return listTree(v, spell)
	case reflect.Map:
		return mapTree(v, spell)
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Float32, reflect.Float64:
		return v.Float(), nil
	}
	return nil, fmt.Errorf("a %s has no form on the wire", v.Type())
}

// structTree leaves out what is nil, and strings that are empty: a string that
// is not a pointer is an enum, and an empty one is absent.
func structTree(v reflect.Value, spell func(string) string) (any, error) {
	r := record{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !onWire(f) {
			continue
		}
		value, err := tree(v.Field(i), spell)
		if err != nil {
			return nil, fmt.Errorf("%s.%w", f.Name, err)
		}
		if value == nil || v.Field(i).Kind() == reflect.String && value == "" {
			continue
		}
		r = append(r, member{spell(f.Name), value})
	}
	return r, nil
}

func onWire(f reflect.StructField) bool { return f.IsExported() && f.Name != "ResultMetadata" }

func listTree(v reflect.Value, spell func(string) string) (any, error) {
	if v.IsNil() {
		return nil, nil
	}
	if b, ok := v.Interface().([]byte); ok {
		return b, nil
	}
	l := make(list, v.Len())
	for i := range l {
		var err error
		if l[i], err = tree(v.Index(i), spell); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func mapTree(v reflect.Value, spell func(string) string) (any, error) {
	if v.IsNil() {
		return nil, nil
	}
	d := dict{}
	for _, k := range v.MapKeys() {
		value, err := tree(v.MapIndex(k), spell)
		if err != nil {
			return nil, err
		}
		d = append(d, member{k.String(), value})
	}
	slices.SortFunc(d, func(a, b member) int { return cmp.Compare(a.name, b.name) })
	return d, nil
}

// union writes a member type of a union, which the SDK names
// <Union>Member<Member> and gives one field, Value.
func union(v reflect.Value, spell func(string) string) (any, error) {
	if v.IsNil() {
		return nil, nil
	}
	t := reflect.Indirect(v.Elem()).Type()
	_, name, ok := strings.Cut(t.Name(), v.Type().Name()+"Member")
	if !ok || t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("a %s is no member of a union", t)
	}
	value, err := tree(reflect.Indirect(v.Elem()).FieldByName("Value"), spell)
	return record{{spell(name), value}}, err
}
