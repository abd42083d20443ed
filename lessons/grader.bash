# grader.bash: what the exercises' grade.bats share. bin/grade sets, for bats:
#
#   GRADE_PROGRAM  the submission, compiled
#   GRADE_SOURCE   its source; may be missing
#   GRADE_BIN      the folder of cage, sidebyside and fdmap
#   GRADE_SEED     of the random inputs, printed with each failure
#
# A test is `@test "3 points: what must hold"`. It runs the submission by
# caged or traced, never by bats' own run, and says what is wrong by wrong.
#
# The submission owns the folder it works in, and may put a link, a FIFO or a
# folder in place of any name there. So nothing here reads or writes a name in
# it: cage makes that folder anew for each run, puts into it copies of what give
# names, and takes out, by descriptor, the plain files that take names.

# Call it in setup.
grader_setup() {
	box=$BATS_TEST_TMPDIR/box # what the grader reads and writes; nobody else may
	made=$box/made            # the files that take names, after a run
	in=$box/in                # its stdin; made by the test
	out=$box/out
	err=$box/err
	report=$box/report
	trace=$box/trace
	# where it works: empty before and after a run
	work=$BATS_TEST_TMPDIR/work
	gives=() takes=()
	declare -gA outcome=() # what the report of the last run says
	again=
	make= # the command that makes the files for it, if it needs any
	seconds=10 # that a run may take; a setup may set fewer
	mkdir "$work"
	mkdir -m 700 "$box"
	mkdir "$made"
	: >"$in"
	RANDOM=$((GRADE_SEED % 32768))
}

# give NAME[:MODE] FILE: it finds a copy of FILE under this name in the runs to
# come. give alone: nothing any more.
give() {
	[ $# -eq 2 ] || {
		gives=()
		return
	}
	gives+=("--give=$1=$2")
}

# take NAME...: what it makes under these names, plain files, is in $made after
# each run to come. take alone: nothing any more.
take() {
	local name
	[ $# -gt 0 ] || takes=()
	for name; do
		takes+=("--take=$name=$made/$name")
	done
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

# traced STRACE-OPTION... -- ARG...: the same below strace -f, which runs outside
# of the cage and writes to $trace. Skips the test where strace may not run.
traced() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	again="${make:+$make; }strace -f$(shown "${options[@]}") $(name)$(quoted "$@")"
	with_trace "${options[@]}" -- "$GRADE_PROGRAM" "$@"
}

# traced_to NAME STRACE-OPTION... -- ARG...: as traced, and its stdout is the
# file NAME where it works, so that -P can point at it; take it.
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
	with_trace "${options[@]}" -- sh -c 'name=$1; shift; exec "$@" >"$name"' \
		sh "$name" "$GRADE_PROGRAM" "$@"
}

# traceable: strace may run here. Ask before a traced run that is only a part of
# what a test asks: the rest counts without it.
traceable() {
	local answer=$BATS_FILE_TMPDIR/traceable # of the first who asked
	if [ ! -e "$answer" ]; then
		"$GRADE_BIN/cage" --trace="$answer.trace" --strace=-y --report=/dev/null \
			-- true </dev/null 2>/dev/null 3>&- 4>&- || :
		if grep -qE '^[0-9]+ +[+]{3} exited' "$answer.trace" 2>/dev/null; then
			echo yes >"$answer"
		else
			echo no >"$answer"
		fi
	fi
	[ "$(<"$answer")" = yes ]
}

# with_trace STRACE-OPTION... -- COMMAND...: a trace that has no end shows not all
# that was done, and counts for nothing.
with_trace() {
	local options=() first slower=2 # each call takes longer
	traceable || skip 'not checked: strace may not run here'
	while [ "$1" != -- ]; do
		options+=("--strace=$1")
		shift
	done
	shift
	in_cage --trace="$trace" "${options[@]}" --read="$GRADE_PROGRAM" -- "$@"
	read -r first _ <"$trace" || :
	grep -qE "^$first +[+]{3} " "$trace" ||
		wrong 'what it did is not known: its trace does not go to its end'
}

# name: of the submission, as "see it again" types it
name() {
	echo "./$(basename "$GRADE_PROGRAM")"
}

