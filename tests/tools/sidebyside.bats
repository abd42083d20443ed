#!/usr/bin/env bats
# What bin/sidebyside must keep. Its --check is what other tests rely on, so
# most of this asks whether it finds a trace that is not true.

bats_require_minimum_version 1.5.0

setup_file() {
	local root="$BATS_TEST_DIRNAME/../.."
	bin=$(cd "${BIN:-$root/bin}" && pwd)
	export bin
	export PATH="$bin:$PATH" LC_ALL=C
	local fixture
	for fixture in liar honest; do
		${CC:-cc} -std=c11 -D_XOPEN_SOURCE=700 -O1 -pthread \
			-I"$root/src" -I"$root/src/trace" -o "$BATS_FILE_TMPDIR/$fixture" \
			"$BATS_TEST_DIRNAME/sidebyside/$fixture.c" \
			"$bin/.obj/libtrace.a"
	done
}

setup() {
	liar="$BATS_FILE_TMPDIR/liar"
	honest="$BATS_FILE_TMPDIR/honest"
}

# Bats has descriptors open; a program's own begin at 3.
alone() {
	"$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
}

side() {
	run --separate-stderr alone sidebyside "$@" </dev/null
}

# In a terminal of so many columns: what a user would see, as lines. Keys come
# from stdin.
terminal() {
	alone script -qec "stty cols $1; exec $2" /dev/null | tr -d '\r'
}

needs_terminal() {
	script -qec true /dev/null </dev/null >/dev/null 2>&1 ||
		skip "no script(1)"
}

# until_says FILE TEXT: waits, a minute at most, until the file holds the text.
until_says() {
	local end=$((SECONDS + 60))
	until grep -qsF -- "$2" "$1"; do
		[ "$SECONDS" -lt "$end" ] || {
			cat "$1"
			return 1
		}
		read -rt 0.05 <> <(:) || :
	done
}

# --check fails and says so, in a line that holds the text.
catches() {
	side --check "$liar" "$1"
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"$2"* ]]
}

holds() {
	side --check "$@"
	echo "$stderr"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
}

# Both columns of a run with one process as one text each: cells joined, no
# space, no pid. $1: the width.
cells() {
	local left=$((($1 - 3) * 54 / 100))
	alone sidebyside --width "$1" pipe-single </dev/null \
		>"$BATS_TEST_TMPDIR/rows"
	local pid
	pid=$(sed -n '3s/.*| \([0-9][0-9]*\).*/\1/p' "$BATS_TEST_TMPDIR/rows")
	# a picture has no columns
	sed -i -E "3,\$ { /^not shown/b; /^.{$((left + 1))}[|]/!d }" \
		"$BATS_TEST_TMPDIR/rows"
	sed '1,2d;/^not shown/,$d' "$BATS_TEST_TMPDIR/rows" |
		cut -c "1-$left" | sed 's/^        | *//' | tr -d ' \n' |
		sed "s/(after[0-9]*ms)//g; s/$pid/P/g"
	echo
	sed '1,2d;/^not shown/,$d' "$BATS_TEST_TMPDIR/rows" |
		cut -c "$((left + 4))-" | tr -d ' \n' | sed "s/$pid/P/g"
	echo
}

@test "--check holds for pipe-fork" {
	holds pipe-fork
}

@test "--check holds for every byte that a buffer can have" {
	holds "$honest" bytes
}

@test "--check holds for calls that fail" {
	holds "$honest" failures
}

@test "--check holds for an exec that fails and for what a stranger then does" {
	holds --width 200 "$honest" execs
	[[ "$output" == *"calls of sh, which it became"* ||
		"$output" == *"calls of dash, which it became"* ||
		"$output" == *"calls of bash, which it became"* ]]
	[[ "$output" != *"/bin/ls"* ]]
}

@test "--check holds for a child that is killed in the middle of a call" {
	holds "$honest" killed
	[[ "$output" == *"+++ killed by SIGKILL +++"* ]]
}

@test "--check holds for a call that kills and is said before it is made" {
	holds "$honest" broken-pipe
	[[ "$output" == *', "x", 1) = ?'* ]]
}

