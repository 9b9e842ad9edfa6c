// Package traffic sends a plan's requests when they are due and says what
// became of each.
//
// # An open model
//
// Users do not wait for each other. A request is due when the plan says so,
// whatever became of those before it; a service that slows down so meets the
// queue that real users would make. A closed loop, in which each of a number of
// workers sends when its last answer has come, slows down with the service
// that it measures: it cannot overload it, and an autoscaler under it sees
// load that falls as the service struggles.
//
// # Latency counts from when a request was due
//
// not from when it was sent. A generator that waits for a stalled service and
// then measures from each send leaves out just those who suffered
// (coordinated omission): with 64 connections and a stall of two seconds,
// popular tools report a 99th percentile of 4 to 10 ms where it is 1.8 s.
// Whatever delays a request here, the service, the wait for a connection, the
// ceiling or this machine, is in its latency; and what the machine or the
// ceiling did is told apart: a request that left more than timeline.LateAfter
// after it was due is counted as late, so that a judge does not blame the
// service for a slow generator.
//
// # The ceiling is no pacer
//
// The schedule alone says when a request is due: arrival n lies at an absolute
// instant, and a late one is sent at once, so that nothing adds up. The
// ceiling, go.uber.org/ratelimit, protects the service from what the schedule
// did not mean: a stall that ends with everything due at once, a plan that is
// wrong. It stands in front of every send and should never delay one; where it
// does, that shows as late, and as unsent where the time-out came first. As a
// pacer it would be wrong twice: it spaces requests evenly, which Poisson
// arrivals are not, and it forgets what it could not hand out in time, so that
// a busy machine would send fewer requests and nobody would be told.
//
// # Time and holds
//
// Everything is an event of the clock: stages, arrivals, turns at the ceiling,
// deadlines, the ends of windows. An arrival takes the request's hold and
// hands it to a goroutine, which renders the body, sends, reads the whole
// answer, records it and gives the hold up; while the service thinks, its own
// end of the request has given the hold up instead. A deadline takes the hold,
// records the time-out and closes the connection, and then the hold is the
// service's: it gives it up when it has seen the close. So on a stepping clock
// everything is recorded at its own instant, in one order, and two runs emit
// the same events. On clocks that follow the wall there are no holds, the
// first of answer and deadline is recorded, and the rest is the same code.
//
//	e := traffic.Start(traffic.Config{
//		Clock: c, Plan: p, Base: base, Headers: headers,
//		Start: c.Now(), Emit: writer.Write,
//	})
//	defer e.Close()
//	e.Wait("run") // the run's goroutine, which holds the clock as "run"
//
// # Connections
//
// One dialer makes them all, whoever sends: it checks the environment's hosts
// before a name is looked up, gives a name's addresses their turns, and asks for
// them anew when they are old or a connection is rotated. What is plain
// HTTP/1.1, over TLS too, goes by the lanes on clocks that follow the wall; what
// only net/http has (HTTP/2, a proxy, redirects) and all that is sent on a
// stepping clock goes by httpTransport, over connections that a pool of this
// package keeps. A limit of connections is the Gate's: a request that waits for
// one is parked, does not hold the clock, and is handed what becomes free in
// order of due time, so that a prediction does the same.
//
// # What it refuses
//
// It follows no redirect that the plan does not allow, and none to another's
// host; it repeats no request, reuses no answer and decides
// nothing about pass or fail. It does not know AWS. The one judgement it makes
// is the safety rule that ends the traffic when too many requests fail.
package traffic
