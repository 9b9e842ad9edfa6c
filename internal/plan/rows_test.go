package plan

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const people = "user,team,blob\nana,red,\"{\"\"a\"\":1}\"\n\"bo \"\"b\"\"\",blue,[]\nçelik,green,null\n"

func rowsOf(t testing.TB, text string) *Rows {
	r, err := ReadRows([]byte(text))
	require.NoError(t, err)
	return r
}

// Rows take turns, all values of a body come from one row, and what has a
// meaning in JSON is escaped. The bodies are all of one size.
func TestValuesOfAFile(t *testing.T) {
	b, err := Compile("kind", Source{Text: []byte(`{"user":"{{csv user}}","team":"{{csv team}}","blob":{{csv blob raw}},"again":"{{csv user}}"}`), Rows: rowsOf(t, people)})
	require.NoError(t, err)
	users, teams := []string{"ana", `bo "b"`, "çelik"}, []string{"red", "blue", "green"}
	blobs := []any{map[string]any{"a": 1.0}, []any{}, nil}
	for n := range uint64(7) {
		text := b.Append(nil, 7, n, due)
		require.Len(t, text, int(b.Size))
		var got map[string]any
		require.NoError(t, json.Unmarshal(text, &got), string(text))
		i := n % 3
		require.Equal(t, map[string]any{"user": users[i], "team": teams[i], "blob": blobs[i], "again": users[i]}, got)
	}
}

// At random every row comes, about as often, and by the seed.
func TestRowsAtRandom(t *testing.T) {
	b, err := Compile("kind", Source{Text: []byte("{{csv team}}"), Rows: rowsOf(t, people), Drawn: true})
	require.NoError(t, err)
	count, other := map[string]int{}, 0
	for n := range uint64(3000) {
		row := string(b.Append(nil, 7, n, due))
		count[row]++
		if row != string(b.Append(nil, 8, n, due)) {
			other++
		}
	}
	require.Len(t, count, 3)
	for _, n := range count {
		require.InDelta(t, 1000, n, 100)
	}
	require.InDelta(t, 2000, other, 150)
}

func TestRowsRefuse(t *testing.T) {
	for text, want := range map[string]string{
		"a,b":          "it needs a line that names the columns, and one of values",
		"a,b\n1":       "wrong number of fields",
		"a,b\n\"1,2\n": `extraneous or missing " in quoted-field`,
	} {
		_, err := ReadRows([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
	for text, want := range map[string]string{
		"{{csv}}":           "it needs the name of a column",
		"{{csv user name}}": "it needs the name of a column",
		"{{csv usr}}":       `the file has no column "usr"; there is user, team, blob`,
	} {
		_, err := Compile("kind", Source{Text: []byte(text), Rows: rowsOf(t, people)})
		require.ErrorContains(t, err, want, text)
	}
	_, err := Compile("kind", Source{Text: []byte("{{csv user}}")})
	require.ErrorContains(t, err, "the body names no file")
}

// Another file, or another order of its rows, is another body.
func TestTheHashKnowsTheFile(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range []Source{
		{}, {Rows: rowsOf(t, people)}, {Rows: rowsOf(t, people), Drawn: true}, {Rows: rowsOf(t, people+"d,d,d\n")}, {Gzip: true},
	} {
		s.Text = []byte("text")
		b, err := Compile("kind", s)
		require.NoError(t, err)
		require.False(t, seen[b.SHA256])
		seen[b.SHA256] = true
	}
}

func BenchmarkRows(b *testing.B) {
	body, err := Compile("kind", Source{Text: []byte(`{"user":"{{csv user}}","team":"{{csv team}}"}`), Rows: rowsOf(b, people), Drawn: true})
	require.NoError(b, err)
	buf, n := make([]byte, 0, body.Size), uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		body.Append(buf, 7, n, time.Time{})
		n++
	}
}