@test "--check holds for library calls and the reads that they make" {
	holds --width 200 "$honest" buffered
	[[ "$output" == *"(no system call)"* ]]
	[[ "$output" == *"stdout  | said between two library calls"* ]]
}

@test "--check finds a result that is not the kernel's" {
	catches wrong-result 'the trace says «read(3, "", 8) = 1», the kernel read(3, "", 8) = 0'
}

@test "--check finds an argument that is not the kernel's" {
	catches wrong-argument '«read(3, "", 9) = 0», the kernel read(3, "", 8) = 0'
}

@test "--check finds an errno that is not the kernel's" {
	catches wrong-errno 'the kernel close(99) = -1 EBADF'
}

@test "--check finds a call under another's name" {
	catches wrong-name '«recv(3, "", 8) = 0», the kernel saw no such call'
	[[ "$stderr" == *'read(3, "", 8) = 0: not said by the trace'* ]]
}

@test "--check finds a line whose call was never made" {
	catches never-made '«read(3, "", 8) = 0», the kernel saw no such call'
}

@test "--check finds a call that was made twice and said once" {
	catches made-twice 'read(3, "", 8) = 0: not said by the trace'
}

@test "--check finds a call that was made once and said twice" {
	catches said-twice '«read(3, "", 8) = 0», the kernel saw no such call'
}

@test "--check finds a library call that cost more than it says" {
	catches wrong-count 'the kernel saw 1 reads, 0 writes'
}

@test "--check finds a call that came back though its line ends in ?" {
	catches comes-back 'the trace goes on after a call that ends in ?'
}

@test "--check finds a line that ends in ? and whose call never comes" {
	catches promise-not-kept '«execvp("true", ["true"]) = ?», the kernel saw no such call'
}

@test "--check finds an exec with other arguments than said" {
	catches other-exec '["true", "more"]'
}

@test "--check finds a call that the trace does not say, wherever it is" {
	local where
	for where in middle before after after-note; do
		catches "$where" 'getppid() = '
		[[ "$stderr" == *': not said by the trace'* ]]
	done
	catches start-up 'umask(022) = '
	catches watcher 'unlink("no such mark")'
	catches kept-end 'O_WRONLY|O_NONBLOCK) = 6'
	catches unsaid-wait 'wait4(-1, NULL, WNOHANG, NULL) = -1 ECHILD'
}

@test "--check finds a line that is no line, or no call's" {
	local how
	for how in rolespace nobar noequal tab emptyrole esc cr; do
		catches "$how" 'the trace wrote a line that is no line: «'
	done
	catches partial '«read(9, "", 8) = 0», the kernel saw no such call'
	catches libdress 'of a system call'
	catches unknown 'and the kernel told it'
}

@test "--check finds an unsaid call in the dress of an allowed one" {
	local how
	for how in qmark trap procdotdot procfd fd200 dupto150 readbeforelib \
		silentchild birth writev before-unlink afterunlink; do
		catches "$how" ': not said by the trace'
	done
	for how in untraced clonefiles; do
		catches "$how" 'fork() = '
	done
	catches exitcrash '«_exit(0) = ?», the kernel saw no such call'
}

@test "--check finds what hides in the trace's own work" {
	local how
	for how in mark file write read pipe steal kill fork dup folder; do
		catches "bracket-$how" ': not said by the trace'
	done
	catches bracket-kept '4, opened by the trace, was kept open'
	catches bracket-open "the trace's own work was not ended"
}

@test "--check finds another descriptor that would be the trace's" {
	catches forged-mark 'memfd_create("ipclab-trace-90", MFD_CLOEXEC)'
	catches early-mark 'memfd_create("ipclab-trace-90", MFD_CLOEXEC)'
	catches dup-of-1 'dup(1) = '
}

@test "--check finds what a thread does not say, and says in vain" {
	catches thread 'unlink("no such mark")'
	catches thread-lies '«read(3, "", 8) = 0», the kernel saw no such call'
}

