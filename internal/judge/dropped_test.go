package judge

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// needed are the kinds of events of which a passing run needs one at least of
// each line: without them something that it must show was not seen.
var needed = [][]string{
	{"run.started"}, {"run.phase"}, {"run.ended"}, {"stage.started"}, {"traffic.window"}, {"observe.look"}, {"metric.point"},
	{"service.counts"}, {"target.health"}, {"capacity.observed"}, {"policy.observed"}, {"scaling.activity"},
	{"alarm.observed", "alarm.state"}, // either tells of an alarm all that there is
}

// A passing run of which whole kinds of events are lost, in any combination,
// does not pass where it needs one of them, and never fails: what was not seen
// is held against nobody.
func FuzzDropped(f *testing.F) {
	kinds := kindsOf(golden(f, "cpu-heavy").events)
	for i := range kinds {
		f.Add(uint64(1) << i)
	}
	for _, lost := range [][]string{{"service.counts", "scaling.activity"}, {"alarm.observed", "alarm.state", "metric.point"},
		{"alarm.observed", "alarm.state", "policy.observed"},
		{"alarm.observed", "alarm.state", "scaling.activity", "service.counts", "capacity.observed"}} {
		which := uint64(0)
		for _, kind := range lost {
			which |= 1 << slices.Index(kinds, kind)
		}
		f.Add(which)
	}
	f.Fuzz(func(t *testing.T, which uint64) {
		run := golden(t, "cpu-heavy")
		lost := map[string]bool{}
		for i, kind := range kinds {
			lost[kind] = which>>i&1 == 1
		}
		run.drop(func(e timeline.Event) bool { return lost[e.Kind] })
		run.number()
		v, err := Judge(run.events)
		if err != nil {
			return
		}
		// Alarms that were looked for and of which nothing tells are alarms that are
		// not there, and policies without alarms are what policies.exact stops.
		gone := lost["alarm.observed"] && lost["alarm.state"] && lost["scaling.activity"]
		for _, r := range v.Results {
			require.False(t, r.Answer == Fail && !(gone && r.ID == "policies.exact"), "%v: %s: %s", lost, r.ID, r.Explanation)
		}
		for _, any := range needed {
			all := !slices.ContainsFunc(any, func(kind string) bool { return !lost[kind] })
			require.False(t, all && v.Answer == Pass, "passes without %s", any)
		}
		for _, r := range v.Results {
			require.False(t, r.Answer == Pass && r.Samples < r.Needs, "%v: passes on too few: %+v", lost, r)
		}
	})
}

func kindsOf(events []timeline.Event) (kinds []string) {
	for _, e := range events {
		if !slices.Contains(kinds, e.Kind) {
			kinds = append(kinds, e.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// A passing run whose file was cut off at any byte is an error or no pass.
func TestNoCutFilePasses(t *testing.T) {
	var b bytes.Buffer
	timeline.NewWriter(&b).Write(golden(t, "cpu-heavy").events...)
	whole := b.Bytes()
	cuts := []int{0, 1, len(whole) / 3, len(whole) - 1}
	for draw := rand.New(rand.NewPCG(1, 1)); len(cuts) < 12; {
		cuts = append(cuts, draw.IntN(len(whole)))
	}
	for _, n := range cuts {
		events, err := timeline.Read(bytes.NewReader(whole[:n]), "cut")
		if err != nil {
			continue
		}
		v, err := Judge(events)
		require.True(t, err != nil || v.Answer == Inconclusive, "cut off after %d bytes: %s", n, v.Sentence)
	}
}

// instants are the times in a timeline's text, also those inside a payload.
var instants = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)

// The verdict is of the instants, whatever zone the lines write them in and
// whatever zone the machine is in.
func TestZonesDoNotMatter(t *testing.T) {
	var b bytes.Buffer
	timeline.NewWriter(&b).Write(golden(t, "cpu-heavy").events...)
	want := verdictBytes(t, golden(t, "cpu-heavy").events)
	for i, zone := range []*time.Location{time.FixedZone("east", 9*3600+1800), time.FixedZone("west", -3600)} {
		text := instants.ReplaceAllFunc(b.Bytes(), func(stamp []byte) []byte {
			at, err := time.Parse(time.RFC3339Nano, string(stamp))
			require.NoError(t, err)
			return at.In(zone).AppendFormat(nil, time.RFC3339Nano)
		})
		require.NotEqual(t, b.Bytes(), text)
		here := time.Local
		if i == 1 {
			time.Local = zone
		}
		events, err := timeline.Read(bytes.NewReader(text), "zone")
		require.NoError(t, err)
		got := verdictBytes(t, events)
		time.Local = here
		require.Equal(t, want, got, fmt.Sprint(zone))
	}
}
