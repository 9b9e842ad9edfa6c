package scaling

import "time"

// Status codes of a scaling activity. [D] AUG-ACT
const (
	StatusPending     = "Pending"
	StatusInProgress  = "InProgress"
	StatusSuccessful  = "Successful"
	StatusOverridden  = "Overridden"
	StatusUnfulfilled = "Unfulfilled"
	StatusFailed      = "Failed"
)

// Codes of reasons for not scaling. [D]
const (
	AnticipatedFlapping      = "AutoScalingAnticipatedFlapping"
	ResourceUnscalable       = "TargetServicePutResourceAsUnscalable"
	AlreadyAtMaxCapacity     = "AlreadyAtMaxCapacity"
	AlreadyAtMinCapacity     = "AlreadyAtMinCapacity"
	AlreadyAtDesiredCapacity = "AlreadyAtDesiredCapacity"
)

// Activity is one scaling activity. Its description and cause are AWS's own
// sentences; ParseDescription and ParseCause read them.
type Activity struct {
	ID            string            `json:"id"`
	Description   string            `json:"description"`
	Cause         string            `json:"cause"`
	Start         time.Time         `json:"start"`
	End           time.Time         `json:"end,omitzero"` // zero while it goes on
	Status        string            `json:"status"`
	StatusMessage string            `json:"status_message,omitempty"`
	Details       string            `json:"details,omitempty"`
	NotScaled     []NotScaledReason `json:"not_scaled,omitempty"`
}

// NotScaledReason says why an alarm's call for capacity changed nothing.
// Capacities are tasks; zero where the reason does not carry one.
type NotScaledReason struct {
	Code    string `json:"code"`
	Max     int    `json:"max,omitempty"`
	Min     int    `json:"min,omitempty"`
	Current int    `json:"current,omitempty"`
}
