#!/usr/bin/env bats
# graders.bats: the graders are graded. Every solution gets full marks, every
# skeleton nothing, and every known mistake fails the tests that its patch
# names, and no others. tests/wrong/README.md says what a patch is.
#
# What hangs on a change is graded, and of the rest a sixth, another one each
# day; turns.bash says how a run is repeated.

# make soak takes 20 and 100
SOLUTIONS_RUNS=${SOLUTIONS_RUNS:-1} # under load
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
	for tests in lessons/*/grade.bats; do
		[ -e "$tests" ] || continue
		basename "$(echo "${tests%/*}"/*.c)" .c
	done
}

# The known mistakes, tests/wrong/EXERCISE/MISTAKE.patch.
mistakes() {
	find tests/wrong -name '*.patch' | LC_ALL=C sort
}

# exercise_of PATCH
exercise_of() {
	local folder=${1%/*}
	echo "${folder##*/}"
}

# solution_of PATCH: the file that it changes.
solution_of() {
	sed -n 's|^--- a/|tests/solutions/|p' "$1"
}

# fails PATCH: the tests that it names.
fails() {
	sed -n 's/^fails: //p' "$1"
}

# wrong_program PATCH FOLDER: makes FOLDER/EXERCISE.c, to the letter.
wrong_program() {
	mkdir -p "$2"
	patch --unified --forward --fuzz=0 --silent --reject-file=- \
		--output="$2/$(exercise_of "$1").c" "$(solution_of "$1")" "$1" || {
		echo "$1 does not apply"
		return 1
	}
}

# Prose changes no mark.
changed_files() {
	changed lessons src tests | grep -v '/README\.md$' || :
}

# hangs_on EXERCISE|PATCH: a pattern of the files that may change its marks.
hangs_on() {
	local name=$1
	[[ $1 != *.patch ]] || name=$(exercise_of "$1")
	echo "^$(dirname lessons/*/"$name.c")/"
	case $1 in
	*.patch) echo "^($1|$(solution_of "$1"))\$" ;;
	*) echo "^tests/solutions/$1(\.c\$|/)" ;;
	esac
}

