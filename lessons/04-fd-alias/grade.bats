#!/usr/bin/env bats
# two-workers: each record once and whole, whoever takes it.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154 # again, work, trace... are grader.bash's

load ../grader.bash

setup() {
	grader_setup
	seconds=5
	records=$box/records # the file
	list=$box/list # of the records, a line each; ~ stands for NUL
	forks=clone,clone3,fork,vfork
	here=$(cd "$work" && pwd -P) # as the kernel has it, for -P
	# such a file as a test has, for who sees it again
	make="seq -f 'record %09.0f' 60 | tr -d '\\n' >records"
}

# make_records COUNT text|bytes [LENGTH OF THE LAST]: $records, given, and $list.
# A record has its number in it, so that none is like another.
make_records() {
	LC_ALL=C awk -v count="$1" -v kind="$2" -v last="${3:-16}" \
		-v seed="$((GRADE_SEED + RANDOM))" '
		function any(c) {
			if (kind == "text")
				return substr(letters, 1 + int(rand() * 64), 1)
			if (rand() < 0.2)
				return "~"
			do
				c = 1 + int(rand() * 255)
			while (c == 10 || c == 94 || c == 124 || c == 126)
			return sprintf("%c", c)
		}
		BEGIN {
			letters = "abcdefghijklmnopqrstuvwxyz" \
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ .,:;%-/()!?"
			srand(seed)
			for (i = 1; i <= count; i++) {
				record = any() sprintf("%04d", i) any()
				length_of_it = i < count ? 16 : last
				if (length_of_it < 16)
					record = ""
				while (length(record) < length_of_it)
					record = record (length_of_it < 16 ? \
						(rand() < 0.5 ? "^" : "|") : any())
				if (length_of_it == 16 && kind == "bytes")
					record = substr(record, 1, 10 + i % 6) "~" \
						substr(record, 12 + i % 6)
				print record
			}
		}' >"$list"
	tr -d '\n' <"$list" | tr '~' '\000' >"$records"
	give
	give records "$records"
}

# gathered ARG...: the submission, and what its workers write until the last
# has left: that the parent waits for them is asked by one test only.
gathered() {
	again="$make; ./two-workers$(quoted "$@")"
	# shellcheck disable=SC2016 # for that shell
	in_cage --read="$GRADE_PROGRAM" -- sh -c 'exec 4>&1
		s=$({ { "$@" 3>&- 4>&-; echo $? >&3; } | cat >&4 3>&-; } 3>&1)
		exit "$s"' sh "$GRADE_PROGRAM" "$@"
}

# every_record_once [FILE] [HINT]: what came has each record in one piece, and
# nothing but the lines. That a line is in one piece is asked by one test only.
every_record_once() {
	local came=$box/came
	if [ ! -s "${1:-$out}" ] && [ -s "$list" ]; then
		wrong "nothing came; stderr: $(said_on_stderr)" "${2:-}"
	fi
	too_much "$list" "${1:-$out}" || return
	tr '\000' '~' <"${1:-$out}" >"$came"
	LC_ALL=C awk '
		# how often each name stands in the text: one pass, whatever came
		function names_in(text, n) {
			n += gsub(/worker 1: /, "&", text)
			return n + gsub(/worker 2: /, "&", text)
		}
		NR == FNR {
			record[++n] = $0
			bytes += length($0) + 11
			next
		}
		{
			lines++
			names += names_in($0)
			all = all $0 "\n"
		}
		END {
			for (i = 1; i <= n; i++) {
				times = 0
				rest = all
				while ((p = index(rest, record[i])) > 0 && ++times < 4)
					rest = substr(rest, p + length(record[i]))
				if (times != 1 && ++bad <= 3)
					printf("record %d of %d came %d times, expected once: %s\n",
						i, n, times, record[i])
			}
			if (lines + 0 != n && ++bad)
				printf("%d lines came, expected %d\n", lines, n)
			if (names + 0 != n && ++bad)
				printf("\"worker 1: \" and \"worker 2: \" came %d times, expected %d\n",
					names, n)
			if (!bad && length(all) != bytes && ++bad)
				printf("%d bytes came, expected %d\n", length(all), bytes)
			exit bad > 0
		}' "$list" "$came" ||
		wrong 'the records did not come once each, whole' "${2:-}"
}

