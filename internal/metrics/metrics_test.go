package metrics

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"scaleproof/internal/export"
	"scaleproof/internal/scaling"
	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// scrape reads what Prometheus would, with the parser of its own project.
func scrape(t require.TestingT, e *Endpoint) map[string]*dto.MetricFamily {
	got := httptest.NewRecorder()
	e.server.Handler.ServeHTTP(got, httptest.NewRequest("GET", Path, nil))
	require.Equal(t, 200, got.Code, got.Body.String())
	return parse(t, got.Body)
}

func parse(t require.TestingT, r io.Reader) map[string]*dto.MetricFamily {
	p := expfmt.NewTextParser(model.UTF8Validation)
	families, err := p.TextToMetricFamilies(r)
	require.NoError(t, err)
	return families
}

// flat are all numbers that only rise, each by its name and labels.
func flat(t require.TestingT, families map[string]*dto.MetricFamily) map[string]float64 {
	all := map[string]float64{}
	for name, f := range families {
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		require.NotEmpty(t, f.GetHelp(), name)
		for _, m := range f.Metric {
			key := name
			for _, l := range m.Label {
				key += "," + l.GetName() + "=" + l.GetValue()
			}
			switch f.GetType() {
			case dto.MetricType_COUNTER:
				require.True(t, strings.HasSuffix(name, "_total"), name)
				all[key] = m.Counter.GetValue()
			case dto.MetricType_HISTOGRAM:
				all[key+",count"], all[key+",sum"] = float64(m.Histogram.GetSampleCount()), m.Histogram.GetSampleSum()
				below := uint64(0)
				for _, b := range m.Histogram.Bucket {
					require.GreaterOrEqual(t, b.GetCumulativeCount(), below, "%s up to %v", key, b.GetUpperBound())
					below = b.GetCumulativeCount()
					all[key+",le="+strconv.FormatFloat(b.GetUpperBound(), 'g', -1, 64)] = float64(below)
				}
				require.Equal(t, m.Histogram.GetSampleCount(), below)
			default:
				require.Equal(t, dto.MetricType_GAUGE, f.GetType(), name)
			}
		}
	}
	return all
}

// Scraped after each window, what counts only rises, and at the end it is what
// the timeline's windows add up to.
func TestCountersRiseToTheSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, err := Listen("127.0.0.1:0")
		require.NoError(t, err)
		defer e.Close()
		events := []timeline.Event{
			timeline.New(start, "run", "", timeline.Started{Command: "loadgen run", Scenario: `all "red"`, Environment: "where", Service: scaling.Service{Cluster: "c", Name: "s"}}),
			timeline.New(start, "traffic", "only", timeline.Stage{Name: "only", For: 3 * time.Second}),
		}
		w := traffic.NewWindows(start, time.Second, timeline.LateAfter, []string{"page", "post"})
		least, most := map[string]float64{}, map[string]float64{} // latencies of page by bound, counted one by one
		for range rapid.IntRange(0, 30).Draw(t, "requests") {
			kind := rapid.IntRange(0, 1).Draw(t, "kind")
			due := start.Add(time.Duration(rapid.IntRange(0, 2999).Draw(t, "due")) * time.Millisecond)
			w.Planned(due, kind)
			if rapid.IntRange(0, 9).Draw(t, "unsent") == 0 {
				w.Unsent(due, kind, "ceiling")
				continue
			}
			late := time.Duration(rapid.SampledFrom([]int{0, 0, 7, 30_000}).Draw(t, "late")) * time.Microsecond
			w.Sent(due.Add(late), due, kind)
			o := traffic.Outcome{Status: 200, Waited: late, Latency: late + time.Duration(rapid.IntRange(1, 90_000).Draw(t, "took"))*time.Millisecond}
			if rapid.IntRange(0, 4).Draw(t, "times out") == 0 {
				o = traffic.Outcome{Class: "timeout", Failed: true}
			}
			if rapid.IntRange(0, 9).Draw(t, "hangs") > 0 {
				w.Ended(due.Add(time.Second), kind, o)
				for _, bound := range latencyBounds {
					key := strconv.FormatFloat(bound, 'g', -1, 64)
					if page := kind == 0 && o.Status == 200; page && o.Latency.Seconds() <= bound {
						most[key]++
						if o.Latency.Seconds()*1.001 < bound {
							least[key]++
						}
					}
				}
			}
		}
		for range 6 {
			events = append(events, timeline.New(w.End(), "traffic", "", w.Close(w.End())))
		}

		before := flat(t, scrape(t, e))
		for _, ev := range events {
			e.Feed(ev)
			now := flat(t, scrape(t, e))
			for key, was := range before {
				require.GreaterOrEqual(t, now[key], was, key)
			}
			before = now
		}
		s, err := export.Summarize(events)
		require.NoError(t, err)
		for _, k := range s.Kinds {
			name := ",kind=" + k.Kind
			require.Equal(t, float64(k.Scheduled), before["scaleproof_requests_scheduled_total"+name])
			require.Equal(t, float64(k.Sent), before["scaleproof_requests_sent_total"+name])
			require.Equal(t, float64(k.Late), before["scaleproof_requests_late_total"+name])
			require.Equal(t, float64(k.Sent), before["scaleproof_lateness_seconds"+name+",count"])
			var ended int64
			for result, n := range k.Completed {
				require.Equal(t, float64(n), before["scaleproof_requests_completed_total"+name+",result="+result])
				ended += n
			}
			for result, n := range k.Failed {
				require.Equal(t, float64(n), before["scaleproof_requests_failed_total"+name+",result="+result])
			}
			require.Equal(t, float64(k.Unsent["ceiling"]), before["scaleproof_requests_unsent_total"+name+",reason=ceiling"])
			require.Equal(t, float64(ended), before["scaleproof_latency_seconds"+name+",count"], "those without an answer too")
			require.Equal(t, float64(ended), before["scaleproof_service_seconds"+name+",count"])
		}
		for bound, n := range most {
			got := before["scaleproof_latency_seconds,kind=page,le="+bound]
			require.True(t, least[bound] <= got && got <= n, "%v of %v to %v up to %s", got, least[bound], n, bound)
		}
	})
}

