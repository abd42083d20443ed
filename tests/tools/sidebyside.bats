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
			-I"$root/src/trace" -o "$BATS_FILE_TMPDIR/$fixture" \
			"$BATS_TEST_DIRNAME/sidebyside/$fixture.c" \
			"$bin/.obj/libtrace.a"
	done
}

setup() {
	liar="$BATS_FILE_TMPDIR/liar"
	honest="$BATS_FILE_TMPDIR/honest"
}

# Bats has descriptor 3 open; a program's own begin there.
side() {
	run --separate-stderr sidebyside "$@" 3>&- </dev/null
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
	sidebyside --width "$1" pipe-single 3>&- </dev/null >"$BATS_TEST_TMPDIR/rows"
	local pid
	pid=$(sed -n '3s/.*| \([0-9][0-9]*\).*/\1/p' "$BATS_TEST_TMPDIR/rows")
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
	catches kept-end 'kept open'
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
		made=$(sed -n 's/^.*| [0-9]* \([a-z0-9_]*\)(.*/\1/p' <<<"${row:160}")
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
	side sh -c 'echo hi | cat; ls /no/such/file; exit 3'
	[ "$status" -eq 3 ]
	[[ "$output" == *"stdout  | hi "* ]]
	[[ "$output" == *"stderr  | ls: "* ]]
	[[ "$output" == *"execve("*"cat"* ]]
	[[ "$output" == *"not shown: "*" of the loader"* ]]
}

@test "bytes that a terminal would obey are escaped" {
	side printf 'a\033[2Jb\007c\377d\te\nf\n'
	[[ "$output" == *'stdout  | a\033[2Jb\007c\377d\te '* ]]
	[[ "$output" == *'stdout  | f '* ]]
}

@test "a line of a million bytes neither breaks it nor floods it" {
	side sh -c 'head -c 1000000 /dev/zero | tr "\0" x >&2'
	[ "$status" -eq 0 ]
	[[ "$output" == *"bytes more)"* || "${#output}" -gt 1000000 ]]
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
	run sidebyside sh -c "$show" 3>&- <<<'from here'
	[[ "$output" == *"stdout  | from here "* ]]
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
	[[ "$output" == "usage: sidebyside"* ]]
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
