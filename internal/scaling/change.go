package scaling

// Operation names a change to a service's scaling, by the API call that
// makes it.
type Operation string

// The changes that this project makes and its model understands.
const (
	PutPolicy        Operation = "PutScalingPolicy"
	DeletePolicy     Operation = "DeleteScalingPolicy"
	RegisterTarget   Operation = "RegisterScalableTarget"
	DeregisterTarget Operation = "DeregisterScalableTarget"
	UpdateDesired    Operation = "UpdateService"

	PutScheduled    Operation = "PutScheduledAction"
	DeleteScheduled Operation = "DeleteScheduledAction"
)

// Changes to alarms, which belong to no service: Change.Service is not looked
// at. No run makes them; somebody beside it may.
const (
	PutAlarm            Operation = "PutMetricAlarm"
	DeleteAlarm         Operation = "DeleteAlarms"
	SetAlarmState       Operation = "SetAlarmState"
	EnableAlarmActions  Operation = "EnableAlarmActions"
	DisableAlarmActions Operation = "DisableAlarmActions"
)

// Change is one change to the scaling of one service. The same value is
// planned by policies, sent by its executor through the SDK, read off the
// wire by the emulator, and done by the model.
type Change struct {
	Op      Operation `json:"op"`
	Service Service   `json:"service"`
	Policy  *Policy   `json:"policy,omitempty"` // PutPolicy: the settings; DeletePolicy: the name
	// Bounds and Suspended of a RegisterTarget; nil leaves what stands.
	Min       *int       `json:"min,omitempty"`
	Max       *int       `json:"max,omitempty"`
	Suspended *Suspended `json:"suspended,omitempty"`
	Desired   *int       `json:"desired,omitempty"` // UpdateDesired, tasks; nil leaves what stands
	// Deploy has UpdateDesired begin a deployment: all tasks are replaced by
	// new ones. The API calls it forceNewDeployment.
	Deploy bool `json:"deploy,omitempty"`
	// PutScheduled: the settings; a schedule that is empty and bounds that are
	// both nil leave what stands. DeleteScheduled: the name.
	Scheduled *ScheduledAction `json:"scheduled,omitempty"`
	// Alarm of PutAlarm is the definition, as wanted; of SetAlarmState the name,
	// the state and why; of the other changes to alarms the name.
	Alarm *Alarm `json:"alarm,omitempty"`
}
