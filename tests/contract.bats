#!/usr/bin/env bats
# What every demo must keep. Each test goes through all of them, so one that is
# dropped into src/demos/ is covered the same day; DEMO=NAME: that one alone.

# shellcheck disable=SC2016,SC2317 # code for another bash; called by each_demo
load helper

setup() {
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
}

teardown() {
	load_stops
	[ -z "${copy:-}" ] || rm -rf "$copy"
}

@test "--help prints usage, options and an example on stdout, and exits 0" {
	helps() {
		try demo "$1" --help
		status_is 0
		has "$out" "usage: $1 [OPTION]"
		has "$out" --trace
		[ ! -s "$err" ]
		try demo "$1" -h
		status_is 0
		has "$out" "usage: $1"
	}
	each_demo helps
}

@test "the example in --help says the program's name as it was typed, and works" {
	works() {
		local line typed
		for typed in "$1" "../$(basename "$BIN")/$1" "$BIN/$1"; do
			line=$(cd "$BIN" && PATH=$BIN "$typed" --help | "$(command -v sed)" -n '/^Example:/{n;p;}')
			[[ "$line " == *" $typed "* ]]
		done
		try timeout 60 bash -c "$(example_of "$1")" 3>&- </dev/null
		status_is 0
	}
	each_demo works
}

@test "-V prints the name, the project and the version" {
	tells() {
		try demo "$1" -V
		status_is 0
		[ "$(cat "$out")" = "$1 (ipclab) 0.1.0" ]
		try demo "$1" --version
		status_is 0
		[ "$(cat "$out")" = "$1 (ipclab) 0.1.0" ]
	}
	each_demo tells
}

@test "wrong usage exits 2, says what is right, and does nothing" {
	refuses() {
		local wrong
		for wrong in --no-such-option --trace=yaml --color=red --trace; do
			try demo "$1" "$wrong"
			status_is 2
			has "$err" "usage: $1"
			[ ! -s "$out" ]
		done
	}
	each_demo refuses
}

@test "a demo leaves nothing behind and exits 0" {
	leaves_nothing() {
		try setsid --wait bash -c '
			echo $$ >"$TMPDIR/session"
			. tests/helper.bash
			demo "$1"' - "$1"
		status_is 0
		nothing_left "$(cat "$TMPDIR/session")"
	}
	each_demo leaves_nothing
}

@test "-q is silent: no trace, no probe, no shared memory, no descriptor of its own" {
	silent() {
		eval "printf 'hello\n' | timeout 60 strace -f -b execve -o '$err.strace' '$BIN/$1' -q $(example_operands "$1")" \
			>"$out" 2>"$err" 3>&-
		[ -s "$err.strace" ]
		[ ! -s "$err" ]
		lacks "$err.strace" '\([1-9][0-9]{2,}[,)]|F_DUPFD|MAP_SHARED|memfd_create|futex|kcmp|FIONREAD|F_GETPIPE_SZ'
		demo "$1" --trace=none >"$out" 2>"$err"
		[ ! -s "$err" ]
	}
	each_demo silent
}

@test "what a demo says is what strace saw: sidebyside --check" {
	holds() {
		try alone timeout 300 "$BIN/sidebyside" --check "$BIN/$1" <<<hello
		status_is 0
		eval "try alone timeout 60 '$BIN/sidebyside' --check '$BIN/$1' \
			$(example_operands "$1")" <<<hello
		status_is 0
	}
	each_demo holds
}

