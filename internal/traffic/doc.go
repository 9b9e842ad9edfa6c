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
// # Two drivers, one account
//
// Start chooses between them; windows, histograms, classes of errors and events
// are the same code.
//
// **Flights** are for the stepping clock, and for what only net/http has:
// HTTP/2, a proxy, redirects. Everything is an event of the clock: stages,
// arrivals, turns at the ceiling, deadlines, the ends of windows. An arrival
// takes the request's hold and hands it to a goroutine, which renders the body,
// sends, reads the whole answer, records it and gives the hold up; while the
// service thinks, its own end of the request has given the hold up instead. A
// deadline takes the hold, records the time-out and closes the connection, and
// then the hold is the service's: it gives it up when it has seen the close. So
// on a stepping clock everything is recorded at its own instant, in one order,
// and two runs emit the same events. On clocks that follow the wall there are no
// holds, the first of answer and deadline is recorded, and the rest is the same
// code.
//
// **Lanes** are for clocks that follow the wall, over HTTP/1.1 with and without
// TLS. A lane is a thread that owns a part of the schedule, its connections, its
// buffers and its windows. It sleeps until the next request is due or an answer
// is there, to some ten microseconds, and writes and reads itself: between the
// instant at which a request is due and its first byte no goroutine is woken,
// no lock is taken and nothing is allocated. What takes long is done elsewhere:
// names, connections and TLS handshakes, large bodies (Ahead), bodies of answers
// that have to be understood, and the encoding of windows, of which a collector
// makes one out of what the lanes counted.
//
// In economy (traffic.pace) a lane wakes at most every half millisecond, sends
// what is due by then and reads what has come. Latencies stay right, since the
// kernel says when bytes came (on Linux); requests leave up to half a
// millisecond late, and their lateness says so.
//
// # Why not fasthttp
//
// Its client is the fastest of those that a goroutine waits in, and it is built
// for that: a call takes a connection, writes, and reads until the answer is
// there. An open model needs a goroutine for each request in flight then, and a
// timer or a channel before each send. bombardier and fortio are built so:
// measured in one run (README, make bench-peers) they cost 1.35 and 1.4 times wrk's CPU
// a request where the target was the limit, and left the schedule of 10,000
// requests a second by 2.3 and 1.6 ms in the middle, 6.3 and 4.1 ms at the 99th
// percentile. A thread that paces, writes and reads by itself came to 1.06 times
// wrk's with everything that a run does, and left it by 26 and 53 microseconds.
// Nearly all of the difference is wake-ups, which no faster parser takes away.
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
