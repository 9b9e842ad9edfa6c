package plan

import (
	stdbytes "bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Rows are those of a CSV file, whose first line names the columns.
type Rows struct {
	columns []string
	rows    [][]string
	sum     []byte
}

// mostValue is how long a value of a CSV file may be, in bytes: each body is as
// long as the longest value would make it.
const mostValue = 32 << 10

// ReadRows reads a CSV file.
func ReadRows(data []byte) (*Rows, error) {
	r := csv.NewReader(stdbytes.NewReader(stdbytes.TrimPrefix(data, []byte("\ufeff"))))
	all, err := r.ReadAll()
	if err != nil {
		return nil, err // it says the line
	}
	if len(all) < 2 {
		return nil, fmt.Errorf("it needs a line that names the columns, and one of values")
	}
	sum := sha256.Sum256(data)
	return &Rows{columns: all[0], rows: all[1:], sum: sum[:]}, nil
}

// Len is how many rows there are; at least one.
func (r *Rows) Len() int { return len(r.rows) }

// column is the values of a column, row by row, and the length of the longest:
// as the inside of a JSON string, or raw.
func (r *Rows) column(name string, raw bool) (values [][]byte, width int, err error) {
	i := slices.Index(r.columns, name)
	if i < 0 {
		return nil, 0, fmt.Errorf("the file has no column %q; there is %s", name, strings.Join(r.columns, ", "))
	}
	for n, row := range r.rows {
		value := []byte(row[i])
		if !raw {
			value = escaped(row[i])
		}
		if len(value) > mostValue {
			return nil, 0, fmt.Errorf("the value in row %d has %d bytes, more than %d", n+1, len(value), mostValue)
		}
		values, width = append(values, value), max(width, len(value))
	}
	if width == 0 {
		return nil, 0, fmt.Errorf("the column is empty")
	}
	return values, width, nil
}

// escaped is a text as it stands between the quotes of a JSON string.
func escaped(text string) []byte {
	var out stdbytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic("plan: " + err.Error()) // a string can always be written
	}
	return out.Bytes()[1 : out.Len()-2] // without the quotes and the line's end
}
