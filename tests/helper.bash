# helper.bash: what the test files share.
bats_require_minimum_version 1.8.0

# BIN: where the programs are; RUNS: how often a run is repeated under load.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$ROOT/bin}
RUNS=${RUNS:-10}
export TMPDIR=$BATS_TEST_TMPDIR # what a demo leaves behind is found here
export SHELL=$BASH              # script(1) gives its command to this one
export TERM=xterm               # of which script(1) makes one

LOAD=() # the pids of load_starts

cd "$ROOT" || exit 1
. tests/turns.bash

# each_of FUNCTION NAME...: calls FUNCTION NAME for every one; names who failed.
# In a subshell of its own, where every command that fails ends it; as a part of
# "||" or "if" it would go on.
each_of() {
	local function=$1 name failed
	shift
	for name; do
		set +e
		(
			set -e
			"$function" "$name"
		)
		failed=$?
		set -e
		[ "$failed" -eq 0 ] || {
			echo "this was $name"
			return 1
		}
	done
}

# each_demo FUNCTION: for every demo, or for DEMO alone.
each_demo() {
	# shellcheck disable=SC2046 # names
	each_of "$1" $(demos)
}

# its_day: skips a test of DEMO that repeats its runs, unless it has its turn.
its_day() {
	[ -z "${DEMO:-}" ] || grep -qxF "$DEMO" <<<"$(demos_that_repeat)" ||
		skip "its turn comes another day; SOAK=1 does not wait"
}

# each_demo_in_turn FUNCTION: for those that changed, and some of the others.
each_demo_in_turn() {
	its_day
	# shellcheck disable=SC2046,SC2086 # names
	each_of "$1" ${DEMO:-$(demos_that_repeat)}
}

# The files of a demo; the one that is its slide comes first.
sources_of() {
	if [ -d "src/demos/$1" ]; then
		echo "src/demos/$1/$1.c"
		find "src/demos/$1" -name '*.[ch]' ! -name "$1.c"
	else
		echo "src/demos/$1.c"
	fi
}

slide_of() {
	sources_of "$1" | head -n 1
}

# demo NAME [ARG...]: as a user would run it: something on stdin, and nothing of
# ours open.
demo() {
	local name=$1
	shift
	printf 'hello\n' 2>/dev/null | alone timeout 60 "$BIN/$name" "$@"
}

# alone COMMAND...: without the descriptors of bats and of whoever started it;
# 60 to 63 are <( )'s, 255 is bash's own.
alone() {
	local fd closed=
	for fd in "/proc/$BASHPID/fd/"*; do
		fd=${fd##*/}
		case $fd in
		0 | 1 | 2 | 6[0-3] | 255) ;;
		*) closed+=" $fd>&-" ;;
		esac
	done
	eval "\"\$@\" $closed"
}

# The command line that --help shows, with the path of the program as typed.
example_of() {
	"$BIN/$1" --help | sed -n '/^Example:/{n;s/^ *//;p;}'
}

# Its operands, which are a short run of the demo.
example_operands() {
	example_of "$1" | sed "s|.*$BIN/$1||"
}

# As demo, with the operands of its example.
example() {
	local name=$1
	shift
	eval "demo $name \"\$@\" $(example_operands "$name")"
}

# Blanks what differs between two runs that are the same: pids and times; of a
# picture it keeps what the demo itself has opened, from 3 on.
# by_lane FILE: also gathers the lines of each lane, in their order.
blank() {
	sed -E -e '/^ {8}\|/{/^ {8}\| +\+?([3-9]|[1-9][0-9]+)[ *].*> \[/!d; s/[- ]+/ /g}' \
		-e 's/^([^|]*\| +fork\(\) = )[1-9][0-9]*/\1PID/' \
		-e 's/^([^|]*\| +wait(pid)?\(.*\) = )[1-9][0-9]*/\1PID/' \
		-e 's/  \(after [0-9]+ ms\)$//'
}

by_lane() {
	blank <"$1" | sort -s -k1,1
}

# trace_calls FILE: the calls of a JSON trace, for causes.awk.
trace_calls() {
	jq -r 'select(.call) | [.pid, (.tid // .pid), .call, (.args | join(", ")),
		(.result // "?")] | @tsv' "$1"
}

# causes_first FILE: in a JSON trace no effect stands above its cause.
causes_first() {
	trace_calls "$1" | awk -f "$ROOT/tests/causes.awk"
}

# children_of FILE: the pids that fork returned, in the order of the lines.
children_of() {
	sed -nE 's/^[^ |]+ +\| +fork\(\) = ([1-9][0-9]*)(  .*)?$/\1/p' "$1"
}

# What a test's setup sets: where try leaves what a command says.
out=
err=

# has FILE WHAT...: FILE contains the fixed string; shows FILE if it does not.
has() {
	grep -qF -- "$2" "$1" || {
		echo "no «$2» in:"
		cat "$1"
		return 1
	}
}

# not COMMAND...: it fails; "!" alone would be overlooked.
not() {
	if "$@"; then
		echo "this should have failed: $*"
		return 1
	fi
}

# lacks FILE REGEX: no line of FILE is like that; shows those that are.
lacks() {
	local found
	found=$(grep -E -- "$2" "$1") || return 0
	echo "in $1:"
	echo "$found"
	return 1
}

status_is() {
	[ "$1" -eq "$status" ] || {
		echo "exit status $status, not $1; stderr:"
		cat "$err"
		return 1
	}
}

# try COMMAND...: its output in $out and $err, its status in $status.
try() {
	status=0
	"$@" >"$out" 2>"$err" || status=$?
}

# Skips a test where script(1) can make no terminal.
needs_terminal() {
	script -qec true /dev/null </dev/null >/dev/null 2>&1 ||
		skip "no terminal can be made here"
}

# The pids of the processes of session $1 that are alive, or zombies. In
# /proc/PID/stat the name comes second and may hold anything.
session_members() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v session="$1" '
		{ pid = $1; sub(/.*\) /, "") }
		$4 == session { print pid }'
}

# until_true SECONDS COMMAND...: asks again and again; fails if it never holds.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.01
	done
}

session_is_empty() {
	[ -z "$(session_members "$1")" ]
}

# Nothing of this session lives on, and no file is left in TMPDIR.
nothing_left() {
	until_true 5 session_is_empty "$1" || {
		echo "left behind: $(session_members "$1")"
		return 1
	}
	[ "${2:-}" = files-may-stay ] && return 0
	! compgen -G "$TMPDIR/ipclab-*" || {
		echo "files left behind"
		return 1
	}
}

# One busy process for each processor, until load_stops.
load_starts() {
	local i
	for ((i = 0; i < $(nproc); i++)); do
		(while :; do :; done) 3>&- &
		LOAD+=($!)
	done
}

load_stops() {
	[ ${#LOAD[@]} -eq 0 ] || kill "${LOAD[@]}" 2>/dev/null
}
