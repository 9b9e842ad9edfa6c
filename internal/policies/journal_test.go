package policies_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/policies"
	"scaleproof/internal/scaling"
)

// journalOf writes a journal of one change, done, and returns its bytes.
func journalOf(t testing.TB, dir string, settle bool) []byte {
	j, err := policies.CreateJournal(dir, stepping(), start(look(bounds(1, 5))))
	require.NoError(t, err)
	p := cpu("c", 70)
	n, err := j.Intent(scaling.Change{Op: scaling.PutPolicy, Service: web, Policy: &p}, false)
	require.NoError(t, err)
	require.NoError(t, j.Done(n, false, nil))
	if settle {
		require.NoError(t, j.Settle(true, "as it was"))
	}
	require.NoError(t, j.Close())
	data, err := os.ReadFile(filepath.Join(dir, policies.JournalName))
	require.NoError(t, err)
	return data
}

func TestJournalReadsAfterAnyByte(t *testing.T) {
	data := journalOf(t, t.TempDir(), true)
	for n := range len(data) + 1 {
		entries, err := policies.ReadJournal(bytes.NewReader(data[:n]), "j")
		lines := bytes.Count(data[:n], []byte("\n"))
		if lines == 0 {
			require.ErrorIs(t, err, policies.ErrNoStart)
			continue
		}
		require.NoError(t, err)
		require.Len(t, entries, lines)
		require.Equal(t, lines == 1 || lines == 4, policies.Closed(entries))
	}
}

func TestJournalTellsWhatIsWrong(t *testing.T) {
	lines := strings.SplitAfter(string(journalOf(t, t.TempDir(), true)), "\n")
	head, intent, done, closed := lines[0], lines[1], lines[2], lines[3]
	cases := map[string]struct{ text, want string }{
		"no start":       {intent, "j:1: \"intent\": a journal begins with its start"},
		"two starts":     {head + head, "j:2: \"start\""},
		"not JSON":       {head + "nonsense\n", "j:2: invalid character"},
		"later format":   {strings.Replace(head, `"format":1`, `"format":2`, 1), "j:1: format 2; this version reads format 1"},
		"no look":        {strings.Replace(head, `"policies":{"list":null}`, `"policies":null`, 1), "j:1: the start does not say how things stood"},
		"other endpoint": {strings.Replace(head, `"endpoint_kind":"endpoint"`, `"endpoint_kind":"x"`, 1), "j:1: unknown kind of endpoint"},
		"unknown key":    {head + `{"kind":"closed","at":"2026-01-01T00:00:00Z","why":1}` + "\n", "j:2: json: unknown field"},
		"unknown line":   {head + `{"kind":"x","at":"2026-01-01T00:00:00Z"}` + "\n", "j:2: unknown kind of line"},
		"doubled intent": {head + intent + intent, "j:3: change 1 after change 1"},
		"done twice":     {head + intent + done + done, "j:4: change 1 is done but was not begun"},
		"done first":     {head + done, "j:2: change 1 is done but was not begun"},
		"after the end":  {head + closed + intent, "j:3: a line after the journal was closed"},
		"unknown change": {head + strings.Replace(intent, "PutScalingPolicy", "DropTable", 1), "j:2: unknown change"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := policies.ReadJournal(strings.NewReader(c.text), "j")
			require.ErrorContains(t, err, c.want)
			var fault *policies.JournalError
			require.ErrorAs(t, err, &fault)
		})
	}
}

func TestJournalIsNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	journalOf(t, dir, false)
	_, err := policies.CreateJournal(dir, stepping(), start(look(nil)))
	require.ErrorIs(t, err, os.ErrExist)
	_, err = policies.CreateJournal(t.TempDir(), stepping(), start(scaling.Look{}))
	require.ErrorContains(t, err, "not looked at")
}

