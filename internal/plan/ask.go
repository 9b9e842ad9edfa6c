package plan

import (
	"fmt"
	"strconv"
	"time"
)

// ask is one demand with all that its solution depends on.
type ask struct {
	tasks, reqTasks float64    // demand, in tasks
	perTask         float64    // vCPU of work by requests that one task does at its CPU target
	perReq          float64    // requests per second that one task takes at its request target
	heavy, light    Kind       // what drives CPU, and what drives the request count
	fixed           [2]float64 // vCPU and requests per second of fixed rates
}

// rates are those of the heavy and the light kind, in requests per second.
// One of them below zero says that there is no solution.
func (a ask) rates() (h, l float64) {
	work, rate := a.left()
	ch, cl := a.heavy.CPU.Seconds(), a.light.CPU.Seconds()
	h = (work - float64(cl*rate)) / (ch - cl)
	l = rate - h
	switch {
	case h < 0 && h > -tiny(rate):
		return 0, rate
	case l < 0 && l > -tiny(rate):
		return rate, 0
	}
	return h, l
}

// left is the CPU work, in vCPU, and the requests per second that the fixed
// rates leave to the driving kinds.
func (a ask) left() (work, rate float64) {
	return float64(a.tasks*a.perTask) - a.fixed[0], float64(a.reqTasks*a.perReq) - a.fixed[1]
}

// solve returns the rates of the heavy and the light kind, in requests per
// second, or says why there are none and what would help.
func (a ask) solve() (h, l float64, problem string) {
	work, rate := a.left()
	ch, cl := a.heavy.CPU.Seconds(), a.light.CPU.Seconds()
	switch {
	case a.perTask <= 0:
		return 0, 0, "the idle part of a task already fills its CPU target: no work is left to ask for"
	case ch <= cl:
		return 0, 0, fmt.Sprintf("%s drives CPU and costs %s a request, no more than %s (%s), which drives the request count: the two cannot be told apart; give the kind that drives cpu a dearer request",
			a.heavy.Name, a.heavy.CPU, a.light.Name, a.light.CPU)
	case rate < 0:
		return 0, 0, fmt.Sprintf("the fixed rates send %s/s, more than the %s/s that %s tasks' worth of requests are: demand more than %s, or lower the fixed rates",
			figure(a.fixed[1]), figure(rate+a.fixed[1]), figure(a.reqTasks), figureUp(a.fixed[1]/a.perReq))
	case work < 0:
		return 0, 0, fmt.Sprintf("the fixed rates cost %s vCPU, more than the %s vCPU that %s tasks' worth of CPU are: demand more than %s, or lower the fixed rates",
			figure(a.fixed[0]), figure(work+a.fixed[0]), figure(a.tasks), figureUp(a.fixed[0]/a.perTask))
	}
	h, l = a.rates()
	switch {
	case l < 0:
		return 0, 0, a.tooDear(work, rate) + a.remedies("use a dearer request",
			change{"at most %s of cpu", figureDown((float64(ch*rate) + a.fixed[0]) / a.perTask), true},
			change{"at least %s of requests", figureUp((work/ch + a.fixed[1]) / a.perReq), false})
	case h < 0:
		problem = fmt.Sprintf("%s tasks' worth of requests (%s/s) cost at least %s vCPU at %s each, more than the %s vCPU that %s tasks' worth of CPU are",
			figure(a.reqTasks), figure(rate), figure(cl*rate), a.light.CPU, figure(work), figure(a.tasks))
		return 0, 0, problem + a.remedies("use a cheaper request",
			change{"at least %s of cpu", figureUp((float64(cl*rate) + a.fixed[0]) / a.perTask), true},
			change{"at most %s of requests", figureDown((work/cl + a.fixed[1]) / a.perReq), false})
	}
	return h, l, ""
}

// tooDear says that even if every request were heavy, the CPU demand would
// not be reached.
func (a ask) tooDear(work, rate float64) string {
	needs := "no request is left to carry it"
	if rate > 0 {
		needs = fmt.Sprintf("that needs %s of CPU a request, and %s costs %s",
			time.Duration(work/rate*1e9).Round(100*time.Microsecond), a.heavy.Name, a.heavy.CPU)
	}
	return fmt.Sprintf("%s tasks' worth of CPU at %s tasks' worth of requests (%s/s): %s",
		figure(a.tasks), figure(a.reqTasks), figure(rate), needs)
}

// change is a remedy: another demand of cpu or of requests.
type change struct {
	words string // with a verb for the value
	value string
	cpu   bool
}

// remedies lists what would help: of the changes those that do, rounded as
// they are written, and what helps always.
func (a ask) remedies(otherwise string, changes ...change) string {
	text := "; "
	for _, c := range changes {
		b := a
		v, _ := strconv.ParseFloat(c.value, 64)
		if c.cpu {
			b.tasks = v
		} else {
			b.reqTasks = v
		}
		work, rate := b.left()
		if h, l := b.rates(); h < 0 || l < 0 || work < 0 || rate < 0 {
			continue
		}
		if text == "; " {
			text += "demand "
		}
		text += fmt.Sprintf(c.words, c.value) + ", or "
	}
	return text + otherwise
}

// tiny is what a rate may be off zero by rounding.
func tiny(rate float64) float64 { return 1e-9 * max(1, rate) }
