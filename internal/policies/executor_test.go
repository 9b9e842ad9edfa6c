package policies_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/policies"
	"scaleproof/internal/scaling"
)

func put(p scaling.Policy) scaling.Change {
	return scaling.Change{Op: scaling.PutPolicy, Service: web, Policy: &p}
}

type told struct {
	change scaling.Change
	undo   bool
	err    error
}

func executor(t *testing.T, w *world) (policies.Executor, *[]told) {
	c := stepping()
	j, err := policies.CreateJournal(t.TempDir(), c, start(must(w.Standing(context.Background(), web))))
	require.NoError(t, err)
	t.Cleanup(func() { j.Close() })
	var list []told
	return policies.Executor{Env: w, Clock: c, Holder: "test", Journal: j, OnChange: func(c scaling.Change, undo bool, err error) {
		list = append(list, told{c, undo, err})
	}}, &list
}

func TestApplyWaitsOutABusyService(t *testing.T) {
	w := &world{target: bounds(1, 5), busy: 3, busyErr: &awsenv.Error{Call: "put", Code: "ConcurrentUpdateException"}}
	x, list := executor(t, w)
	require.NoError(t, x.Apply(context.Background(), []scaling.Change{put(cpu("c", 70))}))
	require.Len(t, w.policies, 1)
	require.Equal(t, clock.Epoch.Add(7*time.Second), x.Clock.Now(), "1, 2 and 4 seconds of service time")
	require.Len(t, *list, 1)
	require.Len(t, x.Journal.Entries(), 3, "one intent and one done, however many attempts")
}

func TestApplyGivesUpInTheEnd(t *testing.T) {
	w := &world{target: bounds(1, 5), busy: 1000, busyErr: &awsenv.Error{Call: "put", Code: "ThrottlingException", Message: "Rate exceeded"}}
	x, list := executor(t, w)
	err := x.Apply(context.Background(), []scaling.Change{put(cpu("c", 70)), put(requests("r", 500))})
	require.ErrorContains(t, err, "given up after 6 attempts: put: ThrottlingException: Rate exceeded")
	require.Len(t, *list, 1, "the second was not tried")
	require.Equal(t, clock.Epoch.Add(31*time.Second), x.Clock.Now())
}

// The answer got lost, but the change was made: it is not made again.
func TestApplyLooksWhenTheAnswerIsLost(t *testing.T) {
	w := &world{target: bounds(1, 5), busy: 1, lost: true, busyErr: &awsenv.Error{Call: "put", Message: "the connection broke"}}
	x, _ := executor(t, w)
	require.NoError(t, x.Apply(context.Background(), []scaling.Change{put(cpu("c", 70))}))
	require.Len(t, w.policies, 1)
	require.Equal(t, 1, w.calls)
}

func TestApplyStopsAtARefusal(t *testing.T) {
	w := &world{target: bounds(1, 5), policies: []scaling.Policy{cpu("old", 50)}}
	x, list := executor(t, w)
	err := x.Apply(context.Background(), []scaling.Change{put(cpu("c", 70)), put(requests("r", 500))})
	require.ErrorContains(t, err, "put policy c (ECSServiceAverageCPUUtilization at 70) on staging-cluster/staging-web: ValidationException")
	require.Equal(t, clock.Epoch, x.Clock.Now(), "what is refused is not tried again")
	require.Error(t, (*list)[0].err)
	entries := x.Journal.Entries()
	require.Contains(t, entries[len(entries)-1].Error, "ValidationException")
}

func TestApplyPassesOverWhatStands(t *testing.T) {
	w := &world{target: bounds(1, 5), policies: []scaling.Policy{cpu("c", 70)}}
	x, list := executor(t, w)
	require.NoError(t, x.Apply(context.Background(), []scaling.Change{put(cpu("c", 70))}))
	require.Zero(t, w.calls)
	require.Empty(t, *list)
	require.Len(t, x.Journal.Entries(), 1)
}

