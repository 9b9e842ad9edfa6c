package scaling

import "time"

// Alarm states. [D]
const (
	AlarmOK               = "OK"
	AlarmInAlarm          = "ALARM"
	AlarmInsufficientData = "INSUFFICIENT_DATA"
)

// Comparison operators. Target tracking makes alarms with the first two [R];
// anybody else's alarm may have any. [D]
const (
	GreaterThan    = "GreaterThanThreshold"
	LessThan       = "LessThanThreshold"
	GreaterOrEqual = "GreaterThanOrEqualToThreshold"
	LessOrEqual    = "LessThanOrEqualToThreshold"
)

// Ways in which an alarm treats missing data. [D] CW-AL
const (
	TreatMissing      = "missing" // also where none is given
	TreatIgnore       = "ignore"
	TreatBreaching    = "breaching"
	TreatNotBreaching = "notBreaching"
)

// Alarm is a CloudWatch alarm. Thresholds, periods and counts are read from
// it and never assumed: 3 x 60 s above the target and 15 x 60 s below 0.9 of
// it are what was recorded for ECS [R], 20 s periods what high-resolution
// metrics bring [E].
type Alarm struct {
	Name              string    `json:"name"`
	ARN               string    `json:"arn,omitempty"`
	Description       string    `json:"description,omitempty"`
	Metric            Metric    `json:"metric"`
	Unit              string    `json:"unit,omitempty"`
	EvaluationPeriods int       `json:"evaluation_periods"`            // N
	DatapointsToAlarm int       `json:"datapoints_to_alarm,omitempty"` // M; 0 means N [R]
	Threshold         float64   `json:"threshold"`
	Comparison        string    `json:"comparison"`
	TreatMissing      string    `json:"treat_missing,omitempty"` // empty means "missing" [R]
	ActionsEnabled    bool      `json:"actions_enabled"`
	Actions           []string  `json:"actions,omitempty"`
	State             string    `json:"state"`
	StateReason       string    `json:"state_reason,omitempty"`
	StateReasonData   string    `json:"state_reason_data,omitempty"`
	StateSince        time.Time `json:"state_since,omitzero"`
	ConfiguredAt      time.Time `json:"configured_at,omitzero"`
}

// M is the number of breaching datapoints that fire the alarm.
func (a Alarm) M() int {
	if a.DatapointsToAlarm > 0 {
		return a.DatapointsToAlarm
	}
	return a.EvaluationPeriods
}

// High says that the alarm is for too much of its metric: of target tracking's
// two, the one that asks for scale-out.
func (a Alarm) High() bool { return a.Comparison == GreaterThan || a.Comparison == GreaterOrEqual }

// Breaches says whether a value lies beyond the threshold.
func (a Alarm) Breaches(v float64) bool {
	switch a.Comparison {
	case GreaterThan:
		return v > a.Threshold
	case GreaterOrEqual:
		return v >= a.Threshold
	case LessOrEqual:
		return v <= a.Threshold
	}
	return v < a.Threshold
}

// HistoryItem is one line of an alarm's history.
type HistoryItem struct {
	Alarm   string    `json:"alarm"`
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"` // StateUpdate, ConfigurationUpdate or Action [D]
	Summary string    `json:"summary"`
	Data    string    `json:"data"` // JSON in a string [R]
}

// Metric names one statistic of one CloudWatch metric at one period.
type Metric struct {
	Namespace  string        `json:"namespace"`
	Name       string        `json:"name"`
	Dimensions []Dimension   `json:"dimensions,omitempty"`
	Statistic  string        `json:"statistic"` // Average, Sum, Minimum, Maximum, SampleCount or pNN
	Period     time.Duration `json:"period"`
}

// Dimension is a name and value of a metric.
type Dimension struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Point is one published datapoint, stamped at the start of its period. [D]
type Point struct {
	Start time.Time `json:"start"`
	Value float64   `json:"value"`
}

// Series is a metric with points of it, in order of time.
type Series struct {
	Metric Metric  `json:"metric"`
	Points []Point `json:"points"`
}
