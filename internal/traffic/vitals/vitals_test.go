package vitals

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

const ms = time.Millisecond

// The groups that may hold a process back, of version 1 and 2, and in a
// container whose mount shows its own group as the root.
func TestGroupsOf(t *testing.T) {
	first := "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
	second := "41 31 0:38 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
	inside := "41 31 0:38 /kube/pod7 /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n"
	require.Equal(t, []string{"/sys/fs/cgroup/cpu,cpuacct/a/b", "/sys/fs/cgroup/cpu,cpuacct/a", "/sys/fs/cgroup/cpu,cpuacct"},
		groupsOf("8:memory:/x\n3:cpu,cpuacct:/a/b\n", first))
	require.Equal(t, []string{"/sys/fs/cgroup/user.slice/job", "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup"}, groupsOf("0::/user.slice/job\n", second))
	require.Equal(t, []string{"/sys/fs/cgroup/box", "/sys/fs/cgroup"}, groupsOf("0::/kube/pod7/box\n", inside))
	require.Equal(t, []string{"/sys/fs/cgroup"}, groupsOf("0::/\n", second))
	require.Empty(t, groupsOf("", ""))
}

// What a stretch between two readings says, and which cause took the most.
func TestLosses(t *testing.T) {
	of := func(cpu, ran, waited, throttled time.Duration) Reading {
		return Reading{CPU: cpu, Throttled: throttled, Threads: map[int]Thread{1: {ran, waited}, 2: {ran / 4, waited / 4}}}
	}
	for name, c := range map[string]struct {
		after Reading
		gone  time.Duration
		want  string
	}{
		"a quota, in which threads wait too":  {of(200*ms, 200*ms, 790*ms, 780*ms), 0, timeline.StarvedQuota},
		"a quota on both processors":          {of(100*ms, 100*ms, 900*ms, 1700*ms), 0, timeline.StarvedQuota},
		"others":                              {of(400*ms, 380*ms, 500*ms, 0), 0, timeline.StarvedContention},
		"others, and a little quota":          {of(400*ms, 380*ms, 500*ms, 100*ms), 0, timeline.StarvedContention},
		"a thread that had its processor":     {of(980*ms, 960*ms, 10*ms, 0), 0, timeline.StarvedSaturated},
		"all threads that had all processors": {of(1900*ms, 600*ms, 300*ms, 0), 0, timeline.StarvedSaturated},
		"stopped":                             {of(100*ms, 80*ms, 5*ms, 0), 700 * ms, timeline.StarvedStopped},
	} {
		s := Between(of(0, 0, 0, 0), c.after, time.Second, 2)
		s.Gone = c.gone
		require.Equal(t, c.want, Losses([]Spell{s}, 2)[0].Cause, name)
	}
	idle := Between(of(0, 0, 0, 0), of(20*ms, 10*ms, 0, 0), time.Second, 2)
	require.Empty(t, Losses([]Spell{idle, idle}, 2))
	busy := Between(of(0, 0, 0, 0), of(40*ms, 40*ms, 0, 0), 40*ms, 2)
	require.Empty(t, Losses([]Spell{busy}, 2), "too short to tell")
}

// On this machine a thread that computes is seen to have run.
func TestRead(t *testing.T) {
	before := Read()
	for CPU() < before.CPU+30*ms {
	}
	after := Read()
	require.GreaterOrEqual(t, after.CPU-before.CPU, 30*ms)
	if after.Threads != nil {
		require.Positive(t, Between(before, after, time.Second, 1).Busiest)
	}
	_, limit := Descriptors()
	require.Positive(t, limit)
}
