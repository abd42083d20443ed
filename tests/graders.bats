#!/usr/bin/env bats
# graders.bats: the graders are graded. Every solution gets full marks, every
# skeleton nothing, and every program in tests/wrong fails the tests that its
# header names, one a line, and no others:
#
#	 * fails: WORDS OF THE TEST'S NAME

# make soak takes 20 and 100
SOLUTIONS_RUNS=${SOLUTIONS_RUNS:-3} # under load
SUBMISSIONS=${SUBMISSIONS:-4}       # side by side

load helper

setup() {
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	# cage's own users must get there: bats' folder is closed to them
	place=$(mktemp -d /tmp/ipclab-test-XXXXXX)
	chmod 755 "$place"
	mkdir "$place/tmp"
	export TMPDIR=$place/tmp IPCLAB_LESSONS=$ROOT/lessons
}

teardown() {
	load_stops
	rm -rf "$place"
}

# The exercises: NAME of each lessons/NN-*/NAME.c beside a grade.bats.
exercises() {
	local tests
	for tests in "$ROOT"/lessons/*/grade.bats; do
		[ -e "$tests" ] || continue
		basename "$(echo "${tests%/*}"/*.c)" .c
	done
}

# exercise_of FILE: the exercise that the wrong answer FILE belongs to: the
# longest name of one that its own name starts with.
exercise_of() {
	local name found='' file
	file=$(basename "$1" .c)
	for name in $(exercises); do
		if [[ $file = "$name"-* && ${#name} -gt ${#found} ]]; then
			found=$name
		fi
	done
	echo "$found"
}

# Grades $place/wrong/EXERCISE-MISTAKE/EXERCISE.c, so many at a time as there are
# processors, into results.json beside it.
grade_wrong() {
	# shellcheck disable=SC2016 # expanded by that shell
	find "$place/wrong" -name '*.c' -print0 |
		BIN=$BIN alone timeout 1500 xargs -0 -P "$(nproc)" -I FILE bash -c '
			folder=$(dirname "$1")
			"$BIN/grade" --format=gradescope --submission="$folder" \
				"$(basename "$1" .c)" >"$folder/results.json" || :' bash FILE
}

# show RESULTS: the seed, and what the tests said.
show() {
	jq -r '"seed \(.extra_data.seed)  \(.output)",
		(.tests[] | select(.status == "failed") | .name, .output)' "$1"
}

@test "solutions get full marks, under load" {
	local i name names solution folder
	[ -d tests/solutions ] || skip "the solutions are not handed out"
	for name in $(exercises); do
		[ -e "tests/solutions/$name.c" ] || {
			echo "no tests/solutions/$name.c"
			return 1
		}
	done
	mapfile -t names < <(exercises)
	# a submission has one of each exercise; the first ones are the references
	for name in "${names[@]}"; do
		i=0
		for solution in "tests/solutions/$name.c" "tests/solutions/$name"/*.c; do
			[ -e "$solution" ] || continue
			mkdir -p "$place/solutions/$((++i))"
			cp "$solution" "$place/solutions/$i/$name.c"
		done
	done
	load_starts
	for ((i = 0; i < SOLUTIONS_RUNS; i++)); do
		for folder in "$place"/solutions/*; do
			mapfile -t names < <(basename -s .c "$folder"/*.c)
			try alone timeout 300 "$BIN/grade" --submission="$folder" "${names[@]}"
			if [ "$status" -ne 0 ] || grep -q 'it tried' "$out"; then
				echo "solution $(basename "$folder") of each"
				cat "$out" "$err"
				return 1
			fi
		done
	done
}

@test "every skeleton compiles without a word and gets no point" {
	local skeleton cc
	for skeleton in lessons/*/*.c; do
		[ -e "$skeleton" ] || skip "no exercises yet"
		for cc in gcc clang; do
			command -v "$cc" >/dev/null || continue
			"$cc" -std=c11 -D_XOPEN_SOURCE=700 -Wall -Wextra -Werror -O1 -g \
				-o "$place/skeleton" "$skeleton"
		done
	done
	try alone timeout 300 "$BIN/grade" --format=csv
	status_is 1
	# name, points of each, total: all 0
	sed -E 's/^[^,]*,//; s/,[0-9]+,[0-9]+\.[0-9],.*//' "$out" | grep -Ex '0(,0)*'
}

