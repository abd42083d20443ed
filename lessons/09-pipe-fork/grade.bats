#!/usr/bin/env bats
# child-to-parent: what goes through the pipe, and who holds its ends.
# shellcheck disable=SC2034,SC2154 # work, trace, status... are grader.bash's

load ../grader.bash

setup() {
	grader_setup
	seconds=4
	want=$box/want
	facts=$box/facts
	forks=clone,clone3,fork,vfork
	hint=
}

# make_numbers COUNT: numbers, an array, and sum. No + and no leading zero: they
# are the matter of one test, and no draw may decide whether others see them.
make_numbers() {
	local i n
	numbers=() sum=0
	for ((i = 0; i < $1; i++)); do
		n=$((1 + RANDOM * 20 + RANDOM)) # an int holds their sum
		((i % 2 == 0)) || n=-$n
		numbers+=("$n") sum=$((sum + n))
	done
}

# adds SUM N...: the parent prints it; $hint says how. What became of the child
# is the matter of one test only.
adds() {
	echo "sum $1" >"$want"
	shift
	caged -- "$@"
	came_back 0 "$hint" "$at_end"
	same "$want" "$out" "$hint"
}

at_end='read returns 0 when no process holds a write end: the parent closes its own right after fork'

# refuses N...: no sum, a message, exit status 1
refuses() {
	caged -- "$@"
	came_back 1 "$hint" "$at_end"
	[ ! -s "$out" ] || wrong "there is output, expected none: $(head -c 200 "$out")" "$hint"
	said "$hint"
}

