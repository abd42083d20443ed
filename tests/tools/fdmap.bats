#!/usr/bin/env bats
# What bin/fdmap must keep: what it says of descriptors is what a program made,
# looking changes nothing, and it explains what is stuck.

# shellcheck disable=SC2016,SC2154 # programs in quotes; bats sets stderr
load ../helper

setup_file() {
	# an ordinary user cannot look into the folders of bats
	PLACE=$(mktemp -d /tmp/fdmap-test-XXXXXX)
	chmod 755 "$PLACE"
	export PLACE
	cp "$BIN/fdmap" "$PLACE/fdmap"
	local fixture
	for fixture in layout stuck use; do
		${CC:-cc} -std=c11 -O1 -o "$PLACE/$fixture" \
			"$BATS_TEST_DIRNAME/fdmap/$fixture.c"
	done
}

teardown_file() {
	rm -rf "$PLACE"
}

setup() {
	fdmap=$PLACE/fdmap
	export LC_ALL=C
	session=
}

teardown() {
	ends
}

# fixture NAME ARG...: starts it as a session of its own, without the
# descriptors of bats; its output is $out, the pids of its first line ${pids[@]}.
fixture() {
	local name=$1
	shift
	out=$BATS_TEST_TMPDIR/$name.out
	rm -f "$out"
	alone exec setsid "$PLACE/$name" "$@" >"$out" </dev/null 2>/dev/null &
	session=$!
	disown
	until_true 20 test -s "$out"
	read -r -a pids <"$out"
}

# program COMMAND...: as fixture; its pid is $session.
program() {
	alone exec setsid "$@" >"$BATS_TEST_TMPDIR/program" </dev/null 2>&1 &
	session=$!
	disown
	until_true 20 is_called "(${1##*/}|sleep|lowio-std)"
}

# Ends what fixture or program started last, and all that it started.
ends() {
	[ -z "$session" ] || kill -KILL -- "-$session" 2>/dev/null || true
	session=
}

is_called() {
	grep -qxE "$1" "/proc/$session/comm"
}

# says TEXT COMMAND...: the command succeeds, and its output in one line has it,
# at least when no other test's look holds an end for a moment.
says() {
	local text=$1 tries
	shift
	for ((tries = 0; tries < 40; tries++)); do
		output=$("$@" 2>&1) && [[ "$(tr -s '\n ' '  ' <<<"$output")" == *"$text"* ]] &&
			return
		sleep 0.1
	done
	echo "$output"
	return 1
}

