package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// deepest is the number of dots that a form's key may have.
const deepest = 24

// readQuery turns a form into nested maps: A.member.1.B=x becomes
// {A: {member: {1: {B: x}}}}. What is a list only the SDK's type tells.
func readQuery(form url.Values) (any, error) {
	root := map[string]any{}
	for key, values := range form {
		parts := strings.Split(key, ".")
		if len(parts) > deepest || len(values) != 1 {
			return nil, fmt.Errorf("bad form key %q", key)
		}
		at := root
		for _, p := range parts[:len(parts)-1] {
			next, ok := at[p].(map[string]any)
			if !ok {
				if at[p] != nil {
					return nil, fmt.Errorf("form key %q is below a value", key)
				}
				next = map[string]any{}
				at[p] = next
			}
			at = next
		}
		last := parts[len(parts)-1]
		if at[last] != nil {
			return nil, fmt.Errorf("form key %q is above a value", key)
		}
		at[last] = values[0]
	}
	return root, nil
}

// queryList reads {member: {1: a, 2: b}}, its flattened form {1: a, 2: b},
// and the empty string, which is how an empty list is sent. [M]
func queryList(from any) ([]any, bool) {
	if from == "" {
		return []any{}, true
	}
	m, ok := from.(map[string]any)
	if !ok {
		return nil, false
	}
	if inner, ok := m["member"].(map[string]any); ok && len(m) == 1 {
		m = inner
	}
	return numbered(m)
}

// numbered lists the values of a map whose keys are numbers, in their order.
func numbered(m map[string]any) ([]any, bool) {
	keys := make([]int, 0, len(m))
	for k := range m {
		n, err := strconv.Atoi(k)
		if err != nil || n < 1 || strconv.Itoa(n) != k {
			return nil, false
		}
		keys = append(keys, n)
	}
	slices.Sort(keys)
	items := make([]any, len(keys))
	for i, k := range keys {
		items[i] = m[strconv.Itoa(k)]
	}
	return items, true
}

// queryMap reads {entry: {1: {key: k, value: v}}}.
func queryMap(m map[string]any) (map[string]any, bool) {
	inner, ok := m["entry"].(map[string]any)
	if !ok || len(m) != 1 {
		return nil, false
	}
	entries, ok := numbered(inner)
	if !ok {
		return nil, false
	}
	pairs := map[string]any{}
	for _, e := range entries {
		e, _ := e.(map[string]any)
		key, ok := e["key"].(string)
		if !ok {
			return nil, false
		}
		pairs[key] = e["value"]
	}
	return pairs, true
}

// writeXML writes a tree's members as elements.
func writeXML(b *bytes.Buffer, name string, v any) {
	b.WriteString("<" + name + ">")
	switch v := v.(type) {
	case record:
		for _, m := range v {
			writeXML(b, m.name, m.value)
		}
	case dict:
		for _, m := range v {
			b.WriteString("<entry>")
			writeXML(b, "key", m.name)
			writeXML(b, "value", m.value)
			b.WriteString("</entry>")
		}
	case list:
		for _, item := range v {
			writeXML(b, "member", item)
		}
	default:
		xml.EscapeText(b, []byte(text(v))) // a bytes.Buffer takes every write
	}
	b.WriteString("</" + name + ">")
}

// text is a leaf as XML writes it; times are ISO 8601 with milliseconds.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		return v.Format("2006-01-02T15:04:05.000Z")
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	}
	return ""
}
