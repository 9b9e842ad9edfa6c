package plan

import (
	stdbytes "bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func unpack(t require.TestingT, packed []byte) []byte {
	r, err := gzip.NewReader(stdbytes.NewReader(packed))
	require.NoError(t, err)
	text, err := io.ReadAll(r) // checks the sum and the length
	require.NoError(t, err)
	return text
}

// What is sent unpacks to the body as it would be without gzip, whatever it is
// made of, and all bodies of a kind are of one size.
func TestPackedIsTheBody(t *testing.T) {
	table := rowsOf(t, people)
	pieces := []string{
		"text ", strings.Repeat(`{"key":"value"},`, 300), "\x00\xff", "é", "{{uuid}}", "{{hex 16 a}}", "{{random 300}}", "{{random 70000}}",
		"{{sequence}}", "{{now -1s}}", "{{unixnano}}", "{{number 1 900}}", "{{numbers 40 0.00 1.00}}", "{{json 3KiB objects 4}}", "{{csv user}}", "{{csv blob raw}}",
		everyByte(),
	}
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), ""))
		plain, err := Compile("kind", Source{Text: text, Rows: table})
		require.NoError(t, err)
		packed, err := Compile("kind", Source{Text: text, Rows: table, Gzip: true})
		require.NoError(t, err)
		require.Equal(t, plain.Size, packed.Size)
		for range 3 {
			n := rapid.Uint64().Draw(t, "n")
			sent := packed.Append([]byte("before"), 7, n, due)
			require.Len(t, sent, len("before")+int(packed.Wire))
			require.Equal(t, string(plain.Append(nil, 7, n, due)), string(unpack(t, sent[len("before"):])))
		}
	})
}

// everyByte leaves no byte that could stand in place of a value.
func everyByte() string {
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	return strings.ReplaceAll(strings.Repeat(string(all[:]), 3), "{{", "{")
}

// What bodies have in common is packed across placeholders: a batch of equal
// events packs nearly as well as with gzip itself.
func TestPackingSeesWhatStandsBefore(t *testing.T) {
	event := `{"id":"{{uuid}}","type":"generation-create","timestamp":"{{now}}","body":{"model":"gpt-4o-mini","name":"answer","environment":"loadtest"}},`
	text := []byte(strings.Repeat(event, 50))
	b, err := Compile("kind", Source{Text: text, Gzip: true})
	require.NoError(t, err)
	plain, err := Compile("kind", Source{Text: text})
	require.NoError(t, err)
	var whole stdbytes.Buffer
	w := gzip.NewWriter(&whole)
	w.Write(plain.Append(nil, 7, 1, due))
	w.Close()
	t.Logf("%d bytes, %d packed here, %d by gzip", b.Size, b.Wire, whole.Len())
	require.Less(t, b.Wire, int64(whole.Len()+50*(36+24)+100*10))
}

func TestPackingRefusesValuesWithoutRoom(t *testing.T) {
	table := rowsOf(t, "a\n"+strings.Repeat("x", 30000)+"\n")
	_, err := Compile("kind", Source{Text: []byte("{{csv a}}{{csv a}}{{csv a}}"), Rows: table, Gzip: true})
	require.ErrorContains(t, err, "leave gzip out")
}

func TestPackedAppendAllocatesNothing(t *testing.T) {
	b, err := Compile("kind", Source{Text: []byte(`{"a":"{{uuid}}","b":"{{csv user}}","c":[{{numbers 20 0 9}}]}`), Rows: rowsOf(t, people), Gzip: true})
	require.NoError(t, err)
	buf, n := make([]byte, 0, b.Wire), uint64(0)
	require.Zero(t, testing.AllocsPerRun(100, func() { b.Append(buf, 7, n, due); n++ }))
}

func BenchmarkRender(b *testing.B) {
	event := `{"id":"{{uuid}}","type":"generation-create","timestamp":"{{now}}","body":{"id":"{{hex 32}}","model":"gpt-4o-mini","input":"%s"}},`
	batch := strings.Repeat(fmt.Sprintf(event, strings.Repeat("How do I rotate my API key? ", 20)), 10)
	for name, text := range map[string]string{
		"batch":   batch,
		"lever":   `{"batch":[],"metadata":{{json 600KiB numbers}}}`,
		"numbers": `[{{numbers 10000 0.000 1.000}}]`,
		"random":  "{{random 64KiB}}",
	} {
		for _, packed := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/gzip=%v", name, packed), func(b *testing.B) {
				body, err := Compile("kind", Source{Text: []byte(text), Gzip: packed})
				require.NoError(b, err)
				buf, n := make([]byte, 0, max(body.Size, body.Wire)), uint64(0)
				b.ReportAllocs()
				b.SetBytes(body.Size)
				for b.Loop() {
					body.Append(buf, 7, n, due)
					n++
				}
			})
		}
	}
}
