package http1

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// outcome is what became of the first response among some bytes, after which
// the connection ended.
type outcome struct {
	status int
	body   string
	closes bool
	used   int // bytes, or the place of what is wrong
	err    error
}

func (o outcome) String() string {
	var refused Error
	switch {
	case errors.As(o.err, &refused):
		return fmt.Sprintf("refused at byte %d: %v", o.used, o.err)
	case errors.Is(o.err, io.EOF):
		return "nothing came"
	case o.err != nil:
		return "cut off"
	}
	end := "stays"
	if o.closes {
		end = "closes"
	}
	return fmt.Sprintf("%d, %q, %s", o.status, o.body, end)
}

// ours is the parser's, with the bytes cut into pieces of these lengths, over
// and over; none is one piece.
func ours(t testing.TB, data []byte, head bool, cuts ...int) (o outcome) {
	var p Parser
	p.Begin(head, make([]byte, 0, len(data)))
	for i := 0; o.used < len(data) && o.err == nil && !p.Done(); i++ {
		piece := data[o.used:]
		if len(cuts) > 0 {
			piece = piece[:min(len(piece), cuts[i%len(cuts)])]
		}
		var n int
		n, o.err = p.Feed(piece)
		o.used += n
		if o.err == nil && !p.Done() {
			require.Len(t, piece, n, "all bytes are the response's until it is done")
		}
	}
	if o.err != nil {
		n, again := p.Feed([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
		require.Zero(t, n)
		require.Equal(t, o.err, again, "refused once, refused for good")
		require.Equal(t, o.err, p.End())
	} else {
		o.err = p.End()
	}
	require.Equal(t, o.err == nil, p.Done())
	require.EqualValues(t, len(p.Kept()), p.Length(), "there was room for all")
	if o.err == nil {
		o.status, o.body, o.closes = p.Status(), string(p.Kept()), p.Close()
		require.GreaterOrEqual(t, o.status, 200)
	}
	return o
}

// theirs is net/http's, which reads 1xx as its Transport does: to the next.
func theirs(data []byte, head bool) (o outcome) {
	method := http.MethodGet
	if head {
		method = http.MethodHead
	}
	in := bytes.NewReader(data)
	r := bufio.NewReader(in)
	for {
		res, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			return outcome{err: err}
		}
		if res.StatusCode/100 == 1 && res.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return outcome{err: err}
		}
		return outcome{
			status: res.StatusCode, body: string(body), closes: res.Close,
			used: len(data) - in.Len() - r.Buffered(),
		}
	}
}
