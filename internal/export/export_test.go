package export

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic"
)

var start = time.Date(2026, 1, 1, 0, 0, 7, 250e6, time.UTC)

// sent is one request, as the slow obvious twin of all exports knows it.
type sent struct {
	kind                 string
	late, service, total int64 // microseconds; total 0: no answer
}

// run is a timeline of random requests, and what is true of them.
type run struct {
	events                   []timeline.Event
	requests                 []sent
	planned, unsent, flights int64
	late                     int64
	completed, failed        map[string]int64
}

// draw makes a run by the builder of windows that a real one has.
func draw(t *rapid.T) run {
	kinds := []string{"page", "post"}
	r := run{completed: map[string]int64{}, failed: map[string]int64{}}
	add := func(at time.Time, subject string, p timeline.Payload) {
		r.events = append(r.events, timeline.New(at, "test", subject, p))
	}
	add(start.Add(-time.Second), "", timeline.Started{Format: timeline.Format, Command: "loadgen run", Scenario: "some", Environment: "where", Service: scaling.Service{Cluster: "c", Name: "s"}})
	add(start, "only", timeline.Stage{Name: "only", For: 3 * time.Second})
	w := traffic.NewWindows(start, time.Second, timeline.LateAfter, kinds)
	type ending struct {
		at   time.Time
		kind int
		o    traffic.Outcome
	}
	for range rapid.IntRange(0, 60).Draw(t, "requests") {
		kind := rapid.IntRange(0, 1).Draw(t, "kind")
		due := start.Add(time.Duration(rapid.IntRange(0, 2_999_999).Draw(t, "due")) * time.Microsecond)
		r.planned++
		w.Planned(due, kind)
		if rapid.IntRange(0, 9).Draw(t, "is unsent") == 0 {
			r.unsent++
			w.Unsent(due, kind, rapid.SampledFrom([]string{"ceiling", "stopped", "generator"}).Draw(t, "reason"))
			continue
		}
		late := time.Duration(rapid.SampledFrom([]int{0, 0, 0, 5, 900, 20_000}).Draw(t, "late")) * time.Microsecond
		if late > timeline.LateAfter {
			r.late++
		}
		w.Sent(due.Add(late), due, kind)
		request := sent{kind: kinds[kind], late: late.Microseconds()}
		took := time.Duration(rapid.IntRange(1, 5_000_000).Draw(t, "took")) * time.Microsecond
		o := traffic.Outcome{Latency: late + took, Waited: late}
		key := rapid.SampledFrom([]string{"200", "200", "200", "503", "timeout", "dns", "odd", ""}).Draw(t, "end")
		switch status, err := strconv.Atoi(key); {
		case key == "":
			r.flights++
			r.requests = append(r.requests, request)
			continue
		case err == nil:
			o.Status, o.Failed = status, status != 200
			request.service, request.total = took.Microseconds(), (late + took).Microseconds()
		default:
			o.Class, o.Failed = key, true
		}
		r.completed[key]++
		if o.Failed {
			r.failed[key]++
		}
		r.requests = append(r.requests, request)
		w.Ended(due.Add(late+took), kind, o)
	}
	for range 10 {
		add(w.End(), "", w.Close(w.End()))
	}
	add(start.Add(3*time.Second), "", timeline.Phase{Name: timeline.PhaseDrain})
	add(start.Add(12*time.Second), "", timeline.Ended{Outcome: timeline.EndComplete, Restored: true})
	return r
}

// within says that a figure is the value, as far as a histogram tells values
// apart.
func within(t require.TestingT, want, got int64) {
	require.GreaterOrEqual(t, got, want)
	require.LessOrEqual(t, got, want+want/1000+1)
}

// figuresAre holds figures against the sorted values, of which those without an
// answer are beyond any.
func figuresAre(t require.TestingT, values []int64, unanswered int64, f *Figures) {
	if len(values) == 0 {
		require.Nil(t, f)
		return
	}
	slices.Sort(values)
	require.Equal(t, int64(len(values)), f.Count)
	require.Equal(t, unanswered, f.Unanswered)
	within(t, values[len(values)-1], f.Max)
	require.LessOrEqual(t, f.Min, values[0])
	var total int64
	for _, v := range values {
		total += v
	}
	mean := float64(total) / float64(len(values))
	require.InDelta(t, mean, f.Mean, 1+mean/1000)
	for i, p := range []*int64{f.P50, f.P90, f.P95, f.P99, f.P999} {
		at := int((int64(len(values))+unanswered)*permill[i]+999) / 1000
		if at > len(values) {
			require.Nil(t, p)
			continue
		}
		within(t, values[at-1], *p)
	}
}

