#!/usr/bin/env bats
# --bug, --step and --predict, on every demo, and the pictures that they show.

# shellcheck disable=SC2016,SC2317 # code for another bash; called by each_demo
load helper

setup() {
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	answers=$BATS_TEST_TMPDIR/answers
}

teardown() {
	load_stops
}

# The bugs that --help lists, a name a line.
bugs_of() {
	"$BIN/$1" --help | sed -nE 's/^        ([a-z][a-z0-9-]*)  .*/\1/p'
}

# each_bug FUNCTION: calls FUNCTION NAME BUG for every bug of every demo.
each_bug() {
	bug_function=$1
	of_this_demo() {
		local bug
		for bug in $(bugs_of "$1"); do
			echo "--bug=$bug"
			"$bug_function" "$1" "$bug"
		done
	}
	each_demo of_this_demo
}

# The operands that make a short run which asks five questions: those of the
# example in --help, or none.
short_operands() {
	local operands score
	operands=$(example_operands "$1")
	score=$(example "$1" -q --predict=/dev/null 2>/dev/null | tail -1)
	[ "${score##* }" -ge 5 ] && echo "$operands"
	return 0
}

# short NAME [OPTION]...: as demo, with these operands.
short() {
	local name=$1
	shift
	eval "demo $name \"\$@\" $(short_operands "$name")"
}

# terminal COMMAND...: runs it in a terminal of its own; what is typed is our
# stdin, what the screen shows our stdout.
terminal() {
	alone timeout 60 script -qec "$*" /dev/null | tr -d '\r'
}

@test "--help lists the bugs that the source has" {
	listed() {
		diff <(bugs_of "$1" | sort) \
			<(grep -oE '\bbug\("[a-z0-9-]+"\)' "src/demos/$1.c" |
				cut -d'"' -f2 | sort -u)
	}
	each_demo listed
}

@test "another bug is wrong usage" {
	refuses() {
		local name
		for name in no-such-bug '' "$(bugs_of "$1" | head -1 | cut -c1-3)"; do
			try demo "$1" "--bug=$name"
			status_is 2
			has "$err" '--bug'
			[ ! -s "$out" ]
		done
		try demo "$1" --bug
		status_is 2
	}
	each_demo refuses
}

@test "a demo under a bug ends by itself, says why if it had to be ended, leaves nothing" {
	ends() {
		local session
		try setsid --wait bash -c '
			echo $$ >"$TMPDIR/session"
			. tests/helper.bash
			demo "$1" "--bug=$2"' - "$1" "$2"
		session=$(cat "$TMPDIR/session")
		if [ "$status" -eq 124 ]; then
			has "$err" 'open file description'
			has "$err" "$1: every lane sleeps for good"
			[ "$(grep -cE '^        \| [0-9]+ [a-z0-9]+ sleeps in ' "$err")" -eq \
				"$(grep -cE '^        \| [0-9]+ [a-z0-9]+ \([a-z0-9-]+\): ' "$err")" ]
		else
			status_is 0
		fi
		nothing_left "$session"
	}
	each_bug ends
}

@test "a bug changes what a demo does: its trace is not the usual one" {
	differs() {
		[ -s "$err.usual.$1" ] || demo "$1" >"$out" 2>"$err.usual.$1"
		try demo "$1" "--bug=$2"
		! cmp -s <(by_lane "$err.usual.$1") <(by_lane "$err")
	}
	each_bug differs
}

@test "under a bug sidebyside --check holds" {
	holds() {
		try alone timeout 60 "$BIN/sidebyside" --check "$BIN/$1" "--bug=$2" <<<hello
		[ "$status" -eq 0 ] || [ "$status" -eq 124 ] || status_is 0
		! grep '^sidebyside:' "$err"
	}
	each_bug holds
}