# The text that a line of JSON stands for, without the words of strerror.
as_text='
	(.role + "       ") as $padded
	| (if (.role | length) < 7 then $padded[0:7] else .role end) + " | "
	+ ("    " * .lane // "")
	+ if has("note") then "# " + .note
	  else .call + "(" + (.args | join(", ")) + ") = "
		+ (if .call == "fopen" then "f" elif .result == null then "?"
		   else (.result | tostring) end)
		+ (if .errno then " " + .errno else "" end)
		+ (if has("reads") then "  (\(.reads) reads, \(.writes) writes)"
		   else "" end)
	  end'

# said FORMAT FILE: what each lane said in that trace, without its pictures.
said() {
	if [ "$1" = json ]; then
		jq -r "select(has(\"picture\") | not) | $as_text" "$2"
	else
		grep -v '^ ' "$2" | sed -E 's/(= -1 E[A-Z0-9]+) \(.*\)$/\1/'
	fi | by_lane /dev/stdin
}

@test "--trace=json is an object a line, and says what the text says" {
	agrees() {
		example "$1" 2>"$err.text" >/dev/null
		example "$1" --trace=json 2>"$err" >/dev/null
		jq -e '(.lane | type) == "number" and (.role | type) == "string"
			and (.pid | type) == "number"
			and (has("note") or
				(.picture | type) == "object" or
				((.args | type) == "array" and has("result")
				and has("errno") and has("after_us")))' "$err" >/dev/null
		[ "$(jq -s length "$err")" -eq "$(wc -l <"$err")" ]
		diff <(said text "$err.text") <(said json "$err")
	}
	each_demo agrees
}

@test "closed 0, 1 and 2 neither hang nor move the slide's descriptors" {
	survives() {
		demo "$1" >/dev/null 2>"$err.usual"

		status=0
		alone timeout 60 "$BIN/$1" <&- >"$out" 2>"$err" || status=$?
		if [ "$status" -eq 1 ]; then
			has "$err" "$1: read 0: Bad file descriptor"
		else
			status_is 0
			diff <(by_lane "$err.usual") <(by_lane "$err")
		fi

		status=0
		demo "$1" >&- 2>"$err" || status=$?
		status_is 1
		has "$err" "$1: write 1: Bad file descriptor"

		status=0
		demo "$1" >"$out" 2>&- || status=$?
		status_is 1
		status=0
		demo "$1" -q >"$out" 2>&- || status=$?
		status_is 0
	}
	each_demo survives
}

@test "a full disk under stdout or under the trace is exit status 1" {
	says() {
		status=0
		demo "$1" >/dev/full 2>"$err" || status=$?
		status_is 1
		has "$err" "$1: write 1: No space left on device"
		status=0
		demo "$1" >"$out" 2>/dev/full || status=$?
		status_is 1
		status=0
		demo "$1" -q >"$out" 2>/dev/full || status=$?
		status_is 0
	}
	each_demo says
}

@test "a reader who leaves ends a demo by SIGPIPE, and nothing stays" {
	ends() {
		local how
		for how in '2>/dev/null' '2>&1'; do
			setsid --wait bash -c '
				echo $$ >"$TMPDIR/session"
				. tests/helper.bash
				set -o pipefail
				eval "demo \"$1\" $2" | head -c 1 >/dev/null' - "$1" "$how" ||
				status=$?
			case $status in
			0 | 141) ;;
			*) status_is 141 ;;
			esac
			nothing_left "$(cat "$TMPDIR/session")"
		done
	}
	status=0
	each_demo ends
}

# under_limit N NAME [ARG]...: as demo, with so many descriptors.
under_limit() {
	(ulimit -n "$1" && demo "${@:2}")
}

@test "the trace's descriptor is the highest there is, marked, and not for others" {
	marked() {
		under_limit 32 "$1" >"$out" 2>"$err"
		demo "$1" >"$out" 2>"$err.usual"
		diff <(by_lane "$err.usual") <(by_lane "$err")
		eval "alone timeout 60 strace -a 1 -e trace=memfd_create,fcntl -o '$err.strace' \
			prlimit --nofile=300 '$BIN/$1' $(example_operands "$1")" <<<hello >"$out" 2>"$err"
		grep -qF 'fcntl(2, F_DUPFD_CLOEXEC, 299) = 299' "$err.strace"
		grep -q '^memfd_create("ipclab-trace-299", MFD_CLOEXEC) = ' "$err.strace"
	}
	each_demo marked
}

@test "where there are too few descriptors a trace is refused, and -q works" {
	refuses() {
		try under_limit 16 "$1"
		status_is 1
		[ "$(cat "$err")" = "$1: descriptor limit: 16 are too few for a trace; -q needs none" ]
		[ ! -s "$out" ]
		try under_limit 16 "$1" -q
		status_is 0
	}
	each_demo refuses
}

@test "SIGCHLD and SIGPIPE inherited as ignored change nothing" {
	same() {
		demo "$1" >"$out" 2>"$err.usual"
		(trap '' CHLD PIPE && demo "$1" >"$out" 2>"$err")
		diff <(by_lane "$err.usual") <(by_lane "$err")
		status=0
		(trap '' PIPE && demo "$1" 2>&1 >/dev/null) | : || status=$?
		status_is 0
	}
	each_demo same
}

# Starts a demo in a session of its own; every lane stops at its write number
# $2. Sets session, and pids: the lanes, the first lane first.
start_and_stop_at_write() {
	printf 'hello\n' >"$TMPDIR/hello"
	eval "alone exec setsid strace -f -o /dev/null -e inject=write:signal=SIGSTOP:when=$2 \
		'$BIN/$1' $(example_operands "$1")" \
		<"$TMPDIR/hello" >"$out" 2>"$err" &
	session=$!
	until_true 20 all_lanes_rest "$session" "$1"
	pids=$(lanes_of "$session" "$1")
}

# The pids of the demo's processes in the session, lane by lane.
lanes_of() {
	local pid
	for pid in $(session_members "$1" | sort -n); do
		[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "${2:0:15}" ] && echo "$pid"
	done
	return 0
}

# Is every lane stopped, asleep in a call, or done? And is there a first one?
all_lanes_rest() {
	local pid state found=no
	kill -0 "$1" 2>/dev/null || return 0
	for pid in $(lanes_of "$1" "$2"); do
		state=$(sed 's/.*) \(.\).*/\1/' "/proc/$pid/stat" 2>/dev/null)
		[ "$state" = t ] && found=yes
		[ "$state" = R ] && return 1
	done
	[ "$found" = yes ]
}

