#!/usr/bin/env bats
# grade.bats: grade with a small exercise of its own, tests/tools/grade: right
# and wrong answers, and submissions that attack their grader.
load ../helper

setup() {
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	started=
	grade=$BIN/grade
	given=$ROOT/tests/tools/grade
	# cage's own users must get there: bats' folder is closed to them
	place=$(mktemp -d /tmp/ipclab-test-XXXXXX)
	chmod 755 "$place"
	mkdir "$place/lessons" "$place/tmp"
	cp "$ROOT/lessons/grader.bash" "$place/lessons"
	cp -r "$given/01-doubling" "$place/lessons"
	export IPCLAB_LESSONS=$place/lessons TMPDIR=$place/tmp
}

teardown() {
	[ -z "$started" ] || kill "$started" 2>/dev/null || :
	rm -rf "$place"
}

# submit NAME [FILE]: a submission; FILE is its twice.c, if it has one
submit() {
	mkdir -p "$place/$1"
	[ -z "${2:-}" ] || cp "$2" "$place/$1/twice.c"
}

# graded NAME [OPTION]...
graded() {
	local name=$1
	shift
	try alone timeout 300 "$grade" --seed=1 --submission="$place/$name" "$@"
	nothing_remains
}

# remarked FIELDS: the CSV line of the last submission, without the seconds
remarked() {
	local line
	line=$(sed -E 's/,[0-9]+\.[0-9],/,/' "$out")
	[ "$line" = "$1" ] || {
		echo "the line is: $line"
		echo "expected:    $1"
		cat "$err"
		return 1
	}
}

# From here on grade has a cage that protects nothing.
without_cage() {
	mkdir "$place/bin"
	cp "$BIN/grade" "$place/bin"
	cp "$given/cage-of-paper" "$place/bin/cage"
	grade=$place/bin/grade
}

# No file, and no process that was started from below our folder.
nothing_remains() {
	[ -z "$(ls -A "$TMPDIR")" ] || {
		echo "left in TMPDIR: $(ls -A "$TMPDIR")"
		return 1
	}
	until_true 5 nobody_runs || {
		echo "left running: $(running)"
		return 1
	}
}

running() {
	find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "$place/tmp/*" \
		2>/dev/null || :
}

nobody_runs() {
	[ -z "$(running)" ]
}

somebody_runs() {
	[ -n "$(running)" ]
}

@test "the right answer gets full marks and status 0, the total stands last" {
	submit right "$given/answers/right.c"
	graded right
	status_is 0
	grep -Eq '^01 twice +10 of +10  ##########' "$out"
	[ "$(tail -n 1 "$out")" = "total 10 of 10" ]
	[ ! -s "$err" ]
}

@test "partial work gets its part, and says what was expected" {
	submit partial "$given/answers/partial.c"
	graded partial
	status_is 1
	grep -Eq '^01 twice +7 of +10  #######\.\.\.' "$out"
	has "$out" '01 twice: 3 points lost: a failed read is told'
	has "$out" 'exit status 0, expected 1'
	has "$out" 'see it again: '
	has "$out" '--seed=1'
	[ "$(tail -n 1 "$out")" = "total 7 of 10" ]
	[ "$(grep -c 'in test file' "$out")" -eq 0 ]
}

@test "without --submission the student's own file is graded" {
	try alone timeout 100 "$grade" --format=csv
	status_is 1
	remarked 'lessons,0,0,10,'
	cp "$given/answers/right.c" "$IPCLAB_LESSONS/01-doubling/twice.c"
	try alone timeout 100 "$grade" --format=csv
	status_is 0
	remarked 'lessons,10,10,10,'
}

@test "exercises are chosen by number or name; another one is wrong usage" {
	local wanted
	submit right "$given/answers/right.c"
	for wanted in 1 01 twice 01-doubling; do
		graded right --format=csv "$wanted"
		status_is 0
	done
	graded right 02
	status_is 2
	has "$err" '02 is not the number or name of an exercise'
	graded elsewhere
	status_is 2
	has "$err" 'there is no such folder'
}

@test "a missing file, and what is no plain file, is a grade" {
	submit none
	graded none --format=csv
	status_is 1
	remarked 'none,0,0,10,twice: missing'
	submit link
	ln -s "$given/answers/right.c" "$place/link/twice.c"
	graded link --format=csv
	remarked 'link,0,0,10,twice: not a plain file'
	submit fifo
	mkfifo "$place/fifo/twice.c"
	graded fifo --format=csv
	remarked 'fifo,0,0,10,twice: not a plain file'
	submit folder
	mkdir "$place/folder/twice.c"
	graded folder --format=csv
	remarked 'folder,0,0,10,twice: not a plain file'
	submit large
	truncate -s 1G "$place/large/twice.c"
	graded large --format=csv
	remarked 'large,0,0,10,twice: does not compile: too large'
}

