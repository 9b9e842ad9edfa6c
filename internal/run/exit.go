package run

import "errors"

// Exit codes of both commands. Where several hold, the first of 5, 4, 130, 2,
// 1, 3 is given.
const (
	ExitPass         = 0
	ExitFail         = 1   // said only by a check
	ExitUsage        = 2   // a bad scenario or bad usage; nothing was sent
	ExitInconclusive = 3   // and any error after traffic began
	ExitRefused      = 4   // refused, or could not begin
	ExitNotRestored  = 5   // what the run changed could not be brought back
	ExitInterrupted  = 130 // by a person
)

// precedence is the order in which codes win over each other.
var precedence = []int{ExitNotRestored, ExitRefused, ExitInterrupted, ExitUsage, ExitFail, ExitInconclusive}

// Exit chooses among codes that hold at the same time; with none it is 0.
func Exit(codes ...int) int {
	for _, p := range precedence {
		for _, c := range codes {
			if c == p {
				return c
			}
		}
	}
	return ExitPass
}

// Refusal is an error that kept a run from beginning: nothing was sent, and
// whatever had been changed was brought back.
type Refusal struct{ Err error }

func (r *Refusal) Error() string { return r.Err.Error() }
func (r *Refusal) Unwrap() error { return r.Err }

func refuse(err error) error {
	if err == nil {
		return nil
	}
	return &Refusal{err}
}

// Code turns an error into an exit code; nil is 0. It is the one place in
// which errors become codes.
func Code(err error) int {
	var refusal *Refusal
	var usage *Usage
	var notRestored *NotRestored
	var ended *Ended
	switch {
	case err == nil:
		return ExitPass
	case errors.As(err, &ended):
		return ended.ExitCode
	case errors.As(err, &notRestored):
		return ExitNotRestored
	case errors.As(err, &refusal):
		return ExitRefused
	case errors.As(err, &usage):
		return ExitUsage
	}
	return ExitInconclusive
}

// Usage is a mistake in what the user asked for: a bad scenario, a bad flag.
type Usage struct{ Err error }

func (u *Usage) Error() string { return u.Err.Error() }
func (u *Usage) Unwrap() error { return u.Err }

// NotRestored says that something the run changed is not as it was.
type NotRestored struct{ Err error }

func (n *NotRestored) Error() string { return n.Err.Error() }
func (n *NotRestored) Unwrap() error { return n.Err }
