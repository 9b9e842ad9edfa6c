package judge

import (
	"fmt"
	"time"
)

// diluted says that windows are longer than the stretch that an expectation is
// about, of which one in them may have been worse than the whole.
func diluted(windows []window, length time.Duration) bool {
	for _, w := range windows {
		if w.Length > length {
			return true
		}
	}
	return false
}

// tooLong says what keeps a stretch from being seen, and what to do.
func tooLong(windows []window, length time.Duration, what string) string {
	longest := time.Duration(0)
	for _, w := range windows {
		longest = max(longest, w.Length)
	}
	return fmt.Sprintf("%s came in windows of %s, in which %s of them may have been beyond the bound without the whole being so; ask for %s or longer, or make the run shorter, so that it is told in shorter windows.",
		what, short(longest), short(length), short(longest))
}

// dilutedErrors says, in a sentence, that failures came in windows longer than
// the stretch, and that they would be more than the limit had all those of two
// neighbours come in one such stretch; empty where not so.
func (f *facts) dilutedErrors(in, kinds []string, length time.Duration, limit int64) string {
	for _, w := range f.runsOf(in) {
		for i := range w {
			pair := w[max(i-1, 0) : i+1]
			if !diluted(pair, length) {
				continue
			}
			t := sum(pair, kinds)
			over := pair[len(pair)-1].end().Sub(pair[0].Start)
			if t.failed*10000*over.Milliseconds() > limit*t.completed*length.Milliseconds() {
				return tooLong(pair, length, plural(int(t.failed), "failure", "failures")+" "+f.when(pair[0].Start))
			}
		}
	}
	return ""
}
