package run

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/judge"
	"scaleproof/internal/policies"
)

// docs/timeline.md names every field of the files beside the timeline.
func TestDocsNameEveryFieldOfTheOtherFiles(t *testing.T) {
	data, err := os.ReadFile("../../docs/timeline.md")
	require.NoError(t, err)
	sections := map[string]string{}
	for _, part := range strings.Split(string(data), "\n## ")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		sections[title] = text
	}
	for title, of := range map[string][]reflect.Type{
		"verdict.json": {reflect.TypeFor[judge.Verdict](), reflect.TypeFor[judge.Result](), reflect.TypeFor[judge.Tally](), reflect.TypeFor[judge.Pos](),
			reflect.TypeFor[judge.Divergence](), reflect.TypeFor[judge.Area](), reflect.TypeFor[judge.Apart](), reflect.TypeFor[judge.Action](), reflect.TypeFor[judge.Compared](), reflect.TypeFor[judge.Ranked](),
			reflect.TypeFor[judge.Figures](), reflect.TypeFor[judge.Settling](), reflect.TypeFor[judge.Cost](), reflect.TypeFor[judge.Price]()},
		"journal.jsonl": {reflect.TypeFor[policies.Entry](), reflect.TypeFor[policies.Start]()},
		"run.json":      {reflect.TypeFor[facts]()},
	} {
		code := map[string]bool{}
		for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(sections[title], -1) {
			code[m[1]] = true
		}
		for _, s := range of {
			for i := range s.NumField() {
				if !s.Field(i).IsExported() {
					continue
				}
				name, _, _ := strings.Cut(s.Field(i).Tag.Get("json"), ",")
				require.True(t, code[name], "docs/timeline.md, section %s, does not name %q", title, name)
			}
		}
	}
}
