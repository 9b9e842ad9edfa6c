package emulator_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	aas "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/stretchr/testify/require"

	"scaleproof/internal/clock"
)

// On a clock that follows the wall nobody holds anything: requests and calls
// of many clients at once are served in its time, and the latency that the
// header tells is the model's.
func TestScaledClock(t *testing.T) {
	a := open(t, clock.NewScaled(clock.Epoch, 500))
	var clients sync.WaitGroup
	for n := range uint64(16) {
		clients.Go(func() {
			draw := rand.New(rand.NewPCG(n, 1))
			for i := range uint64(40) {
				path := []string{"/web/light", "/small"}[draw.IntN(2)]
				status, h := a.send(context.Background(), arrival{number: 1 + n + 16*i, path: path})
				a.record("%s %d %s", path, status, h.Get("Server-Timing"))
				if i%10 == 0 {
					_, err := a.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &web.Cluster, Services: []string{"web"}})
					a.record("call %v", err)
				}
			}
		})
	}
	clients.Wait()
	require.Len(t, a.results, 16*40+16*4)
	counts := map[string]int{}
	for _, r := range a.results {
		var path, timing string
		var status int
		if n, _ := fmt.Sscan(r, &path, &status, &timing); n < 2 {
			require.Equal(t, "call <nil>", r)
			continue
		}
		counts[fmt.Sprint(path, " ", status)]++
	}
	require.Positive(t, counts["/web/light 200"])
	require.Positive(t, counts["/small 200"])
	require.Positive(t, counts["/small 503"], "sixteen clients and a queue for one")
	require.Empty(t, a.clock.Holders())
}

// A request that waits on a scaled clock wakes when its time has come, without
// any other event.
func TestScaledClockAlone(t *testing.T) {
	b := start(t, clock.NewScaled(clock.Epoch, 1000))
	began := b.clock.Now()
	status, h := b.send(context.Background(), arrival{path: "/web/never"})
	require.Equal(t, 504, status)
	require.Equal(t, "model;dur=60000.000000", h.Get("Server-Timing"))
	require.GreaterOrEqual(t, b.clock.Now().Sub(began), time.Minute)
}

// Clients that know nothing of this project, as curl and wrk, scale the service
// as well.
func TestPlainRequestsScaleTheService(t *testing.T) {
	a := open(t, clock.NewScaled(clock.Epoch, 100))
	var clients sync.WaitGroup
	sending, stop := context.WithCancel(context.Background())
	for range 32 {
		clients.Go(func() {
			for sending.Err() == nil {
				a.send(sending, arrival{path: "/web/heavy"})
			}
		})
	}
	require.Eventually(t, func() bool {
		out, err := a.aas.DescribeScalingActivities(ctx, &aas.DescribeScalingActivitiesInput{ServiceNamespace: "ecs", ResourceId: webID})
		return err == nil && len(out.ScalingActivities) > 0 && strings.Contains(*out.ScalingActivities[0].Cause, "-AlarmHigh-")
	}, time.Minute, 50*time.Millisecond)
	stop()
	clients.Wait()
}