@test "every wrong answer fails the tests that its header names, and no others" {
	local wrong name folder failed=0
	[ -d tests/wrong ] || skip "the wrong answers are not handed out"
	for wrong in tests/wrong/*.c; do
		name=$(exercise_of "$wrong")
		[ -n "$name" ] || {
			echo "$wrong: of which exercise?"
			return 1
		}
		mkdir -p "$place/wrong/$(basename "$wrong" .c)"
		cp "$wrong" "$place/wrong/$(basename "$wrong" .c)/$name.c"
	done
	grade_wrong
	for wrong in tests/wrong/*.c; do
		folder=$place/wrong/$(basename "$wrong" .c)
		name=$(exercise_of "$wrong")
		jq -r --arg name "$name: " '.tests[] |
			select(.status == "failed") | .name | ltrimstr($name)' \
			"$folder/results.json" | sort >"$folder/came"
		# a student's mistake is no attack
		jq -r '.output | capture("(?<it>tried [a-z0-9]+)").it' \
			"$folder/results.json" 2>/dev/null >>"$folder/came" || :
		sed -n 's/^ \* fails: //p' "$wrong" | sort >"$folder/expected"
		[ -s "$folder/expected" ] || echo "no test is named" >>"$folder/came"
		jq -r '.tests[].output' "$folder/results.json" |
			sed -n 's/^see it again: //p' >"$folder/again"
		# commands, each of the program under its name
		bash -n "$folder/again" || echo "see it again: no command" >>"$folder/came"
		! grep -vF "./$name" "$folder/again" || echo "see it again: not ./$name" >>"$folder/came"
		diff -u --label "$wrong" --label 'what failed' \
			"$folder/expected" "$folder/came" || {
			show "$folder/results.json"
			failed=1
		}
	done
	[ "$failed" -eq 0 ]
}

@test "every exercise has at least five known mistakes" {
	local name count
	[ -d tests/wrong ] || skip "the wrong answers are not handed out"
	for name in $(exercises); do
		count=0
		for wrong in tests/wrong/"$name"-*.c; do
			[ "$(exercise_of "$wrong")" != "$name" ] || count=$((count + 1))
		done
		[ "$count" -ge 5 ] || {
			echo "$name has $count"
			return 1
		}
	done
}

# The block of lessons/README.md that has an editor in it, without times.
student_block() {
	awk '/^```text$/ { inside = 1; block = ""; next }
		/^```$/ { if (inside && block ~ /\n\$ vi /) printf "%s", block; inside = 0 }
		inside { block = block $0 "\n" }' lessons/README.md | without_times
}

without_times() {
	sed -E 's/^([0-9]{2} .* of .*) +[0-9]+\.[0-9] s$/\1 TIME/'
}

# typed COMMAND: as the student types it, whose editor knows the answer
typed() {
	case $1 in
	bin/*) alone timeout 100 bash -c "$BIN/${1#bin/}" || : ;;
	vi*) cp "$ROOT/tests/solutions/upcase.c" lessons/01-lowio-std ;;
	*) bash -c "$1" ;;
	esac
}

@test "fail, hint, fix, pass in lessons/README.md is what happens" {
	[ -d tests/wrong ] || skip "the wrong answers are not handed out"
	local line more
	student_block >"$place/shown"
	[ -s "$place/shown" ]
	mkdir "$place/student"
	cp -r lessons "$place/student"
	cd "$place/student"
	cp "$ROOT/tests/wrong/upcase-short-end.c" lessons/01-lowio-std/upcase.c
	export IPCLAB_LESSONS=$PWD/lessons
	while IFS= read -r line; do
		[[ $line = '$ '* ]] || continue
		echo "$line"
		while [ "${line: -1}" = \\ ]; do
			IFS= read -r more
			echo "$more"
			line=${line%?}$more
		done
		typed "${line#"$ "}" </dev/null
	done <"$place/shown" | without_times >"$place/came"
	cd "$ROOT"
	diff "$place/shown" "$place/came"
}

# submit I: $place/all/sI, a full submission; by the last digit of I one that
# attacks, is right, has a mistake in each exercise, has three of them, or none.
submit() {
	local folder=$place/all/s$1 name hostile mistakes
	mkdir -p "$folder"
	mapfile -t hostile < <(find tests/tools/grade/hostile -name '*.c' | sort)
	for name in $(exercises); do
		case $(($1 % 10)) in
		0) cp "${hostile[$1 / 10 % ${#hostile[@]}]}" "$folder/$name.c" ;;
		[1469]) cp "tests/solutions/$name.c" "$folder" ;;
		[258])
			mapfile -t mistakes < <(find tests/wrong -name "$name-*.c" | sort)
			cp "${mistakes[$1 * 7 % ${#mistakes[@]}]}" "$folder/$name.c"
			;;
		3) [[ $name > f ]] || cp "tests/solutions/$name.c" "$folder" ;;
		7) cp lessons/*/"$name.c" "$folder" ;;
		esac
	done
}

# is_graded I: the line in $out, of points, total, 60, seconds and remarks
is_graded() {
	local line full remarks
	line=$(grep "^s$1," "$out")
	full='(10,){6}60,60,[0-9.]+,'
	remarks=${line#*,60,*,}
	case $(($1 % 10)) in
	0)
		[[ $line =~ ^s$1,(0,){7}60, ]] &&
			{ [ "$(tr -dc : <<<"$remarks" | wc -c)" -ge 6 ] || ! cage_hears; }
		;;
	[1469]) [[ $line =~ ^s$1,${full}$ ]] ;;
	[258]) [[ $line =~ ^s$1, && ! $line =~ ,60,60, && ! $line =~ tried ]] ;;
	3) [[ $line = *missing* && ! $line =~ ,60,60, ]] ;;
	7) [[ $line =~ ^s$1,(0,){7}60, ]] ;;
	esac || {
		echo "not as expected: $line"
		return 1
	}
}

nobody_runs() {
	[ -z "$(find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' \
		-lname "$place/*" 2>/dev/null)" ]
}

# As lessons/README.md has it. SUBMISSIONS=100 takes ten minutes on two processors.
@test "submissions are graded side by side, the hostile are named, nothing is left" {
	local i
	[ -d tests/wrong ] || skip "the answers are not handed out"
	for ((i = 0; i < SUBMISSIONS; i++)); do
		submit "$i"
	done
	find "$place/all" -mindepth 1 -maxdepth 1 -type d -print0 |
		alone xargs -0 -P "$(nproc)" -I DIR \
			"$BIN/grade" --submission=DIR --format=csv >"$out" || :
	cp "$out" "${GRADES:-/dev/null}"
	[ "$(wc -l <"$out")" -eq "$SUBMISSIONS" ]
	for ((i = 0; i < SUBMISSIONS; i++)); do
		is_graded "$i"
	done
	[ -z "$(ls -A "$TMPDIR")" ]
	until_true 5 nobody_runs
}
