package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
)

// Of failures the cause stands first, whatever the order of judging.
func TestCausesStandFirst(t *testing.T) {
	result := func(id string, answer judge.Answer, severity judge.Severity) judge.Result {
		return judge.Result{ID: id, Answer: answer, Severity: severity}
	}
	list := worstFirst([]judge.Result{
		result("latency", judge.Pass, judge.Counts),
		result("cooldown.scale-in", judge.Inconclusive, judge.Warns),
		result("alarms.fire", judge.Inconclusive, judge.Warns),
		result("load.arrived", judge.Inconclusive, judge.Counts),
		result("observation.complete", judge.Inconclusive, judge.Counts),
		result("latency", judge.Fail, judge.Counts),
		result("saturation", judge.Fail, judge.Counts),
		result("errors", judge.Pass, judge.Counts),
	})
	var ids []string
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	require.Equal(t, []string{"saturation", "latency", "observation.complete", "load.arrived", "cooldown.scale-in", "alarms.fire", "latency", "errors"}, ids)
}
