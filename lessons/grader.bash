# grader.bash: what the exercises' grade.bats share. bin/grade sets, for bats:
#
#   GRADE_PROGRAM  the submission, compiled
#   GRADE_SOURCE   its source; may be missing
#   GRADE_BIN      the folder of cage, sidebyside and fdmap
#   GRADE_SEED     of the random inputs, printed with each failure
#
# A test is `@test "3 points: what must hold"`. It runs the submission by
# caged or traced, never by bats' own run, and says what is wrong by wrong.

# Call it in setup.
grader_setup() {
	work=$BATS_TEST_TMPDIR/work # the only folder that the submission may write
	in=$BATS_TEST_TMPDIR/in     # its stdin; made by the test
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	report=$BATS_TEST_TMPDIR/report
	trace=$BATS_TEST_TMPDIR/trace # out of the submission's reach
	again=
	# what it tried to read is named; an exercise with signal handlers makes this
	# empty, as a signal may interrupt an open then
	reads=(--name-reads)
	make= # the command that makes the files for it, if it needs any
	seconds=10 # that a run may take; a setup may set fewer
	mkdir -p "$work"
	: >"$in"
	RANDOM=$((GRADE_SEED % 32768))
}

# caged [OPTION OF cage]... -- ARG...: the submission with these arguments;
# sets status and writes $out, $err and $report.
caged() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	again="${make:+$make; }$(name)$(quoted "$@")"
	in_cage "${options[@]}" -- "$GRADE_PROGRAM" "$@"
}

# traced STRACE-OPTION... -- ARG...: the same below strace -f; its lines come
# through a pipe to $trace; who opens that pipe is named by cage, and fails. Skips
# the test where strace may not run.
traced() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	again="${make:+$make; }strace -f$(shown "${options[@]}") $(name)$(quoted "$@")"
	with_trace in_cage --read="$GRADE_PROGRAM" -- \
		strace -f -o trace "${options[@]}" "$GRADE_PROGRAM" "$@"
}

# traced_to NAME STRACE-OPTION... -- ARG...: as traced, and its stdout is the
# file NAME in $work, so that -P can point at it.
traced_to() {
	local name=$1 options=()
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	again="${make:+$make; }strace -f$(shown "${options[@]}") $(name)$(quoted "$@") >$name"
	# shellcheck disable=SC2016 # for that shell
	with_trace in_cage --read="$GRADE_PROGRAM" -- \
		sh -c 'name=$1; shift; exec "$@" >"$name"' \
		sh "$name" strace -f -o trace "${options[@]}" "$GRADE_PROGRAM" "$@"
}

# traceable: strace may run here. Ask before a traced run that is only a part of
# what a test asks: the rest counts without it.
traceable() {
	local answer=$BATS_FILE_TMPDIR/traceable # of the first who asked
	if [ ! -e "$answer" ]; then
		strace -o /dev/null true 2>/dev/null && echo yes >"$answer" || echo no >"$answer"
	fi
	[ "$(<"$answer")" = yes ]
}

# with_trace COMMAND...: what it writes to the pipe $work/trace is in $trace.
with_trace() {
	local pipe=$work/trace reader
	traceable || skip 'not checked: strace may not run here'
	rm -rf "$pipe"
	mkfifo -m 666 "$pipe"
	# shellcheck disable=SC2094 # the name goes once strace has opened it
	{ rm -f "$pipe"; cat; } <"$pipe" >"$trace" 3>&- 4>&- &
	reader=$!
	"$@"
	[ ! -p "$pipe" ] || : <>"$pipe" # strace never came
	wait "$reader"
	case $(reported tried) in
	none | unknown | '') ;;
	*) wrong "it tried what it may not: $(reported tried)" ;;
	esac
}

# name: of the submission, as "see it again" types it
name() {
	echo "./$(basename "$GRADE_PROGRAM")"
}

