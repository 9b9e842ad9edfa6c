//go:build unix

package cli

import "golang.org/x/sys/unix"

// foreground says that the terminal is this process's to use. One that runs
// behind a shell's prompt would be stopped by the first change of it.
func foreground(terminal int) bool {
	group, err := unix.IoctlGetInt(terminal, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}
