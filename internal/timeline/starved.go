package timeline

import (
	"fmt"
	"strings"
	"time"
)

// What a generator starved of.
const (
	StarvedQuota       = "quota"       // a CPU quota of its control group, or of one above
	StarvedContention  = "contention"  // others had the processors
	StarvedStopped     = "stopped"     // its process was stopped, or its machine
	StarvedSaturated   = "saturated"   // it had the processors that it may use, and they were not enough
	StarvedDescriptors = "descriptors" // open files
	StarvedPorts       = "ports"       // local ports
	StarvedMemory      = "memory"
	StarvedCeiling     = "ceiling" // the hard limit of what it sends
	StarvedUnknown     = "unknown" // its machine does not tell
)

// Starved says that the generator fell behind its schedule in a stretch of
// time, and by what. It is told where more than a hundredth of a window's
// requests left late, where one was a tenth of a second late, and where one
// could not be sent. Of several causes it is the one that took the most time.
type Starved struct {
	Cause   string        `json:"cause"`
	From    time.Time     `json:"from"`              // what is told of Lost begins here
	To      time.Time     `json:"to"`                // end of the window
	Late    int64         `json:"late,omitempty"`    // requests that left more than LateAfter late in the window
	Longest time.Duration `json:"longest,omitempty"` // by which the latest of them did
	Lost    time.Duration `json:"lost,omitempty"`    // time that went to the cause; zero where none is known
	Unsent  int64         `json:"unsent,omitempty"`  // requests that could not be sent at all
	Detail  string        `json:"detail,omitempty"`  // what the machine tells, for people
}

func (Starved) kind() string { return "generator.starved" }

func init() { register[Starved]() }

// starvedOf is what a cause did, in words that begin a sentence.
var starvedOf = map[string]string{
	StarvedQuota:       "its CPU quota held the generator back",
	StarvedContention:  "other work on its machine kept the generator from a processor",
	StarvedStopped:     "the generator, or its machine, was stopped",
	StarvedSaturated:   "the generator had a processor all of the time, and needed more",
	StarvedDescriptors: "the generator had no file descriptor left",
	StarvedPorts:       "the generator had no local port left",
	StarvedMemory:      "the generator's machine had no memory left for a connection",
	StarvedCeiling:     "the ceiling held the generator's requests back",
	StarvedUnknown:     "the generator fell behind for a reason that its machine does not tell",
}

// Words says what the cause did, to the beginning of a sentence without its
// capital.
func (s Starved) Words() string {
	if words, ok := starvedOf[s.Cause]; ok {
		return words
	}
	return "the generator lacked " + s.Cause
}

// String is for people who watch the run.
func (s Starved) String() string {
	var parts []string
	if s.Late > 0 {
		word := "requests"
		if s.Late == 1 {
			word = "request"
		}
		parts = append(parts, fmt.Sprintf("%d %s late by up to %v", s.Late, word, s.Longest.Round(time.Millisecond)))
	}
	if s.Unsent > 0 {
		parts = append(parts, fmt.Sprintf("%d not sent", s.Unsent))
	}
	return s.Words() + ": " + strings.Join(parts, ", ")
}
