package vegeta

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/scenario"
)

// files are those that a list may name.
func files(name string) ([]byte, error) {
	if name == "body.json" || name == "/abs/a body" {
		return []byte("body of " + name), nil
	}
	return nil, errors.New("open " + name + ": no such file")
}

func at(t testing.TB, raw string) *url.URL {
	u, err := url.Parse(raw)
	require.NoError(t, err)
	return u
}

// Both formats, as vegeta's own documentation shows them.
func TestBothFormats(t *testing.T) {
	want := []Target{
		{Line: 1, Method: "GET", URL: at(t, "http://goku:9090/path/to/dragon?item=ball")},
		{Line: 2, Method: "GET", URL: at(t, "http://user.com/"), Header: []Field{{3, "X-Account-ID", "8675309"}, {4, "x-lower", "a: b"}}},
		{Line: 6, Method: "DELETE", URL: at(t, "http://goku:9090/path/to/remove"), Header: []Field{{7, "Confirmation-Token", "90215"}}},
		{Line: 11, Method: "POST", URL: at(t, "http://goku:9090/things"), Header: []Field{{12, "Content-Type", "application/json"}}, Body: []byte("body of body.json")},
		{Line: 14, Method: "MKCOL", URL: at(t, "https://[::1]:8443/x"), Body: []byte("body of /abs/a body")},
	}
	text := strings.Join([]string{
		"GET http://goku:9090/path/to/dragon?item=ball",
		"GET http://user.com/", "X-Account-ID: 8675309", "x-lower:a: b", "",
		"DELETE \t http://goku:9090/path/to/remove", "Confirmation-Token: 90215", "", "# a comment", "",
		"POST http://goku:9090/things", "Content-Type: application/json", "@body.json",
		"MKCOL https://[::1]:8443/x", "  # another, indented", "@ /abs/a body",
	}, "\n")
	got, err := Parse("targets.txt", []byte(text), files)
	require.NoError(t, err)
	require.Equal(t, want, got)
	dos, err := Parse("targets.txt", []byte(strings.ReplaceAll(text, "\n", "\r\n")+"\r\n"), files)
	require.NoError(t, err)
	require.Equal(t, want, dos)

	got, err = Parse("targets.json", []byte(`
{"method":"POST","url":"https://goku/1","body":"TkFNRUs=","header":{"b":["2","3"],"A":["1"]}}

{"method":"GET","url":"http://goku/2"}
`), files)
	require.NoError(t, err)
	require.Equal(t, []Target{
		{Line: 2, Method: "POST", URL: at(t, "https://goku/1"), Header: []Field{{2, "A", "1"}, {2, "b", "2"}, {2, "b", "3"}}, Body: []byte("NAMEK")},
		{Line: 4, Method: "GET", URL: at(t, "http://goku/2")},
	}, got)
}

// All that is wrong is told, with its line and what to write.
func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"GET http://a/\n\nX: \xff":      "t:3:1: bytes that are no text",
		"":                              "t: no target: write a line such as GET http://127.0.0.1:8080/",
		"# only this":                   "t: no target: write",
		"get http://a/":                 `t:1:1: "get http://a/" is no target: write method and URL`,
		"http://a/":                     "t:1:1: \"http://a/\" is no target",
		"GET":                           `t:1:1: "GET" is no target`,
		"GET /path":                     `t:1:1: "/path" is no URL of a service: write it whole`,
		"GET ftp://a/":                  `t:1:1: "ftp://a/" is no URL of a service`,
		"GET http://:80/\nGET http:///": `t:2:1: "http:///" is no URL of a service`,
		"GET http://a/%zz":              `is no URL of a service`,
		"GET http://me:secret@a/":       "t:1:1: the URL holds a name or a password: send them in a header Authorization",
		"GET http://a/\nX-A":            `t:2:1: "X-A" is no header field: write it as Name: value`,
		"GET http://a/\nX-A:":           `t:2:1: "X-A:" is no header field`,
		"GET http://a/\n: a":            `is no header field`,
		"GET http://a/\n@nowhere":       "t:2:1: the body: open nowhere: no such file; its name counts from the folder that the command is called in",
		"GET http://a/\n@":              "t:2:1: @ names no file of a body",
		"GET http://a/\n@<<EOF":         "t:2:1: @ names no file of a body",
		"@body.json":                    "t:1:1: a body without a target",
		"GET http://a/\n\n@body.json":   "t:3:1: a body without a target",
		`{"method":"GET"`:               "t:1:1: no target: unexpected EOF; write an object a line",
		`{"method":"GET","url":1}`:      "t:1:1: no target: json: cannot unmarshal number",
		`{"method":"GET","uri":"x"}`:    `unknown field "uri"`,
		`{"method":"GET","url":"http://a/","body":"?"}`:                        "illegal base64",
		`{"method":"GET","url":"http://a/"}{"method":"GET","url":"http://b/"}`: "t:1:1: more than one target",
		`{"method":"get","url":"http://a/"}`:                                   `t:1:1: "get" is no method: write it in capitals`,
		`{"url":"http://a/"}`:                                                  `"" is no method`,
		`{"method":"GET","url":"a"}`:                                           `t:1:1: "a" is no URL`,
		"{\"method\":\"GET\",\"url\":\"http://a/\"}\nGET http://a/":            "t:2:1: no target: invalid character 'G'",
		"GET /one\n\nX: y\n\nGET http://a/\nwrong":                             "t:1:1: \"/one\" is no URL of a service: write it whole, as http://127.0.0.1:8080/path\nt:3:1: \"X: y\" is no target: write method and URL, as GET http://127.0.0.1:8080/, with an empty line between targets\nt:6:1: ",
	} {
		_, err := Parse("t", []byte(text), files)
		require.ErrorContains(t, err, want, "%q", text)
	}
}

