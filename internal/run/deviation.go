package run

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"scaleproof/internal/flaw"
	"scaleproof/internal/scenario"
)

// deviate adds the deviations of the command line, each NAME or NAME=SIZE, to
// those of an environment. One that is not emulated has none.
func deviate(env *scenario.Environment, given []string) error {
	for _, text := range given {
		name, size, sized := strings.Cut(text, "=")
		k, ok := flaw.Deviation(name)
		if !ok {
			hint := ""
			if meant := scenario.Nearest(name, flaw.Names(flaw.Deviations)); meant != "" {
				hint = fmt.Sprintf(" (did you mean %q?)", meant)
			}
			return &Usage{fmt.Errorf("--deviation %s: there is no such deviation%s; validate deviations lists them", text, hint)}
		}
		if _, err := k.Parse(size); err != nil || sized && size == "" {
			if err == nil {
				err = fmt.Errorf("= is followed by a size")
			}
			return &Usage{fmt.Errorf("--deviation %s: %w", text, err)}
		}
		if env.Emulator == nil {
			return &Usage{fmt.Errorf("--deviation %s: environment %s %w", text, env.Name, errNotEmulated)}
		}
		env.Emulator.Deviations = append(env.Emulator.Deviations, scenario.Flaw{Name: name, Size: scenario.Amount(size)})
	}
	return nil
}

// Deviations lists the ways in which an embedded environment's autoscaler can
// be made wrong.
func Deviations(out io.Writer) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tSIZE\tWHAT IS WRONG")
	for _, k := range flaw.Deviations {
		size := "-"
		if k.Unit != flaw.None {
			size = k.Text(k.Default)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", k.Name, size, k.About)
	}
	return t.Flush()
}
