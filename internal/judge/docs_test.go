package judge

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// docs/checks.md has a section for each check, in the order in which they are
// shown, and for nothing else; and it tells the marks by which they are judged.
func TestDocsHaveEveryCheck(t *testing.T) {
	data, err := os.ReadFile("../../docs/checks.md")
	require.NoError(t, err)
	found := regexp.MustCompile(`(?m)^### (.+)\n(.+)$`).FindAllStringSubmatch(string(data), -1)
	var ids []string
	for i, m := range found {
		ids = append(ids, m[1])
		if i >= len(checks) || checks[i].id != m[1] {
			continue
		}
		require.Equal(t, checks[i].load, regexp.MustCompile(`\*load\.\*`).MatchString(m[2]), "%s: *load.*", m[1])
		require.Equal(t, checks[i].blames, regexp.MustCompile(`\*blames\.\*`).MatchString(m[2]), "%s: *blames.*", m[1])
	}
	require.Equal(t, IDs(), ids)
}
