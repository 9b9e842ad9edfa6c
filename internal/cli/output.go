package cli

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"

	"scaleproof/internal/run"
)

// output is where a command's results go. Whoever reads them may stop, as
// `| head` does: what is left is not written then, and the command ends as it
// would have, with its own exit code. Any other failure of a write is kept, and
// told at the end by a command that did not tell it itself.
//
// Note: to end the command at once, as SIGPIPE does, was rejected. A run has
// something to restore, and the exit code of the judge is half of its answer.
type output struct {
	mu   sync.Mutex
	w    io.Writer
	gone bool  // nobody reads
	err  error // the first of another kind
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.gone {
		return len(p), nil
	}
	n, err := o.w.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		o.gone = true
		return len(p), nil
	}
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// ended is how a command ends whose own error is err: results that were lost
// are no success.
func (o *output) ended(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil || err != nil && !silent(err) {
		return err
	}
	return &run.Ended{
		ExitCode: run.Exit(run.Code(err), run.ExitInconclusive),
		Err:      fmt.Errorf("write the results: %w", o.err),
	}
}

// silent says that an error is nothing but an exit code.
func silent(err error) bool {
	var ended *run.Ended
	return errors.As(err, &ended) && ended.Err == nil
}