// The summary is what happened, kind by kind and in all, and its sums hold.
func TestSummaryIsWhatHappened(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := draw(t)
		s, err := Summarize(r.events)
		require.NoError(t, err)
		require.Equal(t, r.planned, s.Scheduled)
		require.Equal(t, int64(len(r.requests)), s.Sent)
		require.Equal(t, r.late, s.Late)
		require.Equal(t, r.unsent, sum(s.Unsent))
		require.Equal(t, r.completed, s.Completed)
		require.Equal(t, r.failed, s.Failed)
		require.Equal(t, r.flights, s.InFlight)
		require.Zero(t, s.Unaccounted)
		require.Equal(t, 3.0, s.Seconds)
		require.InDelta(t, float64(r.planned)/3, s.Rate.Planned, 0.001)
		require.InDelta(t, float64(len(r.requests))/3, s.Rate.Achieved, 0.001)
		require.Equal(t, start, *s.Began)
		timesAre(t, r.requests, s.Completed, s.Times)
		kinds := newKind("").Counts
		for _, k := range s.Kinds {
			kinds.add(k.Counts)
			ours := slices.DeleteFunc(slices.Clone(r.requests), func(q sent) bool { return q.kind != k.Kind })
			timesAre(t, ours, k.Completed, k.Times)
		}
		require.Equal(t, s.Counts, kinds)
	})
}

func timesAre(t require.TestingT, requests []sent, completed map[string]int64, got Times) {
	c := Counts{Completed: completed}
	var total, service, late []int64
	for _, q := range requests {
		late = append(late, q.late)
		if q.total > 0 {
			total, service = append(total, q.total), append(service, q.service)
		}
	}
	unanswered := int64(len(requests)) - sum(completed) + c.Unanswered()
	figuresAre(t, total, unanswered, got.Latency)
	figuresAre(t, service, unanswered, got.Served)
	figuresAre(t, late, 0, got.Lateness)
}

// Every field is there, whatever there was to measure: who reads one by its key
// finds it, or null.
func TestSummaryHasEveryKey(t *testing.T) {
	keys := func(events []timeline.Event) (list []string) {
		s, err := Summarize(events)
		require.NoError(t, err)
		text, err := json.Marshal(s)
		require.NoError(t, err)
		var m map[string]any
		require.NoError(t, json.Unmarshal(text, &m))
		for key := range m {
			list = append(list, key)
		}
		slices.Sort(list)
		return list
	}
	full := keys(rapid.Custom(draw).Example(1).events)
	require.Equal(t, full, keys(nil))
	require.Equal(t, []string{
		"answer", "began", "clamped", "command", "completed", "environment", "exit_code", "failed", "folder", "in_flight", "kinds",
		"late", "latency_us", "lateness_us", "outcome", "rate", "rate_changes", "reason", "scenario", "scheduled", "schema_version", "seconds", "sent", "sentence",
		"service", "service_us", "shard", "starved", "unaccounted", "unsent",
	}, full, "a key that goes away or is renamed is another schema_version")
}

// A histogram that cannot be read is an error with its line, and no export.
func TestSpoiltHistogram(t *testing.T) {
	events := []timeline.Event{timeline.New(start, "", "", timeline.Window{Start: start, Length: time.Second, Kinds: []timeline.KindWindow{{Kind: "page", Latency: "HISTF"}}})}
	events[0].Seq = 9
	_, err := Summarize(events)
	require.ErrorContains(t, err, "event 9: page: latency: not an HdrHistogram")
	require.ErrorContains(t, CSV(io.Discard, events), "event 9: page: not an HdrHistogram")
	require.ErrorContains(t, HLog(io.Discard, events), "event 9: page: not an HdrHistogram")
}

