package judge

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/timeline"
)

// foretell puts a payload before the traffic of a tale.
func foretell(told []timeline.Event, p timeline.Payload) (events []timeline.Event) {
	add := func(e timeline.Event) {
		e.Seq = int64(len(events) + 1)
		events = append(events, e)
	}
	for _, e := range told {
		if e.Data == (timeline.Phase{Name: timeline.PhaseTraffic}) && p != nil {
			add(timeline.New(e.At, "run", "", p))
		}
		add(e)
	}
	return events
}

func course(t *testing.T, events []timeline.Event) timeline.Course {
	t.Helper()
	c, ok := timeline.CourseOf(events)
	require.True(t, ok)
	return c
}

func divergence(t *testing.T, events []timeline.Event) *Divergence {
	t.Helper()
	v, err := Judge(events)
	require.NoError(t, err)
	return v.Divergence
}

// A run that was foretold as it came has no divergence; one of which the
// timeline says that it could not be, or nothing, has none either, and says so.
func TestDivergence(t *testing.T) {
	told := cpuHeavy().events()
	c := course(t, told)
	d := divergence(t, foretell(told, timeline.Prediction{Course: c, Seeds: []uint64{1}, Band: timeline.BandOf([]timeline.Course{c})}))
	require.False(t, d.Large)
	require.Zero(t, d.Desired.Size+d.Running.Size+d.Desired.Outside)
	require.Equal(t, Seconds(c.TaskTime), d.Running.Observed)
	require.NotEmpty(t, d.Actions)

	require.Equal(t, &Divergence{Absent: "because"}, divergence(t, foretell(told, timeline.Unpredicted{Reason: "because"})))
	require.Equal(t, &Divergence{Absent: "the timeline holds no prediction"}, divergence(t, told))
	late := append(told[:len(told):len(told)], timeline.New(told[len(told)-1].At, "run", "", timeline.Prediction{Course: c}))
	late[len(late)-1].Seq = int64(len(late))
	require.Equal(t, "the timeline holds no prediction", divergence(t, late).Absent, "what is told after the traffic is no prediction")
	bare := cpuHeavy()
	bare.command = "loadgen run"
	require.Nil(t, divergence(t, bare.events()))
}

// What was predicted d earlier or later makes d for each task of each order,
// whichever is the run and whichever the prediction.
func TestDivergenceOfAShift(t *testing.T) {
	seen := course(t, cpuHeavy().events())
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.IntRange(-240, 240).Draw(t, "shift")) * time.Second
		shifted := seen
		shifted.Desired, shifted.Orders = nil, nil
		var tasks int64
		for i, p := range seen.Desired {
			if i > 0 {
				n := p.Value - seen.Desired[i-1].Value
				tasks += max(n, -n)
				p.At += d
			}
			shifted.Desired = append(shifted.Desired, p)
		}
		for _, o := range seen.Orders {
			o.At += d
			shifted.Orders = append(shifted.Orders, o)
		}
		want := Seconds(max(d, -d)) * Seconds(tasks)
		forth := compare(timeline.Prediction{Course: seen, Seeds: []uint64{1}, Band: timeline.BandOf([]timeline.Course{seen})}, shifted)
		back := compare(timeline.Prediction{Course: shifted, Seeds: []uint64{1}, Band: timeline.BandOf([]timeline.Course{shifted})}, seen)
		require.Equal(t, want, forth.Desired.Size)
		require.Equal(t, want, back.Desired.Size)
		require.Equal(t, forth.Desired.Balance, -back.Desired.Balance)
		require.Equal(t, forth.Desired.Size, forth.Desired.Outside)
		require.Equal(t, Seconds(d), *forth.Actions[0].Late)
		require.Equal(t, -Seconds(d), *back.Actions[0].Late)
		require.Zero(t, forth.Missing+forth.Extra)
	})
}

