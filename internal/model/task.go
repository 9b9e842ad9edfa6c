package model

// taskState is where a task is in its life. [D] ECS "Task lifecycle"
type taskState uint8

const (
	taskProvisioning taskState = iota // ordered; its network is being made
	taskPending                       // its image is pulled and its container started
	taskInitial                       // RUNNING and registered, not yet healthy
	taskHealthy                       //
	taskUnhealthy                     //
	taskDraining                      // DEACTIVATING: RUNNING still, deregistered
	taskStopping                      // told to end: it answers nothing any more
	taskStopped                       //
)

var taskStateNames = [...]string{"provisioning", "pending", "running", "healthy", "unhealthy", "draining", "stopping", "stopped"}

func (s taskState) String() string { return taskStateNames[s] }

// starting says that the task is ordered and not yet RUNNING. ECS counts it
// as pending. [P]
func (s taskState) starting() bool { return s < taskInitial }

// running says that ECS counts the task as RUNNING: until it is told to end,
// the time in which it drains included. [D/P]
func (s taskState) running() bool { return s >= taskInitial && s <= taskDraining }

// staying says that the task is meant to go on.
func (s taskState) staying() bool { return s < taskDraining }

// task is one task of a service.
type task struct {
	n          int32 // its place among the world's tasks
	ordinal    int   // of its service, from 0
	id, ip     string
	service    *service
	deployment *deployment
	state      taskState

	mark int64 // since when CPU and running time are counted

	record
	process
	target
	checking
}

// record is what ECS tells of a task's life, in ns since Start; never where it
// has not come to it.
type record struct {
	created, pulled, started, stopping, stopped int64

	code   stopCode
	reason string // why it was stopped
}

const never = int64(-1)

// stopCode is why a task was stopped, as DescribeTasks names it. [D]
type stopCode string

const (
	stopNone      stopCode = ""
	stopScheduler stopCode = "ServiceSchedulerInitiated"
	stopFailed    stopCode = "TaskFailedToStart"
	stopExited    stopCode = "EssentialContainerExited"
)

func (t *task) name() string {
	if t == nil {
		return ""
	}
	return t.id
}

// enter sets a task's state.
func (w *World) enter(t *task, to taskState) {
	t.state = to
	if w.trace != nil {
		why := ""
		if to >= taskStopping && t.code != stopScheduler {
			why = " " + string(t.code)
		}
		w.log("task %s %s service=%s%s", t.id, to, t.service.cfg.Service.Name, why)
	}
	w.elect(t.service)
}

// reach moves a task to the next state of its life, if it still goes there.
func (w *World) reach(t *task, to taskState) {
	switch {
	case to == taskPending && t.state == taskProvisioning:
		w.enter(t, to)
		w.pull(t)
		return
	case to == taskInitial && t.state == taskPending:
		if w.stillborn(t) {
			w.failStart(t)
		} else {
			w.run(t)
		}
	case to == taskHealthy && t.state == taskInitial:
		if t.service.deploying() {
			t.deployment.Failed = 0 // [D] resetOnHealthyTask, whose default is true
		}
		w.enter(t, to)
	case to == taskStopping && t.state == taskDraining:
		w.say(t.service, "has stopped 1 running tasks: (task %s).", t.id)
		w.quit(t, stopScheduler, t.reason)
	case to == taskStopped && t.state == taskStopping:
		w.bury(t)
	default:
		return
	}
	w.reconcile(t.service)
}

// order begins the life of a task: its network is made, then its image pulled.
func (w *World) order(s *service) *task {
	t := w.newTask(s)
	c := &s.cfg
	if delay := w.slowed(s, w.spread(c.Provisioning, drawProvisioning, s.key, uint64(t.ordinal))); delay > 0 {
		w.log("task %s %s service=%s", t.id, t.state, c.Service.Name)
		w.push(w.now+delay, evTask, uint32(t.n), uint32(taskPending))
		return t
	}
	t.state = taskPending
	w.log("task %s %s service=%s", t.id, t.state, c.Service.Name)
	w.pull(t)
	return t
}

// pull is what a task that is pending does until it runs, or fails to.
func (w *World) pull(t *task) {
	t.pulled = w.now
	delay := w.spread(t.service.cfg.Start, drawStart, t.service.key, uint64(t.ordinal))
	w.push(w.now+w.slowed(t.service, delay), evTask, uint32(t.n), uint32(taskInitial))
}

// run has a task run and be registered with the load balancer.
func (w *World) run(t *task) {
	s := t.service
	w.enter(t, taskInitial)
	t.started, t.mark = w.now, w.now
	w.startUp(t)
	s.running++
	s.throttle = throttle{}
	w.say(s, "registered 1 targets in (target-group %s)", w.targetGroupARN(s))
	delay := w.spread(s.cfg.Health, drawHealth, s.key, uint64(t.ordinal))
	w.watch(t, delay)
	w.fate(t)
}

// quit cuts what a task works on and has it stop, which takes its time.
func (w *World) quit(t *task, code stopCode, reason string) {
	s := t.service
	t.code, t.reason, t.stopping = code, reason, w.now
	if t.state.running() {
		s.running--
		w.kill(t)
	}
	if delay := w.spread(s.cfg.Stop, drawStop, s.key, uint64(t.ordinal)); delay > 0 {
		w.enter(t, taskStopping)
		w.push(w.now+delay, evTask, uint32(t.n), uint32(taskStopped))
		return
	}
	w.bury(t)
}

// bury takes a task that is stopped from its service.
func (w *World) bury(t *task) {
	s := t.service
	for i, o := range s.tasks {
		if o == t {
			s.tasks = append(s.tasks[:i:i], s.tasks[i+1:]...)
			break
		}
	}
	t.stopped = w.now
	w.enter(t, taskStopped)
}

// kill stops a task's work; whoever waits for it gets 502.
func (w *World) kill(t *task) {
	w.account(t)
	for i := w.flights.first; i != none; {
		f := &w.flights.all[i]
		next := f.next
		if f.task == t.n {
			w.close(t, i)
			w.unserved()
			w.answer(f.number, 502, ReasonKilled, t.id)
		}
		i = next
	}
	w.abandon(t)
}
