package demand_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/demand"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
)

var kinds = []string{"heavy", "light"}

func parse(t *testing.T, text string) demand.Recording {
	t.Helper()
	r, err := demand.Parse("day.csv", []byte(text), kinds)
	require.NoError(t, err)
	require.Equal(t, "day.csv", r.Source)
	return r
}

// One demand, 60, 120 and no requests in three minutes, in every form in which
// a CSV may tell it.
func TestCSV(t *testing.T) {
	minutes := []demand.Stretch{{For: time.Minute, Rates: []float64{1}}, {For: time.Minute, Rates: []float64{2}}, {For: time.Minute, Rates: []float64{0}}}
	for name, text := range map[string]string{
		"rates at timestamps":        "time,rate\n2026-01-31T12:00:00Z,1\n2026-01-31T12:01:00Z,2\n2026-01-31T12:02:00Z,0\n",
		"counts at timestamps":       "timestamp,count\n2026-01-31 12:00:00,60\n2026-01-31 12:01:00,120\n2026-01-31 12:02:00,0\n",
		"in another zone":            "time,rate\n2026-01-31T12:00:00+09:00,1\n2026-01-31T12:01:00+09:00,2\n2026-01-31T12:02:00+09:00,0\n",
		"seconds from the beginning": "time,rate\n0,1\n60,2\n120,0\n",
		"seconds since 1970":         "time,count\n1769860800,60\n1769860860,120\n1769860920,0\n",
		"durations":                  "time,rate\n0s,1\n1m,2\n2m,0\n",
		"comments, quotes, spaces":   "# by hand\ntime, rate\n\n0, \"1\"\n# busy\n60, 2.0\n120, 0e0",
		"a mark and Windows' lines":  "\ufefftime,rate\r\n0,1\r\n60,2\r\n120,0\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := parse(t, text)
			require.Equal(t, minutes, r.Stretches)
			require.Nil(t, r.Kinds)
			require.InDelta(t, 180, r.Requests(), 1e-9)
		})
	}
}

// Columns by kind; rates may stand for any time, and each holds until the next.
func TestCSVOfKinds(t *testing.T) {
	r := parse(t, "time,rate:light,rate:heavy\n0s,4,1\n10m,8,0\n15m,0,2\n")
	require.Equal(t, []string{"light", "heavy"}, r.Kinds)
	require.Equal(t, []demand.Stretch{
		{For: 10 * time.Minute, Rates: []float64{4, 1}}, {For: 5 * time.Minute, Rates: []float64{8, 0}}, {For: 5 * time.Minute, Rates: []float64{0, 2}},
	}, r.Stretches)
}

const statistics = `{"Label": "RequestCount", "Datapoints": [
  {"Timestamp": "2026-01-31T12:03:00+00:00", "Sum": 30.0, "Unit": "Count"},
  {"Timestamp": "2026-01-31T12:00:00+00:00", "Sum": 60.0, "Unit": "Count"},
  {"Timestamp": "2026-01-31T12:01:00+00:00", "Sum": 120.0, "Unit": "Count"}]}`