# too_much LIST GOT: fails if so much came that nobody compares it.
too_much() {
	local size expected
	size=$(stat -c %s "$2")
	expected=$(($(stat -c %s "$1") + 11 * $(wc -l <"$1")))
	[ "$size" -le $((2 * expected + 4096)) ] ||
		wrong "it printed far too much: $expected bytes expected, $size came"
}

# Of how many children a traced run took the status.
reaped() {
	whole_calls | grep -cE 'wait4\(.* = [1-9][0-9]*$|waitid\(.* = 0$' || true
}

# killed first|last soon|late: of the two workers the one that was forked first
# or last is killed, while the other is still at work, or after it has ended.
# Nobody takes the lines from the pipe meanwhile, so that neither can end. Where
# there were never two, nothing is asked.
killed() {
	local seconds=30 # the other worker has to end meanwhile, also under load
	# shellcheck disable=SC2016 # for that shell
	in_cage --read="$GRADE_PROGRAM" -- sh -c '
		workers() { # that live, the first before the last
			for file in /proc/[0-9]*/stat; do
				read -r line <"$file" || continue
				rest=${line##*) }
				state=${rest%% *}
				rest=${rest#* }
				[ "${rest%% *}" != "$program" ] || [ "$state" = Z ] ||
					echo "${line%% *}"
			done 2>/dev/null | sort -n
		}
		until_there_are() { # -eq|-le COUNT TRIES
			tries=0
			until [ "$(workers | wc -l)" "$1" "$2" ]; do
				tries=$((tries + 1))
				[ "$tries" -le "$3" ] || return 1
				sleep 0.1
			done
		}
		mkfifo pipe
		exec 5<>pipe
		"$3" records >pipe 5>&- &
		program=$! status=
		exec 6<pipe 5>&-
		until_there_are -eq 2 30 || status=3
		rm pipe
		[ -z "$status" ] || exit "$status"
		case $1 in
		first) victim=$(workers | head -n 1) ;;
		last) victim=$(workers | tail -n 1) ;;
		esac
		case $2 in
		soon) kill -KILL "$victim" ;;
		late) kill -STOP "$victim" ;;
		esac
		cat <&6 >/dev/null &
		exec 6<&-
		if [ "$2" = late ]; then
			until_there_are -le 1 120
			kill -KILL "$victim"
		fi
		wait "$program"' sh "$1" "$2" "$GRADE_PROGRAM"
	again="seq -f 'record %09.0f' 4000 | tr -d '\\n' >records; (./two-workers records; echo \$? >&2) | (sleep 9; cat >lines)   # meanwhile: kill -9 the $1 worker"
	[ "$status" -ne 0 ] ||
		wrong "exit status 0, expected 1: the worker that was forked $1 was killed" "$hint"
}

# As above, for a run that must have gone well.
all_went_well() {
	came_back 0 "${2:-}"
	every_record_once "${1:-$out}" "${2:-}"
}

@test "2 points: every record comes exactly once" {
	local hint='both workers read from the one descriptor that was opened before fork: what one has read, the other does not get'
	make_records $((60 + RANDOM % 80)) text
	gathered records
	all_went_well "$out" "$hint"
	make_records $((1 + RANDOM % 3)) text
	gathered records
	all_went_well "$out" "$hint"
}

@test "1 point: a record may hold any byte, also NUL" {
	make_records $((40 + RANDOM % 80)) bytes
	make="printf '1234567\\0abcdefghabcdefgh\\0' >records"
	gathered records
	all_went_well "$out" 'a record is no string: read says how long it is, strlen and %s stop at a NUL'
}

