package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// test is one thing that every tool is asked to do that can.
type test struct {
	name    string
	rate    int // requests per second; 0: as fast as the target answers
	seconds int
	tls     bool
	http2   bool
	outside bool // at the target that keeps when requests came; else at nginx
	freeze  bool // which is stopped meanwhile
	once    bool // in the first round only
	tools   []string
}

// The test of idle tools is what the others are held against.
const (
	idle      = "idle"
	saturated = "saturated"
	freeze    = "freeze"
)

var tests = []test{
	{name: idle, rate: 1, seconds: 1, once: true, tools: atRate},
	{name: saturated, seconds: 5, tools: []string{"wrk", "bombardier", "fortio", "vegeta", "k6", "loadgen"}},
	{name: "1k", rate: 1_000, seconds: 3, outside: true, tools: scheduled},
	{name: "10k", rate: 10_000, seconds: 5, outside: true, tools: scheduled},
	{name: "40k", rate: 40_000, seconds: 4, outside: true, tools: atRate},
	{name: "80k", rate: 80_000, seconds: 4, outside: true, tools: []string{"loadgen"}},
	{name: "tls", seconds: 4, tls: true, tools: []string{"vegeta", "loadgen"}},
	{name: "http2", seconds: 4, tls: true, http2: true, tools: []string{"vegeta", "loadgen"}},
	{name: freeze, rate: 500, seconds: 20, outside: true, freeze: true, once: true, tools: atRate},
}

// atRate are the tools that send at a rate, scheduled those where pace: economy
// has something to save.
var (
	atRate    = []string{"bombardier", "fortio", "vegeta", "k6", "loadgen"}
	scheduled = append(slices.Clone(atRate), "loadgen, economy")
)

// The target stands still for two seconds, in the middle.
const (
	freezeAfter = 9 * time.Second
	freezeFor   = 2 * time.Second
)

// result is what one tool did in one test of one round.
type result struct {
	failed   string // why there is nothing else; empty: there is
	requests int
	cpu      time.Duration
	rss      int64
	sending  int64   // of it, while it sent; known of loadgen
	anon     int64   // of that, without the pages of files
	rate     float64 // that was held, per second
	spread   spread
	told     tail
	truth    tail
}

// perRequest is the CPU of one request, in microseconds.
func (r result) perRequest() float64 {
	if r.requests == 0 {
		return 0
	}
	return float64(r.cpu) / float64(time.Microsecond) / float64(r.requests)
}

// bench is the whole measurement.
type bench struct {
	tools   []*tool
	tests   []test
	rounds  int
	until   time.Time // nothing is begun that would not end by then
	dir     string
	nginx   *nginx
	results map[string][]result // by key of test and tool: one for each round
}

func key(test, tool string) string { return test + "/" + tool }

// slack is what a tool takes beside the time that it sends: to begin, and to
// send what is left over.
const slack = 3 * time.Second

func (b *bench) run(ctx context.Context) {
	b.results = map[string][]result{}
	for round := range b.rounds {
		for i := range b.tests {
			x := &b.tests[i]
			if x.once && round > 0 {
				continue
			}
			for _, t := range b.order(x, round) {
				if ctx.Err() != nil {
					return
				}
				r, err := b.try(ctx, x, t)
				if err != nil {
					r = result{failed: err.Error()}
				}
				b.results[key(x.name, t.name)] = append(b.results[key(x.name, t.name)], r)
				fmt.Fprintf(os.Stderr, "round %d  %-9s  %-16s  %s\n", round+1, x.name, t.name, r.line())
			}
		}
	}
}

// order is the tools of a test, another one first in each round.
func (b *bench) order(x *test, round int) (list []*tool) {
	for _, t := range b.tools {
		if slices.Contains(x.tools, t.name) {
			list = append(list, t)
		}
	}
	if len(list) == 0 {
		return nil
	}
	first := round % len(list)
	return append(list[first:], list[:first]...)
}

func (r result) line() string {
	if r.failed != "" {
		return r.failed
	}
	return fmt.Sprintf("%d requests, %.1f µs each, %.1f MiB, %.1f/s, deviation %v %v, told %v of %v",
		r.requests, r.perRequest(), float64(r.rss)/(1<<20), r.rate, r.spread.p50, r.spread.p99, r.told, r.truth)
}

