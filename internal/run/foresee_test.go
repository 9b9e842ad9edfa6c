package run

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/flaw"
	"scaleproof/internal/predict"
	"scaleproof/internal/scenario"
	"scaleproof/internal/timeline"
)

// As many worlds as a number of requests goes round.
func TestWorlds(t *testing.T) {
	require.Equal(t, 6, worlds(40_000))
	require.Equal(t, 4, worlds(100_000))
	require.Equal(t, 1, worlds(8_640_000))
}

// Where nothing can be predicted, the timeline says why.
func TestUnpredicted(t *testing.T) {
	doc, p := planned(t, "testdata/brief.yaml")
	ctx := context.Background()
	told := predicted(ctx, &doc.Environment, p, p.Seed, predict.Options{}).(timeline.Prediction)
	require.Len(t, told.Seeds, mostWorlds)
	require.Equal(t, doc.Environment.Emulator.Seed, told.Seed, "the environment sets one")
	require.NotEmpty(t, told.Course.Desired)

	doc.Environment.Emulator.Delays.Publication.Max = 1 << 50 // no datapoint ever comes
	doc.Environment.Emulator.Delays.Publication.Min = 1 << 50
	doc.Environment.Emulator.Past.Lived = 0
	why := predicted(ctx, &doc.Environment, p, p.Seed, predict.Options{}).(timeline.Unpredicted)
	require.Contains(t, why.Reason, "still lack data 10m0s after the policies were put")

	doc.Environment.Emulator = nil
	why = predicted(ctx, &doc.Environment, p, p.Seed, predict.Options{}).(timeline.Unpredicted)
	require.Contains(t, why.Reason, "environment "+doc.Environment.Name+" does not say what a request costs")
}

// A run is predicted without what is not known before it, which it meets all
// the same.
func TestForeseesNoFaults(t *testing.T) {
	foreseen := func(change func(*scenario.Emulator)) timeline.Payload {
		doc, p := planned(t, "testdata/brief.yaml")
		change(doc.Environment.Emulator)
		before := doc.Clone()
		s := begin(&session{doc: doc, plan: p, place: &place{seed: p.Seed}})
		defer s.finish()
		end := s.foresee(context.Background(), predict.Options{})
		<-s.foreseen.done
		end()
		require.Equal(t, before.Environment, doc.Environment)
		return s.foreseen.told
	}
	told := foreseen(func(*scenario.Emulator) {})
	require.IsType(t, timeline.Prediction{}, told)
	require.Equal(t, told, foreseen(func(em *scenario.Emulator) {
		em.Faults = []scenario.Flaw{{Name: flaw.StartsSlow}}
		em.Deviations = []scenario.Flaw{{Name: "no-scale-in"}}
		em.Happenings = []scenario.Happening{{At: scenario.Duration(time.Minute), Service: "web-ingestion", Kill: 1}}
	}))
}

// An interrupt before the traffic gives the prediction up, and the run goes to
// its undo.
func TestInterruptEndsThePrediction(t *testing.T) {
	var out bytes.Buffer
	interrupts := make(chan os.Signal, 1)
	interrupts <- os.Interrupt
	con := console(&out)
	con.Interrupts = interrupts
	reports := t.TempDir()
	err := Validate(context.Background(), con, Options{Scenario: "testdata/short.yaml", Reports: reports})
	require.Equal(t, ExitInterrupted, Code(err), out.String())
	files, err := filepath.Glob(filepath.Join(reports, "*", timeline.FileName))
	require.NoError(t, err)
	require.Len(t, files, 1)
	events, err := timeline.ReadFile(files[0])
	require.NoError(t, err)
	for _, e := range events {
		require.NotEqual(t, timeline.Phase{Name: timeline.PhaseTraffic}, e.Data)
	}
	require.Equal(t, timeline.Ended{Outcome: timeline.EndInterrupted, Restored: true}, events[len(events)-1].Data)
}
