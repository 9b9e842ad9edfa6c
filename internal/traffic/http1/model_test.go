package http1

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestModel(t *testing.T) {
	for field, want := range map[string]time.Duration{
		"Server-Timing: model;dur=125.000000":                               125 * time.Millisecond,
		"Server-Timing: model;dur=0.5":                                      500 * time.Microsecond,
		"Server-Timing: model;dur=0.000001":                                 1,
		"Server-Timing: model;dur=1.2345678999":                             1234567, // the rest is below a nanosecond
		"Server-Timing: model;dur=7":                                        7 * time.Millisecond,
		"server-timing:model;dur=7  ":                                       7 * time.Millisecond,
		"Server-Timing: model;dur=3600000":                                  time.Hour,
		"Server-Timing: model;dur=3600000.000001":                           0,
		"Server-Timing: model;dur=99999999999999999999":                     0,
		"Server-Timing: model;dur=5\r\nServer-Timing: model;dur=6":          5 * time.Millisecond, // the first says it
		"Server-Timing: db;dur=5\r\nServer-Timing: model;dur=6":             0,
		"Server-Timing: model":                                              0,
		"Server-Timing: model;dur=":                                         0,
		"Server-Timing: model;dur=.":                                        0,
		"Server-Timing: model;dur=-3":                                       0,
		"Server-Timing: model;dur=1.2.3":                                    0,
		"Server-Timing: model;dur=NaN":                                      0,
		"Server-Timing: model;dur=1e3":                                      0,
		"Server-Timing: model;dur=1, db;dur=2":                              0,
		"Server-Timing: cache;dur=3":                                        0,
		"Server-Timing: model;dur=1.00000000000000000000000000000000000000": 0, // longer than any emulator writes
		"X-Server-Timing: model;dur=1":                                      0,
	} {
		var p Parser
		_, err := p.Feed([]byte("HTTP/1.1 204 No\r\n" + field + "\r\n\r\n"))
		require.NoError(t, err)
		require.True(t, p.Done())
		require.Equal(t, want, p.Model(), field)
	}
	// What an emulator writes is read to the nanosecond.
	random := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		d := time.Duration(random.Int64N(int64(time.Hour)))
		text := fmt.Sprintf("model;dur=%d.%06d", d/time.Millisecond, d%time.Millisecond)
		require.Equal(t, d, modelled([]byte(text)), text)
	}
}
