package main

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"scaleproof/internal/run"
)

func quoted(s string) string { return regexp.QuoteMeta(s) }

func contents(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(b)
}

// requireNowhere wants a secret in no file of a run's folder and not on the
// console, plain or encoded.
func requireNowhere(t *testing.T, dir, console, secret string) {
	t.Helper()
	places := map[string]string{"the console": console}
	for _, name := range names(t, dir) {
		places[name] = contents(t, dir, name)
	}
	for where, text := range places {
		for how, form := range forms(secret) {
			require.False(t, strings.Contains(text, form), "the secret is in %s, %s", where, how)
		}
	}
}

// forms are a secret as it may be written: base 64 has three, by where in the
// text it begins.
func forms(secret string) map[string]string {
	all := map[string]string{
		"plain": secret, "in hex": hex.EncodeToString([]byte(secret)), "in capital hex": strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"escaped": url.QueryEscape(secret), "backwards": backwards(secret),
	}
	for _, e := range []struct {
		name string
		*base64.Encoding
	}{{"base 64", base64.RawStdEncoding}, {"base 64 for URLs", base64.RawURLEncoding}} {
		for shift := range 3 {
			coded := e.EncodeToString([]byte(strings.Repeat("-", shift) + secret))
			all[e.name+" at "+string(rune('0'+shift))] = coded[(shift*8+5)/6 : len(coded)-1] // what depends on the secret alone
		}
	}
	return all
}

func backwards(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

// The search would find what it looks for.
func TestFormsOfASecret(t *testing.T) {
	for before := range 5 {
		text := strings.Repeat("x", before) + sentinel + "yz"
		coded := base64.StdEncoding.EncodeToString([]byte(text))
		found := false
		for _, form := range forms(sentinel) {
			found = found || strings.Contains(coded, form)
		}
		require.True(t, found, "%d before it", before)
	}
}

// The stand-in of an emulated environment is kept like the secret it stands
// for, in a run that passes it on as in a check that only reads it; so is what
// a process has in its place, in a run that is refused.
func TestStandInIsASecretToo(t *testing.T) {
	t.Parallel()
	const standIn = "cGstbGYtbG9jYWw6c2stbGYtbG9jYWw="
	local, err := os.ReadFile("../../scenarios/environments/local.yaml")
	require.NoError(t, err)
	require.Contains(t, string(local), standIn)
	reports := filepath.Join(t.TempDir(), "reports")
	c := start(t, nil, "run", "testdata/scenarios/secret.yaml", "--reports", reports)
	require.Equal(t, run.ExitInconclusive, c.wait(), c.output())
	dir := newest(t, reports)
	require.Contains(t, contents(t, dir, "timeline.jsonl"), "LANGFUSE_BASIC_AUTH", "by name")
	for _, secret := range []string{standIn, strings.TrimRight(standIn, "="), "pk-lf-local:sk-lf-local"} {
		requireNowhere(t, dir, c.output(), secret)
	}
}
