package judge

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// What the machine that sends may have done to a request itself: the class of
// failures that it tells of, alone or before a colon and what it lacked; that
// of a host to which it may not send; and how much of a time-out its distortion
// must be for time-outs to be its own too. The distortion is a 99th percentile,
// so the slowest answers are later by a few times that.
const (
	ownClass     = "generator"
	refusedClass = "refused-host"
	timedOut     = "timeout"
	distortion   = 3
)

// pardoned says that failures of a class, of a kind of request in a window, are
// not to be held against the service: the witness is weak, not what it saw.
func (f *facts) pardoned(w window, kind, class string) bool {
	switch {
	case class == refusedClass || own(class):
		return true
	case class == timedOut && (f.clock.Distortion > 0 || len(f.starved) > 0):
		for _, k := range f.plan.Kinds {
			if k.Name == kind && (f.clock.Distortion > 0 && k.Timeout <= f.clock.Distortion*distortion || f.unfair(w, k)) {
				return true
			}
		}
	}
	return false
}

// own says that a class is of what the machine that sends lacked.
func own(class string) bool { return class == ownClass || strings.HasPrefix(class, ownClass+":") }

// held are the windows without the failures that are pardoned.
func (f *facts) held(windows []window) []window {
	out := make([]window, len(windows))
	for i, w := range windows {
		for j, k := range w.Kinds {
			left := maps.Clone(k.Failed)
			maps.DeleteFunc(left, func(class string, _ int64) bool { return f.pardoned(w, k.Kind, class) })
			if len(left) == len(k.Failed) {
				continue
			}
			if &w.Kinds[0] == &windows[i].Kinds[0] {
				w.Kinds = append(w.Kinds[:0:0], w.Kinds...)
			}
			w.Kinds[j].Failed = left
		}
		out[i] = w
	}
	return out
}

// ours counts the requests of the kinds, or of all for none, that were given
// up by what is pardoned.
func (f *facts) ours(windows []window, kinds []string) (n int64) {
	for _, w := range windows {
		for _, k := range w.Kinds {
			if !among(kinds, k.Kind) {
				continue
			}
			for class, count := range k.Completed {
				if f.pardoned(w, k.Kind, class) {
					n += count
				}
			}
		}
	}
	return n
}

// ownDoing is the sentence for failures that are too many only with those
// that are pardoned.
func (f *facts) ownDoing(what string) string {
	if f.clock.Distortion > 0 {
		return what + ", but of these too many were given up by the sender, whose clock distorts times by up to " +
			short(f.clock.Distortion.Round(time.Millisecond)) + "; run it slower, or on a quieter machine."
	}
	return what + ", but too many of these the sender itself could not make; " + f.remedy() + "."
}

// remedies are for what a sender lacked, by the class of what it could not make.
var remedies = map[string]string{
	ownClass + ":descriptors": "give it more open files (ulimit -n), or fewer connections (traffic.connections.max)",
	ownClass + ":ports":       "keep its connections open (traffic.connections.keep_alive), have fewer (max), or widen net.ipv4.ip_local_port_range",
	ownClass + ":memory":      "give the machine more memory, or the run fewer connections (traffic.connections.max)",
	refusedClass:              "they were led to a host that is not the environment's: add it to hosts, or follow fewer redirects",
}

// remedy is for what the sender lacked most often.
func (f *facts) remedy() string {
	t := sum(f.windows, nil)
	best, most := "run it on a larger machine", int64(0)
	if s, _, ok := f.starvation(f.from, f.horizon); ok {
		best = starvedRemedy(s.Cause)
	}
	for _, class := range slices.Sorted(maps.Keys(remedies)) {
		if n := t.classes[class]; n > most {
			best, most = remedies[class], n
		}
	}
	return best
}
