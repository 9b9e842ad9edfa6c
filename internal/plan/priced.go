package plan

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"scaleproof/internal/scenario"
)

// Priced is a table of costs in which each of the kinds costs what was found of
// it, by the kind's name, and each of the others what it did. Rows that no
// request reaches any more are left out. Kinds of one path that differ in
// their bodies' sizes are told apart by them; the error names two that no
// table can tell apart.
func Priced(table []scenario.Cost, kinds []Kind, found map[string]scenario.Cost) ([]scenario.Cost, error) {
	out := slices.Clone(table)
	kinds = slices.Clone(kinds)
	slices.SortStableFunc(kinds, func(a, b Kind) int { return cmp.Compare(b.Body.Size, a.Body.Size) }) // each stands before those that are smaller
	for _, k := range kinds {
		if cost, ok := found[k.Name]; ok {
			out = insert(out, k, kinds, cost)
		}
	}
	return out, verify(table, out, kinds, found)
}

// insert puts a kind's row before the one that it has had, and takes away what
// nothing reaches then.
func insert(table []scenario.Cost, k Kind, kinds []Kind, cost scenario.Cost) []scenario.Cost {
	cost.Method, cost.Path = k.Method, withoutQuery(k.Path)
	at := rowOf(table, k)
	var next int64 = -1 // the largest body of the path that is smaller
	for _, other := range kinds {
		if same := other.Method == k.Method && withoutQuery(other.Path) == cost.Path; same && other.Body.Size < k.Body.Size {
			next = max(next, other.Body.Size)
		}
	}
	if at < 0 {
		at = len(table)
		for i, c := range table { // behind no row that is for all
			if c.Covers(cost) {
				at = i
				break
			}
		}
	} else if was := table[at]; was.Method == cost.Method && was.Path == cost.Path {
		cost.Wait, cost.Over = was.Wait, was.Over
	}
	if next >= 0 && int64(cost.Over) < next {
		cost.Over = sizeBetween(next, k.Body.Size)
	}
	table = slices.Insert(slices.Clone(table), at, cost)
	return slices.Concat(table[:at+1], slices.DeleteFunc(slices.Clone(table[at+1:]), cost.Covers))
}

// sizeBetween is a size between two, whole KiB where there is room.
func sizeBetween(small, large int64) scenario.Size {
	middle := small + (large-small)/2
	if whole := middle &^ 1023; whole >= small && whole > 0 {
		return scenario.Size(whole)
	}
	return scenario.Size(middle)
}

// verify makes sure that each kind costs what it should.
func verify(before, after []scenario.Cost, kinds []Kind, found map[string]scenario.Cost) error {
	for _, k := range kinds {
		i := rowOf(after, k)
		if want, measured := found[k.Name]; measured {
			if i < 0 || after[i].CPU != want.CPU || !reflect.DeepEqual(after[i].Measured, want.Measured) {
				return fmt.Errorf("a table of costs cannot tell %s from another kind of the same method, path and size: measure one of them (--kinds), or make their bodies differ in size", k.Name)
			}
			continue
		}
		j := rowOf(before, k)
		alike := func(m Kind) bool { // which no table tells apart, before as after
			_, measured := found[m.Name]
			return measured && m.Method == k.Method && withoutQuery(m.Path) == withoutQuery(k.Path) && m.Body.Size == k.Body.Size
		}
		if slices.ContainsFunc(kinds, alike) || i < 0 && j < 0 || i >= 0 && j >= 0 && reflect.DeepEqual(after[i], before[j]) {
			continue
		}
		return fmt.Errorf("in a table of costs %s would cost what was measured of another kind of the same method and path: measure it too, or make its body another size", k.Name)
	}
	return nil
}

// rowOf is the row for requests of a kind; -1 where there is none.
func rowOf(table []scenario.Cost, k Kind) int { return row(table, k.Method, k.Path, k.Body.Size) }