func TestRestoreTellsWhichChangesUndo(t *testing.T) {
	w := &world{target: bounds(1, 5)}
	x, list := executor(t, w)
	require.NoError(t, x.Apply(context.Background(), []scaling.Change{put(cpu("c", 70))}))
	_, _, err := x.Restore(context.Background())
	require.NoError(t, err)
	require.Len(t, *list, 2)
	require.Equal(t, scaling.DeletePolicy, (*list)[1].change.Op)
	require.True(t, (*list)[1].undo)
}

// A restore that fails leaves the journal open.
func TestRestoreThatFails(t *testing.T) {
	w := &world{target: bounds(1, 5)}
	x, _ := executor(t, w)
	require.NoError(t, x.Apply(context.Background(), []scaling.Change{put(cpu("c", 70))}))
	w.busy, w.busyErr = 1, errors.New("AccessDenied")
	_, _, err := x.Restore(context.Background())
	require.ErrorContains(t, err, "AccessDenied")
	require.False(t, policies.Closed(x.Journal.Entries()))
}

// A run that began no change has nothing to restore, though nobody can see what
// stands.
func TestRestoreOfNothing(t *testing.T) {
	w := &world{target: bounds(1, 5), busyErr: errors.New("AccessDenied")}
	x, _ := executor(t, w)
	w.blind = 1
	left, _, err := x.Restore(context.Background())
	require.NoError(t, err)
	require.Empty(t, left)
	entries := x.Journal.Entries()
	require.Equal(t, policies.KindClosed, entries[len(entries)-1].Kind)
	w.blind = 1
	_, _, err = x.Restore(context.Background())
	require.ErrorContains(t, err, "AccessDenied", "it was asked to compare")
}

// A read that AWS was too busy to answer is no reason to leave a change
// standing.
func TestRestoreWaitsOutABusyRead(t *testing.T) {
	w := &world{target: bounds(1, 5), busyErr: &awsenv.Error{Call: "read", Code: "ThrottlingException", Message: "Rate exceeded"}}
	x, _ := executor(t, w)
	require.NoError(t, x.Apply(context.Background(), []scaling.Change{put(cpu("c", 70))}))
	w.blind = 2
	left, _, err := x.Restore(context.Background())
	require.NoError(t, err)
	require.Empty(t, left)
	require.Empty(t, w.policies)
	require.Equal(t, clock.Epoch.Add(3*time.Second), x.Clock.Now())
}

// On a full disk nothing more can be journalled, and what the run changed is
// brought back all the same; the journal stays open.
func TestRestoreWithoutAJournalToWrite(t *testing.T) {
	w := &world{target: bounds(1, 5)}
	x, _ := executor(t, w)
	require.NoError(t, x.Apply(context.Background(), []scaling.Change{put(cpu("c", 70))}))
	require.NoError(t, x.Journal.Close())
	_, _, err := x.Restore(context.Background())
	require.ErrorContains(t, err, "write journal")
	require.Empty(t, w.policies)
	require.False(t, policies.Closed(x.Journal.Entries()))
}

// gone is a world in which somebody else deletes each policy a moment before.
type gone struct{ *world }

func (g gone) Do(ctx context.Context, c scaling.Change) (scaling.Policy, error) {
	if c.Op == scaling.DeletePolicy {
		g.policies = nil
		return scaling.Policy{}, &awsenv.Error{Call: "delete", Code: "ObjectNotFoundException"}
	}
	return g.world.Do(ctx, c)
}

func TestRestoreOfWhatIsGoneAlready(t *testing.T) {
	w := &world{target: bounds(1, 5)}
	x, _ := executor(t, w)
	require.NoError(t, x.Apply(context.Background(), []scaling.Change{put(cpu("c", 70))}))
	x.Env = gone{w}
	_, _, err := x.Restore(context.Background())
	require.NoError(t, err)
	require.True(t, policies.Closed(x.Journal.Entries()))
}
