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
	Service, Targets, Scalable, Policies, Alarms, Activities bool
	Metrics                                                  []scaling.Metric
	Since                                                    time.Time // of metrics' points and activities; zero: all that is kept
}

// World is the simulation. It is not safe for concurrent use: one driver owns
// it and asks it in order of time.
type World struct{}

// New makes a world in which the configured tasks run and are healthy.
func New(c Config) *World { panic("not built yet") }

// Next is the instant of the world's own next event; ok is false where it
// has none.
func (w *World) Next() (at time.Time, ok bool) { panic("not built yet") }

// Advance lives until now, including what happens at now, and returns the
// answers of that time in order of (At, Number).
func (w *World) Advance(now time.Time) []Answer { panic("not built yet") }

// Submit hands a request to the load balancer at now, which must not lie
// before what the world has lived. A request that is refused at once is among
// the answers.
func (w *World) Submit(now time.Time, r Request) []Answer { panic("not built yet") }

// Gone tells that the client of a request closed its connection at now. CPU
// that a task spends on it is still spent. No answer will come.
func (w *World) Gone(now time.Time, number uint64) { panic("not built yet") }

// Do makes a change at now. A refusal is an *Error and changes nothing. For
// PutPolicy it returns the policy as it now stands.
func (w *World) Do(now time.Time, c scaling.Change) (scaling.Policy, error) { panic("not built yet") }

// Look reads what the AWS APIs would tell at the present. It leaves no trace
// and changes nothing. An unknown service is an *Error.
func (w *World) Look(service scaling.Service, what What) (scaling.Look, error) {
	panic("not built yet")
}

// History reads an alarm's history, oldest first.
func (w *World) History(alarm string) []scaling.HistoryItem { panic("not built yet") }

// Trace has f called with each line of the world's log from now on; nil ends
// it. Lines are arrivals, completions, points, alarm states, activities and
// task states, each with its instant.
func (w *World) Trace(f func(line string)) { panic("not built yet") }

// Config returns what the world was made from.
func (w *World) Config() Config { panic("not built yet") }

// Route says which service a path reaches.
func (w *World) Route(path string) (scaling.Service, bool) { panic("not built yet") }
