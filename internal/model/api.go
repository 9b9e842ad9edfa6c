package model

import (
	"time"

	"scaleproof/internal/scaling"
)

// Request is one HTTP request as the load balancer receives it.
type Request struct {
	Number uint64 // names the request; unique among those in flight
	Method string
	Path   string // without the query
	Body   int64  // bytes
	Target string // the task that the client's stickiness cookie names (an earlier Answer's Task); empty: it has none
}

// Answer is the end of one request.
type Answer struct {
	Number uint64
	At     time.Time
	Status int    // 200 from a task; 502, 503, 504 from the load balancer, 404 where no rule matches
	Reason string // why, where the status is the load balancer's; empty otherwise
	Task   string // the task that worked on it; empty where none did
}

// Error is a refusal of a change or a read, in AWS's words.
type Error struct {
	Code    string // e.g. ObjectNotFoundException
	Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// What selects the sections of a Look.
type What struct {
	Service, Targets, Scalable, Policies, Scheduled, Alarms, Activities bool
	Metrics                                                             []scaling.Metric
	Since                                                               time.Time // of metrics' points and activities; zero: all that is kept
	Until                                                               time.Time // of metrics' points: they begin before it; zero: all
}
