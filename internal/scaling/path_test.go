package scaling_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/scaling"
)

func TestMatchPath(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/api/public/ingestion", "/api/public/ingestion", true},
		{"/api/public/ingestion", "/api/public/ingestion/", false},
		{"/api/public/traces*", "/api/public/traces", true},
		{"/api/public/traces*", "/api/public/traces/17/a", true}, // * crosses /
		{"/api/v?/x", "/api/v2/x", true},
		{"/api/v?/x", "/api/v22/x", false},
		{"/API", "/api", false},
		{"*", "/", true},
		{"*", "", true},
		{"", "", true},
		{"", "/", false},
		{"*a*b", "/aab/ab", true}, // the first * must give back
		{"/[a]", "/a", false},     // nothing but * and ? is special
	} {
		require.Equal(t, c.want, scaling.MatchPath(c.pattern, c.path), "%q against %q", c.pattern, c.path)
	}
}

// A pattern is also a regular expression in other words.
func TestMatchPathAgreesWithRegexp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab/*?]{0,8}`).Draw(t, "pattern")
		path := rapid.StringMatching(`[ab/]{0,10}`).Draw(t, "path")
		quoted := regexp.QuoteMeta(pattern)
		twin := regexp.MustCompile(`^` + strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted) + `$`)
		require.Equal(t, twin.MatchString(path), scaling.MatchPath(pattern, path))
	})
}
