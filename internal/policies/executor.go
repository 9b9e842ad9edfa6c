package policies

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"scaleproof/internal/awsenv"
	"scaleproof/internal/clock"
	"scaleproof/internal/scaling"
)

// changer makes changes and reads what stands. awsenv.Env is one.
type changer interface {
	Do(ctx context.Context, c scaling.Change) (scaling.Policy, error)
	// Standing reads the scalable target and the policies of a service.
	Standing(ctx context.Context, s scaling.Service) (scaling.Look, error)
	// Scheduled reads a service's scheduled actions.
	Scheduled(ctx context.Context, s scaling.Service) (*scaling.ScheduledSet, error)
}

// attempts is how often a call is made before it is given up, and pause the
// time before the second; it doubles from one to the next, so that the last
// comes half a minute after the first. AWS answers ConcurrentUpdateException
// while a change before it still settles. [P]
const (
	attempts = 6
	pause    = time.Second
)

// Executor makes changes: each is journalled and synced before it is made,
// compared with what stands, tried again where AWS was busy, and journalled
// as done.
type Executor struct {
	Env     changer
	Clock   *clock.Clock
	Holder  string // id under which the caller holds the clock; it sleeps between two attempts
	Journal *Journal
	// OnChange is told of each change that was made (err is nil) or given up;
	// nil tells nobody. Changes that proved needless are not told.
	OnChange func(c scaling.Change, undo bool, err error)
}

// Apply makes the changes in order, and stops at the first that cannot be
// made. Changes that stand already are passed over without a line.
func (x Executor) Apply(ctx context.Context, changes []scaling.Change) error {
	return x.apply(ctx, changes, false)
}

// rounds bounds how often Restore compares anew: the changes of the first
// bring the start back, unless somebody else changes things too.
const rounds = 3

// Restore brings the start of the journal back and settles the journal. It
// returns what is different from the start and not the run's doing;
// that does not keep the journal open. Where no change was begun nothing need
// be seen for that. An error leaves it open: what the run changed may still
// stand. On a journal that is closed it only compares.
// What stands now is returned as it was last looked at; its sections are nil
// where nobody could look.
func (x Executor) Restore(ctx context.Context) (left []scaling.Difference, live scaling.Look, err error) {
	start := x.Journal.Start()
	for range rounds {
		entries := x.Journal.Entries()
		live, err = x.standing(ctx, start.Service)
		if err != nil && len(entries) > 1 {
			return nil, scaling.Look{}, fmt.Errorf("restore %s: %w", start.Service, err)
		}
		if err != nil { // the start alone: whatever stands now is not the run's doing
			return nil, scaling.Look{}, x.Journal.Settle(true, "no change was begun")
		}
		changes := Undo(entries, live)
		if deregisters(changes) {
			// A role that may not see them is no reason to leave the rest.
			live.Scheduled, _ = x.Env.Scheduled(ctx, start.Service)
			changes = Undo(entries, live)
		}
		if len(changes) == 0 || entries[len(entries)-1].Kind == KindClosed {
			left = scaling.Differences(start.Look, live)
			return left, live, x.settle(left, entries)
		}
		if err := x.apply(ctx, changes, true); err != nil {
			return nil, live, fmt.Errorf("restore %s: %w", start.Service, err)
		}
	}
	return nil, live, fmt.Errorf("restore %s: it was changed again and again by somebody else", start.Service)
}

func deregisters(changes []scaling.Change) bool {
	return slices.ContainsFunc(changes, func(c scaling.Change) bool { return c.Op == scaling.DeregisterTarget })
}

func (x Executor) settle(left []scaling.Difference, entries []Entry) error {
	if entries[len(entries)-1].Kind == KindClosed {
		return nil
	}
	note := "as it was"
	if len(left) > 0 {
		note = "what is different now was not changed by this run"
	}
	return x.Journal.Settle(true, note)
}

