#!/usr/bin/env bats
# Grades bufreader.c; lessons/grader.bash says how this is run.
# some variables are grader.bash's; each test is a subshell
# shellcheck disable=SC2030,SC2031,SC2034,SC2154

load ../grader.bash

setup() {
	grader_setup
	seconds=5
	input=$box/input
	in=$input
	here=$(cd "$work" && pwd -P) # as the kernel has it, for -P
}

# copies AGAIN [HINT]: one run on $input that must be right.
copies() {
	caged --
	again=$1
	ended 0
	same_bytes "$input" "$out" "${2:-}"
}

@test "1 point: every byte is copied, 0xff and NUL too" {
	{
		random_bytes 500
		printf '\377\0\200\177\n\377'
		random_bytes 500
	} >"$in"
	copies "printf 'a\\377b\\0c' | ./bufreader | od -c" \
		'buf_getc returns an unsigned char as an int: 0xff is 255, the end is -1'
}

@test "2 points: nothing is lost when the input ends in the middle of a buffer" {
	local n
	for n in 0 1 4095 4096 4097 8192 $((20000 + RANDOM)); do
		random_text "$n" >"$in"
		copies "yes hello | head -c $n | ./bufreader | wc -c" \
			'after the last byte the rest of the second buffer must be flushed, and no more'
	done
}

# counted N: the calls for a regular file of N bytes.
counted() {
	local n=$1 blocks=$((($1 + 4095) / 4096)) largest
	random_text "$n" >"$in"
	traced -e "trace=read,write,$opens" --
	again="yes hello | head -c $n >in; strace -e trace=read,write ./bufreader <in"
	ended 0
	same "$in" "$out"
	[ "$(moved read 0) $(moved write 1)" = "$n $n" ] ||
		wrong "read(0) moved $(moved read 0) and write(1) $(moved write 1) of $n bytes" \
			'all of the bytes must come by read and go by write'
	[ "$(calls read 0)" -le $((blocks + 1)) ] ||
		wrong "$(calls read 0) reads for $n bytes, expected at most $((blocks + 1))" \
			'read only when all that data holds is used up, and then 4096 bytes'
	[ "$(calls write 1)" -le "$blocks" ] ||
		wrong "$(calls write 1) writes for $n bytes, expected at most $blocks" \
			'write only when data is full, and once more at the end'
	largest=$(sed -nE 's/^[0-9]+ +(read\(0|write\(1), .*, ([0-9]+)\) .*/\2/p' \
		"$trace" | sort -n | tail -1)
	[ "$largest" -le 4096 ] ||
		wrong "a call asked for $largest bytes, expected at most 4096" \
			'data is the only buffer, and holds 4096 bytes'
	opens_nothing
}

# copies_by_functions: with a main of ours, as theirs might do the work itself.
copies_by_functions() {
	local hint='main and the struct are given: all of the work is done by buf_getc, buf_putc and buf_flush'
	if [ ! -r "${GRADE_SOURCE:-}" ] || ! command -v cc >/dev/null; then
		return
	fi
	cat >"$box/driver.c" <<-'DRIVER'
		#include <stddef.h>
		#undef main

		struct buf {
			int fd;
			unsigned char data[4096];
			size_t pos, len;
		};
		int buf_getc(struct buf *), buf_putc(int, struct buf *), buf_flush(struct buf *);

		int
		main(void)
		{
			static struct buf in = {.fd = 0}, out = {.fd = 1};
			int c;

			while ((c = buf_getc(&in)) >= 0)
				if (buf_putc(c, &out) != 0)
					return 3;
			return buf_flush(&out) == 0 ? 0 : 4;
		}
	DRIVER
	give driver.c "$box/driver.c"
	give submitted.c "$GRADE_SOURCE"
	take driven
	in_cage --closed --memory=2048 --open-files=256 -- cc -std=c11 \
		-D_XOPEN_SOURCE=700 -w -Dmain=given_main -o driven submitted.c driver.c
	again='' # it has no command of its own
	came_back 0 "$hint"
	plain driven
	give
	take
	mv "$made/driven" "$BATS_TEST_TMPDIR/driven"
	chmod 555 "$BATS_TEST_TMPDIR/driven"
	in_cage -- "$BATS_TEST_TMPDIR/driven"
	came_back 0 "$hint"
	same "$in" "$out" "$hint"
}

