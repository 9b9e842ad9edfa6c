package prove

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// mostMisses are told one by one; the rest stand in the JSON.
const mostMisses = 20

// WriteText writes the proof for a person. again is the command line that shows
// one run.
func (p *Proof) WriteText(w io.Writer, again func(Miss) string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d runs in virtual time, seeds from %d on\n\n", p.Runs, p.Base)
	for _, t := range []table{p.deviationTable(), p.elsewhereTable(), p.checkTable(), p.rightTable(), p.limitTable()} {
		t.text(&b)
		b.WriteString("\n")
	}
	for i, m := range p.Misses {
		if i == mostMisses {
			fmt.Fprintf(&b, "and %d more; --format json lists all\n", len(p.Misses)-i)
			break
		}
		fmt.Fprintf(&b, "%s: %s%s%s\n", m.What, again(m), listed("; fails: ", m.Failed), listed("; inconclusive: ", m.Open))
	}
	if len(p.Misses) > 0 {
		b.WriteString("\n")
	}
	for _, x := range p.Bars {
		word := "holds"
		if !x.Holds {
			word = "MISSED"
		}
		fmt.Fprintf(&b, "%-6s  %s: %s\n", word, x.Name, x.Measured)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func listed(before string, list []string) string {
	if len(list) == 0 {
		return ""
	}
	return before + strings.Join(list, ", ")
}

// table is rows of cells, the first of them the head.
type table [][]string

func (t table) text(b *strings.Builder) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	for _, row := range t {
		fmt.Fprintln(w, strings.TrimRight(strings.Join(row, "\t"), "\t"))
	}
	_ = w.Flush() // into memory
}

func (t table) markdown(b *strings.Builder) {
	for i, row := range t {
		fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(b, "|%s\n", strings.Repeat("---|", len(row)))
		}
	}
}

// numbered is a row: a name, numbers, and what is wide behind them.
func numbered(name, last string, numbers ...int) []string {
	row := []string{name}
	for _, n := range numbers {
		row = append(row, strconv.Itoa(n))
	}
	return append(row, last)
}

func (p *Proof) deviationTable() table {
	t := table{{"deviation", "runs", "manifested", "within a limit", "caught", "by another", "first read", "false passes", "inconclusive", "false fails", "99 % from", "checks meant for it"}}
	for _, d := range p.Deviations {
		if d.Runs == 0 {
			continue
		}
		from := d.From
		if len(d.Sizes) == 0 {
			from = "-"
		} else if from == "" {
			from = "none"
		}
		row := numbered(d.Name, from, d.Runs, d.Manifested, d.Hidden, d.Caught, d.ByAnother, d.Named, d.FalsePasses, d.Inconclusive, d.FalseFails)
		t = append(t, append(row, d.meantText()))
	}
	return t
}

func (p *Proof) elsewhereTable() table {
	t := table{{"deviation", "runs elsewhere", "within a limit", "could be seen", "failed", "false passes", "inconclusive"}}
	for _, e := range p.Elsewhere {
		if e.Runs > 0 {
			t = append(t, []string{e.Name, strconv.Itoa(e.Runs), strconv.Itoa(e.Hidden), strconv.Itoa(e.Seen), strconv.Itoa(e.Failed), strconv.Itoa(e.FalsePasses), strconv.Itoa(e.Inconclusive)})
		}
	}
	return t
}

// meantText is the checks meant for a deviation, each with how many it caught.
func (d Deviation) meantText() string {
	var list []string
	for _, id := range d.Meant {
		list = append(list, fmt.Sprintf("%s %d", id, d.By[id]))
	}
	return strings.Join(list, ", ")
}

func (p *Proof) checkTable() table {
	t := table{{"check", "runs", "manifested", "could be seen", "caught", "false passes", "caught for others", "false fails", "inconclusive", "meant for"}}
	for _, c := range p.Checks {
		meant := strings.Join(c.Meant, ", ")
		if meant == "" {
			meant = "none: it " + c.Apart
		}
		t = append(t, numbered(c.ID, meant, c.Runs, c.Manifested, c.Seen, c.Caught, c.FalsePasses, c.Others, c.FalseFails, c.Inconclusive))
	}
	return t
}

func (p *Proof) rightTable() table {
	t := table{{"nobody wrong", "runs", "passed", "false fails", "inconclusive"}}
	for _, r := range p.Right {
		t = append(t, []string{groupText[r.Group], strconv.Itoa(r.Runs), strconv.Itoa(r.Passed), strconv.Itoa(r.FalseFails), strconv.Itoa(r.Inconclusive)})
	}
	return t
}

var groupText = map[Group]string{
	Clean:   "a correct autoscaler",
	AtStart: "with cooldowns anchored at the start",
	Blind:   "with a blind witness",
}

func (p *Proof) limitTable() table {
	t := table{{"limit", "runs", "of", "why"}}
	for _, l := range p.Limits {
		of := strings.Join(l.Of, ", ")
		if of == "" {
			of = "all"
		}
		t = append(t, []string{l.Name, strconv.Itoa(l.Runs), of, l.Reason})
	}
	return t
}

// WriteJSON writes the proof as indented JSON.
func (p *Proof) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(p)
}
