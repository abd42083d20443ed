#!/usr/bin/env bats
# Grades upcase.c; lessons/grader.bash says how this is run.
# some variables are grader.bash's; each test is a subshell
# shellcheck disable=SC2030,SC2031,SC2034,SC2154

load ../grader.bash

setup() {
	grader_setup
	seconds=5
	expected=$box/expected
	here=$(cd "$work" && pwd -P) # as the kernel has it, for -P
}

# What the file with the input should become.
upper() {
	LC_ALL=C tr '[:lower:]' '[:upper:]' <"$1" >"$expected"
}

# copies AGAIN [HINT]: one run on $in that must be right.
copies() {
	upper "$in"
	caged --
	again=$1
	ended 0
	same_bytes "$expected" "$out" "${2:-}"
}

@test "1 point: small letters become capital letters" {
	local text
	text=$(random_text 40 | tr '\n' ' ')az
	printf '%s\n' "$text" >"$in"
	upper "$in"
	caged --
	again="printf '%s\n' '$text' | ./upcase"
	ended 0
	same "$expected" "$out"
}

@test "1 point: every other byte stays as it is, NUL too" {
	{
		random_bytes 500
		printf '@AZ[`az{|}~\0\001\177\200\341\344\372\377'
		random_bytes 500
	} >"$in"
	copies "printf 'a\\0{z\\377b' | ./upcase | od -c" \
		'only a to z change, and bytes are counted by what read returned, not by strlen'
}

@test "1 point: input of any size is copied to its end" {
	local n
	for n in 0 1 4095 4096 4097 65537 $((200000 + RANDOM)); do
		random_text "$n" >"$in"
		copies "yes hello | head -c $n | ./upcase | wc -c" \
			'one read brings at most what its buffer holds; only 0 means the end'
	done
	for _ in {1..60}; do # 12 MB and more, and cage lets 16 MiB out
		cat "$in"
	done >"$in.large"
	in=$in.large
	n=$(wc -c <"$in")
	upper "$in"
	caged --
	again="yes hello | head -c $n | ./upcase | wc -c"
	[ "$(reported timed-out)" = no ] || return 0 # a call a byte: another's matter
	ended 0
	cmp -s "$expected" "$out" ||
		wrong "the output is wrong: $n bytes expected, $(wc -c <"$out") came" \
			'no array is large enough for all of the input: read, change and write a block, then the next'
}

@test "1 point: it reads and writes by blocks, with read and write alone" {
	local n=$((3000 + RANDOM % 1000)) most
	most=$((2 + n / 512))
	random_text "$n" >"$in"
	upper "$in"
	traced -e "trace=read,write,$opens" --
	again="yes hello | head -c $n >in; strace -e trace=read,write ./upcase <in"
	ended 0
	same "$expected" "$out"
	[ "$(moved read 0)" -eq "$n" ] ||
		wrong "read(0) returned $(moved read 0) bytes in all, expected $n" \
			'all of the input must come by read'
	[ "$(moved write 1)" -eq "$n" ] ||
		wrong "write(1) took $(moved write 1) bytes in all, expected $n" \
			'all of the output must go by write'
	[ "$(calls read 0)" -le "$most" ] ||
		wrong "$(calls read 0) reads for $n bytes, expected at most $most" \
			'read into an array of some kilobytes, not into one char'
	[ "$(calls write 1)" -le "$most" ] ||
		wrong "$(calls write 1) writes for $n bytes, expected at most $most" \
			'change the whole array, then write it at once'
	no_stdio
	opens_nothing
}

@test "1 point: a read that returns less than asked is not the end" {
	local pipe
	random_text $((600 + RANDOM % 300)) >"$in"
	upper "$in"
	exec {pipe}< <(in_single_bytes "$in" 3>&-)
	in=/dev/fd/$pipe
	caged --
	exec {pipe}<&-
	again='printf hello | dd bs=1 oflag=direct status=none | ./upcase | od -c'
	ended 0
	same "$expected" "$out" \
		'read returns what a pipe holds just then; the end is when it returns 0'
}

@test "1 point: an interrupted read is made again" {
	local when hint
	random_text 3000 >"$in"
	upper "$in"
	for when in 1+2 1..2; do # every other; two in a row
		traced -P "$in" -e trace=read -e inject=read:error=EINTR:when=$when --
		again="seq 700 >in; strace -P in -e inject=read:error=EINTR:when=$when ./upcase <in >out; cmp in out"
		hint='read from 0 returned -1 with errno EINTR: neither the end nor a failure, each time'
		ended 0 "$hint"
		same "$expected" "$out" "$hint"
		grep -q INJECTED "$trace" || wrong 'it made no read from 0'
	done
}

@test "1 point: an interrupted write is made again" {
	local when hint
	random_text 3000 >"$in"
	upper "$in"
	for when in 1+2 1..2; do
		traced -e trace=write -e inject=write:error=EINTR:when=$when --
		again="seq 700 >in; strace -e inject=write:error=EINTR:when=$when ./upcase <in >out; cmp in out"
		hint='write to 1 returned -1 with errno EINTR: nothing was written, nothing failed, each time'
		ended 0 "$hint"
		same "$expected" "$out" "$hint"
		grep -q INJECTED "$trace" || wrong 'it made no write to 1'
	done
}

# The kernel never sees the writes that strace answers: two bytes are missing.
@test "1 point: after a write that took less the rest is written" {
	random_text 3000 >"$in"
	upper "$in"
	tail -c +3 "$expected" >"$expected.less"
	take lines
	traced_to lines -P "$here/lines" -e trace=write \
		-e inject=write:retval=1:when=1..2 --
	again='seq 700 >in; strace -e inject=write:retval=1:when=1..2 ./upcase <in >out; tail -c +3 in | cmp - out'
	ended 0
	plain lines
	same "$expected.less" "$made/lines" \
		'the first two writes to 1 returned 1: one byte each is gone, go on behind it'
	grep -q INJECTED "$trace" || wrong 'it made no write to 1'
}

@test "1 point: a failed read is told, with exit status 1" {
	local text=$box/text
	in=$text
	random_text 100 >"$in"
	copies 'echo hello | ./upcase'
	in=/
	caged --
	again='./upcase </; echo $?'
	refused 'read from 0, a folder here, returned -1 (EISDIR): look at it after the loop, too'
	traceable || return 0
	in=$text
	traced -P "$in" -e trace=read -e inject=read:error=EIO:when=2 --
	again='echo hello >in; strace -P in -e inject=read:error=EIO:when=2 ./upcase <in >out; echo $?'
	! injected 'read(0,' ||
		refused 'the second read from 0 returned -1 (EIO), after one that went well'
}

@test "1 point: a failed write is told, with exit status 1" {
	random_text 3000 >"$in"
	copies 'echo hello | ./upcase'
	redirected /dev/full --
	again='echo hello | ./upcase >/dev/full; echo $?'
	refused 'write to 1, a full disk here, returned -1 (ENOSPC)'
	traceable || return 0
	refused_full 'a write to 1 took less and the next one, of the rest, returned -1 (EFBIG)'
	traced -e trace=write -e inject=write:error=ENOSPC:when=1 --
	again='seq 700 >in; strace -e inject=write:error=ENOSPC:when=1 ./upcase <in >out; echo $?'
	! injected 'write(1,' ||
		refused 'the first write to 1 returned -1 (ENOSPC): that others go well does not mend it'
}