// CloudWatch gives its datapoints in any order, and none for a period without
// requests; that one was filled in is told.
func TestCloudWatch(t *testing.T) {
	for name, text := range map[string]string{
		"get-metric-statistics": statistics,
		"get-metric-data": `{"MetricDataResults": [{"Id": "m1", "Label": "RequestCount", "StatusCode": "Complete",
			"Timestamps": ["2026-01-31T12:03:00Z", "2026-01-31T12:01:00Z", "2026-01-31T12:00:00Z"], "Values": [30, 120, 60]}], "Messages": []}`,
		"seconds since 1970": `{"MetricDataResults": [{"Id": "m1", "Label": "requests", "Timestamps": [1769860800, 1769860860, 1769860980.0], "Values": [60, 120, 30]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := parse(t, text)
			require.Equal(t, []demand.Stretch{
				{For: time.Minute, Rates: []float64{1}}, {For: time.Minute, Rates: []float64{2}},
				{For: time.Minute, Rates: []float64{0}}, {For: time.Minute, Rates: []float64{0.5}},
			}, r.Stretches)
			require.Equal(t, []string{"1 period of 1m0s has no datapoint and counts as without requests"}, r.Notes)
		})
	}
	r := parse(t, `{"MetricDataResults": [
		{"Id": "light", "Label": "x", "Timestamps": ["2026-01-31T12:00:00Z", "2026-01-31T12:05:00Z"], "Values": [600, 300]},
		{"Id": "m2", "Label": "heavy", "Timestamps": ["2026-01-31T12:05:00Z"], "Values": [30]}]}`)
	require.Equal(t, []string{"light", "heavy"}, r.Kinds)
	require.Equal(t, []demand.Stretch{{For: 5 * time.Minute, Rates: []float64{2, 0}}, {For: 5 * time.Minute, Rates: []float64{1, 0.1}}}, r.Stretches)
}

// written is a timeline of a run of 25 s, with a drain behind it.
func written(t *testing.T, kind string) string {
	t.Helper()
	var out bytes.Buffer
	w := timeline.NewWriter(&out)
	began := time.Date(2026, 1, 1, 0, 3, 0, 0, time.UTC)
	w.Write(timeline.New(began, "run", "", timeline.Started{Format: timeline.Format, Service: scaling.Service{Cluster: "c", Name: "s"}, Plan: []byte("{}")}))
	for i := range 30 {
		at := began.Add(time.Duration(i) * time.Second)
		if i == 25 {
			w.Write(timeline.New(at, "run", "", timeline.Phase{Name: timeline.PhaseDrain}))
		}
		k := timeline.KindWindow{Kind: kind, Completed: map[string]int64{"200": 1}}
		if i < 25 {
			k.Planned = int64(i / 10)
		}
		w.Write(timeline.New(at.Add(time.Second), "traffic", "", timeline.Window{Start: at, Length: time.Second, Kinds: []timeline.KindWindow{k}}))
	}
	require.NoError(t, w.Err())
	return out.String()
}

// What a run planned to send is a demand as well, as far as its traffic went.
func TestTimeline(t *testing.T) {
	want := []demand.Stretch{{For: 10 * time.Second, Rates: []float64{0}}, {For: 10 * time.Second, Rates: []float64{1}}, {For: 5 * time.Second, Rates: []float64{2}}}
	r := parse(t, written(t, "heavy"))
	require.Equal(t, want, r.Stretches)
	require.Equal(t, []string{"heavy"}, r.Kinds)
	r = parse(t, written(t, "another"))
	require.Equal(t, want, r.Stretches)
	require.Nil(t, r.Kinds)
	require.Equal(t, []string{"its kinds of request (another) are not all the scenario's, so that all are taken together"}, r.Notes)
}

// Whatever is not understood is told with its place and what to do.
func TestFaults(t *testing.T) {
	spoilt := strings.Replace(written(t, "heavy"), `"kind":"traffic.window"`, `"kind":"traffic.widow"`, 1)
	for _, c := range []struct{ text, want string }{
		{"", "day.csv: it is empty: give a run's timeline.jsonl, a CSV, or what aws cloudwatch get-metric-data answers"},
		{"12:00,7\n", "day.csv:1:1: the first row is no header: name the columns in the first row: time,rate"},
		{"time,requests\n0,1\n", `day.csv:1:1: column "requests" is neither a rate nor a count: name the columns`},
		{"time,rate,rate\n", `day.csv:1:1: column "rate" does not say of which kind it is`},
		{"time,rate:heavy,count:light\n", "day.csv:1:1: the columns mix rates and counts"},
		{"time,rate:havy\n", `day.csv:1:1: column "rate:havy": the scenario's kinds of request are heavy, light, each once`},
		{"time,rate\n0,1\n1h,one\n", `day.csv:3:4: "one" is no number of requests from 0 to 1000000000`},
		{"time,rate\n0,1\n60,-1\n", `day.csv:3:4: "-1" is no number of requests`},
		{"time,rate\n0,1\n60,NaN\n", `day.csv:3:4: "NaN" is no number of requests`},
		{"time,rate\n0,1\n60\n", "day.csv:3:1: the row has not as many columns as the first"},
		{"time,rate\n0,1\nnoon,1\n", `day.csv:3:1: "noon" is no time: write 2026-01-31T12:00:00Z`},
		{"time,rate\n1769860800000,1\n", `day.csv:2:1: "1769860800000" is no time`},
		{"time,rate\n60,1\n0,2\n", "day.csv:3:1: its time does not lie behind that of line 2: sort the rows by time"},
		{"time,rate\n0,1\n", "day.csv: 1 rows do not say how long one lasts: give two or more"},
		{"time,count\n0,1\n60,2\n180,2\n", "day.csv:4:1: it comes 2m0s after line 3, where the first rows are 1m0s apart: a count that is missing is not a count of 0"},
		{`{"Label": "RequestCount", "Datapoints": [{]}`, "day.csv:1:43: it is no answer of CloudWatch as JSON: invalid character ']'"},
		{`{"Label": "RequestCount",`, "day.csv:1:26: it is no answer of CloudWatch as JSON: unexpected EOF"},
		{`{"Metrics": []}`, "day.csv: it has neither Datapoints nor MetricDataResults"},
		{strings.Replace(statistics, "RequestCount", "CPUUtilization", 1), `day.csv: its metric is "CPUUtilization", not RequestCount: ask for the Sum of AWS/ApplicationELB RequestCount`},
		{strings.ReplaceAll(statistics, "Sum", "Average"), "day.csv: its datapoints have no Sum: ask for the Sum"},
		{strings.Replace(statistics, "12:03", "12:02:30", 1), `day.csv: timestamp "2026-01-31T12:02:30:00+00:00" is neither text such as`},
		{strings.Replace(statistics, "12:03:00", "12:02:30", 1), "day.csv: its datapoints do not lie a whole number of periods of 1m0s apart"},
		{strings.Replace(statistics, "{", `{"NextToken": "x", `, 1), "day.csv: it is one page of several"},
		{statistics + statistics, "day.csv:4:"},
		{`{"MetricDataResults": [{"Id": "m1", "Label": "RequestCountPerTarget", "Timestamps": [0, 60], "Values": [1, 2]}]}`, "day.csv: m1 is RequestCountPerTarget, which falls as the service grows"},
		{`{"MetricDataResults": [{"Id": "m1", "StatusCode": "PartialData", "Timestamps": [0, 60], "Values": [1, 2]}]}`, "day.csv: m1 is not complete (PartialData)"},
		{`{"MetricDataResults": [{"Id": "m1", "Timestamps": [0, 60], "Values": [1, 2]}, {"Id": "m2", "Timestamps": [0, 60], "Values": [1, 2]}]}`, "day.csv: it has 2 metrics, and they are not one for each kind"},
		{`{"MetricDataResults": [{"Id": "m1", "Timestamps": [0, 0.000001], "Values": [1, 2]}]}`, ""},
		{`{"MetricDataResults": [{"Id": "m1", "Timestamps": [0, 1, 9000000], "Values": [1, 2, 3]}]}`, "day.csv: from the first to the last datapoint there are more than 90000 periods"},
		{`{"MetricDataResults": [{"Id": "m1", "Timestamps": [0, 60], "Values": [1, null]}]}`, "day.csv: m1 has a value that is null, which is not a count of 0"},
		{"time,rate\n2016-01-01T00:00:00Z,1\n2026-01-01T00:00:00Z,1\n", "day.csv: it is longer than 31 days, which is the most that a run may replay: take a part of it"},
		{spoilt, `day.csv:2:1: unknown kind of event`},
	} {
		_, err := demand.Parse("day.csv", []byte(c.text), kinds)
		if c.want == "" {
			require.NoError(t, err, c.text)
			continue
		}
		require.Error(t, err, c.want)
		require.Contains(t, err.Error(), c.want)
		require.NotContains(t, err.Error(), "\n")
	}
	_, err := demand.Read(t.TempDir(), kinds)
	require.ErrorContains(t, err, "it is a folder: name a file")
	_, err = demand.Read(filepath.Join(t.TempDir(), "none.csv"), kinds)
	require.ErrorContains(t, err, "none.csv: no such file")
}

