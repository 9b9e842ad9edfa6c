package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/renameio/v2"

	"scaleproof/internal/calibrate"
	"scaleproof/internal/scenario"
)

// calibrationFile holds what a probe came to, in its folder.
const calibrationFile = "calibration.json"

// calibration is what a probe came to.
type calibration struct {
	Scenario    string             `json:"scenario"`
	Environment string             `json:"environment"`
	Service     string             `json:"service"`
	Date        string             `json:"date"` // by the wall
	Tasks       int                `json:"tasks"`
	VCPU        float64            `json:"vcpu"` // of a task
	Idle        float64            `json:"idle"` // of a task, in percent, as the environment says
	Limits      calibrate.Limits   `json:"limits"`
	Rest        calibrate.Value    `json:"rest"`             // CPU without our requests, in percent
	RestMinutes int                `json:"rest_minutes"`     // that it is from
	Others      float64            `json:"others,omitempty"` // requests per target and minute that were not ours
	Kinds       []calibrated       `json:"kinds"`
	Incomplete  string             `json:"incomplete,omitempty"` // why the probe ended early
	Minutes     []calibrate.Minute `json:"minutes"`              // all of the probe
}

// calibrated is what a probe came to of one kind.
type calibrated struct {
	Name      string              `json:"name"`
	Method    string              `json:"method"`
	Path      string              `json:"path"`
	Body      int64               `json:"body"` // bytes
	Estimate  *calibrate.Estimate `json:"estimate,omitempty"`
	CPU       scenario.Duration   `json:"cpu"` // of a request; of no meaning without an estimate
	Interval  scenario.Spread     `json:"interval,omitzero"`
	Saturated float64             `json:"saturated,omitempty"` // requests a second at which they piled up
	Gone      string              `json:"gone,omitempty"`      // why there is no estimate
}

// result is what the record comes to.
func (b *probe) result(failed error) calibration {
	minutes := b.minutes(b.began.Add(-time.Minute), b.free.Add(2*time.Minute))
	c := calibration{
		Scenario: b.plan.Scenario, Environment: b.plan.Environment, Service: b.plan.Service.String(), Date: b.con.Wall().UTC().Format(time.DateOnly),
		Tasks: b.tasks(), VCPU: b.plan.Task.VCPU, Idle: 100 * b.plan.Task.Idle, Limits: b.limits, Others: calibrate.Others(minutes[1:]), Minutes: minutes,
	}
	c.Rest, c.RestMinutes, _ = calibrate.Rest(minutes)
	if failed != nil {
		c.Incomplete = failed.Error()
	}
	for i, k := range b.plan.Kinds {
		one := calibrated{Name: k.Name, Method: k.Method, Path: k.Path, Body: k.Body.Size, Gone: "it was not come to"}
		if i < len(b.parts) {
			b.estimate(&one, i)
		}
		c.Kinds = append(c.Kinds, one)
	}
	return c
}

// estimate fills in what a kind costs.
func (b *probe) estimate(c *calibrated, kind int) {
	s := b.parts[kind]
	if s.ladder == nil {
		return
	}
	c.Saturated = s.ladder.Saturated()
	switch {
	case s.gone != "":
		c.Gone = s.gone
	case !s.from.IsZero():
		e, err := calibrate.Fit(b.minutes(s.from, s.to), kind)
		if err != nil {
			c.Gone = err.Error()
			return
		}
		c.Gone, c.Estimate = "", &e
		c.CPU, c.Interval = b.costs(e)
	}
}

// costs turns points of the CPU metric into CPU time, the interval rounded
// outwards.
func (b *probe) costs(e calibrate.Estimate) (cpu scenario.Duration, i scenario.Spread) {
	perPoint := b.plan.Task.VCPU / 100 * float64(time.Second)
	cpu = rounded(e.Points.Mean*perPoint, 0)
	i.Min, i.Max = rounded(e.Points.Low*perPoint, -1), rounded(e.Points.High*perPoint, 1)
	return cpu, i
}

// rounded is a CPU time in whole microseconds or, from a millisecond up, to
// hundredths of one: down, to the nearest or up. There is none below zero.
func rounded(ns float64, direction int) scenario.Duration {
	unit := float64(time.Microsecond)
	if ns >= float64(10*time.Millisecond) {
		unit = float64(10 * time.Microsecond)
	}
	shift := [3]float64{0, 0.5, 1 - 1e-9}[direction+1]
	return scenario.Duration(max(0, int64(ns/unit+shift)) * int64(unit))
}

// conclude writes and tells what the probe came to. One that was refused, or
// saw nothing, has nothing to tell.
func (b *probe) conclude(failed error, o CalibrateOptions) error {
	var refusal *Refusal
	if errors.As(failed, &refusal) {
		return failed
	}
	c := b.result(failed)
	if err := b.keep(c); err != nil {
		return errors.Join(failed, err)
	}
	told := b.tell(c, o)
	codes := []int{Code(failed), Code(told)}
	if slices.ContainsFunc(c.Kinds, func(k calibrated) bool { return k.Estimate == nil }) {
		codes = append(codes, ExitInconclusive)
	}
	if b.interrupted() > 0 {
		codes = append(codes, ExitInterrupted)
	}
	if told != nil { // what ended the probe stands in what was printed
		return &Ended{Exit(codes...), told}
	}
	return ended(Exit(codes...))
}

// keep writes the result beside the probe's timeline.
func (b *probe) keep(c calibration) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("write the calibration: %w", err)
	}
	if err := renameio.WriteFile(filepath.Join(b.dir, calibrationFile), append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the calibration: %w", err)
	}
	return nil
}

// rated is a rate with three digits.
func rated(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%.3g", v), ".0") }

func tasksText(n int) string {
	if n == 1 {
		return "one task"
	}
	return fmt.Sprintf("%d tasks", n)
}
