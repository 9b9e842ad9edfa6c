package scenario

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// How large the files may be: some hundred times what any that a person
// wrote needs, and little enough to be read before anyone wonders.
const (
	mostDocument = 1 << 20 // bytes of a scenario or an environment
	mostTemplate = 8 << 20 // bytes of a template
	mostTable    = 8 << 20 // bytes of a file of values
)

// MostRecorded is how large a recorded demand may be, in bytes: 48 hours of a
// run's timeline.
const MostRecorded = 64 << 20

// readFile reads a regular file that is not too large. What is none is told
// by its kind before it is opened, since opening a pipe waits for a writer
// and a device may never end.
func readFile(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if kind := special(info.Mode()); kind != "" {
		return nil, fmt.Errorf("it is %s: name a file", kind)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1)) // files of /proc state no size, and others grow
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("it is larger than %s: name a smaller file", Size(most))
	}
	return data, nil
}

// special says what a file is that is no regular one.
func special(m fs.FileMode) string {
	switch {
	case m.IsRegular():
		return ""
	case m.IsDir():
		return "a folder"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// reason is an error of the file system without the path, which the fault
// already names.
func reason(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "no such file"
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// missing is a suggestion, for a file that is not there at all.
func missing(err error, hint string) string {
	if errors.Is(err, fs.ErrNotExist) {
		return hint
	}
	return ""
}

// ReadFile reads any other file that a person names, at most so many bytes of
// it, as a scenario is read. The error is Faults.
func ReadFile(path string, most int64) ([]byte, error) {
	data, err := readFile(path, most)
	if err != nil {
		return nil, Faults{{File: path, Msg: reason(err)}}
	}
	return data, nil
}
