#!/usr/bin/env bats
# What every demo must keep. Each test goes through all of bin/, so a demo
# that is dropped into src/demos/ is covered the same day.

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
		has "$out" "bin/$1"
		[ ! -s "$err" ]
		try demo "$1" -h
		status_is 0
		has "$out" "usage: $1"
	}
	each_demo helps
}

@test "the example in --help works" {
	works() {
		local line
		line=$("$BIN/$1" --help | sed -n '/^Example:/{n;s/^ *//;p;}')
		line=${line//bin\//$BIN\/}
		try timeout 60 bash -c "$line" 3>&- </dev/null
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

@test "-q is silent: no trace, no probe, no shared memory, no descriptor 100" {
	silent() {
		example_of=$(example_operands "$1")
		eval "printf 'hello\n' | timeout 60 strace -f -b execve -o '$err.strace' '$BIN/$1' -q $example_of" \
			>"$out" 2>"$err" 3>&-
		[ -s "$err.strace" ]
		[ "$(grep -cE '\((1[0-9][0-9])[,)]|F_DUPFD|MAP_SHARED|futex|kcmp|FIONREAD|F_GETPIPE_SZ' \
			"$err.strace")" -eq 0 ]
	}
	each_demo silent
	same_stdout() {
		demo "$1" -q >"$out" 2>"$err"
		[ ! -s "$err" ]
		demo "$1" --trace=none >"$out" 2>"$err"
		[ ! -s "$err" ]
	}
	each_demo same_stdout
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

@test "--trace=json is an object a line, and says what the text says" {
	agrees() {
		example "$1" 2>"$err" >/dev/null
		sed -E 's/(= -1 E[A-Z0-9]+) \(.*\)$/\1/' "$err" >"$err.text"
		example "$1" --trace=json 2>"$err" >/dev/null
		jq -e '(.lane | type) == "number" and (.role | type) == "string"
			and (.pid | type) == "number"
			and (has("note") or
				(.picture | type) == "object" or
				((.args | type) == "array" and has("result")
				and has("errno") and has("after_us")))' "$err" >/dev/null
		[ "$(jq -s length "$err")" -eq "$(wc -l <"$err")" ]
		jq -r "select(has(\"picture\") | not) | $as_text" "$err" >"$err.json"
		diff <(grep -v '^ ' "$err.text" | by_lane /dev/stdin) <(by_lane "$err.json")
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

@test "where no descriptor 100 may be had, a trace is refused and -q works" {
	refuses() {
		status=0
		(ulimit -n 4 && exec "$BIN/$1") </dev/null >"$out" 2>"$err" 3>&- ||
			status=$?
		status_is 1
		[ "$(cat "$err")" = "$1: descriptor 100: Invalid argument" ]
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
	eval "exec setsid strace -f -o /dev/null -e inject=write:signal=SIGSTOP:when=$2 \
		'$BIN/$1' $(example_operands "$1")" \
		<"$TMPDIR/hello" >"$out" 2>"$err" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
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
	each_demo ends_clean
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
	each_demo ends_well
}

@test "under load each lane says the same $RUNS times, causes before effects" {
	repeats() {
		local run i
		for run in demo example; do
			$run "$1" >/dev/null 2>"$err.first"
			for ((i = 0; i < RUNS; i++)); do
				$run "$1" >/dev/null 2>"$err"
				diff <(by_lane "$err.first") <(by_lane "$err")
				awk -f tests/causes.awk "$err"
			done
		done
	}
	load_starts
	each_demo repeats
}

@test "colour only on a terminal, unless a flag says so" {
	needs_terminal
	colours() {
		local name=$1
		on() {
			TERM=${TERM_IS:-xterm} script -qec \
				"$BIN/$name $* $(example_operands "$name")" /dev/null \
				</dev/null 3>&- | grep -q $'\033\\['
		}
		on && ! NO_COLOR=1 on && ! TERM_IS=dumb on && on --color=always && ! on --color=never
		NO_COLOR=1 on --color=always
		example "$1" --color=always 2>&1 >/dev/null | grep -q $'\033\\['
		! example "$1" 2>&1 >/dev/null | grep -q $'\033'
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

@test "each demo is under 80 lines, and includes trace.h alone of our headers" {
	short() {
		[ "$(wc -l <"src/demos/$1.c")" -lt 80 ]
		[ "$(grep -c '#include "' "src/demos/$1.c")" -eq 1 ]
	}
	each_demo short
}
