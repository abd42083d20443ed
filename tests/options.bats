#!/usr/bin/env bats
# --bug, --step and --predict on every demo, and the pictures that they show;
# DEMO=NAME: on that one alone.

# shellcheck disable=SC2016,SC2317 # code for another bash; called by each_demo
load helper

setup() {
	answers=$BATS_TEST_TMPDIR/answers
	our_own
}

# Where try leaves what a command says.
our_own() {
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
}

teardown() {
	load_stops
	screen_ends
}

# The bugs that --help lists, a name a line.
bugs_of() {
	"$BIN/$1" --help | sed -nE 's/^        ([a-z][a-z0-9-]*)  .*/\1/p'
}

# each_bug FUNCTION: calls FUNCTION NAME BUG for every bug of every demo.
each_bug() {
	bug_function=$1
	each_demo of_this_demo
}

of_this_demo() {
	local bug
	for bug in $(bugs_of "$1"); do
		echo "--bug=$bug"
		"$bug_function" "$1" "$bug"
	done
}

# under_bug NAME BUG: one run of it, made when it is first asked for: $status,
# $out and $err, its folder $run, and $session, where nobody should be left.
under_bug() {
	run=$BATS_FILE_TMPDIR/$1.$2
	out=$run/out
	err=$run/err
	if [ ! -e "$run" ]; then
		mkdir "$run"
		status=0
		BATS_TEST_TMPDIR=$run setsid --wait bash -c '
			echo $$ >"$BATS_TEST_TMPDIR/session"
			. tests/helper.bash
			demo "$1" "--bug=$2"' - "$1" "$2" >"$out" 2>"$err" || status=$?
		echo "$status" >"$run/status"
	fi
	status=$(cat "$run/status")
	session=$(cat "$run/session")
}

# What the mistake NAME BUG is, and what is right: in the source stands
# {"BUG", "SENTENCE", "CURE"}.
sentences_of() {
	tr -s '\n\t ' ' ' <"$(slide_of "$1")" | sed 's/" "//g' |
		grep -oE "\{\"$2\", \"[^\"]*\", \"[^\"]*\"" | tr -d "\\\\"
}

sentence_of() {
	sentences_of "$1" "$2" | cut -d'"' -f4
}

cure_of() {
	sentences_of "$1" "$2" | cut -d'"' -f6
}

@test "--help lists the bugs that the source has, --bug alone their sentences" {
	listed() {
		local bug
		bugs_of "$1" >"$answers"
		diff <(sort "$answers") \
			<(sources_of "$1" | xargs cat | grep -oE '\bbug\("[a-z0-9-]+"\)' |
				cut -d'"' -f2 | sort -u)
		[ -s "$answers" ] || return 0
		try demo "$1" --bug
		status_is 0
		[ ! -s "$err" ]
		diff "$out" <("$BIN/$1" --help | sed -nE 's/^        ([a-z])/\1/p')
		for bug in $(bugs_of "$1"); do
			[ -n "$(cure_of "$1" "$bug")" ]
			grep -qE "^$bug +[^ ]" "$out"
			has "$out" "  $(sentence_of "$1" "$bug")"
		done
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
	}
	each_demo refuses
}

@test "a demo under a bug ends by itself and leaves nothing" {
	ends() {
		under_bug "$1" "$2"
		[ "$status" -eq 124 ] || status_is 0
		TMPDIR=$run nothing_left "$session"
	}
	each_bug ends
}

@test "a bug changes what a demo does: its calls or pictures are not the usual ones" {
	differs() {
		local usual=$BATS_FILE_TMPDIR/$1.usual
		[ -s "$usual" ] || demo "$1" >"$usual.out" 2>"$usual"
		under_bug "$1" "$2"
		not cmp -s <(by_lane "$usual" | grep -v '|.*#') \
			<(by_lane "$err" | grep -v '|.*#')
	}
	each_bug differs
}

@test "where a bug strikes the trace says so, once a process" {
	strikes() {
		under_bug "$1" "$2"
		sed -nE "s/^([^ |]+) +\| +# bug $2: (.*)/\1 \2/p" "$err" >"$answers"
		[ -s "$answers" ]
		[ "$(cut -d' ' -f2- "$answers" | sort -u)" = "$(sentence_of "$1" "$2")" ]
		[ -z "$(cut -d' ' -f1 "$answers" | sort | uniq -d)" ]
	}
	each_bug strikes
}

