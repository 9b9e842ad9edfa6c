package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// This program as its own target is the test's, too.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "target" {
		exit(serve(os.Stdin, os.Stdout))
		return
	}
	os.Exit(m.Run())
}

// loadgen as it ships sends for a second at the target, in both paces, and
// every figure of it is there. What they are is for make bench-peers.
func TestLoadgenAlone(t *testing.T) {
	program := filepath.Join(t.TempDir(), "loadgen")
	out, err := exec.Command("go", "build", "-o", program, "scaleproof/cmd/loadgen").CombinedOutput()
	require.NoError(t, err, "%s", out)
	b := &bench{
		rounds: 1, until: time.Now().Add(time.Hour), dir: t.TempDir(), nginx: &nginx{},
		tools: []*tool{ours(program), economical(program)},
		tests: []test{{name: "1k", rate: 500, seconds: 1, outside: true, tools: scheduled}},
	}
	b.run(t.Context())
	for _, tool := range b.tools {
		require.Len(t, b.results[key("1k", tool.name)], 1)
		r := b.results[key("1k", tool.name)][0]
		require.Empty(t, r.failed)
		require.Equal(t, 500, r.requests, "each arrival of the plan came once")
		require.Positive(t, r.cpu)
		require.Positive(t, r.rate)
		require.Positive(t, r.spread.p99)
		require.GreaterOrEqual(t, r.rss, r.sending)
	}
	text := b.tables("2026-01-31", "a machine", "")
	require.Contains(t, text, "| 1k/s | loadgen | ")
	require.Contains(t, text, "| 1k/s | loadgen, economy | ")
	require.NotContains(t, text, "not measured")
}

// The target answers requests however they are cut, several at once too, and
// its log has each.
func TestTarget(t *testing.T) {
	w, err := startWatcher(t.Context())
	require.NoError(t, err)
	before := time.Now().UnixNano()
	conn := dial(t, w.url)
	for _, piece := range []string{"GET / HT", "TP/1.1\r\nHost: x\r", "\n\r", "\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nA: \r\r\n\r\n"} {
		_, err := conn.Write([]byte(piece))
		require.NoError(t, err)
	}
	got := make([]byte, 3*len(answer))
	for n := 0; n < len(got); {
		m, err := conn.Read(got[n:])
		require.NoError(t, err)
		n += m
	}
	require.Equal(t, bytes.Repeat(answer, 3), got)
	require.NoError(t, conn.Close())
	came, answered, err := w.log()
	require.NoError(t, err)
	require.Len(t, came, 3)
	require.Len(t, answered, 3)
	require.Greater(t, answered[0], before)
	require.LessOrEqual(t, came[0], answered[0])
}

// What each tool says is read in its own units.
func TestTold(t *testing.T) {
	l := load{dir: t.TempDir()}
	write := func(name, text string) { require.NoError(t, os.WriteFile(l.file(name), []byte(text), 0o600)) }
	want := tail{1500 * time.Microsecond, 2 * time.Second, 3 * time.Second}

	got, err := bombardierTold(nil, l, []byte(`{"spec":{},"result":{"latency":{"mean":1,"max":3000000,"percentiles":{"50":1,"99":1500}}}}`))
	require.NoError(t, err)
	require.Equal(t, tail{want.p99, unknown, want.max}, got)

	write("fortio.json", `{"DurationHistogram":{"Max":3,"Percentiles":[{"Percentile":99,"Value":0.0015},{"Percentile":99.9,"Value":2}]}}`)
	got, err = fortioTold(nil, l, nil)
	require.NoError(t, err)
	require.Equal(t, want, got)

	write("k6.json", `{"metrics":{"http_req_duration":{"p(99)":1.5,"p(99.9)":2000,"max":3000},"checks":{"passes":1}}}`)
	got, err = k6Told(nil, l, nil)
	require.NoError(t, err)
	require.Equal(t, want, got)
	write("k6.json", `{"metrics":{}}`)
	_, err = k6Told(nil, l, nil)
	require.ErrorContains(t, err, "has no ")

	latencies, err := vegetaLatencies(strings.NewReader("1,200,7000,0,5,,,,0,GET,http://x,\n2,200,9000,0,5\n"))
	require.NoError(t, err)
	require.Equal(t, []int64{7000, 9000}, latencies)
	_, err = vegetaLatencies(strings.NewReader("1,200,slow\n"))
	require.Error(t, err)

	got, err = oursTold(nil, l, []byte(`{"outcome":"complete","latency_us":{"p99":1500,"p99_9":2000000,"max":null}}`))
	require.NoError(t, err)
	require.Equal(t, tail{want.p99, want.p999, unknown}, got)
	_, err = oursTold(nil, l, []byte(`{"outcome":"stopped"}`))
	require.ErrorContains(t, err, "ended stopped")
}