// Whatever the list: no panic, each target and each fault in a line that there
// is, in order, and what was read reads back equal, from either format.
func FuzzParse(f *testing.F) {
	f.Add("GET http://a/\nX: y\n@body.json\n\nPOST https://b:1/?q=1\n# c\nGET http://a/")
	f.Add(`{"method":"POST","url":"http://a/","body":"TkFNRUs=","header":{"X":["1","2"]}}` + "\n")
	f.Add("GET http://a/\n\n\nY: z\r\n@nowhere")
	f.Add("{\n}\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines := 1 + strings.Count(text, "\n")
		targets, err := Parse("t", []byte(text), files)
		var faults scenario.Faults
		if errors.As(err, &faults) {
			for _, fault := range faults {
				require.LessOrEqual(t, fault.Line, lines)
				require.NotEmpty(t, fault.Msg)
			}
			return
		}
		require.NoError(t, err)
		require.NotEmpty(t, targets)
		var asText, asJSON strings.Builder
		bodies, last := map[string][]byte{}, 0
		for n, target := range targets {
			require.Greater(t, target.Line, last)
			require.LessOrEqual(t, target.Line, lines)
			last = target.Line
			require.NotEmpty(t, target.URL.Host)
			fmt.Fprintf(&asText, "\n%s %s\n", target.Method, target.URL)
			o := object{Method: target.Method, URL: target.URL.String(), Body: target.Body, Header: map[string][]string{}}
			for _, field := range target.Header {
				fmt.Fprintf(&asText, "%s: %s\n", field.Name, field.Value)
				o.Header[field.Name] = append(o.Header[field.Name], field.Value)
			}
			if target.Body != nil {
				name := fmt.Sprint("b", n)
				bodies[name] = target.Body
				fmt.Fprintf(&asText, "@%s\n", name)
			}
			line, err := json.Marshal(o)
			require.NoError(t, err)
			fmt.Fprintf(&asJSON, "%s\n", line)
		}
		read := func(name string) ([]byte, error) { return bodies[name], nil }
		again, err := Parse("t", []byte(asJSON.String()), read)
		require.NoError(t, err, asJSON.String())
		same(t, targets, again)
		if plain(targets) { // what a line of text can say
			again, err := Parse("t", []byte(asText.String()), read)
			require.NoError(t, err, asText.String())
			same(t, targets, again)
		}
	})
}

// plain says that targets can be written as text: JSON may hold line breaks, and
// names that are no names.
func plain(targets []Target) bool {
	for _, t := range targets {
		for _, f := range t.Header {
			if strings.ContainsAny(f.Name+f.Value, "\r\n") || strings.ContainsAny(f.Name, ": \t#@") || f.Name == "" || f.Value == "" ||
				strings.TrimSpace(f.Name) != f.Name || strings.TrimSpace(f.Value) != f.Value {
				return false
			}
		}
	}
	return true
}

func same(t *testing.T, want, got []Target) {
	require.Len(t, got, len(want))
	for i, w := range want {
		require.Equal(t, w.Method, got[i].Method)
		require.Equal(t, w.URL.String(), got[i].URL.String())
		require.Equal(t, string(w.Body), string(got[i].Body))
		require.Equal(t, fields(w), fields(got[i]))
	}
}

// fields are those of a target, by name; JSON keeps the order of values alone.
func fields(t Target) (list []string) {
	byName := map[string]string{}
	for _, f := range t.Header {
		byName[f.Name] += "\n" + f.Value
	}
	for name, values := range byName {
		list = append(list, name+values)
	}
	slices.Sort(list)
	return list
}
