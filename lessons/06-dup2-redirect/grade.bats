#!/usr/bin/env bats
# redirect: where 0, 1 and 2 of CMD lead, what else it has, how it ended.
# shellcheck disable=SC2016 # what stands in '' is for the shell that is CMD
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # again, work, trace... are grader.bash's

load ../grader.bash

setup() {
	grader_setup
	seconds=5
	want=$box/want # in OUT
	forks=clone,clone3,fork,vfork
	make='seq 3 >in'
	input=$box/input # IN, and
	before=$box/before # OUT, as they are before a run
	take out
}

# make_in LINES: IN, and an empty OUT: making it is one test's matter.
make_in() {
	awk -v lines="$1" -v seed="$((GRADE_SEED + RANDOM))" 'BEGIN {
		srand(seed)
		while (lines-- > 0)
			printf("%d \001 %c %d\n", rand() * 1e9,
				65 + rand() * 50, rand() * 1e6)
	}' >"$input"
	: >"$before"
	gives_both
}

gives_both() {
	give
	give in "$input"
	give out "$before"
}

# settled AGAIN CMD...: redirect in out CMD, which AGAIN shows again. CMD makes the file `done` last; up to
# then nothing is looked at, so that not waiting for CMD is another test's
# matter.
settled() {
	local show=$1
	shift
	in_cage --time=8 --read="$GRADE_PROGRAM" -- sh -c '[ ! -e out ] || ln out other-name
		"$@"; s=$?; i=0
		until [ -e done ] || [ $i -ge 100 ]; do
			sleep 0.02; i=$((i + 1))
		done; exit $s' sh "$GRADE_PROGRAM" in out "$@"
	again="$make; ./redirect $show; echo \$?; cat out"
}

# out_is FILE [HINT]: OUT holds the same.
out_is() {
	plain out "${2:-}"
	same "$1" "$made/out" "${2:-}"
}

# The work done, for tests of what is refused.
copies() {
	make_in $((2 + RANDOM % 20))
	settled 'in out cat' sh -c 'cat; : >done'
	came_back 0
	out_is "$input"
}

@test "1 point: CMD gets IN as stdin, OUT as stdout, and its arguments" {
	local word="a $RANDOM" hint='dup2(old, new) makes new lead where old leads: in the child, dup2(in, 0) and dup2(out, 1)'
	make_in $((1000 + RANDOM % 4000))
	{
		printf '[%s]' "$word" '' '*' '$HOME' -c
		cat "$input"
	} >"$want"
	{
		cat "$want"
		yes 'this stood in OUT before' | head -n 200
	} >"$before"
	take other-name
	make='seq 3 >in; seq 99 >out'
	settled "in out sh -c 'printf \"[%s]\" \"\$@\"; cat' sh 'two words' ''" sh -c 'printf "[%s]" "$@"; cat; : >done' sh "$word" '' '*' '$HOME' -c
	came_back 0 "$hint"
	out_is "$want" "$hint; OUT is emptied when it is opened, by O_TRUNC"
	cmp -s "$made/out" "$made/other-name" ||
		wrong 'OUT is another file than before, expected the same one, emptied' \
			'O_TRUNC empties the file that is there; remove nothing'
	give
	give in "$input"
	make='seq 3 >in; rm -f out'
	settled 'in out cat' sh -c 'cat; : >done'
	came_back 0
	plain out 'OUT may not be there yet: O_CREAT, and a mode'
	case $(reported 'took out') in
	'file 0'[67]*) ;;
	*) wrong "OUT was made with the mode $(reported 'took out' | cut -d ' ' -f 2), expected that its owner may read and write it" \
		'with O_CREAT, open takes the mode as a third argument: 0666' ;;
	esac
	out_is "$input"
	[ ! -s "$out" ] || wrong "this came to the stdout of redirect: $(head -c 200 "$out")" "$hint"
}

