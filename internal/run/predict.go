package run

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"scaleproof/internal/forecast"
	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/report"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// PredictOptions are those of `validate predict`.
type PredictOptions struct {
	Scenario    string
	Environment string   // empty: the scenario's
	Policies    []string // nil: the scenario's
	Seeds       int      // how many; 0: as many as are soon lived, see usualSeeds
	Seed        uint64   // the first; 0: the files'
	SeedSet     bool     // the flag was given
	SeedsSet    bool     // so was that of how many
	Format      string   // text or json
	Out         string   // folder to write picture and JSON into; empty: none
	Demand      string   // file of a recorded demand; empty: the scenario's stages
	Scale       string   // factor of it; empty: 1
	Faster      string   // how many times as fast it goes; empty: 1
	Disturbed   bool     // with what the environment's file adds to disturb a run
	AllowTarget bool     // a CPU target outside 50-90 %
	Replace     bool     // as Options.Replace
	Deviations  []string // as Options.Deviations; those of the file are not known before a run
	JudgeOptions
}

// mostSeeds is how many a forecast may have: more than a thousand draws tell
// nothing that a thousand do not, and every one is kept until the end.
const mostSeeds = 1000

// Without a word a forecast is of usualSeeds, or of as many as usualRequests go
// round, fewSeeds at least: a recorded day must not take minutes.
const (
	usualSeeds    = 10
	fewSeeds      = 3
	usualRequests = 2_000_000
)

// seedsFor is how many seeds a plan is predicted with.
func (o PredictOptions) seedsFor(p *plan.Plan) int {
	n := usualSeeds
	for n > fewSeeds && p.Expected()*float64(n) > usualRequests {
		n--
	}
	if o.SeedsSet {
		return o.Seeds
	}
	return n
}

func (o PredictOptions) check() error {
	if o.SeedsSet && o.Seeds < 1 || o.Seeds > mostSeeds {
		return &Usage{fmt.Errorf("--seeds %d: give 1 to %d, e.g. --seeds 20", o.Seeds, mostSeeds)}
	}
	if o.SeedSet && o.Seed == 0 {
		return &Usage{errors.New("--seed 0: seeds begin with 1; leave the flag out to begin with the files' own")}
	}
	if o.Format != "text" && o.Format != "json" {
		return &Usage{fmt.Errorf("--format %s: it is text or json", o.Format)}
	}
	if err := checkDemand(o.Demand, o.Scale, o.Faster); err != nil {
		return err
	}
	return o.JudgeOptions.check()
}

// Predict shows what a run should come to, over several seeds of the
// environment's delays. Nothing is sent and nothing changed.
func Predict(con Console, o PredictOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	con.Lookup = withStandIns(con.Lookup)
	doc, p, err := load(con, o.Scenario, o.Environment, o.Policies)
	if err != nil {
		return err
	}
	var assumed []string
	if !p.Emulated {
		if doc, p, assumed, err = imagined(doc); err != nil {
			return refuse(err)
		}
	}
	if !o.Disturbed {
		predict.Forget(&doc.Environment)
	}
	if err := deviate(&doc.Environment, o.Deviations); err != nil {
		return err
	}
	if p, err = replayed(doc, p, o.Demand, o.Scale, o.Faster); err != nil {
		return err
	}
	seeds := forecast.Seeds(&doc.Environment, p, o.seedsFor(p))
	if o.SeedSet {
		seeds = forecast.From(o.Seed, len(seeds))
	}
	s := &session{con: con, command: "predict", doc: doc, plan: p}
	var kept []timeline.Event
	config := forecast.Config{
		Document: doc, Plan: p, Seeds: seeds, Started: s.started(o.JudgeOptions),
		Assumed: assumed, Judged: o.judged, AnyTarget: o.AllowTarget, Replace: o.Replace,
	}
	if len(seeds) == 1 {
		config.Keep = func(_ uint64, events []timeline.Event) { kept = events }
	}
	if o.Out != "" { // now, and not after minutes of predicting
		if err := spare(o.Out); err != nil {
			return err
		}
		if err := os.MkdirAll(o.Out, 0o755); err != nil {
			return &Usage{fmt.Errorf("--out: %w", err)}
		}
	}
	f, err := forecast.Make(config)
	if err != nil {
		return refuse(confirm(err))
	}
	if err := o.write(con, f); err != nil {
		return err
	}
	if o.Out != "" {
		if err := keep(con, o.Out, f, p, kept); err != nil {
			return err
		}
	}
	return ended(f.ExitCode())
}

// keep writes a forecast's picture and JSON into a folder, and the timeline of
// a seed that was predicted alone, which judge and report read like a run's.
func keep(con Console, dir string, f *forecast.Forecast, p *plan.Plan, events []timeline.Event) error {
	picture, err := report.Forecast(f, p.Policies, p.Bounds)
	if err != nil {
		return fmt.Errorf("draw the forecast: %w", err)
	}
	var doc, lines bytes.Buffer
	if err := writeJSON(&doc, f); err != nil {
		return fmt.Errorf("write the forecast: %w", err)
	}
	w := timeline.NewWriter(&lines)
	w.Write(events...)
	if err := w.Err(); err != nil {
		return fmt.Errorf("write the timeline: %w", err)
	}
	for _, file := range []struct {
		name string
		data []byte
	}{{report.ForecastPicture, picture}, {"forecast.json", doc.Bytes()}, {timeline.FileName, lines.Bytes()}} {
		if len(file.data) == 0 {
			continue
		}
		if err := renameio.WriteFile(filepath.Join(dir, file.name), file.data, 0o644); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	fmt.Fprintf(con.Err, "picture: %s\n", filepath.Join(dir, report.ForecastPicture))
	return nil
}

// withStandIns finds every variable: a prediction sends nothing, and needs no
// secret.
func withStandIns(lookup func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if v, ok := lookup(name); ok {
			return v, true
		}
		return "not-sent", true
	}
}

// imagined is a document whose real environment has an assumed world, and its
// plan.
func imagined(doc *scenario.Document) (*scenario.Document, *plan.Plan, []string, error) {
	assumed, err := predict.Assume(&doc.Environment, doc.Scenario.Service)
	if err != nil {
		return nil, nil, nil, err
	}
	p, err := plan.Build(doc)
	return doc, p, assumed, err
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
		return writeJSON(con.Out, f)
	}
	return f.WriteText(con.Out, con.Colour, o.again)
}

// again is the command line that predicts one seed alone.
func (o PredictOptions) again(seed uint64) string {
	words := []string{"validate predict", o.Scenario}
	for _, f := range []struct{ flag, value string }{
		{"--environment", o.Environment}, {"--policies", strings.Join(o.Policies, ",")}, {"--demand", o.Demand}, {"--scale", o.Scale}, {"--faster", o.Faster},
	} {
		if f.value != "" {
			words = append(words, f.flag, f.value)
		}
	}
	for _, d := range o.Deviations {
		words = append(words, "--deviation", d)
	}
	if o.Disturbed {
		words = append(words, "--disturbed")
	}
	return strings.Join(append(words, fmt.Sprintf("--seed %d --seeds 1", seed)), " ")
}
