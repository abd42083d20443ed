#!/usr/bin/env bats
# dup2-redirect: CMD >OUT 2>&1.

# shellcheck disable=SC2016 # code for another shell
load ../helper

setup() {
	OUT=$TMPDIR/out
}

redirect() {
	alone timeout 20 "$BIN/dup2-redirect" -q "$OUT" "$@"
}

@test "stdout and stderr of CMD land in OUT, in their order" {
	redirect sh -c 'echo one; echo two >&2; echo three'
	diff "$OUT" <(printf 'one\ntwo\nthree\n')
}

@test "an OUT that was there is emptied first" {
	printf 'a long old content\n' >"$OUT"
	redirect echo new
	[ "$(cat "$OUT")" = new ]
}

@test "the exit status is CMD's, as a shell has it" {
	for status in 0 1 7 255; do
		run -"$status" redirect sh -c "exit $status"
	done
	run -143 redirect sh -c 'kill -TERM $$'
	run -137 redirect sh -c 'kill -KILL $$'
	run -127 redirect ./no-such-command
	grep -qx 'dup2-redirect: execvp ./no-such-command: No such file or directory' "$OUT"
	run -126 redirect ./LICENSE
	grep -qx 'dup2-redirect: execvp ./LICENSE: Permission denied' "$OUT"
}

@test "no descriptor above 2 leaks into CMD, with a trace or without" {
	for quiet in -q ''; do
		alone timeout 20 "$BIN/dup2-redirect" $quiet "$OUT" \
			sh -c 'for fd in 3 4 5 100 101; do
				[ ! -e /proc/$$/fd/$fd ] || echo "$fd leaked"
			done; echo done' 2>"$TMPDIR/trace"
		[ "$(cat "$OUT")" = 'done' ]
	done
}

@test "1 and 2 of CMD share one description" {
	redirect sh -c 'echo one; echo two >&2; cat /proc/$$/fdinfo/2 | head -1'
	[ "$(cat "$OUT")" = "$(printf 'one\ntwo\npos:\t8')" ]
}

@test "operands of CMD that look like options are CMD's" {
	redirect echo -n --help -q
	[ "$(cat "$OUT")" = '--help -q' ]
}

@test "an OUT that cannot be opened is said, CMD is not run, exit 1" {
	OUT=/no/such/folder/out run --separate-stderr -1 redirect touch "$TMPDIR/ran"
	# shellcheck disable=SC2154 # bats sets stderr
	[ "$stderr" = 'dup2-redirect: open /no/such/folder/out: No such file or directory' ]
	[ ! -e "$TMPDIR/ran" ]
}

@test "what CMD leaves behind is ended with it when we are told to end" {
	exec_alone() {
		alone exec setsid "$BIN/dup2-redirect" -q "$OUT" sh -c 'echo here; sleep 100; true'
	}
	exec_alone &
	session=$!
	until_true 10 grep -q here "$OUT"
	kill -TERM "$session"
	status=0
	wait "$session" || status=$?
	[ "$status" -eq 143 ]
	nothing_left "$session"
}

@test "OUT alone is wrong usage" {
	run -2 "$BIN/dup2-redirect" "$OUT"
	[[ $output == *'OUT needs a CMD'* ]]
	[ ! -e "$OUT" ]
}

@test "without operands: <in, stdout saved and restored, and what landed is shown" {
	diff <(demo dup2-redirect -q) - <<-'END'
		What landed in out:
		apple
		fig
		pear
		sorted
		the parent, while its 1 led to the file
	END
	demo dup2-redirect >/dev/null 2>"$TMPDIR/trace"
	diff <(grep '^child' "$TMPDIR/trace" | grep -v '#' | blank | sed 's/.*|     //') - <<-'END'
		fork() = 0
		open("in", O_RDONLY) = 3
		dup2(3, 0) = 0
		close(3) = 0
		open("out", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3
		dup2(3, 1) = 1
		close(3) = 0
		dup2(1, 2) = 2
		execvp("sh", ["sh", "-c", "sort; echo sorted >&2"]) = ?
	END
}

# The child's rows of the picture before exec, numbers and files alone.
child_rows() {
	demo dup2-redirect "$@" 2>&1 >/dev/null |
		sed -nE 's/^ {8}\| {9}([0-9].*)> \[[0-9]+\] ([^ ]+).*/\1 \2/p' |
		sed -E 's/[-─ ]+/ /g'
}

@test "the picture before exec: 0 leads to in, 1 and 2 to out through one description" {
	diff <(child_rows) <(printf '%s\n' '0 in' '1 2 out')
}

@test "--bug=swap-dup2: the errors of CMD do not land in OUT" {
	diff <(child_rows --bug=swap-dup2) <(printf '%s\n' '0 in' '1 out')
	demo dup2-redirect -q --bug=swap-dup2 >"$TMPDIR/out"
	[ "$(head -1 "$TMPDIR/out")" = sorted ]
	run ! grep -q sorted <(sed '1,/^What landed/d' "$TMPDIR/out")
}

@test "--bug=leak-fd: what was moved is open in CMD under its first number, too" {
	diff <(child_rows --bug=leak-fd) <(printf '%s\n' '0 3 in' '1 2 4 out')
}

@test "--bug=no-cloexec: CMD has a descriptor of its parent's" {
	demo dup2-redirect "$TMPDIR/out" readlink /proc/self/fd/3 2>/dev/null || :
	run ! grep -qx "$ROOT" "$TMPDIR/out"
	demo dup2-redirect --bug=no-cloexec "$TMPDIR/out" readlink /proc/self/fd/3 2>/dev/null
	grep -qx "$ROOT" "$TMPDIR/out"
}
