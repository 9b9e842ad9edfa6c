package plan

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	trace "go.opentelemetry.io/proto/slim/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"scaleproof/internal/otlp"
)

func exported(t testing.TB, e otlp.Export, packed bool, n uint64) *trace.TracesData {
	b, err := Compile("kind", Source{OTLP: &e, Gzip: packed})
	require.NoError(t, err)
	text := b.Append(nil, 7, n, due)
	if packed {
		require.Len(t, text, int(b.Wire))
		text = unpack(t, text)
	}
	require.Len(t, text, int(b.Size))
	var got trace.TracesData
	require.NoError(t, proto.Unmarshal(text, &got))
	return &got
}

// Ids are unique among spans and exports, traces hold together, and spans lie
// before the instant at which they are due, children within their parents.
func TestExports(t *testing.T) {
	seen := map[string]bool{}
	for n := range uint64(50) {
		got := exported(t, otlp.Export{Spans: 20, Traces: 4, Text: 64}, n%2 == 1, n)
		traces, roots := map[string]int{}, map[string]*trace.Span{}
		for _, s := range got.ResourceSpans[0].ScopeSpans[0].Spans {
			require.False(t, seen[string(s.SpanId)])
			seen[string(s.SpanId)] = true
			traces[string(s.TraceId)]++
			if len(s.ParentSpanId) == 0 {
				roots[string(s.TraceId)] = s
				require.EqualValues(t, due.UnixNano(), s.EndTimeUnixNano)
				continue
			}
			root := roots[string(s.TraceId)]
			require.Equal(t, root.SpanId, s.ParentSpanId)
			require.LessOrEqual(t, root.StartTimeUnixNano, s.StartTimeUnixNano)
			require.Less(t, s.StartTimeUnixNano, s.EndTimeUnixNano)
			require.LessOrEqual(t, s.EndTimeUnixNano, root.EndTimeUnixNano)
		}
		require.Len(t, traces, 4)
		for id, count := range traces {
			require.Equal(t, 5, count)
			require.False(t, seen[id])
			seen[id] = true
		}
	}
}

func TestExportInJSON(t *testing.T) {
	b, err := Compile("kind", Source{OTLP: &otlp.Export{Spans: 2, Encoding: otlp.JSON}})
	require.NoError(t, err)
	var got struct {
		ResourceSpans []struct {
			ScopeSpans []struct {
				Spans []struct{ TraceID, SpanID, ParentSpanID, StartTimeUnixNano, EndTimeUnixNano string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(b.Append(nil, 7, 1, due), &got))
	s := got.ResourceSpans[0].ScopeSpans[0].Spans
	require.Regexp(t, regexp.MustCompile(`^[0-9a-f]{32}$`), s[0].TraceID)
	require.Regexp(t, regexp.MustCompile(`^[0-9a-f]{16}$`), s[0].SpanID)
	require.Equal(t, s[0].TraceID, s[1].TraceID)
	require.Equal(t, s[0].SpanID, s[1].ParentSpanID)
	require.Equal(t, "1767270600250000000", s[0].EndTimeUnixNano)
	require.Equal(t, "1767270600150000000", s[0].StartTimeUnixNano)
}

func TestAnExportSaysWhatItIs(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range []otlp.Export{{Spans: 1}, {Spans: 2}, {Spans: 1, Encoding: otlp.JSON}, {Spans: 1, Attributes: map[string]any{"a": 1}}} {
		b, err := Compile("kind", Source{OTLP: &e})
		require.NoError(t, err)
		require.False(t, seen[b.SHA256])
		seen[b.SHA256] = true
	}
	require.Equal(t, "application/x-protobuf", Source{OTLP: &otlp.Export{}}.contentType())
}

func BenchmarkExport(b *testing.B) {
	for name, s := range map[string]Source{
		"20 spans":           {OTLP: &otlp.Export{Spans: 20, Text: 512}},
		"20 spans, JSON":     {OTLP: &otlp.Export{Spans: 20, Text: 512, Encoding: otlp.JSON}},
		"20 spans, gzip":     {OTLP: &otlp.Export{Spans: 20, Text: 512}, Gzip: true},
		"20 spans, no text":  {OTLP: &otlp.Export{Spans: 20}},
		"20 spans, by proto": {},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			if s.OTLP == nil { // what each would cost if it were encoded as it is sent
				message := exported(b, otlp.Export{Spans: 20, Text: 512}, false, 1)
				buf := make([]byte, 0, 1<<20)
				for b.Loop() {
					if _, err := (proto.MarshalOptions{}).MarshalAppend(buf, message); err != nil {
						b.Fatal(err)
					}
				}
				return
			}
			body, err := Compile("kind", s)
			require.NoError(b, err)
			buf, n := make([]byte, 0, max(body.Size, body.Wire)), uint64(0)
			for b.Loop() {
				body.Append(buf, 7, n, due)
				n++
			}
		})
	}
}
