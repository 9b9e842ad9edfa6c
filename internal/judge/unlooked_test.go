package judge

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/timeline"
)

// lot are ten-second windows of ten thousand answers, of which the first 300
// were looked at and of the others some by lot.
func lot(windows int, refused int64) (list []window) {
	for i := range windows {
		list = append(list, window{Window: timeline.Window{Start: time.Unix(int64(10*i), 0), Length: 10 * time.Second, Kinds: []timeline.KindWindow{{
			Kind: "a", Sent: 10000, Completed: map[string]int64{"207": 10000}, Failed: map[string]int64{content: refused},
			Sample: &timeline.Sample{Checked: 300, Refused: refused, Unchecked: 9400},
		}}}})
	}
	return list
}

func TestUnlookedAnswersAreAnInterval(t *testing.T) {
	for name, c := range map[string]struct {
		in          failures
		least, most int64
	}{
		"all looked at":              {failures{failed: 7}, 7, 7},
		"none drawn":                 {failures{failed: 2, sample: timeline.Sample{Unchecked: 50}}, 2, 52},
		"none refused of 300":        {failures{sample: timeline.Sample{Checked: 300, Unchecked: 9400}}, 0, 165},
		"all refused":                {failures{failed: 300, sample: timeline.Sample{Checked: 300, Refused: 300, Unchecked: 9400}}, 300 + 9235, 300 + 9400},
		"three refused of 300":       {failures{failed: 3, sample: timeline.Sample{Checked: 300, Refused: 3, Unchecked: 9400}}, 3 + 10, 3 + 340},
		"more windows, a closer eye": {sum(lot(10, 3), nil).failures(), 30 + 557, 30 + 1475},
	} {
		least, most := c.in.between()
		require.Equal(t, [2]int64{c.least, c.most}, [2]int64{least, most}, name)
	}
}

// A stretch is judged by the lot of all its windows together: what one of them
// leaves open three may settle.
func TestAStretchAddsItsLotsUp(t *testing.T) {
	peak, _, stretches := slide(lot(6, 0), nil, 10*time.Second, failures.most)
	require.Equal(t, 6, stretches)
	require.EqualValues(t, 165, peak) // hundredths of a percent
	peak, _, _ = slide(lot(6, 0), nil, 30*time.Second, failures.most)
	require.EqualValues(t, 55, peak)
	peak, _, _ = slide(lot(6, 0), nil, 30*time.Second, failures.least)
	require.Zero(t, peak)
	peak, _, _ = slide(lot(6, 100), nil, 30*time.Second, failures.least)
	require.InDelta(t, 2880, peak, 60, "a third refused, and at least a little less for certain")
}

func TestASampleThatCannotBe(t *testing.T) {
	for name, s := range map[string]timeline.Sample{
		"more refused than drawn": {Checked: 1, Refused: 2},
		"more than were answered": {Checked: 5, Unchecked: 6},
		"fewer than none":         {Unchecked: -1},
		"refused and not failed":  {Checked: 4, Refused: 4},
	} {
		k := timeline.KindWindow{Kind: "a", Completed: map[string]int64{"207": 10, "503": 2}, Failed: map[string]int64{content: 3, "503": 2}, Sample: &s}
		require.NotEmpty(t, impossibleSample(k), name)
	}
	k := timeline.KindWindow{Kind: "a", Completed: map[string]int64{"207": 10}, Failed: map[string]int64{content: 3}, Sample: &timeline.Sample{Checked: 4, Refused: 3, Unchecked: 6}}
	require.Empty(t, impossibleSample(k))
}
