package scenario

// Scenario is one scenario file: what is sent at which service, and what is
// expected of its scaling.
type Scenario struct {
	Version     int      `json:"version" jsonschema:"enum=1"` // of the format
	Name        string   `json:"name"`
	Summary     string   `json:"summary,omitempty"`
	Environment string   `json:"environment"` // a file in environments/ beside the scenario, without .yaml, or a path
	Service     string   `json:"service"`     // one of the environment's services, by its key
	Policies    []string `json:"policies"`    // of the service's policies, those that must stand while this runs

	Requests map[string]Kind `json:"requests"` // the kinds of request, by name
	Traffic  Traffic         `json:"traffic"`
	Expect   []Expectation   `json:"expect,omitempty"`
	StopWhen []StopRule      `json:"stop_when,omitempty"`
}

// Kind is a kind of request.
type Kind struct {
	Drive   string            `json:"drive,omitempty" jsonschema:"enum=cpu,enum=requests"` // the policy whose demand this kind is solved for
	Method  string            `json:"method,omitempty"`                                    // GET where left out, POST where there is a body
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers,omitempty"` // ${NAME} refers to a variable and is expanded only when it is sent
	Body    *Body             `json:"body,omitempty"`
	Success *Success          `json:"success,omitempty"` // any 2xx where left out
	Timeout Duration          `json:"timeout,omitempty"` // service time; 30s where left out
	Rate    Rate              `json:"rate,omitempty"`    // fixed, through the stages of In
	In      Stages            `json:"in,omitempty"`      // stages of a fixed rate; all where left out
	Think   Spread            `json:"think,omitzero"`    // of users who wait for each answer: its end to their next request
}

// Body is a request's body: a template file or text written in place, both
// with the placeholders of plan.Body.
type Body struct {
	Template string `json:"template,omitempty"` // path, relative to the scenario file
	Inline   string `json:"inline,omitempty"`
	OTLP     *OTLP  `json:"otlp,omitempty"`                                          // an export of spans
	CSV      string `json:"csv,omitempty"`                                           // path, likewise, of what {{csv}} takes its values from
	Rows     string `json:"rows,omitempty" jsonschema:"enum=in-turn,enum=at-random"` // of CSV; in-turn where left out
	Gzip     bool   `json:"gzip,omitempty"`                                          // sent packed
}

// OTLP is an export of spans, as OpenTelemetry's SDKs send them. Its bounds are
// package otlp's.
type OTLP struct {
	Spans      int            `json:"spans"`
	Traces     int            `json:"traces,omitempty"`                                        // that the spans belong to; one where left out
	Encoding   string         `json:"encoding,omitempty" jsonschema:"enum=protobuf,enum=json"` // protobuf where left out
	Text       Size           `json:"text,omitempty"`                                          // of each span's input, and of its output
	Numbers    int            `json:"numbers,omitempty"`                                       // in a nested attribute of each span
	Attributes map[string]any `json:"attributes,omitempty"`                                    // of each span
}

// Success is the criterion by which an answer counts as good.
type Success struct {
	Status []int          `json:"status,omitempty"` // any 2xx where left out
	JSON   map[string]any `json:"json,omitempty"`   // path in the answer's body to its wanted value; "errors.length": 0
}

// Traffic says what is sent when.
type Traffic struct {
	Seed     uint64 `json:"seed"`
	Arrivals string `json:"arrivals" jsonschema:"enum=poisson,enum=uniform"`
	Ceiling  Rate   `json:"ceiling"` // never more than this is sent, in service time
	// Traceparent is the share of the requests that carry a traceparent, by which
	// they are found in the service's tracing; none where left out.
	Traceparent Percent `json:"traceparent,omitempty"`

	Stages []Stage `json:"stages"`

	Pace        string       `json:"pace,omitempty" jsonschema:"enum=precise,enum=economy"` // how exactly a request leaves when it is due; precise where left out
	Connections *Connections `json:"connections,omitempty"`                                 // as many as are needed, kept open, where left out
}

// Stage is one stretch of the traffic; the ramp is the first part of For, and
// a curve, of which a stage has one at most, the rest.
type Stage struct {
	Name   string          `json:"name"`
	For    Duration        `json:"for"`
	Ramp   Duration        `json:"ramp,omitempty"`   // from the rates of the stage before
	Steps  int             `json:"steps,omitempty"`  // the ramp goes in so many equal steps; in a straight line where left out
	Demand *Demand         `json:"demand,omitempty"` // this or Rate
	Rate   map[string]Rate `json:"rate,omitempty"`   // by kind
	Users  map[string]int  `json:"users,omitempty"`  // who wait for each answer, by kind
	Sine   *Sine           `json:"sine,omitempty"`
	Spike  *Spike          `json:"spike,omitempty"`
	Replay *Replay         `json:"replay,omitempty"`
	// Without is a policy that the run removes as the stage begins, and puts
	// back once it is over: a rollback. Empty: none.
	Without string `json:"without,omitempty" jsonschema:"enum=cpu,enum=requests"`
}

