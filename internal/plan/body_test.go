package plan

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var due = time.Date(2026, 1, 1, 12, 30, 0, 250e6, time.UTC)

func render(t testing.TB, template string, n uint64) string {
	b, err := Compile("kind", []byte(template))
	require.NoError(t, err)
	out := b.Append(nil, 7, n, due)
	require.Len(t, out, int(b.Size))
	return string(out)
}

func TestPlaceholders(t *testing.T) {
	for template, want := range map[string]string{
		"{{uuid}}":          `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
		"{{hex 16}}":        `^[0-9a-f]{16}$`,
		"{{random 43}}":     `^[A-Za-z0-9_-]{43}$`,
		"{{sequence}}":      `^000000000017$`,
		"{{now}}":           `^2026-01-01T12:30:00\.250Z$`,
		"{{ now -1.5s }}":   `^2026-01-01T12:29:58\.750Z$`,
		"{{unixnano}}":      `^1767270600250000000$`,
		"{{unixnano -1ms}}": `^1767270600249000000$`,
		"a{{hex 2}}b":       `^a[0-9a-f]{2}b$`,
		"} }} {":            `^} }} {$`, // only {{ begins a placeholder
		"":                  `^$`,
	} {
		require.Regexp(t, regexp.MustCompile(want), render(t, template, 17), template)
	}
}

func TestNamedPlaceholdersAreEqualWithinABody(t *testing.T) {
	parts := strings.Fields(render(t, "{{hex 16 a}} {{hex 16 a}} {{hex 16 b}} {{hex 16}} {{hex 16}}", 1))
	require.Equal(t, parts[0], parts[1])
	require.NotEqual(t, parts[0], parts[2])
	require.NotEqual(t, parts[3], parts[4])
	require.NotEqual(t, parts[0], strings.Fields(render(t, "{{hex 16 a}}", 2))[0], "the next body has another")
}

func TestTwoKindsOfOneTemplateNeverSendTheSameID(t *testing.T) {
	a, err := Compile("a", []byte("{{uuid}}"))
	require.NoError(t, err)
	b, err := Compile("b", []byte("{{uuid}}"))
	require.NoError(t, err)
	require.NotEqual(t, a.Append(nil, 1, 1, due), b.Append(nil, 1, 1, due))
	require.NotEqual(t, a.Append(nil, 1, 1, due), a.Append(nil, 2, 1, due))
}

func TestIDsDoNotRepeat(t *testing.T) {
	b, err := Compile("kind", []byte("{{uuid}}"))
	require.NoError(t, err)
	seen := map[string]bool{}
	for n := range uint64(20000) {
		id := string(b.Append(nil, 7, n, due))
		require.False(t, seen[id])
		seen[id] = true
	}
}

func TestCompileRefuses(t *testing.T) {
	for template, want := range map[string]string{
		"{{uid}}":                                "placeholder {{uid}}: unknown",
		"{{uuid":                                 "is never closed",
		"{{ {{uuid}} }}":                         "is never closed",
		"{{}}":                                   "it is empty",
		"{{hex}}":                                "needs a number of characters",
		"{{hex 0}}":                              "is not a number of characters",
		"{{random 9e9}}":                         "is not a number of characters",
		"{{uuid a b}}":                           "is more than a name",
		"{{sequence 5}}":                         "it takes nothing",
		"{{now tomorrow}}":                       "is not an offset",
		"{{now 48h}}":                            "is not an offset",
		strings.Repeat("{{random 1048576}}", 17): "it makes the body longer than 16384.0 KiB",
		"{{uuid}}" + strings.Repeat("a", 16<<20): "the body is longer than 16384.0 KiB",
	} {
		_, err := Compile("kind", []byte(template))
		require.ErrorContains(t, err, want)
	}
}

// Every body of a kind has the size that its cost was worked out from, at any
// time and for any request.
func TestSizeIsFixed(t *testing.T) {
	b, err := Compile("kind", []byte("{{uuid}} {{hex 5 x}} {{random 9}} {{sequence}} {{now}} {{unixnano -2s}}"))
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "unix"), 0)
		out := b.Append([]byte("x"), rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "n"), now)
		require.Len(t, out, int(b.Size)+1)
		require.NotContains(t, string(out), "\x00")
	})
}

func TestAppendAllocatesNothing(t *testing.T) {
	b, err := Compile("kind", []byte("{{uuid}} {{hex 5 x}} {{random 9}} {{sequence}} {{now}} {{unixnano -2s}}"))
	require.NoError(t, err)
	buf := make([]byte, 0, b.Size)
	n := uint64(0)
	require.Zero(t, testing.AllocsPerRun(100, func() { b.Append(buf, 7, n, due); n++ }))
}

// A body that was read back from a timeline tells its size and no more.
func TestBodySurvivesAsFacts(t *testing.T) {
	b, err := Compile("kind", []byte("{{uuid}}"))
	require.NoError(t, err)
	text, err := json.Marshal(b)
	require.NoError(t, err)
	var back Body
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, b.Size, back.Size)
	require.Equal(t, b.SHA256, back.SHA256)
}

func FuzzCompile(f *testing.F) {
	f.Add("{{uuid}}{{hex 3}}{{random 3 name}}{{sequence}}{{now -1s}}{{unixnano}}", uint64(1))
	f.Add("{{", uint64(0))
	f.Fuzz(func(t *testing.T, template string, n uint64) {
		b, err := Compile("kind", []byte(template))
		if err != nil || b.Size > 1<<20 {
			return
		}
		require.Len(t, b.Append(nil, n, n, due), int(b.Size), strconv.Quote(template))
	})
}

func BenchmarkAppend(b *testing.B) {
	body, err := Compile("kind", []byte(strings.Repeat(`{"key":"text of some length","value":{"stringValue":"more"}}`, 500)+"{{hex 32 trace}}{{hex 16}}{{uuid}}{{unixnano}}{{now}}"))
	require.NoError(b, err)
	buf := make([]byte, 0, body.Size)
	n := uint64(0)
	for b.Loop() {
		body.Append(buf, 7, n, due)
		n++
	}
}
