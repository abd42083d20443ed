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
	run --separate-stderr -1 timeout 20 "$BIN/pipe-single" -q "$message"
	[ -z "$output" ]
	# shellcheck disable=SC2154 # bats sets stderr
	[[ $stderr =~ ^pipe-single:\ write\ [0-9]+:\ 65537\ bytes,\ room\ for\ 65536 ]]
}

@test "both ends are closed again" {
	demo pipe-single 2>&1 >/dev/null | grep -c ' close([34]) = 0' | grep -qx 2
}
