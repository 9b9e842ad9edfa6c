package main

import (
	"fmt"
	"math"
	"time"
)

// goals is what was aimed for, and whether it was reached. What was not
// measured has no row.
func (b *bench) goals() rows {
	t := rows{{"goal for loadgen", "measured", ""}}
	add := func(goal, measured string, holds bool) {
		word := "holds"
		if !holds {
			word = "**missed**"
		}
		t = append(t, []string{goal, measured, word})
	}
	// CPU, where the target gives the pace.
	for _, g := range []struct {
		test, tool string
		most       float64
	}{
		{saturated, "wrk", 1.10}, {saturated, "bombardier", 0.8}, {saturated, "fortio", 0.8}, {saturated, "vegeta", 0.25}, {saturated, "k6", 0.12},
		{"tls", "vegeta", 0.95}, {"http2", "vegeta", 0.95},
	} {
		whole, ok := b.ratio(g.test, g.tool, b.whole)
		without, _ := b.ratio(g.test, g.tool, b.beyond)
		if ok {
			add(fmt.Sprintf("CPU per request, %s: at most %.2f of %s's", g.test, g.most, g.tool),
				fmt.Sprintf("%.2f; %.2f without beginning and end", whole, without), whole <= g.most)
		}
	}
	for _, x := range b.tests {
		if rate, ok := middle(b.of(x.name, "loadgen", func(r result) float64 { return r.rate })); ok && x.rate >= 40_000 {
			add(fmt.Sprintf("%s/s held within 0.1 %%", x.name), fmt.Sprintf("%.0f/s", rate), math.Abs(rate/float64(x.rate)-1) <= 0.001)
		}
	}
	for _, test := range []string{"1k", "10k"} {
		if p50, p99, ok := b.spreadOf(test, "loadgen"); ok {
			add(test+"/s: off the schedule by at most 20 µs (p50) and 1 ms (p99; 100 µs on a quiet machine)",
				fmt.Sprintf("%.0f and %.0f µs", p50, p99), p50 <= 20 && p99 <= 1000)
		}
	}
	if _, p99, ok := b.spreadOf("10k", "loadgen, economy"); ok {
		cpu, _ := middle(b.of("10k", "loadgen, economy", result.perRequest))
		add("10k/s, pace: economy: at most 25 µs of CPU per request, and 500 µs off the schedule (p99)",
			fmt.Sprintf("%.1f and %.0f µs", cpu, p99), cpu <= 25 && p99 <= 500)
	}
	if rs := b.results[key(freeze, "loadgen")]; len(rs) > 0 && rs[0].failed == "" {
		far := 0.0
		for _, c := range corners {
			far = max(far, math.Abs(float64(c.of(rs[0].told))/float64(c.of(rs[0].truth))-1))
		}
		add("target frozen: p99, p99.9 and max within 1 % of the truth", fmt.Sprintf("within %.2f %%", 100*far), far <= 0.01)
	}
	if most, ok := b.most(func(r result) int64 { return r.sending }); ok {
		anon, _ := b.most(func(r result) int64 { return r.anon })
		add("memory: at most 16 MiB while it sends, at any rate", fmt.Sprintf("%.0f MiB at most; %.0f without the pages of files, its own program's", most, anon), most <= 16)
	}
	return t
}

func (b *bench) spreadOf(test, tool string) (p50, p99 float64, ok bool) {
	p50, ok = middle(b.of(test, tool, inMicros(func(r result) time.Duration { return r.spread.p50 })))
	p99, _ = middle(b.of(test, tool, inMicros(func(r result) time.Duration { return r.spread.p99 })))
	return p50, p99, ok
}

// most is the most memory, in MiB, of loadgen at a rate that it was asked for.
func (b *bench) most(f func(result) int64) (most float64, ok bool) {
	for _, x := range b.tests {
		if x.outside {
			for _, m := range b.of(x.name, "loadgen", func(r result) float64 { return float64(f(r)) / (1 << 20) }) {
				most, ok = max(most, m), true
			}
		}
	}
	return most, ok
}