// Memory is what a process had until then.
func TestMemory(t *testing.T) {
	status := "Name:\tx\nVmHWM:\t   31084 kB\nRssAnon:\t    7480 kB\n"
	require.Equal(t, int64(31084<<10), kibibytes(status, "VmHWM:"))
	require.Zero(t, kibibytes(status, "VmSwap:"))
	began := time.Now()
	u := usage{peaks: []peak{{began, 5, 3}, {began.Add(1), 7, 2}, {began.Add(2), 9, 8}}}
	rss, anon := u.until(began.Add(1))
	require.Equal(t, []int64{7, 3}, []int64{rss, anon})
}

// loadgen's account is held against the target's.
func TestAccount(t *testing.T) {
	said, err := oursRead([]byte(`{"outcome":"complete","scheduled":10,"sent":10,"in_flight":0,"completed":{"200":10},"unaccounted":{"scheduled":0,"sent":0}}`))
	require.NoError(t, err)
	require.NoError(t, said.account(10))
	require.ErrorContains(t, said.account(9), "the target saw 9")
	said.Unaccounted.Sent = 1
	require.Error(t, said.account(10))
}

func TestReadSchedule(t *testing.T) {
	due, err := readSchedule(strings.NewReader("due,kind,n,sha256\n0.000074709,page,0,e3b0\n12.500000000,page,1,e3b0\n"))
	require.NoError(t, err)
	require.Equal(t, []int64{74_709, 12_500_000_000}, due)
	_, err = readSchedule(strings.NewReader(""))
	require.Error(t, err)
	_, err = readSchedule(strings.NewReader("due\nsoon,page\n"))
	require.Error(t, err)
}

// A program that is not there is named in the table, and the time that is left
// is kept to.
func TestNotMeasured(t *testing.T) {
	x := test{name: saturated, seconds: 5, tools: []string{"wrk", "k6"}}
	b := &bench{rounds: 1, tests: []test{x}, until: time.Now(), tools: []*tool{{name: "wrk", missing: "wrk: no | such program"}, {name: "k6", program: "k6"}}}
	b.run(t.Context())
	text := b.tables("2026-01-31", "a machine", "3.5")
	require.Contains(t, text, "| wrk |  |  |  |  |  |  | not measured: wrk: no / such program |")
	require.Contains(t, text, "| k6 |  |  |  |  |  |  | not measured: time was over |")
	require.Contains(t, text, "where 3.5 processes wanted to run")
	require.Contains(t, text, "; 2 of 2 runs gave no figures.")
	lost := &tool{name: "x", module: "scaleproof.invalid/x", version: "v0.0.0"}
	t.Setenv("GOPROXY", "off")
	lost.install(t.Context(), t.TempDir())
	require.Contains(t, lost.missing, "go install scaleproof.invalid/x@v0.0.0")
}

