package http1

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	okHead      = "HTTP/1.1 200 OK\r\n"
	chunkedHead = okHead + "Transfer-Encoding: chunked\r\n\r\n"
)

// filled is text with dots as many as make it of a size in place of its "...".
func filled(text string, size int) string {
	return strings.Replace(text, "...", strings.Repeat(".", size-len(text)+3), 1)
}

// Each limit is where it is said to be: what is just within counts, one more
// is refused, and at the same byte however the bytes come.
func TestLimits(t *testing.T) {
	continues := strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", MaxInformational)
	// Four lines as long as they may be, and one of n bytes.
	extended := func(n int) string {
		return chunkedHead + strings.Repeat(filled("1;...\r\n", MaxChunkLine)+"x\r\n", 4) + filled("1;...\r\n", n) + "x\r\n0\r\n\r\n"
	}
	// What a long chunk could have afforded, a later one does not get.
	afterLong := chunkedHead + "10000\r\n" + strings.Repeat("x", 0x10000) + "\r\n"
	overhead := MaxOverhead - 4*(MaxChunkLine-16-2) + 16 + 2
	for _, c := range []struct {
		name         string
		within, over string
		at           int // of the byte that is too much
		err          Error
	}{
		{"a head", filled(okHead+"X: ...\r\nContent-Length: 0\r\n\r\n", MaxHead), filled(okHead+"X: ...\r\nContent-Length: 0\r\n\r\n", MaxHead+1), MaxHead, ErrHeadSize},
		{"a name", filled(okHead+"X...: \r\nContent-Length: 0\r\n\r\n", MaxHead), filled(okHead+"X...: \r\nContent-Length: 0\r\n\r\n", MaxHead+1), MaxHead, ErrHeadSize},
		{"a reason", filled("HTTP/1.1 200 ...\r\nContent-Length: 0\r\n\r\n", MaxHead), filled("HTTP/1.1 200 ...\r\nContent-Length: 0\r\n\r\n", MaxHead+1), MaxHead, ErrHeadSize},
		{"a head after 1xx", continues + filled("HTTP/1.1 204 ...\r\n\r\n", MaxHead-len(continues)), continues + filled("HTTP/1.1 204 ...\r\n\r\n", MaxHead-len(continues)+1), MaxHead, ErrHeadSize},
		{"1xx", continues + "HTTP/1.1 204 No\r\n\r\n", continues + "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n", len(continues) + 24, ErrInformational},
		{"a chunk's line", chunkedHead + filled("1000;...\r\n", MaxChunkLine) + strings.Repeat("x", 0x1000) + "\r\n0\r\n\r\n", chunkedHead + filled("1000;...\r\n", MaxChunkLine+1) + strings.Repeat("x", 0x1000) + "\r\n0\r\n\r\n", len(chunkedHead) + MaxChunkLine, ErrChunkLine},
		{"trailers", chunkedHead + "0\r\n" + filled("A: b\r\nX: ...\r\n\r\n", MaxTrailer), chunkedHead + "0\r\n" + filled("A: b\r\nX: ...\r\n\r\n", MaxTrailer+1), len(chunkedHead) + 3 + MaxTrailer, ErrTrailerSize},
		{"overhead of chunks", extended(overhead), extended(overhead + 1), len(chunkedHead) + 4*(MaxChunkLine+3) + overhead, ErrChunkOverhead},
		{"overhead after a long chunk", afterLong + extended(overhead)[len(chunkedHead):], afterLong + extended(overhead + 1)[len(chunkedHead):], len(afterLong) + 4*(MaxChunkLine+3) + overhead, ErrChunkOverhead},
		{"digits of a length", okHead + "Content-Length: " + strings.Repeat("0", 31) + "2\r\n\r\nok", okHead + "Content-Length: " + strings.Repeat("0", 32) + "2\r\n\r\nok", 17 + 16 + 33, ErrLength},
	} {
		t.Run(c.name, func(t *testing.T) {
			within, over := []byte(c.within), []byte(c.over)
			require.NoError(t, ours(t, within, false).err)
			agreed(t, within, false)
			refused := ours(t, over, false)
			require.Equal(t, c.err, refused.err)
			require.Equal(t, c.at, refused.used)
			agreed(t, over, false)
			require.Equal(t, refused, ours(t, over, false, 1))
			require.Equal(t, refused, ours(t, over, false, 4093, 7))
		})
	}
}

