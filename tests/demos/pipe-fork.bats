#!/usr/bin/env bats
# pipe-fork: from parent to child.

load ../helper

@test "the slide's message: what the parent sent, the child received" {
	diff <(demo pipe-fork -q) - <<-'END'
		Child Rcvd: Message in a pipe.
		 [20]
		Parent: Message in a pipe.
		 [20, 20]
	END
}

@test "a message of any length arrives whole, one line for each read" {
	message=$(printf '%0100000d' 7)
	demo pipe-fork -q "$message" >"$TMPDIR/out"
	[ "$(grep -c '^Child Rcvd: ' "$TMPDIR/out")" -gt 1 ]
	grep -qx "Parent: $message \[100001, 100001\]" "$TMPDIR/out"
	diff <(sed -n 's/^Child Rcvd: \([0-9]*\) \[[0-9]*\]$/\1/p' "$TMPDIR/out" | tr -d '\n') \
		<(printf '%s' "$message")
	sed -n 's/^Child Rcvd: [0-9]* \[\([0-9]*\)\]$/\1/p' "$TMPDIR/out" |
		awk '{ n += $1 } END { exit n != 100001 }'
}

@test "each process closes the end that it does not use, and the child sees end of file" {
	demo pipe-fork >/dev/null 2>"$TMPDIR/trace"
	diff <(grep '^child' "$TMPDIR/trace" | grep -v '#' | blank) - <<-'END'
		child   |     fork() = 0
		child   |     close(4) = 0
		child   |     read(3, "Message in a pipe.\n\0", 1024) = 20
		child   |     read(3, "", 1024) = 0
		child   |     close(3) = 0
		child   |     _exit(0) = ?
	END
	diff <(grep '^parent' "$TMPDIR/trace" | grep -v '#' | blank) - <<-'END'
		parent  | pipe([3, 4]) = 0
		parent  | fork() = PID
		parent  | close(3) = 0
		parent  | write(4, "Message in a pipe.\n\0", 20) = 20
		parent  | close(4) = 0
		parent  | wait([{WIFEXITED(s) && WEXITSTATUS(s) == 0}]) = PID
	END
}

@test "a child that is killed makes the parent fail, and say so" {
	# only the child reads twice: the loader reads once, before the fork
	run --separate-stderr -1 alone timeout 60 strace -f -o /dev/null \
		-e inject=read:signal=KILL:when=2 "$BIN/pipe-fork" -q
	# shellcheck disable=SC2154 # bats sets stderr
	[ "$stderr" = 'pipe-fork: wait: the child was killed by SIGKILL' ]
}

# The lines of the pictures as one text.
picture_of() {
	sed -nE 's/^ {8}\| +//p' | tr '\n' ' '
}

@test "--bug=keep-write-end explains itself: which process, which descriptor" {
	run --separate-stderr -124 demo pipe-fork --bug=keep-write-end
	child=$(children_of <(echo "$stderr"))
	[[ $child =~ ^[0-9]+$ ]]
	why=$(picture_of <<<"$stderr")
	[[ $why == *"$child child sleeps in read(3): pipe A is empty; its write end is still open in $child child itself (fd 4): end of file never comes"* ]]
	[[ $why == *"parent sleeps in wait: its child $child child has not ended, it sleeps in read(3): the wait never ends"* ]]
	grep -qxF 'child   |     read(3, buf, 1024) = ... sleeps' <<<"$stderr"
	grep -qxF 'parent  | wait(&status) = ... sleeps' <<<"$stderr"
}

@test "--bug=no-wait: the child stays, a zombie without descriptors" {
	run --separate-stderr -0 demo pipe-fork --bug=no-wait
	child=$(children_of <(echo "$stderr"))
	[[ $child =~ ^[0-9]+$ ]]
	[[ $(picture_of <<<"$stderr") == *"$child child (pipe-fork): zombie; it holds no descriptor"* ]]
	[[ $stderr != *'| wait'* ]]
}
