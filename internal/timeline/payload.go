package timeline

import (
	"encoding/json"
	"strconv"
	"time"

	"scaleproof/internal/scaling"
)

// Started is the first line: everything that the run set out with. It holds
// no secret and, on a stepping clock, nothing of the machine or the wall.
type Started struct {
	Format      int               `json:"format"`      // Format
	Command     string            `json:"command"`     // "validate run", "loadgen run", "loadgen calibrate" or "predict"
	Scenario    string            `json:"scenario"`    // name
	Environment string            `json:"environment"` // name
	Service     scaling.Service   `json:"service"`
	Seed        uint64            `json:"seed"`
	Versions    map[string]string `json:"versions,omitempty"` // this tool's and what it was built with
	Hashes      map[string]string `json:"hashes,omitempty"`   // sha256 of each input file, by its name as written
	// How the run asked to be judged, so that it is judged so wherever.
	ExpectFail []string `json:"expect_fail,omitempty"` // checks that must fail: a negative control
	Strict     bool     `json:"strict,omitempty"`      // warnings count
	// Plan is the whole of plan.Plan, which holds the effective scenario, the
	// policies and the expectations. It is raw here since plan stands above
	// this package.
	Plan json.RawMessage `json:"plan"`
	// Effective scenario and environment, with secrets by reference.
	ScenarioDocument    json.RawMessage `json:"scenario_document,omitempty"`
	EnvironmentDocument json.RawMessage `json:"environment_document,omitempty"`
}

// The phases of a run, in order.
const (
	PhasePreflight = "preflight" // reading what stands
	PhaseApply     = "apply"     // making the changes
	PhaseAlarms    = "alarms"    // waiting for the new alarms to leave INSUFFICIENT_DATA
	PhaseTraffic   = "traffic"
	PhaseDrain     = "drain" // nothing is sent; answers and last observations come in
	PhaseUndo      = "undo"  // restoring what was changed
	PhaseDone      = "done"
)

// Phase says that the run enters a phase.
type Phase struct {
	Name string `json:"name"`
}

// Changed is a change that the run itself made.
type Changed struct {
	Change scaling.Change `json:"change"`
	Undo   bool           `json:"undo,omitempty"`  // it restores what an earlier one changed
	Error  string         `json:"error,omitempty"` // empty: made
}

// The ways in which a run ends.
const (
	EndComplete    = "complete"
	EndInterrupted = "interrupted" // by a person
	EndStopped     = "stopped"     // by a safety rule
	EndFailed      = "failed"      // by an error, or refused before it sent anything
)

// Ended is the last line of a run that came to its end.
type Ended struct {
	Outcome  string `json:"outcome"`
	Reason   string `json:"reason,omitempty"`
	Restored bool   `json:"restored"` // what the run changed is as it was, or it changed nothing
}

// ClockInfo says how service time was given.
type ClockInfo struct {
	Mode  string  `json:"mode"`  // wall, scaled or stepping
	Speed float64 `json:"speed"` // service seconds a second; 0 on a stepping clock
	// Distortion is the measured part of latencies that is the machine's and
	// not the model's, at the 99th percentile; zero on a stepping clock.
	Distortion time.Duration `json:"distortion,omitempty"`
}

// Stage says that a stage of the traffic begins.
type Stage struct {
	Index int           `json:"index"`
	Name  string        `json:"name"`
	For   time.Duration `json:"for"`
	Ramp  time.Duration `json:"ramp,omitempty"`
}

// Window is what the generator did in one stretch of time, [Start, Start +
// Length). Each count counts by when its thing happened: planned when a
// request was due, sent and late when it left, unsent when it was given up,
// completed and failed when it ended. Over a whole run
//
//	planned = sent + unsent,   sent = completed + in flight at the end;
//
// in one window they differ by what waits at the ceiling and what is in flight.
type Window struct {
	Start    time.Time     `json:"start"`
	Length   time.Duration `json:"length"`
	InFlight int64         `json:"in_flight"` // at the window's end
	Kinds    []KindWindow  `json:"kinds"`     // in the plan's order; kinds with nothing to say are left out
}

