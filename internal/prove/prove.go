package prove

import (
	"context"
	"runtime"
	"sync"
)

// Config is what is to be proven.
type Config struct {
	Scenarios string // folder of the shipped scenarios
	Only      string // cases: see Cases; empty: all
	Seeds     int    // of each case; 0: as many as the bars ask for
	Base      uint64 // the first seed; 0: 1
	Workers   int    // 0: one for each processor
	// Progress is told of each run that is done; nil: nobody is. It is called
	// from several goroutines, one at a time.
	Progress func(done, all int)
}

// full says that the bars on counts apply.
func (c Config) full() bool { return c.Seeds == 0 && c.Only == "" }

// job is one run to be lived.
type job struct {
	at   int // the case
	seed uint64
}

func (c Config) jobs(list []kase) (jobs []job) {
	for i, k := range list {
		n := c.Seeds
		if n == 0 {
			n = k.seeds
		}
		for j := range n {
			jobs = append(jobs, job{i, max(c.Base, 1) + uint64(j)})
		}
	}
	return jobs
}

// Make lives all runs and counts what came of them. In the full number, each
// deviation is lived with further seeds until it could be seen as often as the
// bars ask for. The error is the first in the order of the cases: the context's,
// or a scenario's that cannot be.
func Make(ctx context.Context, c Config) (*Proof, error) {
	list := chosen(c.Only)
	if len(list) == 0 {
		return nil, noCase(c.Only)
	}
	var lived []job
	var outcomes []outcome
	for jobs := c.jobs(list); len(jobs) > 0; jobs = c.more(list, lived, outcomes) {
		some, err := c.live(ctx, list, jobs, len(lived))
		if err != nil {
			return nil, err
		}
		lived, outcomes = append(lived, jobs...), append(outcomes, some...)
	}
	return count(c, list, lived, outcomes), nil
}

// live lives some runs, behind those that are done.
func (c Config) live(ctx context.Context, list []kase, jobs []job, done int) ([]outcome, error) {
	outcomes := make([]outcome, len(jobs))
	if progress := c.Progress; progress != nil {
		c.Progress = func(n, all int) { progress(done+n, done+all) }
	}
	err := each(ctx, c, len(jobs), func(ctx context.Context, i int) error {
		l, err := live(ctx, c.Scenarios, list[jobs[i].at], jobs[i].seed)
		if err == nil {
			outcomes[i] = l.outcome()
		}
		return err
	})
	return outcomes, err
}

// more is a further seed for each case of the deviations that were not seen
// often enough, and not lived too often; none where a number of seeds was asked
// for.
func (c Config) more(list []kase, lived []job, outcomes []outcome) (jobs []job) {
	if c.Seeds != 0 {
		return nil
	}
	seen, runs, next := map[*wrong]int{}, map[*wrong]int{}, make([]uint64, len(list))
	for i, j := range lived {
		w := list[j.at].wrong
		if list[j.at].group == Elsewhere {
			continue
		}
		runs[w]++
		if outcomes[i].seen() {
			seen[w]++
		}
		next[j.at] = j.seed + 1
	}
	for i, k := range list {
		if k.wrong != nil && k.group != Elsewhere && seen[k.wrong] < deviantRuns && runs[k.wrong] < mostRuns {
			jobs = append(jobs, job{i, next[i]})
		}
	}
	return jobs
}

// each calls f with 0 to n-1, on all workers, until one returns an error; it
// returns that of the lowest number.
func each(ctx context.Context, c Config, n int, f func(context.Context, int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	workers := c.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	errs, done := make([]error, n), 0
	next := make(chan int)
	for range min(workers, n) {
		group.Go(func() { // ends when next is closed
			for i := range next {
				if errs[i] = f(ctx, i); errs[i] != nil {
					stop(errs[i])
				}
				mu.Lock()
				if done++; c.Progress != nil && errs[i] == nil {
					c.Progress(done, n)
				}
				mu.Unlock()
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		next <- i
	}
	close(next)
	group.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return nil
}