func TestOpenJournalCutsABegunLine(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, policies.JournalName)
	data := journalOf(t, dir, false)
	require.NoError(t, os.WriteFile(path, append(data, `{"kind":"clo`...), 0o644))
	j, err := policies.OpenJournal(dir, stepping())
	require.NoError(t, err)
	require.NoError(t, j.Settle(false, "nothing stands"))
	require.NoError(t, j.Close())
	entries, err := policies.ReadJournalFile(dir)
	require.NoError(t, err)
	require.Len(t, entries, 4)
	require.True(t, policies.Closed(entries))
}

// A run that still goes on is not restored under its feet, and two do not
// restore at once.
func TestJournalInUse(t *testing.T) {
	dir := t.TempDir()
	j, err := policies.CreateJournal(dir, stepping(), start(look(nil)))
	require.NoError(t, err)
	_, err = policies.OpenJournal(dir, stepping())
	require.ErrorIs(t, err, policies.ErrInUse)
	require.NoError(t, j.Close())
	j, err = policies.OpenJournal(dir, stepping())
	require.NoError(t, err)
	defer j.Close()
	_, err = policies.OpenJournal(dir, stepping())
	require.ErrorIs(t, err, policies.ErrInUse)
	_, err = policies.ReadJournalFile(dir)
	require.NoError(t, err, "reading needs no lock")
}

func TestFindOpen(t *testing.T) {
	reports := t.TempDir()
	folder := func(name string) string {
		dir := filepath.Join(reports, name)
		require.NoError(t, os.Mkdir(dir, 0o755))
		return dir
	}
	journalOf(t, folder("a-open"), false)
	journalOf(t, folder("b-closed"), true)
	folder("c-without-journal")
	require.NoError(t, os.WriteFile(filepath.Join(folder("d-killed-at-once"), policies.JournalName), []byte(`{"kind":"st`), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(folder("e-damaged"), policies.JournalName), []byte("x\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(reports, "README.md"), nil, 0o644))

	open, err := policies.FindOpen(reports)
	require.NoError(t, err)
	require.Len(t, open, 2)
	a, damaged := open[0], open[1]
	require.Equal(t, filepath.Join(reports, "a-open"), a.Dir)
	require.Error(t, damaged.Err)

	mine := start(look(nil))
	require.True(t, a.Blocks(mine))
	require.True(t, damaged.Blocks(mine), "nobody knows what it changed")
	elsewhere, embedded, other := mine, mine, mine
	elsewhere.URL = "http://127.0.0.1:2"
	embedded.Kind, embedded.URL = policies.Embedded, ""
	other.Service.Name = "staging-web-iso"
	require.False(t, a.Blocks(elsewhere))
	require.False(t, a.Blocks(other))
	require.False(t, a.Blocks(embedded))
	require.False(t, damaged.Blocks(embedded))
	dead := policies.Open{Start: embedded}
	require.False(t, dead.Blocks(embedded), "it died with its process")

	open, err = policies.FindOpen(filepath.Join(reports, "none"))
	require.NoError(t, err)
	require.Empty(t, open)
}

// Whatever the bytes: what is read can be written and read again, every entry
// can be undone without a panic, and an error names a place.
func FuzzReadJournal(f *testing.F) {
	data := journalOf(f, f.TempDir(), true)
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"kind":"start","start":{"format":1,"endpoint_kind":"aws","service":{"cluster":"c"},"look":{"scalable":{},"policies":{}}}}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := policies.ReadJournal(bytes.NewReader(data), "j")
		if err != nil {
			require.ErrorContains(t, err, "j:")
			return
		}
		for _, c := range policies.Undo(entries, look(bounds(0, 9), memory("m", 3), cpu("c", 1))) {
			require.NotEmpty(t, policies.Describe(c))
		}
		var again bytes.Buffer
		for _, e := range entries {
			line, err := json.Marshal(e)
			require.NoError(t, err)
			again.Write(append(line, '\n'))
		}
		second, err := policies.ReadJournal(&again, "j")
		require.NoError(t, err)
		require.Len(t, second, len(entries))
	})
}
