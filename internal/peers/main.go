package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"scaleproof/internal/page"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "target" {
		exit(serve(os.Stdin, os.Stdout))
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exit(run(ctx, os.Args[1:], os.Stdout))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run measures, and writes the tables.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("peers", flag.ContinueOnError)
	rounds := flags.Int("rounds", 3, "`number` of rounds, of which the medians are told")
	only := flags.String("only", "", "`tests` to do, divided by commas (default: all: "+names(tests)+")")
	tools := flags.String("tools", "", "`tools` to run, divided by commas (default: all)")
	program := flags.String("loadgen", "bin/loadgen", "`file` of the loadgen to measure")
	limit := flags.Duration("limit", 10*time.Minute, "`time` that all measuring may take; what has no time is named")
	file := flags.String("into", "", "`page` to write the tables into; needs all tests and tools")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rounds < 1 {
		return fmt.Errorf("-rounds %d: give at least 1", *rounds)
	}
	b := &bench{rounds: *rounds}
	var err error
	if b.tests, err = chosenTests(*only); err != nil {
		return err
	}
	if b.tools, err = chosenTools(*tools, *program); err != nil {
		return err
	}
	if *file != "" {
		if *only != "" || *tools != "" {
			return errors.New("-into writes the tables of all tests and tools: leave -only and -tools out")
		}
		if err := page.Check(*file, "peers", []page.Part{{Name: "tables"}}); err != nil {
			return err
		}
	}
	text, err := b.measure(ctx, *limit)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, text); err != nil || *file == "" {
		return err
	}
	return page.Write(*file, "peers", []page.Part{{Name: "tables", Text: text}})
}

// measure installs the tools, runs everything and returns the tables.
func (b *bench) measure(ctx context.Context, limit time.Duration) (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	for _, t := range b.tools {
		if !t.ours {
			t.install(ctx, cache)
		} else if _, err := os.Stat(t.program); err != nil {
			return "", fmt.Errorf("make build makes the loadgen to measure: %w", err)
		}
	}
	if b.dir, err = os.MkdirTemp("", "peers"); err != nil {
		return "", err
	}
	defer os.RemoveAll(b.dir)
	if b.nginx, err = startNginx(ctx, b.dir); err != nil {
		return "", err
	}
	defer b.nginx.stop()
	load := busy()
	b.until = time.Now().Add(limit)
	b.run(ctx)
	if err := ctx.Err(); err != nil {
		return "", err
	}
	return b.tables(today(), machine(), load), nil
}

func chosenTests(only string) ([]test, error) {
	if only == "" {
		return tests, nil
	}
	var list []test
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(tests, func(x test) bool { return x.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-only %s: there are %s", name, names(tests))
		}
		list = append(list, tests[i])
	}
	return list, nil
}

func chosenTools(which, program string) ([]*tool, error) {
	all := append(peers(), ours(program), economical(program))
	if which == "" {
		return all, nil
	}
	wanted := strings.Split(which, ",")
	var list []*tool
	for _, t := range all {
		if slices.Contains(wanted, t.name) || t.ours && slices.Contains(wanted, "loadgen") {
			list = append(list, t)
		}
	}
	for _, name := range wanted {
		if !slices.ContainsFunc(all, func(t *tool) bool { return t.name == name }) {
			return nil, fmt.Errorf("-tools %s: there is no such tool", name)
		}
	}
	return list, nil
}