@test "1 point: a short last record comes too, and no more than it" {
	local hint='read returns how many bytes it brought: 1 to 16 are a record, 0 is the end'
	make_records $((20 + RANDOM % 40)) text $((1 + RANDOM % 15))
	make='printf sixteen-letters.+short >records'
	gathered records
	all_went_well "$out" "$hint"
	make_records 1 text $((1 + RANDOM % 15))
	gathered records
	all_went_well "$out" "$hint"
	make_records 0 text
	make=': >records'
	gathered records
	all_went_well "$out" 'an empty file has no records, and that is no failure'
}

@test "1 point: both workers take records through one open file description" {
	make_records $((50 + RANDOM % 20)) text
	# each write takes 10 ms, so that the other worker has time to read
	traced -y -e trace="$opens",read,"$forks",write,writev \
		-e inject=write,writev:delay_enter=10000 -- records
	whole_calls | awk '
		NR == 1 { parent = $1 }
		/open.*= [0-9]+<.*\/records>/ { opened++; by = by " " $1 }
		/ read\([0-9]+<.*\/records>,.* = [1-9][0-9]*( |$)/ {
			took[$1]++
			if (match($0, /, [0-9]+\) += [1-9][0-9]*$/) &&
			    (asked = substr($0, RSTART + 2) + 0) > most)
				most = asked
		}
		/ writev?\([0-9]+<[^>]*>, .*"worker [12]: / {
			match($0, /"worker [12]: /)
			name = substr($0, RSTART + 8, 1)
			if (!(($1, name) in said)) {
				said[$1, name] = 1
				names[$1]++
				called[name]++
			}
		}
		/^[0-9]+ +(clone3?|v?fork)\(.* = [1-9][0-9]*$/ {
			forked++
			forked_by_parent += $1 == parent
		}
		END {
			if (forked != 2 || forked_by_parent != 2) {
				printf("%d processes were made, %d of them by the parent; expected 2, both by the parent\n",
					forked, forked_by_parent)
				bad = 1
			}
			if (opened != 1) {
				printf("FILE was opened %d times, by%s (the parent is %s); expected once, by the parent\n",
					opened, by, parent)
				bad = 1
			}
			if (most > 16) {
				printf("a read asked for %d bytes of FILE, expected at most 16: one record\n", most)
				bad = 1
			}
			for (who in names)
				if (names[who] > 1) {
					printf("process %s calls itself worker 1 and worker 2\n", who)
					bad = 1
				}
			for (name in called)
				if (called[name] > 1) {
					printf("%d processes call themselves worker %s\n", called[name], name)
					bad = 1
				}
			for (who in took) {
				who_all = who_all " " who " took " took[who] ","
				workers += who != parent
				if (who == parent) {
					print "the parent " parent " took records"
					bad = 1
				}
			}
			if (workers != 2) {
				printf("of the records,%s while each write took 10 ms; expected that two children take some\n",
					who_all == "" ? " none was taken with read," : who_all)
				bad = 1
			}
			exit bad > 0
		}' ||
		wrong 'the workers do not share the file as they should' \
			'fork both workers before waiting for either; each reads 16 bytes with read, not with a stream, which takes 4096 for itself'
	came_back 0
	every_record_once
}

@test "1 point: each line is one write" {
	local count=$((150 + RANDOM % 150)) writes
	make_records "$count" text
	traced -y -e trace="$opens",write,writev,pwrite64,pwritev -- records
	came_back 0
	too_much "$list" "$out" || return
	LC_ALL=C sed 's/^/worker ?: /' "$list" | LC_ALL=C sort >"$list.lines"
	LC_ALL=C sed 's/^worker [12]: /worker ?: /' "$out" | LC_ALL=C sort >"$list.got"
	same "$list.lines" "$list.got" 'two processes write to descriptor 1: what is not one write may be torn apart'
	writes=$(whole_calls | grep -cE '^[0-9]+ +p?writev?(64)?\(1<[^>]*>, .* = [1-9]') || true
	[ "$writes" -eq "$count" ] ||
		wrong "$writes writes to descriptor 1, expected $count: one for each of $count lines" \
			'put the whole line, name, record and newline, into one buffer and give it to one write; printf gathers lines, or cuts them'
}

@test "1 point: the parent waits for both workers" {
	make_records $((60 + RANDOM % 40)) text
	caged -- records
	ended 0 'the parent calls wait or waitpid once for each child'
	every_record_once
}

@test "1 point: a FILE that is missing is said, exit status 1" {
	make_records $((3 + RANDOM % 10)) text
	gathered records
	all_went_well
	caged -- "no-such-file-$RANDOM"
	came_back 1
	said 'say on stderr what failed, and why: perror, or strerror(errno)'
	[ ! -s "$out" ] || wrong "there is output: $(head -c 200 "$out")"
}

@test "1 point: a worker that fails or is killed makes the whole fail" {
	local hint='a worker whose read or write failed says so and exits 1; the parent looks at the status that wait gave it for each: WIFEXITED is false for one that was killed'
	make_records $((3 + RANDOM % 10)) text
	gathered records
	all_went_well

	# shellcheck disable=SC2016 # for that shell
	in_cage --read="$GRADE_PROGRAM" -- \
		sh -c 'exec "$1" records >/dev/full' sh "$GRADE_PROGRAM"
	again="$make; ./two-workers records >/dev/full; echo \$?"
	came_back 1 "$hint"
	said "$hint"

	# shellcheck disable=SC2016 # for that shell
	in_cage --read="$GRADE_PROGRAM" -- \
		sh -c 'mkdir folder; exec "$1" folder' sh "$GRADE_PROGRAM" # it opens, and every read fails
	again='mkdir folder; ./two-workers folder; echo $?'
	came_back 1 "$hint"
	said "$hint"

	# shellcheck disable=SC2016 # for that shell
	in_cage --read="$GRADE_PROGRAM" -- \
		sh -c 'ulimit -f 0; exec "$1" records >lines' sh "$GRADE_PROGRAM"
	again="$make; (ulimit -f 0; ./two-workers records >lines; echo \$?)   # SIGXFSZ kills the workers"
	[ "$(reported timed-out)" = no ] || wrong 'it did not end' "$hint"
	[ "$status" -ne 0 ] ||
		wrong 'exit status 0, expected 1: the workers were killed by SIGXFSZ' "$hint"

	make_records 4000 text # more than a pipe holds
	killed first soon
	killed last late

	make_records $((3 + RANDOM % 10)) text
	traced -e inject="$forks":error=EAGAIN -- records
	injected || wrong 'it made no process'
	came_back 1 'fork returns -1 where no process can be made'
	said 'fork returns -1 where no process can be made'

	traced -e inject="$forks":error=EAGAIN:when=2 -- records
	injected || return 0 # it makes one only
	came_back 1 'the second fork returned -1'
	said 'the second fork returned -1'
}

@test "1 point: a call that was interrupted is made again" {
	local hint='-1 with EINTR is no failure and not the end: call again, each time' reaped when
	make_records $((20 + RANDOM % 20)) text
	traced -e trace=wait4,waitid -- records
	reaped=$(reaped)
	for when in 1+2 1..2; do # every other; two in a row
		traced -P "$here/records" -e trace=read \
			-e inject=read:error=EINTR:when=$when -- records
		all_went_well "$out" "$hint"

		take
		take lines
		traced_to lines -P "$here/lines" -e trace=write,writev \
			-e inject=write,writev:error=EINTR:when=$when -- records
		plain lines "$hint"
		all_went_well "$made/lines" "$hint"
		take

		traced -e trace=wait4,waitid \
			-e inject=wait4,waitid:error=EINTR:when=$when -- records
		all_went_well "$out" "$hint"
		[ "$(reaped)" -eq "$reaped" ] ||
			wrong "after a wait that was interrupted the parent waited for $(reaped) of the $reaped workers that it waits for without" "$hint"
	done
}
