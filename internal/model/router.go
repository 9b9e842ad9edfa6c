package model

import "scaleproof/internal/scaling"

// routesKept bounds the memory of routes found: paths may hold ids.
const routesKept = 4096

// router finds a request's service and cost. What it found it remembers.
type router struct {
	w      *World
	recent [4]*route
	turn   int
	known  map[[2]string]*route
}

// route is what is known of all requests of one method and path.
type route struct {
	method, path string
	service      *service // nil: no rule matches
	costs        []Cost   // that may match, in order; which does depends on the body
}

func newRouter(w *World) router { return router{w: w, known: map[[2]string]*route{}} }

func (r *router) find(method, path string) *route {
	for _, ro := range &r.recent {
		if ro != nil && ro.path == path && ro.method == method {
			return ro
		}
	}
	ro := r.known[[2]string{method, path}]
	if ro == nil {
		ro = r.make(method, path)
	}
	r.recent[r.turn] = ro
	r.turn = (r.turn + 1) % len(r.recent)
	return ro
}

func (r *router) make(method, path string) *route {
	ro := &route{method: method, path: path, service: r.service(path)}
	for _, c := range r.w.cfg.Costs {
		if (c.Method == "" || c.Method == method) && (c.Path == "" || scaling.MatchPath(c.Path, path)) {
			ro.costs = append(ro.costs, c)
		}
	}
	if len(r.known) >= routesKept {
		clear(r.known)
	}
	r.known[[2]string{method, path}] = ro
	return ro
}

// service is that of the first rule with a pattern that matches; nil for none.
func (r *router) service(path string) *service {
	for _, rule := range r.w.cfg.Rules {
		for _, p := range rule.Paths {
			if scaling.MatchPath(p, path) {
				return r.w.named(rule.Service)
			}
		}
	}
	return nil
}

// cost is the time on a worker at one vCPU and the wait of a request, in
// nanoseconds; nothing where no cost matches.
func (ro *route) cost(body int64) (cpu, wait int64) {
	for i := range ro.costs {
		c := &ro.costs[i]
		if c.Over == 0 || body > c.Over {
			return int64(c.CPU) + int64(c.CPUPerKiB)*body/1024, int64(c.Wait)
		}
	}
	return 0, 0
}
