#!/usr/bin/env bats
# pipe-single: what goes into a pipe comes out of it.

load ../helper

@test "the slide's message: 20 bytes sent, 20 received" {
	diff <(demo pipe-single -q) - <<-'END'
		Sent: Message in a pipe.
		 [20, 20]
		Rcvd: Message in a pipe.
		 [20]
	END
}

@test "a message of one's own, also an empty one" {
	diff <(demo pipe-single -q 'to myself') - <<-'END'
		Sent: to myself [10, 10]
		Rcvd: to myself [10]
	END
	diff <(demo pipe-single -q '') - <<-'END'
		Sent:  [1, 1]
		Rcvd:  [1]
	END
}

@test "what is printed is what was read, not what was sent" {
	# a read whose result is changed to 3 bytes on its way to the program
	alone strace -o "$TMPDIR/strace" -e trace=read,write "$BIN/pipe-single" -q abcdefg \
		>"$TMPDIR/out"
	reads=$(grep -c '^read' "$TMPDIR/strace")
	alone strace -o /dev/null -e "inject=read:retval=3:when=$reads" \
		"$BIN/pipe-single" -q abcdefg >"$TMPDIR/out"
	grep -qE '^Sent: abcdefg \[8, 8\]$' "$TMPDIR/out"
	grep -qE '^Rcvd: .* \[3\]$' "$TMPDIR/out"
	run ! grep -q 'Rcvd: abcdefg' "$TMPDIR/out"
}

@test "a message as long as the pipe arrives whole" {
	message=$(printf '%065535d' 7)
	diff <(demo pipe-single -q "$message") <(
		printf 'Sent: %s [65536, 65536]\nRcvd: %s [65536]\n' "$message" "$message"
	)
}

@test "a message longer than the pipe is refused before it hangs" {
	message=$(printf '%065536d' 7)
	run --separate-stderr -2 timeout 60 "$BIN/pipe-single" -q "$message"
	[ -z "$output" ]
	# shellcheck disable=SC2154 # bats sets stderr
	[[ $stderr == 'pipe-single: MESSAGE is longer than a pipe, and nobody reads; usage: pipe-single '* ]]
}

@test "both ends are closed again" {
	demo pipe-single 2>&1 >/dev/null | grep -c ' close([34]) = 0' | grep -qx 2
}

@test "the picture: both ends in one process, 20 bytes in between" {
	demo pipe-single 2>&1 >/dev/null | sed -nE 's/^ {8}\| //p' >"$TMPDIR/picture"
	grep -qx 'pipe A: 20 of 65536 bytes' "$TMPDIR/picture"
	grep -qE '^  read end:  [0-9]+ main fd 3$' "$TMPDIR/picture"
	grep -qE '^  write end: [0-9]+ main fd 4$' "$TMPDIR/picture"
}

@test "--bug=read-first: it sleeps for ever, and is told that it waits for itself" {
	run --separate-stderr -124 demo pipe-single --bug=read-first
	# shellcheck disable=SC2154 # bats sets stderr
	why=$(sed -nE 's/^ {8}\| +//p' <<<"$stderr" | tr '\n' ' ')
	[[ $why =~ ([0-9]+)\ main\ sleeps\ in\ read\(3\):\ pipe\ A\ is\ empty\;\ its\ write\ end\ is\ still\ open\ in\ ([0-9]+)\ main\ itself\ \(fd\ 4\):\ end\ of\ file\ never\ comes ]]
	[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
}
