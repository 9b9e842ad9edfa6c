package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"scaleproof/internal/testbed"
)

// The scripts have a command of their own:
//
//	newest   sets $RUN to the newest folder under reports
func TestScripts(t *testing.T) {
	testbed.Scripts(t, map[string]testbed.Command{"newest": setNewest})
}

func setNewest(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: newest")
	}
	ts.Setenv("RUN", newestIn(ts.MkAbs("reports"), ts.Fatalf))
}