@test "--check holds for threads, and both columns know them" {
	holds --width 300 "$honest" threads
	grep -q '^main    | pthread_create(.*) = 0  *| [0-9]* clone3\{0,1\}(' <<<"$output"
	grep -qE '^first   \| +read\(([34]), "", 8\) = 0 .*\| +[0-9]+ read\(\1, ' <<<"$output"
	grep -q '^first   |  *pthread_exit(NULL) = ?  *|  *[0-9]* exit(0)' <<<"$output"
	grep -q '^main    | pthread_join(two, NULL) = 0 ' <<<"$output"
}

@test "a picture has both columns, and the program no /dev/null" {
	holds --width 80 "$honest" pictures
	grep -q '^        | pipe A: 1 of 65536 bytes$' <<<"$output"
	[ "$(grep -c '^        | [12] .*/dev/null' <<<"$output")" -eq 0 ]
}

@test "--check holds with every bug, and its watcher does not show" {
	local name
	for name in keep-write-end no-wait; do
		holds --width 200 pipe-fork --bug="$name"
	done
	holds --width 200 pipe-fork --bug=keep-write-end
	grep -q '^child .* read(3, buf, 1024) = \.\.\. sleeps  *|   [0-9]* read(3, *\.\.\.$' <<<"$output"
	[[ "$output" == *"every process sleeps for good"* ]]
	local watcher
	watcher=$(sed -n 's/^ *| \([0-9]*\) execve(.*/\1/p' <<<"$output")
	[ "$(grep -c "| *$watcher " <<<"$output")" -eq 1 ]
	[[ "$output" != *sigtimedwait* ]]
}

@test "--check of a JSON trace says what to leave out" {
	side --check pipe-fork --trace=json
	[ "$status" -eq 1 ]
	[ "$stderr" = "sidebyside: --check reads the text trace: leave out --trace" ]
}

@test "--check holds for a role in UTF-8 and a sample of 10 MiB" {
	holds "$honest" utf8-role
	holds "$honest" big-sample
}

@test "without --check an untrue trace is shown, and the status is the program's" {
	side "$liar" middle
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[[ "$output" == *"getppid() = "* ]]
}

@test "--check of a program without a trace says that there is nothing to check" {
	side --check true
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"true printed no line of a trace"* ]]
}

@test "each traced call of pipe-fork has the kernel's call beside it" {
	side --width 300 pipe-fork
	[ "$status" -eq 0 ]
	local row count=0 said made
	while IFS= read -r row; do
		said=$(sed -n 's/^[a-z]* *|  *\([a-z_]*\)(.*/\1/p' <<<"${row:0:160}")
		[ -n "$said" ] || continue
		count=$((count + 1))
		made=$(sed -n 's/^.*| *[0-9]* \([a-z0-9_]*\)(.*/\1/p' <<<"${row:160}")
		case "$said $made" in
		"pipe pipe2" | "pipe pipe" | "fork clone" | "fork clone3" | "fork fork" | \
			"wait wait4" | "_exit exit_group") ;;
		"fork ") [[ "$row" == *"seen from the child)" ]] ;;
		*) [ "$said" = "$made" ] ;;
		esac
	done <<<"$output"
	[ "$count" -eq 12 ]
}

@test "what pipe-fork prints stands in the left column, line by line" {
	side --width 200 pipe-fork
	[[ "$output" == *"stdout  | Parent: Message in a pipe. "* ]]
	[[ "$output" == *"stdout  |     Child Rcvd: Message in a pipe. "* ]]
}

@test "no row is longer than the width" {
	local width
	for width in 40 80 100 200; do
		side --width "$width" pipe-fork
		[ "$(awk -v w="$width" 'length > w' <<<"$output" | wc -l)" -eq 0 ]
		side --width "$width" "$honest" execs
		[ "$(awk -v w="$width" 'length > w' <<<"$output" | wc -l)" -eq 0 ]
	done
}

@test "no text is lost when a cell goes on in the next row" {
	cells 900 >"$BATS_TEST_TMPDIR/wide"
	grep -q 'main|pipe(\[.*wait\|main|pipe(\[.*close' "$BATS_TEST_TMPDIR/wide"
	grep -q 'pipe2(\[.*Pexit_group(0)=?P+++exitedwith0+++$' "$BATS_TEST_TMPDIR/wide"
	local width
	for width in 40 57 80 100; do
		cells "$width" >"$BATS_TEST_TMPDIR/narrow"
		diff "$BATS_TEST_TMPDIR/wide" "$BATS_TEST_TMPDIR/narrow"
	done
}

