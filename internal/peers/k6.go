package main

import (
	"fmt"
	"os"
)

// k6 runs a script of one request. It knows no file of authorities.
func k6(l load) ([]string, error) {
	executor := fmt.Sprintf(`executor: "constant-vus", vus: %d`, connections)
	if l.rate > 0 {
		executor = fmt.Sprintf(`executor: "constant-arrival-rate", rate: %d, timeUnit: "1s", preAllocatedVUs: %[2]d, maxVUs: %[2]d`, l.rate, connections)
	}
	script := fmt.Sprintf(`import http from "k6/http";
export const options = {
	discardResponseBodies: true,
	scenarios: { only: { %s, duration: "%s", gracefulStop: "5s" } },
};
export default function () { http.get("%s"); }
`, executor, l.length(), l.url)
	if err := os.WriteFile(l.file("k6.js"), []byte(script), 0o600); err != nil {
		return nil, err
	}
	return []string{"run", "--quiet", "--no-color", "--no-usage-report", "--address", "", "--log-output", "none",
		"--summary-trend-stats", "p(99),p(99.9),max", "--summary-export", l.file("k6.json"), l.file("k6.js")}, nil
}

func k6Told(_ *tool, l load, _ []byte) (tail, error) {
	var said struct {
		Metrics map[string]map[string]any
	}
	if err := readJSON(l.file("k6.json"), &said); err != nil {
		return tail{}, err
	}
	took := said.Metrics["http_req_duration"] // milliseconds
	at := func(name string) (float64, error) {
		v, ok := took[name].(float64)
		if !ok {
			return 0, fmt.Errorf("k6's summary has no %s", name)
		}
		return v, nil
	}
	var t tail
	for name, to := range map[string]*int64{"p(99)": (*int64)(&t.p99), "p(99.9)": (*int64)(&t.p999), "max": (*int64)(&t.max)} {
		ms, err := at(name)
		if err != nil {
			return tail{}, err
		}
		*to = int64(micros(1000 * ms))
	}
	return t, nil
}
