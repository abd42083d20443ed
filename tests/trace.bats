#!/usr/bin/env bats
# The trace library itself, by small programs made for the purpose.

# shellcheck disable=SC2016
load helper

teardown() {
	load_stops
}

setup() {
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
}

# program BODY: a demo whose main is BODY, built as $BATS_TEST_TMPDIR/program.
program() {
	cat >"$BATS_TEST_TMPDIR/program.c" <<-END
		#include <errno.h>
		#include <fcntl.h>
		#include <signal.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <string.h>
		#include <time.h>
		#include <unistd.h>
		#include "inner.h"
		static const struct about about = {.operands = "", .does = "", .example = ""};
		int main(int argc, char *argv[]) {
			char buf[4096];
			int fd[2], status;
			(void)buf; (void)fd; (void)status;
			start(argc, argv, &about);
			$1
			return 0;
		}
	END
	build
}

build() {
	${CC:-cc} -std=c11 -D_XOPEN_SOURCE=700 -DVERSION='"0"' -Isrc/trace -pthread \
		-o "$BATS_TEST_TMPDIR/program" \
		"$BATS_TEST_TMPDIR/program.c" "$BIN/.obj/libtrace.a"
}

# Runs it; $status, $out, $err.
go() {
	status=0
	timeout 20 "$BATS_TEST_TMPDIR/program" "$@" >"$out" 2>"$err" 3>&- || status=$?
}

@test "a call that fails is traced, named on stderr, and ends the program with 1" {
	program 'Open("no/such/file", O_RDONLY); puts("not reached");'
	go
	[ "$status" -eq 1 ] && [ ! -s "$out" ]
	diff "$err" - <<-'END'
		main    | open("no/such/file", O_RDONLY) = -1 ENOENT (No such file or directory)
		program: open no/such/file: No such file or directory
	END
}

@test "a failure that was expected comes back with its errno, once" {
	program 'Pipe(fd); Close(fd[0]); signal(SIGPIPE, SIG_IGN);
		expect(EPIPE);
		if (Write(fd[1], "x", 1) == -1 && errno == EPIPE) puts("EPIPE");
		Write(fd[1], "x", 1);'
	go
	[ "$status" -eq 1 ] && [ "$(cat "$out")" = EPIPE ]
	[ "$(grep -c 'write([0-9], "x", 1) = -1 EPIPE (Broken pipe)' "$err")" -eq 2 ]
	grep -qx 'program: write [0-9]: Broken pipe' "$err"
}

@test "another failure than the expected one ends the program" {
	program 'expect(EPIPE); Close(77);'
	go
	[ "$status" -eq 1 ]
	grep -qx 'program: close 77: Bad file descriptor' "$err"
}

@test "an expectation is for the next call alone" {
	program 'expect(EBADF); Close(Dup(0)); Close(77);'
	go
	[ "$status" -eq 1 ]
}

@test "the trace outlives the redirection of 0, 1 and 2" {
	program 'int n = Open("/dev/null", O_RDWR);
		Dup2(n, 0); Dup2(n, 1); Dup2(n, 2); Close(n); note("still here");'
	go
	[ "$status" -eq 0 ]
	grep -qx 'main    | # still here' "$err"
}

@test "a lane killed while it has the turn gives it up" {
	program 'if (Fork() == 0) { take_turn(); raise(SIGKILL); }
		Wait(&status); for (int i = 0; i < 100; i++) note("%d", i);'
	go
	[ "$status" -eq 0 ]
	grep -q 'WTERMSIG(s) == SIGKILL' "$err"
	grep -qx 'main    | # 99' "$err"
}

@test "a lane stopped while it has the turn keeps no other from going on" {
	program 'pid_t pid = Fork();
		if (pid == 0) { take_turn(); raise(SIGSTOP); give_turn(); Exit(0); }
		while (process_state(pid) != (char)84) continue;
		for (int i = 0; i < 100; i++) note("%d", i);
		kill(pid, SIGCONT); Wait(&status);'
	go
	[ "$status" -eq 0 ]
	grep -qx 'main    | # 99' "$err"
	grep -q '_exit(0) = ?' "$err"
	run ! grep -qE 'after [0-9]{4,} ms' "$err"
}

