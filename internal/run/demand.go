package run

import (
	"errors"
	"fmt"

	"scaleproof/internal/demand"
	"scaleproof/internal/plan"
	"scaleproof/internal/scenario"
)

func checkDemand(file, scale, faster string) error {
	switch {
	case scale != "" && file == "":
		return &Usage{errors.New("--scale: it multiplies a recorded demand; give --demand FILE as well")}
	case faster != "" && file == "":
		return &Usage{errors.New("--faster: it is how fast a recorded demand goes; give --demand FILE as well")}
	}
	return nil
}

// tellDemand says what a run replays, and what it leaves out for that.
func tellDemand(con Console, p *plan.Plan) {
	if p.Recorded == "" {
		return
	}
	fmt.Fprintf(con.Err, "the demand is that of %s\n", p.Recorded)
	for _, n := range p.Notes {
		fmt.Fprintf(con.Err, "note: %s\n", n.Text)
	}
}

// replayed is the plan with a recorded demand in place of the stages, or the
// plan as it is where no file is named.
func replayed(doc *scenario.Document, p *plan.Plan, file, scale, faster string) (*plan.Plan, error) {
	if file == "" {
		return p, nil
	}
	factors := [2]float64{1, 1}
	for i, flag := range [2]struct{ name, value string }{{"--scale", scale}, {"--faster", faster}} {
		if flag.value == "" {
			continue
		}
		var err error
		if factors[i], err = demand.Factor(flag.value); err != nil {
			return nil, &Usage{fmt.Errorf("%s: %w", flag.name, err)}
		}
	}
	var kinds []string
	for _, k := range p.Kinds {
		kinds = append(kinds, k.Name)
	}
	r, err := demand.Read(file, kinds)
	if err != nil {
		return nil, &Usage{err}
	}
	if factors[0] != 1 {
		r = r.Scaled(factors[0])
	}
	r = r.Faster(factors[1])
	if p, err = plan.Replay(doc, p, r); err != nil {
		return nil, &Usage{fmt.Errorf("--demand: %w", err)}
	}
	return p, nil
}
