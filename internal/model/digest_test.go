package model_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/model"
	"scaleproof/internal/scaling"
)

const digests = "testdata/digests.txt"

// A digest stands for all that a history put out: its answers, its log, what
// was read every five minutes, and what its alarms went through. The committed
// ones must come out on every machine; .ci/arm64 asks another one.
func TestDigests(t *testing.T) {
	var got strings.Builder
	require.GreaterOrEqual(t, len(histories), 10)
	for _, h := range histories {
		fmt.Fprintln(&got, h.digest(t))
	}
	if *update {
		require.NoError(t, os.WriteFile(digests, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(digests)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}

// told is a history that a program tells: a world, and what is done to it.
type told struct {
	name   string
	world  func(*model.Config)
	load   []burst
	change map[int]scaling.Change // by minute
}

// burst is load from a minute on: a request of a path so often, the gaps drawn
// evenly from nothing to twice the mean.
type burst struct {
	from, until int // minutes
	path        string
	every       time.Duration
}

func (h told) digest(t *testing.T) string {
	c := local(1)
	h.world(&c)
	w := model.New(c)
	sum := sha256.New()
	lines, answers, activities := 0, 0, 0
	w.Trace(func(line string) {
		lines++
		if strings.Contains(line, "Z activity ") {
			activities++
		}
		fmt.Fprintln(sum, line)
	})
	note := func(list []model.Answer) {
		for _, a := range list {
			answers++
			fmt.Fprintln(sum, a.Number, a.At.UnixNano(), a.Status, a.Reason, a.Task)
		}
	}
	r := rand.New(rand.NewPCG(c.Seed, 9)) // integers alone: floats of math/rand need a logarithm
	due := make([]time.Time, len(h.load))
	for i, b := range h.load {
		due[i] = start.Add(time.Duration(b.from) * time.Minute)
	}
	number := uint64(0)
	for minute := range 100 {
		if c, ok := h.change[minute]; ok {
			c.Service = web
			_, err := w.Do(start.Add(time.Duration(minute)*time.Minute), c)
			require.NoError(t, err, h.name)
		}
		end := start.Add(time.Duration(minute+1) * time.Minute)
		for {
			next := -1
			for i, b := range h.load {
				if due[i].Before(end) && minute < b.until && (next < 0 || due[i].Before(due[next])) {
					next = i
				}
			}
			if next < 0 {
				break
			}
			number++
			b := h.load[next]
			note(w.Submit(due[next], model.Request{Number: number, Method: "POST", Path: b.path, Body: int64(number % 4096)}))
			due[next] = due[next].Add(time.Duration(r.Int64N(int64(2 * b.every))))
		}
		note(w.Advance(end))
		if minute%5 == 4 {
			seen(t, w, sum)
		}
	}
	return fmt.Sprintf("%-34s %6d answers %7d lines %3d of activities  %x", h.name, answers, lines, activities, sum.Sum(nil))
}

// seen adds all that can be read of a world.
func seen(t *testing.T, w *model.World, to io.Writer) {
	t.Helper()
	what := model.What{Service: true, Targets: true, Scalable: true, Policies: true, Alarms: true, Activities: true}
	for _, name := range []string{"CPUUtilization", "MemoryUtilization", "RequestCountPerTarget", "TargetResponseTime", "HealthyHostCount"} {
		m := scaling.Metric{Namespace: "AWS/ApplicationELB", Name: name, Statistic: "Average", Period: time.Minute,
			Dimensions: []scaling.Dimension{{Name: "LoadBalancer", Value: balancer}, {Name: "TargetGroup", Value: group}}}
		if strings.HasSuffix(name, "Utilization") {
			m.Namespace, m.Dimensions = "AWS/ECS", []scaling.Dimension{{Name: "ClusterName", Value: web.Cluster}, {Name: "ServiceName", Value: web.Name}}
		}
		if name == "TargetResponseTime" {
			m.Statistic = "p99"
		}
		what.Metrics = append(what.Metrics, m)
	}
	l, err := w.Look(web, what)
	require.NoError(t, err)
	b, err := json.Marshal(l)
	require.NoError(t, err)
	fmt.Fprintf(to, "%s\n", b)
	for _, a := range l.Alarms.List {
		b, err := json.Marshal(w.History(a.Name))
		require.NoError(t, err)
		fmt.Fprintf(to, "%s\n", b)
	}
}
