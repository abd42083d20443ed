#!/usr/bin/env bats
# What bin/fdmap --why must keep: for each kind of sleep it says what would end
# it, and it is never certain of what it has not seen. Each as root, as an
# ordinary user among root's processes, and with /proc/PID/syscall closed.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; bats sets stderr
load ../helper

GRAPHS=$((RUNS > 100 ? 200 : 30)) # a soak has more

setup_file() {
	PLACE=$(mktemp -d /tmp/why-test-XXXXXX)
	chmod 755 "$PLACE"
	mkdir -m 777 "$PLACE/work"
	export PLACE
	cp "$BIN/fdmap" "$PLACE/fdmap"
	local program
	for program in hung graph crowd; do
		${CC:-cc} -std=c11 -O1 -pthread -o "$PLACE/$program" \
			"$BATS_TEST_DIRNAME/why/$program.c"
	done
}

teardown_file() {
	rm -rf "$PLACE"
}

setup() {
	fdmap=$PLACE/fdmap
	export LC_ALL=C
	session=
	as=()
	cd "$PLACE/work" || return
	rm -f fifo
}

teardown() {
	load_stops
	ends
}

# alone COMMAND...: with no descriptor of the caller's but 0 to 2; in place of
# this shell, so in the background or by run.
alone() {
	local fd
	for fd in /proc/self/fd/*; do
		fd=${fd##*/}
		[ "$fd" -le 2 ] || eval "exec $fd>&-"
	done
	[ "$1" != exec ] || shift
	exec "$@"
}

needs_root() {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another"
}

# What follows is done as an ordinary user.
as_user() {
	needs_root
	as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
}

# hung STORY: starts it as a session of its own; its pid is $session.
hung() {
	rm -f "$PLACE/work/fifo"
	alone setsid "${as[@]}" "$PLACE/hung" "$1" \
		>"$BATS_TEST_TMPDIR/out" </dev/null 2>/dev/null &
	session=$!
	disown
	until_true 20 grep -q ready "$BATS_TEST_TMPDIR/out"
}

ends() {
	[ -z "$session" ] || kill -KILL -- "-$session" 2>/dev/null || true
	session=
	rm -f "$BATS_TEST_TMPDIR/out"
}

# What fdmap says of it, pids of the session as P and C, others left as they are,
# in one line of $said.
ask() {
	local first=$session
	said=$("${as[@]}" "$fdmap" --why "$first" 2>&1 | sed '/^$/,$d' |
		tr -s '\n ' '  ' | sed -E "s/\\b$first\\b/P/g")
}

says() {
	ask
	[[ "$said" =~ $1 ]]
}