@test "under a bug -q leaves the picture and the reason, JSON has them as an object" {
	quiet() {
		try demo "$1" "--bug=$2"
		local usual=$status
		try demo "$1" "--bug=$2" -q
		status_is "$usual"
		if [ "$usual" -eq 124 ]; then
			has "$err" ' sleeps in '
			! grep -qE '^[a-z]+ +\| ' "$err"
		else
			[ ! -s "$err" ]
		fi
		try demo "$1" "--bug=$2" --trace=json
		status_is "$usual"
		grep '^{' "$err" | jq -e 'has("lane") and has("role")' >/dev/null
		[ "$usual" -ne 124 ] ||
			grep '^{' "$err" | jq -se '.[-1] | .lane == null and
				(.picture.why | length) > 0' >/dev/null
	}
	each_bug quiet
}

# Waits until the demo under the bug has as many processes as it will have, or
# is gone; sets session and pids, the watcher's first.
start_under_bug() {
	setsid "$BIN/$1" "--bug=$2" <<<hello >"$out" 2>"$err" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
	session=$!
	until_true 10 has_two "$session"
	pids=$(session_members "$session" | sort -n)
}

has_two() {
	[ "$(session_members "$1" | wc -l)" -ge 2 ] || ! kill -0 "$1" 2>/dev/null
}

@test "a signal to the watcher or to the demo under a bug leaves nothing" {
	ends() {
		local signal which victim
		for signal in INT TERM KILL; do
			for which in 1 2; do
				start_under_bug "$1" "$2"
				victim=$(sed -n "${which}p" <<<"$pids")
				[ -z "$victim" ] || kill -"$signal" "$victim" 2>/dev/null || :
				status=0
				wait "$session" || status=$?
				nothing_left "$session" files-may-stay
				[ "$signal" = KILL ] || nothing_left "$session"
				rm -rf "$TMPDIR"/ipclab-*
			done
		done
	}
	each_bug ends
}

# The answers that were right, from what the trace says of wrong ones.
right_answers() {
	sed -nE 's/.*# (you said .*|no answer): it is (.*)/\2/p' "$1"
}

@test "--predict asks five times or more; right answers count, others do not" {
	counts() {
		local n
		: >"$answers"
		try short "$1" --predict="$answers"
		status_is 0
		right_answers "$err" >"$answers"
		n=$(wc -l <"$answers")
		# a demo that has no lesson yet may ask less
		[ "$n" -ge 5 ] || ! compgen -G "$ROOT/lessons/[0-9]*-$1"
		has "$out" "predicted 0 of $n"
		grep -q '^main\|^parent\|^child' "$err"

		try short "$1" --predict="$answers"
		status_is 0
		has "$out" "predicted $n of $n"
		[ "$(grep -c '# you said .*: right$' "$err")" -eq "$n" ]

		[ "$n" -ge 2 ] || return 0
		sed '1s/.*/ 12345 /; 2s/.*/what?/' "$answers" >"$answers.two-wrong"
		try short "$1" --predict="$answers.two-wrong" -q
		status_is 0
		has "$out" "predicted $((n - 2)) of $n"
		[ ! -s "$err" ]
	}
	each_demo counts
}

@test "each question stands in the source, before the call that it is about" {
	stands() {
		short "$1" --predict=/dev/null 2>"$err" >"$out"
		local question
		sed -nE 's/^[^|]*\| +# \? (.*[.?:]) *$/\1/p' "$err" | sort -u >"$answers"
		while read -r question; do
			grep -qF "(\"$question\")" "src/demos/$1.c" || {
				echo "not in the source: $question"
				return 1
			}
		done <"$answers"
	}
	each_demo stands
}

@test "--predict asks the same in the same order under load, and counts the same" {
	same() {
		local i
		short "$1" --predict=/dev/null 2>"$err.first" >/dev/null
		right_answers "$err.first" >"$answers"
		for ((i = 0; i < RUNS; i++)); do
			short "$1" --predict="$answers" 2>"$err" >"$out"
			has "$out" "predicted $(wc -l <"$answers") of $(wc -l <"$answers")"
		done
	}
	load_starts
	each_demo same
}

@test "a file of answers that cannot be read is an error before anything is done" {
	refuses() {
		try demo "$1" --predict=/no/such/file
		status_is 1
		[ "$(cat "$err")" = "$1: open /no/such/file: No such file or directory" ]
		try demo "$1" --predict=/
		status_is 1
		has "$err" "$1: read /: Is a directory"
		[ ! -s "$out" ]
		try demo "$1" --predict=/dev/zero
		status_is 1
		has "$err" "$1: read /dev/zero: more than"
	}
	each_demo refuses
}