# taken: of the lines that come in, exercises or patches, those that hang on a
# change, and a sixth of all. What every mark passes through is no change of all,
# which takes minutes: a fault there is seen in many, so a third will do.
taken() {
	local n=6 i files lines
	if [ -n "$SOAK" ]; then
		cat
		return
	fi
	mapfile -t lines
	files=$(changed_files)
	! grep -qE '^(lessons/grader\.bash$|src/(base|tools/(cage|grade))/)' <<<"$files" ||
		n=3
	[ "$n" -le ${#lines[@]} ] || n=1
	for ((i = 0; i < ${#lines[@]}; i++)); do
		if [ $((i % n)) -eq $((ROTATE % n)) ] ||
			grep -qE -f <(hangs_on "${lines[i]}") <<<"$files"; then
			echo "${lines[i]}"
		fi
	done
}

# tell WHAT ALL NAME...: which of ALL a test takes, for who reads its result.
tell() {
	local what=$1 all=$2 from
	shift 2
	from=$(base)
	{
		echo "$what: $# of $all, ROTATE=$ROTATE BASE=${from:0:12} SOAK=$SOAK"
		echo "$*" | fold -s -w 74 | sed 's/^/  /; s/ $//'
	} | sed 's/^/# /' >&3
}

# grade_wrong N: the N programs in $place/wrong, so many at a time as there are
# processors, each into results.json beside it.
grade_wrong() {
	# shellcheck disable=SC2016 # expanded by that shell
	find "$place/wrong" -name '*.c' -print0 |
		BIN=$BIN alone timeout $((300 + 20 * $1)) xargs -0 -P "$(nproc)" -I FILE bash -c '
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
	mapfile -t names < <(exercises | taken)
	tell 'solutions' "$(exercises | wc -l)" "${names[@]}"
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
	local skeleton cc names
	for skeleton in lessons/*/*.c; do
		[ -e "$skeleton" ] || skip "no exercises yet"
		for cc in gcc clang; do
			command -v "$cc" >/dev/null || continue
			"$cc" -std=c11 -D_XOPEN_SOURCE=700 -Wall -Wextra -Werror -O1 -g \
				-o "$place/skeleton" "$skeleton"
		done
	done
	mapfile -t names < <(exercises | taken)
	tell 'skeletons' "$(exercises | wc -l)" "${names[@]}"
	try alone timeout 300 "$BIN/grade" --format=csv "${names[@]}"
	status_is 1
	# name, points of each, total: all 0
	sed -E 's/^[^,]*,//; s/,[0-9]+,[0-9]+\.[0-9],.*//' "$out" | grep -Ex '0(,0)*'
}

@test "every known mistake is a patch that applies, compiles and names tests" {
	local patch name
	[ -d tests/wrong ] || skip "the known mistakes are not handed out"
	for name in $(exercises); do
		sed -nE 's/^@test "[0-9]+ points?: (.*)" \{$/\1/p' \
			"$(dirname lessons/*/"$name.c")/grade.bats" >"$place/$name"
	done
	for patch in $(mistakes); do
		name=$(exercise_of "$patch")
		case $(solution_of "$patch") in
		"tests/solutions/$name.c" | "tests/solutions/$name"/*.c) ;;
		*)
			echo "$patch: against which solution of $name?"
			return 1
			;;
		esac
		wrong_program "$patch" "$place/${patch#tests/}"
		fails "$patch" >"$place/named"
		if [ ! -s "$place/named" ] || grep -vxFf "$place/$name" "$place/named"; then
			echo "$patch: it names no test, or one that is not there"
			return 1
		fi
	done
	# what a mistake leaves without use may stay
	find "$place/wrong" -name '*.c' -print0 | alone xargs -0 -n 20 -P "$(nproc)" \
		"${CC:-cc}" -std=c11 -D_XOPEN_SOURCE=700 -fsyntax-only \
		-Wall -Wextra -Werror -Wno-unused
}

@test "known mistakes fail the tests that their patches name, and no others" {
	local patch patches name folder failed=0
	[ -d tests/wrong ] || skip "the known mistakes are not handed out"
	mapfile -t patches < <(mistakes | taken)
	mapfile -t names < <(printf '%s\n' "${patches[@]}" |
		sed 's|^tests/wrong/||; s|\.patch$||')
	tell 'known mistakes' "$(mistakes | wc -l)" "${names[@]}"
	for patch in "${patches[@]}"; do
		wrong_program "$patch" "$place/${patch#tests/}"
	done
	grade_wrong "${#patches[@]}"
	for patch in "${patches[@]}"; do
		folder=$place/${patch#tests/}
		name=$(exercise_of "$patch")
		jq -r --arg name "$name: " '.tests[] |
			select(.status == "failed") | .name | ltrimstr($name)' \
			"$folder/results.json" | sort >"$folder/came"
		# a student's mistake is no attack
		jq -r '.output | capture("(?<it>tried [a-z0-9]+)").it' \
			"$folder/results.json" 2>/dev/null >>"$folder/came" || :
		fails "$patch" | sort >"$folder/expected"
		[ -s "$folder/expected" ] || echo "no test is named" >>"$folder/came"
		jq -r '.tests[].output' "$folder/results.json" |
			sed -n 's/^see it again: //p' >"$folder/again"
		# commands, each of the program under its name
		bash -n "$folder/again" || echo "see it again: no command" >>"$folder/came"
		! grep -vF "./$name" "$folder/again" || echo "see it again: not ./$name" >>"$folder/came"
		diff -u --label "$patch" --label 'what failed' \
			"$folder/expected" "$folder/came" || {
			show "$folder/results.json"
			failed=1
		}
	done
	[ "$failed" -eq 0 ]
}

@test "every exercise has at least five known mistakes" {
	local name count
	[ -d tests/wrong ] || skip "the known mistakes are not handed out"
	for name in $(exercises); do
		count=$(mistakes | grep -c "^tests/wrong/$name/" || :)
		[ "$count" -ge 5 ] || {
			echo "$name has $count"
			return 1
		}
	done
}

@test "tests/wrong/new makes the patch that is there" {
	local patch=tests/wrong/redirect/signal-dropped.patch
	[ -d tests/wrong ] || skip "the known mistakes are not handed out"
	wrong_program "$patch" "$place"
	alone tests/wrong/new redirect "$place/redirect.c" "$(head -n 1 "$patch")" >"$out"
	diff "$patch" "$out"
}

# The block of lessons/README.md that has an editor in it, without times.
student_block() {
	awk '/^```text$/ { inside = 1; block = ""; next }
		/^```$/ { if (inside && block ~ /\n\$ vi /) printf "%s", block; inside = 0 }
		inside { block = block $0 "\n" }' lessons/README.md | without_times
}

without_times() {
	sed -E 's/^([0-9]{2} .* of .*[#.]) +[0-9]+\.[0-9] s$/\1 TIME/'
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
	wrong_program tests/wrong/upcase/short-end.patch "$place/student/lessons/01-lowio-std"
	cd "$place/student"
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

# submit I EXERCISE...: $place/all/sI, a submission; by the last digit of I one
# that attacks, is right, has a mistake in each exercise, lacks one, or has none.
submit() {
	local folder=$place/all/s$1 kind=$(($1 % 10)) pick=$1 name hostile mistakes
	shift
	mkdir -p "$folder"
	mapfile -t hostile < <(find tests/tools/grade/hostile -name '*.c' | sort)
	for name; do
		case $kind in
		0) cp "${hostile[pick / 10 % ${#hostile[@]}]}" "$folder/$name.c" ;;
		[1469]) cp "tests/solutions/$name.c" "$folder" ;;
		[258])
			mapfile -t mistakes < <(mistakes | grep "^tests/wrong/$name/")
			wrong_program "${mistakes[pick * 7 % ${#mistakes[@]}]}" "$folder"
			;;
		3) [ "$name" = "${!#}" ] || cp "tests/solutions/$name.c" "$folder" ;;
		7) cp lessons/*/"$name.c" "$folder" ;;
		esac
	done
}

# is_graded I N: the line in $out, of points for each of N exercises, total,
# maximum, seconds and remarks; who attacks gains nothing
is_graded() {
	local line most=$(($2 * 10))
	line=$(grep "^s$1," "$out")
	case $(($1 % 10)) in
	[1469]) [[ $line =~ ^s$1,(10,){$2}$most,$most,[0-9.]+,$ ]] ;;
	[258]) [[ $line =~ ^s$1, && $line != *,"$most,$most",* && ! $line =~ planted ]] ;;
	3) [[ $line = *missing* && $line != *,"$most,$most",* ]] ;;
	0 | 7) [[ $line =~ ^s$1,(0,){$(($2 + 1))}$most, ]] ;;
	esac || {
		echo "not as expected: $line"
		return 1
	}
}

nobody_runs() {
	[ -z "$(find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' \
		-lname "$place/*" 2>/dev/null)" ]
}

# As lessons/README.md has it. SUBMISSIONS=100 of all takes ten minutes on two
# processors.
@test "submissions are graded side by side, the hostile gain nothing, nothing is left" {
	local i names
	[ -d tests/wrong ] || skip "the answers are not handed out"
	mapfile -t names < <(exercises | taken)
	tell 'submissions' "$(exercises | wc -l)" "${names[@]}"
	for ((i = 0; i < SUBMISSIONS; i++)); do
		submit "$i" "${names[@]}"
	done
	find "$place/all" -mindepth 1 -maxdepth 1 -type d -print0 |
		alone xargs -0 -P "$(nproc)" -I DIR \
			"$BIN/grade" --submission=DIR --format=csv "${names[@]}" >"$out" || :
	cp "$out" "${GRADES:-/dev/null}"
	[ "$(wc -l <"$out")" -eq "$SUBMISSIONS" ]
	for ((i = 0; i < SUBMISSIONS; i++)); do
		is_graded "$i" "${#names[@]}"
	done
	[ -z "$(ls -A "$TMPDIR")" ]
	until_true 5 nobody_runs
}
