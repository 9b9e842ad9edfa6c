package edges

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// all stands for every package of this project.
const all = "*"

// allowed says which of this project's packages each may import. A package
// that is missing here, or an import that is missing in its row, fails.
var allowed = map[string][]string{
	"cmd/loadgen":             {all},
	"cmd/validate":            {all},
	"internal/cli":            {"internal/run", "internal/scenario"},
	"internal/run":            {all},
	"internal/report":         {"internal/export", "internal/forecast", "internal/judge", "internal/timeline", "internal/scaling", "internal/price"},
	"internal/forecast":       {"internal/judge", "internal/predict", "internal/traffic", "internal/plan", "internal/scenario", "internal/timeline", "internal/scaling", "internal/clock", "internal/price"},
	"internal/prove":          {"internal/predict", "internal/judge", "internal/model", "internal/plan", "internal/observe", "internal/traffic", "internal/timeline", "internal/scaling", "internal/scenario", "internal/flaw", "internal/clock", "internal/page"},
	"internal/judge":          {"internal/hdr", "internal/timeline", "internal/scaling", "internal/plan", "internal/price"}, // price for the figures: one reckoning, in verdict and report
	"internal/predict":        {"internal/scenario", "internal/plan", "internal/model", "internal/flaw", "internal/scaling", "internal/policies", "internal/traffic", "internal/observe", "internal/timeline", "internal/clock"},
	"internal/metrics":        {"internal/export", "internal/hdr", "internal/timeline"},
	"internal/control":        {},
	"internal/live":           {"internal/hdr", "internal/timeline", "internal/scaling", "internal/clock"}, // scaling for the grammar of causes
	"internal/emulator":       {"internal/model", "internal/scaling", "internal/clock", "internal/emulator/wire"},
	"internal/emulator/wire":  {},
	"internal/policies":       {"internal/awsenv", "internal/scaling", "internal/clock"},
	"internal/observe":        {"internal/awsenv", "internal/scaling", "internal/timeline", "internal/clock"},
	"internal/awsenv":         {"internal/scaling", "internal/clock"},
	"internal/traffic":        {"internal/traffic/http1", "internal/traffic/socket", "internal/traffic/vitals", "internal/plan", "internal/timeline", "internal/clock", "internal/scaling"},
	"internal/traffic/http1":  {"internal/scaling"}, // for the name of a request's number
	"internal/traffic/socket": {},
	"internal/traffic/vitals": {"internal/timeline"}, // for the names of causes
	"internal/calibrate":      {"internal/hdr", "internal/timeline", "internal/scaling"},
	"internal/demand":         {"internal/scenario", "internal/timeline"},
	"internal/model":          {"internal/scaling", "internal/schedule", "internal/flaw"},
	"internal/model/twin":     {"internal/model", "internal/flaw", "internal/scaling"},
	"internal/otlp":           {},
	"internal/plan":           {"internal/otlp", "internal/demand", "internal/scenario", "internal/scaling"},
	"internal/scenario":       {"internal/scaling", "internal/schedule", "internal/flaw"},
	"internal/export":         {"internal/hdr", "internal/timeline"},
	"internal/vegeta":         {"internal/scenario"},
	"internal/hdr":            {},
	"internal/timeline":       {"internal/scaling"},
	"internal/flaw":           {"internal/scaling"},
	"internal/scaling":        {},
	"internal/schedule":       {},
	"internal/price":          {},
	"internal/page":           {},
	"internal/peers":          {"internal/page", "internal/traffic/socket"}, // of the product it sees what users see
	"internal/clock":          {},
	"internal/testbed":        {},
	"internal/shipped":        {"internal/hdr", "internal/timeline"},
	"internal/edges":          {},
}

// mayNameTime are the packages that may ask the machine for the time:
// internal/peers since it measures programs from outside, and is part of none.
var mayNameTime = []string{"internal/clock", "internal/live", "internal/peers", "cmd/loadgen", "cmd/validate"}

