package policies_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"scaleproof/internal/clock"
	"scaleproof/internal/policies"
	"scaleproof/internal/scaling"
)

func start(l scaling.Look) policies.Start {
	return policies.Start{
		Run: "r", Scenario: "s", Environment: "local", Service: web,
		Kind: policies.Endpoint, URL: "http://127.0.0.1:1", Region: "eu-west-1", Look: l,
	}
}

func stepping() *clock.Clock {
	c := clock.NewStepping(clock.Epoch)
	c.Keep("test")
	return c
}

// Whatever stood, whatever is wanted, and wherever the run and then the first
// restore are killed, between two lines or before or after a call took
// effect: restoring brings back what stood, and restoring again does nothing.
func TestUndoAfterAnyCrash(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		dir := filepath.Join(dir, fmt.Sprint(n))
		require.NoError(t, os.Mkdir(dir, 0o755))
		ctx := context.Background()
		w := drawWorld(t)
		before, _ := w.Standing(ctx, web)
		want := policies.Wanted{
			Service: web, Bounds: scaling.Bounds{Min: 1, Max: 5}, Policies: drawPolicies(t, "wanted", false),
			AlsoStanding: []string{"step"}, Replace: true,
		}
		changes, err := policies.Plan(want, before)
		require.NoError(t, err)
		j, err := policies.CreateJournal(dir, stepping(), start(before))
		require.NoError(t, err)

		w.crashAt = rapid.IntRange(0, len(changes)+1).Draw(t, "crash in apply")
		w.after = rapid.Bool().Draw(t, "after its effect")
		x := policies.Executor{Env: w, Clock: stepping(), Holder: "test", Journal: j}
		if err := x.Apply(ctx, changes); w.crashAt == 0 || w.crashAt > len(changes) {
			require.NoError(t, err)
			again, err := policies.Plan(want, must(w.Standing(ctx, web)))
			require.NoError(t, err)
			require.Empty(t, again, "what is wanted stands")
		} else {
			require.ErrorIs(t, err, errCrash)
			cut(t, dir)
		}
		require.NoError(t, j.Close())

		w.calls, w.crashAt = 0, rapid.IntRange(0, len(changes)+1).Draw(t, "crash in restore")
		left, err := restore(t, dir, w)
		if err != nil {
			require.ErrorIs(t, err, errCrash)
			cut(t, dir)
			w.crashAt = 0
			left, err = restore(t, dir, w)
		}
		require.NoError(t, err)
		require.Empty(t, left)
		after, _ := w.Standing(ctx, web)
		require.Empty(t, scaling.Differences(before, after))
		entries, err := policies.ReadJournalFile(dir)
		require.NoError(t, err)
		require.True(t, policies.Closed(entries))
		require.Empty(t, policies.Undo(entries, after))

		writes := len(w.writes)
		_, err = restore(t, dir, w)
		require.NoError(t, err)
		require.Len(t, w.writes, writes, "a second restore changes nothing")
	})
}

// The pure function alone: after each beginning of a journal, undoing what
// had happened by then.
func TestUndoAfterAnyBeginning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := must(w.Standing(context.Background(), web))
		changes, err := policies.Plan(policies.Wanted{
			Service: web, Bounds: scaling.Bounds{Min: 1, Max: 5}, Policies: drawPolicies(t, "wanted", false),
			AlsoStanding: []string{"step"}, Replace: true,
		}, before)
		require.NoError(t, err)
		s := start(before)
		journal := []policies.Entry{{Kind: policies.KindStart, Start: &s}}
		made := rapid.IntRange(0, len(changes)).Draw(t, "intents")
		for i, c := range changes[:made] {
			journal = append(journal, policies.Entry{Kind: policies.KindIntent, N: i + 1, Change: &c})
			if i < made-1 || rapid.Bool().Draw(t, "the last happened") {
				require.NoError(t, w.do(c))
			}
		}
		for _, c := range policies.Undo(journal, must(w.Standing(context.Background(), web))) {
			require.NoError(t, w.do(c), policies.Describe(c))
		}
		after := must(w.Standing(context.Background(), web))
		require.Empty(t, scaling.Differences(before, after))
		require.Empty(t, policies.Undo(journal, after))
	})
}

func restore(t *rapid.T, dir string, w *world) ([]scaling.Difference, error) {
	j, err := policies.OpenJournal(dir, stepping())
	require.NoError(t, err)
	defer j.Close()
	left, _, err := policies.Executor{Env: w, Clock: stepping(), Holder: "test", Journal: j}.Restore(context.Background())
	return left, err
}

