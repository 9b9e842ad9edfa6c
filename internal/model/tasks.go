package model

import (
	"time"

	"scaleproof/internal/scaling"
)

// TaskRecord is what DescribeTasks tells of a task. A time that has not come
// is zero.
type TaskRecord struct {
	ID, IP     string
	Deployment string // the id of its deployment, which is what started it
	LastStatus string // PROVISIONING, PENDING, RUNNING, DEACTIVATING, STOPPING or STOPPED [D]

	Created, PullStarted, Started, Stopping, Stopped time.Time

	StopCode, StoppedReason string // empty while nothing stops it
}

// lastStatus are ECS's names of the states. [D]
var lastStatus = [...]string{"PROVISIONING", "PENDING", "RUNNING", "RUNNING", "RUNNING", "DEACTIVATING", "STOPPING", "STOPPED"}

// Tasks lists the tasks that a service ever had, oldest first. An unknown
// service is an *Error.
func (w *World) Tasks(name scaling.Service) ([]TaskRecord, error) {
	s := w.byName[name]
	if s == nil {
		return nil, w.missing(name)
	}
	list := []TaskRecord{}
	for _, t := range w.tasks {
		if t.service == s {
			list = append(list, TaskRecord{
				ID: t.id, IP: t.ip, Deployment: t.deployment.ID, LastStatus: lastStatus[t.state],
				Created: w.when(t.created), PullStarted: w.when(t.pulled), Started: w.when(t.started),
				Stopping: w.when(t.stopping), Stopped: w.when(t.stopped),
				StopCode: string(t.code), StoppedReason: t.reason,
			})
		}
	}
	return list, nil
}

// when is the time of an instant, zero for one that has not come.
func (w *World) when(at int64) time.Time {
	if at == never {
		return time.Time{}
	}
	return w.time(at)
}
