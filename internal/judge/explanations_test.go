package judge

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// nextStep is a clause that says what to do: a verb behind a stop in the
// sentence.
var nextStep = regexp.MustCompile(`(?i)[;:,.] (?:then |and |so )?(?:look|see|compare|find out|run|make|raise|lower|give|let|lift|send|put|add|enable|resume|register|correct|apply|restore|remove|calibrate|check|read|judge|drive|do not trust|scale|name|ask|watch|keep|take|set|wait|close|lengthen|shorten|start|expect|report)\b`)

// sayWhatToDo holds that whoever reads an answer that counts and is no pass is
// told what to do next. Every story and every changed recording that the checks
// are proven with is held to it.
func sayWhatToDo(t *testing.T, v Verdict) {
	t.Helper()
	for _, r := range v.Results {
		if r.Answer != Pass && r.Severity == Counts {
			require.Regexp(t, nextStep, r.Explanation, r.ID)
		}
	}
}
