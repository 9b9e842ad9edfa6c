package plan

import (
	"fmt"
	"io"

	"scaleproof/internal/scaling"
)

// Describe writes a plan for people: what will be sent, what it should come
// to against both thresholds, what each policy will want, how long it may
// take, and what is doubtful. Arrivals are counted by the schedule that the
// run uses.
func Describe(w io.Writer, p *Plan) {
	d := describer{w, p}
	fmt.Fprintf(w, "%s (%s)\n", p.Scenario, p.File)
	if p.Summary != "" {
		wrap(w, "", p.Summary)
	}
	counts, total := d.count()
	d.header(total)
	d.kinds()
	d.stages(counts)
	d.curves()
	d.users()
	d.budgets()
	d.notes("Notes", false)
	d.notes("Could not be proven", true)
}

type describer struct {
	w io.Writer
	p *Plan
}

func (d describer) section(title string) { fmt.Fprintf(d.w, "\n%s\n", title) }

// count tells the arrivals of each stage by kind, and all.
func (d describer) count() (byStage [][]int, total int) {
	byStage = make([][]int, len(d.p.Stages))
	for i := range byStage {
		byStage[i] = make([]int, len(d.p.Kinds))
	}
	for s := d.p.Schedule(); ; total++ {
		a, ok := s.Next()
		if !ok {
			return byStage, total
		}
		byStage[d.p.StageAt(a.At)][a.Kind]++
	}
}

func (d describer) header(total int) {
	p := d.p
	fmt.Fprintln(d.w)
	where := p.Environment + " (" + p.Region + ", account " + p.Account + ")"
	if p.Emulated {
		where = p.Environment + ", embedded in the run's own process"
	}
	fmt.Fprintf(d.w, "  environment  %s\n", where)
	fmt.Fprintf(d.w, "  service      %s, %s%s\n", p.Service, between(p.Bounds), d.size())
	if p.URL != "" {
		fmt.Fprintf(d.w, "  address      %s\n", p.URL)
	}
	d.policies()
	fmt.Fprintf(d.w, "  traffic      %s requests in %s, %s arrivals from seed %d, never above %s/s\n",
		thousands(total), short(p.Total()), p.Arrivals, p.Seed, figure(p.Ceiling))
	if text := p.Connections.String(); text != "" {
		fmt.Fprintf(d.w, "  connections  %s\n", text)
	}
}

func between(b scaling.Bounds) string {
	if b.Min == b.Max {
		return tasks(b.Min)
	}
	return fmt.Sprintf("%d to %d tasks", b.Min, b.Max)
}

func (d describer) policies() {
	if len(d.p.Policies) == 0 {
		fmt.Fprintf(d.w, "  policies     none is asked for\n")
		return
	}
	t := table{head: []string{"", "", "", ""}}
	label := "policies   "
	for _, pol := range d.p.Policies {
		t.row(label, pol.Name, target(pol), "cooldowns "+short(pol.ScaleOutCooldown)+" out, "+short(pol.ScaleInCooldown)+" in")
		label = ""
	}
	t.write(d.w, "  ")
}

func (d describer) size() string {
	t := d.p.Task
	if t.VCPU <= 0 {
		return ""
	}
	idle := ""
	if t.Idle > 0 {
		idle = fmt.Sprintf(", %s %% of it idle load", figure(100*t.Idle))
	}
	return fmt.Sprintf(" of %s vCPU with %s%s", figure(t.VCPU), workers(t.Workers), idle)
}

func workers(n int) string {
	if n == 1 {
		return "1 worker"
	}
	return fmt.Sprintf("%d workers", n)
}

func target(pol scaling.Policy) string {
	if scaling.Role(pol.Metric) == "requests" {
		return figure(pol.Target) + " requests per target and minute"
	}
	return figure(pol.Target) + " % CPU"
}

func (d describer) kinds() {
	d.section("Requests")
	t := table{head: []string{"kind", "request", ">body", ">CPU", ">wait", ">time-out", "drives"}}
	for _, k := range d.p.Kinds {
		t.row(k.Name, k.Method+" "+k.Path, sizeOf(k.Body), fine(k.CPU), fine(k.Wait), short(k.Timeout), dash(k.Drive))
	}
	t.write(d.w, "  ")
}

// sizeOf is a body's size, and what is sent of it where that is less.
func sizeOf(b Body) string {
	if b.Wire == 0 {
		return bytes(b.Size)
	}
	return bytes(b.Size) + " (" + bytes(b.Wire) + " as gzip)"
}

func (d describer) budgets() {
	var lines [][2]string
	add := func(label, text string) { lines = append(lines, [2]string{label, text}) }
	for i, s := range d.p.Stages {
		before, wanted := d.p.Before(i), d.p.Tasks(s)
		for _, pol := range d.p.Policies {
			role := scaling.Role(pol.Metric)
			high, _ := AssumedAlarms(pol)
			crossing, ok := d.p.Crossing(s, high, before)
			if !ok || d.p.Wants(role, s) <= before || wanted <= before {
				continue
			}
			order := Reaction(high, crossing)
			add(s.Name+", out by "+role, order.String()+" to the order, "+short(d.p.ToRunning(order).Total())+" to running, "+short(d.p.ToHealthy(order).Total())+" to healthy")
		}
		if in, agreed := d.p.scaleIn(s, before, before-wanted); agreed && wanted < before {
			add(s.Name+", in", fmt.Sprintf("%s to the last order, from %d tasks to %d", in, before, wanted))
		}
	}
	if len(lines) == 0 {
		return
	}
	d.section("Budgets, as the usual alarms have them; a run adds them up from the real ones")
	width := 0
	for _, l := range lines {
		width = max(width, len(l[0]))
	}
	for _, l := range lines {
		wrap(d.w, fmt.Sprintf("  %-*s  ", width, l[0]), l[1])
	}
}

func (d describer) notes(title string, unproven bool) {
	var notes []Note
	width := 0
	for _, n := range d.p.Notes {
		if n.Unproven == unproven {
			notes = append(notes, n)
			width = max(width, len(n.Stage))
		}
	}
	if len(notes) == 0 {
		return
	}
	d.section(title)
	for _, n := range notes {
		label := "  "
		if width > 0 {
			label = fmt.Sprintf("  %-*s  ", width, n.Stage)
		}
		text := n.Text
		if n.Pos.Line > 0 {
			text += fmt.Sprintf(" (line %d)", n.Pos.Line)
		}
		wrap(d.w, label, text)
	}
}
