package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// stages writes, for each stage once its ramp is over, what is sent, what it
// comes to on the fewest tasks and on those that are wanted, and what the
// policies want.
func (d describer) stages(counts [][]int) {
	title := "Stages, each as it is once its ramp is over"
	if slices.ContainsFunc(d.p.Stages, func(s Stage) bool { return s.Shape != "" }) {
		title += ", and a curve at its highest"
	}
	d.section(title)
	head := []string{"stage", ">from", ">for", ">ramp", ">arrivals"}
	for _, k := range d.p.Kinds {
		head = append(head, ">"+k.Name+"/s")
	}
	for _, role := range d.roles() {
		head = append(head, d.heading(role), role+" wants")
	}
	t := table{head: append(head, ">tasks")}
	for i, s := range d.p.Stages {
		sum := 0
		for _, n := range counts[i] {
			sum += n
		}
		row := []string{s.Name, short(s.Start), short(s.For), dash(span(s.Ramp)), thousands(sum)}
		for _, r := range s.Rates {
			row = append(row, dash(rate(r.To)))
		}
		for _, role := range d.roles() {
			row = append(row, d.metric(role, s), d.wants(role, s))
		}
		t.row(append(row, strconv.Itoa(d.p.Tasks(s)))...)
	}
	t.write(d.w, "  ")
	for _, r := range d.p.Removals() {
		fmt.Fprintf(d.w, "  %s into the traffic the run removes %s, and puts it back after its end.\n", short(r.At), r.Policy.Name)
	}
	if d.p.Bounds.Min < d.p.Bounds.Max {
		fmt.Fprintf(d.w, "  On %s, the fewest, -> on as many as are wanted; * is above the policy's target.\n", tasks(d.p.Bounds.Min))
	}
}

// heading names a policy's metric and its target.
func (d describer) heading(role string) string {
	h := map[string]string{"cpu": "% CPU", "requests": "requests/target"}[role]
	if pol, ok := d.p.Policy(role); ok {
		h += " of " + figure(pol.Target)
	}
	return h
}

// roles are the policies that the plan can tell something about.
func (d describer) roles() (roles []string) {
	if d.p.Task.VCPU > 0 {
		roles = append(roles, "cpu")
	}
	return append(roles, "requests")
}

func (d describer) metric(role string, s Stage) string {
	one := func(tasks int) string {
		v := d.p.Metric(role, d.p.Full(s), tasks)
		text := strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
		if pol, ok := d.p.Policy(role); ok && v > pol.Target {
			text += "*"
		}
		return text
	}
	fewest, wanted := d.p.Bounds.Min, d.p.Tasks(s)
	if fewest == wanted {
		return one(fewest)
	}
	return one(fewest) + " -> " + one(wanted)
}

// wants says what a policy wants, before and after rounding up.
func (d describer) wants(role string, s Stage) string {
	n := d.p.Wants(role, s)
	if n == 0 {
		return "-"
	}
	exact := s.CPUTasks
	if role == "requests" {
		exact = s.RequestTasks
	}
	return fmt.Sprintf("%d (%s)", n, strconv.FormatFloat(exact, 'f', 2, 64))
}