@test "2 points: stdout and stderr of CMD share one open file description" {
	local i hint='one open of OUT, dup2(out, 1), then dup2(1, 2): with two opens each has a position of its own, and they overwrite each other' positions
	make_in $((2 + RANDOM % 20))
	for ((i = 0; i < 20; i++)); do
		printf 'out %d %d\nerr %d %d\n' $i "$RANDOM" $i "$RANDOM"
	done >"$input"
	cp "$input" "$want"
	settled "in out sh -c 'echo out; echo err >&2; echo out again'" sh -c 'while read -r line; do
			case $line in
			out*) echo "$line" ;;
			err*) echo "$line" >&2 ;;
			esac
		done
		echo last
		for fd in 1 2; do
			while read -r key value; do
				[ "$key" != pos: ] || at="$at $fd:$value"
			done </proc/self/fdinfo/$fd
		done
		echo "positions$at"
		: >done'
	came_back 0
	plain out
	positions=$(grep -a '^positions' "$made/out") || true
	sed -i '/^positions/d; /^last$/d' "$made/out"
	same "$want" "$made/out" "$hint"
	i=$(($(wc -c <"$want") + 5))
	case $positions in
	positions | "positions 1:$i 2:$i") ;; # none: there is no such /proc
	*) wrong "after a write to 1 of CMD: $positions, expected both at $i" "$hint" ;;
	esac
}

@test "1 point: the exit status of CMD is passed on" {
	local code
	for code in 0 $((2 + RANDOM % 120)) 1 $((129 + RANDOM % 126)); do
		make_in $((2 + RANDOM % 20))
		caged -- in out sh -c "cat; exit $code"
		again="$make; ./redirect in out sh -c 'exit $code'; echo \$?"
		ended "$code" 'wait for the child; WEXITSTATUS of what wait stored is its exit status'
		out_is "$input"
	done
}

@test "1 point: the exit status is 128+N if signal N killed CMD" {
	local signal
	for signal in TERM KILL SEGV; do
		make_in $((2 + RANDOM % 20))
		caged -- in out sh -c "cat; kill -$signal \$\$"
		again="$make; ./redirect in out sh -c 'kill -$signal \$\$'; echo \$?"
		came_back $((128 + $(kill -l "$signal"))) 'WIFSIGNALED first: where a signal killed the child, WEXITSTATUS means nothing, WTERMSIG is the signal'
		out_is "$input"
	done
}

@test "1 point: 127 if there is no such CMD, 126 if it cannot be run" {
	local command code hint='exec came back, so the child is still your program: it says what failed, and leaves with _exit(127), or 126 if errno is not ENOENT: keep errno before you print, which may change it'
	declare -A files=([./plain]="echo 'echo it ran' >plain; " [./folder]='mkdir folder; ')
	copies
	printf '#!/bin/sh\necho it ran\n' >"$box/plain"
	give plain:644 "$box/plain"
	for command in "no-such-command-$RANDOM" ./missing ./plain ./folder; do
		code=127
		[ -z "${files[$command]:-}" ] || code=126
		in_cage --read="$GRADE_PROGRAM" -- sh -c 'mkdir folder; exec "$@"' sh \
			"$GRADE_PROGRAM" in out "$command"
		again="$make; ${files[$command]:-}./redirect in out $command; echo \$?; cat out"
		came_back $code "$hint"
		plain out
		[ -s "$err" ] || [ -s "$made/out" ] || [ -s "$out" ] ||
			wrong 'no message, neither on stderr nor in OUT' "$hint"
	done
}

# Prints which of 0 to 63 are open in CMD itself.
show_open='i=0; all=
	while [ $i -lt 64 ]; do
		[ ! -e /proc/self/fd/$i ] || all="$all $i"
		i=$((i + 1))
	done
	echo "open:$all"; : >done'

