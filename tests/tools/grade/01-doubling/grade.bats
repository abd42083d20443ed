#!/usr/bin/env bats
# grade.bats: is every byte there twice?
# shellcheck disable=SC2154 # in, out, err: grader.bash

load ../grader.bash

setup() {
	grader_setup
	expected=$BATS_TEST_TMPDIR/expected
}

# input BYTES: so many random letters on stdin, and what must come of them
input() {
	local i letters=abcdefghijklmnopqrstuvwxyz
	for ((i = 0; i < $1; i++)); do
		printf '%s' "${letters:RANDOM % 26:1}"
	done >"$in"
	sed 's/./&&/g' "$in" >"$expected"
}

@test "5 points: every byte comes twice" {
	input 40
	caged --time=1 --
	ended 0 'end when read returns 0'
	same "$expected" "$out" 'write each byte two times'
}

@test "2 points: a long input, too" {
	input 1500
	caged --time=1 --
	ended 0
	same "$expected" "$out" 'read until read returns 0'
}

@test "3 points: a failed read is told" {
	input 40
	caged --time=1 --
	ended 0
	same "$expected" "$out"
	traced -P "$in" -e inject=read:error=EIO --
	ended 1 'look at what read returns'
	[ -s "$err" ] || wrong 'no message on stderr' 'use perror'
}