@test "what does not compile gets the compiler's words, fit to be shown" {
	submit broken
	printf 'int main(void) { return \033[31m }\n' >"$place/broken/twice.c"
	graded broken
	status_is 1
	has "$out" '01 twice: does not compile'
	has "$out" 'twice.c:1:'
	has "$out" 'error:'
	[ "$(grep -c $'\033' "$out")" -eq 0 ]
	submit picture
	head -c 20000 "$BIN/grade" >"$place/picture/twice.c"
	graded picture --format=gradescope
	status_is 1
	jq -e '.score == 0' "$out" >/dev/null
	graded picture --format=csv
	has "$out" 'twice: does not compile'
	submit empty /dev/null
	graded empty --format=csv
	remarked 'empty,0,0,10,twice: does not compile'
}

@test "a hang, a crash and a leak are called by their names" {
	submit crash "$given/answers/crash.c"
	graded crash --format=csv
	remarked 'crash,0,0,10,twice: killed by SIGABRT'
	submit hang "$given/answers/hang.c"
	graded hang --format=csv
	remarked 'hang,0,0,10,twice: hang'
	submit leak "$given/answers/leak.c"
	graded leak --format=csv
	has "$out" 'left processes'
	[[ $(<"$out") = leak,0,0,10,* ]]
}

