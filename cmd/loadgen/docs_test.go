package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every block of docs/scenarios.md is tried by the program that a reader would
// try it with. What a block is stands behind its language:
//
//	yaml scenario      a whole scenario; it must pass the check
//	yaml fragment      sections that replace those of that scenario; the same
//	yaml environment   a whole environment; a scenario of its own must pass
//	yaml real          a whole environment on AWS; likewise
//	yaml faulty        a scenario whose check prints the text faults that follow
//	text check         lines that the check of cpu-heavy prints

type block struct{ kind, text string }

var fence = regexp.MustCompile("(?ms)^```(yaml|text) (\\w+)\n(.*?)^```$")

func blocks(t *testing.T) []block {
	data, err := os.ReadFile("../../docs/scenarios.md")
	require.NoError(t, err)
	require.NotContains(t, string(data), "```yaml\n", "a block of YAML that nothing tries")
	var all []block
	for _, m := range fence.FindAllStringSubmatch(string(data), -1) {
		all = append(all, block{m[1] + " " + m[2], m[3]})
	}
	return all
}

// tiny is a scenario for the environment that the docs show.
const tiny = `version: 1
name: tiny
environment: tiny
service: web
policies: [cpu, requests]
requests:
  heavy: {drive: cpu, method: POST, path: /api/things, body: {inline: "{{random 20000}}"}, headers: {Authorization: "${TOKEN}"}}
  light: {drive: requests, path: /page}
traffic:
  seed: 1
  arrivals: poisson
  ceiling: 100/s
  stages: [{name: only, for: 20m, demand: {cpu: 0.5, requests: 1x}}]
`

// inside is a scenario for the environment on AWS that the docs show.
const inside = `version: 1
name: inside
environment: inside
service: web
policies: []
requests:
  page: {path: /page, rate: 2/s}
traffic:
  seed: 1
  arrivals: poisson
  ceiling: 100/s
  stages: [{name: only, for: 20m}]
`

func TestDocsAreTrue(t *testing.T) {
	all := blocks(t)
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../../scenarios")))
	t.Chdir(dir)
	check := func(scenario string, want int) (out, faults string) {
		require.NoError(t, os.WriteFile("scenario.yaml", []byte(scenario), 0o644))
		return checked(t, "scenario.yaml", want)
	}

	tried := map[string]int{}
	var whole, faults string
	for _, b := range all {
		tried[b.kind]++
		switch b.kind {
		case "yaml scenario":
			whole = b.text
			check(whole, 0)
		case "yaml fragment":
			check(spliced(t, whole, b.text), 0)
		case "yaml environment":
			require.NoError(t, os.WriteFile(filepath.Join("environments", "tiny.yaml"), []byte(b.text), 0o644))
			check(tiny, 0)
		case "yaml real":
			t.Setenv("PROXY_USER", "me")
			t.Setenv("PROXY_PASSWORD", "secret")
			require.NoError(t, os.WriteFile(filepath.Join("environments", "inside.yaml"), []byte(b.text), 0o644))
			check(inside, 0)
		case "yaml faulty":
			_, faults = check(b.text, 2)
		case "text faults":
			require.Equal(t, b.text, placed(faults))
		case "text check":
			out, _ := checked(t, "cpu-heavy.yaml", 0)
			for line := range strings.Lines(b.text) {
				require.Contains(t, out, strings.TrimSpace(line))
			}
		default:
			t.Fatalf("a block %q that nothing tries", b.kind)
		}
	}
	for _, kind := range []string{"yaml scenario", "yaml fragment", "yaml environment", "yaml real", "yaml faulty", "text faults", "text check"} {
		require.Positive(t, tried[kind], kind)
	}
}

func checked(t *testing.T, file string, want int) (out, faults string) {
	var stdout, stderr bytes.Buffer
	code := exec(t.Context(), []string{"check", file}, strings.NewReader(""), &stdout, &stderr)
	require.Equal(t, want, code, "%s", stderr.String())
	return stdout.String(), stderr.String()
}

// placed are the lines that name a place.
func placed(faults string) (lines string) {
	for line := range strings.Lines(faults) {
		if at := strings.Index(line, "scenario.yaml:"); at >= 0 {
			lines += line[at:]
		}
	}
	return lines
}

var section = regexp.MustCompile(`(?m)^[a-z_]+:`)

// sections cuts a YAML file before each of its keys.
func sections(text string) (list [][2]string) {
	at := section.FindAllStringIndex(text, -1)
	for i, from := range at {
		to := len(text)
		if i+1 < len(at) {
			to = at[i+1][0]
		}
		list = append(list, [2]string{text[from[0]:from[1]], text[from[0]:to]})
	}
	return list
}

// spliced is the scenario with the fragment's sections in place of its own.
func spliced(t *testing.T, scenario, fragment string) string {
	replace, used := map[string]string{}, 0
	for _, s := range sections(fragment) {
		replace[s[0]] = s[1]
	}
	var b strings.Builder
	for _, s := range sections(scenario) {
		if text, ok := replace[s[0]]; ok {
			used++
			delete(replace, s[0])
			b.WriteString(text)
			continue
		}
		b.WriteString(s[1])
	}
	for _, text := range replace { // a section that the scenario has not
		used++
		b.WriteString(text)
	}
	require.Positive(t, used)
	return b.String()
}
