//go:build e2e && linux

package shipped

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	memoryFor  = flag.Duration("memory-for", 20*time.Second, "how long TestMemory sends; 10m for the long measurement")
	memoryRate = flag.Int("memory-rate", 10_000, "requests a second that TestMemory sends")
)

// What the generator holds in memory does not grow with the length of a run.
func TestMemory(t *testing.T) {
	s := service(t, "127.0.0.1:0")
	r := run(t, scenario(t, *memoryRate, *memoryFor, "  ceiling: 100000/s", "  - {latency: {p99: 10s}}"), s.address)
	began := r.begun()
	at := func(after time.Duration) (kib int64) {
		time.Sleep(time.Until(began.Add(after)))
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.cmd.Process.Pid))
		require.NoError(t, err)
		_, rest, _ := strings.Cut(string(text), "VmRSS:")
		_, err = fmt.Sscan(rest, &kib)
		require.NoError(t, err)
		return kib
	}
	early, late := at(5*time.Second), at(*memoryFor-500*time.Millisecond)
	t.Logf("%d KiB after 5s, %d KiB after %v", early, late, *memoryFor)
	require.Less(t, late, early+early/5+8<<10)
	r.end()
	sent, _, _ := r.sums()
	require.Positive(t, sent)
}
