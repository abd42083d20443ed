#!/usr/bin/env bats
# What README.md and the lessons show is what a run prints: docs.bash says how
# the two are compared, and what is blanked.

load docs.bash

setup() {
	blocks=$BATS_TEST_TMPDIR/blocks
	page=$BATS_TEST_TMPDIR/page.md
}

# The pages under lessons/, its own and each lesson's.
lessons() {
	printf '%s\n' "$ROOT"/lessons/*/README.md
}

# page LINE...: makes a page with these lines in one console block.
page() {
	printf '%s\n' 'a page' '' '```console' "$@" '```' >"$page"
}

@test "README.md: every console block prints what it says" {
	check_blocks "$ROOT/README.md" "$blocks"
}

@test "the lessons: every console block prints what it says" {
	local file failed=0
	for file in "$ROOT/lessons/README.md" $(lessons); do
		check_blocks "$file" "$blocks/$(basename "$(dirname "$file")")" || failed=1
	done
	[ "$failed" = 0 ]
}

@test "every lesson has console blocks, and a command of each is found by the check" {
	local file found
	for file in "$ROOT/README.md" $(lessons); do
		mkdir "$blocks"
		awk -v out="$blocks" -f "$ROOT/tests/docs.awk" "$file"
		found=$(find "$blocks" -name '*.cmd' | wc -l)
		rm -r "$blocks"
		echo "$file: $found found, $(commands_in "$file") written"
		[ "$found" -gt 0 ]
		[ "$found" = "$(commands_in "$file")" ]
	done
}

@test "a lesson's exercise is stated in its first 100 lines" {
	local file
	for file in "$ROOT"/lessons/[0-9]*/README.md; do
		# below the statement stand an empty line and the table of points
		awk '/^## Exercise$/ { inside = 1 }
			inside && /^\| points/ { print FILENAME ": " FNR - 2; found = FNR <= 102; exit }
			END { exit !found }' "$file"
	done
}

@test "every file that a page links to is there" {
	local file link missing=0
	for file in "$ROOT/README.md" "$ROOT/lessons/README.md" $(lessons); do
		while read -r link; do
			[ -e "${file%/*}/$link" ] || {
				echo "$file: $link is not there"
				missing=1
			}
		done < <(grep -oE '\]\([^)#:]+[)#]' "$file" | cut -c3- | tr -d ')#')
	done
	[ "$missing" = 0 ]
}

@test "no text of a page is wider than 80 columns, but for tables and blocks" {
	local file
	for file in "$ROOT/README.md" "$ROOT/lessons/README.md" $(lessons); do
		awk '/^```/ { inside = !inside }
			!inside && !/^[|]/ && length > 80 { print FILENAME ":" FNR ": " $0; wide = 1 }
			END { exit wide }' "$file"
	done
}

@test "a block that shows something else is reported with its file, line and difference" {
	page '$ echo one' 'one' '$ echo two' 'three'
	run check_blocks "$page" "$blocks"
	[ "$status" = 1 ]
	[ "${lines[0]}" = "$page:6: \$ echo two" ]
	[[ $output == *$'\n-three\n+two'* ]]
	[[ $output != *'echo one'* ]]
}

@test "a block that leaves a line out, and one that does not end, are reported" {
	page '$ echo one; echo two' 'one'
	run check_blocks "$page" "$blocks"
	[ "$status" = 1 ]
	[[ $output == *'+two'* ]]

	printf '%s\n' '```console' '$ true' >"$page"
	run check_blocks "$page" "$blocks.2"
	[ "$status" = 1 ]
	[[ $output == *'does not end'* ]]
}

