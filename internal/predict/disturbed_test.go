package predict_test

import (
	"fmt"
	"testing"
	"time"

	"scaleproof/internal/flaw"
	"scaleproof/internal/scenario"
)

// harmed are the checks of users and of who changed the service.
var harmed = []string{"errors", "latency", "saturation", "policies.unchanged"}

// disturbances are worlds in which somebody else acts, at each of the moments,
// or tasks fail. Tasks that were ordered and do not start fail
// capacity.stage-end, which says so.
func disturbances() (list []world) {
	type act struct {
		what string
		do   []scenario.Happening // those at a later time say how much later
		may  []string
	}
	light := &scenario.OtherTraffic{Method: "POST", Path: "/api/public/otel/v1/traces", Body: 10, Rate: 20, For: minutes(10)}
	acts := []act{
		{"a deployment", []scenario.Happening{{Deployment: &scenario.Deployment{}}}, nil},
		{"a deployment that fails", []scenario.Happening{{Deployment: &scenario.Deployment{StartsFail: 100}}}, []string{"capacity.stage-end"}},
		{"scale-in suspended", []scenario.Happening{{Suspended: &scenario.Suspended{ScaleIn: true}}}, nil},
		{"scale-out suspended", []scenario.Happening{{Suspended: &scenario.Suspended{ScaleOut: true}}}, nil},
		{"all suspended for 10m", []scenario.Happening{{Suspended: &scenario.Suspended{ScaleIn: true, ScaleOut: true}}, {At: minutes(10), Suspended: &scenario.Suspended{}}}, nil},
		{"three at least for 10s", []scenario.Happening{{Capacity: &scenario.Bounds{Min: 3, Max: 5}}, {At: seconds(10), Capacity: &scenario.Bounds{Min: 1, Max: 5}}}, nil},
		{"a task killed", []scenario.Happening{{Kill: 1}}, nil},
		{"others' requests", []scenario.Happening{{Traffic: light}}, nil},
	}
	for _, n := range []int{1, 2, 5} {
		acts = append(acts, act{fmt.Sprintf("%d tasks set by hand", n), []scenario.Happening{{Desired: &n}}, nil})
	}
	for _, b := range []scenario.Bounds{{Min: 1, Max: 1}, {Min: 1, Max: 2}, {Min: 2, Max: 5}, {Min: 4, Max: 8}} {
		acts = append(acts, act{fmt.Sprintf("bounds of %d to %d", b.Min, b.Max), []scenario.Happening{{Capacity: &b}}, nil})
	}
	for _, at := range []int{4, 14, 22, 40} {
		for _, a := range acts {
			list = append(list, world{fmt.Sprintf("%s at %dm", a.what, at), func(d *scenario.Document) {
				for _, h := range a.do {
					h.At += minutes(at)
					if h.Traffic == nil {
						h.Service = d.Scenario.Service
					}
					happens(d, h)
				}
			}, append(a.may, harmed...), nil, true})
		}
		list = append(list, world{fmt.Sprintf("a schedule at %dm", at), func(d *scenario.Document) {
			least, most := 1, 2
			d.Environment.Emulator.Past.Scheduled = map[string][]scenario.Scheduled{d.Scenario.Service: {{Name: "night", At: minutes(at), Min: &least, Max: &most}}}
		}, harmed, nil, true})
	}
	for _, f := range []scenario.Flaw{
		{Name: flaw.StartsFail, From: minutes(4), For: minutes(5)}, {Name: flaw.StartsFail, Size: "50%"},
		{Name: flaw.StartsSlow}, {Name: flaw.TasksKilled}, {Name: flaw.TasksKilled, Size: "20m"},
	} {
		list = append(list, world{fmt.Sprint(f.Name, " ", f.Size, " from ", f.From.Std().Round(time.Second)), func(d *scenario.Document) {
			d.Environment.Emulator.Faults = []scenario.Flaw{f}
		}, append([]string{"capacity.stage-end"}, harmed...), nil, true})
	}
	return list
}

// Whatever somebody else does in mid-run, the autoscaler is right, and no check
// that blames it fails. incident has bounds of its own and is left out.
func TestSeedsDisturbed(t *testing.T) {
	live(t, disturbances(), []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp"})
}
