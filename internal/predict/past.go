package predict

import (
	"time"

	"scaleproof/internal/model"
	"scaleproof/internal/plan"
)

// Live makes a world and lives its past, from the configuration's start until
// service time began, at the load of the plan's first stage; without a plan, without
// requests. Requests of the past that are not answered by then stay in flight
// and end as they may.
func Live(c model.Config, began time.Time, p *plan.Plan) *model.World {
	w := model.New(c)
	if p != nil {
		past := p.Past()
		for a, ok := past.Next(); ok; a, ok = past.Next() {
			w.Submit(c.Start.Add(a.At), request(p, a.Kind, a.Number))
		}
	}
	w.Advance(began)
	return w
}

// request is what the load balancer sees of an arrival.
func request(p *plan.Plan, kind int, number uint64) model.Request {
	k := &p.Kinds[kind]
	return model.Request{Number: number, Method: k.Method, Path: k.Path, Body: k.Body.Size}
}
