package scenario

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	generate "github.com/invopop/jsonschema"
	validate "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/scaling"
)

// The schemas that editors use are made from the types that the decoder
// fills, by the same tags.
var schemas = []struct {
	file string
	of   any
}{
	{"scenario.schema.json", Scenario{}},
	{"environment.schema.json", Environment{}},
}

// The metrics that an alarm or a policy may name are those that there are: a
// tag cannot be made of a list.
func TestSchemasNameEveryMetric(t *testing.T) {
	for _, of := range []any{Alarm{}, CustomPolicy{}} {
		field, ok := reflect.TypeOf(of).FieldByName("Metric")
		require.True(t, ok)
		require.Equal(t, "enum="+strings.Join(scaling.MetricNames, ",enum="), field.Tag.Get("jsonschema"))
	}
}

func TestSchemasAreCommitted(t *testing.T) {
	for _, s := range schemas {
		got := schemaOf(t, s.of)
		file := filepath.Join("../../scenarios", s.file)
		if flag.Lookup("update").Value.String() == "true" {
			require.NoError(t, os.WriteFile(file, got, 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), "%s is stale: go test ./internal/scenario -update", s.file)
	}
}

func schemaOf(t testing.TB, v any) []byte {
	r := generate.Reflector{Anonymous: true, ExpandedStruct: true, Mapper: scalarSchema}
	require.NoError(t, r.AddGoComments("scaleproof/internal/scenario", "./"))
	for k, text := range r.CommentMap {
		name := k[strings.LastIndex(k, ".")+1:]
		text = strings.Join(strings.Fields(text), " ")
		r.CommentMap[k] = strings.TrimPrefix(text, name+" is ")
	}
	s := r.Reflect(v)
	for _, of := range []any{Expectation{}, StopRule{}} {
		if e := s.Definitions[reflect.TypeOf(of).Name()]; e != nil {
			one := uint64(1)
			e.MinProperties, e.MaxProperties = &one, &one
		}
	}
	b, err := json.MarshalIndent(s, "", "  ")
	require.NoError(t, err)
	return append(b, '\n')
}

// scalarSchema describes the scalars that have a text form of their own.
func scalarSchema(t reflect.Type) *generate.Schema {
	text := func(pattern string, examples ...any) *generate.Schema {
		return &generate.Schema{Type: "string", Pattern: pattern, Examples: examples}
	}
	or := func(s ...*generate.Schema) *generate.Schema { return &generate.Schema{AnyOf: s} }
	count := &generate.Schema{Type: "integer", Minimum: "0", Maximum: "5000"}
	switch t {
	case reflect.TypeFor[uint64]():
		return &generate.Schema{Type: "integer", Minimum: "0"}
	case reflect.TypeFor[Duration]():
		return text(durationText.String(), "90s", "10m", "1h30m")
	case reflect.TypeFor[Rate]():
		return text(rateText.String(), "2/s", "90/m")
	case reflect.TypeFor[Percent]():
		return text(percentText.String(), "1%", "0.5%")
	case reflect.TypeFor[Size]():
		return text(sizeText.String(), "512B", "16KiB", "1MiB")
	case reflect.TypeFor[Factor]():
		return text(timesText.String(), "1.5x")
	case reflect.TypeFor[Bound]():
		return or(text(durationText.String(), "250ms", "2s"), text(timesText.String(), "1.5x"))
	case reflect.TypeFor[Share]():
		return or(text(percentText.String(), "1%", "0.5%"), text(timesText.String(), "3x"))
	case reflect.TypeFor[Spread]():
		return text(`^(`+durationForm+`)+(\.\.(`+durationForm+`)+)?$`, "30s..75s", "30s")
	case reflect.TypeFor[Amount]():
		return or(&generate.Schema{Type: "number", Minimum: "0"}, text(amountText.String(), "90s", "50%"))
	case reflect.TypeFor[TaskLoad]():
		return or(&generate.Schema{Type: "number", Minimum: "0"}, text(loadText.String(), "1.25x"))
	case reflect.TypeFor[Range]():
		return or(count, text(rangeText.String(), "2..5", "3.."))
	case reflect.TypeFor[Count]():
		return or(count, &generate.Schema{Type: "string", Enum: []any{minimum}}, text(rangeText.String(), "2..5", "3.."))
	case reflect.TypeFor[Stages]():
		one := &generate.Schema{Type: "string"}
		return or(one, &generate.Schema{Type: "array", Items: one})
	}
	return nil
}

func compiled(t testing.TB, file string) *validate.Schema {
	data, err := os.ReadFile(filepath.Join("../../scenarios", file))
	require.NoError(t, err)
	doc, err := validate.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	c := validate.NewCompiler()
	require.NoError(t, c.AddResource("file:///"+file, doc))
	s, err := c.Compile("file:///" + file)
	require.NoError(t, err)
	return s
}

// What a schema cannot say: the decoder alone refuses these files for their
// structure.
var beyondSchemas = []string{
	"duplicate-key",                                   // JSON has no notion of it
	"percent-large", "range", "range-large", "spread", // values within a text form
	"yes-for-true", // YAML 1.1 and 1.2 differ on what it is
	"underscored-number",
	"rate-large", "demand-large", "delay-order", "latency-times-large", "latency-times-zero", // bounds of a value inside a text form
	"name-control", "summary-control", "summary-direction", "path-control", "header-control", "policy-name-control", // patterns have no word for what is not graphic
}

func TestDecoderAndSchemaAgreeOnFiles(t *testing.T) {
	scenario, environment := compiled(t, schemas[0].file), compiled(t, schemas[1].file)
	agree := func(pattern string, schema *validate.Schema, fresh func() any) {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			tree, faults := parse(file, data)
			if faults != nil {
				continue // no YAML at all
			}
			name := strings.TrimSuffix(filepath.Base(file), ".bad.yaml")
			d := decode(file, data, fresh())
			invalid := schema.Validate((&decoded{}).any(tree))
			if slices.Contains(beyondSchemas, name) {
				continue
			}
			require.Equal(t, len(d.faults) > 0, invalid != nil, "%s: decoder: %v; schema: %v", file, d.faults, invalid)
		}
	}
	newScenario := func() any { return new(Scenario) }
	newEnvironment := func() any { return new(Environment) }
	agree("../../scenarios/*.yaml", scenario, newScenario)
	agree("../../scenarios/langfuse/*.yaml", scenario, newScenario)
	agree("testdata/*.yaml", scenario, newScenario)
	agree("../../scenarios/environments/*.yaml", environment, newEnvironment)
	agree("testdata/environments/*.yaml", environment, newEnvironment)
}