// reckon are the packages whose numbers must be equal on every machine, and
// exact what of package math is so: the rest has assembly of its own on some.
// That no compiler fuses a product with a sum is for the command .ci/exact.
var (
	reckon = []string{"internal/model", "internal/plan", "internal/demand", "internal/judge", "internal/predict", "internal/timeline", "internal/scaling", "internal/flaw", "internal/scenario", "internal/schedule"}
	exact  = []string{"Sqrt", "Frexp", "Ceil", "Floor", "Round", "Trunc", "Abs", "IsNaN", "IsInf", "Inf", "NaN", "Sqrt2", "Ln2", "MaxInt64"}
)

// wallTime are the functions of package time that do.
var wallTime = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

const module = "scaleproof/"

func TestEdges(t *testing.T) {
	eachFile(t, func(pkg, file string, f *ast.File) {
		row, known := allowed[pkg]
		require.True(t, known, "%s: package %s has no row in the table of edges", file, pkg)
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			target, ours := strings.CutPrefix(path, module)
			if ours && !slices.Contains(row, target) && !slices.Contains(row, all) {
				t.Errorf("%s: %s must not import %s", file, pkg, target)
			}
		}
	})
}

// docs/architecture.md lists every package once, and all that a package may
// import stands below it there.
func TestEdgesPointDownThePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/architecture.md")
	require.NoError(t, err)
	place := map[string]int{}
	for line := range strings.Lines(string(page)) {
		row, ok := strings.CutPrefix(line, "| `")
		if !ok {
			continue
		}
		names, _, _ := strings.Cut(row, " |")
		for name := range strings.SplitSeq(strings.TrimSuffix(names, "`"), "`, `") {
			require.NotContains(t, place, name, "listed twice")
			place[name] = len(place)
		}
	}
	for pkg, row := range allowed {
		if pkg == "internal/edges" {
			continue
		}
		require.Contains(t, place, pkg, "not listed")
		for _, target := range row {
			require.True(t, target == all || place[target] > place[pkg], "%s imports %s, which stands above it", pkg, target)
		}
	}
	require.Len(t, place, len(allowed)-1, "a package is listed that there is not")
}

// Only the clock knows the machine's time. What else asks for it would make
// two runs differ.
func TestEdgesOfTime(t *testing.T) {
	eachName(t, "time", func(pkg, file, name string) {
		if !slices.Contains(mayNameTime, pkg) && slices.Contains(wallTime, name) {
			t.Errorf("%s: %s names time.%s", file, pkg, name)
		}
	})
}

// A logarithm that differs in its last digit between two machines makes two
// timelines of one run.
func TestEdgesOfNumbers(t *testing.T) {
	found := 0
	eachName(t, "math", func(pkg, file, name string) {
		if slices.Contains(reckon, pkg) {
			found++
			if !slices.Contains(exact, name) {
				t.Errorf("%s: %s names math.%s", file, pkg, name)
			}
		}
	})
	require.NotZero(t, found)
}

// eachName finds every name of a package of the standard library that a file
// names.
func eachName(t *testing.T, of string, found func(pkg, file, name string)) {
	eachFile(t, func(pkg, file string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := sel.X.(*ast.Ident); ok && id.Name == of {
					found(pkg, file, sel.Sel.Name)
				}
			}
			return true
		})
	})
}

// eachFile parses every Go file of the project that is not a test.
func eachFile(t *testing.T, f func(pkg, file string, parsed *ast.File)) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	seen := 0
	for _, top := range []string{"cmd", "internal"} {
		if _, err := os.Stat(filepath.Join(root, top)); err != nil {
			continue
		}
		require.NoError(t, filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			seen++
			f(filepath.ToSlash(filepath.Dir(rel)), rel, parsed)
			return nil
		}))
	}
	require.NotZero(t, seen)
}
