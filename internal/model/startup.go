package model

// startUp has a task that has begun to run use CPU for itself.
func (w *World) startUp(t *task) {
	s := t.service
	length := w.spread(s.cfg.Task.StartUp.For, drawStartUp, s.key, uint64(t.ordinal))
	if s.cfg.Task.StartUp.MilliCPU <= 0 || length <= 0 {
		return
	}
	t.since, t.extra = w.now, s.cfg.Task.StartUp.MilliCPU
	w.push(w.now+length, evStartUp, uint32(t.n), 0)
}

// startedUp ends it.
func (w *World) startedUp(t *task) {
	if t.state < taskStopping {
		t.run(w.now)
		t.extra = 0
		w.attend(t)
	}
}
