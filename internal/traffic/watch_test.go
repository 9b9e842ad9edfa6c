package traffic

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
	"scaleproof/internal/traffic/vitals"
)

// What a call could not get says it all; then what took time; then the ceiling,
// where as much left as it lets through.
func TestCauseOfStarving(t *testing.T) {
	lost := func(cause string, d time.Duration) []vitals.Loss { return []vitals.Loss{{Cause: cause, Time: d}} }
	late := func(d time.Duration) shortfall { return shortfall{sent: 100, late: 50, longest: d} }
	for name, c := range map[string]struct {
		of        shortfall
		losses    []vitals.Loss
		atCeiling bool
		want      string
	}{
		"descriptors":                     {shortfall{sent: 100, descriptors: 9, ports: 2}, lost(timeline.StarvedContention, time.Second), false, timeline.StarvedDescriptors},
		"ports":                           {shortfall{sent: 100, ports: 2}, nil, false, timeline.StarvedPorts},
		"memory":                          {shortfall{sent: 100, noMemory: 2}, nil, false, timeline.StarvedMemory},
		"a quota":                         {late(400 * ms), lost(timeline.StarvedQuota, 300*ms), false, timeline.StarvedQuota},
		"too little to explain it":        {late(2 * time.Second), lost(timeline.StarvedContention, 300*ms), false, timeline.StarvedUnknown},
		"nothing known":                   {late(400 * ms), nil, false, timeline.StarvedUnknown},
		"the ceiling":                     {late(400 * ms), lost(timeline.StarvedContention, 100*ms), true, timeline.StarvedCeiling},
		"given up at the ceiling":         {shortfall{sent: 10, ceiling: 5}, nil, false, timeline.StarvedCeiling},
		"a stop, and then the ceiling":    {late(2 * time.Second), lost(timeline.StarvedStopped, 1900*ms), true, timeline.StarvedStopped},
		"given up before it came to them": {shortfall{generator: 5}, lost(timeline.StarvedStopped, time.Second), false, timeline.StarvedStopped},
	} {
		require.Equal(t, c.want, c.of.cause(c.losses, c.of.longest, time.Second, c.atCeiling), name)
	}
	require.False(t, shortfall{sent: 100, late: 1, longest: 20 * ms}.told(tellFrom), "on any machine")
	require.True(t, shortfall{sent: 100, late: 2, longest: 20 * ms}.told(tellFrom))
	require.True(t, shortfall{sent: 1000, late: 1, longest: 100 * ms}.told(tellFrom))
	require.True(t, shortfall{sent: 1000, ports: 1}.told(tellFrom))
}
