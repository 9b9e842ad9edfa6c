package awsenv

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
)

func TestOpenRefusesWhatIsNotOnThisMachine(t *testing.T) {
	for _, endpoint := range []string{"http://10.0.0.1:4566", "http://example.com", "127.0.0.1:4566", "ftp://127.0.0.1", "http://", "http://127.0.0.1.example.com"} {
		_, err := Open(context.Background(), Config{Endpoint: endpoint, Region: "eu-west-1", Clock: clock.NewWall()})
		var refused *Refused
		require.ErrorAs(t, err, &refused, endpoint)
	}
	_, err := Open(context.Background(), Config{Endpoint: "http://127.0.0.1:1", Clock: clock.NewWall()})
	require.ErrorContains(t, err, "no region")
	for _, endpoint := range []string{"http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566"} {
		require.NoError(t, onThisMachine(endpoint))
	}
}

// Whose account it is, is what STS says: any other is refused.
func TestOpenRefusesAnotherAccount(t *testing.T) {
	url := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>999900009999</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	})
	c := Config{Endpoint: url, Region: "eu-west-1", Account: "111122223333", Clock: clock.NewWall()}
	_, err := Open(context.Background(), c)
	var refused *Refused
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Reason, "account 999900009999")
	c.Account = ""
	env, err := Open(context.Background(), c)
	require.NoError(t, err)
	require.Equal(t, "999900009999", env.Account())
	require.NoError(t, env.guard("arn:aws:ecs:eu-west-1:999900009999:service/c/s"))
	require.ErrorAs(t, env.guard("arn:aws:ecs:us-east-1:999900009999:service/c/s"), &refused)
	require.ErrorAs(t, env.guard("arn:aws:ecs:eu-west-1:111122223333:service/c/s"), &refused)
}

// One call is one request: neither the SDK nor net/http may try again, and
// what comes of it names no port and no request id.
func TestACallIsMadeOnce(t *testing.T) {
	cases := []struct {
		name      string
		answer    http.HandlerFunc
		want      string
		retriable bool
	}{
		{"throttled", refusing(400, "ThrottlingException", "Rate exceeded"), "autoscaling DescribeScalingPolicies: ThrottlingException: Rate exceeded", true},
		{"own failure", refusing(500, "InternalServiceException", "oops"), "autoscaling DescribeScalingPolicies: InternalServiceException: oops", true},
		{"quota", refusing(400, "LimitExceededException", "too many"), "autoscaling DescribeScalingPolicies: LimitExceededException: too many", false},
		{"refused", refusing(400, "ValidationException", "bad"), "autoscaling DescribeScalingPolicies: ValidationException: bad", false},
		{"broken", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "autoscaling DescribeScalingPolicies: the connection broke", true},
		{"unreadable", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, "autoscaling DescribeScalingPolicies: an answer that cannot be read", true},
		{"moved", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, "", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var calls atomic.Int32
			env := raw(t, answering(t, func(w http.ResponseWriter, r *http.Request) { calls.Add(1); c.answer(w, r) }))
			_, err := env.Policies(context.Background(), scaling.Service{Cluster: "c", Name: "s"})
			require.Error(t, err)
			require.EqualValues(t, 1, calls.Load())
			if c.want != "" {
				require.EqualError(t, err, c.want)
				require.Equal(t, c.retriable, Retriable(err))
			}
		})
	}
}

func TestLostAnswers(t *testing.T) {
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	env := raw(t, answering(t, func(http.ResponseWriter, *http.Request) {}))
	_, err := env.Policies(gone, scaling.Service{Cluster: "c", Name: "s"})
	require.EqualError(t, err, "autoscaling DescribeScalingPolicies: given up")
	require.False(t, Retriable(err))

	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	_, err = raw(t, "http://"+l.Addr().String()).Policies(context.Background(), scaling.Service{Cluster: "c", Name: "s"})
	require.EqualError(t, err, "autoscaling DescribeScalingPolicies: connection refused")
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	require.True(t, Retriable(err))
	require.False(t, Retriable(errors.New("other")))
	require.Empty(t, Code(err))
}

// While a call is on the wire it holds the clock in its caller's place, on
// every way out.
func TestTheCallHoldsTheClock(t *testing.T) {
	for name, abort := range map[string]bool{"answered": false, "broken": true} {
		t.Run(name, func(t *testing.T) {
			c := clock.NewStepping(clock.Epoch)
			c.Keep("caller")
			seen := make(chan []string, 1)
			url := answering(t, func(w http.ResponseWriter, r *http.Request) {
				seen <- append(c.Holders(), scaling.CallID(r.Header.Get(invocationHeader)))
				if abort {
					panic(http.ErrAbortHandler)
				}
				fmt.Fprint(w, "{}")
			})
			env := rawOn(t, url, c)
			_, err := env.Policies(Holding(context.Background(), "caller"), scaling.Service{Cluster: "c", Name: "s"})
			require.Equal(t, abort, err != nil)
			held := <-seen
			require.Len(t, held, 2)
			require.Equal(t, held[1], held[0], "the call alone, by its invocation id")
			require.Equal(t, []string{"caller"}, c.Holders())
		})
	}
}

func answering(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func refusing(status int, code, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type":%q,"message":%q}`, code, message)
	}
}

// raw is an environment that did not ask who we are.
func raw(t *testing.T, url string) *Env { return rawOn(t, url, clock.NewWall()) }

func rawOn(t *testing.T, url string, c *clock.Clock) *Env {
	client, err := httpClient(url, c)
	require.NoError(t, err)
	shared, err := sdkConfig(context.Background(), Config{Endpoint: url, Region: "eu-west-1", Clock: c}, client)
	require.NoError(t, err)
	env := connect(shared, url)
	env.clock, env.region, env.account, env.http = c, "eu-west-1", "111122223333", client
	t.Cleanup(env.Close)
	return env
}

// Neither a variable nor a proxy sends a call elsewhere.
func TestTheEndpointIsTheOnlyOne(t *testing.T) {
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_ECS", "HTTP_PROXY", "HTTPS_PROXY"} {
		t.Setenv(name, "http://127.0.0.1:1")
	}
	t.Setenv("AWS_PROFILE", "none of this name")
	env := raw(t, answering(t, refusing(400, "ValidationException", "heard")))
	_, err := env.sts.GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	require.Error(t, err)
	require.NotErrorIs(t, err, syscall.ECONNREFUSED)
	_, err = env.Service(context.Background(), scaling.Service{Cluster: "c", Name: "s"})
	require.EqualError(t, err, "ecs DescribeServices: ValidationException: heard")
}

// Close leaves no connection, and so no goroutine, behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
