package model

// taskState is where a task is in its life.
type taskState uint8

const (
	taskPending   taskState = iota // ordered
	taskInitial                    // RUNNING and registered, not yet healthy
	taskHealthy                    //
	taskUnhealthy                  //
	taskDraining                   // RUNNING, deregistered
	taskStopped                    //
)

var taskStateNames = [...]string{"pending", "running", "healthy", "unhealthy", "draining", "stopped"}

func (s taskState) String() string { return taskStateNames[s] }

// running says that ECS counts the task as RUNNING.
func (s taskState) running() bool { return s != taskPending && s != taskStopped }

// staying says that the task is meant to go on.
func (s taskState) staying() bool { return s < taskDraining }

// task is one task of a service.
type task struct {
	n       int32 // its place among the world's tasks
	ordinal int   // of its service, from 0
	id, ip  string
	service *service
	state   taskState

	mark int64 // since when CPU and running time are counted

	process
	checking
}

func (t *task) name() string {
	if t == nil {
		return ""
	}
	return t.id
}

// kill stops a task; whoever waits for it gets 502.
func (w *World) kill(t *task) {
	w.account(t)
	for i := w.flights.first; i != none; {
		f := &w.flights.all[i]
		next := f.next
		if f.task == t.n {
			w.flights.close(i)
			t.service.sums.elb5xx++
			w.answer(f.number, 502, ReasonKilled, t.id)
		}
		i = next
	}
	w.abandon(t)
}
