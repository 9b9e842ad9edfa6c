package awsenv

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"

	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
)

// invocationHeader carries the id that the SDK gives each call, real ones
// included.
const invocationHeader = "Amz-Sdk-Invocation-Id"

type holderKey struct{}

// Holding tells the calls made with the context under which id their
// goroutine holds the clock. While a call is on the wire the clock is held
// under the call's own id (scaling.CallID) in its place, so that an emulator
// that delays its answer can let service time pass. Without it the caller
// keeps its hold, and such a delay would never end.
func Holding(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, holderKey{}, id)
}

// handover is a transport that hands the caller's hold to the call and back.
// The answer's body is read in between, so that no byte of the call is on the
// wire without a hold.
type handover struct {
	next  http.RoundTripper
	clock *clock.Clock
}

func (h *handover) RoundTrip(r *http.Request) (*http.Response, error) {
	call := scaling.CallID(r.Header.Get(invocationHeader))
	holder, _ := r.Context().Value(holderKey{}).(string)
	held := holder != "" && slices.Contains(h.clock.Holders(), holder)
	h.clock.Hold(call)
	if held {
		h.clock.Release(holder)
	}
	defer func() {
		if held {
			h.clock.Keep(holder)
		}
		h.clock.Release(call)
	}()
	answer, err := h.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	h.clock.Moved(call)
	body, err := io.ReadAll(answer.Body)
	if closing := answer.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// CloseIdleConnections is looked for by http.Client.
func (h *handover) CloseIdleConnections() {
	if c, ok := h.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
