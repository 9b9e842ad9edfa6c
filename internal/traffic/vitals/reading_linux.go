package vitals

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// kernel adds what Linux tells.
func (r *Reading) kernel() {
	r.Threads = threads("/proc/self/task")
	r.Throttled = throttled(ownGroups())
	r.Stolen = stolen("/proc/stat")
}

// threads reads what each thread ran and waited: the first two numbers of its
// schedstat, in nanoseconds [Linux, Documentation/scheduler/sched-stats.rst].
func threads(dir string) map[int]Thread {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	all := make(map[int]Thread, len(list))
	for _, e := range list {
		id, err := strconv.Atoi(e.Name())
		text, failed := os.ReadFile(dir + "/" + e.Name() + "/schedstat")
		fields := strings.Fields(string(text))
		if err != nil || failed != nil || len(fields) < 2 {
			continue // it ended meanwhile
		}
		all[id] = Thread{Ran: number(fields[0]), Waited: number(fields[1])}
	}
	return all
}

// stolen is what the host of a virtual machine used of its processors: the
// eighth number of the first line, in hundredths of a second [proc_stat(5)].
func stolen(file string) time.Duration {
	text, err := os.ReadFile(file)
	first, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(first)
	if err != nil || len(fields) < 9 || fields[0] != "cpu" {
		return 0
	}
	return number(fields[8]) * (10 * time.Millisecond)
}

// ownGroups are found once: a process is seldom moved.
var ownGroups = sync.OnceValue(func() []string {
	groups, _ := os.ReadFile("/proc/self/cgroup")
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	return groupsOf(string(groups), string(mounts))
})
