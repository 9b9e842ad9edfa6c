package flaw

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// docs/scenarios.md has a row for each kind: its name, its default size, what
// it may be confined to, and its sentence.
func TestDocsListEveryKind(t *testing.T) {
	page, err := os.ReadFile("../../docs/scenarios.md")
	require.NoError(t, err)
	for _, list := range lists {
		for _, k := range list {
			row := ""
			for line := range strings.Lines(string(page)) {
				if strings.HasPrefix(line, "| `"+k.Name+"` |") {
					row = line
				}
			}
			require.NotEmpty(t, row, "docs/scenarios.md has no row for %s", k.Name)
			require.Contains(t, row, "| "+k.Text(k.Default), k.Name)
			require.True(t, strings.HasSuffix(row, "| "+k.About+" |\n"), "%s: %s", k.Name, row)
			for _, of := range k.Of {
				require.Contains(t, row, "`"+of+"`", k.Name)
			}
			require.Equal(t, k.Account, strings.Contains(row, "Of all services"), k.Name)
		}
	}
}
