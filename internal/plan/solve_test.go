package plan

import (
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func drawAsk(t *rapid.T) ask {
	cost := func(name string, least, most float64) Kind {
		return Kind{Name: name, CPU: time.Duration(rapid.Float64Range(least, most).Draw(t, name) * float64(time.Millisecond))}
	}
	return ask{
		tasks:    rapid.Float64Range(0, 5).Draw(t, "tasks"),
		reqTasks: rapid.Float64Range(0, 5).Draw(t, "request tasks"),
		perTask:  rapid.Float64Range(0.2, 2).Draw(t, "vCPU per task"),
		perReq:   rapid.Float64Range(1, 50).Draw(t, "requests per task"),
		heavy:    cost("heavy", 10, 300),
		light:    cost("light", 0.01, 20),
		fixed:    [2]float64{rapid.Float64Range(0, 0.5).Draw(t, "fixed work"), rapid.Float64Range(0, 20).Draw(t, "fixed rate")},
	}
}

// What is solved meets both equations with rates that can be sent.
func TestSolutionsMeetTheDemand(t *testing.T) {
	solved := 0
	rapid.Check(t, func(t *rapid.T) {
		a := drawAsk(t)
		h, l, problem := a.solve()
		if problem != "" {
			return
		}
		solved++
		require.GreaterOrEqual(t, h, 0.0)
		require.GreaterOrEqual(t, l, 0.0)
		require.InDelta(t, a.tasks*a.perTask, h*a.heavy.CPU.Seconds()+l*a.light.CPU.Seconds()+a.fixed[0], 1e-8)
		require.InDelta(t, a.reqTasks*a.perReq, h+l+a.fixed[1], 1e-8)
	})
	require.NotZero(t, solved)
}

var (
	lessCPU      = regexp.MustCompile(`at most ([0-9.]+) of cpu`)
	moreCPU      = regexp.MustCompile(`at least ([0-9.]+) of cpu`)
	lessRequests = regexp.MustCompile(`at most ([0-9.]+) of requests`)
	moreRequests = regexp.MustCompile(`at least ([0-9.]+) of requests`)
)

// Each remedy that a refusal names does help.
func TestRemediesHelp(t *testing.T) {
	tried := 0
	rapid.Check(t, func(t *rapid.T) {
		a := drawAsk(t)
		_, _, problem := a.solve()
		try := func(re *regexp.Regexp, set *float64) {
			m := re.FindStringSubmatch(problem)
			if m == nil {
				return
			}
			tried++
			old := *set
			*set, _ = strconv.ParseFloat(m[1], 64)
			_, _, still := a.solve()
			require.Empty(t, still, "after %q", problem)
			*set = old
		}
		try(lessCPU, &a.tasks)
		try(moreCPU, &a.tasks)
		try(lessRequests, &a.reqTasks)
		try(moreRequests, &a.reqTasks)
	})
	require.NotZero(t, tried)
}

// The two examples of what a request must cost: 1.25 tasks' worth of CPU at
// half of 500 and of 1500 requests a minute.
func TestRefusalNamesTheNeededCost(t *testing.T) {
	a := ask{tasks: 1.25, reqTasks: 0.5, perTask: 0.7, perReq: 500.0 / 60,
		heavy: Kind{Name: "heavy", CPU: 105 * time.Millisecond}, light: Kind{Name: "light", CPU: 2 * time.Millisecond}}
	_, _, problem := a.solve()
	require.Equal(t, "1.25 tasks' worth of CPU at 0.5 tasks' worth of requests (4.167/s): that needs 210ms of CPU a request, and heavy costs 105ms; demand at most 0.625 of cpu, or at least 1 of requests, or use a dearer request", problem)
	a.perReq = 1500.0 / 60
	_, _, problem = a.solve()
	require.Empty(t, problem)
	a.heavy.CPU = 60 * time.Millisecond
	_, _, problem = a.solve()
	require.Contains(t, problem, "needs 70ms of CPU a request, and heavy costs 60ms")
}

func TestRefusals(t *testing.T) {
	good := ask{tasks: 1, reqTasks: 0.5, perTask: 0.7, perReq: 25,
		heavy: Kind{Name: "heavy", CPU: 105 * time.Millisecond}, light: Kind{Name: "light", CPU: 2 * time.Millisecond}}
	for want, change := range map[string]func(*ask){
		"the two cannot be told apart":                    func(a *ask) { a.heavy.CPU = a.light.CPU },
		"no work is left to ask for":                      func(a *ask) { a.perTask = 0 },
		"the fixed rates send 13/s, more than the 12.5/s": func(a *ask) { a.fixed[1] = 13 },
		"the fixed rates cost 0.8 vCPU, more than":        func(a *ask) { a.fixed[0] = 0.8 },
		"cost at least 0.025 vCPU at 2ms each":            func(a *ask) { a.tasks = 0.01 },
		"no request is left to carry it":                  func(a *ask) { a.reqTasks = 0 },
	} {
		a := good
		change(&a)
		_, _, problem := a.solve()
		require.Contains(t, problem, want)
	}
	_, _, problem := good.solve()
	require.Empty(t, problem)
}