@test "who attacks the grader gains nothing, is named, and leaves nothing" {
	local source name word
	for source in "$given"/hostile/*.c; do
		name=$(basename "$source" .c)
		submit "$name" "$source"
		graded "$name" --format=csv
		status_is 1
		[[ $(<"$out") = "$name,0,0,10,"* ]] || {
			cat "$out" "$err"
			return 1
		}
		word=$(sed -n 's/^ \* named: //p' "$source")
		[ -n "$word" ]
		[[ $word = nothing* ]] || has "$out" "$word"
		cmp "$given/01-doubling/grade.bats" \
			"$IPCLAB_LESSONS/01-doubling/grade.bats"
	done
}

@test "an attack that nothing prevents is detected and named" {
	local attack
	without_cage
	submit right "$given/answers/right.c"
	graded right --format=csv
	remarked 'right,10,10,10,'
	has "$err" "nothing here keeps a submission from the grader's processes"
	for attack in writes-tap knows-mark kills-parents edits-grader; do
		submit "$attack" "$given/hostile/$attack.c"
		graded "$attack" --format=csv
		status_is 1
		cat "$out" >>"$place/named"
	done
	grep -E '^writes-tap,0,0,10,.*: a forged result: ' "$place/named"
	grep -E '^knows-mark,0,0,10,.*: a forged result: ' "$place/named"
	grep -E '^kills-parents,0,0,10,.*: the grader was killed by SIGKILL' "$place/named"
	grep -E "^edits-grader,0,0,10,.*: the grader's .* was changed" "$place/named"
}

@test "what bats says counts only if it can be true" {
	# a bats that says what the file holds, and ends with the given status
	local n=0 says ends
	mkdir "$place/path"
	cat >"$place/path/bats" <<-'BATS'
		#!/usr/bin/env bash
		folder=$(dirname "$0")
		sed "s/MARK/${BATS_TEST_NAME_PREFIX% }/" "$folder/says"
		exit "$(cat "$folder/ends")"
	BATS
	chmod +x "$place/path/bats"
	submit right "$given/answers/right.c"
	local all=('5 points: every byte comes twice'
		'2 points: a long input, too' '3 points: a failed read is told')
	local good="ok 1 MARK ${all[0]}
ok 2 MARK ${all[1]}
ok 3 MARK ${all[2]}"
	while IFS='|' read -r ends points says; do
		n=$((n + 1))
		echo "$ends" >"$place/path/ends"
		printf '%b\n' "${says//GOOD/$good}" >"$place/path/says"
		PATH=$place/path:$PATH graded right --format=csv
		[[ $(<"$out") = "right,$points,"* ]] || {
			echo "line $n: $ends, $says: $(<"$out")"
			return 1
		}
	done <<-SAYS
		0|10|1..3\nGOOD
		0|10|GOOD\n1..3
		1|0|1..3\nGOOD
		0|0|GOOD
		0|0|1..4\nGOOD
		0|0|1..3\n1..3\nGOOD
		0|0|1..3\nGOOD\nok 4 MARK ${all[0]}
		0|0|1..3\nGOOD\nok 3 MARK ${all[2]}
		0|0|1..3\nok 1 ${all[0]}\nok 2 MARK ${all[1]}\nok 3 MARK ${all[2]}
		0|0|1..3\nok 1 MARK ${all[1]}\nok 2 MARK ${all[0]}\nok 3 MARK ${all[2]}
		0|0|1..3\nok 2 MARK ${all[1]}\nok 1 MARK ${all[0]}\nok 3 MARK ${all[2]}
		0|0|1..3\nok 1 MARK ${all[0]}\nok 2 MARK ${all[1]}
		0|0|1..3\nGOOD\nhello
		1|5|1..3\nok 1 MARK ${all[0]}\nnot ok 2 MARK ${all[1]}\n# a\nnot ok 3 MARK ${all[2]}
		0|0|1..3\nok 1 MARK ${all[0]}\nnot ok 2 MARK ${all[1]}\n# a\nnot ok 3 MARK ${all[2]}
		2|0|1..3\nok 1 MARK ${all[0]}\nnot ok 2 MARK ${all[1]}\n# a\nnot ok 3 MARK ${all[2]}
		137|0|1..3\nGOOD
		0|0|
		0|7|1..3\nok 1 MARK ${all[0]}\nok 2 MARK ${all[1]}\nok 3 MARK ${all[2]} # skip not checked: no strace
		0|0|1..3\nok 1 MARK ${all[0]}\nok 2 MARK ${all[1]}\nok 3 MARK ${all[2]} # skip
	SAYS
	[ "$n" -eq 20 ]
}

@test "what cannot be checked is neither lost nor gained" {
	mkdir "$place/path"
	printf '#!/bin/sh\nexit 1\n' >"$place/path/strace"
	chmod +x "$place/path/strace"
	submit right "$given/answers/right.c"
	export PATH=$place/path:$PATH
	graded right --format=csv
	status_is 0
	remarked 'right,7,7,7,twice: 3 points not checked'
	graded right
	grep -q '^01 twice: 3 points not checked: a failed read' "$out"
	[ "$(tail -n 1 "$out")" = "total 7 of 7" ]
	graded right --format=gradescope
	jq -e '.score == 7 and ([.tests[].max_score] | add) == 7' "$out" >/dev/null
}

@test "a grader that is not there is named, in every format" {
	submit right "$given/answers/right.c"
	mkdir "$place/path"
	ln -s /usr/bin/cc "$place/path/cc"
	PATH=$place/path try alone "$(command -v timeout)" 100 "$BIN/grade" \
		--submission="$place/right" --format=gradescope
	status_is 1
	jq -e '.score == 0 and (.output | contains("the grader failed: bats"))' \
		"$out" >/dev/null
}

# plants NAME: tests/solutions/NAME.c, that puts something else at every name that
# a grader uses: before it works, and again when it has.
plants() {
	mkdir -p "$place/plants"
	{
		cat "$given/plants.c"
		cat "tests/solutions/$1.c"
	} >"$place/plants/$1.c"
}

@test "what a submission plants at the grader's names leads nowhere" {
	[ -d tests/solutions ] || skip "the solutions are not handed out"
	local began name solution secret=$place/outside
	for solution in tests/solutions/*.c; do
		plants "$(basename "$solution" .c)"
	done
	mkdir -m 777 "$secret"
	for name in a b; do
		echo "secret $name" >"$secret/$name"
		chmod 600 "$secret/$name"
	done
	sed -i "s|OUTSIDE|$secret|" "$place"/plants/*.c
	began=$SECONDS
	IPCLAB_LESSONS=$ROOT/lessons graded plants
	status_is 1
	[ $((SECONDS - began)) -lt 120 ]
	[ "$(cat "$secret"/*)" = $'secret a\nsecret b' ]
	[ "$(stat -c %a%u "$secret"/* | sort -u)" = "600$(id -u)" ]
	[ "$(find "$secret" -type f | wc -l)" -eq 2 ]
	lacks "$out" 'secret [ab]'
	has "$out" 'it put into its folder what is neither file nor folder: '
	[ "$(tail -n 1 "$out")" = "total 0 of 60" ]
}

# As a user who has little of something; grade must be where that user gets.
with_little() {
	local as=()
	[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	mkdir -p "$place/bin"
	cp "$BIN/grade" "$BIN/cage" "$place/bin"
	chmod 777 "$TMPDIR"
	try alone timeout 300 "${as[@]}" bash -c "$1; exec \"\$0\" --seed=1 --submission=\"\$1\" --format=csv" \
		"$place/bin/grade" "$place/right"
}

@test "what the grader itself has too little of is told as such: not graded" {
	local little
	submit right "$given/answers/right.c"
	for little in 'ulimit -f 1' 'ulimit -f 20' 'ulimit -v 20000' 'ulimit -u 3'; do
		with_little "$little"
		[ "$status" -eq 0 ] || [ ! -s "$out" ] || [[ $(<"$out") =~ ^right,,0,0,[0-9.]+,\"?twice:\ not\ graded:\  ]] || {
			echo "$little: $(cat "$out" "$err")"
			return 1
		}
		lacks "$out" 'forged|does not compile|,0,0,10,'
	done
	with_little true
	remarked 'right,10,10,10,'
}

@test "a disk that is full is not the submission's matter" {
	local size
	submit right "$given/answers/right.c"
	mount -t tmpfs -o size=100k tmpfs "$TMPDIR" 2>/dev/null || skip "nothing may be mounted"
	chmod 1777 "$TMPDIR"
	for size in 4k 60k 100k; do
		mount -o remount,size=$size "$TMPDIR"
		try alone timeout 300 "$grade" --seed=1 --submission="$place/right" --format=csv
		[ "$status" -eq 0 ] || [ ! -s "$out" ] ||
			[[ $(<"$out") =~ ^right,,0,0,[0-9.]+,\"?twice:\ not\ graded:\  ]] || {
			umount "$TMPDIR"
			cat "$out" "$err"
			return 1
		}
	done
	umount "$TMPDIR"
}

@test "no name and no output breaks a row, becomes a formula or moves a terminal" {
	local name
	for name in =1+1 @SUM -x +x $'a\nb' $'esc\033[31m' 'c,"d' $'\351\251'; do
		submit "$name" "$given/answers/partial.c"
		graded "$name" --format=csv
		[ "$(wc -l <"$out")" -eq 1 ]
		lacks "$out" '^"?[=+@-]'
		iconv -f UTF-8 -t UTF-8 "$out" >/dev/null
		graded "$name"
		[ "$(grep -c $'\033' "$out" "$err" | cut -d : -f 2 | xargs)" = "0 0" ]
	done
	# what it prints is not taken for the grader's words
	submit says
	cat >"$place/says/twice.c" <<-'SAYS'
		#include <stdio.h>
		int main(void) {
			fputs("x\nit was killed by =SIGKILL\nit left processes running: 3\n"
				"see it again: rm -rf /\nok 2 fake\n\377\303", stderr);
			return 1;
		}
	SAYS
	graded says --format=csv
	remarked 'says,0,0,10,'
	graded says
	[ "$(grep -c '^    see it again: rm' "$out")" -eq 0 ]
	graded says --format=gradescope
	is_results_json "$out"
	iconv -f UTF-8 -t UTF-8 "$out" >/dev/null
}

@test "what a source includes is its own, or of the system's headers" {
	local path
	echo 'SECRET WORD' >"$place/secret"
	chmod 644 "$place/secret"
	for path in "$place/secret" /etc/passwd /proc/self/environ; do
		submit includes
		printf '#include "%s"\nint main(void) { return 0; }\n' "$path" \
			>"$place/includes/twice.c"
		graded includes
		lacks "$out" 'SECRET|root:|PATH='
		has "$out" 'does not compile'
		printf '__asm__(".data\\nx: .incbin \"%s\"");\nint main(void) { return 0; }\n' "$path" \
			>"$place/includes/twice.c"
		graded includes
		lacks "$out" 'SECRET|root:|PATH='
		has "$out" 'does not compile'
	done
	# and what never comes to an end
	printf '#include "/dev/zero"\n' >"$place/includes/twice.c"
	graded includes --format=csv
	has "$out" 'does not compile'
}

# The published form of results.json, in shared words.
is_results_json() {
	jq -e '
		def text: type == "string";
		def number: type == "number";
		(keys - ["score", "execution_time", "output", "output_format",
			"tests", "extra_data"] == []) and
		(.score | number) and (.execution_time | number) and
		(.output | text) and .output_format == "text" and
		(.extra_data | type) == "object" and
		(.tests | type) == "array" and
		all(.tests[];
			(keys - ["number", "name", "score", "max_score", "status",
				"output", "output_format"] == []) and
			(.number | text) and (.name | text) and (.output | text) and
			(.score | number) and (.max_score | number) and
			.score <= .max_score and .output_format == "text" and
			(has("status") | not) or
			.status == (if .score == .max_score then "passed" else "failed" end)) and
		.score == ([.tests[].score] | add)' "$1" >/dev/null || {
		cat "$1"
		return 1
	}
}

@test "results.json is as Gradescope wants it, whatever was submitted" {
	local name
	submit right "$given/answers/right.c"
	submit partial "$given/answers/partial.c"
	submit none
	submit crash "$given/answers/crash.c"
	submit bytes
	printf '#include <stdio.h>\nint main(void) { fputs("\\377\\"\\\\\\001\\300\\200</script>\\xed\\xa0\\x80", stdout); return 1; }\n' \
		>"$place/bytes/twice.c"
	for name in right partial none crash bytes; do
		graded "$name" --format=gradescope
		is_results_json "$out"
		iconv -f UTF-8 -t UTF-8 "$out" >/dev/null
	done
	graded right --format=gradescope
	jq -e '.score == 10 and .extra_data.seed == 1' "$out" >/dev/null
}

@test "CSV is one line, quoted where it must be" {
	submit 'a "b", c' "$given/answers/right.c"
	graded 'a "b", c' --format=csv --header
	[ "$(head -n 1 "$out")" = submission,twice,total,max,seconds,remarks ]
	sed -n 2p "$out" | grep -Eq '^"a ""b"", c",10,10,10,[0-9]+\.[0-9],$'
	[ "$(wc -l <"$out")" -eq 2 ]
}

# as in lessons/README.md
@test "twenty submissions go through xargs -P, one line each" {
	local i
	for ((i = 0; i < 20; i++)); do
		case $((i % 4)) in
		0) submit "all/s$i" "$given/answers/right.c" ;;
		1) submit "all/s$i" "$given/answers/partial.c" ;;
		2) submit "all/s$i" "$given/hostile/kills-parents.c" ;;
		3) submit "all/s$i" ;;
		esac
	done
	find "$place/all" -mindepth 1 -maxdepth 1 -type d -print0 |
		alone timeout 500 xargs -0 -P "$(nproc)" -I DIR \
			"$grade" --submission=DIR --format=csv >"$out" || :
	nothing_remains
	[ "$(wc -l <"$out")" -eq 20 ]
	[ "$(grep -Ec '^s[0-9]+,10,10,10,' "$out")" -eq 5 ]
	[ "$(grep -Ec '^s[0-9]+,7,7,10,' "$out")" -eq 5 ]
	[ "$(grep -Ec '^s[0-9]+,0,0,10,' "$out")" -eq 10 ]
	[ "$(grep -c missing "$out")" -eq 5 ]
}

@test "GNU parallel does the same" {
	parallel --version 2>/dev/null | grep -q GNU || skip "GNU parallel is not here"
	submit all/one "$given/answers/right.c"
	submit all/two
	HOME=$place alone timeout 300 parallel --will-cite "$grade" --submission={} --format=csv \
		::: "$place"/all/* >"$out" || :
	[ "$(wc -l <"$out")" -eq 2 ]
	grep -q '^one,10,10,10,' "$out"
}

@test "entr grades again on save" {
	command -v entr >/dev/null || skip "entr is not here"
	local file=$IPCLAB_LESSONS/01-doubling/twice.c
	cp "$given/answers/right.c" "$file"
	echo "$file" | timeout 100 entr -np "$grade" 01 >"$out" 2>"$err" 3>&- 4>&- &
	started=$!
	graded_again() {
		grep -q '^total 10 of 10' "$out"
	}
	saved() { # once in a while: entr waits until no more changes come
		touch "$file"
		until_true 5 graded_again
	}
	until_true 60 saved
}

@test "a signal ends the run with all that it started" {
	local pid number
	submit hang "$given/answers/hang.c"
	for number in TERM INT; do
		env --default-signal=INT "$grade" \
			--submission="$place/hang" >"$out" 2>&1 3>&- 4>&- &
		pid=$!
		until_true 60 somebody_runs
		kill -"$number" "$pid"
		status=0
		wait "$pid" || status=$?
		[ "$status" -eq $((128 + $(kill -l "$number"))) ]
		nothing_remains
		[ ! -s "$out" ]
	done
}

@test "help has an example that works, wrong usage is told" {
	try "$grade" --help
	status_is 0
	has "$out" 'Example:'
	has "$out" 'bin/grade --seed=1 01'
	try alone "$grade" --seed=1 01
	status_is 1
	[ ! -s "$err" ]
	try "$grade" --version
	[[ $(<"$out") = "grade (ipclab) "* ]]
	try "$grade" --format=xml
	status_is 2
	try "$grade" --seed=-1
	status_is 2
	[ "$(wc -l <"$err")" -eq 1 ]
}
