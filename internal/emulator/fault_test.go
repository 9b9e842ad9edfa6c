package emulator_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

// An answer that a fault delays waits in service time, whether its caller
// holds the clock for the call or knows nothing of clocks; then it may still
// be refused.
func TestFaults(t *testing.T) {
	for _, holds := range []bool{true, false} {
		var asked atomic.Int32
		a := openFaulty(t, func(op string, n int) (time.Duration, error) {
			asked.Store(int32(n))
			switch n {
			case 1:
				return 3 * time.Second, nil
			case 2:
				return time.Second, &model.Error{Code: "ThrottlingException", Message: "Rate exceeded"}
			case 3:
				return 0, errors.New("on fire")
			}
			return 0, nil
		})
		results := make(chan error)
		for i, tc := range []struct {
			code string
			took time.Duration
		}{{"", 3 * time.Second}, {"ThrottlingException", time.Second}, {"InternalFailure", 0}, {"", 0}} {
			before := a.clock.Now()
			if holds {
				a.hold.id = "the caller's"
				a.clock.Hold(a.hold.id)
			}
			go func() { // ends with the answer
				_, err := a.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
				a.record("%v", a.clock.Now().Sub(before))
				a.clock.Release(a.hold.id)
				results <- err
			}()
			if tc.took > 0 {
				a.eventually(func() bool { return asked.Load() == int32(i+1) && len(a.clock.Holders()) == 1 })
				a.pass(before.Add(tc.took).Sub(clock.Epoch))
			}
			require.Equal(t, tc.code, code(<-results), i)
			require.Equal(t, tc.took.String(), a.results[i])
			a.eventually(func() bool { return len(a.clock.Holders()) == 1 })
		}
	}
}

// A lost answer is that of a call that was carried out.
func TestLostAnswer(t *testing.T) {
	a := openFaulty(t, func(op string, n int) (time.Duration, error) {
		if op == "UpdateService" {
			return 0, emulator.ErrLost
		}
		return 0, nil
	})
	_, err := a.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &web.Cluster, Service: &web.Name, DesiredCount: aws.Int32(4)})
	var api smithy.APIError
	require.Error(t, err)
	require.False(t, errors.As(err, &api), "no answer came: %v", err)
	out, err := a.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &web.Cluster, Services: []string{web.Name}})
	require.NoError(t, err)
	require.EqualValues(t, 4, out.Services[0].DesiredCount)
	a.eventually(func() bool { return len(a.clock.Holders()) == 1 })
}

// handover holds the clock for a call as awsenv does: under the call's own id
// while it is on the wire, in its caller's place.
type handover struct {
	next  http.RoundTripper
	clock *clock.Clock
	id    string
}

func (h *handover) RoundTrip(r *http.Request) (*http.Response, error) {
	if h.id == "" {
		return h.next.RoundTrip(r)
	}
	call := scaling.CallID(r.Header.Get("Amz-Sdk-Invocation-Id"))
	h.clock.Hold(call)
	h.clock.Release(h.id)
	resp, err := h.next.RoundTrip(r)
	h.clock.Hold(h.id)
	h.clock.Release(call)
	return resp, err
}

type faulty struct {
	account
	hold *handover
}

func openFaulty(t *testing.T, fault func(string, int) (time.Duration, error)) faulty {
	b := startWith(t, clock.NewStepping(clock.Epoch), fault)
	h := &handover{next: b.client.Transport, clock: b.clock}
	b.client.Transport = h
	t.Cleanup(func() { h.next.(*http.Transport).CloseIdleConnections() })
	return faulty{connect(b), h}
}

// The control path tells an emulator from AWS, and its time.
func TestControl(t *testing.T) {
	b := start(t, clock.NewStepping(clock.Epoch))
	b.pass(time.Hour)
	get := func(method, path string) (int, []byte) {
		r, _ := http.NewRequest(method, b.server.Endpoint()+path, nil)
		resp, err := b.client.Do(r)
		require.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, body
	}
	status, body := get("GET", "/_control/clock")
	require.Equal(t, 200, status)
	var now emulator.Time
	require.NoError(t, json.Unmarshal(body, &now))
	require.Equal(t, emulator.Time{Mode: clock.Stepping, Now: clock.Epoch.Add(time.Hour), Start: clock.Epoch}, now)
	status, _ = get("GET", "/_control/health")
	require.Equal(t, 200, status)
	status, _ = get("GET", "/_control/other")
	require.Equal(t, 404, status)
	status, _ = get("POST", "/_control/clock")
	require.Equal(t, 405, status)
	status, body = get("GET", "/")
	require.Equal(t, 400, status)
	require.Contains(t, string(body), "no service speaks GET /")
}
