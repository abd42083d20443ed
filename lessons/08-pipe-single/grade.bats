#!/usr/bin/env bats
# Grades frames.c; lessons/grader.bash says how this is run.
# some variables are grader.bash's; each test is a subshell
# shellcheck disable=SC2030,SC2031,SC2034,SC2154

load ../grader.bash

setup() {
	grader_setup
	seconds=5
	expected=$box/expected
	asleep= # the hint if a run does not end
	shown= # the command that shows it, where it would be too long
}

# numbered MESSAGE...: what frames should print.
numbered() {
	: >"$expected"
	[ $# -eq 0 ] || printf '%s\n' "$@" |
		LC_ALL=C awk '{ print NR ": " $0 }' >"$expected"
}

# Like same, with what is long cut.
same_lines() {
	# shellcheck disable=SC2016 # the fields are awk's
	local shorter='{ n = length($0); print (n <= 70 ? $0 : substr($0, 1, 50) " ... " n " bytes") }'
	cmp -s "$expected" "$out" && return
	far_more "$expected" "$out" "${1:-}"
	is_start "$expected" "$out" "${1:-}"
	diff -a -u --label expected --label 'what came' \
		<(LC_ALL=C awk "$shorter" "$expected") \
		<(LC_ALL=C awk "$shorter" "$out") | cut -c -100 | head -20
	wrong "the output is wrong: $(wc -c <"$expected") bytes expected, $(wc -c <"$out") came$(nuls "$out")" "${1:-}"
}

# prints HINT MESSAGE...: one run that must be right.
prints() {
	local hint=$1
	shift
	numbered "$@"
	caged -- "$@"
	again=${shown:-$again}
	ended 0 '' "$asleep"
	same_lines "$hint"
}

# word N: a word of N letters.
word() {
	random_text "$1" | tr '[:upper:] \n' '[:lower:]xy'
}

@test "2 points: each message is printed in a line with its number" {
	local i messages=('two words' '%s %d%n' 'naïve' "it's \\ \"quoted\"")
	for i in 1 2 3 4 5 6 7 8; do
		messages+=("$(word $((1 + RANDOM % 40)))")
	done
	prints 'read brings no NUL: print as many bytes as the length says' \
		"${messages[@]}"
	prints 'one message is a list, too' "${messages[5]}"
}

@test "1 point: a message may be empty, and there may be none" {
	local one two
	one=$(word 9)
	two=$(word 3)
	prints 'length 0, then no body: the line has its number, the colon and the space behind it' \
		'' "$one" '' '' "$two" ''
	prints 'no message, no line' # nothing but the program's name
}

@test "1 point: a message may have 4096 bytes" {
	local length messages=()
	for length in 127 128 255 256 257 1024 4092 4095 4096; do
		messages+=("$(word "$length")")
	done
	# shellcheck disable=SC2016 # it is for a shell to come
	shown='./frames "$(printf %0127d 0)" "$(printf %0128d 0)" "$(printf %04096d 0)"'
	prints 'the body has up to 4096 bytes, a length up to two bytes that are not 0' \
		"${messages[@]}"
}

@test "2 points: more messages than the pipe holds do not put it to sleep" {
	local first=$((10000 + RANDOM)) long messages count=60
	local hint='write to a full pipe sleeps until somebody reads, and that is frames itself: read each message back before the pipe is full'
	mapfile -t messages < <(seq "$first" "$((first + 11999))")
	numbered "${messages[@]}"
	caged -- "${messages[@]}"
	again="./frames \$(seq $first $((first + 11999)))"
	ended 0 '' "$hint"
	same_lines "$hint"
	asleep=$hint
	# shellcheck disable=SC2016 # it is for a shell to come
	shown='./frames $(for i in $(seq 300); do printf "%04090d " 0; done)'
	long=$(word 4090)
	# more than the 1 MiB that a pipe may be made to hold, where so much can
	# be an argument list
	[ "$(getconf ARG_MAX)" -lt 2000000 ] || count=300
	mapfile -t messages < <(seq -f "$long%g" "$count")
	prints "$hint" "${messages[@]}"
}

# bytes CALL FD: in hexadecimal, what CALL and its kin with v moved by the trace
# of -xx; what the loader read before there was a pipe does not count.
bytes() {
	sed -nE "/pipe2?\\(/,\$ s/^[0-9]+ +$1v?\\($2, (.*)\\) += [0-9]+.*/\\1/p" \
		"$trace" | grep -oE '"[^"]*"' | tr -d '"\\x\n'
}

# watched STRACE-OPTION... -- MESSAGE...: traced, and in the trace each call is one
# line, and an end of the pipe has the number that pipe gave it, whatever number
# it was copied to.
watched() {
	traced -y "$@"
	whole_calls | awk '
		/^[0-9]+ +pipe2?\(/ {
			if (file == "" && split($0, part, /[<>]/) >= 4) {
				file = part[2]
				from = part[1]
				sub(/.*\[/, "", from)
				to = substr(part[3], 3)
			}
			gsub(/<[^>]*>/, "")
		}
		match($0, /^[0-9]+ +[a-z0-9_]+\([0-9]+<[^>]*>/) {
			rest = substr($0, RLENGTH + 1)
			split(substr($0, 1, RLENGTH), part, /[(<>]/)
			if (part[3] == file)
				part[2] = part[1] ~ /readv?$/ ? from : to
			$0 = part[1] "(" part[2] rest
		}
		{ print }' >"$trace.watched"
	mv "$trace.watched" "$trace"
}

# The ends of the pipe in the trace: $from and $to.
find_pipe() {
	local ends
	ends=$(sed -nE 's/^[0-9]+ +pipe2?\(\[([0-9]+), ([0-9]+)\].*/\1 \2/p' "$trace")
	[ "$(wc -w <<<"$ends")" -eq 2 ] ||
		wrong "it made $(($(wc -w <<<"$ends") / 2)) pipes, expected one"
	from=${ends% *}
	to=${ends#* }
}

# nth CALL FD: which of all calls of this name is the first on this end; of those
# of its process, as strace counts them.
nth() {
	awk -v call="$1" -v fd="$2" '
		/^[0-9]+ +pipe2?\(/ { made = 1 }
		$0 ~ "^[0-9]+ +" call "\\(" { n[$1]++ }
		made && $0 ~ "^[0-9]+ +" call "\\(" fd ", " { print n[$1]; exit }
	' "$trace"
}

# frame MESSAGE: it and its length, in hexadecimal.
frame() {
	local LC_ALL=C
	printf '%08x' "${#1}"
	printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'
}

# one_process: fails if the trace shows another, or a thread.
one_process() {
	! grep -qE '^[0-9]+ +(clone3?|v?fork)\(' "$trace" ||
		wrong 'it made a second process or a thread, expected one process' \
			'one process writes to the pipe and reads from it'
}

forks='?clone,?clone3,?fork,?vfork'
pipes='?pipe,pipe2'

@test "1 point: each frame is four bytes of length, highest first, and the body" {
	local sent got message messages
	messages=("$(word 5)" "$(word $((384 + RANDOM % 90)))" "$(word 7)" '')
	watched -xx -s 10000 \
		-e "trace=$pipes,$forks,$opens,read,write,readv,writev" -- "${messages[@]}"
	# shellcheck disable=SC2016 # it is for a shell to come
	again='strace -f -e trace=pipe2,read,write ./frames hello "$(printf %0200d 0)" ""'
	ended 0
	one_process
	opens_nothing
	find_pipe
	sent=$(bytes write "$to")
	got=$(bytes read "$from")
	for message in "${messages[@]}"; do
		frame "$message"
	done >"$expected"
	printf '%s' "$sent" >"$out"
	cmp -s "$expected" "$out" ||
		wrong "into the pipe (descriptor $to) went, in hexadecimal:
${sent:0:70}... ($((${#sent} / 2)) bytes)
expected:
$(head -c 70 "$expected")... ($(($(wc -c <"$expected") / 2)) bytes)" \
			'length 5 is the four bytes 00 00 00 05; the NUL of the string stays behind'
	[ "$got" = "$sent" ] ||
		wrong "$((${#sent} / 2)) bytes went into the pipe (descriptor $to), $((${#got} / 2)) came out of it (descriptor $from)" \
			'read every frame back, header and body'
}

# strace changes one byte of what read brings: what was sent is not what came. It
# cannot do so with readv: there it changes the byte for write, and back again.
@test "1 point: what is printed is what came out of the pipe" {
	local one two whole place first ordinal=0 before=0 line hex='' count
	local call=read end how pid
	one=$(word 12)
	two=$(word 20)
	numbered "$one" "$two"
	watched -xx -s 10000 -e "trace=$pipes,read,readv,write,writev" -- "$one" "$two"
	again="strace -e trace=read ./frames $one $two"
	ended 0
	same_lines
	find_pipe
	end=$from
	if grep -q "readv($from," "$trace"; then
		! grep -q "writev($to," "$trace" || skip 'not checked: readv and writev'
		call=write end=$to
	fi
	whole=$(bytes "$call" "$end")
	place=${whole%%"$(printf '%s' "$two" | od -An -v -tx1 | tr -d ' \n')"*}
	[ "$place" != "$whole" ] ||
		wrong "there is no $call of the second message from or to the pipe (descriptor $end)" \
			'print what read stored, not the arguments'
	place=$((${#place} / 2)) # of its first byte; which read brought it?
	first=$(nth "$call" "$end")
	pid=$(sed -nE "/pipe2?\\(/,\$ s/^([0-9]+) +$call\\($end, .*/\\1/p" "$trace" | head -n 1)
	while read -r line; do
		ordinal=$((ordinal + 1))
		[ "$ordinal" -ge "$first" ] || continue
		[[ $line =~ $call\("$end",\ \"(.*)\",\ [0-9]+\)\ +=\ ([0-9]+) ]] || continue
		hex=${BASH_REMATCH[1]//'\x'/}
		count=${BASH_REMATCH[2]}
		[ $((before + count)) -le "$place" ] || break
		before=$((before + count))
	done < <(grep -E "^$pid +$call\\(" "$trace")
	numbered "$one" "#${two:1}"
	place=$((2 * (place - before)))
	how=poke_exit=@arg2=${hex:0:place}23
	[ "$call" = read ] ||
		how=poke_enter=@arg2=${hex:0:place}23:poke_exit=@arg2=${hex:0:place+2}
	traced -e "trace=$call" -e "inject=$call:$how:when=$ordinal" -- "$one" "$two"
	ended 0
	same_lines "strace changed the second message on its way through $call on $end: print what came out of the pipe, not the argument"
}

@test "1 point: an interrupted read or write is made again" {
	local call end first messages hint
	messages=("$(word 8)" "$(word 10)" "$(word 13)")
	for call in write read; do
		numbered "${messages[@]}"
		watched -e "trace=$pipes,$forks,$call,${call}v" -- "${messages[@]}"
		again='./frames hello world'
		ended 0 'nothing was interrupted so far: the tests before this one say more'
		same_lines 'nothing was interrupted so far: the tests before this one say more'
		one_process
		find_pipe
		end=$from
		[ "$call" = read ] || end=$to
		first=$(nth "$call" "$end")
		[ -n "$first" ] || {
			call+=v
			first=$(nth "$call" "$end")
		}
		[ -n "$first" ] ||
			wrong "it made no ${call%v} on the pipe (descriptor $end)"
		traced -e "trace=$call" -e "inject=$call:error=EINTR:when=$first" \
			-- "${messages[@]}"
		hint="strace made $call on the pipe (descriptor $end) return -1 with errno EINTR: nothing was moved, nothing failed"
		ended 0 "$hint"
		same_lines "$hint"
	done
}

@test "1 point: a failed call is told, with exit status 1" {
	local message first call
	message=$(word 30)
	prints '' "$message"
	redirected /dev/full -- "$message"
	refused 'standard output could not be written: look at what printf and fflush, or fclose, return'
	traced -e "trace=$pipes" -e "inject=$pipes:error=EMFILE" -- "$message"
	refused 'strace made pipe return -1 (EMFILE: too many open files)'
	for call in write read; do
		watched -e "trace=$pipes,$forks,$call,${call}v" -- "$message"
		# One process and its pipe are other tests' matter.
		! grep -qE '^[0-9]+ +(clone3?|v?fork)\(' "$trace" || return 0
		end=$(sed -nE 's/^[0-9]+ +pipe2?\(\[([0-9]+), ([0-9]+)\].*/\1 \2/p' "$trace" | head -n 1)
		[ "$call" = read ] && end=${end% *} || end=${end#* }
		first=$(nth "$call" "$end")
		[ -n "$first" ] || {
			call+=v
			first=$(nth "$call" "$end")
		}
		[ -n "$first" ] || continue
		traced -e "trace=$call" -e "inject=$call:error=EIO:when=$first" -- "$message"
		refused "strace made $call on the pipe (descriptor $end) return -1 with errno EIO: that is no interruption, and not the end; it has failed"
	done
}
