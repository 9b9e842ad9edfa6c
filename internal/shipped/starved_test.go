//go:build e2e && linux

package shipped

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

const inconclusive = 3 // the exit code

// names checks that a run named its cause for more requests than any other,
// held nothing against the service, and says what to do.
func (r *running) names(cause, remedy string) {
	t := r.t
	code := r.end()
	require.Equal(t, inconclusive, code, r.out.String())
	by := map[string]int64{}
	for name, c := range r.starved() {
		by[name] = c.Late + c.Unsent
	}
	require.Positive(t, by[cause], "%v\n%s", by, r.out.String())
	said := ""
	for _, c := range r.verdict().Checks {
		require.NotEqual(t, "fail", c.Answer, "%s: %s", c.ID, c.Explanation)
		if c.ID == "load.delivered" {
			said += c.Explanation
		}
	}
	if by[timeline.StarvedContention] < by[cause] { // what else this machine does is not the test's
		require.Contains(t, said, remedy)
	}
	delete(by, timeline.StarvedContention)
	for other, n := range by {
		require.LessOrEqual(t, n, by[cause], "%s: %v", other, by)
	}
	r.sums()
}

// The generator stopped for two seconds: its lateness, by name, and no latency
// of the service's.
func TestStopped(t *testing.T) {
	s := service(t, "127.0.0.1:0")
	r := run(t, scenario(t, 300, 6*time.Second, "  ceiling: 5000/s", "  - {latency: {p99: 1s}}"), s.address)
	stop(t, r.cmd.Process, r.begun().Add(2*time.Second), 2*time.Second)
	r.names(timeline.StarvedStopped, "let it run")
	stopped := r.starved()[timeline.StarvedStopped]
	require.InDelta(t, 2, stopped.Longest.Seconds(), 0.5)
	require.InDelta(t, 2, stopped.Lost.Seconds(), 0.5)
}

// A CPU quota of three hundredths of a processor.
func TestQuota(t *testing.T) {
	group := quota(t)
	s := service(t, "127.0.0.1:0")
	r := run(t, scenario(t, 500, 4*time.Second, "  ceiling: 5000/s", "  - {latency: {p99: 1s}}"), s.address,
		"sh", "-c", `echo $$ > `+group+`/cgroup.procs && exec "$@"`, "sh")
	r.names(timeline.StarvedQuota, "give it a larger quota")
}

// quota makes a control group with one, of version 2 or 1; it is removed at the
// end. Where this machine lets nobody make one there is nothing to test, and
// the skip is loud: on CI it fails.
func quota(t *testing.T) string {
	for _, c := range []struct{ root, file, limit string }{
		{"/sys/fs/cgroup", "cpu.max", "3000 100000"},
		{"/sys/fs/cgroup/cpu", "cpu.cfs_quota_us", "3000"},
		{"/sys/fs/cgroup/cpu,cpuacct", "cpu.cfs_quota_us", "3000"},
	} {
		group := filepath.Join(c.root, fmt.Sprintf("shipped-%d", os.Getpid()))
		if os.Mkdir(group, 0o755) != nil {
			continue
		}
		t.Cleanup(func() { _ = os.Remove(group) }) // it is empty when the run has ended
		if _, err := os.Stat(filepath.Join(group, c.file)); err != nil {
			continue // another hierarchy's
		}
		if os.WriteFile(filepath.Join(group, c.file), []byte(c.limit), 0o644) == nil {
			return group
		}
	}
	t.Skip("no control group with a CPU quota can be made here: run as root, on a machine whose cgroup file system is writable")
	return ""
}

// 64 descriptors for hundreds of connections at a time.
func TestDescriptors(t *testing.T) {
	s := service(t, "127.0.0.1:0")
	r := run(t, scenario(t, 500, 4*time.Second, "  ceiling: 5000/s\n  connections: {keep_alive: false}", "  - {latency: {p99: 1s}}\n  - {errors: {above: 1%, for: 1s, never: true}}"), s.address,
		"sh", "-c", `ulimit -n 64; exec "$@"`, "sh")
	began := r.begun()
	stop(t, s.process, began.Add(time.Second), time.Second) // so that hundreds are open
	r.names(timeline.StarvedDescriptors, "ulimit -n")
	_, ended, _ := r.sums()
	require.Positive(t, ended["generator:descriptors"])
}

// A hundred ports for hundreds of connections at a time, in a network of its own.
func TestPorts(t *testing.T) {
	space := fmt.Sprintf("shipped%d", os.Getpid())
	if out, err := exec.Command("ip", "netns", "add", space).CombinedOutput(); err != nil {
		t.Skipf("no network of its own can be made here (ip netns add): run as root, with iproute2: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", space).Run() })
	inside := []string{"ip", "netns", "exec", space}
	command(t, append(inside, "ip", "link", "set", "lo", "up")...)
	command(t, append(inside, "sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40099")...)
	s := service(t, "127.0.0.1:39999", inside...)
	r := run(t, scenario(t, 200, 4*time.Second, "  ceiling: 5000/s\n  connections: {keep_alive: false}", "  - {errors: {above: 1%, for: 1s, never: true}}"), s.address, inside...)
	stop(t, s.process, r.begun().Add(time.Second), time.Second) // so that hundreds are open
	r.names(timeline.StarvedPorts, "ip_local_port_range")
	_, ended, _ := r.sums()
	require.Positive(t, ended["generator:ports"])
}

func command(t *testing.T, args ...string) {
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	require.NoError(t, err, "%s: %s", strings.Join(args, " "), out)
}

// A ceiling that leaves no room for bursts, of which the plan warns; with this
// seed the arrivals are ahead of it from early on. It holds
// requests back, and is named.
func TestCeiling(t *testing.T) {
	s := service(t, "127.0.0.1:0")
	r := run(t, scenario(t, 400, 4*time.Second, "  ceiling: 401/s", "  - {latency: {p99: 5s}}"), s.address)
	r.names(timeline.StarvedCeiling, "raise traffic.ceiling")
}
