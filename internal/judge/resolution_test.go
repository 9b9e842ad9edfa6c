package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// Of a stretch that is shorter than the windows it is told in, only a silence
// is known: a failure or a slow answer may have come amid others.
func TestWindowsLongerThanTheStretch(t *testing.T) {
	const errors, slow = `{"errors":{"above":"1%","for":"30s","never":true}}`, `{"latency":{"p50":"1s","for":"30s","never":true}}`
	one := func(at time.Duration, k *timeline.KindWindow) {
		if at == minutes(20) && k.Kind == "light" {
			k.Latency = histogram(k.Sent, 3*time.Second)
		}
	}
	for _, c := range []struct {
		what, ask string
		window    time.Duration
		traffic   func(time.Duration, *timeline.KindWindow)
		check     string
		want      Answer
	}{
		{"few failures in a minute", errors, time.Minute, failAt(minutes(20), 10), "errors", Inconclusive},
		{"one failure of thousands", errors, time.Minute, failAt(minutes(20), 1), "errors", Pass},
		{"few failures in ten seconds", errors, 10 * time.Second, failAt(minutes(20), 3), "errors", Pass},
		{"no failure", errors, time.Minute, nil, "errors", Pass},
		{"some slow answers in a minute", slow, time.Minute, one, "latency", Inconclusive},
		{"some slow answers in ten seconds", slow, 10 * time.Second, one, "latency", Pass},
		{"no slow answer", slow, time.Minute, nil, "latency", Pass},
	} {
		told := cpuHeavy()
		told.plan.Expect = nil
		told.expect(c.ask)
		told.plan.Window, told.traffic = c.window, c.traffic
		v := told.judge(t)
		require.Equal(t, c.want, answer(t, v, c.check), "%s: %+v", c.what, of(t, v, c.check))
		sayWhatToDo(t, v)
	}
}