@test "two runs of one program differ in nothing but the pid" {
	cells 80 >"$BATS_TEST_TMPDIR/one"
	cells 80 >"$BATS_TEST_TMPDIR/two"
	diff "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
	side --width 300 pipe-fork
	local address="${output#*child_tidptr=}"
	side --width 300 pipe-fork
	[[ "$output" == *"child_tidptr=${address%%)*})"* ]]
}

@test "a program without a trace is shown by what it writes" {
	side sh -c 'echo hi; ls /no/such/file; exit 3'
	[ "$status" -eq 3 ]
	[[ "$output" == *"stdout  | hi "* ]]
	[[ "$output" == *"stderr  |     ls: "* ]]
	[[ "$output" == *"execve("*"/ls"* ]]
	[[ "$output" == *"not shown: "*" of the loader"* ]]
	[[ "$output" != *"libc.so"* && "$output" != *arch_prctl* ]]
}

@test "what is written is said by where the descriptor leads" {
	cd "$BATS_TEST_TMPDIR"
	side --width 200 sh -c 'echo one >out; echo two >&2; exec 5>&1 >out; echo five >&5; echo six'
	grep -q '^to file out | one  *| [0-9]* write(1, ' <<<"$output"
	grep -q '^stderr  | two  *| [0-9]* write(1, ' <<<"$output"
	grep -q '^stdout  | five  *| ' <<<"$output"
	grep -q '^to file out | six  *| [0-9]* write(1, ' <<<"$output"
	side --width 200 sh -c 'echo a | cat'
	grep -q '^to pipe [A-Z] |     a  *| ' <<<"$output"
	grep -q '^stdout  |     a  *| ' <<<"$output"
	[ "$(grep -c '^stdout' <<<"$output")" -eq 1 ]
}

@test "what a lane prints after dup2 goes where 1 leads, and so it says" {
	holds --width 200 "$honest" redirected
	grep -q '^to /dev/null | to nowhere ' <<<"$output"
	grep -q '^stdout  | to stdout again ' <<<"$output"
}

@test "processes stand in lanes, at both sides" {
	side --width 200 sh -c '(echo one; (echo two); :); :'
	grep -q '^stdout  |     one  *|   [0-9]* write' <<<"$output"
	grep -q '^stdout  |         two  *|     [0-9]* write' <<<"$output"
}

@test "bytes that a terminal would obey are escaped" {
	side --width 200 printf 'a\033[2Jb\007c\377d\te\nf\n'
	[[ "$output" == *'stdout  | a\033[2Jb\007c\377d\te '* ]]
	[[ "$output" == *'stdout  | f '* ]]
}

@test "a line of a million bytes neither breaks it nor floods it" {
	side sh -c 'head -c 1000000 /dev/zero | tr "\0" x >&2'
	[ "$status" -eq 0 ]
	[[ "$output" == *"bytes more)"* || "${#output}" -gt 1000000 ]]
}

@test "the program sees a terminal where there is one, and only there" {
	needs_terminal
	local show='test -t 1 && echo one; test -t 2 && echo two; stty size <&1'
	run terminal 111 "sidebyside --color=never sh -c '$show'" </dev/null
	[[ "$output" == *"stdout  | one "*"stdout  | two "*" 111 "* ]]
	side sh -c "$show"
	[[ "$output" != *"stdout  | one"* && "$output" != *"stdout  | two"* ]]
}

@test "it is as wide as the terminal, also where a pager reads" {
	needs_terminal
	run terminal 123 "sh -c 'sidebyside true | cat'" </dev/null
	[ "$(awk '/^-*\+-*$/ { print length }' <<<"$output")" -eq 123 ]
	COLUMNS=99 side true
	[ "$(awk '/^-*\+-*$/ { print length }' <<<"$output")" -eq 99 ]
}

@test "the side that has text has the room" {
	side --width 100 pipe-single
	local traced=${lines[1]%%+*}
	side --width 100 true
	local without=${lines[1]%%+*}
	[ "${#without}" -lt "$((${#traced} - 10))" ]
}