@test "the last line of a run under a bug is the cure" {
	cured() {
		local cure
		cure=$(cure_of "$1" "$2")
		under_bug "$1" "$2"
		if [ "$status" -eq 124 ]; then
			diff <(tail -n 2 "$err") - <<-END
				$1: every process sleeps for good: ended, with status 124
				$1: $cure
			END
		else
			tail -n 1 "$err" | sed -E 's/^[^ |]+ +\| +//' | grep -qxF "# $cure"
			lacks "$err" 'sleeps for good'
		fi
	}
	each_bug cured
}

# The processes of the last picture that run the demo NAME and sleep: "PID ROLE".
sleepers() {
	sed -nE "s/^        \| ([0-9]+ [^ ]+) \(${1:0:15}\): (new, )?sleeps$/\1/p" "$err" | sort -u
}

@test "a call that sleeps for good has a line above the picture, and a reason below" {
	explains() {
		local pid role call reasons picture line
		under_bug "$1" "$2"
		[ "$status" -eq 124 ] || return 0
		reasons=$(sed -nE 's/^        \| ([0-9]+ [^ ]+ sleeps in .*)/\1/p' "$err")
		sleepers "$1" >"$answers"
		[ -s "$answers" ]
		while read -r pid role; do
			call=$(sed -nE "s/^$pid $role sleeps in ([a-z0-9_]+).*/\1/p" <<<"$reasons")
			[ -n "$call" ]
			line=$(grep -nE "^$role +\| +$call\(.*\) = \.\.\. sleeps\$" "$err" | cut -d: -f1)
			picture=$(grep -n '^        | [0-9].*sleeps$' "$err" | tail -n 1 | cut -d: -f1)
			[ "$line" -lt "$picture" ]
		done <"$answers"
		has "$err" 'open file description'
	}
	each_bug explains
}

@test "a bug is told in the user's words: nothing of lanes and watchers" {
	plain() {
		under_bug "$1" "$2"
		lacks "$err" '\b([Ll]ane|[Ww]atcher)'
	}
	each_bug plain
}

@test "under a bug sidebyside --check holds" {
	holds() {
		try alone timeout 120 "$BIN/sidebyside" --check "$BIN/$1" "--bug=$2" <<<hello
		[ "$status" -eq 0 ] || [ "$status" -eq 124 ] || status_is 0
		lacks "$err" '^sidebyside:'
	}
	each_bug holds
}

@test "under a bug -q leaves the picture, the reason and the cure, if it sleeps" {
	quiet() {
		local usual
		under_bug "$1" "$2"
		usual=$status
		our_own
		try demo "$1" "--bug=$2" -q
		status_is "$usual"
		if [ "$usual" -eq 124 ]; then
			has "$err" ' sleeps in '
			tail -n 1 "$err" | grep -qxF "$1: $(cure_of "$1" "$2")"
			lacks "$err" '^[^ ]+ +\| '
		else
			[ ! -s "$err" ]
		fi
	}
	each_bug quiet
}

@test "under a bug each object of JSON is one, and the last has the reason or the cure" {
	objects() {
		local usual
		under_bug "$1" "$2"
		usual=$status
		our_own
		try demo "$1" "--bug=$2" --trace=json
		status_is "$usual"
		grep '^{' "$err" >"$answers"
		[ "$(jq -s length "$answers")" -eq "$(wc -l <"$answers")" ]
		jq -se 'all(.[]; has("lane") and has("role") and has("pid"))' "$answers" >/dev/null
		jq -se --arg note "bug $2: $(sentence_of "$1" "$2")" \
			'any(.[]; .note == $note)' "$answers" >/dev/null
		if [ "$usual" -eq 124 ]; then
			jq -se '.[-1] | .lane == null and (.picture.why | length) > 0' "$answers" >/dev/null
			jq -se 'any(.[]; .sleeps and .result == null)' "$answers" >/dev/null
		else
			jq -se --arg cure "$(cure_of "$1" "$2")" '.[-1].note == $cure' "$answers" >/dev/null
		fi
		lacks "$err" "^[^{$1]"
	}
	each_bug objects
}

