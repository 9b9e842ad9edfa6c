package http1

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// seeds are the cases of testdata/responses. Those of testdata/fuzz come on
// top: what could hide a second response in a first.
func seeds(f *testing.F, add func(data []byte, head bool)) {
	files, err := filepath.Glob("testdata/responses/*.txt")
	require.NoError(f, err)
	n := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		for _, c := range strings.Split(string(text), "\n== ")[1:] {
			c, _, told := strings.Cut(c, "\n-- ")
			require.True(f, told)
			add(response(f, c+"\n"))
			n++
		}
	}
	require.Greater(f, n, 100)
}

// Whatever bytes come, nothing that net/http refuses counts, what counts is
// the same response to net/http, and what net/http takes is refused only for a
// reason that is listed.
func FuzzResponse(f *testing.F) {
	seeds(f, func(data []byte, head bool) { f.Add(data, head) })
	f.Fuzz(func(t *testing.T, data []byte, head bool) { agreed(t, data, head) })
}

// However bytes are cut, they come to the same.
func FuzzFragments(f *testing.F) {
	seeds(f, func(data []byte, head bool) {
		f.Add(data, head, []byte{1})
		f.Add(data, head, []byte{2, 17, 3})
	})
	f.Fuzz(func(t *testing.T, data []byte, head bool, cuts []byte) {
		lengths := []int{1}
		for _, c := range cuts {
			lengths = append(lengths, int(c))
		}
		require.Equal(t, ours(t, data, head), ours(t, data, head, lengths...))
	})
}

// pieces are what responses are made of, right ones and wrong ones.
var pieces = strings.Split(strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\0`, "\x00", `\t`, "\t").Replace(
	`HTTP/1.1 200 OK\r\n|HTTP/1.1 200 OK\r\n|HTTP/1.0 200\r\n|HTTP/1.1 100 Continue\r\n\r\n|HTTP/1.1 |200|204|304|101|`+
		`Content-Length: 5\r\n|content-length:5|Content-Length: |Content-Length|0|00|5|9223372036854775807|,|+|-|0x|`+
		`Transfer-Encoding: chunked\r\n|Transfer-Encoding: |chunked|identity|gzip|`+
		`Connection: close\r\n|Connection: keep-alive\r\n|Connection: |close|keep-alive|Trailer: |`+
		`X: y\r\n|X|:| |\t|\r|\n|\r\n|\r\n|\r\n|\r\n\r\n|\r\n\r\n|\0|é|hello|5\r\nhello\r\n|5\r\n|1;x=y\r\n|0\r\n\r\n|0\r\n|a|F|;|HTTP/2.0`), "|")

// The same for responses made of such pieces at random, most of which begin
// as they should: a fuzzer without time finds few that get beyond the head.
func TestRandomResponses(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	counted, refused, listedOnly := 0, 0, 0
	for range 20_000 {
		var b strings.Builder
		if random.IntN(8) > 0 {
			b.WriteString("HTTP/1.1 200 OK\r\n")
		}
		if random.IntN(3) == 0 {
			b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		}
		for range 1 + random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		data, head := []byte(b.String()), random.IntN(8) == 0
		agreed(t, data, head)
		whole := ours(t, data, head)
		require.Equal(t, whole, ours(t, data, head, 1), "%q", data)
		require.Equal(t, whole, ours(t, data, head, 1+random.IntN(9), 1+random.IntN(30)), "%q", data)
		switch {
		case whole.err == nil:
			counted++
		case theirs(data, head).err == nil:
			listedOnly++
		default:
			refused++
		}
	}
	// Each of the three is common, or this test compares nothing.
	require.Greater(t, counted, 1500)
	require.Greater(t, refused, 1500)
	require.Greater(t, listedOnly, 200)
}
