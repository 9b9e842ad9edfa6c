package plan

import "strconv"

// curves writes, for each stage that follows a curve, between what it moves and
// what it comes to in the mean.
func (d describer) curves() {
	head := []string{"stage", "curve", ">lowest/s", ">mean/s", ">highest/s"}
	for _, role := range d.roles() {
		head = append(head, ">"+role+" tasks, mean", ">highest")
	}
	t := table{head: head}
	for _, s := range d.p.Stages {
		if s.Shape == "" {
			continue
		}
		mean := d.p.Mean(s)
		row := []string{s.Name, s.Shape, decimal(s.lowest()), decimal(mean.PerMinute / 60), decimal(s.PerMinute / 60)}
		for _, role := range d.roles() {
			part, most := mean.MilliCPU/s.MilliCPU, s.CPUTasks
			if role == "requests" {
				part, most = mean.PerMinute/s.PerMinute, s.RequestTasks
			}
			if !(most > 0) {
				row = append(row, "-", "-")
				continue
			}
			row = append(row, decimal(part*most), decimal(most))
		}
		t.row(row...)
	}
	if len(t.rows) > 0 {
		d.section("Curves")
		t.write(d.w, "  ")
	}
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// lowest is the stage's lowest total rate, in requests per second.
func (s Stage) lowest() float64 {
	least := s.peak()
	for _, step := range s.Course {
		var from, to float64
		for _, r := range step.Rates {
			from += r.From
			to += r.To
		}
		least = min(least, from, to)
	}
	return least
}
