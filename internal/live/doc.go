// Package live shows a run while it goes on. On a terminal it is a dashboard of
// the whole screen that takes keys; on a terminal that gives no keys one line
// that is drawn anew about eight times a second; elsewhere plain lines without a
// control code, one for each thing that happens and one every few seconds in
// between. When the run is over the dashboard leaves the terminal as it was, and
// a few lines of what happened.
//
// It holds nothing and changes nothing: Feed copies what an event says under
// a lock of its own and returns, and a ticker of the wall draws the copy. A
// run therefore goes as fast with it as without, and its timeline is the same
// to the byte. What takes longer than a copy, the sums of histograms, is worked
// out where it is drawn. Rendering is a pure function of that copy and a size.
// Keys call what the run gives, which makes events of the clock of them.
//
//	view := live.New(live.Config{Out: os.Stderr, Terminal: true, In: os.Stdin, Keys: keys})
//	timelineWriter.Tap(view.Feed)
//	defer view.Stop()
//
// The package refuses to judge; it shows what is, and the verdict comes at the
// end.
//
// A panic of the program that draws, and one of the run's own goroutine, leave
// the terminal as it was; of any other goroutine's nobody can: the process is
// gone, and `reset` brings the terminal back.
//
// Tried and rejected: drawing from Feed, which would make a run on the stepping
// clock wait for the terminal a thousand times a second; a layout of lipgloss,
// whose boxes took more code than the lines that they would hold.
package live
