package otlp

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	common "go.opentelemetry.io/proto/slim/otlp/common/v1"
	resource "go.opentelemetry.io/proto/slim/otlp/resource/v1"
	trace "go.opentelemetry.io/proto/slim/otlp/trace/v1"
)

// Encodings of an export.
const (
	Protobuf = "protobuf"
	JSON     = "json"
)

// Export says what an export holds.
type Export struct {
	Spans      int            // all together
	Traces     int            // that they belong to; 0: one
	Encoding   string         // Protobuf or JSON; empty: Protobuf
	Text       int            // characters of each generation's input, and of its output; 0: it has none
	Numbers    int            // in a nested attribute of each span
	Attributes map[string]any // of each span: text, numbers, true and false
}

// Bounds of an export: more than any SDK sends at once.
const (
	mostSpans   = 10000
	mostText    = 1 << 20
	mostNumbers = 100000
	mostBytes   = 16 << 20
)

// check says what no export can be.
func (e Export) check() error {
	switch {
	case e.Spans < 1 || e.Spans > mostSpans:
		return fmt.Errorf("an export has 1 to %d spans, not %d", mostSpans, e.Spans)
	case e.Traces < 0 || e.Traces > e.Spans:
		return fmt.Errorf("%d spans belong to 1 to %d traces, not %d", e.Spans, e.Spans, e.Traces)
	case e.Encoding != "" && e.Encoding != Protobuf && e.Encoding != JSON:
		return fmt.Errorf("%q is no encoding: there is %s and %s", e.Encoding, Protobuf, JSON)
	case e.Text != 0 && (e.Text < markWidth || e.Text > mostText):
		return fmt.Errorf("a text has %d to %d characters, not %d", markWidth, mostText, e.Text)
	case e.Numbers < 0 || e.Numbers > mostNumbers:
		return fmt.Errorf("a span has at most %d numbers, not %d", mostNumbers, e.Numbers)
	case int64(e.Spans)*(2*int64(e.Text)+9*int64(e.Numbers)) > mostBytes:
		return fmt.Errorf("%d spans of this size are longer than %d MiB", e.Spans, mostBytes>>20)
	}
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		if _, err := valueOf(e.Attributes[name]); err != nil {
			return fmt.Errorf("attribute %s: %w", name, err)
		}
	}
	return nil
}

// message is the export, with a mark in place of each value.
func (e Export) message(m *marks) *trace.TracesData {
	traces := max(e.Traces, 1)
	var spans []*trace.Span
	for i := range traces {
		count := e.Spans*(i+1)/traces - e.Spans*i/traces
		spans = append(spans, e.trace(m, uint64(i), count)...)
	}
	return &trace.TracesData{ResourceSpans: []*trace.ResourceSpans{{
		Resource: &resource.Resource{Attributes: []*common.KeyValue{
			text("service.name", "loadtest"), text("telemetry.sdk.language", "go"), text("telemetry.sdk.name", "opentelemetry"),
		}},
		ScopeSpans: []*trace.ScopeSpans{{
			Scope: &common.InstrumentationScope{Name: "scaleproof", Version: "1"},
			Spans: spans,
		}},
	}}}
}

// trace is one of so many spans: a root that spans all, and generations one
// after the other in it, over by the time that the export is due.
func (e Export) trace(m *marks, number uint64, count int) (spans []*trace.Span) {
	const each = 50 * time.Millisecond
	length := time.Duration(count) * each
	root := m.id(SpanID, number<<32)
	for i := range count {
		begin := -length + time.Duration(i)*each
		s := &trace.Span{
			TraceId: m.id(TraceID, number), SpanId: root, Name: "support-chat", Kind: trace.Span_SPAN_KIND_SERVER,
			StartTimeUnixNano: m.time(-length), EndTimeUnixNano: m.time(0),
			Status: &trace.Status{Code: trace.Status_STATUS_CODE_OK},
		}
		if i > 0 {
			s.SpanId, s.ParentSpanId = m.id(SpanID, number<<32|uint64(i)), root
			s.Name, s.Kind = "answer", trace.Span_SPAN_KIND_CLIENT
			s.StartTimeUnixNano, s.EndTimeUnixNano = m.time(begin), m.time(begin+each)
		}
		s.Attributes = e.attributes(m, number, i)
		spans = append(spans, s)
	}
	return spans
}

// attributes are Langfuse's, by the names of its OpenTelemetry integration, and
// those that were asked for.
func (e Export) attributes(m *marks, number uint64, i int) (list []*common.KeyValue) {
	if i == 0 {
		list = append(list,
			text("langfuse.observation.type", "span"), text("langfuse.trace.name", "support-chat"),
			text("user.id", "user-"+m.text(8, number<<32|1<<31)), text("session.id", "session-"+m.text(8, number<<32|1<<30)))
	} else {
		list = append(list,
			text("langfuse.observation.type", "generation"), text("langfuse.observation.model.name", "gpt-4o-mini"),
			text("langfuse.observation.usage_details", `{"input":28,"output":9,"total":37}`))
	}
	list = append(list, text("langfuse.environment", "loadtest"))
	if e.Text > 0 {
		which := number<<32 | uint64(i)<<1
		list = append(list, text("langfuse.observation.input", m.text(e.Text, which)), text("langfuse.observation.output", m.text(e.Text, which|1)))
	}
	if e.Numbers > 0 {
		list = append(list, &common.KeyValue{Key: "langfuse.observation.metadata", Value: nested(e.Numbers)})
	}
	for _, name := range slices.Sorted(maps.Keys(e.Attributes)) {
		v, _ := valueOf(e.Attributes[name]) // checked
		list = append(list, &common.KeyValue{Key: name, Value: v})
	}
	return list
}

// nested are so many numbers, ten in a list, each in an object in an object.
func nested(count int) *common.AnyValue {
	var outer []*common.KeyValue
	for from := 0; from < count; from += 10 {
		var list []*common.AnyValue
		for i := from; i < min(from+10, count); i++ {
			list = append(list, &common.AnyValue{Value: &common.AnyValue_DoubleValue{DoubleValue: float64(i*7919%100000) / 1000}})
		}
		inner := &common.KeyValue{Key: "values", Value: &common.AnyValue{Value: &common.AnyValue_ArrayValue{ArrayValue: &common.ArrayValue{Values: list}}}}
		outer = append(outer, &common.KeyValue{Key: "r" + strconv.Itoa(from/10), Value: object(inner)})
	}
	return object(outer...)
}

func object(list ...*common.KeyValue) *common.AnyValue {
	return &common.AnyValue{Value: &common.AnyValue_KvlistValue{KvlistValue: &common.KeyValueList{Values: list}}}
}

func text(key, value string) *common.KeyValue {
	return &common.KeyValue{Key: key, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: value}}}
}

// valueOf is a value as a scenario's file has it.
func valueOf(v any) (*common.AnyValue, error) {
	switch v := v.(type) {
	case string:
		return &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: v}}, nil
	case bool:
		return &common.AnyValue{Value: &common.AnyValue_BoolValue{BoolValue: v}}, nil
	case int:
		return &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: int64(v)}}, nil
	case int64:
		return &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: v}}, nil
	case float64:
		return &common.AnyValue{Value: &common.AnyValue_DoubleValue{DoubleValue: v}}, nil
	}
	return nil, fmt.Errorf("%v is neither text nor a number nor true or false", v)
}

func (e Export) encoding() string { return cmp.Or(e.Encoding, Protobuf) }

// ContentType is what the export is sent as.
func (e Export) ContentType() string {
	if e.encoding() == JSON {
		return "application/json"
	}
	return "application/x-protobuf"
}
