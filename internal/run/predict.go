package run

import (
	"encoding/json"
	"errors"
	"fmt"

	"scaleproof/internal/forecast"
	"scaleproof/internal/judge"
	"scaleproof/internal/predict"
)

// PredictOptions are those of `validate predict`.
type PredictOptions struct {
	Scenario    string
	Environment string   // empty: the scenario's
	Policies    []string // nil: the scenario's
	Seeds       int      // how many
	Seed        uint64   // the first; 0: the files'
	SeedSet     bool     // the flag was given
	Format      string   // text or json
	AllowTarget bool     // a CPU target outside 50-90 %
	Replace     bool     // as Options.Replace
	Deviations  []string // as Options.Deviations; those of the file are not known before a run
	JudgeOptions
}

// mostSeeds is how many a forecast may have: more than a thousand draws tell
// nothing that a thousand do not, and every one is kept until the end.
const mostSeeds = 1000

func (o PredictOptions) check() error {
	if o.Seeds < 1 || o.Seeds > mostSeeds {
		return &Usage{fmt.Errorf("--seeds %d: give 1 to %d, e.g. --seeds 20", o.Seeds, mostSeeds)}
	}
	if o.SeedSet && o.Seed == 0 {
		return &Usage{errors.New("--seed 0: seeds begin with 1; leave the flag out to begin with the files' own")}
	}
	if o.Format != "text" && o.Format != "json" {
		return &Usage{fmt.Errorf("--format %s: it is text or json", o.Format)}
	}
	return o.JudgeOptions.check()
}

// Predict shows what a run should come to, over several seeds of the
// environment's delays. Nothing is sent and nothing changed.
func Predict(con Console, o PredictOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	doc, p, err := load(con, o.Scenario, o.Environment, o.Policies)
	if err != nil {
		return err
	}
	if !p.Emulated {
		return refuse(fmt.Errorf("environment %s %w", p.Environment, errNotEmulated))
	}
	predict.Forget(&doc.Environment)
	if err := deviate(&doc.Environment, o.Deviations); err != nil {
		return err
	}
	seeds := forecast.Seeds(&doc.Environment, p, o.Seeds)
	if o.SeedSet {
		seeds = forecast.From(o.Seed, o.Seeds)
	}
	s := &session{con: con, command: "predict", doc: doc, plan: p}
	f, err := forecast.Make(forecast.Config{
		Document: doc, Plan: p, Seeds: seeds, Started: s.started(o.JudgeOptions),
		Judged: o.judged, AnyTarget: o.AllowTarget, Replace: o.Replace,
	})
	if err != nil {
		return refuse(confirm(err))
	}
	if err := o.write(con, f); err != nil {
		return err
	}
	return ended(f.ExitCode())
}

// judged judges as the options ask.
func (o JudgeOptions) judged(v judge.Verdict) judge.Verdict {
	if o.FailOn == "warn" {
		v = judge.Strict(v)
	}
	return judge.Invert(v, o.ExpectFail)
}

func (o PredictOptions) write(con Console, f *forecast.Forecast) error {
	if o.Format == "json" {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(f)
	}
	return f.WriteText(con.Out, con.Colour, func(seed uint64) string {
		return fmt.Sprintf("validate predict %s --seed %d --seeds 1", o.Scenario, seed)
	})
}