@test "1 point: CMD has no descriptor that redirect opened" {
	make_in 3
	echo 'open: 0 1 2' >"$want"
	settled '' sh -c "$show_open"
	again="$make; ./redirect in out ls -l /proc/self/fd; cat out   # 3 is ls's own"
	came_back 0
	out_is "$want" 'dup2 leaves the old number open: the child closes what open returned before it calls exec'
}

@test "1 point: CMD has no descriptor that redirect was started with" {
	local open fd
	make_in 3
	again="$make; ./redirect in out ls -l /proc/self/fd 7<in 33<in; cat out   # 3 is ls's own"
	in_cage --time=8 --read="$GRADE_PROGRAM" -- bash -c 'exec 5<in 7>more 33<in 63<in
		"$@"; s=$?; i=0
		until [ -e done ] || [ $i -ge 100 ]; do
			sleep 0.02; i=$((i + 1))
		done; exit $s' bash "$GRADE_PROGRAM" in out sh -c "$show_open"
	came_back 0
	plain out
	open=$(head -c 300 "$made/out")
	case $open in
	'open: 0 1 2'*) ;;
	*) wrong "CMD wrote: $open, expected: open: 0 1 2" ;;
	esac
	for fd in 5 7 33 63; do
		[[ " $open " != *" $fd "* ]] ||
			wrong "redirect was started with 5, 7, 33 and 63 open, and CMD has: $open; expected: open: 0 1 2" \
				'exec keeps every descriptor that is not close-on-exec: the child closes all from 3 up, to sysconf(_SC_OPEN_MAX)'
	done
}

@test "1 point: IN or OUT that cannot be opened: a message, exit 1, and OUT as it was" {
	local name
	copies
	echo "kept $RANDOM" | tee "$want" >"$before"
	gives_both
	take ran new
	for name in out new; do
		caged -- "missing-$RANDOM" "$name" sh -c ': >ran'
		again="echo kept >out; ./redirect missing $name true; echo \$?; cat $name"
		came_back 1
		said 'say on stderr which file, and why'
		! there ran || wrong 'CMD was run, though IN is missing'
		out_is "$want" 'open IN first: O_TRUNC empties OUT at once'
	done
	again='rm -f new; ./redirect missing new true; ls new'
	! there new || wrong 'OUT was made, though IN is missing' 'open IN first: O_CREAT makes OUT at once'
	give
	give in:000 "$input"
	give out "$before"
	in_cage -- test -r in
	if [ "$status" -eq 1 ]; then # it is no root in there, which may read all
		caged -- in out sh -c ': >ran'
		again="$make; chmod 000 in; echo kept >out; ./redirect in out true; echo \$?; cat out   # not as root"
		came_back 1
		said 'say on stderr which file, and why'
		! there ran || wrong 'CMD was run, though IN may not be read'
		out_is "$want" 'open IN first: O_TRUNC empties OUT at once, and only open tells whether IN can be opened'
	fi
	gives_both
	caged -- in missing/out sh -c ': >ran'
	again="$make; ./redirect in missing/out true; echo \$?"
	came_back 1
	said 'say on stderr which file, and why'
	! there ran || wrong 'CMD was run, though OUT could not be opened'
}

@test "1 point: a wait that was interrupted goes on, and a failed fork is said" {
	local code=$((2 + RANDOM % 100))
	make_in $((2 + RANDOM % 20))
	tr -d '\001\134' <"$input" >"$want"
	cp "$want" "$input"
	traced -e trace=wait4,waitid -e inject=wait4,waitid:error=EINTR:when=1 -- \
		in out sh -c "while read -r line; do echo \"\$line\"; done; exit $code"
	came_back "$code" 'wait returns -1 with EINTR when a signal comes: that is no failure, and no status; call it again'
	out_is "$want"
	traced -e inject="$forks":error=EAGAIN -- in out true
	grep -q INJECTED "$trace" || wrong 'redirect makes no process for CMD'
	came_back 1 'fork returns -1 where no process can be made: do not wait for it'
	said 'fork returns -1 where no process can be made'
}
