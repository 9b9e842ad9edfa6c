package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"scaleproof/internal/judge"
)

// junitXML writes a test case for each check. What failed is a failure; what
// could not be said is an error and never skipped, since a CI that is not
// told of it would go on; what only warns passes and says so.
func junitXML(v judge.Verdict, f facts) ([]byte, error) {
	suite := junit.Testsuite{Name: plain(f.started.Scenario + " on " + f.started.Environment), Time: "0"}
	for _, r := range v.Results {
		suite.AddTestcase(testcase(r, f))
	}
	if len(v.Results) == 0 {
		suite.AddTestcase(testcase(judge.Result{ID: "verdict", Answer: judge.Inconclusive, Explanation: "no check was made: " + v.Sentence}, f))
	}
	var suites junit.Testsuites
	suites.AddSuite(suite)
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := suites.WriteXML(&out); err != nil {
		return nil, fmt.Errorf("write JUnit XML: %w", err)
	}
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n'), nil
}

func testcase(r judge.Result, f facts) junit.Testcase {
	c := junit.Testcase{Name: plain(titleOf(r)), Classname: plain("scaleproof." + f.started.Scenario)}
	text := plain(told(r))
	message := plain(firstLine(r))
	switch {
	case r.Answer == judge.Pass || warns(r):
		if warns(r) {
			text = "warning: " + text
		}
		c.SystemOut = &junit.Output{Data: text}
	case r.Answer == judge.Fail:
		c.Failure = &junit.Result{Message: message, Type: string(judge.Fail), Data: text}
	default:
		c.Error = &junit.Result{Message: message, Type: string(judge.Inconclusive), Data: text}
	}
	return c
}

// firstLine is what CI shows before anyone opens it.
func firstLine(r judge.Result) string {
	if r.Explanation != "" {
		return r.Explanation
	}
	return "expected " + r.Expected + ", measured " + r.Measured
}

func told(r judge.Result) string {
	var lines []string
	for _, l := range [][2]string{{"expected", r.Expected}, {"measured", r.Measured}, {"margin", r.Margin}, {"", r.Explanation}, {"asked for at", r.Pos.String()}} {
		switch {
		case l[1] == "":
		case l[0] == "":
			lines = append(lines, l[1])
		default:
			lines = append(lines, l[0]+": "+l[1])
		}
	}
	if len(r.Evidence) > 0 {
		lines = append(lines, "evidence: lines "+strings.Trim(strings.ReplaceAll(fmt.Sprint(r.Evidence), " ", ", "), "[]")+" of timeline.jsonl")
	}
	return strings.Join(lines, "\n")
}

// plain drops characters that XML does not allow; ends of CDATA are split by
// the writer.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r != unicode.ReplacementChar && !unicode.IsControl(r) && r != 0xfffe && r != 0xffff {
			return r
		}
		return -1
	}, s)
}
