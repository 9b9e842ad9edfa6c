//go:build unix

package policies

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the journal for this process, until the file is closed or the
// process ends, however it does.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrInUse
	}
	return err
}
