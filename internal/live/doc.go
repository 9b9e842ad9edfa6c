// Package live shows a run while it goes on: on a terminal one line that is
// drawn anew about eight times a second, elsewhere plain lines without a
// control code, one for each thing that happens and one every few seconds in
// between.
//
// It holds nothing and changes nothing: Feed copies what an event says under
// a lock of its own and returns, and a ticker of the wall draws the copy. A
// run therefore goes as fast with it as without, and its timeline is the same
// to the byte. Rendering is a pure function of that copy and a width.
//
//	view := live.New(os.Stderr, term.IsTerminal(2), width)
//	timelineWriter.Tap(view.Feed)
//	defer view.Stop()
//
// The package refuses to judge; the line shows what is, and the verdict comes
// at the end.
//
// Tried and rejected: a full-screen program, which takes the terminal's
// scrollback with it and needs its input; drawing from Feed, which would make
// a run on the stepping clock wait for the terminal a thousand times a second.
package live
