package page

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What stands between the marks of a page is replaced, and nothing else.
func TestWrite(t *testing.T) {
	parts := []Part{{"bars", "new bars\n"}, {"tables", "new tables\n"}}
	file := filepath.Join(t.TempDir(), "page.md")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }
	write("before\n<!-- proof: tables -->\nold\n<!-- end of proof -->\nbetween\n<!-- peers: x -->\n<!-- proof: bars -->\n<!-- end of proof -->\nafter\n")
	require.NoError(t, Check(file, "proof", parts))
	require.NoError(t, Write(file, "proof", parts))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "before\n<!-- proof: tables -->\nnew tables\n<!-- end of proof -->\nbetween\n<!-- peers: x -->\n<!-- proof: bars -->\nnew bars\n<!-- end of proof -->\nafter\n", string(text))

	write("nothing")
	require.ErrorContains(t, Write(file, "proof", parts), "page.md: no line <!-- proof: bars -->")
	write("<!-- proof: cakes -->\n<!-- end of proof -->\n")
	require.ErrorContains(t, Write(file, "proof", parts), "<!-- proof: cakes --> is no part")
	write("<!-- proof: bars -->\n")
	require.ErrorContains(t, Check(file, "proof", parts), "has no line <!-- end of proof --> behind it")
	require.ErrorContains(t, Check(t.TempDir(), "proof", parts), "is no regular file")
}
