package timeline

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/scaling"
)

const sec = time.Second

// dawn is the traffic's beginning of the timelines below.
var dawn = at.Add(time.Hour)

// lived is a timeline whose traffic begins at dawn and is watched for a length.
func lived(length time.Duration, events ...Event) []Event {
	all := []Event{New(at, "run", "", Started{Format: Format}), New(dawn, "traffic", "one", Stage{Name: "one", For: length})}
	return append(append(all, events...), New(dawn.Add(length), "run", "", Phase{PhaseUndo}))
}

func counted(t time.Duration, desired, running int) Event {
	return Observed(dawn.Add(t), dawn.Add(t), dawn.Add(t-10*sec), "ecs", "s", Counts{Desired: desired, Running: running})
}

func ordered(t time.Duration, id string, to int, cause string) Event {
	a := scaling.Activity{ID: id, Start: dawn.Add(t), Description: scaling.DescribeDesired(to), Cause: cause, Status: scaling.StatusSuccessful}
	return Observed(a.Start, a.Start.Add(5*sec), a.Start.Add(-5*sec), "autoscaling", id, ActivityState{a})
}

var byCPU = scaling.Cause{Kind: scaling.CauseAlarm, Alarm: "high", Policy: "cpu-policy"}.String()

// What stood before the traffic holds when it begins; what comes after the
// undo began is the run's own doing and is left out.
func TestCourse(t *testing.T) {
	refused := ordered(70*sec, "x", 9, byCPU)
	refused.Data = ActivityState{scaling.Activity{ID: "x", Start: dawn.Add(70 * sec), Description: scaling.DescribeDesired(9), Status: scaling.StatusFailed}}
	events := lived(300*sec,
		counted(-100*sec, 3, 3), counted(-50*sec, 1, 1), counted(65*sec, 2, 1), refused, counted(125*sec, 2, 2),
		New(dawn.Add(40*sec), "elbv2", "g", Health{Healthy: 1}),
		ordered(60*sec, "a", 2, byCPU), ordered(60*sec, "a", 2, byCPU), // told again when it ended
		ordered(-9*sec, "b", 1, byCPU),
		ordered(200*sec, "c", 1, "minimum capacity was set to 1"),
		New(dawn.Add(-60*sec), "cloudwatch", KeyCPU, MetricPoint{KeyCPU, 12, time.Minute}),
		New(dawn.Add(60*sec), "cloudwatch", KeyCPU, MetricPoint{KeyCPU, 70.1235, time.Minute}),
		New(dawn, "cloudwatch", KeyCPU, MetricPoint{KeyCPU, 40, time.Minute}),
		New(dawn, "cloudwatch", KeyCPU, MetricPoint{KeyCPU, 41, time.Minute}), // revised
		New(dawn, "cloudwatch", KeyRequests, MetricPoint{KeyRequests, 1500, time.Minute}),
		New(dawn.Add(sec), "traffic", "", Window{dawn, sec, 1, []KindWindow{
			{Kind: "k", Planned: 5, Unsent: map[string]int64{"ceiling": 1}, Completed: map[string]int64{"200": 2, "503": 1}, Failed: map[string]int64{"503": 1}},
			{Kind: "l", Planned: 1}}}),
	)
	events = append(events, counted(310*sec, 7, 7))
	c, ok := CourseOf(events)
	require.True(t, ok)
	require.Equal(t, Course{
		Length:  300 * sec,
		Desired: Curve{{0, 1}, {65 * sec, 2}}, Running: Curve{{0, 1}, {125 * sec, 2}}, Healthy: Curve{{40 * sec, 1}},
		CPU:      Samples{time.Minute, []Point{{0, 41_000}, {60 * sec, 70_124}}},
		Requests: Samples{time.Minute, []Point{{0, 1_500_000}}},
		Orders:   []Order{{60 * sec, 1, 2, "cpu-policy"}, {200 * sec, 2, 1, "bounds"}},
		TaskTime: 125*sec + 2*175*sec,
		Planned:  6, Unsent: 1, Ended: 3, Failed: 1,
	}, c)

	_, ok = CourseOf([]Event{New(at, "run", "", Started{})})
	require.False(t, ok, "no traffic, no course")
}

