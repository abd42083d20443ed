#!/usr/bin/env bats
# graders.bats: the graders are graded. Every reference solution gets full
# marks, every skeleton nothing, and every program in tests/wrong fails the
# tests that its header names, one a line, and no others:
#
#	 * fails: WORDS OF THE TEST'S NAME

SOLUTIONS_RUNS=${RUNS:-3} # under load; as often as make soak says

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

@test "every reference solution gets full marks, under load" {
	local i name
	[ -d tests/solutions ] || skip "the solutions are not handed out"
	mkdir "$place/solutions"
	cp tests/solutions/*.c "$place/solutions"
	for name in $(exercises); do
		[ -e "tests/solutions/$name.c" ] || {
			echo "no tests/solutions/$name.c"
			return 1
		}
	done
	load_starts
	for ((i = 0; i < SOLUTIONS_RUNS; i++)); do
		try alone timeout 300 "$BIN/grade" --submission="$place/solutions"
		if [ "$status" -ne 0 ] || grep -q 'it tried' "$out"; then
			cat "$out" "$err"
			return 1
		fi
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