# shown STRACE-OPTION...: as "see it again" types them; files are those of the
# folder where one types it.
shown() {
	quoted "$@" | sed "s|$(cd "$work" && pwd -P)/||g"
}

# Arguments as for a shell, a space before each; nothing for none.
quoted() {
	local arg
	if [ $# -gt 20 ]; then # nobody types them
		printf ' %q' "$@"
		return
	fi
	for arg; do
		case $arg in
		*[\'[:cntrl:]]*) printf ' %q' "$arg" ;;
		'' | *[!a-zA-Z0-9_./,:=@%+-]*) printf " '%s'" "$arg" ;;
		*) printf ' %s' "$arg" ;;
		esac
	done
}

# in_cage OPTION... -- PROGRAM ARG...
in_cage() {
	local hangs=$BATS_FILE_TMPDIR/hangs # a line for each so far
	: >>"$hangs"
	status=0
	# who hangs in every test keeps nobody waiting for long
	if [ "$(wc -l <"$hangs")" -ge 2 ] && [ "$seconds" -gt 2 ]; then
		seconds=2
	fi
	"$GRADE_BIN/cage" "${reads[@]}" --time="$seconds" --dir="$work" --stdin="$in" --stdout="$out" \
		--stderr="$err" --report="$report" "$@" \
		</dev/null 3>&- 4>&- || status=$?
	[ "$(reported timed-out)" != yes ] || echo hang >>"$hangs"
	case $(reported tried) in
	none | unknown | '') ;;
	*) reported tried >>"${GRADE_TRIED:-/dev/null}" ;;
	esac
}

# What the report says of it: reported timed-out
reported() {
	sed -n "s/^$1 //p" "$report"
}

# wrong WHAT [HINT]: the test fails with these words and the command again.
wrong() {
	echo "$1"
	[ -z "${2:-}" ] || echo "hint: $2"
	[ -z "$again" ] || echo "see it again: $again"
	return 1
}

# came_back STATUS [HINT] [HINT-IF-IT-HANGS]: it ended by itself, with this status;
# what it left running, or did not wait for, may be another test's matter.
came_back() {
	[ "$(reported timed-out)" = no ] || hangs "${3:-${2:-}}"
	[ "$(reported ended-for)" = nothing ] ||
		wrong "it was ended: too much $(reported ended-for)"
	case $(reported signal) in
	none) ;;
	SIGSEGV | SIGBUS | SIGABRT)
		wrong "it was killed by $(reported signal)" \
			'compile it with -fsanitize=address as well, and it says in which line' ;;
	*) wrong "it was killed by $(reported signal)" "${2:-}" ;;
	esac
	[ "$status" -eq "$1" ] ||
		wrong "exit status $status, expected $1; stderr: $(said_on_stderr)" "${2:-}"
}

# hangs [HINT]: the test fails, with the way to see why.
hangs() {
	wrong "it did not end: stopped after its time ($(reported state))" "${1:-}" || :
	echo "see why, meanwhile: bin/fdmap --why \$(pgrep -x $(basename "$GRADE_PROGRAM"))"
	return 1
}

# ended STATUS [HINT] [HINT-IF-IT-HANGS]: as came_back, with nothing running and
# nobody unwaited for.
ended() {
	came_back "$@"
	[ "$(reported left-running)" -eq 0 ] ||
		wrong "it left processes running: $(reported left-names)" 'wait for every child'
	[ "$(reported unwaited)" -eq 0 ] ||
		wrong "it did not wait for $(reported unwaited) of its children: zombies" \
			'a parent waits for every child that it made'
}

said_on_stderr() {
	if [ -s "$err" ]; then
		head -c 300 "$err"
	else
		echo nothing
	fi
}

# nuls FILE: says how many NUL bytes it has, which no terminal shows, if any.
nuls() {
	local count
	count=$(tr -dc '\0' <"$1" | wc -c)
	[ "$count" -eq 0 ] || printf ', and %d of them are NUL' "$count"
}

