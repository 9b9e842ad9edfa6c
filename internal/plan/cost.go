package plan

import (
	"slices"
	"strings"
	"time"

	"scaleproof/internal/scaling"
	"scaleproof/internal/scenario"
)

// Cost is what a request costs by a table of costs: that of the first row
// whose method, path pattern and body size match. CPU per KiB counts bytes,
// rounded down to the nanosecond. It is false where no row matches.
func Cost(table []scenario.Cost, method, path string, body int64) (cpu, wait time.Duration, ok bool) {
	i := row(table, method, path, body)
	if i < 0 {
		return 0, 0, false
	}
	perKiB := time.Duration(int64(table[i].CPUPerKiB) * body / 1024)
	return table[i].CPU.Std() + perKiB, table[i].Wait.Std(), true
}

// row is the first row that matches a request; -1 where none does.
func row(table []scenario.Cost, method, path string, body int64) int {
	path = withoutQuery(path)
	return slices.IndexFunc(table, func(c scenario.Cost) bool {
		return (c.Method == "" || c.Method == method) && (c.Path == "" || scaling.MatchPath(c.Path, path)) && (c.Over == 0 || body > int64(c.Over))
	})
}

func withoutQuery(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
}

func (b *builder) cost(path string, k *Kind) {
	if b.free {
		return
	}
	table := b.env.CostsOf(b.sc.Service)
	cpu, wait, ok := Cost(table, k.Method, k.Path, k.Body.Size)
	if !ok && (b.p.Emulated || k.Drive != "") {
		b.fault(path, "no row of environment %s's costs says what %s %s with a body of %d bytes costs",
			b.env.Name, k.Method, k.Path, k.Body.Size)
	}
	k.CPU, k.Wait = cpu, wait
	if ok {
		k.Measured = table[row(table, k.Method, k.Path, k.Body.Size)].Measured
	}
}
