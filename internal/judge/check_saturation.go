package judge

// saturation answers whether the service came to its limit, longer than a
// scaling reaction takes, and nothing was ordered: the incident. It is judged
// by what was observed alone, whatever policies stand and whatever the plan
// knows of tasks: by CPU, by the requests that queue, and by the hottest task.
//
// Note: judging CPU by what the plan says a task can show (50 % for one worker
// on two vCPU) was tried. Nobody knows that of a service that is not emulated,
// and there one busy thread went unnoticed.
func saturation(f *facts) []Result {
	cpu, worst := f.saturatedCPU()
	results := []Result{cpu}
	if r, ok := f.queued(worst); ok {
		results = append(results, r)
	}
	return append(results, f.hotTask())
}