// Ratios are those of one round each, and their median is not the ratio of the
// medians.
func TestRatiosAreOfOneRound(t *testing.T) {
	at := func(us ...int) (list []result) {
		for _, u := range us {
			r := result{requests: 1, cpu: time.Duration(u) * time.Microsecond}
			if u == 0 {
				r = result{failed: "time was over"}
			}
			list = append(list, r)
		}
		return list
	}
	b := &bench{rounds: 4, tests: tests, tools: append(peers(), ours("loadgen")), results: map[string][]result{
		key(saturated, "loadgen"): at(10, 30, 20, 50),
		key(saturated, "wrk"):     at(10, 20, 40, 0),
		key(saturated, "vegeta"):  at(100, 100, 200, 10),
		key(idle, "loadgen"):      at(5),
	}}
	r, ok := b.ratio(saturated, "wrk", b.whole)
	require.True(t, ok)
	require.InDelta(t, 1.0, r, 1e-9, "the median of 1, 1.5 and 0.5")
	r, _ = b.ratio(saturated, "wrk", b.beyond)
	require.InDelta(t, 0.5, r, 1e-9, "5/10, 25/20, 15/40")
	r, _ = b.ratio(saturated, "vegeta", b.whole)
	require.InDelta(t, 0.2, r, 1e-9, "of four, the middle of the two in the middle")
	_, ok = b.ratio(saturated, "k6", b.whole)
	require.False(t, ok)
	text := fmt.Sprint(b.goals())
	require.Contains(t, text, "| CPU per request, saturated: at most 1.10 of wrk's | 1.00; 0.50 without beginning and end | holds |")
	require.NotContains(t, text, "k6's", "what was not measured has no row")
}

// A goal that is missed is said to be.
func TestGoals(t *testing.T) {
	b := &bench{rounds: 1, tests: tests, results: map[string][]result{
		key("40k", "loadgen"): {{rate: 39_950, sending: 17 << 20, anon: 9 << 20}},
		key("10k", "loadgen"): {{rate: 10_000, spread: spread{12 * time.Microsecond, 90 * time.Microsecond}}},
		key(freeze, "loadgen"): {{told: tail{1800 * time.Millisecond, 1980 * time.Millisecond, 2 * time.Second},
			truth: tail{1800 * time.Millisecond, 1980 * time.Millisecond, 2030 * time.Millisecond}}},
	}}
	text := fmt.Sprint(b.goals())
	require.Contains(t, text, "| 40k/s held within 0.1 % | 39950/s | **missed** |")
	require.Contains(t, text, "| 12 and 90 µs | holds |")
	require.Contains(t, text, "| within 1.48 % | **missed** |")
	require.Contains(t, text, "| 17 MiB at most; 9 without the pages of files, its own program's | **missed** |")
}

// Each round begins with another tool.
func TestOrder(t *testing.T) {
	b := &bench{tools: append(peers(), ours(""), economical(""))}
	x := &test{tools: []string{"loadgen", "wrk", "k6"}}
	var first []string
	for round := range 4 {
		list := b.order(x, round)
		require.Len(t, list, 3)
		first = append(first, list[0].name)
	}
	require.Equal(t, []string{"wrk", "k6", "loadgen", "wrk"}, first)
}

// What is asked for wrongly is said before anything is run.
func TestWrongFlags(t *testing.T) {
	for want, args := range map[string][]string{
		"there are idle, saturated": {"-only", "quick"},
		"there is no such tool":     {"-tools", "ab"},
		"give at least 1":           {"-rounds", "0"},
		"leave -only and -tools":    {"-only", "idle", "-into", "README.md"},
		"no line <!-- peers":        {"-into", "../../CHANGELOG.md"},
		"make build":                {"-tools", "loadgen", "-loadgen", "/nowhere/loadgen"},
	} {
		require.ErrorContains(t, run(context.Background(), args, &bytes.Buffer{}), want)
	}
}

func dial(t *testing.T, url string) net.Conn {
	conn, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(url, "http:"), "/"))
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	return conn
}
