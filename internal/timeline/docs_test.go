package timeline

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var codeSpan = regexp.MustCompile("`([^`\n]+)`")

// spans are the words that stand as code in a text.
func spans(text string) map[string]bool {
	found := map[string]bool{}
	for _, m := range codeSpan.FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	return found
}

// docs/timeline.md has a section for each kind of event, which names the
// fields of its payload; what these are made of is named under Nouns.
func TestDocsNameEveryKindAndField(t *testing.T) {
	data, err := os.ReadFile("../../docs/timeline.md")
	require.NoError(t, err)
	sections := map[string]map[string]bool{}
	for _, part := range strings.Split(string(data), "\n### ")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		text, _, _ = strings.Cut(text, "\n## ")
		sections[title] = spans(text)
	}
	has := func(section string, of reflect.Type) {
		for _, f := range fields(of) {
			require.True(t, sections[section][f], "docs/timeline.md, section %s, does not name %q", section, f)
		}
	}

	has("Envelope", reflect.TypeFor[envelope]())
	nouns := map[reflect.Type]bool{}
	for kind, fresh := range payloads {
		require.Contains(t, sections, kind)
		p, err := fresh(json.RawMessage("{}"))
		require.NoError(t, err)
		of := reflect.TypeOf(p)
		if of == reflect.TypeFor[AlarmState]() || of == reflect.TypeFor[PolicyState]() {
			nestedIn(of, nouns) // each of their kinds has some of the fields
			continue
		}
		has(kind, of)
		nestedIn(of, nouns)
	}
	has("alarm.state", reflect.TypeFor[AlarmState]())
	has("policy.removed", reflect.TypeFor[PolicyState]())
	require.True(t, sections["alarm.observed"]["alarm"])
	require.True(t, sections["policy.observed"]["policy"])
	require.Greater(t, len(nouns), 8)
	for of := range nouns {
		if of == reflect.TypeFor[KindWindow]() {
			has("traffic.window", of)
			continue
		}
		has("Nouns", of)
	}
}

// fields are the names in JSON of a struct's own fields.
func fields(of reflect.Type) (names []string) {
	for i := range of.NumField() {
		f := of.Field(i)
		if f.Anonymous {
			names = append(names, fields(f.Type)...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// nestedIn gathers the structs that a struct's fields are made of. One that
// writes itself has no fields in JSON.
func nestedIn(of reflect.Type, found map[reflect.Type]bool) {
	for i := range of.NumField() {
		f := of.Field(i)
		t := f.Type
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || t.Implements(reflect.TypeFor[json.Marshaler]()) || found[t] {
			continue
		}
		if !f.Anonymous {
			found[t] = true
		}
		nestedIn(t, found)
	}
}
