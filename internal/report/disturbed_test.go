package report

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// A verdict on a world that was disturbed on purpose says so where it is read
// first; one on any other world says nothing.
func TestDisturbed(t *testing.T) {
	of := func(doc string) string {
		return timeline.Started{EnvironmentDocument: json.RawMessage(doc)}.Disturbed()
	}
	require.Empty(t, of(`{"name":"local","emulator":{"seed":1}}`))
	require.Empty(t, of(``))
	const said = "Disturbed on purpose: the deviations late-reaction=5m, no-scale-in; the fault metrics-late; things that happen in mid-run, 2."
	doc := `{"emulator":{"deviations":[{"name":"late-reaction","size":"5m"},{"name":"no-scale-in"}],"faults":[{"name":"metrics-late"}],"happenings":[{"at":"5m"},{"at":"6m"}]}}`
	require.Equal(t, said, of(doc))

	events, v := predicted(t, "gradual-ramp")
	p, f := Build(events), readFacts(events)
	f.started.EnvironmentDocument = json.RawMessage(doc)
	page, err := html(events, v, f, p)
	require.NoError(t, err)
	require.Contains(t, string(page), said)
	require.Contains(t, string(summary(v, f, p, nil)), said)
}