// Demand is load in tasks, for each policy: what it will ask for, before
// rounding up.
type Demand struct {
	CPU      *TaskLoad `json:"cpu"`
	Requests *TaskLoad `json:"requests"`
}

// Expectation is one line of expect: exactly one field beside Pos is set.
type Expectation struct {
	NoScaleOut *InStages `json:"no_scale_out,omitempty"`
	NoScaleIn  *InStages `json:"no_scale_in,omitempty"`
	ScaleOut   *ScaleOut `json:"scale_out,omitempty"`
	OnlyBy     string    `json:"only_by,omitempty" jsonschema:"enum=cpu,enum=requests"` // every scale-out names this policy
	Capacity   *Capacity `json:"capacity,omitempty"`
	Latency    *Latency  `json:"latency,omitempty"`
	Errors     *Errors   `json:"errors,omitempty"`
	Trigger    *Trigger  `json:"trigger,omitempty"`
	Settle     *Settle   `json:"settle,omitempty"`
	Pos        Pos       `json:"pos,omitzero" jsonschema:"-"` // of the line, for messages and evidence; set by Load
}

// choice is a table of which exactly one key is given.
type choice interface{ choice() string }

func (Expectation) choice() string { return "an expectation" }
func (StopRule) choice() string    { return "a rule to stop by" }

// Pos is a place in a file; lines and columns count from 1.
type Pos struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"col,omitempty"`
}

// InStages names the stages in which something is expected.
type InStages struct {
	In Stages `json:"in"`
}

// ScaleOut expects the first scale-out order of a stage, in time.
type ScaleOut struct {
	In string `json:"in"`
	By string `json:"by,omitempty" jsonschema:"enum=cpu,enum=requests"` // either may be named where left out
	To *Range `json:"to,omitempty"`                                     // an order that reaches this many tasks; any order where left out
}

// Capacity expects a number of tasks at the end of a stage.
type Capacity struct {
	AtEndOf string `json:"at_end_of"`
	Healthy *Range `json:"healthy,omitempty"`
	Desired *Count `json:"desired,omitempty"`
}

// Latency bounds percentiles of the samples of kinds and stages taken together;
// with For and Never those of every stretch of that length, with Around those
// from each order until the targets have settled. OfStage and OfRun say what a
// bound in times is a multiple of.
type Latency struct {
	P50     Bound    `json:"p50,omitzero"`
	P95     Bound    `json:"p95,omitzero"`
	P99     Bound    `json:"p99,omitzero"`
	Of      Stages   `json:"of,omitempty"` // kinds; all where left out
	In      Stages   `json:"in,omitempty"` // stages; all where left out
	Around  string   `json:"around,omitempty" jsonschema:"enum=scaling"`
	For     Duration `json:"for,omitempty"`
	Never   bool     `json:"never,omitempty"`
	OfStage string   `json:"of_stage,omitempty"`                          // another stage of the run
	OfRun   string   `json:"of_run,omitempty" jsonschema:"enum=baseline"` // the run that --baseline names
}

// Errors bounds the failed requests of kinds and stages taken together: either
// their Count, or with Above and Never a share of them that must not last For.
// Around "scaling" means from the order until the last draining target is gone:
// the Count of all orders together, the share of each. OfStage and OfRun say
// what an Above in times is a multiple of: then it is of all the stages together.
type Errors struct {
	Count   *int     `json:"count,omitempty"` // at most
	Around  string   `json:"around,omitempty" jsonschema:"enum=scaling"`
	Above   *Share   `json:"above,omitempty"`
	For     Duration `json:"for,omitempty"`
	Never   bool     `json:"never,omitempty"`
	Of      Stages   `json:"of,omitempty"`                                // kinds; all where left out
	In      Stages   `json:"in,omitempty"`                                // all where left out
	OfStage string   `json:"of_stage,omitempty"`                          // another stage of the run
	OfRun   string   `json:"of_run,omitempty" jsonschema:"enum=baseline"` // the run that --baseline names
}

// Settle expects that within a time from the beginning of each stage as many
// tasks run as its load asks for, and on to its end.
type Settle struct {
	In     Stages   `json:"in"`
	Within Duration `json:"within"`
}

// Trigger expects scaling to begin at a value of the policy's metric.
type Trigger struct {
	At        float64 `json:"at"`
	Tolerance float64 `json:"tolerance"` // in the metric's unit
	Bracket   bool    `json:"bracket,omitempty"`
	By        string  `json:"by,omitempty" jsonschema:"enum=cpu,enum=requests"` // cpu where left out
}

// StopRule ends the traffic for safety. Exactly one field is set.
type StopRule struct {
	Errors *Errors `json:"errors,omitempty"`
}