@test "a lane asleep in a full pipe keeps no other from going on" {
	program 'Pipe(fd); memset(buf, 65, sizeof buf);
		pid_t pid = Fork();
		if (pid == 0) { for (int i = 0; i < 40; i++) Write(fd[1], buf, sizeof buf);
			Exit(0); }
		Close(fd[1]);
		while (process_state(pid) != (char)83) continue;
		note("not hung");
		while (Read(fd[0], buf, sizeof buf) > 0) continue;
		Wait(&status);'
	go
	[ "$status" -eq 0 ]
	grep -qx 'main    | # not hung' "$err"
	[ "$(grep -c 'write([0-9], "A.*4096) = 4096' "$err")" -eq 40 ]
}

@test "while a lane sleeps with the turn, the others keep causes before effects" {
	program 'Pipe(fd); memset(buf, 65, sizeof buf);
		pid_t pid = Fork(); int other[2];
		if (pid == 0) { for (int i = 0; i < 17; i++) Write(fd[1], buf, sizeof buf);
			Exit(0); }
		while (process_state(pid) != (char)83) continue;
		Pipe(other);
		if (Fork() == 0) { Close(other[1]); while (Read(other[0], buf, 1) > 0) continue;
			Exit(0); }
		Close(other[0]);
		for (int i = 0; i < 100; i++) Write(other[1], "x", 1);
		for (int i = 0; i < 30; i++) if (Fork() == 0) Exit(0);
		for (int i = 0; i < 30; i++) Wait(&status);
		Close(other[1]); Wait(&status);
		kill(pid, SIGKILL); Wait(&status);'
	load_starts
	for ((i = 0; i < RUNS; i++)); do
		go
		[ "$status" -eq 0 ]
		awk -f tests/causes.awk "$err"
	done
}

@test "a slow reader of the trace does not put an effect above its cause" {
	program 'Pipe(fd); if (Fork() == 0) { Close(fd[1]);
			while (Read(fd[0], buf, 64) > 0) continue; Exit(0); }
		Close(fd[0]);
		for (int i = 0; i < 2000; i++) Write(fd[1], "x", 1);
		Close(fd[1]); Wait(&status);'
	for ((i = 0; i < RUNS; i++)); do
		# longer than the 50 ms after which a lane looks at the owner
		alone "$BATS_TEST_TMPDIR/program" 2>&1 >/dev/null |
			(sleep 0.2 && cat) >"$err"
		[ "$(wc -l <"$err")" -gt 2000 ]
		awk -f tests/causes.awk "$err"
	done
}

@test "strings are cut at 32 bytes and spelled as strace spells them" {
	program 'Write(1, "\0001\0018\t\\\"\033\377 7", 11);
		Write(1, "12345678901234567890123456789012", 32);
		Write(1, "123456789012345678901234567890123", 33);'
	go
	cat >"$err.wanted" <<-'END'
		main    | write(1, "\0001\18\t\\\"\33\377 7", 11) = 11
		main    | write(1, "12345678901234567890123456789012", 32) = 32
		main    | write(1, "12345678901234567890123456789012"..., 33) = 33
	END
	diff "$err" "$err.wanted"
}

@test "flags and whence are spelled in the order and words of strace" {
	program 'expect(ANY_ERROR);
		Open("x", O_RDWR|O_APPEND|O_NONBLOCK|O_SYNC|O_NOFOLLOW|O_CLOEXEC|O_DIRECTORY);
		expect(ANY_ERROR); Open("x", O_WRONLY|O_EXCL|O_NOCTTY|O_TRUNC|O_DSYNC);
		expect(ANY_ERROR); Lseek(0, 0, 99);'
	alone strace -o "$err.strace" -e trace=openat,open,lseek "$BATS_TEST_TMPDIR/program" \
		2>"$err" </dev/null
	spelled() {
		grep '"x"\|0x63' "$1" | sed 's/.*"x", //; s/.*0x63/0x63/; s/) *= .*//'
	}
	[ "$(spelled "$err" | wc -l)" -eq 3 ]
	diff <(spelled "$err") <(spelled "$err.strace")
}

