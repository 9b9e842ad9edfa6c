package judge

import (
	"encoding/json"
	"time"
)

// Divergence is how far a run went from what was predicted of it, over the
// stretch that both cover. It is told beside the checks and changes none: a
// prediction is the model's word, and a service need not be like the model.
// Tasks are compared in task-seconds: one task for one second.
type Divergence struct {
	// Absent says why there is none; then nothing else is set.
	Absent string `json:"absent,omitempty"`
	// Large says that the run left the predicted band so far that Sentence is
	// told to everyone who reads the verdict.
	Large    bool     `json:"large"`
	Sentence string   `json:"sentence,omitempty"`
	Worlds   int      `json:"worlds"` // that the predicted band spans
	Length   Seconds  `json:"length"` // of the stretch compared
	Unseen   Seconds  `json:"unseen"` // of it, in which the counts were not looked at often enough
	Desired  Area     `json:"desired"`
	Running  Area     `json:"running"`
	Largest  Apart    `json:"largest"`           // of desired
	Missing  int      `json:"missing"`           // orders that were predicted and did not come
	Extra    int      `json:"extra"`             // orders that came and were not predicted
	Actions  []Orders `json:"actions,omitempty"` // of each direction: all together, then by cause
}

// MarshalJSON leaves out all that was not compared: a zero that nobody measured
// is not a zero.
func (d Divergence) MarshalJSON() ([]byte, error) {
	if d.Absent != "" {
		return json.Marshal(map[string]string{"absent": d.Absent})
	}
	type all Divergence
	return json.Marshal(all(d))
}

// Area compares a count of tasks over time with the expected one, in
// task-seconds.
type Area struct {
	Predicted Seconds `json:"predicted"`
	Observed  Seconds `json:"observed"`
	Size      Seconds `json:"size"`    // of the area between the two, whichever lies above
	Balance   Seconds `json:"balance"` // of it, what lies above the expected less what lies below
	Outside   Seconds `json:"outside"` // of Size, what lies outside the predicted band
}

// Apart is the largest difference of a count, observed less predicted, and
// when it was reached first; zero where there was none.
type Apart struct {
	Tasks int64   `json:"tasks"`
	At    Seconds `json:"at"`
}

// Orders compares the orders of one direction and cause. An instant is nil
// where there is no such order.
type Orders struct {
	Direction string   `json:"direction"`    // out or in
	By        string   `json:"by,omitempty"` // a policy, or another kind of cause; empty: any
	Predicted int      `json:"predicted"`    // orders
	Observed  int      `json:"observed"`     // orders
	Worlds    int      `json:"worlds"`       // of the band, that have such an order
	Expected  *Seconds `json:"first_predicted,omitempty"`
	Earliest  *Seconds `json:"first_earliest,omitempty"` // of those worlds
	Latest    *Seconds `json:"first_latest,omitempty"`
	First     *Seconds `json:"first_observed,omitempty"`
	Late      *Seconds `json:"late,omitempty"` // First less Expected; negative: early
}

// Seconds is a length of time that is written as a number of seconds, to the
// millisecond.
type Seconds time.Duration

// MarshalJSON writes the number; the one division is exact on every machine.
func (s Seconds) MarshalJSON() ([]byte, error) {
	return json.Marshal(float64(time.Duration(s).Round(time.Millisecond).Milliseconds()) / 1000)
}

func (s Seconds) String() string { return short(time.Duration(s)) }
