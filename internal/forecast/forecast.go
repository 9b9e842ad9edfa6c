package forecast

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"scaleproof/internal/judge"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/price"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// Config is what is forecast.
type Config struct {
	// Document has an emulated environment. What is in it happens: see
	// predict.Forget.
	Document *scenario.Document
	Plan     *plan.Plan // of it
	// Assumed is what was assumed of the world, in words; nil: nothing.
	Assumed []string
	Seeds   []uint64 // of the environment; at least one
	// Started is the first line of each prediction, without Plan.
	Started timeline.Started
	// Judged turns a verdict into how the run asks to be judged; nil: as it is.
	Judged    func(judge.Verdict) judge.Verdict
	AnyTarget bool // accept a CPU target outside 50 to 90 percent, as a run may
	Replace   bool // take away policies that would have to go, as a run may
	// Keep takes the events of a seed's prediction, with Seq; nil: nobody does.
	// It is called once for each seed, from several goroutines.
	Keep func(seed uint64, events []timeline.Event)
}

// Seeds are n seeds of an emulated environment: the one that a run of the
// files has, and those that follow it.
func Seeds(env *scenario.Environment, p *plan.Plan, n int) []uint64 {
	return From(predict.Seed(env, p.Seed), n)
}

// From are n seeds from one on. None is 0, which stands for no seed.
func From(first uint64, n int) []uint64 {
	seeds := make([]uint64, 0, n)
	for s := max(first, 1); len(seeds) < n; s = max(s+1, 1) {
		seeds = append(seeds, s)
	}
	return seeds
}

// Forecast is what a run should come to.
type Forecast struct {
	Format      int           `json:"format"` // of this document
	Scenario    string        `json:"scenario"`
	Summary     string        `json:"summary,omitempty"`
	Environment string        `json:"environment"`
	Service     string        `json:"service"`             // its key in the environment
	Recorded    string        `json:"recorded,omitempty"`  // what the demand was read from, in place of the scenario's stages
	Disturbed   string        `json:"disturbed,omitempty"` // what was made to go wrong, in a sentence
	Answer      judge.Answer  `json:"answer"`
	Sentence    string        `json:"sentence"`
	Counts      Counts        `json:"counts"`
	Length      time.Duration `json:"length"` // of the traffic
	Stages      []Stage       `json:"stages"`
	Moments     []Moment      `json:"moments"`  // alarms and orders, in order of time
	Findings    []Finding     `json:"findings"` // what is not a pass
	Hours       Spread        `json:"task_hours"`
	Dollars     Spread        `json:"dollars"` // of Hours; an estimate
	Price       string        `json:"price"`   // what Dollars rest on
	Notes       []string      `json:"notes,omitempty"`
	Courses     Courses       `json:"courses"`
	Runs        []Run         `json:"runs"` // by seed, in their order

	plan *plan.Plan
}

// Counts are how many seeds give which answer.
type Counts struct {
	Pass         int `json:"pass"`
	Fail         int `json:"fail"`
	Inconclusive int `json:"inconclusive"`
}

// Format is the version of the document that Forecast is as JSON.
const Format = 1

// ExitCode is 0 for a pass, 1 for a fail, 3 otherwise.
func (f *Forecast) ExitCode() int { return judge.Verdict{Answer: f.Answer}.ExitCode() }

// Make predicts and judges a run for every seed, on all processors. Errors are
// those that would keep the run from beginning.
func Make(c Config) (*Forecast, error) {
	runs := make([]Run, len(c.Seeds))
	errs := make([]error, len(c.Seeds))
	var group sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(c.Seeds)) {
		group.Go(func() { // ends when next is closed
			for i := range next {
				runs[i], errs[i] = live(&c, c.Seeds[i])
			}
		})
	}
	for i := range c.Seeds {
		next <- i
	}
	close(next)
	group.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("seed %d: %w", c.Seeds[i], err)
		}
	}
	return gather(c, runs), nil
}

// gather makes the forecast of what the seeds gave.
func gather(c Config, runs []Run) *Forecast {
	p := c.Plan
	f := &Forecast{
		Format: Format, Scenario: p.Scenario, Summary: p.Summary, Environment: p.Environment, Service: p.Key,
		Recorded: p.Recorded, Disturbed: c.Started.Disturbed(), Length: p.Total(), Runs: runs, plan: p,
	}
	for _, a := range c.Assumed {
		f.Notes = append(f.Notes, "assumed of "+p.Environment+": "+a)
	}
	for _, n := range p.Notes {
		f.Notes = append(f.Notes, noteText(n))
	}
	f.count()
	f.Stages = stagesOf(p, runs)
	f.Moments = momentsOf(runs)
	f.Findings = findingsOf(runs)
	f.Courses = coursesOf(p, runs)
	hour := price.Of(p.Region, p.Task.VCPU)
	f.Hours = over(runs, func(r Run) (float64, bool) { return r.Course.TaskTime.Hours(), true })
	f.Dollars = over(runs, func(r Run) (float64, bool) { return r.Course.TaskTime.Hours() * hour.Hour(), true })
	f.Price = fmt.Sprintf("Fargate in %s, %s; assumed: %s", hour.Region, price.AsOf, hour.Assumed)
	f.Sentence = f.sentence()
	return f
}

func (f *Forecast) count() {
	for _, r := range f.Runs {
		switch r.Answer {
		case judge.Pass:
			f.Counts.Pass++
		case judge.Fail:
			f.Counts.Fail++
		default:
			f.Counts.Inconclusive++
		}
	}
	switch n := len(f.Runs); {
	case n > 0 && f.Counts.Pass == n:
		f.Answer = judge.Pass
	case n > 0 && f.Counts.Fail == n:
		f.Answer = judge.Fail
	default:
		f.Answer = judge.Inconclusive
	}
}

func noteText(n plan.Note) string {
	if n.Stage != "" {
		return n.Stage + ": " + n.Text
	}
	return n.Text
}
