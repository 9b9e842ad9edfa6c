package traffic

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
	"scaleproof/internal/plan"
	"scaleproof/internal/testbed"
	"scaleproof/internal/timeline"
)

// A server that is not ours: what the windows say adds up with nginx's own
// log, by status and by number, nothing twice and nothing left out.
func TestAgainstNginx(t *testing.T) {
	server := testbed.Nginx(t, "$status,$http_x_load_request", `
		location /good { return 200 "fine"; }
		location /bad { return 403; }`)
	p := steady(60, 1500*time.Millisecond)
	p.Ceiling = 200
	p.Kinds[0] = plan.Kind{Name: "good", Method: "GET", Path: "/good", Timeout: 30 * time.Second}
	p.Kinds = append(p.Kinds, plan.Kind{Name: "bad", Method: "POST", Path: "/bad", Timeout: 30 * time.Second})
	p.Stages[0].Rates = append(p.Stages[0].Rates, plan.Rate{From: 20, To: 20})

	c := clock.NewWall()
	defer c.Stop()
	var windows []timeline.Window
	e := Start(Config{Clock: c, Plan: p, Base: &url.URL{Scheme: "http", Host: server.Address}, Start: c.Now(), Emit: func(events ...timeline.Event) {
		for _, e := range events {
			if w, ok := e.Data.(timeline.Window); ok {
				windows = append(windows, w)
			}
		}
	}})
	defer e.Close()
	require.True(t, e.Wait("test"))

	lines := server.Log()
	s := sumOf(t, windows...)
	require.Greater(t, s.planned, int64(60))
	require.EqualValues(t, s.planned, len(lines))
	require.Equal(t, s.planned, s.sent)
	require.Equal(t, s.planned, s.completed)
	require.Equal(t, s.planned, s.measured)
	by := map[string]int64{}
	numbers := map[string]bool{}
	for _, line := range lines {
		status, number, _ := strings.Cut(line, ",")
		by[status]++
		numbers[number] = true
	}
	require.Equal(t, by, completed(windows))
	require.Positive(t, by["200"])
	require.Equal(t, s.failed, by["403"])
	require.Len(t, numbers, len(lines))
}
