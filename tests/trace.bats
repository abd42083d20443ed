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
		#include "trace/run/run.h"
		#include "base/proc.h"
		static const struct about about = {.operands = "[WHAT]", .does = "", .example = "",
			.bugs = {{"x", "none", "the cure"}}};
		$2
		int main(int argc, char *argv[]) {
			char buf[4096];
			int fd[2], status;
			(void)buf; (void)fd; (void)status;
			const char *what = start(argc, argv, &about)[0];
			(void)what;
			$1
			return 0;
		}
	END
	build
}

build() {
	${CC:-cc} -std=c11 -D_XOPEN_SOURCE=700 -DVERSION='"0"' -Isrc -Isrc/trace -pthread \
		-o "$BATS_TEST_TMPDIR/program" \
		"$@" "$BATS_TEST_TMPDIR/program.c" "$BIN/.obj/libtrace.a"
}

# Runs it; $status, $out, $err.
go() {
	status=0
	timeout 120 "$BATS_TEST_TMPDIR/program" "$@" >"$out" 2>"$err" 3>&- || status=$?
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
		go --trace=json
		[ "$status" -eq 0 ]
		causes_first "$err"
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
		alone "$BATS_TEST_TMPDIR/program" --trace=json 2>&1 >/dev/null |
			(sleep 0.2 && cat) >"$err"
		[ "$(wc -l <"$err")" -gt 2000 ]
		causes_first "$err"
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
	program 'fd[0] = Open("'"$BATS_TEST_TMPDIR"'/fifo", O_RDONLY); Read(fd[0], buf, 1);'
	looked_at 8 eval 'printf x >&7; :'
	[ "$status" -eq 0 ]
	exec 7>&-

	program 'nanosleep(&(struct timespec){600, 0}, NULL);'
	looked_at 5 pkill -TERM -P
	[ "$status" -eq $((128 + $(kill -l TERM))) ]

	program 'pause();'
	looked_at 8 pkill -USR1 -P
	[ "$status" -eq $((128 + $(kill -l USR1))) ]
}

@test "a lane that is stopped does not sleep for good" {
	program 'Pipe(fd); if (Fork() == 0) raise(SIGSTOP), Exit(0); Close(fd[1]); Wait(&status);'
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
	program 'int a[2]; Pipe(a); Pipe(fd);
		if (Fork() == 0) { Read(a[0], buf, 1); Write(fd[1], "x", 1); Exit(0); }
		Read(fd[0], buf, 1); Write(a[1], "x", 1); Wait(&status);'
	go --bug=x
	[ "$status" -eq 124 ]
	[ "$(sed -nE 's/^ {8}\| +//p' "$err" | grep -c 'sleeps in read')" -eq 2 ]
	grep -q '| deadlock: ' "$err"
	[ "$(tail -1 "$err")" = 'program: the cure' ]
}