// Orders of another cause are missing and extra; what a run that was cut off
// had no time for is neither.
func TestDivergenceOfOrders(t *testing.T) {
	order := func(at time.Duration, from, to int, by string) timeline.Order {
		return timeline.Order{At: at, From: from, To: to, By: by}
	}
	want := timeline.Course{Length: time.Hour, Orders: []timeline.Order{
		order(time.Minute, 1, 2, "cpu"), order(2*time.Minute, 2, 3, "cpu"), order(40*time.Minute, 3, 1, "cpu"),
	}}
	got := timeline.Course{Length: 30 * time.Minute, Orders: []timeline.Order{order(time.Minute, 1, 3, "requests"), order(10*time.Minute, 3, 3, "cpu")}}
	d := compare(timeline.Prediction{Course: want, Seeds: []uint64{1, 2}, Band: timeline.BandOf([]timeline.Course{want, {Length: time.Hour}})}, got)
	require.Equal(t, [2]int{2, 1}, [2]int{d.Missing, d.Extra})
	require.Len(t, d.Actions, 3, "out: any, cpu, requests; in: none in the stretch that both cover")
	require.Equal(t, 2, d.Actions[0].Predicted)
	require.Equal(t, 1, d.Actions[0].Worlds)
	require.Equal(t, "requests", d.Actions[2].By)
	require.Nil(t, d.Actions[2].Expected)
	require.Equal(t, Seconds(30*time.Minute), d.Length)
}

// When everybody is told of it: outside the band by more than a task's minute
// and a twentieth, or a first order that all worlds have and the run has not,
// that none of them has, or that lies more than two minutes outside theirs.
func TestDivergenceIsLarge(t *testing.T) {
	s := func(d time.Duration) *Seconds { return seconds(d) }
	for name, c := range map[string]struct {
		d    Divergence
		want bool
	}{
		"nothing":                    {Divergence{}, false},
		"a minute":                   {Divergence{Running: Area{Outside: Seconds(time.Minute)}}, false},
		"more":                       {Divergence{Desired: Area{Outside: Seconds(time.Minute + 1)}}, true},
		"less than a twentieth":      {Divergence{Running: Area{Predicted: Seconds(time.Hour), Outside: Seconds(3 * time.Minute)}}, false},
		"more than a twentieth":      {Divergence{Running: Area{Predicted: Seconds(time.Hour), Outside: Seconds(3*time.Minute + 1)}}, true},
		"missing, as in a world":     {Divergence{Worlds: 2, Actions: []Orders{{Direction: "out", Worlds: 1, Expected: s(0), Earliest: s(0), Latest: s(0)}}}, false},
		"missing, as in none":        {Divergence{Worlds: 2, Actions: []Orders{{Direction: "out", Worlds: 2, Expected: s(0), Earliest: s(0), Latest: s(0)}}}, true},
		"unexpected":                 {Divergence{Worlds: 2, Actions: []Orders{{Direction: "in", First: s(0)}}}, true},
		"two minutes late":           {Divergence{Worlds: 1, Actions: []Orders{{Direction: "in", Worlds: 1, First: s(5 * time.Minute), Expected: s(0), Late: s(5 * time.Minute), Earliest: s(0), Latest: s(3 * time.Minute)}}}, false},
		"more than two minutes late": {Divergence{Worlds: 1, Actions: []Orders{{Direction: "in", Worlds: 1, First: s(5*time.Minute + 1), Expected: s(0), Late: s(5 * time.Minute), Earliest: s(0), Latest: s(3 * time.Minute)}}}, true},
		"of one cause alone":         {Divergence{Worlds: 1, Actions: []Orders{{Direction: "in", By: "cpu", First: s(0)}}}, false},
	} {
		c.d.tell()
		require.Equal(t, c.want, c.d.Large, "%s: %s", name, c.d.Sentence)
	}
}

// A zero that nobody measured is not told.
func TestAbsentDivergenceInJSON(t *testing.T) {
	b, err := json.Marshal(&Divergence{Absent: "because"})
	require.NoError(t, err)
	require.JSONEq(t, `{"absent":"because"}`, string(b))
	b, err = json.Marshal(Verdict{Divergence: &Divergence{Worlds: 6}})
	require.NoError(t, err)
	require.Contains(t, string(b), `"missing":0,"extra":0`)
}

func TestSecondsInJSON(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0", 90 * time.Second: "90", 1500 * time.Millisecond: "1.5", -1234567 * time.Microsecond: "-1.235", 1: "0",
	} {
		b, err := json.Marshal(Seconds(d))
		require.NoError(t, err)
		require.Equal(t, want, string(b))
	}
}
