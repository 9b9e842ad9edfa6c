package testbed

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// Command is a command of a script.
type Command = func(ts *testscript.TestScript, neg bool, args []string)

// Scripts runs the scripts in testdata/script of one of the programs, with a
// command beside testscript's own, and with more:
//
//	exits CODE PROGRAM ARG...   runs it, and wants this code
//
// and $SCENARIOS and $TESTDATA, the folders of shipped scenarios and of the
// tests' own.
func Scripts(t *testing.T, more map[string]Command) {
	t.Helper()
	shipped, err := filepath.Abs("../../scenarios")
	require.NoError(t, err)
	own, err := filepath.Abs("testdata")
	require.NoError(t, err)
	commands := map[string]Command{"exits": exits}
	for name, c := range more {
		commands[name] = c
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SCENARIOS", shipped)
			e.Setenv("TESTDATA", own)
			return nil
		},
		Cmds: commands,
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if code != want {
		ts.Fatalf("exit code %d, not %d", code, want)
	}
}
