package calibrate

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var began = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// shown are the minutes of a pattern with two of rest before it and after it,
// as a service shows them whose requests cost so many points for each a second
// on one of its tasks, and of whose CPU a part is told a minute late.
func shown(rate, cost, late float64, tasks int, noise func() float64) (minutes []Minute) {
	rates := []float64{0, 0}
	for _, p := range Pattern {
		for range p.Minutes {
			rates = append(rates, rate*p.Of)
		}
	}
	rates, before := append(rates, 0, 0), 0.0
	for i, r := range rates {
		sent := int64(r * 60)
		used := float64(sent) / 60 / float64(tasks) * cost
		cpu := 3 + (1-late)*used + late*before + noise()
		minutes = append(minutes, Minute{Start: began.Add(time.Duration(i) * time.Minute), Sent: []int64{sent, 0}, Tasks: tasks, CPU: &cpu})
		before = used
	}
	return minutes
}

func none() float64 { return 0 }

// Whatever part of a minute's CPU is told in the next one, the cost is what it
// is, and on several tasks too.
func TestFitFindsTheCostWhateverIsLate(t *testing.T) {
	for _, late := range []float64{0, 0.3, 0.9} {
		for _, tasks := range []int{1, 3} {
			e, err := Fit(shown(12, 2.5, late, tasks, none), 0)
			require.NoError(t, err)
			require.InDelta(t, 2.5, e.Points.Mean, 1e-9, "%v of it late", late)
			require.InDelta(t, 3, e.Rest.Mean, 1e-9)
			require.InDelta(t, 12/float64(tasks), e.Highest, 1e-9)
			require.Equal(t, int64(12*60*4+6*60*2), e.Requests)
			require.Equal(t, 11, e.Minutes)
			require.False(t, e.Bent)
			// Minutes that agree to the last digit are not believed that far.
			require.InDelta(t, 0.005*2.5, e.Points.High-e.Points.Mean, 0.01)
		}
	}
}

// The interval is what it says: of 2,000 noisy patterns 90 % hold the truth. A
// normal quantile in place of Student's would hold 86 %.
func TestFitCoversAsOftenAsItSays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	held, draws := 0, 2000
	for range draws {
		e, err := Fit(shown(10, 2.5, 0.2, 1, func() float64 { return 1.5 * r.NormFloat64() }), 0)
		require.NoError(t, err)
		if e.Points.Low <= 2.5 && 2.5 <= e.Points.High && !e.Bent {
			held++
		}
	}
	require.InDelta(t, Confidence, float64(held)/float64(draws), 0.015)
}

// What costs too little for the noise has an interval that reaches to zero.
func TestFitTellsWhatItCannotSee(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	e, err := Fit(shown(10, 0.001, 0, 1, func() float64 { return r.NormFloat64() }), 0)
	require.NoError(t, err)
	require.False(t, e.Seen())
	require.Greater(t, e.Points.High, 0.001)
	e, err = Fit(shown(10, 1, 0, 1, func() float64 { return r.NormFloat64() / 10 }), 0)
	require.NoError(t, err)
	require.True(t, e.Seen())
}

// A service that can do no more shows less CPU for a request at the full rate
// than at half of it: the interval holds both.
func TestFitTellsABend(t *testing.T) {
	minutes := shown(10, 4, 0, 1, none)
	for i := range minutes {
		if *minutes[i].CPU > 28 {
			most := 28.0 // 3 at rest, 40 for the full rate, of which 25 are all that there is
			minutes[i].CPU = &most
		}
	}
	e, err := Fit(minutes, 0)
	require.NoError(t, err)
	require.True(t, e.Bent)
	require.LessOrEqual(t, e.Points.Low, 2.6)
	require.GreaterOrEqual(t, e.Points.High, 3.9)
}

// Minutes with another kind in them or before them, without a datapoint, or of
// other tasks are left out; what they show is far from the truth here.
func TestFitLeavesOutWhatItCannotUse(t *testing.T) {
	wrong := 90.0
	for name, spoil := range map[string]func(*Minute){
		"another kind": func(m *Minute) { m.Sent, m.CPU = []int64{m.Sent[0], 60}, &wrong },
		"no datapoint": func(m *Minute) { m.CPU = nil },
		"other tasks":  func(m *Minute) { m.Tasks, m.CPU = 0, &wrong },
	} {
		minutes := shown(10, 4, 0, 1, none)
		spoil(&minutes[4])
		e, err := Fit(minutes, 0)
		require.NoError(t, err, name)
		require.InDelta(t, 4, e.Points.Mean, 1e-9, name)
		require.Less(t, e.Minutes, 11, name)
	}
}

func TestFitSaysWhatIsMissing(t *testing.T) {
	minutes := shown(10, 4, 0, 1, none)
	_, err := Fit(minutes, 1)
	require.ErrorIs(t, err, ErrFew)
	require.ErrorContains(t, err, "none of the kind was sent in one that can be used")
	_, err = Fit(minutes[:6], 0)
	require.ErrorIs(t, err, ErrFew)
	require.ErrorContains(t, err, "5 can be used, 6 are needed")
	for i := range minutes {
		minutes[i].Sent = []int64{60, 0} // always the same rate
	}
	_, err = Fit(minutes, 0)
	require.ErrorIs(t, err, ErrFew)
	require.ErrorContains(t, err, "hardly differ")
}

// The rise of a single minute counts what came in the minute after it.
func TestRise(t *testing.T) {
	cpu := func(v float64) *float64 { return &v }
	minutes := []Minute{
		{Sent: []int64{0}, Tasks: 1}, {Sent: []int64{0}, Tasks: 1, CPU: cpu(2)}, {Sent: []int64{0}, Tasks: 1, CPU: cpu(4)},
		{Sent: []int64{60}, Tasks: 1, CPU: cpu(9)}, {Sent: []int64{0}, Tasks: 1, CPU: cpu(5)},
	}
	for i := range minutes {
		minutes[i].Start = began.Add(time.Duration(i) * time.Minute)
	}
	rise, noise, known := Rise(minutes, began.Add(3*time.Minute))
	require.True(t, known)
	require.InDelta(t, 6+2, rise, 1e-9)
	require.InDelta(t, 1.4142, noise, 1e-3)
	minutes[4].CPU = nil
	_, _, known = Rise(minutes, began.Add(3*time.Minute))
	require.False(t, known, "half of it is not told yet")
}
