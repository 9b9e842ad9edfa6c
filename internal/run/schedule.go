package run

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
)

// ScheduleOptions are those of `loadgen schedule`.
type ScheduleOptions struct {
	Scenario    string
	Environment string
	Shard       string // as 2/4; empty: all
	Format      string // text, csv or jsonl
	Start       string // the traffic's beginning as {{now}} has it; empty: the embedded clock's
}

// scheduleForms are how an arrival is written.
var scheduleForms = []string{"text", "csv", "jsonl"}

// Schedule writes every arrival of a scenario: when it is due after the
// traffic's beginning, its kind, its number among its kind, the SHA-256 of its
// body, and where the traffic has traceparents the id of its trace. It needs no secret, asks no clock and sends nothing, so that it is
// the same on every machine. A reader that goes away ends it.
func Schedule(con Console, o ScheduleOptions) error {
	if !slices.Contains(scheduleForms, o.Format) {
		return &Usage{fmt.Errorf("--format %s: it is %s", o.Format, strings.Join(scheduleForms, ", "))}
	}
	start, err := begins(o.Start)
	if err != nil {
		return err
	}
	con.Lookup = withStandIns(con.Lookup)
	_, p, err := load(con, o.Scenario, o.Environment, nil)
	if err != nil {
		return err
	}
	if p, err = sharded(p, o.Shard); err != nil {
		return err
	}
	w := bufio.NewWriterSize(con.Out, 64<<10)
	err = newScheduleWriter(p, o.Format, start).write(w)
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return refuse(err)
}

// sharded is the plan of one of several generators; of the only one where no
// shard is named.
func sharded(p *plan.Plan, text string) (*plan.Plan, error) {
	if text == "" {
		return p, nil
	}
	shard, err := plan.ParseShard(text)
	if err != nil {
		return nil, &Usage{fmt.Errorf("--shard: %w", err)}
	}
	return p.Sharded(shard), nil
}

// begins reads when traffic begins.
func begins(text string) (time.Time, error) {
	if text == "" {
		return clock.Epoch, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return t, &Usage{fmt.Errorf("--start: %q is no time such as 2026-01-31T12:00:00Z", text)}
	}
	return t.UTC(), nil
}

// scheduleWriter writes arrivals one by one, however many there are.
type scheduleWriter struct {
	plan   *plan.Plan
	form   string
	start  time.Time
	names  []string // of kinds, as the form has them
	fixed  []string // digests of kinds whose bodies are all the same
	body   []byte
	line   []byte
	trace  []byte
	digest [2 * sha256.Size]byte
}

func newScheduleWriter(p *plan.Plan, form string, start time.Time) *scheduleWriter {
	w := &scheduleWriter{plan: p, form: form, start: start}
	width := 0
	for _, k := range p.Kinds {
		width = max(width, len(k.Name))
	}
	for i := range p.Kinds {
		k := &p.Kinds[i]
		name, digest := k.Name, ""
		if form == "text" {
			name += strings.Repeat(" ", width-len(name))
		}
		if k.Body.Fixed() {
			digest = string(w.hash(k.Body.Append(nil, p.Seed, 0, start)))
		}
		w.names, w.fixed = append(w.names, name), append(w.fixed, digest)
	}
	return w
}

func (w *scheduleWriter) write(out *bufio.Writer) error {
	if w.form == "csv" {
		head := "due,kind,n,sha256"
		if w.plan.Traceparent > 0 {
			head += ",trace"
		}
		if _, err := io.WriteString(out, head+"\n"); err != nil {
			return err
		}
	}
	for s := w.plan.Schedule(); ; {
		a, ok := s.Next()
		if !ok {
			return out.Flush()
		}
		if _, err := out.Write(w.row(a)); err != nil {
			return err
		}
	}
}

// row is an arrival's line, which the next one overwrites.
func (w *scheduleWriter) row(a plan.Arrival) []byte {
	b, name, digest, trace := w.line[:0], w.names[a.Kind], w.of(a), w.traceOf(a)
	switch w.form {
	case "csv":
		b = append(padded(b, uint64(a.At/time.Second), 0), '.')
		b = append(decimals(b, a.At), ',')
		b = append(append(b, name...), ',')
		b = append(padded(b, a.N, 0), ',')
		b = append(b, digest...)
		if w.plan.Traceparent > 0 {
			b = append(append(b, ','), trace...)
		}
	case "jsonl":
		b = append(padded(append(b, `{"due":`...), uint64(a.At/time.Second), 0), '.')
		b = append(append(decimals(b, a.At), `,"kind":"`...), name...)
		b = append(padded(append(b, `","n":`...), a.N, 0), `,"sha256":"`...)
		b = append(b, digest...)
		if len(trace) > 0 {
			b = append(append(b, `","trace":"`...), trace...)
		}
		b = append(b, `"}`...)
	default:
		b = append(padded(b, uint64(a.At/time.Second), 7), '.')
		b = append(append(decimals(b, a.At), "  "...), name...)
		b = append(padded(append(b, "  "...), a.N, 8), "  "...)
		b = append(b, digest...)
		if len(trace) > 0 {
			b = append(append(b, "  "...), trace...)
		}
	}
	w.line = append(b, '\n')
	return w.line
}

// traceOf is the id of an arrival's trace; nothing where it has none.
func (w *scheduleWriter) traceOf(a plan.Arrival) []byte {
	w.trace = w.plan.AppendTraceparent(w.trace[:0], a.Number, w.start.Add(a.At))
	if len(w.trace) == 0 {
		return nil
	}
	return w.trace[len("00-") : len("00-")+32]
}

// padded appends a number behind spaces that make it at least so wide.
func padded(b []byte, v uint64, width int) []byte {
	var room [20]byte
	text := strconv.AppendUint(room[:0], v, 10)
	for range width - len(text) {
		b = append(b, ' ')
	}
	return append(b, text...)
}

// decimals appends the nanoseconds of a time, all nine digits.
func decimals(b []byte, d time.Duration) []byte {
	b = strconv.AppendInt(b, int64(d%time.Second+time.Second), 10)
	return append(b[:len(b)-10], b[len(b)-9:]...) // without the leading 1, which held the zeros
}

// of is the digest of an arrival's body.
func (w *scheduleWriter) of(a plan.Arrival) []byte {
	if fixed := w.fixed[a.Kind]; fixed != "" {
		return append(w.digest[:0], fixed...)
	}
	w.body = w.plan.Kinds[a.Kind].Body.Append(w.body[:0], w.plan.Seed, a.N, w.start.Add(a.At))
	return w.hash(w.body)
}

func (w *scheduleWriter) hash(body []byte) []byte {
	sum := sha256.Sum256(body)
	hex.Encode(w.digest[:], sum[:])
	return w.digest[:]
}