@test "2 points: one read or write for 4096 bytes, by the three functions" {
	local name
	counted $((8192 + RANDOM % 4000 + 1))
	counted 12288
	no_stdio
	command -v nm >/dev/null || return 0
	for name in buf_getc buf_putc buf_flush; do
		nm "$GRADE_PROGRAM" | grep -q " T $name\$" ||
			wrong "the program has no function $name for others to call" \
				'keep the names, and do not make them static'
	done
	copies_by_functions
}

@test "1 point: a read that returns less than asked is not the end" {
	local pipe
	random_text $((600 + RANDOM % 300)) >"$input"
	exec {pipe}< <(in_single_bytes "$input" 3>&-)
	in=/dev/fd/$pipe
	caged --
	exec {pipe}<&-
	again='printf hello | dd bs=1 oflag=direct status=none | ./bufreader | od -c'
	ended 0
	same "$input" "$out" \
		'len is what read returned; the end is when it returns 0'
}

@test "1 point: an interrupted read or write is made again" {
	local when hint
	random_text 9000 >"$in"
	for when in 1+2 1..2; do # every other; two in a row
		traced -P "$in" -e trace=read -e inject=read:error=EINTR:when=$when --
		again="seq 2000 >in; strace -P in -e inject=read:error=EINTR:when=$when ./bufreader <in >out; cmp in out"
		hint='read from 0 returned -1 with errno EINTR: neither the end nor a failure, each time'
		ended 0 "$hint"
		same "$in" "$out" "$hint"
		grep -q INJECTED "$trace" || wrong 'it made no read from 0'
		traced -e trace=write -e inject=write:error=EINTR:when=$when --
		again="seq 2000 >in; strace -e inject=write:error=EINTR:when=$when ./bufreader <in >out; cmp in out"
		hint='write to 1 returned -1 with errno EINTR: nothing was written, nothing failed, each time'
		ended 0 "$hint"
		same "$in" "$out" "$hint"
		grep -q INJECTED "$trace" || wrong 'it made no write to 1'
	done
}

# The kernel never sees the writes that strace answers: two bytes are missing.
@test "1 point: after a write that took less the rest is written" {
	local n
	for n in 3000 9000; do
		random_text "$n" >"$in"
		tail -c +3 "$in" >"$input.less"
		take
		take lines
		traced_to lines -P "$here/lines" -e trace=write \
			-e inject=write:retval=1:when=1..2 --
		again="head -c $n /dev/urandom >in; strace -e inject=write:retval=1:when=1..2 ./bufreader <in >out; tail -c +3 in | cmp - out"
		ended 0
		plain lines
		same "$input.less" "$made/lines" \
			'the first two writes to 1 returned 1: one byte each is gone, go on behind it'
		grep -q INJECTED "$trace" || wrong 'it made no write to 1'
	done
}

@test "1 point: a failed read is told, with exit status 1" {
	random_text 100 >"$in"
	copies 'echo hello | ./bufreader'
	in=/
	caged --
	again='./bufreader </; echo $?'
	refused 'read from 0, a folder here, returned -1 (EISDIR): that is not the end'
	traceable || return 0
	in=$input
	traced -P "$in" -e trace=read -e inject=read:error=EIO:when=2 --
	again='echo hello >in; strace -P in -e inject=read:error=EIO:when=2 ./bufreader <in >out; echo $?'
	! injected 'read(0,' ||
		refused 'the second read from 0 returned -1 (EIO), after one that went well: that is not the end'
}

@test "1 point: a failed write is told, with exit status 1" {
	local n
	for n in 100 9000; do
		random_text "$n" >"$in"
		copies "yes hello | head -c $n | ./bufreader"
		redirected /dev/full --
		again="head -c $n /dev/zero | ./bufreader >/dev/full; echo \$?"
		refused 'write to 1, a full disk here, returned -1 (ENOSPC): buf_flush and buf_putc must return -1'
	done
	traceable || return 0
	traced -e trace=write -e inject=write:error=ENOSPC:when=1 --
	again='seq 2000 >in; strace -e inject=write:error=ENOSPC:when=1 ./bufreader <in >out; echo $?'
	! injected 'write(1,' ||
		refused 'the first write to 1 returned -1 (ENOSPC): buf_putc must return what buf_flush did, that others go well does not mend it'
	random_text 3000 >"$in"
	refused_full 'a write to 1 took less and the next one, of the rest, returned -1 (EFBIG)'
}
