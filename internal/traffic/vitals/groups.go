package vitals

import (
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// groupsOf are the folders of the control groups that may hold a process's CPU
// back: its own and all above, of version 1 and 2, by what /proc/self/cgroup and
// /proc/self/mountinfo say. In a container the path may be the host's, of which
// only the container's own group is mounted; the mount then is that group.
func groupsOf(groups, mounts string) (dirs []string) {
	for line := range strings.Lines(groups) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 || parts[1] != "" && !slices.Contains(strings.Split(parts[1], ","), "cpu") {
			continue
		}
		for _, m := range mountsOf(mounts, parts[1] == "") {
			below := parts[2]
			if m.root != "/" {
				below = strings.TrimPrefix(below, m.root)
			}
			for ; below != "/" && below != "." && below != ""; below = path.Dir(below) {
				dirs = append(dirs, path.Join(m.at, below))
			}
			dirs = append(dirs, m.at)
		}
	}
	return dirs
}

// mount is where a hierarchy of control groups is seen from its root on.
type mount struct{ root, at string }

// mountsOf are those of version 2, or those of version 1 that hand out CPU.
func mountsOf(text string, second bool) (list []mount) {
	for line := range strings.Lines(text) {
		before, after, ok := strings.Cut(strings.TrimSpace(line), " - ")
		place, kind := strings.Fields(before), strings.Fields(after)
		if !ok || len(place) < 5 || len(kind) < 3 {
			continue
		}
		if second && kind[0] == "cgroup2" || !second && kind[0] == "cgroup" && slices.Contains(strings.Split(kind[2], ","), "cpu") {
			list = append(list, mount{place[3], place[4]})
		}
	}
	return list
}

// throttled is how long quotas of these groups stopped their processes:
// throttled_usec of version 2 and throttled_time, in nanoseconds, of version 1
// [Linux, Documentation/admin-guide/cgroup-v2.rst, Documentation/scheduler/sched-bwc.rst].
func throttled(dirs []string) (sum time.Duration) {
	for _, dir := range dirs {
		text, err := os.ReadFile(dir + "/cpu.stat")
		if err != nil {
			continue // a group without a limit has none
		}
		for line := range strings.Lines(string(text)) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch name {
			case "throttled_usec":
				sum += number(value) * time.Microsecond
			case "throttled_time":
				sum += number(value)
			}
		}
	}
	return sum
}

// number is one of a file of the kernel's; 0 where it is none.
func number(text string) time.Duration {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(n)
}
