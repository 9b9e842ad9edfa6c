package judge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// Of a recorded run every change is the CPU policy's, for certain. Without the
// activities' words, or without the activities, the alarms and the metrics say
// the same with less confidence, or do not know; they never name another.
func TestAttributionWithoutTheWord(t *testing.T) {
	for _, name := range []string{"cpu-heavy", "gradual-ramp"} {
		whole := golden(t, name).judge(t, nil)
		require.NotEmpty(t, whole.Actions)
		for _, a := range whole.Actions {
			require.Equal(t, cpuPolicy, a.Name, a)
			require.Equal(t, Certain, a.Confidence, a)
			require.Len(t, a.Wants, 2)
		}
		for what, take := range map[string]func(*tape){
			"no causes":     wordless,
			"no activities": unlisted,
			"nobody read them": func(t *tape) {
				unlisted(t)
				t.drop(func(e timeline.Event) bool {
					h, ok := e.Data.(timeline.Heartbeat)
					return ok && h.Part == timeline.PartActivities
				})
			},
		} {
			changed := golden(t, name)
			take(changed)
			v := changed.judge(t, nil)
			require.Len(t, v.Actions, len(whole.Actions), "%s, %s", name, what)
			for i, a := range v.Actions {
				require.NotEqual(t, Certain, a.Confidence, "%s, %s: %v", name, what, a)
				require.Contains(t, []string{cpuPolicy, ""}, a.Name, "%s, %s: %v", name, what, a)
				require.Contains(t, []Kind{ByPolicy, ByUnknown}, a.Kind, "%s, %s: %v", name, what, a)
				require.Equal(t, whole.Actions[i].To, a.To)
				if a.Direction == "out" && what != "no activities" {
					require.Equal(t, cpuPolicy, a.Name, "%s, %s: one alarm alone was in ALARM: %v, %s", name, what, a, a.Because)
				}
			}
		}
	}
}

// wordless takes the causes from the activities.
func wordless(t *tape) {
	each(t, func(_ *timeline.Event, a *timeline.ActivityState) { a.Activity.Cause = "" })
}

// unlisted takes the activities.
func unlisted(t *tape) { t.drop(is[timeline.ActivityState]) }
