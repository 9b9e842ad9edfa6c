package otlp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	trace "go.opentelemetry.io/proto/slim/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// together puts a value of its own into each place: equal places, equal values.
func together(t testing.TB, e Export) []byte {
	pieces, err := e.Pieces()
	require.NoError(t, err)
	values := map[Place]byte{}
	var out []byte
	for _, p := range pieces {
		out = append(out, p.Bytes...)
		if p.Value == None {
			continue
		}
		if _, known := values[p.Place]; !known {
			values[p.Place] = byte(len(values) % 9)
		}
		digit := values[p.Place] + '1'
		if e.Encoding != JSON && (p.Value == TraceID || p.Value == SpanID) {
			digit = values[p.Place] + 1
		}
		out = append(out, bytes.Repeat([]byte{digit}, p.Width)...)
	}
	return out
}

// read is an export as OpenTelemetry's module reads it, whose JSON has ids in
// base 64.
func read(t testing.TB, e Export, encoded []byte) *trace.TracesData {
	var got trace.TracesData
	if e.Encoding != JSON {
		require.NoError(t, proto.Unmarshal(encoded, &got))
		return &got
	}
	var tree any
	require.NoError(t, json.Unmarshal(encoded, &tree))
	encoded, err := json.Marshal(inBase64(t, tree))
	require.NoError(t, err)
	require.NoError(t, protojson.Unmarshal(encoded, &got))
	return &got
}

func inBase64(t testing.TB, tree any) any {
	switch v := tree.(type) {
	case []any:
		for i := range v {
			v[i] = inBase64(t, v[i])
		}
	case map[string]any:
		for name := range v {
			if s, ok := v[name].(string); ok && strings.HasSuffix(strings.ToLower(name), "id") {
				id, err := hex.DecodeString(s)
				require.NoError(t, err)
				v[name] = base64.StdEncoding.EncodeToString(id)
			} else {
				v[name] = inBase64(t, v[name])
			}
		}
	}
	return tree
}

var exports = []Export{
	{Spans: 1},
	{Spans: 7, Traces: 2, Text: 100, Numbers: 25},
	{Spans: 3, Attributes: map[string]any{"a": "text", "b": 3, "c": 2.5, "d": true, "e": `"quoted"` + "\u2028é"}},
	{Spans: 500, Traces: 500},
}

// OpenTelemetry's own module reads what the pieces come to, in both encodings,
// and reads the same of both but for the values.
func TestPiecesAreAnExport(t *testing.T) {
	for _, e := range exports {
		binary := read(t, e, together(t, e))
		e.Encoding = JSON
		text := read(t, e, together(t, e))
		for _, got := range []*trace.TracesData{binary, text} {
			spans := got.ResourceSpans[0].ScopeSpans[0].Spans
			require.Len(t, spans, e.Spans)
			roots := 0
			for _, s := range spans {
				require.Len(t, s.TraceId, 16)
				require.Len(t, s.SpanId, 8)
				require.NotZero(t, s.StartTimeUnixNano)
				require.NotZero(t, s.EndTimeUnixNano)
				if len(s.ParentSpanId) == 0 {
					roots++
				}
			}
			require.Equal(t, max(e.Traces, 1), roots)
		}
		require.Equal(t, shape(binary), shape(text))
	}
}

// shape is an export without its values.
func shape(d *trace.TracesData) string {
	d = proto.Clone(d).(*trace.TracesData)
	for _, s := range d.ResourceSpans[0].ScopeSpans[0].Spans {
		s.TraceId, s.SpanId, s.ParentSpanId = nil, nil, nil
		s.StartTimeUnixNano, s.EndTimeUnixNano = 0, 0
		for _, a := range s.Attributes {
			switch a.Key {
			case "user.id", "session.id", "langfuse.observation.input", "langfuse.observation.output":
				a.Value = nil
			}
		}
	}
	out, err := proto.MarshalOptions{Deterministic: true}.Marshal(d)
	if err != nil {
		panic(err)
	}
	return string(out)
}

func TestRefused(t *testing.T) {
	for want, e := range map[string]Export{
		"an export has 1 to 10000 spans, not 0":    {},
		"3 spans belong to 1 to 3 traces, not 4":   {Spans: 3, Traces: 4},
		`"xml" is no encoding`:                     {Spans: 1, Encoding: "xml"},
		"a text has 8 to":                          {Spans: 1, Text: 3},
		"a span has at most":                       {Spans: 1, Numbers: -1},
		"1000 spans of this size are longer than":  {Spans: 1000, Text: 1 << 20},
		"attribute a: [1] is neither text nor":     {Spans: 1, Attributes: map[string]any{"a": []any{1}}},
		"the export holds \"\\x01mkabcde\", which": {Spans: 1, Attributes: map[string]any{"a": "\x01mkabcde"}},
	} {
		_, err := e.Pieces()
		require.ErrorContains(t, err, want)
	}
}

func BenchmarkPieces(b *testing.B) {
	for b.Loop() {
		if _, err := (Export{Spans: 1000, Text: 512, Encoding: JSON}).Pieces(); err != nil {
			b.Fatal(err)
		}
	}
}