// A change that restores is made also where it cannot be journalled, on a full
// disk: it concerns only what an earlier intent names, so nothing is lost with
// its line. The error then comes in the end, and the journal stays open.
func (x Executor) apply(ctx context.Context, changes []scaling.Change, undo bool) (err error) {
	var unwritten error
	defer func() { err = errors.Join(err, unwritten) }()
	for _, c := range changes {
		live, err := x.standing(ctx, c.Service)
		if err != nil {
			return fmt.Errorf("compare before %s: %w", Describe(c), err)
		}
		if Stands(c, live) {
			continue
		}
		n, err := x.Journal.Intent(c, undo)
		if err != nil && !undo {
			return err
		}
		unwritten = errors.Join(unwritten, err)
		made := x.try(ctx, c)
		if x.OnChange != nil {
			x.OnChange(c, undo, made)
		}
		if err := x.Journal.Done(n, undo, made); err != nil {
			if !undo {
				return err
			}
			unwritten = errors.Join(unwritten, err)
		}
		if made != nil {
			return fmt.Errorf("%s: %w", Describe(c), made)
		}
	}
	return nil
}

// try makes one change. Where the answer got lost it looks whether the change
// was made before it makes it again, and where it was refused whether it stands
// all the same: what somebody else deleted a moment ago need not be deleted.
func (x Executor) try(ctx context.Context, c scaling.Change) error {
	tried := false
	return x.again(ctx, func() error {
		if tried {
			if live, err := x.Env.Standing(ctx, c.Service); err == nil && Stands(c, live) {
				return nil
			}
		}
		tried = true
		_, err := x.Env.Do(ctx, c)
		if awsenv.Code(err) != "" && !awsenv.Retriable(err) {
			if live, blind := x.Env.Standing(ctx, c.Service); blind == nil && Stands(c, live) {
				return nil
			}
		}
		return err
	})
}

func (x Executor) standing(ctx context.Context, s scaling.Service) (live scaling.Look, err error) {
	err = x.again(ctx, func() error {
		live, err = x.Env.Standing(ctx, s)
		return err
	})
	return live, err
}

// again calls do until it succeeds, or fails for good, or was called often
// enough. Between two calls it sleeps on the clock.
func (x Executor) again(ctx context.Context, do func() error) error {
	err := do()
	wait := pause
	for range attempts - 1 {
		if err == nil || ctx.Err() != nil || !awsenv.Retriable(err) {
			return err
		}
		if !x.Clock.Sleep(x.Holder, x.Clock.Now().Add(wait), 0) {
			return fmt.Errorf("the clock stopped: %w", err)
		}
		wait *= 2
		err = do()
	}
	if err != nil && awsenv.Retriable(err) {
		return fmt.Errorf("given up after %d attempts: %w", attempts, err)
	}
	return err
}

// Stands says whether a change's outcome already stands, so that making it
// would change nothing. Where live was not looked at it says false.
func Stands(c scaling.Change, live scaling.Look) bool {
	if live.Policies == nil || live.Scalable == nil {
		return false
	}
	t := live.Scalable.Target
	switch c.Op {
	case scaling.PutPolicy:
		p, ok := live.Policies.Find(c.Policy.Name)
		return ok && len(p.Differences(*c.Policy)) == 0
	case scaling.DeletePolicy:
		return !slices.ContainsFunc(live.Policies.List, func(p scaling.Policy) bool { return p.Name == c.Policy.Name })
	case scaling.RegisterTarget:
		return t != nil && (c.Min == nil || *c.Min == t.Bounds.Min) && (c.Max == nil || *c.Max == t.Bounds.Max) &&
			(c.Suspended == nil || *c.Suspended == t.Suspended)
	case scaling.DeregisterTarget:
		return t == nil
	}
	return false
}

// Describe says in words what a change does.
func Describe(c scaling.Change) string {
	switch c.Op {
	case scaling.PutPolicy:
		return fmt.Sprintf("put policy %s (%s) on %s", c.Policy.Name, describe(*c.Policy), c.Service)
	case scaling.DeletePolicy:
		return fmt.Sprintf("delete policy %s of %s", c.Policy.Name, c.Service)
	case scaling.RegisterTarget:
		return "register " + c.Service.String() + registerWords(c)
	case scaling.DeregisterTarget:
		return "deregister " + c.Service.String()
	}
	return fmt.Sprintf("%s on %s", c.Op, c.Service)
}

func registerWords(c scaling.Change) (s string) {
	if c.Min != nil {
		s += fmt.Sprintf(", minimum %d", *c.Min)
	}
	if c.Max != nil {
		s += fmt.Sprintf(", maximum %d", *c.Max)
	}
	if c.Suspended != nil {
		s += fmt.Sprintf(", suspended %+v", *c.Suspended)
	}
	return s
}
