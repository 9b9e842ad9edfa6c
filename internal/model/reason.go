package model

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"scaleproof/internal/scaling"
)

// reason is the sentence that CloudWatch gives for a state. [R] for one
// datapoint, [P] for several; the day comes first in its dates [P].
func reason(a *alarm, state string, seen []datum) string {
	if state == scaling.AlarmInsufficientData {
		return "Insufficient Data: " + plural(a.EvaluationPeriods, "datapoint was", "datapoints were") + " unknown."
	}
	if state == scaling.AlarmOK {
		seen = fine(seen)
	}
	not := ""
	if state == scaling.AlarmOK {
		not = "not "
	}
	var list []string
	for _, d := range seen {
		list = append(list, float(value(d.micro))+" ("+wall(d.start).Format("02/01/06 15:04:05")+")")
	}
	text := "Threshold Crossed: " + strconv.Itoa(len(list)) + " datapoint"
	verb := " was "
	if len(list) != 1 {
		text, verb = text+"s", " were "
	}
	side := "less than"
	if a.High() {
		side = "greater than"
	}
	return text + " [" + strings.Join(list, ", ") + "]" + verb + not + side + " the threshold (" + float(a.Threshold) + ")."
}

// fine picks the datapoints that let an alarm be OK; all of them where none
// does, which is a range with too few points.
func fine(seen []datum) []datum {
	var list []datum
	for _, d := range seen {
		if !d.breach {
			list = append(list, d)
		}
	}
	if list == nil {
		return seen
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
	return json.Marshal(t)
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

// encode writes JSON; what it is given here cannot fail.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("model: encode history: %v", err))
	}
	return string(b)
}