// KindWindow is the part of a window that concerns one kind of request.
type KindWindow struct {
	Kind    string           `json:"kind"`
	Planned int64            `json:"planned,omitempty"`
	Sent    int64            `json:"sent,omitempty"`
	Late    int64            `json:"late,omitempty"`   // sent more than LateAfter after they were due
	Unsent  map[string]int64 `json:"unsent,omitempty"` // by reason: ceiling, connections, stopped, generator
	// Completed counts all that ended, by the status code, or by the class of
	// the error where there was none: timeout, dns, connect, tls, reset,
	// protocol, refused-host, or generator: and what the machine that sends
	// lacked.
	Completed map[string]int64 `json:"completed,omitempty"`
	// Failed counts those of Completed that did not meet the kind's criterion
	// of success, by the same keys; "content" where only the body fell short.
	Failed map[string]int64 `json:"failed,omitempty"`
	// Sample says which answers of a good status had their body looked at where
	// not all had. Nil: all had, or no success asks for it.
	Sample *Sample `json:"sample,omitempty"`
	// Clamped counts the latencies beyond the histogram's top (an hour), which
	// stand in it as its top.
	Clamped int64 `json:"clamped,omitempty"`
	// Latency holds the latencies of all that were answered, in microseconds
	// from the instant at which they were due: an HdrHistogram, V2, compressed,
	// in base 64. Empty where nothing was answered.
	Latency string `json:"latency,omitempty"`
	// Service holds the same answers' times from the instant at which the
	// request really left. Empty where each left when it was due: it is Latency.
	Service string `json:"service,omitempty"`
	// Lateness holds how long after it was due each request left, of all that
	// were sent; of one that waited for a connection, since the plan allows no
	// more, how long after it had one. So it is with Late. Empty where none was late by a microsecond.
	Lateness string `json:"lateness,omitempty"`
}

// Sample tells of the answers of a good status beyond those of a window that
// were all looked at: the first of each kind. A part of them, drawn at one
// rate by lot, had its body looked at and stands for the rest.
type Sample struct {
	Checked   int64 `json:"checked"`   // by lot
	Refused   int64 `json:"refused"`   // of Checked; they are in Failed as "content" too
	Unchecked int64 `json:"unchecked"` // nobody looked at their body; Failed has none of them
}

// Hidden is how many of the answers that nobody looked at were refusals, were
// they as those drawn by lot: 0 where all were looked at, or none was drawn.
func (k KindWindow) Hidden() int64 {
	if k.Sample == nil || k.Sample.Checked == 0 {
		return 0
	}
	return k.Sample.Unchecked * k.Sample.Refused / k.Sample.Checked
}

// LateAfter is how long after its due time a request counts as late. On a
// scaled clock it is a time of the machine's: LateAfter times the speed in
// service time.
const LateAfter = 10 * time.Millisecond

// The parts of a service's state that are polled apart.
const (
	PartService    = "service"    // DescribeServices
	PartTargets    = "targets"    // DescribeTargetHealth
	PartScaling    = "scaling"    // DescribeScalableTargets, DescribeScalingPolicies
	PartAlarms     = "alarms"     // DescribeAlarms
	PartActivities = "activities" // DescribeScalingActivities
	PartMetrics    = "metrics"    // GetMetricData
)

// Heartbeat says how well a part was looked at in a stretch of time.
type Heartbeat struct {
	Part    string        `json:"part"`
	From    time.Time     `json:"from"`
	Looks   int           `json:"looks"`   // successful ones
	Longest time.Duration `json:"longest"` // longest time between two of them
}

// Gap is a poll that failed.
type Gap struct {
	Part  string    `json:"part"`
	Error string    `json:"error"`
	Since time.Time `json:"since,omitzero"` // last successful look at the part
}

// Keys of the metrics that a run watches, used as Subject of metric.point.
const (
	KeyCPU        = "cpu"         // percent, Average
	KeyCPUMax     = "cpu_max"     // percent, Maximum: one hot task under a calm average
	KeyRequests   = "requests"    // per target and minute
	KeyLatencyP95 = "latency_p95" // seconds, by the load balancer
	KeyLatencyP99 = "latency_p99"
	KeyTarget5xx  = "target_5xx" // count a minute
	KeyELB5xx     = "elb_5xx"
)

// MetricPoint is one published datapoint. At is the start of its period.
type MetricPoint struct {
	Key    string        `json:"key"`
	Value  float64       `json:"value"`
	Period time.Duration `json:"period"`
}

// Counts are a service's task counts.
type Counts struct {
	Desired int `json:"desired"`
	Running int `json:"running"`
	Pending int `json:"pending"`
}