// Decoder and schema agree on whatever a good file may be turned into by
// taking away, adding and exchanging values.
func TestDecoderAndSchemaAgreeOnMutants(t *testing.T) {
	for _, of := range []struct {
		file string
		i    int
	}{{"testdata/good.yaml", 0}, {"testdata/curves.yaml", 0}, {"testdata/environments/good.yaml", 1}} {
		file, i := of.file, of.i
		schema := compiled(t, schemas[i].file)
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		root, faults := parse(file, data)
		require.Empty(t, faults)
		rapid.Check(t, func(t *rapid.T) {
			tree := (&decoded{}).any(root)
			for range rapid.IntRange(1, 3).Draw(t, "mutations") {
				tree = mutate(t, tree)
			}
			text, err := json.Marshal(tree) // JSON is YAML
			require.NoError(t, err)
			v := reflect.New(reflect.TypeOf(schemas[i].of)).Interface()
			d := decode("mutant", text, v)
			if slices.ContainsFunc(d.faults, func(f Fault) bool { return strings.Contains(f.Msg, "is an empty range") }) {
				return
			}
			again, err := validate.UnmarshalJSON(bytes.NewReader(text))
			require.NoError(t, err)
			invalid := schema.Validate(again)
			require.Equal(t, len(d.faults) > 0, invalid != nil, "decoder: %v\nschema: %v\n%s", d.faults, invalid, text)
		})
	}
}

// mutate changes one value somewhere in a tree.
func mutate(t *rapid.T, v any) any {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 && rapid.IntRange(0, 9).Draw(t, "deeper") > 1 {
			key := rapid.SampledFrom(keys(v)).Draw(t, "key")
			v[key] = mutate(t, v[key])
			return v
		}
		switch rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			if len(v) > 0 {
				delete(v, rapid.SampledFrom(keys(v)).Draw(t, "gone"))
			}
			return v
		case 1:
			v[rapid.SampledFrom([]string{"for", "in", "colour", "cpu", "version"}).Draw(t, "new")] = other(t)
			return v
		}
	case []any:
		if len(v) > 0 && rapid.IntRange(0, 9).Draw(t, "deeper") > 1 {
			i := rapid.IntRange(0, len(v)-1).Draw(t, "item")
			v[i] = mutate(t, v[i])
			return v
		}
	}
	return other(t)
}

func other(t *rapid.T) any {
	return rapid.SampledFrom([]any{
		nil, true, 0.0, 1.0, -1.0, 2.5, "", "cpu", "10m", "-1s", "5s..9s", "2/s", "2..5", "..3", "1%", "16KiB", "1.25x", "minimum",
		[]any{}, []any{"one"}, []any{1.0}, map[string]any{}, map[string]any{"in": "one"},
	}).Draw(t, "other")
}