// try has a tool do a test.
func (b *bench) try(ctx context.Context, x *test, t *tool) (result, error) {
	length := time.Duration(x.seconds)*time.Second + slack
	switch {
	case t.missing != "":
		return result{}, errors.New(t.missing)
	case time.Now().Add(length).After(b.until):
		return result{}, errors.New("time was over")
	}
	dir, err := os.MkdirTemp(b.dir, "run")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(dir)
	l := load{rate: x.rate, seconds: x.seconds, http2: x.http2, dir: dir, url: b.nginx.plain}
	if x.tls {
		l.url, l.ca = b.nginx.tls, b.nginx.ca
	}
	ctx, cancel := context.WithTimeout(ctx, 2*length+30*time.Second)
	defer cancel()
	if x.outside {
		return b.outside(ctx, x, t, l)
	}
	return b.beside(ctx, t, l)
}

// beside sends at nginx, which counts.
func (b *bench) beside(ctx context.Context, t *tool, l load) (result, error) {
	before, err := b.nginx.counted()
	if err != nil {
		return result{}, err
	}
	u, err := t.send(ctx, l)
	if err != nil {
		return result{}, err
	}
	after, err := b.nginx.counted()
	if err != nil {
		return result{}, err
	}
	r := result{requests: after - before - 1, cpu: u.cpu, rss: u.rss}
	r.rate = float64(r.requests) / float64(l.seconds)
	err = t.account(l, u, &r)
	return r, err
}

// send runs the tool.
func (t *tool) send(ctx context.Context, l load) (usage, error) {
	args, err := t.arguments(l)
	if err != nil {
		return usage{}, err
	}
	return watched(ctx, t.oks, t.program, args...)
}

// account holds what loadgen says against what the target counted, and takes
// from it when it had sent all; others have no account to hold.
func (t *tool) account(l load, u usage, r *result) error {
	if !t.ours {
		return nil
	}
	said, err := oursRead(u.out)
	if err != nil {
		return err
	}
	r.sending, r.anon = u.until(said.Began.Add(time.Duration(l.seconds) * time.Second))
	return said.account(r.requests)
}

// outside sends at the target that keeps when requests came.
func (b *bench) outside(ctx context.Context, x *test, t *tool, l load) (result, error) {
	w, err := startWatcher(ctx)
	if err != nil {
		return result{}, err
	}
	l.url = w.url
	frozen := make(chan error, 1)
	if x.freeze {
		go func() { frozen <- w.freeze(ctx, freezeAfter, freezeFor) }() // ends when the target goes on
	} else {
		frozen <- nil
	}
	u, err := t.send(ctx, l)
	err = errors.Join(err, <-frozen)
	came, answered, failed := w.log()
	if err := errors.Join(err, failed); err != nil {
		return result{}, err
	}
	if len(came) < 2 {
		return result{}, fmt.Errorf("%d requests came", len(came))
	}
	r := result{requests: len(came), cpu: u.cpu, rss: u.rss, rate: rateOf(came)}
	due, began, err := t.schedule(ctx, l, u, came)
	if err != nil {
		return result{}, err
	}
	r.spread = deviation(warm(came, due), due, began)
	if x.freeze {
		for i := range due {
			due[i] += began
		}
		r.truth = truth(due, answered)
		if r.told, err = t.told(t, l, u.out); err != nil {
			return result{}, err
		}
	}
	err = t.account(l, u, &r)
	return r, err
}

// schedule is when the requests of a load were due, in order, after a
// beginning.
func (t *tool) schedule(ctx context.Context, l load, u usage, came []int64) (due []int64, began int64, err error) {
	if t.ours {
		return oursSchedule(ctx, t.program, l, u)
	}
	due = spaced(l.rate*l.seconds, l.rate)
	return due, fit(warm(came, due), due), nil
}

// names are those of a list that something is in, for a message.
func names(list []test) string {
	var all []string
	for _, x := range list {
		all = append(all, x.name)
	}
	return strings.Join(all, ", ")
}

// cacheDir is where programs that were built are kept.
func cacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "scaleproof", "peers"), err
}
