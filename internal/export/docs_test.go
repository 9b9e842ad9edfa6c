package export

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// docs/outputs.md names every field and every column.
func TestOutputsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/outputs.md")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(page), "\n## One JSON object")
	object, rest, _ := strings.Cut(rest, "\n## CSV")
	table, _, _ := strings.Cut(rest, "\n## HdrHistogram log")

	window := timeline.Window{Start: start, Length: time.Second, Kinds: []timeline.KindWindow{{Kind: "page", Sent: 1}}}
	s, err := Summarize([]timeline.Event{timeline.New(start, "", "", window)})
	require.NoError(t, err)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	var fields any
	require.NoError(t, json.Unmarshal(text, &fields))
	require.Positive(t, documented(t, object, fields))

	var out bytes.Buffer
	require.NoError(t, CSV(&out, nil))
	for _, column := range strings.Split(strings.TrimSpace(out.String()), ",") {
		require.Contains(t, table, "`"+column+"`")
	}
}

// documented looks for each key of a value in a page.
func documented(t *testing.T, page string, value any) (n int) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			require.Contains(t, page, "`"+key+"`")
			n += 1 + documented(t, page, inner)
		}
	case []any:
		for _, inner := range v {
			n += documented(t, page, inner)
		}
	}
	return n
}
