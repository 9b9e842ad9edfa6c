//go:build unix

package control

import "syscall"

// private makes files so that only this user may use them from the first moment
// on: a mode that is set after a socket was made would leave it open until then.
// Files that are made elsewhere in the process meanwhile are private too.
func private(make func()) {
	old := syscall.Umask(0o177)
	defer syscall.Umask(old)
	make()
}