@test "what --predict shows is what strace saw: sidebyside --check" {
	holds() {
		eval "try alone timeout 60 '$BIN/sidebyside' --check '$BIN/$1' \
			--predict=/dev/null $(short_operands "$1")" <<<hello
		status_is 0
	}
	each_demo holds
}

@test "--predict asks at the terminal where no file is given, whatever 0, 1 and 2 are" {
	needs_terminal
	asks() {
		short "$1" --predict=/dev/null 2>"$err" >/dev/null
		right_answers "$err" >"$answers"
		terminal "$BIN/$1 --predict $(short_operands "$1") <<<hello >$out 2>$err" <"$answers" >"$out.screen"
		has "$out" "predicted $(wc -l <"$answers") of $(wc -l <"$answers")"
		[ "$(grep -o '? ' "$out.screen" | wc -l)" -ge "$(wc -l <"$answers")" ]
	}
	each_demo asks
}

@test "--step and --predict without a terminal are a clear error" {
	refuses() {
		local option
		for option in -s --step --predict; do
			try setsid --wait "$BIN/$1" $option </dev/null
			status_is 1
			has "$err" "$1: open /dev/tty: No such device or address; "
			[ ! -s "$out" ]
		done
	}
	each_demo refuses
}

@test "--step shows each call's source line, and Enter goes on to the same end" {
	needs_terminal
	steps() {
		local file line call calls
		short "$1" 2>"$err.usual" >"$out.usual"
		yes '' | head -400 |
			terminal "$BIN/$1 --step $(short_operands "$1") <<<hello >$out 2>$err" >"$out.screen"
		diff <(by_lane "$err.usual") <(by_lane "$err")
		sed -nE 's/.*> ([a-z0-9_-]+\.c):([0-9]+): ([A-Za-z][a-z0-9_]*).*/\1 \2 \3/p' \
			"$out.screen" >"$out.places"
		calls=$(grep -cvE '\| +#|^ |fork\(\) = 0' "$err")
		[ "$(wc -l <"$out.places")" -eq "$calls" ]
		while read -r file line call; do
			sed -n "${line}p" "src/"{demos,trace}"/$file" 2>/dev/null | grep -qE "$call\(|the row" || {
				echo "$file:$line has no $call"
				return 1
			}
		done <"$out.places"
	}
	each_demo steps
}

@test "--step: p draws a picture, c goes on without asking, q ends it and leaves nothing" {
	needs_terminal
	ends() {
		printf 'p\n\nc\n' | terminal "$BIN/$1 --step $(short_operands "$1") <<<hello >$out 2>$err" >"$out.screen"
		[ "$(grep -c 'open file description' "$err")" -ge 1 ]
		[ "$(grep -c '\[Enter\] next' "$out.screen")" -eq 3 ]

		local before
		for before in '' '\n\n' '\n\n\n\n\n\n\n\n'; do
			printf '%b' "${before}q\n" | terminal "exec setsid --ctty --wait bash -c '
				echo \$\$ >$TMPDIR/session; $BIN/$1 --step <<<hello >$out 2>$err
				echo status \$?'" >"$out.screen"
			has "$out.screen" 'status 0'
			nothing_left "$(cat "$TMPDIR/session")"
		done
	}
	each_demo ends
}

@test "without /proc a picture says unknown, and --bug is refused" {
	unshare -m true 2>/dev/null || skip 'not checked: no mount namespace may be made'
	without_proc() {
		alone timeout 20 unshare -m sh -c 'umount -l /proc && exec "$@"' - "$@"
	}
	unknown() {
		[ -n "$(bugs_of "$1")" ] || return 0
		try without_proc "$BIN/$1" "--bug=$(bugs_of "$1" | head -1)"
		status_is 1
		has "$err" "$1: open /proc: No such file or directory; --bug needs it"
	}
	each_demo unknown
	try without_proc "$BIN/fd-alias"
	status_is 0
	grep -qE '^        \| [0-9]+ parent: unknown; its descriptors are unknown$' "$err"
}