// cut takes away what a killed process would not have written: all after the
// last intent, of which the line of another may have begun.
func cut(t *rapid.T, dir string) {
	path := filepath.Join(dir, policies.JournalName)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := bytes.SplitAfter(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
	for len(lines) > 1 && !bytes.Contains(lines[len(lines)-1], []byte(`"kind":"intent"`)) {
		lines = lines[:len(lines)-1]
	}
	data = append(bytes.TrimSuffix(bytes.Join(lines, nil), []byte("\n")), '\n')
	if rapid.Bool().Draw(t, "a line had begun") {
		data = append(data, `{"kind":"do`...)
	}
	require.NoError(t, os.WriteFile(path, data, 0o644))
}

func must(l scaling.Look, err error) scaling.Look {
	if err != nil {
		panic(err)
	}
	return l
}

// What somebody else changed meanwhile is told and left alone.
func TestRestoreLeavesOthersAlone(t *testing.T) {
	w := &world{target: bounds(1, 5), policies: []scaling.Policy{requests("r", 500)}}
	before := must(w.Standing(context.Background(), web))
	j, err := policies.CreateJournal(t.TempDir(), stepping(), start(before))
	require.NoError(t, err)
	defer j.Close()
	x := policies.Executor{Env: w, Clock: stepping(), Holder: "test", Journal: j}
	p := cpu("c", 70)
	require.NoError(t, x.Apply(context.Background(), []scaling.Change{{Op: scaling.PutPolicy, Service: web, Policy: &p}}))
	require.NoError(t, w.put(memory("theirs", 60)))
	require.NoError(t, w.put(requests("r", 800)))

	left, _, err := x.Restore(context.Background())
	require.NoError(t, err)
	require.Equal(t, []scaling.Difference{{Policy: "r", What: "policy r: target 800, not 500"}, {Policy: "theirs", What: "policy theirs is new"}}, left)
	require.True(t, policies.Closed(j.Entries()))
}

// Of a registration only what the run changed is brought back: who suspended
// the scaling meanwhile, or raised the minimum, had a reason.
func TestUndoOfBoundsLeavesTheRest(t *testing.T) {
	before := start(look(bounds(1, 3)))
	five := 5
	journal := []policies.Entry{
		{Kind: policies.KindStart, Start: &before},
		{Kind: policies.KindIntent, N: 1, Change: &scaling.Change{Op: scaling.RegisterTarget, Service: web, Max: &five}},
	}
	undo := func(now *scaling.ScalableTarget) (minimum, maximum *int) {
		now.Suspended.ScaleIn = true
		changes := policies.Undo(journal, look(now))
		require.Len(t, changes, 1)
		require.Nil(t, changes[0].Suspended)
		return changes[0].Min, changes[0].Max
	}
	minimum, maximum := undo(bounds(2, 5))
	require.Nil(t, minimum)
	require.Equal(t, 3, *maximum)
	minimum, maximum = undo(bounds(4, 6))
	require.Equal(t, 1, *minimum, "else AWS refuses 4 to 3")
	require.Equal(t, 3, *maximum)
	require.Len(t, policies.Undo(journal, look(nil)), 1, "registered anew")
	theirs := bounds(2, 3)
	theirs.Suspended.ScaleIn = true
	require.Empty(t, policies.Undo(journal, look(theirs)))
}

// A registration that the run made goes only with the run's own policies.
func TestUndoKeepsRegistrationThatOthersUse(t *testing.T) {
	zero := start(look(nil))
	one := 1
	journal := []policies.Entry{
		{Kind: policies.KindStart, Start: &zero},
		{Kind: policies.KindIntent, N: 1, Change: &scaling.Change{Op: scaling.RegisterTarget, Service: web, Min: &one, Max: &one}},
	}
	require.Len(t, policies.Undo(journal, look(bounds(1, 1))), 1)
	require.Empty(t, policies.Undo(journal, look(bounds(1, 1), memory("theirs", 60))))
}

// A registration that the run made stays where somebody has hung a scheduled
// action on it since: that would go with it.
func TestRestoreKeepsScheduledActions(t *testing.T) {
	for _, others := range [][]scaling.ScheduledAction{nil, {{Name: "nightly", Schedule: "cron(0 22 * * ? *)"}}} {
		ctx, w := context.Background(), &world{}
		j, err := policies.CreateJournal(t.TempDir(), stepping(), start(look(nil)))
		require.NoError(t, err)
		x := policies.Executor{Env: w, Clock: stepping(), Holder: "test", Journal: j}
		changes, err := policies.Plan(policies.Wanted{Service: web, Bounds: scaling.Bounds{Min: 1, Max: 5}}, look(nil))
		require.NoError(t, err)
		require.NoError(t, x.Apply(ctx, changes))
		w.scheduled = others
		left, _, err := x.Restore(ctx)
		require.NoError(t, err)
		require.Equal(t, others == nil, w.target == nil)
		require.Len(t, left, len(others), "it says so")
		require.NoError(t, j.Close())
	}
}

// Two policies that exchanged their metrics cannot be put back over each
// other: AWS allows one for a metric at any time.
func TestUndoOfExchangedMetrics(t *testing.T) {
	ctx := context.Background()
	w := &world{target: bounds(1, 5), policies: []scaling.Policy{cpu("a", 70), requests("b", 500)}}
	before := must(w.Standing(ctx, web))
	x, _ := executor(t, w)
	changes, err := policies.Plan(policies.Wanted{
		Service: web, Bounds: scaling.Bounds{Min: 1, Max: 5}, Policies: []scaling.Policy{requests("a", 500), cpu("b", 70)},
	}, before)
	require.NoError(t, err)
	require.NoError(t, x.Apply(ctx, changes))
	left, _, err := x.Restore(ctx)
	require.NoError(t, err)
	require.Empty(t, left)
}
