package scenario

import "slices"

// Nearest is the candidate that a misspelt word was probably meant to be, or
// nothing: at most a third of the letters may differ, a swap of neighbours
// counting once. Of equals the first in order of the alphabet is taken.
func Nearest(word string, candidates []string) string {
	best, least := "", max(1, len(word)/3)+1
	candidates = slices.Clone(candidates)
	slices.Sort(candidates)
	for _, c := range candidates {
		if d := distance(word, c); d < least && d < len(c) {
			best, least = c, d
		}
	}
	return best
}

// nearest is a suggestion for one of the faults that are shown. A file with
// thousands of them would else be compared for minutes.
func (d *decoded) nearest(word string, candidates []string) string {
	if len(d.faults) > mostFaults {
		return ""
	}
	return Nearest(word, candidates)
}

// distance is the optimal string alignment distance, in bytes.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return max(len(a), len(b))
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
