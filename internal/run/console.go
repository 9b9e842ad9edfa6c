package run

import (
	"io"
	"os"
	"time"
)

// Console is what a run is given of the process around it.
type Console struct {
	Out, Err io.Writer  // results, progress
	Terminal bool       // Err is one: a live line is drawn there
	Width    func() int // of that terminal, in columns; nil without one
	// Keys is the terminal that keys come from; nil where a dashboard would have
	// none, or no terminal that can show it.
	Keys     io.Reader
	Colour   bool       // Out may be coloured
	OutWidth func() int // of the terminal that Out is, in columns; nil where it is none
	Wall     func() time.Time
	Lookup   func(name string) (string, bool) // variables of the process

	// Interrupts delivers each interrupt by a person; nil where none can come.
	Interrupts <-chan os.Signal

	// Journaled is called after each line of the journal was synced; nil is
	// not. A process may be killed right there and must be restorable.
	Journaled func()
}

// Plain is the console without a terminal for progress, where that is wanted:
// plain lines are written.
func (c Console) Plain(wanted bool) Console {
	if wanted {
		c.Terminal, c.Keys = false, nil
	}
	return c
}

// columns is how wide Out is; 0 where it is no terminal.
func (c Console) columns() int {
	if c.OutWidth == nil {
		return 0
	}
	return c.OutWidth()
}

// Ended is how a command ends that did its work and has more to say than
// yes: the code stands for a verdict that was printed already. Err is set
// where something else has to be said as well.
type Ended struct {
	ExitCode int
	Err      error
}

func (e *Ended) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return "the verdict was printed"
}

func (e *Ended) Unwrap() error { return e.Err }
