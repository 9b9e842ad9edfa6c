package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// machine says where it was measured.
func machine() string {
	system := runtime.GOOS
	var name unix.Utsname
	if unix.Uname(&name) == nil {
		system = unix.ByteSliceToString(name.Sysname[:]) + " " + unix.ByteSliceToString(name.Release[:])
	}
	text := fmt.Sprintf("%s, %d processors, %s/%s, %s", processor(), runtime.NumCPU(), system, runtime.GOARCH, runtime.Version())
	return text
}

// processor is the model of the first one.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if name, model, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(model)
			}
		}
	}
	return "a processor that does not tell its name"
}

// busy is how many processes wanted to run during the last minute; empty where
// the machine does not tell.
func busy() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// today is the date, in UTC.
func today() string { return time.Now().UTC().Format(time.DateOnly) }
