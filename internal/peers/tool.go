package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// load is what a tool is asked to send.
type load struct {
	url     string
	rate    int // requests per second; 0: as fast as the target answers
	seconds int
	http2   bool
	ca      string // file of the authority to trust; empty: no TLS
	dir     string // for the tool's files
}

// file is one of the tool's files.
func (l load) file(name string) string { return filepath.Join(l.dir, name) }

func (l load) length() string { return fmt.Sprintf("%ds", l.seconds) }

// connections is how many each tool may open, and keeps open.
const connections = 64

// tool is a load generator.
type tool struct {
	name    string
	version string
	module  string // that go install builds; empty: program is installed otherwise
	program string // its name, or with its path
	ours    bool   // it is loadgen
	// arguments are those for a load; files that it reads are written.
	arguments func(load) ([]string, error)
	// told reads what the tool says of latency; nil: it is not asked.
	told func(*tool, load, []byte) (tail, error)
	oks  []int // exit codes beside 0 of a run that counts

	missing string // why it cannot be run; empty: it can
}

// peers are the tools that others have made, with what suits them best of
// their flags.
func peers() []*tool {
	return []*tool{
		{
			name: "wrk", version: "Debian's", program: "wrk",
			arguments: func(l load) ([]string, error) {
				return []string{"-t1", fmt.Sprintf("-c%d", connections), "-d" + l.length(), l.url}, nil
			},
		},
		{
			name: "bombardier", version: "v1.2.6", module: "github.com/codesenberg/bombardier",
			arguments: bombardier, told: bombardierTold,
		},
		{
			name: "fortio", version: "v1.63.0", module: "fortio.org/fortio",
			arguments: fortio, told: fortioTold,
		},
		{
			name: "vegeta", version: "v12.13.0", module: "github.com/tsenart/vegeta/v12",
			arguments: vegeta, told: vegetaTold,
		},
		{
			name: "k6", version: "v1.8.1", module: "go.k6.io/k6",
			arguments: k6, told: k6Told,
		},
	}
}

func bombardier(l load) ([]string, error) {
	args := []string{"-c", fmt.Sprint(connections), "-d", l.length(), "-t", "30s", "-l", "-o", "json", "-p", "r"}
	if l.rate > 0 {
		args = append(args, "-r", fmt.Sprint(l.rate))
	}
	return append(args, l.url), nil
}

func bombardierTold(_ *tool, _ load, out []byte) (tail, error) {
	var said struct {
		Result struct {
			Latency struct {
				Max         float64
				Percentiles map[string]float64
			}
		}
	}
	if err := json.Unmarshal(out, &said); err != nil {
		return tail{}, err
	}
	l := said.Result.Latency // microseconds, and no percentile above the 99th
	return tail{micros(l.Percentiles["99"]), unknown, micros(l.Max)}, nil
}

func fortio(l load) ([]string, error) {
	return []string{"load", "-loglevel", "Error", "-c", fmt.Sprint(connections), "-qps", fmt.Sprint(l.rate), "-uniform",
		"-t", l.length(), "-timeout", "30s", "-p", "99,99.9", "-json", l.file("fortio.json"), l.url}, nil
}

func fortioTold(_ *tool, l load, _ []byte) (tail, error) {
	var said struct {
		DurationHistogram struct {
			Max         float64
			Percentiles []struct{ Percentile, Value float64 }
		}
	}
	if err := readJSON(l.file("fortio.json"), &said); err != nil {
		return tail{}, err
	}
	t := tail{unknown, unknown, seconds(said.DurationHistogram.Max)}
	for _, p := range said.DurationHistogram.Percentiles {
		switch p.Percentile {
		case 99:
			t.p99 = seconds(p.Value)
		case 99.9:
			t.p999 = seconds(p.Value)
		}
	}
	return t, nil
}

func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func micros(us float64) time.Duration { return time.Duration(us * float64(time.Microsecond)) }
