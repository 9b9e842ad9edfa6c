package model

import (
	"encoding/json"
	"time"

	"scaleproof/internal/scaling"
)

// Codes of CloudWatch's errors. [D][R]
const (
	CodeInvalidAlarm  = "ValidationError"
	CodeUnknownAlarm  = "ResourceNotFound"
	CodeInvalidFormat = "InvalidFormat"
)

// longestLook is how far back an alarm may look. [D] PutMetricAlarm
const longestLook = 24 * time.Hour

// doAlarm makes a change to an alarm.
func (w *World) doAlarm(c scaling.Change) error {
	a := w.findAlarm(c.Alarm.Name)
	switch {
	case c.Op == scaling.PutAlarm:
		return w.putAlarm(a, *c.Alarm)
	case a == nil && c.Op == scaling.DeleteAlarm:
		return refused(CodeUnknownAlarm, "Unknown alarm %s", c.Alarm.Name) // [P] the words; [D] that it is refused
	case a == nil && c.Op == scaling.SetAlarmState:
		return refused(CodeUnknownAlarm, "") // [R] the code
	case a == nil: // to switch what there is not is no error [U]
	case c.Op == scaling.DeleteAlarm:
		w.removeAlarm(a)
	case c.Op == scaling.SetAlarmState:
		return w.setAlarmState(a, c.Alarm)
	case c.Op == scaling.EnableAlarmActions, c.Op == scaling.DisableAlarmActions:
		w.switchActions(a, c.Op == scaling.EnableAlarmActions)
	default:
		return refused(CodeInvalidAlarm, "unknown operation %s", c.Op)
	}
	return nil
}

// putAlarm makes an alarm or gives one other settings. All of them are
// replaced, and the state stays until the next evaluation. [D] Target
// tracking's own alarms can be changed too: AWS asks not to. [R]
func (w *World) putAlarm(a *alarm, d scaling.Alarm) error {
	if err := vetAlarm(d); err != nil {
		return err
	}
	if a == nil {
		w.makeAlarm(&alarm{}, d)
		return nil
	}
	w.configure(a, d)
	w.remember(a, "ConfigurationUpdate", `Alarm "`+a.Name+`" updated`, configurationData(a, "Update"))
	w.log("alarm %s updated", a.Name)
	return nil
}

// vetAlarm says why CloudWatch would refuse an alarm; nil where it would not.
// [D] PutMetricAlarm
func vetAlarm(d scaling.Alarm) error {
	period := d.Metric.Period
	switch {
	case d.Name == "" || len(d.Name) > 255:
		return refused(CodeInvalidAlarm, "An alarm's name has 1 to 255 characters")
	case d.Metric.Name == "" || d.Metric.Namespace == "":
		return refused(CodeInvalidAlarm, "An alarm needs the namespace and the name of a metric")
	case !statisticKnown(d.Metric.Statistic):
		return refused(CodeInvalidAlarm, "The value %q for parameter Statistic is not supported", d.Metric.Statistic)
	case period != 10*time.Second && period != 20*time.Second && period != 30*time.Second && (period <= 0 || period%time.Minute != 0):
		return refused(CodeInvalidAlarm, "Period must be 10, 20, 30 or a multiple of 60")
	case d.EvaluationPeriods < 1 || time.Duration(d.EvaluationPeriods) > longestLook/period:
		return refused(CodeInvalidAlarm, "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)")
	case d.DatapointsToAlarm < 0 || d.DatapointsToAlarm > d.EvaluationPeriods:
		return refused(CodeInvalidAlarm, "DatapointsToAlarm must be at least 1 and at most EvaluationPeriods")
	}
	switch d.Comparison {
	case scaling.GreaterThan, scaling.LessThan, scaling.GreaterOrEqual, scaling.LessOrEqual:
	default:
		return refused(CodeInvalidAlarm, "The comparison operator %q is not supported", d.Comparison)
	}
	switch d.TreatMissing {
	case "", scaling.TreatMissing, scaling.TreatIgnore, scaling.TreatBreaching, scaling.TreatNotBreaching:
		return nil
	}
	return refused(CodeInvalidAlarm, "The value %q for parameter TreatMissingData is not supported", d.TreatMissing)
}

// setAlarmState puts an alarm into a state until its next evaluation. What it
// does on entering the state is done. [D]
func (w *World) setAlarmState(a *alarm, to *scaling.Alarm) error {
	switch to.State {
	case scaling.AlarmOK, scaling.AlarmInAlarm, scaling.AlarmInsufficientData:
	default:
		return refused(CodeInvalidAlarm, "1 validation error detected: Value '%s' at 'stateValue' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]", to.State) // [R]
	}
	if to.StateReasonData != "" && !json.Valid([]byte(to.StateReasonData)) {
		return refused(CodeInvalidFormat, "Data was not syntactically valid JSON.") // [D]
	}
	if to.State != a.State {
		w.setState(a, to.State, to.StateReason, to.StateReasonData)
		w.enterState(a)
	}
	return nil
}

// switchActions lets an alarm act, or forbids it.
func (w *World) switchActions(a *alarm, enabled bool) {
	if a.ActionsEnabled == enabled {
		return
	}
	a.ActionsEnabled, a.ConfiguredAt = enabled, w.time(w.now)
	w.remember(a, "ConfigurationUpdate", `Alarm "`+a.Name+`" updated`, configurationData(a, "Update"))
	w.log("alarm %s actions=%t", a.Name, enabled)
}