@test "--step works beside it: each key is one call" {
	needs_terminal
	mkfifo "$BATS_TEST_TMPDIR/keys"
	exec 8<>"$BATS_TEST_TMPDIR/keys" # it has no end
	printf '\n\n\n\n\n\n\n\n' >&8
	run terminal 100 "sidebyside --check --color=never pipe-single --step" <&8
	exec 8>&-
	[ "$status" -eq 0 ]
	[[ "$output" == *"main    | close(4) = 0 "* ]]
	[[ "$output" != *TCSETS* && "$output" != *"not said"* ]]
}

@test "a call that sleeps is shown while it sleeps, and what to ask" {
	cd "$BATS_TEST_TMPDIR"
	mkfifo in
	alone sidebyside --width 100 cat <in >table &
	exec 8>in
	until_says table 'read(0, '
	grep -q 'read(0, *\.\.\.$' table
	[ "$(grep -c 'exited with' table)" -eq 0 ]
	until_says table 'nothing moves: fdmap --why '
	local cat
	cat=$(sed -n 's/.*nothing moves: fdmap --why //p' table)
	[ "$(cat "/proc/$cat/comm")" = cat ]
	echo hello >&8
	exec 8>&-
	wait
	grep -q 'read(0, "hello\\n", ' table
	grep -q '^stdout  | hello ' table
}

@test "killed, it shows each call that has begun" {
	cd "$BATS_TEST_TMPDIR"
	mkfifo in
	alone sidebyside --width 100 sh -c 'echo $$ >pid; exec cat' <in >table &
	exec 8>in
	until_says table 'read(0, '
	kill -KILL "$(cat pid)"
	wait
	exec 8>&-
	grep -q 'read(0,.* = ?$' table
	grep -qF '+++ killed by SIGKILL +++' table
}

@test "--calls shows those alone" {
	side --calls=write,close --width 100 cat /dev/null /etc/passwd
	[[ "$output" == *" write(1, "* && "$output" == *" close("* ]]
	[[ "$output" != *" openat("* && "$output" == *" left out by --calls" ]]
	[[ "$output" == *"stdout  | root:"* ]]
	side --calls='!close' --width 200 cat /dev/null
	[[ "$output" == *" read("* && "$output" != *" close("* ]]
	side --calls=opne true
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"invalid system call 'opne'"* ]]
	side --calls=write --check pipe-single
	[ "$status" -eq 2 ]
}

