package run

import "scaleproof/internal/plan"

// CheckOptions are those of `loadgen check`.
type CheckOptions struct {
	Scenario    string
	Environment string
	Policies    []string
}

// Check prints a scenario's plan, or every fault that it has.
func Check(con Console, o CheckOptions) error {
	_, p, err := load(con, o.Scenario, o.Environment, o.Policies)
	if err != nil {
		return err
	}
	plan.Describe(con.Out, p)
	return nil
}
