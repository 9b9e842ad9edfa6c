// Package vegeta reads lists of targets as vegeta does, in both of its formats:
// text, in which a target is a line with method and URL, lines with header
// fields and a line with the file of its body; and JSON, an object a line with
// the body in base64.
//
//	targets, err := vegeta.Parse("targets.txt", data, os.ReadFile)
//
// All faults are told, each with its line. What vegeta takes and would read
// otherwise than it looks is one of them: a second request under the header
// fields of the first, without an empty line between, is a header field to it.
// Here it is a target of its own.
//
// The package makes nothing of the targets; package run writes a scenario.
package vegeta

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"scaleproof/internal/scenario"
)

// Target is one request of a list.
type Target struct {
	Line   int // its first, from 1
	Method string
	URL    *url.URL // http or https, with a host
	Header []Field
	Body   []byte // nil: none
}

// Field is a header field.
type Field struct {
	Line        int
	Name, Value string
}

// Parse reads a list of targets. Files of bodies are read by read, by the names
// that the list gives them. The error is scenario.Faults.
func Parse(name string, data []byte, read func(file string) ([]byte, error)) ([]Target, error) {
	p := parser{name: name, read: read}
	if !utf8.Valid(data) {
		p.fault(1+bytes.Count(data[:invalid(data)], []byte("\n")), "bytes that are no text: write the list in UTF-8, and other bytes in the file of a body")
		return nil, p.faults.Err()
	}
	if text := bytes.TrimLeft(data, " \t\r\n"); len(text) > 0 && text[0] == '{' {
		p.objects(data)
	} else {
		p.lines(data)
	}
	if len(p.targets) == 0 && len(p.faults) == 0 {
		p.fault(0, "no target: write a line such as GET http://127.0.0.1:8080/")
	}
	return p.targets, p.faults.Err()
}

// invalid is the place of the first bytes that are no text.
func invalid(data []byte) (at int) {
	for {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size < 2 {
			return at
		}
		at += size
	}
}

type parser struct {
	name    string
	read    func(string) ([]byte, error)
	targets []Target
	faults  scenario.Faults
}

func (p *parser) fault(line int, format string, args ...any) {
	f := scenario.Fault{File: p.name, Line: line, Msg: fmt.Sprintf(format, args...)}
	if line > 0 {
		f.Col = 1
	}
	p.faults = append(p.faults, f)
}

// request is the line that a target begins with; vegeta takes any method in
// capitals.
var request = regexp.MustCompile(`^([A-Z][A-Z-]*)[ \t]+(\S.*)$`)

// begins says that a line begins a target though another's header fields might
// go on: what stands behind the method is no value of a field.
var begins = regexp.MustCompile(`^[A-Z][A-Z-]*[ \t]+https?://`)

// lines reads the text format.
func (p *parser) lines(data []byte) {
	open := false // the last target may have further lines
	line := 0
	for text := range strings.Lines(string(data)) {
		line++
		text = strings.TrimSpace(text)
		switch file, body := strings.CutPrefix(text, "@"); {
		case text == "":
			open = false
		case strings.HasPrefix(text, "#"):
		case !open && body:
			p.fault(line, "a body without a target: write the line with method and URL above it")
		case body:
			p.body(line, file)
			open = false
		case !open || begins.MatchString(text):
			open = p.target(line, text)
		default:
			p.field(line, text)
		}
	}
}

// target reads a target's first line; false where the lines below it, up to the
// next empty one, cannot be its.
func (p *parser) target(line int, text string) bool {
	m := request.FindStringSubmatch(text)
	if m == nil {
		p.fault(line, "%q is no target: write method and URL, as GET http://127.0.0.1:8080/, with an empty line between targets", text)
		return false
	}
	p.add(Target{Line: line, Method: m[1]}, m[2])
	return true
}

// add adds a target of a URL.
func (p *parser) add(t Target, address string) {
	u, err := url.ParseRequestURI(address)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		p.fault(t.Line, "%q is no URL of a service: write it whole, as http://127.0.0.1:8080/path", address)
		u = new(url.URL)
	case u.User != nil:
		p.fault(t.Line, "the URL holds a name or a password: send them in a header Authorization")
	}
	t.URL = u
	p.targets = append(p.targets, t)
}

func (p *parser) field(line int, text string) {
	name, value, ok := strings.Cut(text, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok || name == "" || value == "" {
		p.fault(line, "%q is no header field: write it as Name: value, the file of a body as @file, and an empty line between targets", text)
		return
	}
	last := &p.targets[len(p.targets)-1]
	last.Header = append(last.Header, Field{line, name, value})
}

func (p *parser) body(line int, file string) {
	file = strings.TrimSpace(file)
	if file == "" || strings.HasPrefix(file, "<<") {
		p.fault(line, "@ names no file of a body: write it as @body.json")
		return
	}
	data, err := p.read(file)
	if err != nil {
		p.fault(line, "the body: %v; its name counts from the folder that the command is called in", err)
		return
	}
	p.targets[len(p.targets)-1].Body = data
}

// object is a line of the JSON format.
type object struct {
	Method string              `json:"method"`
	URL    string              `json:"url"`
	Body   []byte              `json:"body"`
	Header map[string][]string `json:"header"`
}

// objects reads the JSON format.
func (p *parser) objects(data []byte) {
	line := 0
	for text := range bytes.Lines(data) {
		line++
		text = bytes.TrimSpace(text)
		if len(text) == 0 {
			continue
		}
		var o object
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&o); err != nil {
			p.fault(line, `no target: %v; write an object a line, as {"method":"GET","url":"http://127.0.0.1:8080/","header":{"Accept":["*/*"]},"body":"aGVsbG8="}`, err)
			continue
		}
		if d.More() {
			p.fault(line, "more than one target: write each on a line of its own")
			continue
		}
		if m := request.FindStringSubmatch(o.Method + " x"); m == nil || m[1] != o.Method {
			p.fault(line, "%q is no method: write it in capitals, as GET", o.Method)
			continue
		}
		t := Target{Line: line, Method: o.Method, Body: o.Body}
		for _, name := range slices.Sorted(maps.Keys(o.Header)) {
			for _, value := range o.Header[name] {
				t.Header = append(t.Header, Field{line, name, value})
			}
		}
		p.add(t, o.URL)
	}
}
