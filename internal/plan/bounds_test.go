package plan_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/demand"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

// A run of more requests than anyone could wait for is refused with where
// they come from, and without counting them.
func TestTooManyRequests(t *testing.T) {
	d := load(t, "nginx")
	d.Scenario.Traffic.Ceiling = 1e9
	d.Scenario.Traffic.Stages = []scenario.Stage{
		{Name: "calm", For: scenario.Duration(time.Minute), Rate: map[string]scenario.Rate{"page": 1}},
		{Name: "storm", For: scenario.Duration(time.Hour), Rate: map[string]scenario.Rate{"page": 13_870}},
	}
	require.Contains(t, d.Scenario.Requests, "page")
	p, err := plan.Build(d)
	require.NoError(t, err)
	require.EqualValues(t, 3600, p.Stages[1].For.Seconds())

	d.Scenario.Traffic.Stages[1].Rate["page"] = 20_000
	_, err = plan.Build(d)
	require.ErrorContains(t, err, "some 72,036,660 requests in 1h1m are more than the 50,000,000 that a run may have; stage storm sends most of them: 72,036,000 in 1h at up to 20010/s: lower the rates, or shorten it")

	d.Scenario.Traffic.Stages[1].Rate["page"] = 1e9
	_, err = plan.Build(d)
	require.ErrorContains(t, err, "3,600,000,036,000 in 1h")
}

// The emulated past's requests are worked through as well.
func TestTooManyPastRequests(t *testing.T) {
	d := load(t, "cpu-heavy")
	d.Environment.Emulator.Past.Lived = scenario.Duration(31 * 24 * time.Hour)
	d.Scenario.Traffic.Stages[0].Demand = &scenario.Demand{CPU: number(50), Requests: number(50)}
	d.Scenario.Traffic.Ceiling = 1e6
	_, err := plan.Build(d)
	require.ErrorContains(t, err, "are those of emulator.past.lived (744h at the first stage's rates): lower the rates, or shorten it")
}

// So are other people's, for as long as the run goes on.
func TestTooManyRequestsOfOthers(t *testing.T) {
	d := load(t, "cpu-heavy")
	traffic := func(rate scenario.Rate, length time.Duration) scenario.Happening {
		return scenario.Happening{At: scenario.Duration(time.Minute), Traffic: &scenario.OtherTraffic{Path: "/", Rate: rate, For: scenario.Duration(length)}}
	}
	for range 20 {
		d.Environment.Emulator.Happenings = append(d.Environment.Emulator.Happenings, traffic(10_000, 0))
	}
	_, err := plan.Build(d)
	require.ErrorContains(t, err, "are other people's, of the traffic under emulator.happenings: lower the rates, or shorten it")
	for i := range d.Environment.Emulator.Happenings {
		d.Environment.Emulator.Happenings[i] = traffic(10_000, time.Minute)
	}
	p, err := plan.Build(d)
	require.NoError(t, err, "twelve million")
	d.Environment.Emulator.Past.Lived = scenario.Duration(31 * 24 * time.Hour)
	p.Lived = 31 * 24 * time.Hour
	_, err = plan.Replay(d, p, demand.Recording{Source: "r", Stretches: []demand.Stretch{{For: time.Hour, Rates: []float64{50}}}})
	require.ErrorContains(t, err, "r, the past of the emulated world (744h at its first rates) and other people's traffic come to some 14")
}

// Many kinds of one large body do not fill the memory.
func TestBodiesAreBoundedTogether(t *testing.T) {
	d := load(t, "nginx")
	kind := scenario.Kind{Path: "/", Rate: 1, Body: &scenario.Body{Inline: strings.Repeat("{{random 1048576}}", 15)}}
	for i := range 10 {
		d.Scenario.Requests[fmt.Sprintf("large-%d", i)] = kind
	}
	d.Scenario.Traffic.Ceiling = 1e6
	_, err := plan.Build(d)
	require.ErrorContains(t, err, "come to 76800.0 KiB, more than the 65536.0 KiB that are held at once")
	require.Equal(t, 1, strings.Count(err.Error(), "held at once"))
}
