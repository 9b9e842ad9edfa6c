package http1

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// stricter lists the responses that net/http takes and this package refuses:
// each with its reason, an example, and a sign by which bytes are known to be
// of its kind, worked out from the bytes up to the place of refusal alone.
// Nothing else may be refused that net/http takes.
var stricter = []struct {
	err     Error
	why     string
	example string
	sign    func(data []byte, at int) bool
}{
	{
		ErrVersion, "HTTP/2.0 or HTTP/0.9 in a status line is no answer to a request of HTTP/1.1; there is no HTTP/1.2 (RFC 9112 section 2.3)",
		"HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n",
		func(data []byte, at int) bool {
			return otherVersion.Match(data[at-len(lineOf(data, at)):])
		},
	},
	{
		ErrStatus, "one space and three digits are all that a status line may have there (RFC 9112 section 4); net/http takes +20 as 20, 000 as 0 and any number of spaces",
		"HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n",
		func(data []byte, at int) bool {
			return startOfStatus.Match(lineOf(data, at)) && strings.IndexByte(" +-0", data[at]) >= 0
		},
	},
	{
		ErrSwitching, "nobody asked for another protocol, and what follows is none that is known",
		"HTTP/1.1 101 Switching Protocols\r\n\r\n",
		func(data []byte, at int) bool {
			return bytes.Contains(data[:at], []byte("HTTP/1.1 101")) || bytes.Contains(data[:at], []byte("HTTP/1.0 101"))
		},
	},
	{
		ErrInformational, "a service that says wait without end gives no answer; net/http bounds the bytes only",
		strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", MaxInformational+1) + "HTTP/1.1 204 No\r\n\r\n",
		func(data []byte, at int) bool {
			return bytes.Count(data[:at], []byte("HTTP/1.")) > MaxInformational
		},
	},
	{
		ErrHeadSize, "the limit is lower than the 10 MiB of net/http's Transport, and no service means a head of that size",
		"HTTP/1.1 204 No\r\nA: " + strings.Repeat("x", MaxHead) + "\r\n\r\n",
		func(_ []byte, at int) bool { return at == MaxHead },
	},
	{
		ErrBareLF, "who takes LF for the end of a line and who does not see two different heads (RFC 9112 section 2.2 leaves it to the recipient)",
		"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
		func(data []byte, at int) bool { return data[at] == '\n' && (at == 0 || data[at-1] != '\r') },
	},
	{
		ErrBareCR, "in a reason net/http takes what it refuses in a field; who takes CR for the end of a line sees another head (RFC 9112 section 2.2)",
		"HTTP/1.1 200 O\rK\r\nContent-Length: 0\r\n\r\n",
		func(data []byte, at int) bool {
			return data[at] != '\n' && data[at-1] == '\r' && isStatus(lineOf(data, at))
		},
	},
	{
		ErrControl, "net/http refuses control characters in fields, but neither in a reason nor in a chunk's extension",
		"HTTP/1.1 200 O\x00K\r\nContent-Length: 0\r\n\r\n",
		func(data []byte, at int) bool {
			line := lineOf(data, at)
			return !isText(data[at]) && (isStatus(line) || chunkWithExtension.Match(line))
		},
	},
	{
		ErrFold, "what one receiver joins, another reads as a field of its own (RFC 9112 section 5.2: no sender may fold)",
		"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
		func(data []byte, at int) bool { return (data[at] == ' ' || data[at] == '\t') && data[at-1] == '\n' },
	},
	{
		ErrLength, "folded, and nothing on its first line, where the parser looks",
		"HTTP/1.1 200 OK\r\nContent-Length:\r\n 0\r\n\r\n",
		func(data []byte, at int) bool { return noValue.Match(lineOf(data, at)) && fold.Match(data[at:]) },
	},
	{
		ErrCoding, "folded, and nothing on its first line, where the parser looks",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
		func(data []byte, at int) bool { return noValue.Match(lineOf(data, at)) && fold.Match(data[at:]) },
	},
	{
		ErrName, "a space in a name or before its colon hides the field from some (RFC 9112 section 5.1); net/http then takes Content-Length with a space for another field",
		"HTTP/1.1 200 OK\r\nContent-Length : 0\r\nConnection: close\r\n\r\n",
		func(data []byte, at int) bool {
			return data[at] == ' ' && !bytes.Contains(lineOf(data, at), []byte(":"))
		},
	},
	{
		ErrLength, "more digits than the longest number has: zeros before it, which no server writes",
		"HTTP/1.1 200 OK\r\nContent-Length: " + strings.Repeat("0", 33) + "\r\n\r\n",
		func(data []byte, at int) bool { return manyZeros.Match(lineOf(data, at)) },
	},
	{
		ErrCodingVersion, "HTTP/1.0 knows no transfer codings; net/http ignores the field, others obey it (RFC 9112 section 6.1: the framing is faulty)",
		"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
		func(data []byte, at int) bool {
			return bytes.Contains(data[:at], []byte("HTTP/1.0 ")) && hasPrefixFold(lineOf(data, at), "transfer-encoding:")
		},
	},
	{
		ErrBothLengths, "two ends for one body, and who takes the other one reads the rest as a second response (RFC 9112 section 6.3: handle as an error)",
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		func(data []byte, at int) bool {
			head := bytes.ToLower(data[:at])
			return bytes.Contains(head, []byte("\r\ncontent-length:")) && bytes.Contains(head, []byte("\r\ntransfer-encoding:"))
		},
	},
	{
		ErrTrailerField, "net/http refuses such a Trailer on a chunked body only, where it would do harm",
		"HTTP/1.1 200 OK\r\nTrailer: Content-Length\r\nContent-Length: 0\r\n\r\n",
		func(data []byte, at int) bool { return hasPrefixFold(lineOf(data, at), "trailer:") },
	},
}

