package scenario

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// What an editor offers, the docs explain: every key of the schemas stands in
// docs/scenarios.md as code.
func TestDocsNameEveryKey(t *testing.T) {
	docs, err := os.ReadFile("../../docs/scenarios.md")
	require.NoError(t, err)
	code := map[string]bool{}
	for _, span := range regexp.MustCompile("`[^`\n]+`").FindAllString(string(docs), -1) {
		for _, word := range regexp.MustCompile(`[a-z0-9_]+`).FindAllString(span, -1) {
			code[word] = true
		}
	}
	named := 0
	for _, s := range schemas {
		data, err := os.ReadFile(filepath.Join("../../scenarios", s.file))
		require.NoError(t, err)
		var tree any
		require.NoError(t, json.Unmarshal(data, &tree))
		for _, key := range properties(tree) {
			named++
			require.True(t, code[key], "docs/scenarios.md does not explain %q of %s", key, s.file)
		}
	}
	require.Greater(t, named, 80)
}

// properties lists the names that a schema gives to properties, anywhere.
func properties(v any) (names []string) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			names = append(names, properties(item)...)
		}
	case map[string]any:
		if p, ok := v["properties"].(map[string]any); ok {
			names = append(names, keys(p)...)
		}
		for _, key := range keys(v) {
			names = append(names, properties(v[key])...)
		}
	}
	return names
}