@test "the longest path is spelled whole, in text and in JSON" {
	program 'memset(buf, 255, 4000); buf[4000] = 0; expect(ANY_ERROR); Open(buf, O_RDONLY);
		note("next");'
	go
	[ "$(wc -l <"$err")" -eq 2 ]
	grep -qE '^main    \| open\("(\\377){4000}", O_RDONLY\) = -1 ' "$err"
	go --trace=json
	[ "$(jq -r 'select(.call).args[0] | length' "$err")" -eq 16002 ]
}

@test "a note of JSON holds quotes, backslashes and control characters" {
	program 'role("a\"b"); note("say \"%s\" \\ \t \001", "hi");'
	go --trace=json
	[ "$(jq -r .note "$err")" = $'say "hi" \\ \t \001' ]
	[ "$(jq -r .role "$err")" = 'a"b' ]
}

@test "a call that took time says how long, in milliseconds" {
	program 'Pipe(fd);
		if (Fork() == 0) { struct timespec t = {0, 30000000}; nanosleep(&t, NULL);
			Write(fd[1], "x", 1); Exit(0); }
		Read(fd[0], buf, 1); Wait(&status);'
	go
	grep -qE 'read\([0-9], "x", 1\) = 1  \(after [0-9]+ ms\)$' "$err"
}

@test "a library line says what it cost, and unknown where the kernel is mute" {
	program 'FILE *f = Fopen("/proc/self/status", "r"); Fread(buf, 4, 1, f); Fclose(f);'
	go
	grep -qx 'main    | fread(buf, 4, 1, f) = 1  (1 reads, 0 writes)' "$err"
	strace -f -o /dev/null -P /proc/thread-self/io \
		-e inject=openat:error=EACCES "$BATS_TEST_TMPDIR/program" 2>"$err" 3>&-
	grep -qx 'main    | fread(buf, 4, 1, f) = 1  (unknown reads, unknown writes)' "$err"
}

@test "a partial line of stdout is not printed twice by fork" {
	program 'printf("once\n"); if (Fork() == 0) Exit(0); Wait(&status); printf("end\n");'
	go
	[ "$(cat "$out")" = $'once\nend' ]
}

@test "a part of a line is not printed twice by fork either" {
	program 'printf("abc"); if (Fork() == 0) { printf("child\n"); Exit(0); }
		Wait(&status); printf("def\n");'
	go
	[ "$(cat "$out")" = $'child\nabcdef' ]
}

@test "a call without a name for its object is named alone" {
	program 'Pipe(fd);'
	status=0
	(ulimit -n 4 && alone "$BATS_TEST_TMPDIR/program" -q) 2>"$err" || status=$?
	[ "$status" -eq 1 ]
	[ "$(cat "$err")" = 'program: pipe: Too many open files' ]
	program 'Wait(NULL);'
	go -q
	[ "$(cat "$err")" = 'program: wait: No child processes' ]
}

@test "a buffer that the kernel cannot reach is spelled by its address" {
	program 'expect(EFAULT); Write(1, NULL, 4); expect(EFAULT); Write(1, (char *)16, 4);'
	go
	grep -qx 'main    | write(1, NULL, 4) = -1 EFAULT (Bad address)' "$err"
	grep -qx 'main    | write(1, 0x10, 4) = -1 EFAULT (Bad address)' "$err"
}