@test "a search along PATH is one row" {
	PATH="/no/such/1:/no/such/2:$PATH" side --width 200 env true
	[ "$(grep -c 'execve(.*/true"' <<<"$output")" -eq 1 ]
	grep -q '/true", \["true"\], \.\.\.) = 0  (after [0-9]* that failed)$' <<<"$output"
}

@test "--output has the table, and the program the real stdout and stderr" {
	cd "$BATS_TEST_TMPDIR"
	run --separate-stderr alone sidebyside --output=table --width 100 \
		sh -c 'echo out; echo err >&2; exit 4' </dev/null
	[ "$status" -eq 4 ]
	[ "$output" = out ]
	[ "$stderr" = err ]
	grep -q '^stdout  | out ' table
	grep -q '^stderr  | err ' table
	side --output=/no/such/table true
	[ "$status" -eq 1 ]
	[ "$stderr" = "sidebyside: /no/such/table: No such file or directory" ]
}

@test "--pid looks at a program that runs, and leaves it running" {
	cd "$BATS_TEST_TMPDIR"
	mkfifo in
	cat <in >out 3>&- &
	local cat=$!
	exec 8>in
	until [ "$(cat "/proc/$cat/comm")" = cat ]; do :; done
	sidebyside --pid="$cat" --width 100 >table 3>&- 8>&- &
	local side=$!
	until_says table 'read(0, '
	echo hello >&8
	until_says table 'stdout  | hello'
	kill -TERM "$side"
	wait "$side"
	[ "$(cat "/proc/$cat/comm")" = cat ]
	exec 8>&-
	wait "$cat"
	side --pid="$cat" true
	[ "$status" -eq 2 ]
	side --pid=nobody
	[ "$status" -eq 2 ]
}

@test "the exit status is the program's, and 128+N for a signal" {
	side sh -c 'exit 42'
	[ "$status" -eq 42 ]
	side sh -c 'kill -TERM $$'
	[ "$status" -eq 143 ]
}

@test "the program gets this stdin, and no descriptor more than without" {
	# shellcheck disable=SC2016 # the shell that is run expands it
	local show='cat; echo $(ls /proc/self/fd).'
	run sh -c "$show" 3>&- <<<'from here'
	local alone="${lines[1]}"
	run sidebyside --width 200 sh -c "$show" 3>&- <<<'from here'
	[[ "$output" == *"stdout  |     from here "* ]]
	[[ "$output" == *"stdout  | $alone "* ]]
}

@test "a program that is missing is said, and the status is 1" {
	side no-such-program-here
	[ "$status" -eq 1 ]
	[[ "$stderr" == "sidebyside: no-such-program-here: No such file or directory" ]]
	side --check no-such-program-here
	[ "$status" -eq 1 ]
}

@test "without strace it says how to get it" {
	run --separate-stderr env PATH="$BATS_TEST_TMPDIR" "$bin/sidebyside" ls </dev/null
	[ "$status" -eq 1 ]
	[[ "$stderr" == "sidebyside: strace: No such file or directory"* ]]
	[[ "$stderr" == *"apt-get install strace"* ]]
}

@test "an interrupt ends the program, and what was seen is shown" {
	# shellcheck disable=SC2016 # the inner shell expands it: its parent is strace, and strace's is sidebyside
	side sh -c 'echo so far; read -r _ _ _ up _ </proc/$PPID/stat; kill -INT $up; exec tail -f /dev/null'
	[ "$status" -eq 130 ]
	[[ "$output" == *"stdout  | so far "* ]]
	[[ "$output" == *"+++ killed by SIGINT +++"* ]]
}

@test "a reader who leaves ends it" {
	run bash -c 'sidebyside --width 80 sh -c "while :; do echo x; done" 3>&- | head -3'
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 3 ]
}

@test "an output that cannot be written is said" {
	run bash -c 'sidebyside true 3>&- >/dev/full'
	[ "$status" -eq 1 ]
	[[ "$output" == "sidebyside: write 1: No space left on device" ]]
}

@test "an ordinary user can use it" {
	[ "$(id -u)" -eq 0 ] || skip "this is one: every other test shows it"
	command -v setpriv >/dev/null || skip "no setpriv"
	local dir
	dir=$(mktemp -d)
	chmod 755 "$dir"
	cp "$bin/sidebyside" "$bin/pipe-fork" "$dir"
	run setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$dir/sidebyside" --check "$dir/pipe-fork" 3>&- </dev/null
	rm -r "$dir"
	[ "$status" -eq 0 ]
}

@test "colours only where they are wanted" {
	side --color=always pipe-fork
	[[ "$output" == *$'\033['* ]]
	side pipe-fork
	[[ "$output" != *$'\033['* ]]
	side --check --color=always pipe-fork --color=always
	[ "$status" -eq 0 ]
}

@test "--names prints the one table of names" {
	side --names
	[ "$status" -eq 0 ]
	[[ "$output" =~ pipe\ +pipe2\ +2:\ 0 ]]
	[[ "$output" =~ execvp\ +execve ]]
}

@test "--help and --version go to stdout, wrong usage to stderr with status 2" {
	side --help
	[ "$status" -eq 0 ]
	[[ "$output" == "usage: sidebyside"* && "$output" == *"  sidebyside pipe-fork" ]]
	run "$bin/sidebyside" --help
	[[ "$output" == *"  $bin/sidebyside $bin/pipe-fork" ]]
	side -V
	[[ "$output" == "sidebyside (ipclab) "* ]]
	side
	[ "$status" -eq 2 ]
	side --width 39 true
	[ "$status" -eq 2 ]
	side --color=sometimes true
	[ "$status" -eq 2 ]
	side --frob true
	[ "$status" -eq 2 ]
	[ -z "$output" ]
}