// The course of any timeline says at each instant what looking through all
// events says: what was seen last by then, or stood when the traffic began.
func TestCourseIsTheTimelines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const step = 10 * sec
		at := func(name string) time.Duration {
			return time.Duration(rapid.IntRange(-20, 70).Draw(t, name)) * step
		}
		tasks := rapid.IntRange(0, 5)
		var events []Event
		for range rapid.IntRange(0, 12).Draw(t, "counts") {
			events = append(events, counted(at("count"), tasks.Draw(t, "desired"), tasks.Draw(t, "running")))
		}
		for range rapid.IntRange(0, 6).Draw(t, "healths") {
			seen := dawn.Add(at("health"))
			events = append(events, New(seen, "elbv2", "g", Health{Healthy: tasks.Draw(t, "healthy")}))
		}
		for range rapid.IntRange(0, 12).Draw(t, "points") {
			minute := dawn.Add(time.Duration(rapid.IntRange(-3, 11).Draw(t, "minute")) * time.Minute)
			events = append(events, New(minute, "cloudwatch", KeyCPU, MetricPoint{KeyCPU, float64(rapid.IntRange(0, 100).Draw(t, "cpu")), time.Minute}))
		}
		const length = 600 * sec
		c, ok := CourseOf(lived(length, events...))
		require.True(t, ok)
		require.Equal(t, length, c.Length)
		var taskTime time.Duration
		for s := time.Duration(0); s < length; s += step {
			var want [3]*int64 // desired, running, healthy
			var last [3]time.Time
			var cpu *int64
			for _, e := range events {
				set := func(i, n int) {
					if !e.Seen.After(dawn.Add(s)) && !e.Seen.Before(last[i]) {
						v := int64(n)
						want[i], last[i] = &v, e.Seen
					}
				}
				switch d := e.Data.(type) {
				case Counts:
					set(0, d.Desired)
					set(1, d.Running)
				case Health:
					set(2, d.Healthy)
				case MetricPoint:
					if since := dawn.Add(s).Sub(e.At); since >= 0 && since < d.Period && !e.At.Before(dawn) {
						v := int64(d.Value) * 1000
						cpu = &v
					}
				}
			}
			for i, curve := range []Curve{c.Desired, c.Running, c.Healthy} {
				sameValue(t, want[i], curve.At, s)
			}
			sameValue(t, cpu, c.CPU.At, s)
			if want[1] != nil {
				taskTime += time.Duration(*want[1]) * step
			}
		}
		require.Equal(t, taskTime, c.TaskTime)
	})
}

func sameValue(t *rapid.T, want *int64, at func(time.Duration) (int64, bool), s time.Duration) {
	got, known := at(s)
	require.Equal(t, want != nil, known, "at %v", s)
	if known {
		require.Equal(t, *want, got, "at %v", s)
	}
}

// drawCurve draws a curve of a course of 500 seconds.
func drawCurve(t *rapid.T, name string) (c Curve) {
	at := rapid.IntRange(0, 50).Draw(t, name)
	for i := range rapid.IntRange(0, 12).Draw(t, name+" points") {
		c = append(c, Point{time.Duration(at) * sec, rapid.Int64Range(0, 6).Draw(t, fmt.Sprint(name, i))})
		at += rapid.IntRange(1, 60).Draw(t, name+" step")
	}
	return c
}

// The area between two curves is what adding up second by second gives, zero
// for equal ones, and the same with the two exchanged.
func TestBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawCurve(t, "a"), drawCurve(t, "b")
		until := time.Duration(rapid.IntRange(0, 600).Draw(t, "until")) * sec
		var over, under time.Duration
		for s := time.Duration(0); s < until; s += sec {
			p, known := slow(a, s)
			q, also := slow(b, s)
			if !known || !also {
				continue
			}
			over += time.Duration(max(q-p, 0)) * sec
			under += time.Duration(max(p-q, 0)) * sec
		}
		gotOver, gotUnder := Between(a, b, until)
		require.Equal(t, [2]time.Duration{over, under}, [2]time.Duration{gotOver, gotUnder})
		back, forth := Between(b, a, until)
		require.Equal(t, [2]time.Duration{under, over}, [2]time.Duration{back, forth})
		same, too := Between(a, a, until)
		require.Zero(t, same+too)
	})
}

