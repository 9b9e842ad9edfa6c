package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
)

// vegeta attacks; what it takes to read its results afterwards, with vegeta
// report, is not counted against it.
func vegeta(l load) ([]string, error) {
	targets := l.file("targets")
	if err := os.WriteFile(targets, []byte("GET "+l.url+"\n"), 0o600); err != nil {
		return nil, err
	}
	n := fmt.Sprint(connections)
	args := []string{"attack", "-targets", targets, "-output", l.file("vegeta.bin"), "-duration", l.length(), "-rate", fmt.Sprint(l.rate),
		"-connections", n, "-max-connections", n, "-workers", n, "-max-workers", n, fmt.Sprintf("-http2=%t", l.http2)}
	if l.ca != "" {
		args = append(args, "-root-certs", l.ca)
	}
	return args, nil
}

// vegetaTold reads the latencies themselves: its reports have no 99.9th
// percentile, and the ranks are then those by which the others are held.
func vegetaTold(t *tool, l load, _ []byte) (tail, error) {
	c := exec.Command(t.program, "encode", "-to", "csv", l.file("vegeta.bin"))
	out, err := c.StdoutPipe()
	if err != nil {
		return tail{}, err
	}
	if err := c.Start(); err != nil {
		return tail{}, err
	}
	latencies, err := vegetaLatencies(out)
	if err := errors.Join(err, c.Wait()); err != nil {
		return tail{}, err
	}
	return tailOf(latencies), nil
}

// vegetaLatencies reads the third column, nanoseconds.
func vegetaLatencies(in io.Reader) (latencies []int64, err error) {
	r := csv.NewReader(bufio.NewReader(in))
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	for {
		row, err := r.Read()
		if err == io.EOF {
			return latencies, nil
		}
		if err != nil {
			return nil, err
		}
		if len(row) < 3 {
			return nil, fmt.Errorf("a result of %d columns", len(row))
		}
		ns, err := strconv.ParseInt(row[2], 10, 64)
		if err != nil {
			return nil, err
		}
		latencies = append(latencies, ns)
	}
}
