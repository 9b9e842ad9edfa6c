package main

import (
	"context"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"scaleproof/internal/cli"
)

// killAfter names the variable by which a test has its child killed, the hard
// way, after so many lines of the journal.
const killAfter = "TEST_KILL_AFTER_JOURNAL_LINE"

// leash names the variable by which a child ends when its standard input does:
// with the test that started it, however that ends.
const leash = "TEST_ENDS_WITH_ITS_INPUT"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"validate": func() {
			s := cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Wall: time.Now}
			if n, err := strconv.Atoi(os.Getenv(killAfter)); err == nil {
				s.Journaled = func() {
					if n--; n == 0 {
						p, _ := os.FindProcess(os.Getpid())
						_ = p.Kill()
						select {} // the kill is on its way
					}
				}
			}
			if os.Getenv(leash) != "" {
				go func() { // ends the process
					_, _ = io.Copy(io.Discard, os.Stdin)
					os.Exit(1)
				}()
			}
			os.Exit(execute(context.Background(), os.Args[1:], s))
		},
	})
}