// The library's reader gets out of the log what was put in: every sample once,
// under the tag of its kind, in its window.
func TestLogIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := draw(t)
		var out bytes.Buffer
		require.NoError(t, HLog(&out, r.events))
		read := map[string]*hdrhistogram.Histogram{}
		in := hdrhistogram.NewHistogramLogReader(&out)
		for {
			h, err := in.NextIntervalHistogram()
			require.NoError(t, err)
			if h == nil {
				break
			}
			require.InDelta(t, 1000, h.EndTimeMs()-h.StartTimeMs(), 1)
			require.GreaterOrEqual(t, h.StartTimeMs(), start.UnixMilli()-1)
			require.Contains(t, []int64{0, 999}, (h.StartTimeMs()-start.UnixMilli()+1000)%1000, "a window begins with a second of the traffic; the reader cuts off")
			if read[h.Tag()] == nil {
				read[h.Tag()] = hdrhistogram.New(1, time.Hour.Microseconds(), 3)
			}
			require.Zero(t, read[h.Tag()].Merge(h))
		}
		want := map[string]*hdrhistogram.Histogram{}
		record := func(tag string, value int64) {
			if want[tag] == nil {
				want[tag] = hdrhistogram.New(1, time.Hour.Microseconds(), 3)
			}
			require.NoError(t, want[tag].RecordValue(value))
		}
		behind := map[string]bool{}
		for _, q := range r.requests {
			behind[q.kind] = behind[q.kind] || q.late > 0
		}
		for _, q := range r.requests {
			if q.total > 0 {
				record(q.kind, q.total)
			}
			if behind[q.kind] {
				record(q.kind+".lateness", q.late)
				if q.total > 0 {
					record(q.kind+".service", q.service)
				}
			}
		}
		require.Len(t, read, len(want))
		for tag, h := range want {
			require.Equal(t, h.Distribution(), read[tag].Distribution(), tag)
		}
	})
}

// The head is that of format 1.3, with times that are the traffic's.
func TestHeadOfLog(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, HLog(&out, []timeline.Event{timeline.New(start, "", "", timeline.Stage{Name: "only", For: time.Second})}))
	require.Contains(t, out.String(), "#[Histogram log format version 1.3]\n#[BaseTime: 1767225607.250 (seconds since epoch)]\n#[StartTime: 1767225607.250 (seconds since epoch), 2026-01-01T00:00:07Z]\n\"StartTimestamp\"")
}

// The table's counts add up to the summary's, column by column; it has a row
// for each window and kind, and a column for what it does not know.
func TestTableAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := draw(t)
		var out bytes.Buffer
		require.NoError(t, CSV(&out, r.events))
		require.Equal(t, strings.Count(out.String(), "\n"), strings.Count(out.String(), "\r\n"))
		rows, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err)
		total, at := map[string]int64{}, map[string]int{}
		for i, name := range rows[0] {
			require.NotContains(t, at, name)
			at[name] = i
			for _, row := range rows[1:] {
				n, _ := strconv.ParseInt(row[i], 10, 64)
				total[name] += n
			}
		}
		s, err := Summarize(r.events)
		require.NoError(t, err)
		require.Equal(t, s.Scheduled, total["scheduled"])
		require.Equal(t, s.Sent, total["sent"])
		require.Equal(t, s.Late, total["late"])
		require.Equal(t, sum(s.Unsent), total["unsent"])
		for _, reason := range reasons {
			require.Equal(t, s.Unsent[reason], total["unsent_"+reason])
		}
		require.Equal(t, sum(s.Completed), total["completed"])
		require.Equal(t, s.Completed["200"], total["status_2xx"])
		require.Equal(t, s.Completed["503"], total["status_5xx"])
		require.Equal(t, s.Completed["dns"], total["error_dns"])
		require.Equal(t, s.Completed["timeout"], total["error_timeout"])
		require.Equal(t, s.Completed["odd"], total["error_odd"])
		require.Equal(t, s.Completed["odd"] > 0, at["error_odd"] > 0)
		require.Equal(t, sum(s.Failed), total["failed"])
		require.Equal(t, s.Sent, total["lateness_count"])
		if s.Latency != nil {
			require.Equal(t, s.Latency.Count, total["latency_count"])
			require.Equal(t, s.Served.Count, total["service_count"])
			most := 0
			for _, row := range rows[1:] {
				v, _ := strconv.Atoi(row[at["latency_max_us"]])
				most = max(most, v)
			}
			require.Equal(t, s.Latency.Max, int64(most))
		}
		windows := 0
		for _, e := range r.events {
			if w, ok := e.Data.(timeline.Window); ok {
				windows += len(w.Kinds)
			}
		}
		require.Len(t, rows, windows+1)
	})
}