# With /proc/PID/syscall of all of the session's threads closed, as Yama does.
ask_closed() {
	local members
	members=$(session_members "$session")
	# shellcheck disable=SC2016 # expanded by that shell
	said=$(unshare -m bash -c '
		for pid in $1; do
			for file in /proc/$pid/task/*/syscall; do
				mount --bind /dev/null "$file"
			done
		done
		shift
		exec "$@"' - "$members" "$fdmap" --why "$session" 2>&1 |
		sed '/^$/,$d' | tr -s '\n ' '  ' | sed -E "s/\\b$session\\b/P/g")
}

says_closed() {
	ask_closed
	[[ "$said" =~ $1 ]]
}

# Lines of a table: the story, what is said of it (a regular expression).
stuck() {
	cat <<-'END'
		keeps-its-end	[0-9]+ hung sleeps in read\(3\): pipe A is empty.*[0-9]+ hung waits for itself; only a signal ends this what would end it: to close 4 in
		reads-crossed	deadlock: P hung waits for [0-9]+ hung, [0-9]+ hung waits for P hung; only a signal ends this what would end it: that .* writes to its [46], or closes it
		waits-before-reading	P hung sleeps in waitpid\([0-9]+\): its child .* the wait never ends.*deadlock: P hung waits for .*what would end it: that P hung reads from its 3
		joins-a-reader	P hung sleeps in pthread_join: its thread [0-9]+ has not ended, it sleeps in read\(3\): the join never ends.*deadlock: P hung waits for thread
		locks-crossed	waits for a mutex that thread [0-9]+ has locked: none of them runs, it is for good.*deadlock: .*what would end it: that thread [0-9]+ unlocks
		locks-twice	P hung sleeps in futex: it waits for a mutex that it has locked itself: none of them runs, it is for good P hung waits for itself
		inherits-its-lock	[0-9]+ hung sleeps in flock\(4\): it waits for the lock on /tmp/hung-.*held by .*itself \(fd 20\).*waits for itself; only a signal ends this what would end it: to unlock, or to close 20 in
		locks-in-turn	[0-9]+ hung sleeps in fcntl\(4\): it waits for the lock on /tmp/hung-.*held by P hung \(fd .*deadlock: P hung waits for
		talks-to-itself	nothing has come in at socket unix; its other end is open in .*: nothing ever comes.*deadlock: P hung waits for [0-9]+ hung, [0-9]+ hung waits for P hung
		talks-tcp	nothing has come in at socket tcp 127.0.0.1:.*; its other end is open in .*: nothing ever comes.*deadlock: P hung waits for
		terminal	P hung sleeps in read\(3\): nothing has been written to terminal /dev/pts/.*nothing has been typed at terminal .*its master is in P hung .*deadlock: P hung waits for
		polls-own	P hung sleeps in poll: it watches 3, 5: 3: pipe A is empty; .*: end of file never comes. 5: pipe B .*P hung waits for itself
		selects-own	P hung sleeps in select: it watches 5: pipe B is empty;.*P hung waits for itself
		epolls-own	P hung sleeps in epoll_wait\(3\): it watches 4: pipe A is empty;.*P hung waits for itself
		high	its write end is still open in P hung \(fd 151\): end of file never comes.*deadlock: P hung waits for
		splices	P hung sleeps in splice\(3\): pipe A is empty;.*P hung waits for itself
		fills-pages	pipe A is full: all its 16 pages are in use, though by only 32784 of 65536 bytes.*P hung waits for itself
	END
}

waiting() {
	cat <<-'END'
		opens-fifo	P hung sleeps in open: it opens the FIFO fifo for reading: until somebody opens it for writing
		spawns-opener	P hung sleeps in vfork or posix_spawn: its child [0-9]+ hung has not called exec nor ended, it sleeps in open [0-9]+ hung sleeps in open: it opens the FIFO fifo for writing: until somebody opens it for reading
		suspends	P hung sleeps in sigsuspend: a signal wakes it, nothing else; SIGCHLD would be one: its child [0-9]+ hung has not ended, it sleeps in clock_nanosleep
		stops	P hung sleeps in waitid\([0-9]+\): its child [0-9]+ hung has not stopped, it sleeps in pause
		semaphore	P hung sleeps in semop: until somebody changes a semaphore of the set [0-9]+: number 0 has to grow
		message	P hung sleeps in msgrcv: until somebody puts a message into the queue [0-9]+
		event	until somebody writes to this eventfd, which is open in P hung itself \(fd 4\)
		timer	P hung sleeps in read\(3\): a timer \(timerfd\) wakes it, in [45][0-9][0-9] s
		signals	a signal wakes it \(signalfd\): one of SIGUSR1
		watches	a change of what it watches wakes it \(inotify: 1 file or folder\)
		watches-process	P hung sleeps in poll: it watches 3: the end of [0-9]+ hung wakes it \(pidfd\); that sleeps in clock_nanosleep
		spins	P hung is running, not stuck: [0-9.]+ s of CPU
		posts-later	P hung sleeps in futex: .*time wakes it, in [45][0-9][0-9] s.*can still write
		receives-in-time	its other end is open in P hung itself \(fd 4\); time wakes it, 500 s after it began
		leader-leaves	P hung sleeps in read\(3\).*[0-9]+ hung, which sleeps in clock_nanosleep, can still write.*[0-9]+ hung has left by pthread_exit; other threads of its process live
		rings	it catches SIGALRM or has a timer, so time may wake it, too
		sets-timer	it catches SIGALRM or has a timer, so time may wake it, too
		pipe-to-self	P hung sleeps in poll: it watches 3: .*only a signal that it catches may still make it go on
		waits-for-end	P hung sleeps in futex: it waits for a lock or a condition .*only a signal that it catches may still make it go on
		pool	P hung, thread [0-9]+, sleeps in futex: it waits for a lock or a condition of its own process's threads the same of thread
		serves	P hung sleeps in poll: it watches 3, 4: 3: a connection to socket tcp .* wakes it
		guards-fifo	P hung sleeps in read\(3\): FIFO A \(.*fifo\) is empty
		watchdog	P hung, which sleeps in poll, can still write
	END
}

# each story of the table TABLE: the words are said, and check COMMAND holds.
each() {
	local table=$1 ask=$2 story words failed=0
	while IFS=$'\t' read -r story words; do
		hung "$story"
		until_true 10 "$ask" "$words" || {
			printf '%s: no «%s» in:\n%s\n' "$story" "$words" "$said"
			failed=1
		}
		if [ "$table" = waiting ] && certain; then
			printf '%s: false certainty:\n%s\n' "$story" "$said"
			failed=1
		fi
		ends
	done < <("$table")
	return "$failed"
}

# Is $said certain that something never ends, though it may?
certain() {
	[[ "$said" =~ deadlock|'for good'|never|nobody|'waits for itself' ]]
}

@test "each kind of deadlock is told, with what would end it" {
	each stuck says
}

@test "each kind of deadlock is told to an ordinary user among root's processes" {
	as_user
	each stuck says
}

@test "each kind of wait is told by its name, and none is said to be for good" {
	each waiting says
}

@test "each kind of wait is told to an ordinary user, and none is for good" {
	as_user
	each waiting says
}

# What the kernel's function alone tells.
stuck_closed() {
	cat <<-'END'
		keeps-its-end	[0-9]+ hung sleeps in read\(3\): pipe A is empty.*waits for itself; only a signal
		reads-crossed	P hung sleeps in read\(5\).*deadlock: P hung waits for
		waits-before-reading	P hung sleeps in wait: its child .*deadlock: P hung waits for
		splices	P hung sleeps in read.*waits for itself
	END
}

waiting_closed() {
	waiting | sed -E 's/\t.*/\tP hung/'
}

@test "with /proc/PID/syscall closed, what can be known is said" {
	needs_root
	each stuck_closed says_closed
}

@test "with /proc/PID/syscall closed, nothing that may go on is said to be for good" {
	needs_root
	local story words said
	while IFS=$'\t' read -r story words; do
		hung "$story"
		sleep 0.3
		ask_closed
		[[ "$said" == *hung* ]]
		! certain || {
			echo "$story: $said"
			return 1
		}
		ends
	done < <(waiting)
	for story in locks-crossed locks-twice joins-a-reader polls-own selects-own \
		epolls-own inherits-its-lock; do
		hung "$story"
		sleep 0.3
		ask_closed
		[[ "$said" != *deadlock* && "$said" != *"for good"* ]] || {
			echo "$story: $said"
			return 1
		}
		ends
	done
}

@test "random graphs under load: who is stuck is told, and nobody else" {
	load_starts
	run alone bash "$BATS_TEST_DIRNAME/why/graphs.bash" \
		"$fdmap" "$PLACE/graph" 1 "$GRAPHS"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "random graphs of an ordinary user under load: who is stuck is told" {
	as_user
	load_starts
	run alone "${as[@]}" bash "$BATS_TEST_DIRNAME/why/graphs.bash" \
		"$fdmap" "$PLACE/graph" 1001 $((1000 + GRAPHS))
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "a shell at a prompt, and who runs it, wait for somebody to type" {
	needs_terminal
	alone setsid script -qec 'bash --norc -i' /dev/null </dev/zero >/dev/null 2>&1 &
	session=$!
	disown
	sleep 0.5
	ask
	[[ "$said" == *sleeps* || "$said" == *running* ]]
	[[ "$said" != *deadlock* && "$said" != *"for good"* && "$said" != *never* ]]
}

@test "programs of every day are not said to be stuck" {
	local command
	: >"$BATS_TEST_TMPDIR/log"
	printf 'all: a b c d\na b c d:\n\t@sleep 30\n' >"$BATS_TEST_TMPDIR/Makefile"
	for command in "tail -f $BATS_TEST_TMPDIR/log" \
		"tail -f $BATS_TEST_TMPDIR/log | grep x | cat" \
		"while :; do sleep 1; done" "sleep 100 & wait" \
		"make -sj2 -C $BATS_TEST_TMPDIR" \
		"coproc cat; sleep 100" "exec 5<>fifo; read -r line <&5" \
		"trap 'exit' TERM; sleep 100 & wait" \
		"sleep 100 | sleep 100 | cat" "timeout 100 sleep 99" \
		"xargs -P2 -n1 sleep <<<'50 50 50'" "read -t 50 line < <(sleep 60)"; do
		rm -f fifo
		mkfifo fifo
		alone setsid bash -c "$command" </dev/null >/dev/null 2>&1 &
		session=$!
		disown
		sleep 0.4
		ask
		[[ "$said" == *sleeps* ]]
		[[ "$said" != *deadlock* && "$said" != *"for good"* && "$said" != *"waits for itself"* ]] || {
			echo "$command: $said"
			return 1
		}
		ends
	done
}

@test "servers, pools and loops of Python are not said to be stuck" {
	command -v python3 >/dev/null || skip "no python3"
	local program
	for program in \
		'import http.server; http.server.test(port=0)' \
		'import asyncio; asyncio.run(asyncio.sleep(100))' \
		'import queue, threading, time; q = queue.Queue(); [threading.Thread(target=q.get).start() for i in range(4)]; time.sleep(60)' \
		'import multiprocessing, time; p = multiprocessing.Pool(2); p.map(abs, range(9)); time.sleep(60)' \
		'import os, select, signal; r, w = os.pipe(); signal.signal(10, lambda *a: os.write(w, b"x")); select.select([r], [], [])' \
		'import signal, threading; e = threading.Event(); signal.signal(15, lambda *a: e.set()); e.wait()' \
		'import subprocess; subprocess.run(["sleep", "50"], capture_output=True)'; do
		alone setsid python3 -c "$program" </dev/null >/dev/null 2>&1 &
		session=$!
		disown
		sleep 1
		ask
		[[ "$said" != *deadlock* && "$said" != *"for good"* && "$said" != *"waits for itself"* ]] || {
			echo "$program: $said"
			return 1
		}
		ends
	done
}

@test "300 processes with 5,000 descriptors take less than a second of CPU" {
	alone setsid "$PLACE/crowd" >"$BATS_TEST_TMPDIR/out" </dev/null 2>/dev/null &
	session=$!
	disown
	until_true 30 grep -q ready "$BATS_TEST_TMPDIR/out"
	local members used
	mapfile -t members < <(session_members "$session")
	[ "${#members[@]}" -ge 300 ]
	used=$(
		TIMEFORMAT='%U %S'
		{ time "$fdmap" --why "${members[@]}" >"$BATS_TEST_TMPDIR/said"; } 2>&1
	)
	echo "user and system: $used s"
	awk '{ exit !($1 + $2 < 1) }' <<<"$used"
}

@test "a name stands for all that are called so, and several are told" {
	hung serves
	cp "$PLACE/hung" "$PLACE/hung-by-name"
	run --separate-stderr "$fdmap" --why hung-no-such-name
	[ "$status" -eq 1 ]
	[ "$stderr" = "fdmap: hung-no-such-name: No such process" ]
	ends
	alone setsid "$PLACE/hung-by-name" serves >"$BATS_TEST_TMPDIR/out" </dev/null 2>/dev/null &
	session=$!
	disown
	until_true 10 grep -q ready "$BATS_TEST_TMPDIR/out"
	run --separate-stderr "$fdmap" --why hung-by-name
	[ "$status" -eq 0 ] && [ -z "$stderr" ]
	[[ "$output" == "$session hung-by-name sleeps in poll: "* ]]
}

@test "--tree has a process and all below it, --only nobody else" {
	hung keeps-its-end
	local child
	child=$(session_members "$session" | grep -vx "$session")
	run "$fdmap" --tree "$session"
	[[ "$output" == *"$child (hung): sleeps"* ]]
	run "$fdmap" --why --only "$session"
	[[ "$output" == *"its child $child hung (not asked for) has not ended"* ]]
	[[ "$output" != *"$child (hung): sleeps"* ]]
}

@test "--dot is a graph that dot can read" {
	hung reads-crossed
	run "$fdmap" --tree --dot "$session"
	[ "${lines[0]}" = "digraph fdmap {" ]
	[[ "$output" == *"p$session -> d"* && "$output" == *"-> pipe"* ]]
	if command -v dot >/dev/null; then
		dot -Tsvg <<<"$output" >/dev/null
	fi
}

@test "the sentences come first, and of many descriptors only what they speak of is drawn" {
	alone setsid "$PLACE/crowd" 3 400 >"$BATS_TEST_TMPDIR/out" </dev/null 2>/dev/null &
	session=$!
	disown
	until_true 30 grep -q ready "$BATS_TEST_TMPDIR/out"
	run "$fdmap" --why "$session"
	[[ "${lines[0]}" == "$session crowd sleeps in "* ]]
	[ "${#lines[@]}" -lt 60 ]
	[[ "$output" == *"--all draws them"* ]]
	run "$fdmap" --why --all "$session"
	[ "${#lines[@]}" -gt 400 ]
}
