package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/google/renameio/v2"

	"scaleproof/internal/live"
	"scaleproof/internal/metrics"
	"scaleproof/internal/policies"
	"scaleproof/internal/timeline"
)

// show starts the live view of the run.
func (s *session) show() *live.View {
	keys := steering{s, timeline.ByKey}
	v := live.New(live.Config{
		Out: s.con.Err, Terminal: s.con.Terminal, Width: s.con.Width, In: s.con.Keys,
		Keys: live.Keys{Stop: s.stopAsked, Scale: keys.scale},
	})
	s.timeline.Tap(v.Feed)
	s.mu.Lock()
	s.view = v
	s.mu.Unlock()
	return v
}

// expose serves the run's numbers at an address until end is called; of an empty
// address nothing is served.
func (s *session) expose(address string) (end func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	e, err := metrics.Listen(address)
	switch {
	case errors.Is(err, metrics.ErrAddress):
		return nil, &Usage{fmt.Errorf("--metrics: %w", err)}
	case err != nil:
		return nil, refuse(fmt.Errorf("--metrics: %w", err))
	}
	fmt.Fprintf(s.con.Err, "metrics: %s\n", e.URL())
	s.metrics = e
	return e.Close, nil
}

// facts is run.json: what belongs to the machine and the wall, and so has no
// place in a timeline.
type facts struct {
	Command     string          `json:"command"`
	Scenario    string          `json:"scenario"`
	Environment string          `json:"environment"`
	Service     string          `json:"service"`
	Endpoint    string          `json:"endpoint"` // of the AWS APIs
	Kind        string          `json:"endpoint_kind"`
	Front       string          `json:"load_balancer,omitempty"`
	Began       time.Time       `json:"began"` // by the wall
	Took        string          `json:"took"`  // by the wall
	ServiceEnd  time.Time       `json:"service_time_ended"`
	CPU         string          `json:"cpu_used"`
	PeakMemory  int64           `json:"peak_memory_kib"`
	Process     int             `json:"process"`
	Host        string          `json:"host"`
	Machine     string          `json:"machine"`
	Go          string          `json:"go"`
	Started     json.RawMessage `json:"started"` // the timeline's first line, for people
}

// facts writes run.json.
func (s *session) facts(began time.Time, started any) error {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // fails on a bad argument only
	host, _ := os.Hostname()
	f := facts{
		Command: s.command, Scenario: s.plan.Scenario, Environment: s.plan.Environment, Service: s.plan.Service.String(),
		Endpoint: s.place.endpoint, Kind: policies.Endpoint, Began: began.UTC(), Took: s.con.Wall().Sub(began).Round(time.Millisecond).String(),
		ServiceEnd: s.clock.Now(), CPU: cpu(usage).Round(time.Millisecond).String(), PeakMemory: usage.Maxrss,
		Process: os.Getpid(), Host: host, Machine: fmt.Sprintf("%s/%s, %d processors", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()), Go: runtime.Version(),
		Started: raw(started),
	}
	if s.place.embedded {
		f.Kind = policies.Embedded
	}
	if s.front != nil {
		f.Front = s.front.String()
	}
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("write run.json: %w", err)
	}
	if err := renameio.WriteFile(filepath.Join(s.dir, "run.json"), append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("write run.json: %w", err)
	}
	return nil
}

func cpu(u syscall.Rusage) time.Duration {
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