// A service that streams a byte in each chunk, without end, has no overhead
// that counts.
func TestByteAtATimeInChunks(t *testing.T) {
	const n = 100_000
	data := chunkedHead + strings.Repeat("1\r\nx\r\n", n) + "0\r\n\r\n"
	var p Parser
	used, err := p.Feed([]byte(data))
	require.NoError(t, err)
	require.Equal(t, len(data), used)
	require.True(t, p.Done())
	require.EqualValues(t, n, p.Length())
}

// A body is kept as far as there is room, and counted whole.
func TestKeptIsBounded(t *testing.T) {
	for _, data := range []string{
		okHead + "Content-Length: 10\r\n\r\n0123456789",
		chunkedHead + "3\r\n012\r\n7\r\n3456789\r\n0\r\n\r\n",
		okHead + "\r\n0123456789",
	} {
		for _, room := range []int{0, 1, 3, 9, 10, 11} {
			var p Parser
			memory := make([]byte, room)
			p.Begin(false, memory)
			for _, c := range []byte(data) {
				n, err := p.Feed([]byte{c})
				require.NoError(t, err)
				require.Equal(t, 1, n)
			}
			require.NoError(t, p.End())
			require.Equal(t, "0123456789"[:min(room, 10)], string(p.Kept()))
			require.EqualValues(t, 10, p.Length())
			require.Equal(t, room, cap(p.Kept()), "in the caller's memory")
		}
	}
}

// A connection that ends before a response began is another thing than one
// that ends within: a service may close what it keeps open.
func TestEnd(t *testing.T) {
	var p Parser
	require.Equal(t, io.EOF, p.End())
	for _, begun := range []string{"H", "HTTP/1.1 100 Continue\r\n\r\n", okHead, okHead + "Content-Length: 1\r\n\r\n"} {
		p.Begin(false, nil)
		_, err := p.Feed([]byte(begun))
		require.NoError(t, err)
		require.Equal(t, io.ErrUnexpectedEOF, p.End(), begun)
	}
}

// Nothing of one response is left in the next.
func TestBegin(t *testing.T) {
	var p Parser
	for _, data := range []string{
		"HTTP/1.0 200 OK\r\nServer-Timing: model;dur=5\r\nContent-Length: 3\r\n\r\nabc",
		chunkedHead + "1\r\na\r\n0\r\nX: y\r\n\r\n",
		"garbage",
		okHead + "Content-Length: 5\r\n\r\nab", // given up
	} {
		p.Begin(false, make([]byte, 8))
		_, _ = p.Feed([]byte(data))
		p.Begin(true, nil)
		require.Equal(t, Parser{head: true}, p)
		n, err := p.Feed([]byte(okHead + "Content-Length: 7\r\n\r\n"))
		require.NoError(t, err)
		require.Equal(t, 38, n)
		require.True(t, p.Done())
		require.False(t, p.Close())
		require.Zero(t, p.Length())
		require.Zero(t, p.Model())
		n, err = p.Feed([]byte(okHead))
		require.NoError(t, err)
		require.Zero(t, n, "what comes after the end is not the response's")
	}
}

// Neither a request nor a response allocates, a refused one included.
func TestNothingIsAllocated(t *testing.T) {
	keep, odd := make([]byte, 128<<10), 0
	var p Parser
	responses := typical
	responses = append(responses, typical[1], typical[1])
	responses[len(responses)-2].data = "HTTP/1.1 200 OK\r\nServer-Timing: model;dur=125.250000\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"
	responses[len(responses)-1].data = "HTTP/1.1 200 OK\r\nServer-Timing: model;dur=125.250000\r\n\r\ncut off\x00"
	for i, r := range responses {
		data := []byte(r.data)
		for _, piece := range []int{len(data), 1, 1460} {
			require.Zero(t, testing.AllocsPerRun(10, func() {
				p.Begin(false, keep)
				for from := 0; from < len(data); from += piece {
					if _, err := p.Feed(data[from:min(len(data), from+piece)]); err != nil {
						odd++
						return
					}
				}
				if p.End() != nil || p.Close() != (i == len(responses)-1) {
					odd += 1000
				}
			}), fmt.Sprint(r.name, " in pieces of ", piece))
		}
	}
	require.Equal(t, 3*11, odd, "one of them is refused, each time")
}
