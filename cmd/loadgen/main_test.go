package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"scaleproof/internal/testbed"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"loadgen": func() { os.Exit(exec(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

func TestScripts(t *testing.T) { testbed.Scripts(t, nil) }