func TestFactor(t *testing.T) {
	for text, want := range map[string]float64{"1.5x": 1.5, "1.5": 1.5, "2x": 2, "0.1x": 0.1, "1e1": 10} {
		got, err := demand.Factor(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "x", "0", "-1x", "NaN", "Inf", "1e9", "2xx", "half"} {
		_, err := demand.Factor(text)
		require.Error(t, err, text)
	}
}

// No file makes the reader stumble, and what it accepts is a demand.
func FuzzParse(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*")
	require.NoError(f, err)
	for _, path := range seeds {
		if data, err := os.ReadFile(path); err == nil {
			f.Add(data)
		}
	}
	f.Add([]byte("time,rate\n0,1\n60,2\n120,0\n"))
	f.Add([]byte("time,count:light,count:heavy\n0s,1,2\n1m,2,3\n"))
	f.Add([]byte(statistics))
	f.Add([]byte(`{"MetricDataResults": [{"Id": "light", "Timestamps": [0, 60], "Values": [1, 2]}]}`))
	f.Add([]byte(`{"seq":1,"at":"2026-01-01T00:00:00Z","source":"run","kind":"run.started","data":{"format":1,"plan":{}}}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := demand.Parse("f", data, kinds)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		require.NoError(t, r.Check())
		require.False(t, math.IsNaN(r.Requests()) || math.IsInf(r.Requests(), 0))
		require.Positive(t, r.Total())
	})
}
