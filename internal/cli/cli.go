// Package cli is what the two commands share: cobra's set-up, the console
// that a run is given, signals, and the one place where an error is printed
// and becomes an exit code. It knows no flag and no subcommand.
//
// Results go to standard output and progress to standard error.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"scaleproof/internal/run"
	"scaleproof/internal/scenario"
)

// Streams are a command's ends to the world outside.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Wall     func() time.Time // the machine's time, for folder names and run.json

	// Journaled is passed on to the console; nil outside tests.
	Journaled func()

	interrupts chan os.Signal
	colour     bool       // results may be coloured
	outWidth   func() int // of the terminal that Out was; nil where it was none
}

// Console is what a run needs of the streams.
func (s Streams) Console() run.Console {
	c := run.Console{Out: s.Out, Err: s.Err, Wall: s.Wall, Lookup: os.LookupEnv, Interrupts: s.interrupts, Journaled: s.Journaled, Colour: s.colour, OutWidth: s.outWidth}
	if f, ok := s.Err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		c.Terminal, c.Width = true, widthOf(f)
		if in, ok := s.In.(*os.File); ok && term.IsTerminal(int(in.Fd())) && foreground(int(in.Fd())) && shows(os.Getenv("TERM")) {
			c.Keys = in
		}
	}
	return c
}

// shows says that a terminal of a kind can show more than a line at a time.
func shows(kind string) bool { return kind != "" && kind != "dumb" }

// widthOf asks a terminal for its width.
func widthOf(f *os.File) func() int {
	return func() int {
		w, _, err := term.GetSize(int(f.Fd()))
		if err != nil || w < 20 {
			return 80
		}
		return w
	}
}

// coloured says that a writer is a terminal whose user has nothing against
// colours. An empty NO_COLOR does not count, as for the live line.
func coloured(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""
}

// Execute runs a command line and returns its exit code. Interrupts of a
// command that is Interruptible reach it through the console, the first and
// every further one; none ends the process by itself, since something may have
// to be restored first.
func Execute(ctx context.Context, s Streams, args []string, root *cobra.Command, commands ...func(Streams) *cobra.Command) int {
	s.interrupts = make(chan os.Signal, 4)
	results := &output{w: s.Out}
	if f, ok := s.Out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		s.outWidth = widthOf(f)
	}
	s.Out, s.colour = results, coloured(s.Out)
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		if _, ok := c.Annotations[Interruptible]; ok {
			signal.Notify(s.interrupts, interrupts()...)
		}
		return named(c)
	}
	signal.Ignore(syscall.SIGPIPE) // a reader that is gone, as of `| head`, is an error of a write and not the end of a run
	defer signal.Stop(s.interrupts)

	root.SilenceErrors, root.SilenceUsage = true, true
	root.Version = run.Version()
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetArgs(args)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &run.Usage{Err: fmt.Errorf("%w; see %s --help", err, c.CommandPath())}
	})
	for _, command := range commands {
		c := command(s)
		c.Args = usage(c.Args)
		root.AddCommand(c)
	}
	if root.RunE == nil && root.Run == nil {
		root.RunE = func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return &run.Usage{Err: fmt.Errorf("unknown command %q; see %s --help", args[0], root.Name())}
			}
			return c.Help()
		}
		root.Args = cobra.ArbitraryArgs
	}
	err := results.ended(root.ExecuteContext(ctx))
	if err != nil && !silent(err) {
		fmt.Fprintln(s.Err, message(root.Name(), err))
	}
	return run.Code(err)
}

// named refuses a flag that is given and says nothing, as --expect "$FILE" does
// where FILE is not set: without it the command would answer another question.
func named(c *cobra.Command) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && f.Value.Type() == "string" && f.Value.String() == "" {
			err = &run.Usage{Err: fmt.Errorf("--%s is given and empty: say which, or leave it out; see %s --help", f.Name, c.CommandPath())}
		}
	})
	return err
}

// Interruptible is the annotation of a command that hears interrupts itself,
// since it has something to drain or to restore. Any other is ended by the
// first.
const Interruptible = "interruptible"

// interrupts are the signals by which a person ends a run: Ctrl-C, kill, and
// the end of the terminal unless nohup has the process outlive it.
func interrupts() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}

// message puts the command's name before an error; faults of files have their
// places before them already.
func message(name string, err error) string {
	var faults scenario.Faults
	if errors.As(err, &faults) {
		return err.Error()
	}
	return name + ": " + err.Error()
}

// usage makes a wrong number of arguments a mistake of usage, and one that says
// nothing, as "$RUN" does where RUN is not set: it would name the folder that
// the command happens to stand in.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		err := check(c, args)
		if err == nil && slices.Contains(args, "") {
			err = errors.New("an argument is given and empty")
		}
		if err != nil {
			return &run.Usage{Err: fmt.Errorf("%w; see %s --help", err, c.CommandPath())}
		}
		return nil
	}
}
