package wire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"
)

// assign fills an SDK value from what an encoding read: nil, bool, int64,
// uint64, float64, json.Number, string, []byte, time.Time, []any or
// map[string]any. Members that the SDK does not know are passed over, as AWS
// does.
func assign(v reflect.Value, from any, spell func(string) string) error {
	if from == nil {
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return assign(v.Elem(), from, spell)
	case reflect.Struct:
		if v.Type() == timeType {
			return assignTime(v, from)
		}
		return assignStruct(v, from, spell)
	case reflect.Slice:
		return assignSlice(v, from, spell)
	case reflect.Map:
		return assignMap(v, from, spell)
	}
	return assignScalar(v, from)
}

func assignStruct(v reflect.Value, from any, spell func(string) string) error {
	m, ok := from.(map[string]any)
	if !ok {
		return mismatch(v, from)
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !onWire(f) {
			continue
		}
		name := spell(f.Name)
		item, ok := m[name]
		if !ok {
			item = m[lower(f.Name)] // STS has one member, arn, that is spelt against its rule
		}
		if err := assign(v.Field(i), item, spell); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func assignSlice(v reflect.Value, from any, spell func(string) string) error {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return assignBytes(v, from)
	}
	items, ok := from.([]any)
	if !ok {
		if items, ok = queryList(from); !ok {
			return mismatch(v, from)
		}
	}
	s := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if err := assign(s.Index(i), item, spell); err != nil {
			return err
		}
	}
	v.Set(s)
	return nil
}

func assignMap(v reflect.Value, from any, spell func(string) string) error {
	m, ok := from.(map[string]any)
	if !ok {
		return mismatch(v, from)
	}
	if pairs, ok := queryMap(m); ok {
		m = pairs
	}
	out := reflect.MakeMap(v.Type())
	for _, k := range slices.Sorted(maps.Keys(m)) {
		e := reflect.New(v.Type().Elem()).Elem()
		if err := assign(e, m[k], spell); err != nil {
			return fmt.Errorf("%s: %w", k, err)
		}
		out.SetMapIndex(reflect.ValueOf(k).Convert(v.Type().Key()), e)
	}
	v.Set(out)
	return nil
}

func assignBytes(v reflect.Value, from any) error {
	switch b := from.(type) {
	case []byte:
		v.SetBytes(b)
		return nil
	case string:
		raw, err := base64.StdEncoding.DecodeString(b)
		v.SetBytes(raw)
		return err
	}
	return mismatch(v, from)
}

func assignScalar(v reflect.Value, from any) error {
	ok := false
	switch v.Kind() {
	case reflect.String:
		var s string
		if s, ok = from.(string); ok {
			v.SetString(s)
		}
	case reflect.Bool:
		var b bool
		if b, ok = boolean(from); ok {
			v.SetBool(b)
		}
	case reflect.Int32, reflect.Int64, reflect.Int:
		var n int64
		if n, ok = integer(from); ok && !v.OverflowInt(n) {
			v.SetInt(n)
		} else {
			ok = false
		}
	case reflect.Float32, reflect.Float64:
		var f float64
		if f, ok = float(from); ok {
			v.SetFloat(f)
		}
	}
	if !ok {
		return mismatch(v, from)
	}
	return nil
}

// assignTime reads seconds since 1970, or an RFC 3339 string.
func assignTime(v reflect.Value, from any) error {
	if t, ok := from.(time.Time); ok {
		v.Set(reflect.ValueOf(t.UTC().Round(time.Millisecond))) // CBOR carries a float64
		return nil
	}
	if s, ok := from.(string); ok {
		for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
			if t, err := time.Parse(form, s); err == nil {
				v.Set(reflect.ValueOf(t.UTC()))
				return nil
			}
		}
	}
	f, ok := float(from)
	if !ok || math.Abs(f) > 1e11 {
		return mismatch(v, from)
	}
	v.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(f * 1000))).UTC()))
	return nil
}

func boolean(from any) (bool, bool) {
	switch b := from.(type) {
	case bool:
		return b, true
	case string:
		return b == "true", b == "true" || b == "false"
	}
	return false, false
}

func integer(from any) (int64, bool) {
	switch n := from.(type) {
	case int64:
		return n, true
	case uint64:
		return int64(n), n <= math.MaxInt64
	case json.Number:
		i, err := n.Int64()
		return i, err == nil
	case string:
		i, err := strconv.ParseInt(n, 10, 64)
		return i, err == nil
	}
	return 0, false
}

func float(from any) (float64, bool) {
	switch n := from.(type) {
	case float64:
		return n, !math.IsNaN(n)
	case int64:
		return float64(n), true
	case uint64:
		return float64(n), true
	case json.Number:
		f, err := n.Float64()
		return f, err == nil
	case string:
		f, err := strconv.ParseFloat(n, 64)
		return f, err == nil && !math.IsNaN(f)
	}
	return 0, false
}

func mismatch(v reflect.Value, from any) error {
	return fmt.Errorf("a %T where a %s belongs", from, v.Type())
}
