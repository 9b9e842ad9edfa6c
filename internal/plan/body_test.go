package plan

import (
	"encoding/json"
	"fmt"
	"os"
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
	b, err := Compile("kind", Source{Text: []byte(template)})
	require.NoError(t, err)
	out := b.Append(nil, 7, n, due)
	require.Len(t, out, int(b.Size))
	return string(out)
}

func TestPlaceholders(t *testing.T) {
	for template, want := range map[string]string{
		"{{uuid}}":                `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
		"{{hex 16}}":              `^[0-9a-f]{16}$`,
		"{{random 43}}":           `^[A-Za-z0-9_-]{43}$`,
		"{{sequence}}":            `^000000000017$`,
		"{{now}}":                 `^2026-01-01T12:30:00\.250Z$`,
		"{{ now -1.5s }}":         `^2026-01-01T12:29:58\.750Z$`,
		"{{unixnano}}":            `^1767270600250000000$`,
		"{{unixnano -1ms}}":       `^1767270600249000000$`,
		"a{{hex 2}}b":             `^a[0-9a-f]{2}b$`,
		"{{unix}}":                `^1767270600$`,
		"{{unix -2m}}":            `^1767270480$`,
		"{{unixmilli}}":           `^1767270600250$`,
		"{{unixmicro 1us}}":       `^1767270600250001$`,
		"{{random 1KiB}}":         `^[A-Za-z0-9_-]{700}[A-Za-z0-9_-]{324}$`,
		"{{number 7 7}}":          `^7$`,
		"{{number 1 900}}":        `^ {0,2}[0-9]{1,3}$`,
		"{{number -1 1.50}}":      `^( |-)[01]\.[0-9][0-9]$`,
		"[{{numbers 3 0.0 0.9}}]": `^\[0\.\d,0\.\d,0\.\d\]$`,
		`{{json 9 text}}`:         `^"[A-Za-z0-9_-]{7}"$`,
		`{{json 3 numbers}}`:      `^\[0\]$`,
		`{{json 40 objects 2}}`:   `^{"r0":{"a":0\.\d\d\d},"rest":"[A-Za-z0-9_-]+"}$`,
		"} }} {":                  `^} }} {$`, // only {{ begins a placeholder
		"":                        `^$`,
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
	a, err := Compile("a", Source{Text: []byte("{{uuid}}")})
	require.NoError(t, err)
	b, err := Compile("b", Source{Text: []byte("{{uuid}}")})
	require.NoError(t, err)
	require.NotEqual(t, a.Append(nil, 1, 1, due), b.Append(nil, 1, 1, due))
	require.NotEqual(t, a.Append(nil, 1, 1, due), a.Append(nil, 2, 1, due))
}

func TestIDsDoNotRepeat(t *testing.T) {
	b, err := Compile("kind", Source{Text: []byte("{{uuid}}")})
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
		"{{number 1}}":                           "needs the lowest number and the highest",
		"{{number 2 1}}":                         "write the lowest number first",
		"{{number 1e3 2}}":                       "is not a number such as",
		"{{number 1. 2}}":                        "is not a number such as",
		"{{number - 2}}":                         "is not a number such as",
		"{{number 0 0.1234567890123456789}}":     "19 decimals are more than 18",
		"{{number 0 12345678901234567890}}":      "is not a number such as",
		"{{number 12345678901234567 0.12}}":      "is not a number such as",
		"{{numbers 0 1 2}}":                      "is not a number of numbers",
		"{{numbers 1 2}}":                        "needs how many there are",
		"{{json 3KiB}}":                          "it needs a size and a shape",
		"{{json 3kb numbers}}":                   "is not a size",
		"{{json 3KiB tree}}":                     "\"tree\" is not a shape",
		"{{json 3KiB objects 0}}":                "is not a depth",
		"{{json 5 objects 2}}":                   "has at least",
		"{{json 0 numbers}}":                     "has at least",
		"{{csv name}}":                           "the body names no file",
		"{{now 48h}}":                            "is not an offset",
		strings.Repeat("{{random 1048576}}", 17): "it makes the body longer than 16384.0 KiB",
		"{{uuid}}" + strings.Repeat("a", 16<<20): "the body is longer than 16384.0 KiB",
	} {
		_, err := Compile("kind", Source{Text: []byte(template)})
		require.ErrorContains(t, err, want)
	}
}

// Every body of a kind has the size that its cost was worked out from, at any
// time and for any request.
func TestSizeIsFixed(t *testing.T) {
	b, err := Compile("kind", Source{Text: []byte("{{uuid}} {{hex 5 x}} {{random 9}} {{sequence}} {{now}} {{unixnano -2s}}")})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "unix"), 0)
		out := b.Append([]byte("x"), rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "n"), now)
		require.Len(t, out, int(b.Size)+1)
		require.NotContains(t, string(out), "\x00")
	})
}

func TestAppendAllocatesNothing(t *testing.T) {
	b, err := Compile("kind", Source{Text: []byte("{{uuid}} {{hex 5 x}} {{random 9}} {{sequence}} {{now}} {{unixnano -2s}}")})
	require.NoError(t, err)
	buf := make([]byte, 0, b.Size)
	n := uint64(0)
	require.Zero(t, testing.AllocsPerRun(100, func() { b.Append(buf, 7, n, due); n++ }))
}

// A body that was read back from a timeline tells its size and no more.
func TestBodySurvivesAsFacts(t *testing.T) {
	b, err := Compile("kind", Source{Text: []byte("{{uuid}}")})
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
		b, err := Compile("kind", Source{Text: []byte(template)})
		if err != nil || b.Size > 1<<20 {
			return
		}
		require.Len(t, b.Append(nil, n, n, due), int(b.Size), strconv.Quote(template))
	})
}

func BenchmarkAppend(b *testing.B) {
	body, err := Compile("kind", Source{Text: []byte(strings.Repeat(`{"key":"text of some length","value":{"stringValue":"more"}}`, 500) + "{{hex 32 trace}}{{hex 16}}{{uuid}}{{unixnano}}{{now}}")})
	require.NoError(b, err)
	buf := make([]byte, 0, body.Size)
	n := uint64(0)
	for b.Loop() {
		body.Append(buf, 7, n, due)
		n++
	}
}

// A number lies in its range, every number of the range comes, and both bounds
// do.
func TestNumbersOfARange(t *testing.T) {
	b, err := Compile("kind", Source{Text: []byte("{{number -0.2 0.3}}")})
	require.NoError(t, err)
	seen := map[string]int{}
	for n := range uint64(6000) {
		seen[strings.TrimSpace(string(b.Append(nil, 7, n, due)))]++
	}
	require.Len(t, seen, 6)
	for _, text := range []string{"-0.2", "-0.1", "0.0", "0.1", "0.2", "0.3"} {
		require.InDelta(t, 1000, seen[text], 150, text)
	}
}

// A value of a shape is JSON of its size, to the byte, whatever the size.
func TestShapes(t *testing.T) {
	for _, shape := range []string{"numbers", "text", "objects 1", "objects 6"} {
		for size := range 400 {
			b, err := Compile("kind", Source{Text: fmt.Appendf(nil, "{{json %d %s}}", size, shape)})
			if err != nil {
				require.ErrorContains(t, err, "has at least")
				require.Less(t, size, 60)
				continue
			}
			text := b.Append(nil, 7, 1, due)
			require.Len(t, text, size)
			require.True(t, json.Valid(text), string(text))
			require.True(t, b.Fixed())
		}
	}
}

// The page names every placeholder, with the words that it takes.
func TestPlaceholdersAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/scenarios.md")
	require.NoError(t, err)
	for name := range placeholders {
		require.Regexp(t, `\| .*\x60\{\{`+name+`( .*)?\}\}\x60.* \|`, string(page))
	}
}