# same EXPECTED GOT [HINT]: two files; shows how they differ.
same() {
	cmp -s "$1" "$2" && return
	is_start "$1" "$2" "${3:-}"
	diff -a -U 1 --label expected --label 'what came' "$1" "$2" | cut -c -76 | head -12
	wrong "the output is wrong: $(wc -c <"$1") bytes expected, $(wc -c <"$2") came$(nuls "$2")" "${3:-}"
}

# is_start EXPECTED GOT [HINT]: fails, in a line, if all that came is right, but
# not all came.
is_start() {
	local size
	size=$(wc -c <"$2")
	if [ "$size" -eq 0 ]; then
		wrong "nothing came, $(wc -c <"$1") bytes expected" "${3:-}"
	elif head -c "$size" "$1" | cmp -s - "$2"; then
		wrong "the output ends too early: $(wc -c <"$1") bytes expected, the first $size came" "${3:-}"
	fi
}

# injected [CALL]: strace made such a call fail, so that a test may ask what came
# of it; that it was never made may be another test's matter.
injected() {
	grep -F "${1:-}" "$trace" | grep -q INJECTED
}

# refused_full [HINT]: stdout is a file with room for a part of $in only, so that
# one write takes less and the next one fails; if there was a next one, as
# refused.
refused_full() {
	# shellcheck disable=SC2016 # expanded by the shell in the cage
	with_trace in_cage --read="$GRADE_PROGRAM" -- \
		sh -c 'trap "" XFSZ; ulimit -f 1; exec "$@" >lines' sh \
		strace -f -o trace -e trace=write "$GRADE_PROGRAM"
	again="seq 700 >in; (trap '' XFSZ; ulimit -f 1; $(name) <in >out; echo \$?)"
	! grep -q EFBIG "$trace" || refused "${1:-}"
}

# refused [HINT]: it ended by itself with status 1 and a message on stderr.
refused() {
	[ "$(reported timed-out)" = no ] || hangs "${1:-}"
	[ "$(reported signal)" = none ] ||
		wrong "it was killed by $(reported signal), expected: a message and exit status 1" "${1:-}"
	[ "$status" -eq 1 ] ||
		wrong "exit status $status, expected 1 and a message on stderr" "${1:-}"
	[ -s "$err" ] ||
		wrong 'exit status 1 as expected, but nothing on stderr says why' "${1:-}"
	ended 1
}

# redirected FILE -- ARG...: caged, with its stdout led to FILE by a shell.
redirected() {
	local to=$1
	shift 2
	again="$(name)$(quoted "$@") >$to; echo \$?"
	# shellcheck disable=SC2016 # expanded by the shell in the cage
	in_cage --read="$GRADE_PROGRAM" -- \
		sh -c 'to=$1; shift; exec "$0" "$@" >"$to"' "$GRADE_PROGRAM" "$to" "$@"
}

# random_text N, random_bytes N: N bytes from the seed, others at each call;
# letters, digits and spaces in lines that fit a terminal, or bytes of any value.
random_text() {
	from_seed "$1" text
}

random_bytes() {
	from_seed "$1" bytes
}

from_seed() {
	local drawn
	echo >>"$BATS_TEST_TMPDIR/drawn" # also from a subshell
	drawn=$(wc -l <"$BATS_TEST_TMPDIR/drawn")
	LC_ALL=C awk -v n="$1" -v kind="$2" -v \
		seed=$((GRADE_SEED % 32768 * 1000 + BATS_TEST_NUMBER * 50 + drawn)) '
		BEGIN {
			srand(seed)
			set = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
			set = set toupper(substr(set, 1, 26)) "0123456789   \n"
			for (i = 0; i < n; i++)
				if (kind == "text") {
					c = substr(set, 1 + int(rand() * length(set)), 1)
					column = column == 60 || c == "\n" ? 0 : column + 1
					printf "%s", column == 0 ? "\n" : c
				} else
					printf "%c", int(rand() * 256)
		}'
}

