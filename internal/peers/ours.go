package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ours is loadgen, as it ships, with the flags of an ordinary run.
func ours(program string) *tool {
	return &tool{
		name: "loadgen", version: "this one", program: program, ours: true,
		arguments: func(l load) ([]string, error) { return loadgen(l, "precise") },
		told:      oursTold,
		oks:       []int{1, 3}, // checks that fail or cannot be said: the load was sent
	}
}

// economical is loadgen with pace: economy.
func economical(program string) *tool {
	t := ours(program)
	t.name = "loadgen, economy"
	t.arguments = func(l load) ([]string, error) { return loadgen(l, "economy") }
	return t
}

// farAbove is the ceiling, per second: more than users could send who think for
// 100 ns. It is in front of every send, and never met: after a stall one
// just above the rate lets the backlog go no faster, to protect the service,
// and no other tool has any.
const farAbove = 10_000_001 * connections

// loadgen writes a scenario and its environment.
func loadgen(l load, pace string) ([]string, error) {
	protocol, tls := "http1", ""
	request, sent := "path: /", fmt.Sprintf("rate: {page: %d/s}", l.rate)
	if l.rate == 0 { // users who think for less than reading an answer takes
		request, sent = "path: /, think: 100ns", fmt.Sprintf("users: {page: %d}", connections)
	}
	if l.http2 {
		protocol = "http2"
	}
	if l.ca != "" {
		file, err := filepath.Rel(l.file("environments"), l.ca)
		if err != nil {
			return nil, err
		}
		tls = fmt.Sprintf("tls: {ca: %q}", file)
	}
	scenario := fmt.Sprintf(`version: 1
name: peers
environment: peers
service: target
policies: []
requests:
  page: {%s}
traffic:
  seed: 1
  arrivals: uniform
  ceiling: %d/s
  pace: %s
  connections: {max: %d, protocol: %s}
  stages:
    - {name: hold, for: %ds, %s}
expect:
  - {latency: {p99: 250ms}}
  - {errors: {above: 1%%, for: 1s, never: true}}
`, request, farAbove, pace, connections, protocol, l.seconds, sent)
	environment := fmt.Sprintf(`version: 1
name: peers
region: eu-west-1
account: "000000000000"
hosts: [127.0.0.1]
services:
  target:
    cluster: none
    service: none
    url: %s
    capacity: {min: 1, max: 1}
    policies: {}
    %s
`, l.url, tls)
	if err := os.MkdirAll(l.file("environments"), 0o700); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"peers.yaml": scenario, "environments/peers.yaml": environment} {
		if err := os.WriteFile(l.file(name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return []string{"run", l.file("peers.yaml"), "--reports", l.file("reports"), "--json"}, nil
}

// oursSaid is what loadgen prints of a run.
type oursSaid struct {
	Began       time.Time
	Outcome     string
	Scheduled   int64
	Sent        int64
	InFlight    int64 `json:"in_flight"`
	Completed   map[string]int64
	Unaccounted struct{ Scheduled, Sent int64 }
	Latency     struct {
		P99  *float64 `json:"p99"`
		P999 *float64 `json:"p99_9"`
		Max  *float64 `json:"max"`
	} `json:"latency_us"`
}

func oursRead(out []byte) (oursSaid, error) {
	var said oursSaid
	err := json.Unmarshal(out, &said)
	if err == nil && said.Outcome != "complete" {
		err = fmt.Errorf("loadgen's run ended %s", said.Outcome)
	}
	return said, err
}

func oursTold(_ *tool, _ load, out []byte) (tail, error) {
	said, err := oursRead(out)
	at := func(us *float64) time.Duration {
		if us == nil {
			return unknown
		}
		return micros(*us)
	}
	return tail{at(said.Latency.P99), at(said.Latency.P999), at(said.Latency.Max)}, err
}

// account holds what loadgen says that it sent against what the target saw.
func (s oursSaid) account(came int) error {
	if s.Unaccounted.Scheduled != 0 || s.Unaccounted.Sent != 0 || s.InFlight != 0 || s.Sent != int64(came) || s.Completed["200"] != s.Sent {
		return fmt.Errorf("loadgen's account does not hold: %d scheduled, %d sent, %d in flight, completed %v, unaccounted %+v; the target saw %d",
			s.Scheduled, s.Sent, s.InFlight, s.Completed, s.Unaccounted, came)
	}
	return nil
}

// oursSchedule is the schedule as loadgen writes it, and the beginning as its
// run told it.
func oursSchedule(ctx context.Context, program string, l load, u usage) (due []int64, began int64, err error) {
	said, err := oursRead(u.out)
	if err != nil {
		return nil, 0, err
	}
	listed, err := watched(ctx, nil, program, "schedule", l.file("peers.yaml"), "--format", "csv")
	if err != nil {
		return nil, 0, err
	}
	due, err = readSchedule(bytes.NewReader(listed.out))
	return due, said.Began.UnixNano(), err
}

// readSchedule reads the first column, seconds with nine decimals.
func readSchedule(in io.Reader) (due []int64, err error) {
	lines := bufio.NewScanner(in)
	if !lines.Scan() {
		return nil, errors.New("the schedule is empty")
	}
	for lines.Scan() {
		first, _, _ := strings.Cut(lines.Text(), ",")
		ns, err := strconv.ParseInt(strings.Replace(first, ".", "", 1), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("the schedule: %w", err)
		}
		due = append(due, ns)
	}
	return due, lines.Err()
}
