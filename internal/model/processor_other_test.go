//go:build !unix

package model_test

import "time"

// processor is not known here: benchmarks show it as 0.
func processor() time.Duration { return 0 }