// Columns are a schema: their names and order stay.
func TestColumns(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, CSV(&out, nil))
	require.Equal(t, "start,offset_s,length_s,stage,kind,scheduled,sent,late,unsent,unsent_ceiling,unsent_stopped,unsent_generator,completed,"+
		"status_1xx,status_2xx,status_3xx,status_4xx,status_5xx,error_dns,error_connect,error_tls,error_timeout,error_reset,error_protocol,error_refused_host,error_generator,error_generator_descriptors,error_generator_ports,error_generator_memory,"+
		"failed,failed_content,in_flight_all_kinds,clamped,latency_count,latency_p50_us,latency_p90_us,latency_p95_us,latency_p99_us,latency_p99_9_us,latency_max_us,"+
		"service_count,service_p50_us,service_p90_us,service_p95_us,service_p99_us,service_p99_9_us,service_max_us,"+
		"lateness_count,lateness_p50_us,lateness_p90_us,lateness_p95_us,lateness_p99_us,lateness_p99_9_us,lateness_max_us\r\n", out.String())
}

// A class of errors that the generator knows has a column.
func TestEveryClassHasAColumn(t *testing.T) {
	for _, class := range []string{
		traffic.ClassTimeout, traffic.ClassDNS, traffic.ClassConnect, traffic.ClassTLS, traffic.ClassReset, traffic.ClassProtocol,
		traffic.ClassRefusedHost, traffic.ClassDescriptors, traffic.ClassPorts, traffic.ClassMemory,
	} {
		require.Contains(t, classes, class)
	}
	require.ElementsMatch(t, reasons, []string{traffic.UnsentCeiling, traffic.UnsentStopped, traffic.UnsentGenerator})
}

// A timeline of an earlier version, which has neither the time from the real send
// nor the lateness, is exported as any other.
func TestRecordedRun(t *testing.T) {
	const name = "../judge/testdata/cpu-heavy.jsonl.gz"
	f, err := os.Open(name)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	events, err := timeline.Read(z, name)
	require.NoError(t, err)
	s, err := Summarize(events)
	require.NoError(t, err)
	require.Positive(t, s.Sent)
	require.Zero(t, s.Unaccounted)
	require.Equal(t, s.Latency, s.Served)
	require.Equal(t, s.Sent, s.Lateness.Count)
	var table, log bytes.Buffer
	require.NoError(t, CSV(&table, events))
	require.NoError(t, HLog(&log, events))
	require.NotContains(t, log.String(), ".service,")
	kinds, answered := 0, 0
	for _, e := range events {
		if w, ok := e.Data.(timeline.Window); ok {
			for _, k := range w.Kinds {
				kinds++
				if k.Latency != "" {
					answered++
				}
			}
		}
	}
	require.Equal(t, answered, strings.Count(log.String(), "\nTag="))
	require.Equal(t, kinds+1, strings.Count(table.String(), "\r\n"))
}

// One of several generators says which it is.
func TestShard(t *testing.T) {
	for text, want := range map[string]string{`{"shard":{"index":2,"of":4}}`: "2/4", `{}`: "1/1", ``: "1/1", `{"shard":3}`: "1/1"} {
		require.Equal(t, want, shard(json.RawMessage(text)))
	}
}

// What nobody looked at is told beside what failed, and added up.
func TestUncheckedAnswersAreTold(t *testing.T) {
	var all Totals
	for _, s := range []*timeline.Sample{{Checked: 3, Unchecked: 20}, nil, {Unchecked: 1}} {
		require.NoError(t, all.Add(timeline.Window{Kinds: []timeline.KindWindow{{Kind: "a", Sample: s}}}))
	}
	require.EqualValues(t, 21, all.kinds["a"].Unchecked)
}