# shown STRACE-OPTION...: as "see it again" types them; files are those of the
# folder where one types it.
shown() {
	quoted "$@" | sed "s|$(cd "$work" && pwd -P)/||g; s|$box/||g"
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
	local hangs=$BATS_FILE_TMPDIR/hangs name value # a line for each so far
	: >>"$hangs"
	status=0
	# who hangs in every test keeps nobody waiting for long
	if [ "$seconds" -gt 2 ] && [ "$(wc -l <"$hangs")" -ge 2 ]; then
		seconds=2
	fi
	"$GRADE_BIN/cage" --time=$((seconds * ${slower:-1})) --dir="$work" --stdin="$in" --stdout="$out" \
		--stderr="$err" --report="$report" "${gives[@]}" "${takes[@]}" "$@" \
		</dev/null 2>"$box/cage" 3>&- 4>&- || status=$?
	outcome=()
	if [ -r "$report" ]; then
		while read -r name value; do
			[ "$name" != took ] || name+=" ${value%% *}" value=${value#* }
			outcome[$name]=$value
		done <"$report"
	fi
	[ -n "${outcome[end]+there}" ] || not_graded "$(head -c 200 "$box/cage")"
	[ "${outcome[timed-out]}" != yes ] || echo hang >>"$hangs"
	[ "${outcome[planted]}" = none ] || {
		[ "${outcome[timed-out]}" = no ] || hangs || :
		wrong "it put into its folder what is neither file nor folder: ${outcome[planted]}"
	}
}

# not_graded WHY: the grader itself had too little of something: no test of this
# exercise counts.
not_graded() {
	echo "not graded: $1"
	echo "$1" >>"${GRADE_SHORTAGE:-/dev/null}"
	exit 1
}

# What the report says of it: reported timed-out
reported() {
	echo "${outcome[$1]:-}"
}

# plain NAME [HINT]: it made, under a name of take, a plain file, and no link or
# FIFO.
plain() {
	case ${outcome[took $1]:-none} in
	file*) ;;
	none*) wrong "there is no file $1" "${2:-}" ;;
	*) wrong "$1 is no plain file that can be read, but: ${outcome[took $1]%% *}" "${2:-}" ;;
	esac
}

# there NAME: it made something of this name of take.
there() {
	[[ ${outcome[took $1]:-none} != none* ]]
}

# wrong WHAT [HINT]: the test fails with these words and the command again. What a
# program printed may stand in WHAT, and never at the start of a line: that is
# where the grader's own words stand.
wrong() {
	echo "${1//$'\n'/$'\n'    }"
	[ -z "${2:-}" ] || echo "hint: $2"
	[ -z "$again" ] || echo "see it again: $again"
	return 1
}

# came_back STATUS [HINT] [HINT-IF-IT-HANGS]: it ended by itself, with this status;
# what it left running, or did not wait for, may be another test's matter.
came_back() {
	[ "${outcome[timed-out]}" = no ] || hangs "${3:-${2:-}}"
	[ "${outcome[ended-for]}" = nothing ] ||
		wrong "it was ended: too much ${outcome[ended-for]}"
	case ${outcome[signal]} in
	none) ;;
	SIGSEGV | SIGBUS | SIGABRT)
		wrong "it was killed by ${outcome[signal]}" \
			'compile it with -fsanitize=address as well, and it says in which line' ;;
	*) wrong "it was killed by ${outcome[signal]}" "${2:-}" ;;
	esac
	[ "$status" -eq "$1" ] ||
		wrong "exit status $status, expected $1; stderr: $(said_on_stderr)" "${2:-}"
}

# hangs [HINT]: the test fails, with the way to see why.
hangs() {
	wrong "it did not end: stopped after its time (${outcome[state]})" "${1:-}" || :
	echo "see why, meanwhile: bin/fdmap --why \$(pgrep -x $(basename "$GRADE_PROGRAM"))"
	return 1
}

# ended STATUS [HINT] [HINT-IF-IT-HANGS]: as came_back, with nothing running and
# nobody unwaited for.
ended() {
	came_back "$@"
	[ "${outcome[left-running]}" -eq 0 ] ||
		wrong "it left processes running: ${outcome[left-names]}" 'wait for every child'
	[ "${outcome[unwaited]}" -eq 0 ] ||
		wrong "it did not wait for ${outcome[unwaited]} of its children: zombies" \
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

# far_more EXPECTED GOT [HINT]: fails, in a line, if so much came that nobody
# compares it.
far_more() {
	local expected came
	expected=$(stat -c %s "$1")
	came=$(stat -c %s "$2")
	[ "$came" -le $((2 * expected + 65536)) ] ||
		wrong "it printed far too much: $expected bytes expected, $came came" "${3:-}"
}

# same EXPECTED GOT [HINT]: two files; shows how they differ.
same() {
	cmp -s "$1" "$2" && return
	far_more "$@"
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
	with_trace -e trace=write -- \
		sh -c 'trap "" XFSZ; ulimit -f 1; exec "$@" >lines' sh "$GRADE_PROGRAM"
	again="seq 700 >in; (trap '' XFSZ; ulimit -f 1; $(name) <in >out; echo \$?)"
	! grep -q EFBIG "$trace" || refused "${1:-}"
}

# refused [HINT]: it ended by itself with status 1 and a message on stderr.
refused() {
	[ "${outcome[timed-out]}" = no ] || hangs "${1:-}"
	[ "${outcome[signal]}" = none ] ||
		wrong "it was killed by ${outcome[signal]}, expected: a message and exit status 1" "${1:-}"
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
	far_more "$@"
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
