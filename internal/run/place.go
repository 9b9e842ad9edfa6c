package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/emulator"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
)

// EndpointVariable names the AWS endpoint, as it does for every AWS client.
const EndpointVariable = "AWS_ENDPOINT_URL"

// place is where a run happens: a clock, the endpoint of the AWS APIs, and
// how to leave.
type place struct {
	clock    *clock.Clock
	endpoint string
	embedded bool   // it lives in this process and ends with it
	seed     uint64 // of the world, where the environment sets none
	server   *emulator.Server
	claim    *os.File // of the service, while the run lasts; nil where nobody else can reach it
}

// embed starts the emulated environment in this process, on a stepping clock
// that stands at clock.Epoch, held by the run.
func embed(doc *scenario.Document, p *plan.Plan, o Options) (*place, error) {
	world := predict.Live(predict.World(&doc.Environment, p.Seed, clock.Epoch), clock.Epoch, p)
	c := clock.NewStepping(clock.Epoch)
	c.Keep(holder)
	if o.embedded != nil {
		o.embedded(world, c)
	}
	if o.SpeedSet {
		c.LimitSpeed(o.Speed)
	}
	server, err := emulator.Start(emulator.Config{Clock: c, World: world, Fault: o.fault})
	if err != nil {
		return nil, refuse(fmt.Errorf("start the embedded environment: %w", err))
	}
	return &place{clock: c, endpoint: server.Endpoint(), embedded: true, seed: p.Seed, server: server}, nil
}

// attach uses an emulated environment that runs in another process. What does
// not answer on the control path is no such environment.
func attach(ctx context.Context, endpoint string) (*place, error) {
	if err := local(endpoint); err != nil {
		return nil, err
	}
	c, err := clock.Follow(func() (time.Time, float64, error) {
		told, err := askClock(ctx, endpoint)
		return told.Now, told.Speed, err
	})
	if err != nil {
		return nil, fmt.Errorf("%s is not an environment of validate emulate: %w", endpoint, err)
	}
	return &place{clock: c, endpoint: endpoint, seed: emulatedSeed}, nil
}

// askClock asks the control path of an emulated environment for its time.
func askClock(ctx context.Context, endpoint string) (a emulator.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	u, err := url.JoinPath(endpoint, clockPath)
	if err != nil {
		return a, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return a, err
	}
	resp, err := straight.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return a, fmt.Errorf("GET %s answers %s", clockPath, resp.Status)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<16)).Decode(&a); err != nil {
		return a, fmt.Errorf("GET %s: %w", clockPath, err)
	}
	if a.Mode != clock.Scaled || a.Now.IsZero() {
		return a, fmt.Errorf("GET %s tells no clock to follow (mode %q)", clockPath, a.Mode)
	}
	return a, nil
}

// straight reaches the control path: straight, by no proxy, and nowhere else
// by a redirect.
var straight = &http.Client{
	Transport:     &http.Transport{},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// leave ends what embed started. A world that does not come to rest is left:
// what the run has to say is said by then, and must not wait for it.
func (p *place) leave(ctx context.Context) {
	p.clock.Stop()
	if p.server != nil {
		ctx, cancel := context.WithTimeout(ctx, grace)
		defer cancel()
		p.server.Close(ctx)
	}
	if p.claim != nil {
		p.claim.Close()
	}
}

// local says whether a URL lies on this machine's loopback.
func local(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return fmt.Errorf("%q is not a URL such as http://127.0.0.1:8080", raw)
	}
	if loopback(u.Hostname()) {
		return nil
	}
	return errNotLocal{u.Hostname()}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

type errNotLocal struct{ host string }

func (e errNotLocal) Error() string {
	return fmt.Sprintf("%s is not on this machine; this version only sends to 127.0.0.0/8, [::1] and localhost", e.host)
}

var errNotEmulated = errors.New("is a real environment; this version only runs on emulated ones (an environment file with emulator:)")

// clockPath tells time and speed of an emulated environment, on the port of
// its AWS APIs.
const clockPath = "/_control/clock"
