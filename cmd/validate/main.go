// Command validate proves that a service's autoscaling works: it applies the
// scaling policies, sends a scenario's traffic, follows the scaling, restores
// what it changed, and judges and draws what it saw.
//
//	validate run scenarios/cpu-heavy.yaml
//
// See `validate help` for the other commands, and the README for the formats
// and the exit codes.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(exec(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
