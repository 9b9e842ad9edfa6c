package model

// process is the program that runs in a task: its workers, the requests that
// they work on, and those that wait for one.
//
// Requests on CPU share what the task has evenly, each at most one vCPU, as
// threads do under a fair scheduler. Work is counted in milli-CPU x ns, so that
// all of it is whole numbers. done is what each request on CPU was given since
// the last reset, and jobs has for each the value of done at which it is over.
// What an even share leaves over, and what the one that ended had too much, is
// spare and goes into the next share: a busy task gives out all that it has,
// and a request gets exactly its cost.
//
// Sidecars take what they need first, out of what the task reserves: on
// Fargate that is all that a task gets. [D]
type process struct {
	milli int64 // that requests and start-up may use
	extra int64 // milli-CPU that start-up asks for, 0 when it is over
	since int64 // until when work is counted
	done  int64 // milli-CPU x ns
	spare int64 // milli-CPU x ns
	used  int64 // milli-CPU x ns, since the task's mark

	jobs  events // by the value of done that ends them
	begun uint32 // requests ever put on CPU
	place int    // among the world's works, none while there is no job

	idle        int   // workers without a request
	first, last int32 // queue of flights
	queued      int
	flying      int // requests accepted and not over
}

func newProcess(c Task) process {
	return process{
		milli: max(c.MilliCPU-c.IdleMilliCPU, 1), place: nowhere,
		idle: max(c.Workers, 1), first: none, last: none,
	}
}

// rate is the milli-CPU that the requests on CPU have together. Start-up
// competes with them as so many threads, of which none gets more than it asks
// for.
func (p *process) rate() int64 {
	n := int64(len(p.jobs))
	left := p.milli
	if p.extra > 0 {
		threads := (p.extra + 999) / 1000
		left = max(p.milli-p.extra, p.milli*n/(n+threads), 1)
	}
	return min(1000*n, left)
}

// run counts the work until now. It is called whenever the requests on CPU or
// what they have change, and at the end of a minute, but never just since the
// world is asked: that must not show.
func (p *process) run(now int64) {
	dt, n := now-p.since, int64(len(p.jobs))
	p.since = now
	if n == 0 && p.extra == 0 {
		return
	}
	rate := p.rate()
	if p.extra > 0 {
		p.used += min(p.extra, p.milli-rate) * dt
	}
	switch each := rate*dt + p.spare; {
	case n == 1:
		p.done, p.used, p.spare = p.done+each, p.used+each, 0
	case n > 1:
		all := each
		each /= n
		p.done, p.used, p.spare = p.done+each, p.used+each*n, all-each*n
	}
}

// put adds a request of a cost in ns of CPU, once the work until now is
// counted.
func (p *process) put(i int32, cost int64) {
	p.jobs.push(event{p.done + 1000*min(cost, longestCost), uint64(p.begun)<<32 | uint64(i)})
	p.begun++
}

// longestCost is a request's CPU, in ns, beyond which more makes no difference
// to anyone: 1000 hours.
const longestCost = 1000 * 3600 * 1_000_000_000

// take removes the first request that is over, or says none.
func (p *process) take() int32 {
	if len(p.jobs) == 0 || p.jobs[0].at > p.done {
		return none
	}
	e := p.jobs.pop()
	over := p.done - e.at
	p.used, p.spare = p.used-over, p.spare+over
	return int32(uint32(e.key))
}

// reset lets done begin anew, so that it stays small, and forgets what is
// spare where nobody wants it.
func (p *process) reset() {
	for i := range p.jobs {
		p.jobs[i].at -= p.done
	}
	p.done = 0
	if len(p.jobs) == 0 {
		p.spare = 0
	}
}

// ends is when the first of the requests on CPU is over, if nothing changes.
func (p *process) ends() int64 {
	n, rate := int64(len(p.jobs)), p.rate()
	if n == 1 {
		return p.since + max(0, p.jobs[0].at-p.done-p.spare+rate-1)/rate
	}
	left := max(0, p.jobs[0].at-p.done-p.spare/n)
	dt := mulDiv(left, n, rate)
	if !exact(left, n, dt, rate) {
		dt++
	}
	return p.since + dt
}