@test "a child that nobody waited for is in a picture at the end of a run under a bug" {
	shown() {
		local left
		under_bug "$1" "$2"
		[ "$status" -eq 0 ] || return 0
		children_of "$err" | sort >"$answers.forks"
		sed -nE 's/^[^ |]+ +\| +wait(pid)?\(.*\) = ([1-9][0-9]*)(  .*)?$/\2/p' "$err" | sort >"$answers"
		for left in $(comm -23 "$answers.forks" "$answers"); do
			grep -qE "^        \| $left [^ ]+ \(.*\): (new, )?zombie; it holds no descriptor$" "$err"
		done
	}
	each_bug shown
}

# start_under_bug NAME BUG: waits until it has two processes, or is gone; sets
# session and pids, the one that watches first.
start_under_bug() {
	alone exec setsid "$BIN/$1" "--bug=$2" <<<hello >"$out" 2>"$err" &
	session=$!
	until_true 60 has_two "$session"
	pids=$(session_members "$session" | sort -n)
}

has_two() {
	[ "$(session_members "$1" | wc -l)" -ge 2 ] || ! kill -0 "$1" 2>/dev/null
}

@test "a signal to any process of a demo under a bug leaves nothing" {
	survives() {
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
	bug_function=survives
	each_demo_in_turn of_this_demo
}

# --predict

# The right answers of each lane, from what the trace FILE says of others.
right_answers() {
	sed -nE 's/^([^ |]+) +\| +# (you said .*: wrong, it|no answer: it) is (.*)/\1 \3/p' "$1"
}

# predicted N M: that is the last line of $out.
predicted() {
	[ "$(tail -n 1 "$out")" = "predicted $1 of $2" ] || {
		tail -n 1 "$out"
		cat "$err"
		return 1
	}
}

# learn NAME: a run without an answer; $answers are the right ones, $n how many.
learn() {
	try demo "$1" --predict=/dev/null
	status_is 0
	right_answers "$err" >"$answers"
	n=$(wc -l <"$answers")
	[ "$n" -ge 1 ]
	predicted 0 "$n"
}

@test "--predict=FILE counts right answers, and says what is right in place of others" {
	counts() {
		local n
		learn "$1"
		try demo "$1" --predict="$answers"
		status_is 0
		predicted "$n" "$n"
		[ "$(grep -cE '^[^ |]+ +\| +# you said .*: right$' "$err")" -eq "$n" ]

		# another order of the lanes, which each have theirs, and what people write
		{
			echo '# mine'
			sort -s -r -k1,1 "$answers" | sed '1s/$/ /; G'
		} >"$answers.by-lane"
		try demo "$1" --predict="$answers.by-lane"
		predicted "$n" "$n"

		sed -E '1s/ .*/ 12345/; 2s/ .*/ what?/' "$answers" >"$answers.wrong"
		try demo "$1" --predict="$answers.wrong"
		status_is 0
		predicted "$((n > 2 ? n - 2 : 0))" "$n"
		has "$err" "# you said 12345: wrong, it is $(head -n 1 "$answers" | cut -d' ' -f2-)"
		try demo "$1" --predict="$answers.wrong" -q
		predicted "$((n > 2 ? n - 2 : 0))" "$n"
		[ ! -s "$err" ]
	}
	each_demo counts
}

@test "right and wrong differ in colour, too" {
	differ() {
		local n
		learn "$1"
		try demo "$1" --predict="$answers" --color=always
		grep -q $'\033\\[32m# you said .*: right' "$err"
		try demo "$1" --predict=/dev/null --color=always
		grep -q $'\033\\[31m# no answer: it is ' "$err"
	}
	each_demo differ
}

@test "under --predict notes wait for the answer that they would tell, and none is lost" {
	wait_for_it() {
		demo "$1" >"$out" 2>"$err.usual"
		demo "$1" --predict=/dev/null >"$out" 2>"$err"
		by_lane "$err.usual" | grep -v '^ ' >"$out.usual"
		by_lane "$err" | grep -v '^ ' >"$out.came"
		# the notes before a call that is asked come after its verdict; what the
		# trace itself did for the demo would tell nothing
		awk -v predicted="$out.came" '
			function is_note() { return /^[^|]*\| +#/ }
			function tell_notes() { printf "%s", notes; notes = "" }
			BEGIN {
				while ((getline <predicted) > 0)
					if (/# no answer: /)
						verdict[$1, calls[$1]] = $0
					else if (!is_note())
						calls[$1]++
			}
			$1 != lane { tell_notes(); lane = $1 }
			/# .* in a temporary folder, removed at the end$/ { print; next }
			is_note() { notes = notes $0 "\n"; next }
			!(($1, ++call[$1]) in verdict) { tell_notes(); print; next }
			{ print; print verdict[$1, call[$1]]; tell_notes() }
			END { tell_notes() }' "$out.usual" | diff - "$out.came"
	}
	each_demo wait_for_it
}

@test "each has its right answers under load, too" {
	same() {
		local i n
		learn "$1"
		for ((i = 0; i < RUNS; i++)); do
			try demo "$1" --predict="$answers"
			predicted "$n" "$n"
		done
	}
	its_day
	load_starts
	each_demo_in_turn same
}

@test "the score is the last line of a run that a bug put to sleep, too" {
	scored() {
		try demo "$1" "--bug=$2" --predict=/dev/null
		tail -n 1 "$out" | grep -qE '^predicted 0 of [1-9]'
	}
	first_bug() {
		local bug
		bug=$(bugs_of "$1" | head -n 1)
		[ -z "$bug" ] || scored "$1" "$bug"
	}
	each_demo first_bug
}

@test "a file of answers that cannot be read is an error before anything is done" {
	refuses() {
		local line
		try demo "$1" --predict=/no/such/file
		status_is 1
		[ "$(cat "$err")" = "$1: open /no/such/file: No such file or directory" ]
		try demo "$1" --predict=/
		status_is 1
		has "$err" "$1: read /: Is a directory"
		try demo "$1" --predict=/dev/zero
		status_is 1
		has "$err" "$1: read /dev/zero: more than"
		for line in 20 child 'child ' ' 20'; do
			printf '# mine\n%s\nchild 20\n' "$line" >"$answers"
			try demo "$1" --predict="$answers"
			status_is 1
			[ "$(cat "$err")" = "$1: $answers: line 2: ROLE ANSWER is wanted, as in: child 20" ]
			[ ! -s "$out" ]
		done
	}
	each_demo refuses
}

@test "what --predict shows is what strace saw: sidebyside --check" {
	holds() {
		eval "try alone timeout 120 '$BIN/sidebyside' --check '$BIN/$1' \
			--predict=/dev/null $(example_operands "$1")" <<<hello
		status_is 0
	}
	each_demo holds
}

# answered NAME: its example with --predict in a terminal. What is asked first
# is answered by what is no answer, then each lane is told its next one of
# $answers. $out and $err are the demo's; what the screen got is in $out.screen.
answered() {
	local chunk lane first=yes from to
	local -A told=()
	coproc TERMINAL {
		alone timeout 60 script -qfec "$BIN/$1 --predict $(example_operands "$1") <<<hello >$out 2>$err" \
			/dev/null
	}
	exec {from}<&"${TERMINAL[0]}" {to}>&"${TERMINAL[1]}"
	while IFS= read -r -d '?' -u "$from" chunk; do
		chunk=${chunk//$'\r'/}
		printf '%s?\n' "$chunk"
		[[ $chunk == *' = ' || $chunk == *'  (' ]] || continue
		lane=${chunk##*$'\n'}
		lane=${lane##*$'\033[J'}
		lane=${lane%% *}
		if [ -n "$first" ]; then
			echo '!' >&"$to"
			first=
		else
			told[$lane]=$((${told[$lane]:-0} + 1))
			sed -n "s/^$lane //p" "$answers" | sed -n "${told[$lane]}p" >&"$to"
		fi
	done >"$out.screen"
	exec {from}<&- {to}>&-
}

# The demo's files in a line: what a call in the source looks like.
source_line() {
	sources_of "$1" | xargs cat | tr -s '\n\t ' ' ' | sed 's/( /(/g; s/ )/)/g'
}

@test "--predict asks at the terminal, whatever 0, 1 and 2 are: the source's own lines" {
	needs_terminal
	asks() {
		local n question
		example "$1" --predict=/dev/null >"$out" 2>"$err"
		right_answers "$err" >"$answers"
		n=$(wc -l <"$answers")
		answered "$1"
		predicted "$n" "$n"
		# what is no answer is asked again; what one is, is said then, and when
		# such a question comes for the first time
		[ "$(grep -o '([^(]*Enter alone: no answer)' "$out.screen" |
			sort | uniq -c | awk '{ n += $1 - 1 } END { print n }')" -eq 1 ]
		sed -nE 's/.*\| +([A-Z][a-z_0-9]*\(.*\))( = |  \()\?.*/\1/p' "$out.screen" >"$out.asked"
		[ "$(wc -l <"$out.asked")" -eq $((n + 1)) ]
		source_line "$1" >"$out.source"
		while IFS= read -r question; do
			has "$out.source" "$question"
		done <"$out.asked"
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

# --step

# step NAME KEYS: its example with --step in a terminal where KEYS are typed;
# $out.screen is what the screen got.
step() {
	printf '%b' "$2" | alone timeout 60 script -qec \
		"$BIN/$1 --step $(example_operands "$1") <<<hello >$out 2>$err" /dev/null |
		tr -d '\r' | sed 's/\x1b\[J/\n/g' >"$out.screen"
}

# How many calls the trace FILE has; a child's fork is its parent's.
calls_in() {
	grep -cvE '^ |\| +#|fork\(\) = 0' "$1"
}

@test "--step shows each call's source line before it, and Enter goes on to the same end" {
	needs_terminal
	steps() {
		local call file line source keys
		example "$1" 2>"$err.usual" >"$out"
		keys=$(printf '\\n%.0s' $(seq "$(calls_in "$err.usual")"))
		step "$1" "$keys"
		diff <(by_lane "$err.usual") <(by_lane "$err")
		sed -nE 's/^[^ |]+ +\| +([A-Za-z][A-Za-z0-9_]*)\(.*\)  ([a-z0-9_-]+\.c):([0-9]+)$/\1 \2 \3/p' \
			"$out.screen" >"$out.asked"
		[ "$(grep -c '\[Enter\] next  \[c\]ontinue  \[p\]icture  \[q\]uit ' "$out.screen")" -eq \
			"$(calls_in "$err")" ]
		[ "$(wc -l <"$out.asked")" -eq "$(calls_in "$err")" ]
		while read -r call file line; do
			source=$(sources_of "$1" | grep -E "/$file$")
			# a call may begin some lines above the one where it ends
			sed -n "$((line > 3 ? line - 3 : 1)),${line}p" "$source" | grep -qE "\b$call\(|standing_at\("
		done <"$out.asked"
	}
	each_demo steps
}

@test "--step takes keys without Enter: p draws a picture, c goes on, q and Ctrl-D end it" {
	needs_terminal
	obeys() {
		local keys
		step "$1" 'pc'
		[ "$(grep -c 'open file description' "$err")" -ge 1 ]
		[ "$(grep -o '\[Enter\] next' "$out.screen" | wc -l)" -eq 2 ]
		[ "$(calls_in "$err")" -gt 1 ]
		for keys in 'q' '\n\nq' '\n\n\n\n\n\n\n\nq' '\n\004'; do
			printf '%b' "$keys" | alone timeout 60 script -qec "exec setsid --ctty --wait bash -c '
				echo \$\$ >$TMPDIR/session; $BIN/$1 --step <<<hello >$out 2>$err
				echo status \$?'" /dev/null >"$out.screen"
			has "$out.screen" 'status 0'
			nothing_left "$(cat "$TMPDIR/session")"
		done
	}
	each_demo obeys
}

# screen_starts COLUMNS COMMAND: in a terminal that tmux emulates. What a lane
# printf's there while another is asked moves the question: stdout goes elsewhere.
screen_starts() {
	rm -f "$TMPDIR/ended"
	SCREEN=ipclab-$BASHPID
	alone tmux -L "$SCREEN" -f /dev/null new-session -d -x "$1" -y 300 \
		"$2; touch $TMPDIR/ended; exec sleep 1000"
}

screen_ends() {
	[ -z "${SCREEN:-}" ] || tmux -L "$SCREEN" kill-server 2>/dev/null || :
	SCREEN=
}

# What stands on it; a long line is one.
screen_shows() {
	tmux -L "$SCREEN" capture-pane -p -J
}

# It is asked once more, or has ended.
screen_asks() {
	local was=$shown
	[ ! -e "$TMPDIR/ended" ] || return 0
	shown=$(screen_shows)
	[ "$shown" != "$was" ] &&
		[[ $(grep -v '^$' <<<"$shown" | tail -n 1) =~ (\[q\]uit|' = ?'|'(? reads)'|'(? writes)')' '*$ ]]
}

# screen_answers COMMAND: types what it prints whenever there is a question, to
# the end; a person does not type ahead. COMMAND finds the question in $shown.
screen_answers() {
	shown=
	while until_true 60 screen_asks && [ ! -e "$TMPDIR/ended" ]; do
		tmux -L "$SCREEN" send-keys -l "$("$1")"
		tmux -L "$SCREEN" send-keys Enter
	done
	shown=$(screen_shows)
	screen_ends
	[ -e "$TMPDIR/ended" ]
}

@test "after --step the screen shows the trace, and no question is left" {
	command -v tmux >/dev/null || skip "no tmux"
	leaves_the_trace() {
		example "$1" 2>"$err" >"$out"
		# the questions do not fit its lines
		screen_starts 60 "$BIN/$1 --step $(example_operands "$1") <<<hello >/dev/null"
		screen_answers :
		echo "$shown"
		diff <(by_lane "$err" | grep -v '^ ') \
			<(grep -E '^[a-z0-9]+ +\| ' <<<"$shown" | sed 's/ *$//' | by_lane /dev/stdin)
		lacks <(echo "$shown") '\[Enter\]|\[q\]|quit'
	}
	each_demo leaves_the_trace
}

# The next answer of the lane that is asked in $shown.
next_answer() {
	local lane count
	lane=$(grep -v '^$' <<<"$shown" | tail -n 1 | cut -d' ' -f1)
	count=$(grep -cE "^$lane +\| +# you said" <<<"$shown") || :
	sed -n "s/^$lane //p" "$answers" | sed -n "$((count + 1))p"
}

@test "after --predict the screen shows the trace and the answers, and no question is left" {
	command -v tmux >/dev/null || skip "no tmux"
	leaves_the_trace() {
		example "$1" --predict=/dev/null 2>"$err" >"$out"
		right_answers "$err" >"$answers"
		sed -Ei 's/# no answer: it is (.*)/# you said \1: right/' "$err"
		screen_starts 160 "$BIN/$1 --predict $(example_operands "$1") <<<hello >/dev/null"
		screen_answers next_answer
		echo "$shown"
		diff <(by_lane "$err" | grep -v '^ ') \
			<(grep -E '^[a-z0-9]+ +\| ' <<<"$shown" | sed 's/ *$//' | by_lane /dev/stdin)
		lacks <(echo "$shown") 'Enter alone| = \? '
	}
	each_demo leaves_the_trace
}

@test "without /proc a picture says unknown, and --bug is refused" {
	unshare -m true 2>/dev/null || skip 'not checked: no mount namespace may be made'
	without_proc() {
		alone timeout 60 unshare -m sh -c 'umount -l /proc && exec "$@"' - "$@"
	}
	unknown() {
		try without_proc "$BIN/$1"
		status_is 0
		lacks <(grep -E '^        \| [0-9]+ [a-z]' "$err") '(running|sleeps|open file)'
		demo "$1" >"$out" 2>"$err.usual"
		! grep -q 'open file description' "$err.usual" ||
			grep -qE '^        \| [0-9]+ [a-z]+: unknown; its descriptors are unknown$' "$err"
		[ -n "$(bugs_of "$1")" ] || return 0
		try without_proc "$BIN/$1" "--bug=$(bugs_of "$1" | head -1)"
		status_is 1
		has "$err" "$1: open /proc: No such file or directory; --bug needs it"
	}
	each_demo unknown
}