# in_single_bytes FILE: to stdout, a pipe, so that each read of it returns one
# byte, whatever it asked for; with pauses where the kernel has no such pipes.
in_single_bytes() {
	dd if="$1" bs=1 oflag=direct 2>/dev/null || {
		for _ in 1 2 3 4 5 6; do
			dd bs=50 count=1 2>/dev/null
			sleep 0.1
		done
		cat
	} <"$1"
}

# same_bytes EXPECTED GOT [HINT]: two files with bytes of any value.
same_bytes() {
	cmp -s "$1" "$2" && return
	is_start "$1" "$2" "${3:-}"
	diff -U 1 --label expected --label 'what came' \
		<(od -A d -c "$1") <(od -A d -c "$2") | head -12
	wrong "the output is wrong: $(wc -c <"$1") bytes expected, $(wc -c <"$2") came" "${3:-}"
}

# no_stdio: fails if the program holds calls of stdio other than to stderr.
no_stdio() {
	local found
	found=$(nm "$GRADE_PROGRAM" 2>/dev/null | sed 's/@.*//' | awk '
		$NF ~ /^(stdin|stdout|(f(d|re)?|p)open(64)?|gets|puts)$/ ||
		$NF ~ /^((get|put)w?char(_unlocked)?|(__)?vw?printf(_chk)?)$/ ||
		$NF ~ /^((__)?w?printf(_chk)?|(__isoc(99|23)_)?v?w?scanf)$/ {
			printf " %s", $NF
		}')
	[ -z "$found" ] ||
		wrong "it uses stdio:$found; expected: read and write alone" \
			'stdio has a buffer of its own; only messages on stderr may use it'
}

# For traced: the calls that opens_nothing looks at.
# shellcheck disable=SC2034 # for each grade.bats
opens='?open,openat,?openat2,?creat'

# opens_nothing: fails if the trace, made with $opens, shows a file opened to be
# written, be it the trace itself.
opens_nothing() {
	! grep -qE '(O_WRONLY|O_RDWR|creat\()' "$trace" ||
		wrong "it opens a file to write into it, expected none: $(grep -m 1 -E '(O_WRONLY|O_RDWR|creat\()' "$trace")"
}

# calls NAME FD: how often the trace has NAME on the descriptor.
calls() {
	grep -cE "^[0-9]+ +$1\($2, " "$trace" || :
}

# moved NAME FD: how many bytes these calls returned in all.
moved() {
	sed -nE "s/^[0-9]+ +$1\($2, .* = ([0-9]+).*/\1/p" "$trace" |
		awk '{ sum += $1 } END { print sum + 0 }'
}

# said: there is a message on stderr.
said() {
	[ -s "$err" ] || wrong "nothing on stderr, expected a message" "${1:-}"
}

# plain FILE: one in $work, and no link or FIFO that was put in its place.
plain() {
	if [ -L "$1" ] || [ ! -f "$1" ]; then
		wrong "there is no file $(basename "$1"), or it is no plain file" "${2:-}"
	fi
}

# whole_calls: the lines of $trace, with each call in one line, where it returned;
# one that never did returns ?. (-e status does that too, but strace 6.1 loses
# the pid of some.)
whole_calls() {
	awk '
		/<unfinished \.\.\.>$/ {
			sub(/ ?<unfinished \.\.\.>$/, "")
			begun[$1] = $0
			next
		}
		/^[0-9]+ +<\.\.\. [a-z0-9_]+ resumed>/ {
			rest = $0
			sub(/^[0-9]+ +<\.\.\. [a-z0-9_]+ resumed>/, "", rest)
			pid = $1
			$0 = begun[pid] rest
			delete begun[pid]
		}
		{ print }
		END {
			for (pid in begun)
				print begun[pid] ") = ?"
		}' "$trace"
}
