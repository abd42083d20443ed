#!/usr/bin/env bats
# lowio-std: read and write on 0 and 1 alone.

# shellcheck disable=SC2016 # code for another shell
load ../helper

wanted() {
	printf 'I am a process.\nGot %s chars\n' "$1"
}

@test "a file, a pipe and /dev/null on stdin behave alike" {
	printf 'four' >"$TMPDIR/file"
	diff <("$BIN/lowio-std" -q <"$TMPDIR/file") <(wanted 4)
	diff <(printf 'four' | "$BIN/lowio-std" -q) <(wanted 4)
	diff <("$BIN/lowio-std" -q </dev/null) <(wanted 0)
}

@test "a terminal on stdin gives a line" {
	needs_terminal
	diff <(printf 'typed\n' |
		script -qec "$BIN/lowio-std -q; :" /dev/null | tr -d '\r' | grep -v typed) \
		<(wanted 6)
}

@test "one read takes at most 1024 bytes" {
	diff <(head -c 5000 /dev/zero | "$BIN/lowio-std" -q) <(wanted 1024)
}

@test "stdout is made by write alone: strace sees two writes and one read" {
	strace -o "$TMPDIR/strace" -e trace=read,write,readv,writev \
		"$BIN/lowio-std" -q </dev/null >"$TMPDIR/out"
	diff <(grep -E '\([01],' "$TMPDIR/strace" | sed 's/0x[0-9a-f]*/BUF/; s/ \{2,\}/ /') - <<-'END'
		write(1, "I am a process.\n", 16) = 16
		read(0, "", 1024) = 0
		write(1, "Got 0 chars\n", 12) = 12
	END
}

@test "a closed stdin is an error that is said" {
	run --separate-stderr -1 bash -c '"$0/lowio-std" -q <&-' "$BIN"
	[ "$output" = 'I am a process.' ]
	# shellcheck disable=SC2154 # bats sets stderr
	[ "$stderr" = 'lowio-std: read 0: Bad file descriptor' ]
}

@test "--bug=short-write: the full pipe takes a part, and the rest is lost" {
	demo lowio-std --bug=short-write >/dev/null 2>"$TMPDIR/trace"
	grep -qF 'write(4, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"..., 100000) = 65536' \
		"$TMPDIR/trace"
	grep -qE '^ {8}\| pipe A: 65536 of 65536 bytes' "$TMPDIR/trace"
}

@test "--predict: a read may fail, and its error is an answer" {
	demo lowio-std --predict=<(printf 'main %s\n' 17 1024 12) 2>/dev/null >"$TMPDIR/out"
	grep -qx 'predicted 1 of 3' "$TMPDIR/out"
	for answer in EBADF '-1 ebadf' -1; do
		printf 'main %s\n' 16 "$answer" >"$TMPDIR/answers"
		run --separate-stderr -1 bash -c 'timeout 60 "$0" --predict="$1" <&-' "$BIN/lowio-std" "$TMPDIR/answers"
		[[ $stderr == *"# you said $answer: right"* ]]
	done
	printf 'main %s\n' 16 EINTR >"$TMPDIR/answers"
	run --separate-stderr -1 bash -c 'timeout 60 "$0" --predict="$1" <&-' "$BIN/lowio-std" "$TMPDIR/answers"
	[[ $stderr == *'# you said EINTR: wrong, it is -1 EBADF'* ]]
}
