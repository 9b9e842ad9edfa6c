package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

// reason is the sentence that CloudWatch gives for a state. [R] for one
// datapoint; [P] for several, for "out of the last", which it says where
// datapoints to alarm are set, and for missing ones; the day comes first in its
// dates [P]. Where points are too few for ALARM though all are beyond the
// threshold, it says so in the same words [U].
func reason(a *alarm, state string, seen []datum) string {
	n := a.EvaluationPeriods
	if state == scaling.AlarmInsufficientData {
		return "Insufficient Data: " + plural(n, "datapoint was", "datapoints were") + " unknown."
	}
	text := "Threshold Crossed: "
	filled := filling(a, n-len(seen))
	if len(seen) == 0 && filled != "" {
		return text + "no datapoints were received for " + plural(n, "period", "periods") + filled + "."
	}
	breaching := state == scaling.AlarmInAlarm
	picked := oneSide(seen, breaching)
	few := len(picked) == 0
	if few {
		breaching, picked = !breaching, seen
	}
	var list []string
	for _, d := range picked {
		list = append(list, float(value(d.micro))+" ("+wall(d.start).Format("02/01/06 15:04:05")+")")
	}
	verb, not, tail := " were ", "", ""
	if a.DatapointsToAlarm > 0 || few {
		text += strconv.Itoa(len(list)) + " out of the last " + strconv.Itoa(n) + " datapoints"
		tail = " (minimum " + transition(a, state, few) + ")"
	} else {
		text += plural(len(list), "datapoint", "datapoints")
	}
	if len(list) == 1 {
		verb = " was "
	}
	if !breaching {
		not = "not "
	}
	return text + " [" + strings.Join(list, ", ") + "]" + verb + not + sides[a.Comparison] + " the threshold (" + float(a.Threshold) + ")" + filled + tail + "."
}

// sides are the comparisons in words.
var sides = map[string]string{
	scaling.GreaterThan: "greater than", scaling.GreaterOrEqual: "greater than or equal to",
	scaling.LessThan: "less than", scaling.LessOrEqual: "less than or equal to",
}

// transition is how many datapoints a change of state needs.
func transition(a *alarm, state string, few bool) string {
	if state == scaling.AlarmInAlarm || few {
		return plural(a.M(), "datapoint", "datapoints") + " for OK -> ALARM transition"
	}
	return plural(a.EvaluationPeriods-a.M()+1, "datapoint", "datapoints") + " for ALARM -> OK transition"
}

// filling is what was made of missing datapoints.
func filling(a *alarm, missing int) string {
	as := map[string]string{scaling.TreatBreaching: "Breaching", scaling.TreatNotBreaching: "NonBreaching"}[a.TreatMissing]
	if missing <= 0 || as == "" {
		return ""
	}
	return " and " + plural(missing, "missing datapoint was", "missing datapoints were") + " treated as [" + as + "]"
}

// oneSide is the datapoints on one side of the threshold.
func oneSide(seen []datum, breaching bool) (list []datum) {
	for _, d := range seen {
		if d.breach == breaching {
			list = append(list, d)
		}
	}
	return list
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// float writes a number as CloudWatch does, never without a decimal point.
func float(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// stamp is the form of instants in CloudWatch's JSON.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000-0700") }

// number is a value in CloudWatch's JSON, which always has a decimal point.
type number float64

func (n number) MarshalJSON() ([]byte, error) { return []byte(float(float64(n))), nil }

type evaluated struct {
	Timestamp   string  `json:"timestamp"`
	SampleCount number  `json:"sampleCount"`
	Value       *number `json:"value,omitempty"`
}

// reasonData is stateReasonData: the best evidence of what an alarm saw. [R]
func (w *World) reasonData(a *alarm, seen []datum) string {
	d := struct {
		Version    string      `json:"version"`
		QueryDate  string      `json:"queryDate"`
		StartDate  string      `json:"startDate,omitempty"`
		Unit       string      `json:"unit,omitempty"`
		Statistic  string      `json:"statistic"`
		Period     int         `json:"period"`
		Recent     []number    `json:"recentDatapoints"`
		Threshold  number      `json:"threshold"`
		Datapoints []evaluated `json:"evaluatedDatapoints"`
	}{
		Version: "1.0", QueryDate: stamp(w.time(w.now)), Unit: a.Unit, Statistic: a.Metric.Statistic,
		Period: int(a.Metric.Period / time.Second), Threshold: number(a.Threshold),
		Recent: []number{}, Datapoints: []evaluated{},
	}
	for i, s := range seen {
		v := number(value(s.micro))
		d.Datapoints = append(d.Datapoints, evaluated{stamp(wall(s.start)), number(s.samples), &v})
		d.Recent = append(d.Recent, number(value(seen[len(seen)-1-i].micro)))
	}
	if len(seen) > 0 {
		d.StartDate = stamp(wall(seen[len(seen)-1].start))
	}
	return encode(d)
}

// stateText is a state as the history shows it.
type stateText struct{ value, reason, data string }

func (s stateText) MarshalJSON() ([]byte, error) {
	type text struct {
		Value  string          `json:"stateValue"`
		Reason string          `json:"stateReason"`
		Data   json.RawMessage `json:"stateReasonData,omitempty"`
	}
	t := text{Value: s.value, Reason: s.reason}
	if s.data != "" {
		t.Data = json.RawMessage(s.data)
	}
	return []byte(encode(t)), nil
}

func stateData(old, current stateText) string {
	return encode(struct {
		Version string    `json:"version"`
		Old     stateText `json:"oldState"`
		New     stateText `json:"newState"`
	}{"1.0", old, current})
}

func configurationData(a *alarm, kind string) string {
	return encode(struct {
		Version string `json:"version"`
		Type    string `json:"type"`
		Name    string `json:"alarmName"`
		ARN     string `json:"alarmArn"`
	}{"1.0", kind, a.Name, a.ARN})
}

func actionData(a *alarm, arn, state string) string {
	return encode(struct {
		State    string `json:"actionState"`
		Updated  string `json:"stateUpdateTimestamp"`
		Resource string `json:"notificationResource"`
	}{state, stamp(a.StateSince), arn})
}

// encode writes JSON, as CloudWatch does with < and > as they are. What it is
// given here cannot fail.
func encode(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(fmt.Sprintf("model: encode history: %v", err))
	}
	return strings.TrimSuffix(b.String(), "\n")
}