# No line of $output has more than 80 characters; it counts them in UTF-8.
fits() {
	local line LC_ALL=C.UTF-8
	while IFS= read -r line; do
		[ ${#line} -le 80 ] || {
			echo "${#line} columns: $line"
			return 1
		}
	done <<<"$output"
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

as_nobody() {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another"
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

layouts() {
	mkdir "$PLACE/$1"
	chmod 777 "$PLACE/$1"
	cp "$BATS_TEST_DIRNAME/fdmap/compare.bash" "$PLACE"
	run alone "${@:4}" bash "$PLACE/compare.bash" \
		"$fdmap" "$PLACE/layout" "$PLACE/$1" "$2" "$3"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$output" = "layouts that differ: 0" ]
}

# layouts_wanted: 200 where that may have changed, or make soak is at it; else 50.
layouts_wanted() {
	if [ -n "$SOAK" ] || [ -n "$(changed src/base src/picture src/tools/fdmap.c tests/tools/fdmap)" ]; then
		echo 200
	else
		echo 50
	fi
}

@test "random layouts are what --json says of them" {
	layouts mine 1 "$(layouts_wanted)"
}

@test "random layouts are what --json says to an ordinary user" {
	[ "$(id -u)" -eq 0 ] || skip "the test before was one"
	layouts theirs 201 $((200 + $(layouts_wanted))) setpriv --reuid=65534 --regid=65534 --clear-groups
}

@test "a hundred looks at a pipe in use lose no byte" {
	fixture use data
	local i
	for ((i = 0; i < 100; i++)); do
		"$fdmap" --why "${pids[@]}" >/dev/null
	done
	kill -TERM "${pids[0]}"
	until_true 10 grep -q reader "$out"
	local wrote read
	wrote=$(sed -n 's/^writer: \([0-9]*\) bytes$/\1/p' "$out")
	read=$(sed -n 's/^reader: \([0-9]*\) bytes, then 0$/\1/p' "$out")
	[ "$wrote" -gt 0 ]
	[ "$wrote" = "$read" ]
}

@test "after a hundred looks the reader still gets end of file" {
	fixture use eof
	local i
	for ((i = 0; i < 100; i++)); do
		says 'pipe A: 0 of 65536 bytes' "$fdmap" "${pids[@]}"
	done
	kill -TERM "${pids[0]}"
	until_true 10 grep -qx 'reader: 0 bytes, then 0' "$out"
}

@test "after a hundred looks the writer still gets EPIPE" {
	fixture use epipe
	until_true 10 says "sleeps in write" "$fdmap" --why "${pids[0]}"
	local i
	for ((i = 0; i < 100; i++)); do
		"$fdmap" --why "${pids[@]}" >/dev/null
	done
	kill -TERM "${pids[1]}"
	until_true 10 grep -qx 'writer: Broken pipe' "$out"
}

@test "end of file and EPIPE come while others look all the time" {
	local mode line i looker
	for i in 1 2 3 4 5; do
		for mode in eof epipe; do
			fixture use "$mode"
			(while :; do "$fdmap" "${pids[@]}" || break; done) \
				>/dev/null 2>&1 3>&- &
			looker=$!
			if [ "$mode" = eof ]; then
				kill -TERM "${pids[0]}"
				line='reader: 0 bytes, then 0'
			else
				kill -TERM "${pids[1]}"
				line='writer: Broken pipe'
			fi
			until_true 10 grep -qx "$line" "$out"
			wait "$looker"
			ends
		done
	done
}

@test "looking opens no kind of end that nobody holds" {
	command -v strace >/dev/null || skip "no strace"
	fixture stuck own-end
	local trace=$BATS_TEST_TMPDIR/trace
	until_true 10 says 'sleeps in read' "$fdmap" --why "${pids[@]}"
	strace -o "$trace" "$fdmap" "${pids[@]}" >/dev/null
	grep -q '/fd/[0-9]*", O_WRONLY|O_NONBLOCK' "$trace"
	ends
	fixture use epipe
	strace -o "$trace" "$fdmap" "${pids[1]}" >/dev/null
	run ! grep '/fd/[0-9]*", O_RDONLY|O_NONBLOCK' "$trace"
	kill -KILL "${pids[0]}"
	until_true 10 says 'write end: nobody' "$fdmap" "${pids[1]}"
	strace -o "$trace" "$fdmap" "${pids[1]}" >/dev/null
	run ! grep '/fd/[0-9]*", O_WRONLY' "$trace"
	grep -q '/fd/[0-9]*", O_RDONLY|O_NONBLOCK' "$trace"
}

@test "--why: two processes, each of which reads what the other never writes" {
	fixture stuck deadlock
	local p="${pids[0]} stuck" c="${pids[1]} stuck"
	until_true 10 says "deadlock: $p waits for $c, $c waits for $p; only a signal ends this" \
		"$fdmap" --why "${pids[@]}"
	says "$p sleeps in read(5): pipe B is empty; its write end is still open in $p itself (fd 6) and in $c (fd 6): end of file never comes" \
		"$fdmap" --why "${pids[@]}"
	says "$c sleeps in read(3): pipe A is empty; its write end is still open in $p (fd 4) and in $c itself (fd 4): end of file never comes" \
		"$fdmap" --why "${pids[@]}"
}

@test "--why: a wait for a child that reads from its parent" {
	fixture stuck wait-for-child
	local p="${pids[0]} stuck" c="${pids[1]} stuck"
	until_true 10 says "deadlock: $p waits for $c, $c waits for $p;" \
		"$fdmap" --why "${pids[@]}"
	says "$p sleeps in wait: its child $c has not ended, it sleeps in read(3): the wait never ends" \
		"$fdmap" --why "${pids[@]}"
	says "$c sleeps in read(3): pipe A is empty; its write end is still open in $p (fd 4): end of file never comes" \
		"$fdmap" --why "${pids[@]}"
}

@test "--why: a reader that holds the write end itself" {
	fixture stuck own-end
	local p="${pids[0]} stuck" c="${pids[1]} stuck"
	until_true 10 says "$c waits for itself;" "$fdmap" --why "${pids[@]}"
	says "$c sleeps in read(3): pipe A is empty; its write end is still open in $c itself (fd 4): end of file never comes" \
		"$fdmap" --why "${pids[@]}"
	[[ "$output" == *"sleeps in wait"* ]]
}

@test "--why: a writer on a full pipe whose reader sleeps elsewhere" {
	fixture stuck full
	local p="${pids[0]} stuck" c="${pids[1]} stuck"
	until_true 10 says "$p sleeps in write(4): pipe A is full (65536 of 65536 bytes); its read end is still open in $c (fd 3): $c, which sleeps in pause, can still read" \
		"$fdmap" --why "${pids[@]}"
	says "$c sleeps in pause: a signal wakes it, nothing else" \
		"$fdmap" --why "${pids[@]}"
	[[ "$output" != *deadlock* ]]
}

@test "--why: a writer on a full pipe whose reader waits for that writer" {
	fixture stuck full-for-good
	local p="${pids[0]} stuck" c="${pids[1]} stuck"
	until_true 10 says "$p sleeps in write(4): pipe A is full (65536 of 65536 bytes); its read end is still open in $c (fd 3): nobody ever reads from it" \
		"$fdmap" --why "${pids[@]}"
	says "deadlock: $p waits for $c, $c waits for $p;" "$fdmap" --why "${pids[@]}"
}

@test "--why: whoever can still write is named, and nothing is for good" {
	fixture stuck awake
	local p="${pids[0]} stuck" c="${pids[1]} stuck"
	until_true 10 says "$c sleeps in read(3): pipe A is empty; its write end is still open in $p (fd 4): $p, which is running, can still write" \
		"$fdmap" --why "${pids[@]}"
	[[ "$output" != *deadlock* && "$output" != *never* ]]
}

@test "--why --only: who was not asked for and holds an end is found, and can still write" {
	fixture stuck deadlock
	local p="${pids[0]} stuck" c="${pids[1]} stuck"
	until_true 10 says "$c sleeps in read(3): pipe A is empty; its write end is still open in $c itself (fd 4) and in $p (not asked for) (fd 4): $p can still write" \
		"$fdmap" --why --only "${pids[1]}"
	[[ "$output" != *deadlock* ]]
	says "write end: $c fd 4, $p (not asked for) fd 4" "$fdmap" "${pids[1]}"
}

# As where Yama keeps /proc/PID/syscall for a debugger.
hidden() {
	local p inject=()
	for p in "${pids[@]}"; do
		inject+=(-P "/proc/$p/task/$p/syscall")
	done
	strace -o "$BATS_TEST_TMPDIR/hidden" "${inject[@]}" \
		-e inject=open,openat:error=EPERM "$fdmap" --why "$@"
}

@test "--why where the call is hidden: the only pipe that can be meant" {
	command -v strace >/dev/null || skip "no strace"
	[ -e "/proc/$$/wchan" ] || skip "this kernel has no wchan"
	fixture stuck wait-for-child
	local p="${pids[0]} stuck" c="${pids[1]} stuck"
	until_true 10 says deadlock "$fdmap" --why "${pids[@]}"
	says "$c sleeps in read(3): pipe A is empty; its write end is still open in $p (fd 4): end of file never comes" \
		hidden "${pids[@]}"
	says "$p sleeps in wait: its child $c has not ended" hidden "${pids[@]}"
}

@test "--why where the call is hidden: unknown if two pipes can be meant" {
	command -v strace >/dev/null || skip "no strace"
	fixture stuck two-pipes
	local p="${pids[0]} stuck" c="${pids[1]} stuck"
	until_true 10 says "$p sleeps in read(5)" "$fdmap" --why "${pids[@]}"
	says "$p sleeps in read: which descriptor is unknown, for /proc/${pids[0]}/syscall is closed to us; it could be 3 or 5" \
		hidden "${pids[@]}"
}

@test "--why --json has the same sentences" {
	fixture stuck deadlock
	until_true 10 says 'deadlock: ' "$fdmap" --why --json "${pids[@]}"
	[ "$(jq '.why | length' <<<"$output")" -eq 4 ] # and what would end it
	[ "$("$fdmap" --json "${pids[@]}" | jq 'has("why")')" = false ]
}

@test "where kcmp is refused, sharing is unknown and the status 0" {
	command -v strace >/dev/null || skip "no strace"
	fixture stuck deadlock
	run strace -o /dev/null -f -e inject=kcmp:error=EPERM \
		"$fdmap" "${pids[@]}"
	[ "$status" -eq 0 ]
	[[ "$output" == *"unknown whether it is one with [3]"* ]]
	run strace -o /dev/null -f -e inject=kcmp:error=EPERM \
		"$fdmap" --json "${pids[@]}"
	[ "$status" -eq 0 ]
	[ "$(jq -r '[.descriptions[].shared] | unique | .[]' <<<"$output")" = unknown ]
}

@test "a process that is gone is said, and the others are drawn" {
	program sleep 1000
	local gone
	gone=$(sh -c 'echo $$')
	run --separate-stderr "$fdmap" "$session" "$gone"
	[ "$status" -eq 1 ]
	[ "$stderr" = "fdmap: $gone: No such process" ]
	[[ "$output" == "$session (sleep): sleeps"* ]]
	run --separate-stderr "$fdmap" "$gone"
	[ "$status" -eq 1 ] && [ -z "$output" ]
}

@test "wrong usage is one line on stderr and status 2" {
	local arguments
	for arguments in "" "0" "-1" "12x" "99999999999999999999" "--color=x 1" "--no 1"; do
		# shellcheck disable=SC2086
		run --separate-stderr "$fdmap" $arguments
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[[ "$stderr" == *"usage: fdmap "* || "$stderr" == *"--help"* ]]
	done
}

@test "the example in --help works as it stands" {
	run "$fdmap" --help
	[ "$status" -eq 0 ]
	local example
	example=$(sed -n '/^Example:/{n;p}' <<<"$output")
	run bash -c "${example/bin\/fdmap/$fdmap}; true"
	[ "$status" -eq 0 ]
	[[ "$output" == *"(bash)"* ]]
	[ "$("$fdmap" -V)" = "$("$fdmap" --version)" ]
	[[ "$("$fdmap" -V)" == "fdmap (ipclab) "* ]]
}

@test "in a UTF-8 locale the lines are box-drawing characters, elsewhere ASCII" {
	fixture stuck deadlock
	LC_ALL=C.UTF-8 "$fdmap" "${pids[@]}" |
		grep -q '^3 ─.*─ 3 ─.*─> \[[0-9]\] pipe A, read end'
	"$fdmap" "${pids[@]}" | grep -q '^3 --* 3 --*> \[[0-9]\] pipe A, read end'
	run ! grep '[^ -~]' <("$fdmap" --why "${pids[@]}")
}

@test "two looks at the same give the same" {
	fixture stuck deadlock
	until_true 10 says 'deadlock: ' "$fdmap" --why "${pids[@]}"
	local first
	first=$("$fdmap" --why "${pids[@]}")
	[ "$first" = "$("$fdmap" --why "${pids[@]}")" ]
}

@test "a bracket of numbers is one description, with its offset" {
	seq 1 1000 >"$BATS_TEST_TMPDIR/numbers"
	cd "$BATS_TEST_TMPDIR"
	program bash -c 'exec 5<numbers 6<&5 7<numbers; dd bs=10 count=1 <&5 >/dev/null 2>&1; echo >ready; exec sleep 1000'
	until_true 10 test -e ready
	until_true 10 is_called sleep
	run "$fdmap" "$session"
	grep -qE '^5 6 -+> \[3\] .*numbers +offset 10 +O_RDONLY$' <<<"$output"
	grep -qE '^7 -+> \[4\] .*numbers +offset 0 +O_RDONLY$' <<<"$output"
}

@test "no line is longer than 80 columns, whatever the paths and however many" {
	local deep=$BATS_TEST_TMPDIR i
	for i in 1 2 3 4 5 6 7 8; do
		deep=$deep/a-folder-with-a-long-name-$i
	done
	mkdir -p "$deep"
	cd "$deep"
	touch $'new\nline\e and \xff'
	program bash -c 'for fd in {20..60}; do eval "exec $fd>>new*"; done
		exec 8>>new* 9>&8 10>&8 11>&8 12>&8 14>&8; echo >ready
		for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; wait'
	until_true 10 test -e ready
	local members
	mapfile -t members < <(session_members "$session")
	for locale in C C.UTF-8; do
		export LC_ALL=$locale
		run "$fdmap" --why "$session"
		[ "$status" -eq 0 ] && fits
		run "$fdmap" --why "${members[@]}"
		[ "$status" -eq 0 ] && fits
		run "$fdmap" --why "${members[@]:0:3}"
		[ "$status" -eq 0 ] && fits
	done
	"$fdmap" --json "${members[@]}" | jq -e . >/dev/null
}

@test "a trace's own descriptors are known by their mark: they are named, not drawn" {
	local own
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	program bash -c 'exec "$1" <>"$2"' - "$BIN/lowio-std" "$BATS_TEST_TMPDIR/fifo"
	until_true 20 says 'sleeps in read(0)' "$fdmap" --why "$session"
	own=$(sed -n 's/.*memfd:ipclab-trace-\([0-9]*\) .*/\1/p' "/proc/$session/maps")
	[ "$own" -gt 100 ]
	run "$fdmap" "$session"
	[[ "$output" == *"not drawn: $own, the trace's own"* ]]
	run ! grep -E "\b$own .*> \[" <<<"$output"
}

@test "a high number alone makes no descriptor a trace's" {
	program bash -c 'exec 100>&1 101>&1; exec sleep 1000'
	until_true 10 is_called sleep
	run "$fdmap" "$session"
	grep -qE '\b100 101 -*> \[' <<<"$output"
	run ! grep 'not drawn' <<<"$output"
}

@test "a second picture marks what changed since the first" {
	${CC:-cc} -std=c11 -D_XOPEN_SOURCE=700 -I"$ROOT/src" -o "$PLACE/since" \
		"$BATS_TEST_DIRNAME/fdmap/since.c" "$BIN/.obj/libtrace.a"
	cd "$BATS_TEST_TMPDIR"
	seq 1 1000 >numbers
	run alone "$PLACE/since" numbers
	[ "$status" -eq 0 ]
	local rows
	rows=$(tr -s ' -' ' ' <<<"$output")
	grep -qE '^3 > \[[0-9]\] .*numbers offset 20 \(was 0\) O_RDONLY$' <<<"$rows"
	grep -qE '^\+4 > \[[0-9]\] pipe [A-Z], read end O_RDONLY$' <<<"$rows"
	grep -qE '^5 \+7 > \[[0-9]\] pipe A, write end O_WRONLY$' <<<"$rows"
	grep -qE '^\+6 > ' <<<"$rows"
	grep -qx 'pipe A: 5 of 65536 bytes (was 0)' <<<"$rows"
	grep -qxE 'closed since: [0-9]+ me fd 4' <<<"$rows"
	[ "$(grep -c '+[0-9]' <<<"$rows")" -eq 3 ]
}

@test "sockets have both addresses, and states are words" {
	command -v python3 >/dev/null || skip "no python3"
	cat >"$BATS_TEST_TMPDIR/net.py" <<-'END'
		import os, signal, socket
		a = socket.create_server(("127.0.0.1", 0))
		b = socket.create_connection(a.getsockname())
		c, _ = a.accept()
		print(a.getsockname()[1], b.getsockname()[1], flush=True)
		if os.fork() == 0: os._exit(0)
		os.kill(os.getpid(), signal.SIGSTOP)
	END
	program python3 "$BATS_TEST_TMPDIR/net.py"
	until_true 10 test -s "$BATS_TEST_TMPDIR/program"
	read -r server client <"$BATS_TEST_TMPDIR/program"
	until_true 10 says "$session (python3): stopped" "$fdmap" "$session"
	[[ "$output" == *"socket tcp 127.0.0.1:$server, listens"* ]]
	[[ "$output" == *"socket tcp 127.0.0.1:$client -> 127.0.0.1:$server"* ]]
	[[ "$output" == *"socket tcp 127.0.0.1:$server -> 127.0.0.1:$client"* ]]
	local child
	child=$(session_members "$session" | grep -vx "$session")
	until_true 10 says "$child (python3): zombie; it holds no descriptor" \
		"$fdmap" "$child"
}

@test "an ordinary user is told whom it may not look into" {
	run as_nobody "$fdmap" 1
	[ "$status" -eq 0 ]
	[[ "$output" == *"its descriptors are unknown: permission denied"* ]]
}