func slow(c Curve, at time.Duration) (v int64, ok bool) {
	for _, p := range c {
		if p.At <= at {
			v, ok = p.Value, true
		}
	}
	return v, ok
}

// A single step of one task that comes d later makes d task-seconds, up or
// down, wherever it lies.
func TestShiftedStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Int64Range(0, 5).Draw(t, "from")
		to := from + rapid.SampledFrom([]int64{1, -1}).Draw(t, "way")
		at := time.Duration(rapid.IntRange(0, 200).Draw(t, "at")) * sec
		d := time.Duration(rapid.IntRange(0, 300).Draw(t, "d")) * sec
		a, b := Curve{{0, from}, {at, to}}, Curve{{0, from}, {at + d, to}}
		if at == 0 {
			a = Curve{{0, to}}
		}
		if at+d == 0 {
			b = a
		}
		over, under := Between(a, b, 1000*sec)
		require.Equal(t, d, over+under)
		require.Equal(t, d*time.Duration(from-to), over-under)
	})
}

// A band holds each of its courses, is reached by one at each instant, and is
// the course itself where all are equal.
func TestBand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var courses []Course
		for i := range rapid.IntRange(1, 4).Draw(t, "courses") {
			c := Course{Length: time.Duration(rapid.IntRange(300, 500).Draw(t, "length")) * sec, Running: drawCurve(t, fmt.Sprint("running", i))}
			c.CPU = Samples{60 * sec, nil}
			for m := range 5 {
				c.CPU.Points = append(c.CPU.Points, Point{time.Duration(m*60+i) * sec, rapid.Int64Range(0, 100).Draw(t, "cpu")})
			}
			courses = append(courses, c)
		}
		b := BandOf(courses)
		for s := time.Duration(0); s < b.Length; s += sec {
			var all []int64
			for _, c := range courses {
				if v, ok := c.Running.At(s); ok {
					all = append(all, v)
				}
			}
			lo, known := b.Running.Least.At(s)
			hi, _ := b.Running.Most.At(s)
			require.Equal(t, len(all) > 0, known)
			for _, v := range all {
				require.True(t, lo <= v && v <= hi)
			}
			require.True(t, !known || contains(all, lo) && contains(all, hi))
		}
		for i, p := range courses[0].CPU.Points {
			require.LessOrEqual(t, b.CPU.Least[i].Value, p.Value)
			require.GreaterOrEqual(t, b.CPU.Most[i].Value, p.Value)
		}
		one := BandOf(courses[:1])
		require.Equal(t, one.CPU.Least, one.CPU.Most)
		over, under := Between(one.Running.Least, courses[0].Running, one.Length)
		require.Zero(t, over+under)
	})
}

func contains(list []int64, v int64) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// The band says of each first order when the courses had it, and how many did.
func TestBandFirsts(t *testing.T) {
	courses := []Course{
		{Orders: []Order{{60 * sec, 1, 2, "cpu"}, {90 * sec, 2, 3, "cpu"}, {900 * sec, 3, 1, "requests"}}},
		{Orders: []Order{{50 * sec, 1, 2, "requests"}, {70 * sec, 2, 3, "cpu"}, {80 * sec, 3, 3, "cpu"}}},
	}
	require.Equal(t, []First{
		{Out, "", 50 * sec, 60 * sec, 2}, {Out, "cpu", 60 * sec, 70 * sec, 2}, {Out, "requests", 50 * sec, 50 * sec, 1},
		{In, "", 900 * sec, 900 * sec, 1}, {In, "requests", 900 * sec, 900 * sec, 1},
	}, BandOf(courses).Firsts)
	o, ok := courses[1].FirstOrder(Out, "")
	require.True(t, ok)
	require.Equal(t, "requests", o.By)
	_, ok = courses[1].FirstOrder(In, "")
	require.False(t, ok)
}

// What is written of a prediction is what is read.
func TestPredictionRoundTrip(t *testing.T) {
	c, _ := CourseOf(lived(300*sec, counted(0, 1, 1), counted(65*sec, 2, 1), ordered(60*sec, "a", 2, byCPU)))
	for _, p := range []Prediction{{Seed: 3, Course: c, Seeds: []uint64{3, 4}, Band: BandOf([]Course{c, c})}, {}} {
		b, err := json.Marshal(p)
		require.NoError(t, err)
		var back Prediction
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, p, back)
	}
}
