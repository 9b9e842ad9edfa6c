package run

import (
	"context"
	"errors"
	"fmt"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/policies"
)

// Restore brings back what the run in a folder changed and could not restore.
// It may be repeated: what is as it was is left alone.
func Restore(ctx context.Context, con Console, dir string) error {
	entries, err := policies.ReadJournalFile(dir)
	switch {
	case absent(err):
		return &Usage{fmt.Errorf("%s holds no %s: no run that changed anything wrote it", dir, policies.JournalName)}
	case errors.Is(err, policies.ErrNoStart):
		fmt.Fprintf(con.Out, "nothing to restore: %v\n", policies.ErrNoStart)
		return nil
	case err != nil:
		return &NotRestored{err}
	}
	start := *entries[0].Start
	if entries[len(entries)-1].Kind == policies.KindClosed {
		fmt.Fprintf(con.Out, "nothing to restore: %s was restored already\n", start.Service)
		return nil
	}
	if start.Kind == policies.Embedded {
		return closeEmbedded(con, dir, start)
	}
	return restore(ctx, con, dir, start)
}

// closeEmbedded closes the journal of an environment that died with its
// process.
func closeEmbedded(con Console, dir string, start policies.Start) error {
	journal, err := policies.OpenJournal(dir, clock.NewWall())
	if err != nil {
		return unopened(err)
	}
	const note = "the embedded environment ended with its process, and nothing of it stands"
	if err := errors.Join(journal.Settle(false, note), journal.Close()); err != nil {
		return &NotRestored{err}
	}
	fmt.Fprintf(con.Out, "nothing to restore of %s: %s\n", start.Service, note)
	return nil
}

func restore(ctx context.Context, con Console, dir string, start policies.Start) error {
	if start.Kind != policies.Endpoint {
		return refuse(fmt.Errorf("the run in %s changed a service on AWS; this version only restores emulated environments", dir))
	}
	place, err := attach(ctx, start.URL)
	if err != nil {
		return &NotRestored{fmt.Errorf("the run in %s changed %s and did not restore it: %w; start that environment and restore again", dir, start.Service, err)}
	}
	defer place.leave(ctx)
	env, err := awsenv.Open(ctx, awsenv.Config{Endpoint: start.URL, Region: start.Region, Account: start.Account, Clock: place.clock})
	if err != nil {
		return &NotRestored{err}
	}
	defer env.Close()
	journal, err := policies.OpenJournal(dir, place.clock)
	if err != nil {
		return unopened(err)
	}
	defer journal.Close()
	claim, err := policies.Claim(policies.Start{Kind: start.Kind, URL: start.URL, Service: start.Service, Region: start.Region})
	if err != nil {
		return refuse(err)
	}
	defer claim.Close()
	x := policies.Executor{Env: env, Clock: place.clock, Holder: holder, Journal: journal}
	left, live, err := x.Restore(ctx)
	if err != nil {
		return &NotRestored{err}
	}
	fmt.Fprintf(con.Out, "restored: %s is as it was before the run in %s\n", start.Service, dir)
	for _, d := range left {
		fmt.Fprintf(con.Out, "  but for what the run did not do: %s\n", d)
	}
	for _, d := range policies.AlarmDifferences(start.Look, live) {
		fmt.Fprintf(con.Out, "  as AWS has it when a policy is put: %s\n", d)
	}
	return nil
}

// unopened is why a journal could not be opened to restore from it. While its
// run still goes on nothing has to be brought back yet, and the run does that
// itself.
func unopened(err error) error {
	if errors.Is(err, policies.ErrInUse) {
		return refuse(err)
	}
	return &NotRestored{err}
}