@test "a sample is removed below a relative TMPDIR too" {
	program 'sample("foo.txt", "x", 10);'
	mkdir "$BATS_TEST_TMPDIR/some where"
	cd "$BATS_TEST_TMPDIR"
	TMPDIR='some where' go
	[ "$status" -eq 0 ]
	[ -z "$(ls -A 'some where')" ]
}

@test "an output that cannot be written fails in the lane that wrote it" {
	program 'if (Fork() == 0) { dup2(open("/dev/full", O_WRONLY), 1); puts("x"); Exit(0); }
		Wait(&status); return status == 0 ? 0 : 1;'
	go
	[ "$status" -eq 1 ]
	grep -qx 'program: write 1: No space left on device' "$err"
}

@test "every lane that is left at the end is ended and reaped" {
	program 'if (Fork() == 0) for (;;) pause(); if (Fork() == 0) { signal(SIGTERM, SIG_IGN);
		note("deaf"); for (;;) pause(); } Read(0, buf, 1);'
	setsid --wait bash -c 'echo $$; exec "$0"' "$BATS_TEST_TMPDIR/program" \
		>"$out" 2>"$err" 3>&- </dev/null
	nothing_left "$(head -n 1 "$out")"
}

@test "a sample that cannot be made is a clear error" {
	program 'sample("foo.txt", "x", 10);'
	TMPDIR=/no/such/folder go
	[ "$status" -eq 1 ]
	grep -qE '^program: mkdtemp /no/such/folder: No such file or directory$' "$err"
}

# A program with bugs, of which it has none but the watcher.
watched() {
	program "$1"
	sed -i 's/\.operands = ""/.operands = "", .bugs = "x  none"/' "$BATS_TEST_TMPDIR/program.c"
	build
}

# Runs it below the watcher, and waits until that has looked $1 times; then
# does the rest and sets status.
looked_at() {
	local looks=$1 end=$((SECONDS + 20))
	shift
	"$BATS_TEST_TMPDIR/program" --bug=x >"$out" 2>"$err" 3>&- &
	local watcher=$!
	while [ "$(sed -n 's/^voluntary_ctxt_switches:\s*//p' "/proc/$watcher/status")" -lt "$looks" ]; do
		[ "$SECONDS" -lt "$end" ] || return 1
	done
	kill -0 "$watcher"
	"$@" "$watcher"
	status=0
	wait "$watcher" || status=$?
}

@test "a lane that time, a signal or a stranger can wake does not sleep for good" {
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	exec 7<>"$BATS_TEST_TMPDIR/fifo"
	watched 'fd[0] = Open("'"$BATS_TEST_TMPDIR"'/fifo", O_RDONLY); Read(fd[0], buf, 1);'
	looked_at 8 eval 'printf x >&7; :'
	[ "$status" -eq 0 ]
	exec 7>&-

	watched 'nanosleep(&(struct timespec){1, 0}, NULL);'
	looked_at 5 :
	[ "$status" -eq 0 ]

	watched 'pause();'
	looked_at 8 pkill -USR1 -P
	[ "$status" -eq $((128 + $(kill -l USR1))) ]
}

@test "a lane that is stopped does not sleep for good" {
	watched 'Pipe(fd); if (Fork() == 0) raise(SIGSTOP), Exit(0); Close(fd[1]); Wait(&status);'
	looked_at 8 eval 'go_on'
	[ "$status" -eq 0 ]
}

go_on() {
	local lane
	for lane in $(pgrep -f "$BATS_TEST_TMPDIR/program"); do
		kill -CONT "$lane"
	done
}

@test "two lanes that wait for each other through two pipes are ended, and told so" {
	watched 'int a[2]; Pipe(a); Pipe(fd);
		if (Fork() == 0) { Read(a[0], buf, 1); Write(fd[1], "x", 1); Exit(0); }
		Read(fd[0], buf, 1); Write(a[1], "x", 1); Wait(&status);'
	go --bug=x
	[ "$status" -eq 124 ]
	[ "$(sed -nE 's/^ {8}\| +//p' "$err" | grep -c 'sleeps in read')" -eq 2 ]
	grep -q '| deadlock: ' "$err"
	[ "$(tail -1 "$err")" = 'program: every lane sleeps for good: ended, with status 124' ]
}

