package awsenv

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"scaleproof/internal/clock"
)

// Config says which AWS is meant.
type Config struct {
	// Endpoint is the URL of an emulator on this machine. Empty means AWS
	// itself, with the credentials that the SDK finds.
	Endpoint string
	Region   string // must be given
	Account  string // any other is refused; empty accepts whichever it is
	Clock    *clock.Clock
}

// hang is how long a call may take on the wall before it counts as hanging.
const hang = 60 * time.Second

// Env is an open environment. It is safe for concurrent use.
type Env struct {
	account string
	region  string
	clock   *clock.Clock

	scaling *applicationautoscaling.Client
	ecs     *ecs.Client
	metrics *cloudwatch.Client
	balance *elasticloadbalancingv2.Client
	sts     *sts.Client
	http    *http.Client
}

// Refused is an environment that will not be touched.
type Refused struct{ Reason string }

func (r *Refused) Error() string { return r.Reason }

// Open makes the clients and asks who we are (sts:GetCallerIdentity, which
// needs no permission [D]). It returns a *Refused for another account or an
// endpoint that is not on this machine.
func Open(ctx context.Context, c Config) (*Env, error) {
	if c.Region == "" {
		return nil, &Refused{"the environment names no region"}
	}
	client, err := httpClient(c.Endpoint, c.Clock)
	if err != nil {
		return nil, err
	}
	shared, err := sdkConfig(ctx, c, client)
	if err != nil {
		return nil, err
	}
	e := connect(shared, c.Endpoint)
	e.clock, e.region, e.http = c.Clock, c.Region, client
	who, err := e.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, fail("sts GetCallerIdentity", err)
	}
	e.account = aws.ToString(who.Account)
	if c.Account != "" && e.account != c.Account {
		return nil, &Refused{fmt.Sprintf("the credentials belong to account %s; the environment is in account %s", e.account, c.Account)}
	}
	return e, nil
}

// Account is the account that the credentials belong to.
func (e *Env) Account() string { return e.account }

// Region is the region of the environment.
func (e *Env) Region() string { return e.region }

// Close closes the connections that are idle.
func (e *Env) Close() { e.http.CloseIdleConnections() }

func sdkConfig(ctx context.Context, c Config, client *http.Client) (aws.Config, error) {
	once := func() aws.Retryer { return aws.NopRetryer{} }
	if c.Endpoint != "" {
		return aws.Config{
			Region: c.Region, HTTPClient: client, Retryer: once,
			// The emulator checks no signature; the SDK wants something to sign with.
			Credentials: credentials.NewStaticCredentialsProvider("emulator", "emulator", ""),
		}, nil
	}
	shared, err := config.LoadDefaultConfig(ctx, config.WithRegion(c.Region),
		config.WithHTTPClient(client), config.WithRetryer(once))
	if err != nil {
		return aws.Config{}, fmt.Errorf("load AWS configuration: %w", err)
	}
	return shared, nil
}

// connect makes the clients. The endpoint is set in each of them, also where
// it is empty, so that a variable or a profile cannot send a part of the
// calls somewhere else.
func connect(shared aws.Config, endpoint string) *Env {
	var base *string
	if endpoint != "" {
		base = &endpoint
	}
	return &Env{
		scaling: applicationautoscaling.NewFromConfig(shared, func(o *applicationautoscaling.Options) { o.BaseEndpoint = base }),
		ecs:     ecs.NewFromConfig(shared, func(o *ecs.Options) { o.BaseEndpoint = base }),
		metrics: cloudwatch.NewFromConfig(shared, func(o *cloudwatch.Options) { o.BaseEndpoint = base }),
		balance: elasticloadbalancingv2.NewFromConfig(shared, func(o *elasticloadbalancingv2.Options) { o.BaseEndpoint = base }),
		sts:     sts.NewFromConfig(shared, func(o *sts.Options) { o.BaseEndpoint = base }),
	}
}

// httpClient follows no redirect, and has no idle limit of its own: on a
// stepping clock the wall between two calls means nothing. With an endpoint
// it knows no proxy and dials nothing but loopback.
func httpClient(endpoint string, c *clock.Clock) (*http.Client, error) {
	t := &http.Transport{MaxIdleConnsPerHost: 4, ForceAttemptHTTP2: true, Proxy: http.ProxyFromEnvironment}
	if endpoint != "" {
		if err := onThisMachine(endpoint); err != nil {
			return nil, err
		}
		t.Proxy, t.ForceAttemptHTTP2, t.DialContext = nil, false, dialLoopback
	}
	return &http.Client{
		Transport: &handover{next: t, clock: c}, Timeout: hang,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

func onThisMachine(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return &Refused{fmt.Sprintf("endpoint %q is not a URL of an emulator", endpoint)}
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return &Refused{fmt.Sprintf("endpoint %s is not on this machine", endpoint)}
}

// dialLoopback refuses what a name such as localhost was made to mean.
func dialLoopback(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		conn.Close()
		return nil, &Refused{"the endpoint is not on this machine"}
	}
	return conn, nil
}
