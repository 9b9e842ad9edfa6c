# Reads `go test -v` and prints what a person wants: failures in full, a line
# for each package, and the skipped tests last. Exit 1 where a test failed,
# where none ran, or where one was skipped and CI is set.

/^=== (RUN|PAUSE|CONT|NAME)/ {
	if ($2 == "RUN") ran++
	if ($2 == "RUN" && $3 !~ /\//) { held = ""; bad = 0 } # what its subtests say is told with the whole test
	next
}
/^ *--- PASS:/ { held = ""; next }
/^ *--- SKIP:/ { skipped[++skips] = $3 (held == "" ? "" : ":" held); held = ""; next }
/^ *--- FAIL:/ { print; if (held != "") print held; held = ""; failed = 1; next }
/^(ok|\?)[ \t]/ { print; fflush(); held = ""; next }
/^(FAIL|panic:)/ { print; if (held != "") print held; held = ""; failed = 1; bad = 1; next }
/^PASS$/ { next }
{ held = held "\n" $0; if (bad) print; if (length(held) > 60000) held = substr(held, length(held) - 40000) }

END {
	if (skips) {
		print "\nSkipped:"
		for (i = 1; i <= skips; i++) print "  " skipped[i]
	}
	if (!ran) { print "no test ran"; exit 1 }
	if (failed) exit 1
	if (skips && ENVIRON["CI"] != "") { print "\nA skipped test proves nothing, and on CI none may be skipped."; exit 1 }
}