# watched STRACE-OPTION... -- N...: traced, and what its trace says in $facts, a
# name and a value a line:
#
#   forked         how many children were made
#   text           what they wrote to the pipe, $ for a newline, @ for a NUL
#   parent-wrote   to the pipe: how often
#   reads          of the parent from the pipe that brought bytes
#   last-read      what its last one returned
#   read-number    which of all reads of the parent was the first from it
#   child-closed   its read end: yes or no; by close, close_range, or dup2
#   parent-closed  its write end, before its last read: yes or no
#   reaped         how many children
#   shown          writes to 1 by anybody, if 1 is not the pipe
#   told           writes to 2 by the parent
watched() {
	local asked=()
	traced -y -s 4096 \
		-e trace=pipe,pipe2,clone,clone3,fork,vfork,read,readv,write,writev,close,wait4,waitid,?dup2,dup3,?close_range \
		"$@"
	while [ "$1" != -- ]; do
		asked+=("$1")
		shift
	done
	shift
	again="strace -f -e trace=pipe2,clone,read,write,close,wait4$(shown "${asked[@]}") $(name)$(quoted "$@")"
	whole_calls | awk '
		function end_of_pipe(   part) {
			if (!match($0, /\([0-9]+<pipe:\[[0-9]+\]>/))
				return ""
			split(substr($0, RSTART + 1, RLENGTH - 1), part, /<pipe:\[|\]/)
			fd = part[1]
			return part[2] in read_end ? part[2] : ""
		}
		function closed(first, last,   pipe) {
			for (pipe in read_end) {
				if ($1 == parent && write_end[pipe] >= first && write_end[pipe] <= last)
					closed_it = 1
				if ($1 != parent && read_end[pipe] >= first && read_end[pipe] <= last)
					child_closed = 1
			}
		}
		function bytes(   rest, all) {
			rest = $0
			while (match(rest, /"([^"\\]|\\.)*"/)) {
				all = all substr(rest, RSTART + 1, RLENGTH - 2)
				rest = substr(rest, RSTART + RLENGTH)
			}
			gsub(/\\n/, "$", all)
			gsub(/\\0/, "@", all)
			return all
		}
		NR == 1 { parent = $1 }
		{
			result = $0
			sub(/ \([A-Z]+\)$/, "", result)
			sub(/.* = /, "", result)
			result = result == "?" ? -1 : result + 0
		}
		/^[0-9]+ +pipe2?\(/ && match($0, /\[[0-9]+<pipe:\[[0-9]+\]>, [0-9]+</) {
			split(substr($0, RSTART + 1, RLENGTH - 2), part, /<pipe:\[|\]>, /)
			read_end[part[2]] = part[1]
			write_end[part[2]] = part[3]
		}
		/^[0-9]+ +(clone3?|v?fork)\(/ && result > 0 { forked++ }
		/^[0-9]+ +writev?\(/ {
			pipe = end_of_pipe()
			shown += pipe == "" && $2 ~ /^writev?\(1[<,]/
			told += $1 == parent && $2 ~ /^writev?\(2[<,]/
			if (pipe != "" && $1 == parent)
				wrote++
			else if (pipe != "" && result > 0)
				text = text substr(bytes(), 1, result)
		}
		/^[0-9]+ +readv?\(/ && $1 == parent {
			all_reads++
			if (end_of_pipe() != "") {
				number = number ? number : all_reads
				reads += result > 0
				last = result
				in_time = closed_it
			}
		}
		/^[0-9]+ +close\(/ && result == 0 && end_of_pipe() != "" { closed(fd, fd) }
		/^[0-9]+ +close_range\(/ && result == 0 && !/CLOEXEC/ {
			split(substr($0, index($0, "(") + 1), part, /, /)
			closed(part[1] + 0, part[2] + 0)
		}
		/^[0-9]+ +dup[23]\(/ && result >= 0 {
			split(substr($0, index($0, "(") + 1), part, /, /)
			if (part[1] + 0 != result)
				closed(result, result)
		}
		/^[0-9]+ +wait4\(/ && result > 0 { reaped++ }
		/^[0-9]+ +waitid\(/ && result == 0 && !/WNOWAIT/ && (!/WNOHANG/ || /si_pid=/) { reaped++ }
		END {
			print "forked " forked + 0
			print "text " text
			print "parent-wrote " wrote + 0
			print "reads " reads + 0
			print "last-read " (number ? last : "none")
			print "read-number " number + 0
			print "child-closed " (child_closed ? "yes" : "no")
			print "parent-closed " (in_time ? "yes" : "no")
			print "reaped " reaped + 0
			print "shown " shown + 0
			print "told " told + 0
		}' >"$facts"
}

fact() {
	sed -n "s/^$1 //p" "$facts"
}

# As adds, below strace.
adds_watched() {
	echo "sum $1" >"$want"
	shift
	watched -- "$@"
	came_back 0 "$hint" "$at_end"
	same "$want" "$out" "$hint"
}

# sent SUM [HINT]: its text came into the pipe, from the child.
sent() {
	case $(fact text) in
	"$1" | "$1\$") ;;
	*'$'* | *@*) wrong "the child's writes to the pipe were \"$(fact text)\" (\$ is a newline, @ a NUL), expected \"$1\"" "${2:-}" ;;
	*) wrong "the child's writes to the pipe were \"$(fact text)\", expected \"$1\"" "${2:-}" ;;
	esac
}

@test "1 point: the parent prints the sum" {
	local count
	for count in 2 1 $((3 + RANDOM % 50)); do
		make_numbers "$count"
		adds "$sum" "${numbers[@]}"
	done
	count=$((8 + 10 * RANDOM)) # in octal it would end before the 8
	adds $((2 * count - 1)) "+$count" "00$count" "-0$(printf %025d 1)"
	adds 0 -0 +0 "+00$count" "-0$count"
}

@test "1 point: without a number the sum is 0" {
	adds 0
}

@test "1 point: only the last sum has to fit 64 bits" {
	local x=$((1 + RANDOM)) most=9223372036854775807 least=-9223372036854775808
	hint='on the way the sum may need more than 64 bits: add in something wider, or count apart what goes over'
	adds $most $most
	adds $least $least
	adds $((most - x)) $most -$x
	adds $most $most $x -$x
	adds $((least + 5)) $least -$x -$x $x $x 5
	adds -1 $most $most $least $least 1
	adds -3 $most $most $most $least $least $least
}

@test "1 point: what is no integer is refused" {
	local text
	make_numbers 5
	adds "$sum" "${numbers[@]}"
	hint='strtoll skips spaces, takes nothing for 0, and stops at the first other byte: all of the text must be a sign, if any, and digits. The child then exits 1; the parent asks wait for that before it prints'
	for text in 12x x12 '' ' 5' '5 ' 0x10 1e3 --5 +-5 + - 1.5 $'5\n' 5,6; do
		refuses "${numbers[@]:0:RANDOM % 5}" "$text" "$RANDOM"
	done
	# What the child says is not the parent's message.
	traceable || return 0
	watched -- "${numbers[0]}" 12x
	came_back 1
	[ "$(fact told)" -gt 0 ] ||
		wrong 'the child failed, and the parent itself wrote nothing to stderr, expected a message' \
			'the parent asks wait how the child ended, and says that there is no sum'
}

@test "1 point: a number or a sum of more than 64 bits is refused" {
	make_numbers 5
	adds "$sum" "${numbers[@]}"
	hint='strtoll says ERANGE in errno, which was set to 0 before; and two numbers that fit may have a sum that does not. The child then exits 1; the parent asks wait for that before it prints'
	refuses 9223372036854775808
	refuses -9223372036854775809 1
	refuses 9223372036854775808 -1
	refuses 1 "$RANDOM"0000000000000000000000 2
	refuses 9223372036854775807 $((1 + RANDOM))
	refuses $((-1 - RANDOM)) -9223372036854775808
	refuses 9223372036854775807 9223372036854775807 2 # 2^64: 0, if it wraps
	refuses 9223372036854775807 9223372036854775807 -1
	refuses -9223372036854775808 -9223372036854775808 "$RANDOM"
}

@test "1 point: the child sends the sum as text" {
	local count
	for count in $((2 + RANDOM % 9)) 1; do
		make_numbers "$count"
		adds_watched "$sum" "${numbers[@]}"
		[ "$(fact parent-wrote)" -eq 0 ] || wrong 'the parent wrote to the pipe, expected the child'
		sent "$sum" 'text is the digits, as printf would show them, with a newline at most: as many bytes as snprintf or strlen says, no NUL'
	done
}

@test "1 point: each process closes the end that it does not use" {
	make_numbers 4
	adds_watched "$sum" "${numbers[@]}"
	if [ "$(fact forked)" -eq 0 ] || [ "$(fact reads)" -eq 0 ]; then
		wrong 'there is no child, or the parent reads no pipe'
	fi
	[ "$(fact parent-closed)" = yes ] ||
		wrong 'the parent has its write end of the pipe open while it reads, expected it closed after fork' "$at_end"
	[ "$(fact child-closed)" = yes ] ||
		wrong 'the child never closes its read end of the pipe, expected it closed after fork' \
			'while a read end is open anywhere, also in the writer itself, a writer is not told that nobody reads'
}

@test "1 point: the parent reads to end of file" {
	make_numbers 4
	adds_watched "$sum" "${numbers[@]}"
	[ "$(fact reads)" -gt 0 ] || wrong 'the parent read nothing from the pipe, expected the sum'
	[ "$(fact last-read)" = 0 ] ||
		wrong "the last read of the parent from the pipe returned $(fact last-read), expected 0: end of file" \
			'a pipe keeps no messages apart: what one read brings may be a part, and only 0 says that there is no more'
}

@test "1 point: the child is waited for; that it was killed, or a call failed, is said" {
	make_numbers 4
	adds "$sum" "${numbers[@]}"
	ended 0 'the parent calls wait or waitpid after it has read all'
	adds_watched "$sum" "${numbers[@]}"
	[ "$(fact forked)" -gt 0 ] || wrong 'there is no child'
	[ "$(fact reaped)" -eq "$(fact forked)" ] ||
		wrong "of $(fact forked) children $(fact reaped) were waited for"
	# The first write of each process is its last: the child's is the sum, the
	# parent's shows what it was about to say.
	watched -e inject=write,writev:signal=KILL:when=1 -- "${numbers[@]}"
	[ "$(reported timed-out)" = no ] || wrong 'it did not end when its child was killed' "$at_end"
	[ "$(fact shown)" -eq 0 ] ||
		wrong 'the child was killed before it sent the sum, and the parent wrote to stdout, expected nothing there' \
			'WIFEXITED is false for a child that was killed'
	[ "$(fact told)" -gt 0 ] ||
		wrong 'the child was killed before it sent the sum, and the parent said nothing on stderr' \
			'WIFEXITED is false for a child that was killed: the parent says that there is no sum'

	hint='fork returned -1: there is no child, and no sum'
	watched -e inject="$forks":error=EAGAIN -- "${numbers[@]}"
	came_back 1 "$hint"
	said "$hint"
	hint='the second read of the parent from the pipe returned -1 (EIO): that is not the end'
	watched -- "${numbers[@]}"
	[ "$(fact read-number)" -gt 0 ] || return 0 # another test's matter
	# Not the first: the child has written by then, and needs no reader any more.
	watched -e inject=read,readv:error=EIO:when="$(($(fact read-number) + 1))" -- "${numbers[@]}"
	injected || return 0 # it reads once: another test's matter, too
	came_back 1 "$hint"
	said "$hint"
}

@test "1 point: a call that was interrupted, or wrote a part, is made again" {
	local rest
	numbers=("$((1111 + RANDOM % 5000))" 1110000) # 1 and no 0
	sum=$((numbers[0] + numbers[1]))
	adds_watched "$sum" "${numbers[@]}"
	[ "$(fact read-number)" -gt 0 ] || wrong 'the parent read nothing from the pipe, expected the sum'

	hint='read or wait returned -1 with EINTR: no failure, and not the end; call again'
	watched -e inject=read,readv:error=EINTR:when="$(fact read-number)" \
		-e inject=wait4,waitid:error=EINTR:when=1 -- "${numbers[@]}"
	came_back 0 "$hint"
	same "$want" "$out" "$hint"
	if grep -qE 'wait.*INJECTED' "$trace" && [ "$(fact reaped)" -eq 0 ]; then
		wrong 'a wait that was interrupted was not made again' "$hint"
	fi

	# What the parent says is met by this, too, and does not matter.
	hint='write returned -1 with EINTR: nothing was written, nothing failed; call again'
	watched -e inject=write,writev:error=EINTR:when=1 -- "${numbers[@]}"
	[ "$(reported timed-out)" = no ] || wrong 'it did not end' "$hint"
	sent "$sum" "$hint"

	# The first byte is lost on the way, the s of the parent's sum as well.
	hint='strace answers the first write of each process itself, and says 1: that byte is lost, and the rest has to be written by another write; look at those of the child'
	watched -e inject=write,writev:retval=1:when=1 -- "${numbers[@]}"
	[ "$(reported timed-out)" = no ] || wrong 'it did not end' "$hint"
	sent "$sum" "$hint"
	rest=$(cat "$out")
	[ "${rest#s}" = "um ${sum:1}" ] ||
		wrong "of \"$sum\" the pipe lost the first byte, and the parent printed \"$rest\", expected \"sum ${sum:1}\", with or without its s" \
			'the parent prints what came through the pipe'
}