// What a person asks first: what runs, where it is, and how fast.
func TestGauges(t *testing.T) {
	e, err := Listen(":0")
	require.NoError(t, err)
	defer e.Close()
	host, _, err := net.SplitHostPort(e.listener.Addr().String())
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", host, "without a host it is loopback")
	e.Feed(timeline.New(start, "run", "", timeline.Started{Command: "loadgen run", Scenario: "some", Environment: "where", Service: scaling.Service{Cluster: "c", Name: "s"}}))
	e.Feed(timeline.New(start, "traffic", "warm", timeline.Stage{Name: "warm"}))
	e.Feed(timeline.New(start.Add(time.Second), "traffic", "hot", timeline.Stage{Index: 1, Name: "hot"}))
	require.Equal(t, 1.0, scrape(t, e)["scaleproof_rate_factor"].Metric[0].Gauge.GetValue())
	e.Feed(timeline.New(start.Add(time.Second), "run", "", timeline.Rate{Factor: 0}))
	for _, cause := range []string{timeline.StarvedQuota, timeline.StarvedPorts, timeline.StarvedQuota} {
		e.Feed(timeline.New(start.Add(time.Second), "traffic", "", timeline.Starved{Cause: cause}))
	}
	e.Feed(timeline.New(start.Add(2*time.Second), "traffic", "", timeline.Window{Start: start, Length: 2 * time.Second, InFlight: 3, Kinds: []timeline.KindWindow{
		{Kind: "a", Planned: 10, Sent: 9}, {Kind: "b", Planned: 1, Latency: "spoilt"},
	}}))

	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(e.URL())
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	for _, line := range []string{
		`scaleproof_run_info{command="loadgen run",environment="where",scenario="some",service="c/s"} 1`,
		`scaleproof_stage_info{index="1",stage="hot"} 1`,
		"scaleproof_service_time_seconds 1.767225602e+09", "scaleproof_rate_planned 5.5", "scaleproof_rate_factor 0", `scaleproof_generator_starved_total{cause="quota"} 2`, `scaleproof_generator_starved_total{cause="ports"} 1`, "scaleproof_rate_achieved 4.5",
		"scaleproof_requests_in_flight 3", "scaleproof_windows_unreadable_total 1",
	} {
		require.Contains(t, string(text), "\n"+line+"\n")
	}
	require.Equal(t, 1, strings.Count(string(text), "scaleproof_stage_info{"))
	require.Contains(t, parse(t, bytes.NewReader(text)), "process_cpu_seconds_total", "of the generator itself")
}

// An address that is none, or taken, is told before anything begins.
func TestAddresses(t *testing.T) {
	for _, bad := range []string{"", "9464", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:-1", "127.0.0.1:99999"} {
		_, err := Listen(bad)
		require.ErrorIs(t, err, ErrAddress, bad)
	}
	e, err := Listen("127.0.0.1:0")
	require.NoError(t, err)
	defer e.Close()
	_, err = Listen(e.listener.Addr().String())
	require.ErrorContains(t, err, "address already in use")
}

// docs/outputs.md names every metric and every label.
func TestMetricsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/outputs.md")
	require.NoError(t, err)
	for _, d := range descs {
		text := d.String() // Desc{fqName: "...", help: "...", constLabels: {}, variableLabels: {a,b}}
		name := strings.Split(text, `"`)[1]
		_, labels, _ := strings.Cut(text, "variableLabels: {")
		labels = strings.ReplaceAll(strings.TrimSuffix(labels, "}}"), ",", ", ")
		want := "`" + name + "`"
		if labels != "" {
			want = "`" + name + "{" + labels + "}`"
		}
		require.Contains(t, string(page), want)
	}
}