# Sends SIGCONT to whoever is stopped until strace itself has ended, and sets
# status to what it ended with.
continue_to_the_end() {
	status=0
	until_true 20 nobody_runs "$session" "$1" || {
		echo "still there: $(session_members "$session")"
		kill -KILL -- "-$session"
	}
	wait "$session" || status=$?
}

nobody_runs() {
	local pid
	for pid in $(lanes_of "$1" "$2"); do
		kill -CONT "$pid" 2>/dev/null
	done
	! kill -0 "$1" 2>/dev/null
}

@test "SIGINT, SIGTERM and SIGKILL of any lane in the middle leave nothing" {
	ends_clean() {
		local at signal victim lane
		for at in 3 7; do
			for signal in INT TERM KILL; do
				for lane in 1 2; do
					start_and_stop_at_write "$1" "$at"
					victim=$(sed -n "${lane}p" <<<"$pids")
					[ -z "$victim" ] || kill -"$signal" "$victim"
					continue_to_the_end "$1"
					if [ "$lane" -eq 1 ] && [ -n "$victim" ]; then
						status_is $((128 + $(kill -l "$signal")))
					fi
					if [ "$signal" = KILL ]; then
						nothing_left "$session" files-may-stay
						rm -rf "$TMPDIR"/ipclab-*
					else
						nothing_left "$session"
					fi
				done
			done
		done
	}
	each_demo_in_turn ends_clean
}

@test "a lane that was stopped and continued ends well" {
	ends_well() {
		local at
		example "$1" 2>"$err.usual" >/dev/null
		for at in 2 4 6; do
			start_and_stop_at_write "$1" "$at"
			continue_to_the_end "$1"
			status_is 0
			diff <(by_lane "$err.usual") <(by_lane "$err")
		done
	}
	each_demo_in_turn ends_well
}

@test "under load each lane says the same $RUNS times, causes before effects" {
	# the two runs in turns as text and as JSON, whose calls name processes
	repeats() {
		local run format i
		demo "$1" >/dev/null 2>"$err.demo"
		example "$1" >/dev/null 2>"$err.example"
		for ((i = 0; i < RUNS; i++)); do
			for run in demo example; do
				case $run$((i % 2)) in
				demo0 | example1) format=text ;;
				*) format=json ;;
				esac
				"$run" "$1" --trace="$format" >/dev/null 2>"$err"
				diff <(said text "$err.$run") <(said "$format" "$err")
				[ "$format" = text ] || causes_first "$err"
			done
		done
	}
	its_day
	load_starts
	each_demo_in_turn repeats
}

@test "colour only on a terminal, unless a flag says so" {
	needs_terminal
	colours() {
		local name=$1
		# on VARIABLE=VALUE OPTION: the trace has colours on a terminal
		on() {
			script -qec "env TERM=xterm NO_COLOR= $1 $BIN/$name $2 $(example_operands "$name")" \
				/dev/null </dev/null 3>&- | grep -q $'\033\\[[0-9;]*m'
		}
		on '' ''
		not on NO_COLOR=1 ''
		not on TERM=dumb ''
		on TERM=dumb --color=always
		not on '' --color=never
		on NO_COLOR=1 --color=always
		example "$1" --color=always >"$out" 2>"$err"
		grep -q $'\033\\[[0-9;]*m' "$err"
		example "$1" >"$out" 2>"$err"
		lacks "$err" $'\033'
	}
	each_demo colours
}

@test "a note fits a line of 80 columns" {
	fits() {
		demo "$1" 2>&1 >/dev/null | awk -v name="$1" '
			/\| +#/ && length > 80 { print name ": " $0; wrong = 1 }
			END { exit wrong }'
	}
	each_demo fits
}

@test "an ordinary user can run every demo" {
	[ "$(id -u)" -eq 0 ] || skip "this is one already"
	copy=$(mktemp -d /tmp/ipclab-test-XXXXXX)
	cp -r "$BIN" "$copy/bin"
	mkdir "$copy/tmp"
	chmod -R a+rX "$copy"
	chmod 1777 "$copy/tmp"
	runs() {
		try setpriv --reuid=65534 --regid=65534 --clear-groups \
			env TMPDIR="$copy/tmp" timeout 60 "$copy/bin/$1" <<<hello 3>&-
		status_is 0
	}
	each_demo runs
}

@test "a demo is its slide: some 60 lines, and of our headers trace.h and its own" {
	short() {
		local slide lines header
		slide=$(slide_of "$1")
		lines=$(wc -l <"$slide")
		[ "$lines" -le 60 ] || echo "# $slide has $lines lines" >&3
		[ "$lines" -le 80 ]
		while read -r header; do
			[ "$header" = trace.h ] || [ -e "src/demos/$1/$header" ]
		done < <(sed -nE 's/^#include "(.*)"/\1/p' "$slide")
		has "$slide" '#include "trace.h"'
	}
	each_demo short
}