@test "fcntl and fputs are spelled as strace spells them" {
	program 'Pipe(fd); Fcntl(fd[1], F_SETFL, O_NONBLOCK | O_APPEND);
		Fputs("a\n", stdout);'
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
	program 'dup2(8, 0); close(8); Read(0, buf, 1);'
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

@test "threads are lanes: causes stand before effects in $RUNS runs under load" {
	program 'Pipe(fd); shared = fd; pthread_t t[6]; void *end;
		for (int i = 0; i < 6; i++) Pthread_create(&t[i], NULL, i % 2 ? puts_in : takes_out, NULL);
		for (int i = 0; i < 6; i++) Pthread_join(t[i], &end);
		if (Fork() == 0) { pthread_t in; Pthread_create(&in, NULL, puts_in, NULL);
			takes_out(NULL); Pthread_join(in, &end); Exit(0); }
		Wait(&status);' '
		static int *shared;
		static void *takes_out(void *a) { char b[1]; (void)a;
			for (int i = 0; i < 20; i++) Read(shared[0], b, 1); return NULL; }
		static void *puts_in(void *a) { (void)a;
			for (int i = 0; i < 20; i++) { Write(shared[1], "x", 1); Sched_yield(); }
			Pthread_exit((void *)7); }'
	go
	[ "$status" -eq 0 ]
	[ "$(grep -c 'pthread_join(.*, \[7\]) = 0' "$err")" -eq 4 ]
	[ "$(grep -cE '^thread[0-9]* +\| +(read|write|sched_yield)' "$err")" -eq 220 ]
	load_starts
	for ((i = 0; i < RUNS; i++)); do
		go --trace=json
		[ "$status" -eq 0 ]
		causes_first "$err"
		[ "$(wc -l <"$err")" -eq "$(jq -s length "$err")" ]
	done
}

@test "a traced call needs less than 8 KB of stack, in a thread of the smallest stack too" {
	program 'pthread_attr_t attr; pthread_t t; static char stack[1 << 18] __attribute__((aligned(4096)));
		int used[2];
		for (int i = 0; i < 2; i++) {
			memset(stack, 0x5a, sizeof stack); nothing = i == 0;
			pthread_attr_init(&attr); pthread_attr_setstack(&attr, stack, sizeof stack);
			Pthread_create(&t, &attr, calls, NULL); Pthread_join(t, NULL);
			used[i] = 0;
			while (stack[used[i]] == 0x5a) used[i]++;
		}
		printf("%d\n", used[0] - used[1]);
		pthread_attr_init(&attr);
		pthread_attr_setstacksize(&attr, 16384);
		Pthread_create(&t, &attr, calls, NULL); Pthread_join(t, NULL);' '
		static bool nothing;
		static char path[4090];
		static void *calls(void *a) { int p[2]; char b[9]; (void)a;
			if (nothing) return NULL;
			memset(path, 255, sizeof path - 1); expect(ANY_ERROR); Open(path, O_RDONLY);
			Pipe(p); Write(p[1], "\1\2\3\377", 4); Read(p[0], b, 9); Close(p[0]);
			note("%s %d", "a note", 15); FILE *f = Fopen("/dev/null", "r"); Fread(b, 1, 9, f);
			Fclose(f); if (Fork() == 0) Exit(0); int s; Wait(&s); return NULL; }'
	for format in text json; do
		go "--trace=$format"
		[ "$status" -eq 0 ]
		[ "$(cat "$out")" -lt 8192 ]
	done
}

@test "10,000 children one after the other, and 1,000 at once, are traced" {
	program 'Pipe(fd);
		for (int i = 0; i < 11000; i++) {
			if (i < 1000 || i >= 2000) { Write(fd[1], "x", 1); }
			if (Fork() == 0) { Read(fd[0], buf, 1); Exit(0); }
			if (i < 1000 || i >= 2000) Wait(NULL); }
		for (int i = 0; i < 1000; i++) { Write(fd[1], "x", 1); Wait(NULL); }'
	go
	[ "$status" -eq 0 ]
	[ "$(grep -c 'fork() = 0' "$err")" -eq 11000 ]
	[ "$(cut -d'|' -f1 "$err" | sort -u | wc -l)" -eq 11001 ] # each has a name
	[ "$(awk '{ sub(/^[^|]*\| /, ""); match($0, / */); if (RLENGTH > n) n = RLENGTH } END { print n }' "$err")" -eq 28 ]
	grep -qE '^child10999 \| +_exit\(0\) = \?$' "$err"
}

@test "two processes that read from each other's socket, a lock, a join are found asleep for good" {
	local what
	program 'pthread_t t;
		if (*what == 115) { socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
			if (Fork() == 0) { Close(fd[0]); Read(fd[1], buf, 1); Exit(0); }
			Close(fd[1]); Read(fd[0], buf, 1); }
		else if (*what == 108) { pthread_mutex_lock(&lock); Pthread_create(&t, NULL, locks, NULL);
			Pthread_join(t, NULL); }
		else { Pipe(fd); self = pthread_self(); Pthread_create(&t, NULL, joins, NULL);
			Read(fd[0], buf, 1); }' '
		#include <sys/socket.h>
		static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
		static pthread_t self;
		static void *locks(void *a) { pthread_mutex_lock(&lock); return a; }
		static void *joins(void *a) { Pthread_join(self, NULL); return a; }'
	for what in socket lock join; do
		go --bug=x "$what"
		[ "$status" -eq 124 ]
		grep -q ' = \.\.\. sleeps$' "$err"
		[ "$(tail -1 "$err")" = 'program: the cure' ]
	done
}

@test "a lock that a thread holds which is not asleep is not for good" {
	program 'pthread_t t; pthread_mutex_lock(&lock); Pthread_create(&t, NULL, locks, NULL);
		nanosleep(&(struct timespec){600, 0}, NULL); pthread_mutex_unlock(&lock);
		Pthread_join(t, NULL);' '
		static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
		static void *locks(void *a) { pthread_mutex_lock(&lock); return a; }'
	looked_at 5 pkill -TERM -P
	[ "$status" -eq $((128 + $(kill -l TERM))) ]
}

@test "the trace's descriptor is marked, at the top of the limit, and a program may have all others" {
	program 'for (int i = 0; i < 60; i++) printf("%d\n", Dup(0)); Close(3);'
	(ulimit -n 64 && alone timeout 120 "$BATS_TEST_TMPDIR/program") >"$out" 2>"$err"
	diff "$out" <(seq 3 62)
	(ulimit -n 10 && alone "$BATS_TEST_TMPDIR/program") >"$out" 2>"$err" || status=$?
	[ "$status" -eq 1 ]
	grep -q '^program: descriptor limit: ' "$err"
}

@test "predictions: each lane takes its own answers, in its order" {
	program 'role("parent"); if (Fork() == 0) { role("kid"); Dup(0); Exit(0); }
		Wait(&status); expect(EBADF); Dup(77); Dup(1); Wait(NULL);'
	# where the calls stand is told by the macros of trace.h
	sed -i 's/#include "trace.run.run.h"/&\n#undef TRACE_ITSELF\n#undef TRACE_H/; s/#include "base.proc.h"/&\n#include "macros.h"/' \
		"$BATS_TEST_TMPDIR/program.c"
	sed -n '/^#define AT/,/^#endif/p' src/trace/trace.h | sed '$d' >"$BATS_TEST_TMPDIR/macros.h"
	build -I"$BATS_TEST_TMPDIR"
	printf '%s\n' '# a comment' 'parent kid' '' 'kid 0' 'parent  EBADF ' 'kid 99' 'child 0' >"$BATS_TEST_TMPDIR/answers"
	go "--predict=$BATS_TEST_TMPDIR/answers"
	[ "$status" -eq 1 ] # ECHILD was not expected
	diff <(sed -nE 's/^([a-z]+) .*# ((you|no) .*)/\1 \2/p' "$err" | sed -E 's/it is [0-9]+$/it is N/' | sort -s -k1,1) - <<-'END'
		child you said 0: right
		kid you said 0: wrong, it is N
		parent you said kid: right
		parent you said EBADF: right
		parent no answer: it is N
		parent no answer: it is -1 ECHILD
	END
}
