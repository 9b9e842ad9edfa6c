package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
)

// readJSON reads a body of the JSON protocols. An empty one is an empty input.
func readJSON(body []byte) (any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return map[string]any{}, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one document in the body")
	}
	return v, nil
}

// appendJSON writes a tree. Times are seconds since 1970 with milliseconds as
// a fraction. [D]
func appendJSON(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case record:
		return appendMembers(b, v)
	case dict:
		return appendMembers(b, v)
	case list:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			var err error
			if b, err = appendJSON(b, item); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	case time.Time:
		return append(b, epoch(v)...), nil
	case []byte:
		return appendJSON(b, base64.StdEncoding.EncodeToString(v))
	}
	text, err := json.Marshal(v)
	return append(b, text...), err
}

func appendMembers(b []byte, members []member) ([]byte, error) {
	b = append(b, '{')
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		b, _ = appendJSON(b, m.name) // a string
		b = append(b, ':')
		var err error
		if b, err = appendJSON(b, m.value); err != nil {
			return b, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return append(b, '}'), nil
}

// epoch is an instant as a decimal number of seconds, exact to the
// millisecond.
func epoch(t time.Time) string {
	ms := t.UnixMilli()
	if ms%1000 == 0 {
		return strconv.FormatInt(ms/1000, 10)
	}
	return strconv.FormatFloat(float64(ms)/1000, 'f', 3, 64)
}