@test "process ids, times, names and addresses are blanked, results and counts are not" {
	same() { [ "$(blank <<<"$1")" = "$(blank <<<"$2")" ]; }
	differ() { [ "$(blank <<<"$1")" != "$(blank <<<"$2")" ]; }
	same 'parent  | fork() = 4712' 'parent  | fork() = 99'
	same 'parent  | wait([0]) = 4712  (after 3 ms)' 'parent  | wait([0]) = 99'
	same '[pid  4712] close(3)        = 0' 'close(3)              = 0'
	same '4712  close(3) = 0' '99 close(3) = 0'
	same 'clone(tidptr=0x7f1) = 4712' 'clone(tidptr=0x7e2) = 99'
	same 'open("/tmp/ipclab-abc123/in")' 'open("/tmp/ipclab-XYZ789/in")'
	same 'read  1  17  17 17  0.266001  5753.2x ####' 'read  1  17  17 17  0.100000  1.0x '
	same 'read,fread,1,17,17,17,0.000042,1.00' 'read,fread,1,17,17,17,0.100042,12.00'
	same "        | not drawn: 4095, the trace's own" \
		"        | not drawn: 1022 and 1023, the trace's own"

	differ 'child   |     fork() = 0' 'child   |     fork() = 99'
	differ 'parent  | wait([0]) = 4712' 'parent  | wait([256]) = 4712'
	differ 'parent  | wait(NULL) = -1 ECHILD' 'parent  | wait(NULL) = 4712'
	differ 'read(3, "x", 1) = 1' 'read(3, "x", 1) = 2'
	differ 'pipe([3, 4]) = 0' 'pipe([3, 5]) = 0'
	differ '[pid 4712] close(3) = 0' '[pid 4712] close(4) = 0'
	differ 'read  1  17  17 17  0.266001  5.2x' 'read  1  17  17 18  0.266001  5.2x'
	differ 'read,fread,1,17,17,17,0.1,1' 'read,fread,1,17,17,18,0.1,1'
	differ 'child   |     read(3, buf, 1024) = ... sleeps' \
		'child   |     read(4, buf, 1024) = ... sleeps'
	differ '        | 3 ----- 3 ---> [2] foo.txt  offset 200  O_RDONLY' \
		'        | 3 ----- 3 ---> [2] foo.txt  offset 100  O_RDONLY'
}

@test "sidebyside's rows compare wherever a process id made them longer, and only then" {
	wide() {
		printf '%s\n' 'what the program says  | what the kernel sees' \
			'-----------------------+---------------------' "$@" | blank_rows
	}
	a=$(wide 'main | fork() = 12     | 11 clone(flags=0) =' \
		'     |                 |    12' \
		'main | # a note, longer|' '     |   than its cell |')
	b=$(wide 'main | fork() = 123456 | 11 clone(flags=' \
		'     |                 |    0) = 123456' \
		'main | # a note, longer|' '     |   than its cell |')
	c=$(wide 'main | fork() = 12     | 11 clone(flags=1) =' \
		'     |                 |    12' \
		'main | # a note, longer|' '     |   than its cell |')
	# a child's calls are set in, and a number may begin what goes on
	d=$(wide '     |                 |   12 read(3, "in ' \
		'     |                 |         2026 ", 8) = 8' \
		'     |                 |   12 close(3) = 0' \
		'     |                 | 11 close(4) = 0')
	[ "$(wc -l <<<"$d")" = 4 ]
	[[ $d == *'read(3,"in2026",8)=8'* ]]
	[ "$(wc -l <<<"$a")" = 3 ]
	[ "$a" = "$b" ]
	[ "$a" != "$c" ]
}

@test "two lanes may interleave in any order, each lane by itself may not" {
	two_lanes() { printf '$ printf "%s"\n' "$1"; }
	page "$(two_lanes 'a | x\na | y\nb |     z\n')" 'a | x' 'b |     z' 'a | y'
	check_blocks "$page" "$blocks"

	page "$(two_lanes 'a | x\na | y\nb |     z\n')" 'a | y' 'b |     z' 'a | x'
	run check_blocks "$page" "$blocks.2"
	[ "$status" = 1 ]

	page "$(two_lanes 'a | x\na | y\nz\n')" 'a | x' 'z' 'a | y'
	run check_blocks "$page" "$blocks.3"
	[ "$status" = 1 ]
}