// Health counts the targets of the service's target group by state.
type Health struct {
	Healthy   int                    `json:"healthy"`
	Initial   int                    `json:"initial,omitempty"`
	Unhealthy int                    `json:"unhealthy,omitempty"`
	Draining  int                    `json:"draining,omitempty"`
	Targets   []scaling.TargetHealth `json:"targets,omitempty"`
}

// Deployment is a deployment that is new or changed its state.
type Deployment struct{ scaling.Deployment }

// Capacity is the service's registration with Application Auto Scaling; nil
// where there is none.
type Capacity struct {
	Target *scaling.ScalableTarget `json:"target"`
}

// PolicyState is a policy as it was seen, first, changed or for the last time.
type PolicyState struct {
	Policy  scaling.Policy `json:"policy"`
	Removed bool           `json:"removed,omitempty"`
}

// AlarmState is an alarm as it was seen. In alarm.state only State and what
// belongs to it is new; Transition says that much.
type AlarmState struct {
	Alarm      scaling.Alarm `json:"alarm"`
	Transition bool          `json:"transition,omitempty"`
	From       string        `json:"from,omitempty"` // the state before, as far as it was seen
	Policy     string        `json:"policy,omitempty"`
}

// AlarmGone is an alarm that is listed no more, though a policy that was looked
// at since still names it: somebody deleted it. Policies that are deleted or put
// again take their alarms with them [R]; of those nothing is told.
type AlarmGone struct {
	Alarm  string `json:"alarm"`  // its name
	Policy string `json:"policy"` // the name of the policy that it acted for
}

// ActivityState is a scaling activity, not-scaled ones included.
type ActivityState struct {
	Activity scaling.Activity `json:"activity"`
}

// Stop says that a safety rule ended the traffic.
type Stop struct {
	Rule     string `json:"rule"`
	Measured string `json:"measured"`
}

// Rate says that a person changed the rate of the traffic: from At on all rates
// are the plan's times Factor, until the next change. What was expected of the
// load of a stage is not known of one that was changed.
type Rate struct {
	Factor float64 `json:"factor"` // of the plan's rates; 0: a pause, 1: the plan again
	By     string  `json:"by"`     // ByKey or BySocket
	Stage  string  `json:"stage"`  // name of the stage that it fell into
}

// String says it in a clause.
func (r Rate) String() string {
	by := "by a key"
	if r.By == BySocket {
		by = "through the control socket"
	}
	switch r.Factor {
	case 0:
		return "the traffic was paused " + by
	case 1:
		return "the rate was made the plan's again " + by
	}
	return "the rate was set to " + strconv.FormatFloat(r.Factor, 'f', -1, 64) + " times the plan's " + by
}

// Who changes a rate.
const (
	ByKey    = "key"    // pressed in the dashboard
	BySocket = "socket" // a command through the control socket
)

func (Started) kind() string       { return "run.started" }
func (Phase) kind() string         { return "run.phase" }
func (Changed) kind() string       { return "run.change" }
func (Ended) kind() string         { return "run.ended" }
func (ClockInfo) kind() string     { return "clock.info" }
func (Stage) kind() string         { return "stage.started" }
func (Window) kind() string        { return "traffic.window" }
func (Rate) kind() string          { return "traffic.rate" }
func (Heartbeat) kind() string     { return "observe.look" }
func (Gap) kind() string           { return "observe.gap" }
func (MetricPoint) kind() string   { return "metric.point" }
func (Counts) kind() string        { return "service.counts" }
func (Health) kind() string        { return "target.health" }
func (Deployment) kind() string    { return "deployment.state" }
func (Capacity) kind() string      { return "capacity.observed" }
func (AlarmGone) kind() string     { return "alarm.removed" }
func (ActivityState) kind() string { return "scaling.activity" }
func (Stop) kind() string          { return "safety.stop" }

func (p PolicyState) kind() string {
	if p.Removed {
		return "policy.removed"
	}
	return "policy.observed"
}

func (a AlarmState) kind() string {
	if a.Transition {
		return "alarm.state"
	}
	return "alarm.observed"
}

func init() {
	register[Started]()
	register[Phase]()
	register[Changed]()
	register[Ended]()
	register[ClockInfo]()
	register[Stage]()
	register[Window]()
	register[Heartbeat]()
	register[Gap]()
	register[MetricPoint]()
	register[Counts]()
	register[Health]()
	register[Deployment]()
	register[Capacity]()
	register[PolicyState]("policy.removed")
	register[AlarmState]("alarm.state")
	register[AlarmGone]()
	register[ActivityState]()
	register[Stop]()
	register[Rate]()
}