@test "waitid, fcntl and fputs are spelled as strace spells them" {
	program 'Pipe(fd); Fcntl(fd[1], F_SETFL, O_NONBLOCK | O_APPEND);
		if (Fork() == 0) Exit(3);
		Waitid(P_ALL, 0, NULL, WEXITED | WNOWAIT); Wait(&status);
		if (Fork() == 0) Exit(4);
		Waitid(P_PGID, 0, NULL, WEXITED | WNOHANG | WNOWAIT | WSTOPPED | WCONTINUED);
		Wait(&status); Fputs("a\n", stdout);'
	alone "$BIN/sidebyside" --check "$BATS_TEST_TMPDIR/program" </dev/null
}

@test "picture() marks what changed since the last picture of any lane" {
	program 'Pipe(fd); picture();
		if (Fork() == 0) { Write(fd[1], "abc", 3); picture(); Exit(0); }
		Wait(&status); Close(fd[1]); picture();'
	go
	sed -nE 's/^ {8}\| +//p' "$err" >"$out"
	grep -qx 'pipe A: 3 of 65536 bytes (was 0)' "$out"
	[ "$(grep -c 'new, running$' "$out")" -eq 1 ]
	grep -qE '^closed since: [0-9]+ child \(ended\), [0-9]+ main fd [0-9]+$' "$out"
	[ "$(grep -c 'pipe A: .*(was' "$out")" -eq 1 ]
}

@test "a lane keeps its name and its seat while many others come and go" {
	program 'Pipe(fd);
		if (Fork() == 0) { role("first"); Read(fd[0], buf, 1); note("still first"); Exit(0); }
		for (int i = 0; i < 70; i++) { if (Fork() == 0) Exit(0); Wait(&status); }
		picture(); Write(fd[1], "x", 1); Wait(&status);'
	go
	[ "$status" -eq 0 ]
	grep -q '^first   |     # still first$' "$err"
	[ "$(grep -cE '^        \| [0-9]+ first \(program\): ' "$err")" -eq 1 ]
}

@test "a FIFO has a name: whoever sleeps on it does not sleep for good" {
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	exec 8<>"$BATS_TEST_TMPDIR/fifo"
	watched 'dup2(8, 0); close(8); Read(0, buf, 1);'
	"$BATS_TEST_TMPDIR/program" --bug=x >"$out" 2>"$err" 3>&- &
	exec 8>&-
	until_true 20 watcher_has_looked $!
	kill -0 $!
	printf x >"$BATS_TEST_TMPDIR/fifo"
	wait $!
}

watcher_has_looked() {
	[ "$(sed -n 's/^voluntary_ctxt_switches:\s*//p' "/proc/$1/status")" -ge 6 ]
}

@test "predictions: the answers of a file are taken in turn, across lanes" {
	program 'predict("a"); if (Fork() == 0) { predict("b"); Close(Dup(0)); Exit(0); }
		Wait(&status); expect(EBADF); predict("c"); Close(77);
		predict_reads("d"); Fclose(fopen("/dev/null", "r")); predict("e");'
	printf '%s\n' 0 99 ' EBADF ' >"$BATS_TEST_TMPDIR/answers"
	go "--predict=$BATS_TEST_TMPDIR/answers"
	[ "$status" -eq 0 ]
	[ "$(cat "$out")" = 'predicted 2 of 5' ]
	diff <(sed -nE 's/.*# ([?yn].*)/\1/p' "$err" | sed -E 's/(it is) [0-9]+$/\1 N/') - <<-'END'
		? a 0
		you said 0: right
		? b 99
		you said 99: it is N
		? c EBADF
		you said EBADF: right
		? d
		no answer: it is N
		? e
	END
}
