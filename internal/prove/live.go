package prove

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/clock"
	"scaleproof/internal/judge"
	"scaleproof/internal/model"
	"scaleproof/internal/plan"
	"scaleproof/internal/predict"
	"scaleproof/internal/timeline"
)

// Lived is one run of a case.
type lived struct {
	kase
	seed       uint64
	plan       *plan.Plan
	events     []timeline.Event
	refused    error // it never began its traffic
	verdict    judge.Verdict
	manifested []model.Manifestation // by all services, in order of time
	all        []model.Manifestation // where the autoscaler decided otherwise, of the service
	beyond     []model.Manifestation // those within no limit
	limits     []string              // names of those that held, each once
	from, to   time.Time             // of the traffic; zero where it never began
}

// window is that of the runs here: a tenth of the work of the usual one.
const window = 10 * time.Second

// live lives a case with a seed and has it judged. Errors are mistakes of the
// scenario or of the program; a run that refuses to begin is none.
func live(ctx context.Context, folder string, c kase, seed uint64) (*lived, error) {
	doc, err := c.document(folder, seed)
	if err != nil {
		return nil, err
	}
	p, err := plan.Build(doc)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name(), err)
	}
	p.Window = window
	l := &lived{kase: c, seed: seed, plan: p}
	w := predict.Live(predict.World(&doc.Environment, p.Seed, clock.Epoch), clock.Epoch, p)
	l.refused = predict.Run(w, p, predict.Options{
		Context: ctx,
		Started: timeline.Started{
			Format: timeline.Format, Command: "validate run", Scenario: p.Scenario, Environment: p.Environment,
			Service: p.Service, Seed: p.Seed, Plan: plan.Raw(p),
		},
		Emit: func(e timeline.Event) {
			e.Seq = int64(len(l.events) + 1)
			l.events = append(l.events, e)
			l.phase(e)
		},
	})
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if l.refused == nil {
		if l.verdict, err = judge.Judge(l.events); err != nil {
			return nil, fmt.Errorf("%s, seed %d: %w", c.name(), seed, err)
		}
	}
	l.manifested = w.Manifested()
	l.sift()
	return l, nil
}

func (l *lived) phase(e timeline.Event) {
	if p, ok := e.Data.(timeline.Phase); ok {
		switch p.Name {
		case timeline.PhaseTraffic:
			l.from = e.At
		case timeline.PhaseDrain:
			l.to = e.At
		}
	}
}

// sift parts the manifestations that somebody could see from those within a
// limit.
func (l *lived) sift() {
	for _, m := range l.manifested {
		if m.Service != l.plan.Service && !strings.HasPrefix(m.Wrong, l.plan.Service.Name+" to ") {
			continue // of a service that nobody watches
		}
		l.all = append(l.all, m)
		limit := l.within(m)
		if limit == "" {
			l.beyond = append(l.beyond, m)
		} else if !slices.Contains(l.limits, limit) {
			l.limits = append(l.limits, limit)
		}
	}
}

// answered lists the checks with an answer that counts, each once, in order.
func (l *lived) answered(a judge.Answer) (ids []string) {
	if l.refused != nil && a == judge.Fail {
		return []string{refusal}
	}
	for _, r := range l.verdict.Results {
		if r.Answer == a && r.Severity == judge.Counts && !slices.Contains(ids, r.ID) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}
