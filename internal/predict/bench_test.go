package predict_test

import (
	"syscall"
	"testing"
	"time"
)

// BenchmarkRun lives a run and has it judged: what a proof of the judge does
// ten thousand times. cpu-ms/op is what the processor spent, also on the
// collection of garbage, which is the figure to go by on a machine that is busy
// with other things.
func BenchmarkRun(b *testing.B) {
	for _, name := range []string{"cpu-heavy", "request-heavy", "combined", "gradual-ramp", "incident"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			seed, spent := uint64(0), processor()
			for b.Loop() {
				seed++
				doc, err := trial{scenario: name}.document(seed, false)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := tryOut(doc); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((processor()-spent).Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
	}
}

// processor is the processor time that this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
