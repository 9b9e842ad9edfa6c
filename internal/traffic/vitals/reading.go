package vitals

import (
	"os"
	"runtime"
	"runtime/metrics"
	"time"

	"golang.org/x/sys/unix"
)

// Reading is what the machine tells of this process at one moment. Durations
// are sums since the process began, of the machine's time.
type Reading struct {
	CPU       time.Duration  // used by all threads together
	GC        time.Duration  // in which garbage collection stopped the program, times the processors
	Throttled time.Duration  // in which a CPU quota of its control groups stopped it
	Stolen    time.Duration  // which the machine's host took, of all processors together
	Threads   map[int]Thread // by the kernel's number; nil where it does not tell of them
}

// Thread is one thread's part.
type Thread struct {
	Ran    time.Duration // on a processor
	Waited time.Duration // runnable, for a processor
}

// Read asks the machine. What it does not tell is zero.
func Read() Reading {
	r := Reading{CPU: CPU(), GC: collected()}
	r.kernel()
	return r
}

// CPU is how much all threads used since the process began: a reading's, at a
// thousandth of its cost.
func CPU() time.Duration {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func collected() time.Duration {
	sample := []metrics.Sample{{Name: "/cpu/classes/gc/pause:cpu-seconds"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindFloat64 {
		return 0
	}
	return time.Duration(sample[0].Value.Float64() * float64(time.Second))
}

// Descriptors are how many files and sockets this process has open, and may
// have; 0 where the machine does not tell.
func Descriptors() (used, limit int64) {
	var most unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &most) == nil {
		limit = int64(min(uint64(most.Cur), 1<<62))
	}
	if info, err := os.Stat("/proc/self/fd"); err == nil { // since Linux 6.2 its size is their number
		used = info.Size()
	}
	return used, limit
}

// Processors is how many of them this process may use at one time.
func Processors() int { return min(runtime.NumCPU(), runtime.GOMAXPROCS(0)) }