var (
	otherVersion       = regexp.MustCompile(`^HTTP/([02-9]\.\d|1\.[2-9]) `)
	startOfStatus      = regexp.MustCompile(`^HTTP/1\.[01] $`)
	noValue            = regexp.MustCompile(`(?i)^(Content-Length|Transfer-Encoding):[ \t]*$`)
	fold               = regexp.MustCompile(`^\r\n[ \t]`)
	chunkWithExtension = regexp.MustCompile(`^[0-9a-fA-F]+;`)
	manyZeros          = regexp.MustCompile(`(?i)^Content-Length:[ \t]*0[0-9]{32,}[ \t]*$`)
)

// lineOf is the line of a place, up to it.
func lineOf(data []byte, at int) []byte {
	return data[bytes.LastIndexByte(data[:at], '\n')+1 : at]
}

func isStatus(line []byte) bool { return bytes.HasPrefix(line, []byte("HTTP/1.")) }

func hasPrefixFold(line []byte, prefix string) bool {
	return len(line) >= len(prefix) && strings.EqualFold(string(line[:len(prefix)]), prefix)
}

// agreed compares parser and net/http: a response that counts counts for both
// and is the same, and what the parser alone refuses is in the list.
func agreed(t testing.TB, data []byte, head bool) {
	mine, other := ours(t, data, head), theirs(data, head)
	if mine.err == nil {
		require.NoError(t, other.err, "%v counts, and net/http refuses it", mine)
		require.Equal(t, other, mine)
		return
	}
	if other.err == nil {
		require.True(t, listed(mine, data), "%v, net/http: %v", mine, other)
	}
}

// listed says that a refusal is in the list of those that net/http does not
// share, and has the sign of one.
func listed(o outcome, data []byte) bool {
	for _, s := range stricter {
		if o.err == s.err && s.sign(data, o.used) {
			return true
		}
	}
	return false
}

// Each entry of the list is true: net/http takes its example.
func TestStricter(t *testing.T) {
	for _, s := range stricter {
		t.Run(string(s.err), func(t *testing.T) {
			require.NotEmpty(t, s.why)
			require.True(t, listed(outcome{err: s.err, used: ours(t, []byte(s.example), false).used}, []byte(s.example)))
			require.NoError(t, theirs([]byte(s.example), false).err)
			require.Equal(t, s.err, ours(t, []byte(s.example), false).err)
		})
	}
}
