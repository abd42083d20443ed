#!/usr/bin/env bats
# What bin/cage must keep: what is hostile is bounded, named and gone, as root
# and as an ordinary user; what is right loses nothing.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2317 # programs in quotes; set by bats
load ../helper

setup_file() {
	# an ordinary user cannot look into the folders of bats
	PLACE=$(mktemp -d /tmp/cage-test-XXXXXX)
	chmod 755 "$PLACE"
	export PLACE
	cp "$BIN/cage" "$PLACE/cage"
	local fixture
	for fixture in hostile without; do
		${CC:-cc} -std=c11 -O1 -w -o "$PLACE/$fixture" \
			"$BATS_TEST_DIRNAME/cage/$fixture.c"
	done
}

teardown_file() {
	rm -rf "$PLACE"
}

setup() {
	cage=$PLACE/cage
	hostile=$PLACE/hostile
	as=()     # who runs the cage
	without=() # what its kernel does not have
	others=() # processes to end
	deadline=1
	mkdir -p "$PLACE/run/tmp"
	chmod 777 "$PLACE/run" "$PLACE/run/tmp"
	export TMPDIR=$PLACE/run/tmp LC_ALL=C
	report=$PLACE/run/report
	out=$PLACE/run/out
	err=$PLACE/run/err
}

teardown() {
	load_stops
	[ ${#others[@]} -eq 0 ] || kill -KILL "${others[@]}" 2>/dev/null || true
	rm -rf "$PLACE/run"
}

nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# each_user COMMAND...: as root, if we are, and as an ordinary user.
each_user() {
	"$@"
	[ "$(id -u)" -eq 0 ] || return 0
	as=("${nobody[@]}")
	rm -f "$report"
	"$@"
	as=()
}

milliseconds() {
	local now=${EPOCHREALTIME/./}
	echo "${now%???}"
}

# caged [OPTION]... -- PROGRAM...: $status is that of cage; it took $took ms.
caged() {
	local began
	rm -f "$report" "$out" "$err" 2>/dev/null
	began=$(milliseconds)
	status=0
	alone timeout 60 "${as[@]}" "${without[@]}" "$cage" \
		--report="$report" --stdout="$out" --stderr="$err" "$@" \
		2>"$PLACE/run/said" </dev/null || status=$?
	took=$(($(milliseconds) - began))
}

said() {
	cat "$PLACE/run/said"
}

value() {
	sed -n "s/^$1 //p" "$report"
}

# reports NAME VALUE [NAME VALUE]...
reports() {
	while [ $# -gt 0 ]; do
		[ "$(value "$1")" = "$2" ] || {
			echo "$1 is not $2 (as ${as[*]:-myself}); status $status"
			cat "$report" "$PLACE/run/said"
			return 1
		}
		shift 2
	done
	[ "$(tail -n 1 "$report")" = end ]
}

status_is() {
	[ "$status" -eq "$1" ] || {
		echo "status $status, not $1 (as ${as[*]:-myself})"
		cat "$report" "$PLACE/run/said"
		return 1
	}
}

protected() {
	[[ " $(value protection) " == *" $1"* ]]
}

# in_time SECONDS: the last run ended at most a second later; a busy machine
# has more than one to do at a time.
in_time() {
	local load most
	read -r load _ </proc/loadavg
	most=$(awk -v s="$1" -v load="$load" -v n="$(nproc)" \
		'BEGIN { print int(1000 * (s + 1 + load / n)) }')
	[ "$took" -le "$most" ] || {
		echo "it took $took ms, of $most (as ${as[*]:-myself})"
		return 1
	}
}

# No process runs a file of this test, no scratch folder is left.
all_gone() {
	local left
	left=$(find /proc/[0-9]*/exe "$TMPDIR" -mindepth 0 \
		\( -lname "$PLACE/*" -o -path "$TMPDIR/*" \) 2>/dev/null) || :
	[ -z "$left" ] || {
		echo "left: $left"
		return 1
	}
}

# bounded STORY WHY [OPTION]...: ended for that reason, and gone.
bounded() {
	local story=$1 why=$2
	shift 2
	caged --time="$deadline" "$@" -- "$hostile" "$story"
	status_is 124
	reports ended-for "$why"
	in_time "$deadline"
	all_gone
}

# The same where the kernel has less to confine it with.
bounded_everywhere() {
	local kernel
	bounded "$@"
	for kernel in landlock unshare landlock,unshare; do
		without=("$PLACE/without" "$kernel")
		bounded "$@"
	done
	without=()
}

@test "a program that ends by itself has its own status, and a whole report" {
	right() {
		caged -- sh -c 'echo to stdout; echo to stderr >&2; exit 3'
		status_is 3
		[ "$(cat "$out")" = "to stdout" ]
		[ "$(cat "$err")" = "to stderr" ]
		[ -z "$(said)" ]
		reports status 3 signal none timed-out no ended-for nothing \
			state ended left-running 0 left-names none unwaited 0 \
			processes-most 1 stdout-bytes 10 stderr-bytes 10
		[ "$(cut -d ' ' -f 1 "$report" | xargs)" = "status signal timed-out ended-for state left-running left-names unwaited processes-most wall-ms cpu-ms memory-peak-kib stdout-bytes stderr-bytes planted protection open end" ]
		[ "$(value memory-peak-kib)" -gt 100 ]
		protected no-new-privs
		all_gone
	}
	each_user right
}

@test "a program that dies of a signal gives 128+N and the signal's name" {
	dies() {
		caged -- sh -c 'kill -SEGV $$'
		status_is 139
		reports status none signal SIGSEGV ended-for nothing
	}
	each_user dies
}

@test "without --stdout, --stderr and --report all is cage's own" {
	each_user own
}
own() {
	run --separate-stderr alone "${as[@]}" "$cage" -- sh -c 'echo a; echo b >&2'
	[ "$status" -eq 0 ]
	[ "$output" = a ]
	[[ "$stderr" == b$'\n'status\ 0$'\n'*$'\n'end ]]
}

@test "a fork bomb is ended by the count of its processes" {
	each_user bounded_everywhere fork-bomb processes
}

@test "so is one whose processes leave their session and their parent" {
	deadline=3
	each_user bounded_everywhere fleeing-bomb processes
}

@test "a grandchild in a session of its own does not outlive the program" {
	outlived() {
		caged -- "$hostile" outlive
		status_is 0
		reports ended-for nothing left-running 1 left-names hostile
		in_time 0
		all_gone
	}
	each_user outlived
}

@test "an infinite loop ends at its deadline" {
	looped() {
		bounded loop time
		reports timed-out yes state running status none signal SIGKILL
		[ "$took" -ge 1000 ]
	}
	each_user looped
}

@test "loops in several processes end when all together had their CPU time" {
	each_user bounded loop-in-children cpu --cpu=0.4 --time=20
}

@test "so do loops that nobody waits for" {
	each_user bounded loop-unwaited cpu --cpu=0.4 --time=20
}

@test "10 GB of output are cut, and what was within the limit is there" {
	cut_short() {
		local stream
		for stream in stdout stderr; do
			bounded "$stream" output --output=3 --time=20
			reports "$stream-bytes" $((3 << 20))
			[ "$(cat "$out" "$err" | wc -c)" -eq $((3 << 20)) ]
		done
	}
	each_user cut_short
}

@test "output of just the limit is not too much" {
	just() {
		caged --output=1 -- head -c 1048576 /dev/zero
		status_is 0
		reports ended-for nothing stdout-bytes 1048576
		[ "$(wc -c <"$out")" -eq 1048576 ]
	}
	each_user just
}

@test "10 GB of memory: refused to one process, ended where it is many" {
	bounded_memory() {
		caged --memory=100 --time=20 -- "$hostile" memory
		status_is 7
		reports ended-for nothing
		[ "$(value memory-peak-kib)" -le $((100 << 10)) ]
		bounded memory-in-children memory --time=20
		[ "$(value memory-peak-kib)" -gt $((512 << 10)) ]
	}
	each_user bounded_memory
}

@test "a sparse file of 10 GB ends the program at the limit" {
	sparse() {
		bounded sparse-file file-size
		reports signal SIGXFSZ
	}
	each_user sparse
}

@test "ignored signals do not help past the deadline" {
	each_user bounded ignore-signals time
}

@test "a program that stops itself, or all of its processes, ends at its deadline" {
	stopped() {
		bounded stop time
		reports state stopped
		bounded_everywhere stop-children time
		reports state stopped left-running 3
	}
	each_user stopped
}

@test "a program that kills its process group kills nobody else" {
	group() {
		caged -- "$hostile" kill-group
		status_is 137
		reports signal SIGKILL ended-for nothing
		all_gone
	}
	each_user group
}

# In a pid namespace of its own: what a broken cage lets through stays there.
@test "a program that kills everybody reaches nobody, where something protects" {
	local apart=(unshare --pid --fork --mount-proc --kill-child)
	[ "$(id -u)" -eq 0 ] || apart+=(--user --map-current-user)
	"${apart[@]}" true 2>/dev/null || skip "no pid namespace may be made"
	everybody() {
		caged -- true
		local abi
		abi=$(value protection | sed -n 's/.*landlock-\([0-9]*\).*/\1/p')
		protected user-id || [ "${abi:-0}" -ge 6 ] || {
			[[ " $(value open) " = *' signals '* ]]
			return
		}
		alone "${apart[@]}" "${as[@]}" "${without[@]}" \
			bash -c 'sleep 1000 & "$@"; echo $?; kill -0 $!; echo $?' \
			bash "$cage" --report="$report" -- "$hostile" \
			kill-everybody >"$PLACE/run/said"
		[ "$(xargs <"$PLACE/run/said")" = "0 0" ]
		reports status 0 ended-for nothing
	}
	each_user everybody
	without=("$PLACE/without" landlock)
	each_user everybody
	without=()
}

@test "no descriptor from 3 on is handed down, nor reached by way of /proc" {
	forge() {
		rm -f "$PLACE/run/tap"
		: >"$PLACE/run/tap"
		chmod 666 "$PLACE/run/tap"
		exec 9>>"$PLACE/run/tap"
		rm -f "$report"
		status=0
		"${as[@]}" "$cage" --report="$report" -- "$hostile" tap \
			3>&9 7>&9 || status=$?
		exec 9>&-
		[ ! -s "$PLACE/run/tap" ]
		status_is 0
		reports ended-for nothing
	}
	each_user forge
}

@test "the grader's files can be neither read, written, renamed nor removed" {
	attack() {
		caged -- true
		protected landlock || return 0
		rm -rf "$PLACE/run/grader"
		mkdir "$PLACE/run/grader"
		echo right >"$PLACE/run/grader/answers"
		chmod 666 "$PLACE/run/grader/answers"
		chmod 777 "$PLACE/run/grader"
		[ ${#as[@]} -eq 0 ] || chown -R 65534 "$PLACE/run/grader"
		caged -- "$hostile" files "$PLACE/run/grader/answers" "$report"
		status_is 0
		[ "$(cat "$PLACE/run/grader/answers")" = right ]
		[ "$(stat -c %a "$PLACE/run/grader/answers")" = 666 ]
		[ "$(ls "$PLACE/run/grader")" = answers ]
		reports ended-for nothing
	}
	each_user attack
}

@test "a signal interrupts no call that could not be interrupted" {
	signalled() {
		caged -- "$hostile" signalled
		status_is 0
	}
	each_user signalled
}

@test "limits and priority of the process above it are out of reach" {
	above() {
		caged -- "$hostile" parent
		status_is 0
		reports left-running 1 left-names hostile
		all_gone
	}
	each_user above
}

@test "memory that no limit counts is refused, and what leads outside by no file" {
	leaks() {
		local story
		for story in leak no-net ways-out; do
			caged -- "$hostile" "$story"
			status_is 0
		done
	}
	each_user leaks
}

@test "--net=loopback: sockets of the internet, no others, and the report says so" {
	sockets() {
		caged --net=loopback -- "$hostile" net
		status_is 0
		[[ " $(value open) " = *' loopback kernel-memory '* ]]
		run "$cage" --net=all -- true
		[ "$status" -eq 2 ]
	}
	each_user sockets
}

@test "what a right program does with itself is not refused" {
	minds() {
		caged -- "$hostile" mind-itself
		status_is 0
	}
	each_user minds
}

@test "files are bounded in all, by bytes and by names" {
	many() {
		local kernel story
		for kernel in nothing unshare; do
			without=("$PLACE/without" "$kernel")
			for story in many-files many-names; do
				caged --files=30 --time=20 -- "$hostile" "$story"
				status_is 124
				reports ended-for files
				[ "$took" -lt 10000 ]
				until_true 20 all_gone >/dev/null # what takes long goes on
			done
		done
		without=()
	}
	each_user many
}

@test "slow paths, deep folders and links keep nobody past the deadline" {
	slow() {
		local kernel
		for kernel in nothing landlock unshare landlock,unshare; do
			without=("$PLACE/without" "$kernel")
			caged --time=1 --cpu=20 -- "$hostile" slow-paths
			status_is 124
			[[ $(value ended-for) = @(time|files) ]]
			in_time 1
			until_true 20 all_gone >/dev/null # what takes long goes on
		done
		without=()
	}
	each_user slow
}

@test "the file that is stdin cannot be changed either" {
	changed() {
		rm -f "$PLACE/run/in"
		"${as[@]}" bash -c 'echo text >"$0"; chmod 644 "$0"' "$PLACE/run/in"
		caged --stdin="$PLACE/run/in" -- "$hostile" input
		status_is 0
		[ "$(stat -c %a "$PLACE/run/in")" = 644 ]
		caged --stdin="$PLACE/run/in" -- cat
		[ "$(cat "$out")" = text ]
	}
	each_user changed
}

@test "what a program left in the scratch folder is removed, however deep" {
	littered() {
		local kernel
		for kernel in nothing unshare; do
			without=("$PLACE/without" "$kernel")
			caged -- "$hostile" litter
			[ "$status" -eq 0 ] || reports ended-for files
			until_true 20 all_gone
			[ -e /etc/passwd ]
		done
		without=()
	}
	each_user littered
}

@test "--dir: an empty folder is where it works, and is empty and its owner's again" {
	worked() {
		local dir=$PLACE/run/work
		rm -rf "$dir"
		"${as[@]}" mkdir "$dir"
		caged --dir="$dir" -- sh -c 'mkdir -p c/d; echo x >c/d/e; echo $HOME $TMPDIR; pwd'
		status_is 0
		[ "$(xargs -n 1 <"$out" | sort -u)" = "$dir" ]
		[ -z "$(ls -A "$dir")" ]
		[ "$(stat -c %u "$dir")" = "$("${as[@]}" id -u)" ]
		"${as[@]}" touch "$dir/mine"
		caged --dir="$dir" -- true
		[ "$status" -eq 125 ]
		[ "$(said)" = "cage: use $dir: Directory not empty" ]
		[ -e "$dir/mine" ]
	}
	each_user worked
}

@test "--give and --take copy files in and out, with their modes" {
	copied() {
		local box=$PLACE/run/box
		rm -rf "$box"
		mkdir -m 777 "$box"
		head -c 100000 /dev/urandom >"$box/bytes"
		printf '#!/bin/sh\necho it ran\n' >"$box/script"
		chmod 755 "$box/script"
		chmod 644 "$box/bytes"
		caged --give=in="$box/bytes" --give=closed:000="$box/bytes" \
			--give=run="$box/script" --take=copy="$box/copy" --take=no="$box/no" \
			-- sh -c './run; cp in copy; umask; ls -l closed; test -r closed'
		[ "$status" -eq 1 ] || [ "$(id -u)" -ne 0 ]
		[ "$(head -n 1 "$out")" = 'it ran' ]
		[[ "$(tail -n 1 "$out")" = ----------* ]]
		cmp "$box/bytes" "$box/copy"
		[ ! -e "$box/no" ]
		reports 'took copy' "file 0644 100000" 'took no' 'none 0000 0'
		[ "$(stat -c %a "$box/copy")" = 600 ]
		rm "$box/copy"
		caged --give=a="$box/none" -- true
		[ "$status" -eq 125 ]
		all_gone
	}
	each_user copied
	local wrong
	for wrong in --give=x --give=/x=y --give=a/b=y --give=..=y --give=x:9=y --take==y; do
		run alone "$cage" "$wrong" -- true
		[ "$status" -eq 2 ]
	done
}

@test "--take: links, FIFOs and folders are named, never followed" {
	planted() {
		local box=$PLACE/run/box kernel
		rm -rf "$box"
		mkdir -m 777 "$box"
		for kernel in nothing unshare; do
			without=("$PLACE/without" "$kernel")
			caged --give=a=/etc/passwd --take=a="$box/a" --take=b="$box/b" \
				--take=c="$box/c" --take=d="$box/d" -- "$hostile" plant a b c d
			status_is 0
			in_time 0
			[ -z "$(ls -A "$box")" ]
			[[ $(value 'took a') = link* && $(value 'took b') = fifo* ]]
			[[ $(value 'took c') = folder* && $(value 'took d') = link* ]]
			[[ $(value planted) = @(link|fifo):[abd] ]]
		done
		without=()
	}
	each_user planted
}

@test "a folder that others cannot search does not keep the program from its own" {
	[ "$(id -u)" -eq 0 ] || skip "only root runs it as another user"
	mkdir -m 700 "$PLACE/run/closed"
	mkdir "$PLACE/run/closed/work"
	cp /bin/cat "$PLACE/run/closed/cat"
	echo text >"$PLACE/run/closed/file"
	caged --dir="$PLACE/run/closed/work" --give=file="$PLACE/run/closed/file" -- "$PLACE/run/closed/cat" file
	status_is 0
	[ "$(cat "$out")" = text ]
}

@test "--read opens a path that is closed otherwise" {
	opened() {
		echo secret >"$PLACE/run/secret"
		chmod 644 "$PLACE/run/secret"
		caged -- cat "$PLACE/run/secret"
		protected landlock || return 0
		status_is 1
		caged --read="$PLACE/run/secret" -- cat "$PLACE/run/secret"
		status_is 0
		[ "$(cat "$out")" = secret ]
	}
	each_user opened
}

@test "the environment is clean, and PATH has only what everyone may search" {
	clean() {
		mkdir -p "$PLACE/run/mine"
		chmod 700 "$PLACE/run/mine"
		SECRET=nonce PATH=$PLACE/run/mine:/usr/bin:relative:$PLACE:/bin \
			caged -- env
		status_is 0
		[ "$(cut -d = -f 1 "$out" | sort | xargs)" = \
			"HOME LC_ALL MALLOC_ARENA_MAX PATH TMPDIR" ]
		grep -qx 'PATH=/usr/bin:/bin' "$out"
		PATH=/usr/bin:$PATH caged -- nosuchprogram
		status_is 127
	}
	each_user clean
}

@test "descriptors 0, 1 and 2 are all that it has, and it is a session's leader" {
	few() {
		rm -f "$report"
		"${as[@]}" "$cage" --report="$report" -- "$hostile" descriptors \
			3</dev/null 5</dev/null 66</dev/null
		reports status 0
	}
	each_user few
}

@test "children never waited for are counted, zombies and others, but no one else's" {
	forgot() {
		caged -- "$hostile" forget
		status_is 0
		reports unwaited 2 left-running 2 left-names "hostile hostile"
		# a fifth for a moment, which a look may meet
		[[ $(value processes-most) = [45] ]]
		caged -- sh -c 'sleep 0; sleep 0 & wait'
		reports unwaited 0 left-running 0
	}
	each_user forgot
}

needs_strace() {
	caged --trace="$PLACE/run/trace" -- true
	grep -q '+++ exited' "$PLACE/run/trace" || skip "strace may not run here"
}

@test "--trace: strace sees all from execve on, and changes nothing else" {
	needs_strace
	traced() {
		local trace=$PLACE/run/trace
		rm -f "$trace"
		caged --trace="$trace" --strace=-e --strace=trace=execve,getppid \
			-- sh -c 'cat /dev/null; exit 3'
		status_is 3
		reports unwaited 0 left-running 0
		[ "$(grep -c ' execve(.*) = 0$' "$trace")" -eq 2 ]
		[ "$(grep -c '+++ exited' "$trace")" -eq 2 ]
		[ "$(stat -c %a "$trace")" = 600 ]
		rm "$trace"
		# to the end of the last process, as strace -f does
		caged --trace="$trace" -- sh -c '{ sleep 0.3; echo late; } & exit 4'
		status_is 4
		[ "$(cat "$out")" = late ]
		[ "$(grep -c '+++ exited' "$trace")" -eq 3 ]
		reports ended-for nothing
		[[ $(value left-running) = [12] ]] # sleep, too
		rm "$trace"
	}
	each_user traced
}

@test "--trace: what is injected nobody can read, nor reach the trace" {
	needs_strace
	secret() {
		local trace=$PLACE/run/trace
		rm -f "$trace"
		caged --trace="$trace" --strace=-e --strace=inject=getpgrp:error=ENOENT \
			--time=20 -- "$hostile" show-commands
		status_is 0
		grep -avE '^(timeout|bash|setpriv) ' "$out" >"$PLACE/run/commands"
		not grep -aE 'inject|ENOENT|run/trace' "$PLACE/run/commands"
		grep -aq show-commands "$out"
		rm "$trace"
	}
	each_user secret
}

@test "--trace: a deadline, a fork bomb and processes that stay are as without" {
	needs_strace
	deadline=3
	bombs() {
		rm -f "$PLACE/run/trace"
		bounded loop time --trace="$PLACE/run/trace"
		bounded fork-bomb processes --trace="$PLACE/run/trace"
		bounded stop-children time --trace="$PLACE/run/trace"
		caged --trace="$PLACE/run/trace" -- "$hostile" outlive
		status_is 0
		reports left-running 1
		all_gone
		rm "$PLACE/run/trace"
	}
	each_user bombs
}

@test "--trace: strace that cannot run is cage's failure" {
	mkdir "$PLACE/run/path"
	status=0
	PATH=$PLACE/run/path alone "$cage" --trace="$PLACE/run/trace" --report="$report" \
		-- /bin/true 2>"$PLACE/run/said" || status=$?
	[ "$status" -eq 125 ]
	[ "$(said)" = "cage: strace: No such file or directory" ]
	all_gone
}

@test "a FIFO without a reader fails at once" {
	nobody_reads() {
		mkfifo -m 666 "$PLACE/run/fifo"
		for option in stdout stderr report; do
			run alone timeout 5 "${as[@]}" "$cage" --"$option"="$PLACE/run/fifo" -- true
			[ "$status" -eq 125 ]
			[ "$output" = "cage: open $PLACE/run/fifo: No such device or address" ]
		done
		rm "$PLACE/run/fifo"
		all_gone
	}
	each_user nobody_reads
}

@test "--closed: no file of /etc and /proc, and a compiler works" {
	command -v cc >/dev/null || skip "no compiler"
	closed() {
		caged -- true
		protected landlock || return 0
		caged --closed -- cat /etc/passwd
		status_is 1
		[ ! -s "$out" ]
		echo 'int main(void) { return 7; }' >"$PLACE/run/source"
		printf '__asm__(".incbin \"/etc/passwd\"");\n#include "/proc/self/environ"\nint main(void) { return 0; }\n' \
			>"$PLACE/run/greedy"
		chmod 644 "$PLACE/run/source" "$PLACE/run/greedy"
		caged --closed --memory=2048 --open-files=256 --give=a.c="$PLACE/run/source" \
			--give=b.c="$PLACE/run/greedy" -- sh -c \
			'cc -o a a.c && chmod +x a; ./a; s=$?; cc -o b b.c 2>&1 | grep -c denied; exit $s'
		[ "$(cat "$out")" -gt 0 ]
		[ ${#as[@]} -ne 0 ] || status_is 7
	}
	each_user closed
}

@test "a program that cannot be run gives 126, one that is not there 127" {
	cannot() {
		caged -- /nonexistent/program
		status_is 127
		[ "$(said)" = "cage: execve /nonexistent/program: No such file or directory" ]
		reports ended-for never-ran status none
		caged -- /etc/passwd
		status_is 126
		[ "$(said)" = "cage: execve /etc/passwd: Permission denied" ]
		reports ended-for never-ran
		all_gone
	}
	each_user cannot
}

@test "cage that fails says why, exits 125, and leaves no report that could mislead" {
	fails() {
		caged -- true
		rm -f "$report" && echo "status 0" >"$report" && chmod 666 "$report"
		status=0
		alone "${as[@]}" "$cage" --report="$report" --read=/nonexistent \
			-- true 2>"$PLACE/run/said" || status=$?
		[ "$status" -eq 125 ]
		[ "$(said)" = "cage: access /nonexistent: No such file or directory" ]
		[ ! -s "$report" ]
		run alone "${as[@]}" "$cage" --dir=/nonexistent -- true
		[ "$status" -eq 125 ]
		[ "$output" = "cage: open /nonexistent: No such file or directory" ]
		all_gone
	}
	each_user fails
}

@test "a cage that cannot start leaves no folder" {
	few_processes() {
		run "${as[@]}" bash -c 'ulimit -u 1; exec "$0" -- true' "$cage"
		[ "$status" -eq 125 ]
		[ "$output" = "cage: fork keeper: Resource temporarily unavailable" ]
		all_gone
	}
	[ "$(id -u)" -ne 0 ] || as=("${nobody[@]}")
	few_processes
}

# starts PROGRAM...: a cage in the background, its pid in $started; the program
# has begun when it said so; it reads from the FIFO "go".
starts() {
	rm -rf "$report" "$PLACE/run/go" "$PLACE/run/ready" "$PLACE/run/dir"
	"${as[@]}" mkdir "$PLACE/run/dir"
	mkfifo -m 666 "$PLACE/run/go"
	exec 7<>"$PLACE/run/go"
	alone exec "${as[@]}" "${without[@]}" "$cage" --time=50 --stdin="$PLACE/run/go" \
		--dir="$PLACE/run/dir" --read="$hostile" --report="$report" -- "$@" >"$PLACE/run/ready" 2>"$PLACE/run/said" &
	started=$!
	others+=("$started")
	until_true 20 test -s "$PLACE/run/ready"
}

two_sleepers=(sh -c 'setsid "$0" ignore-signals & "$0" ignore-signals & echo ready; wait')

@test "SIGINT and SIGTERM end all, and then cage, whose report says so" {
	interrupted() {
		local signal
		for signal in INT TERM; do
			starts "${two_sleepers[@]}" "$hostile"
			kill -"$signal" "$started"
			status=0
			wait "$started" || status=$?
			status_is $((128 + $(kill -l "$signal")))
			reports ended-for signal timed-out no
			all_gone
		done
	}
	set -m # or a background job ignores SIGINT
	each_user interrupted
}

@test "SIGKILL of cage ends all that it had started" {
	killed() {
		starts "${two_sleepers[@]}" "$hostile"
		kill -KILL "$started"
		wait "$started" || true
		until_true 5 all_gone
		until_true 5 test -s "$report"
		reports ended-for signal
	}
	each_user killed
}

# The pid of the process that keeps the program of the last starts.
keeper() {
	local pid
	read -r pid _ <"/proc/$started/task/$started/children" || :
	echo "$pid"
}

@test "so does SIGKILL of the process that keeps the program" {
	keeper_killed() {
		starts "${two_sleepers[@]}" "$hostile"
		kill -KILL "$(keeper)"
		status=0
		wait "$started" || status=$?
		[ "$status" -eq 125 ]
		[ "$(said)" = "cage: keeper: killed by signal 9" ]
		[ ! -s "$report" ]
		all_gone
	}
	[ -e "/proc/$$/task/$$/children" ] || skip "no list of children in /proc"
	each_user keeper_killed
}

@test "SIGKILL of both at once ends the program itself" {
	both_killed() {
		starts sh -c 'echo ready; exec "$0" ignore-signals' "$hostile"
		kill -KILL "$(keeper)" "$started"
		wait "$started" || true
		until_true 5 all_gone
	}
	[ -e "/proc/$$/task/$$/children" ] || skip "no list of children in /proc"
	each_user both_killed
}

@test "a keeper that was stopped goes on" {
	keeper_stopped() {
		starts "${two_sleepers[@]}" "$hostile"
		kill -STOP "$(keeper)"
		kill -TERM "$started"
		until_true 20 test -s "$report" # and not by wait: it could hang
		status=0
		wait "$started" || status=$?
		status_is 143
		all_gone
	}
	[ -e "/proc/$$/task/$$/children" ] || skip "no list of children in /proc"
	each_user keeper_stopped
}

@test "who holds the output open, or does not read it, keeps nobody waiting" {
	unread() {
		mkfifo -m 666 "$PLACE/run/fifo"
		exec 8<>"$PLACE/run/fifo"
		caged --time=1 --stdout="$PLACE/run/fifo" -- "$hostile" stdout
		exec 8>&-
		rm "$PLACE/run/fifo"
		status_is 124
		reports ended-for time
		in_time 1.5
		all_gone
	}
	each_user unread
}

@test "nor does a terminal that is not read" {
	[ -x /usr/bin/python3 ] || skip "no python3 of the system"
	terminal() {
		status=0
		alone timeout 20 "${as[@]}" /usr/bin/python3 -c 'import os, pty, subprocess, sys
_, slave = pty.openpty()
sys.exit(subprocess.call(sys.argv[1:], stdout=slave))' \
			"$cage" --time=1 --report="$report" -- yes || status=$?
		status_is 124
		reports ended-for time
		all_gone
		rm -f "$report"
	}
	each_user terminal
}

@test "nor does a report that is not read: cage has failed" {
	unread_report() {
		mkfifo -m 666 "$PLACE/run/fifo"
		exec 8<>"$PLACE/run/fifo"
		status=0
		alone timeout 20 "${as[@]}" "$cage" --time=1 -- \
			sh -c 'head -c 1000000 /dev/zero >&2' 2>&8 8>&- || status=$?
		exec 8>&-
		rm "$PLACE/run/fifo"
		[ "$status" -eq 125 ]
		all_gone
	}
	each_user unread_report
}

@test "a reader who left is SIGPIPE for the program" {
	left() {
		local statuses
		alone "${as[@]}" "$cage" --report="$report" -- yes | head -1 >"$out"
		statuses=${PIPESTATUS[*]}
		[ "$statuses" = "141 0" ]
		reports signal SIGPIPE ended-for nothing
	}
	each_user left
}

@test "a full disk under the output is a failure of cage" {
	[ -e /dev/full ] || skip "no /dev/full"
	full() {
		run --separate-stderr alone "${as[@]}" "$cage" --report="$report" \
			--stdout=/dev/full -- echo text
		echo "$stderr"
		[ "$status" -eq 125 ]
		[ "$stderr" = "cage: write stdout: No space left on device" ]
	}
	each_user full
}

@test "a right solution loses nothing beside a fork bomb" {
	beside() {
		local i
		caged -- true
		# one user's tasks are counted together
		protected user-id || return 0
		(while :; do
			"${as[@]}" "$cage" --report="$PLACE/run/beside" -- "$hostile" fork-bomb || :
		done) >/dev/null 2>&1 3>&- &
		others+=($!)
		for ((i = 0; i < RUNS; i++)); do
			caged --time=30 -- "$hostile" behave
			status_is 0
		done
		kill -KILL "${others[@]}"
		others=()
		until_true 20 all_gone
	}
	each_user beside
}

@test "a right solution loses nothing where its user gets 300 new tasks meanwhile" {
	busy() {
		local kernel
		for kernel in nothing landlock,unshare; do
			without=("$PLACE/without" "$kernel")
			starts sh -c 'echo ready; read -r go; exec "$0" behave' "$hostile"
			"${as[@]}" bash -c 'for ((i = 0; i < 300; i++)); do sleep 100 & done; echo >"$0"; wait' \
				"$PLACE/run/go" >"$PLACE/run/busy" 3>&- 7>&- &
			others+=($!)
			status=0
			wait "$started" || status=$?
			status_is 0
			kill_tasks "$!"
		done
		without=()
	}
	each_user busy
}

# kill_tasks PID: it and its children.
kill_tasks() {
	local pids
	read -ra pids <"/proc/$1/task/$1/children" || :
	kill -KILL "$1" "${pids[@]}"
}

@test "as root each run has a user id of its own, as the scratch folder has" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another"
	local first
	caged -- sh -c 'id -u; id -g; id -G; stat -c %u .'
	grep -q 4294967295 /proc/self/uid_map || skip "few users in this container"
	protected user-id
	[ "$(sort -u "$out" | wc -l)" -eq 1 ]
	first=$(head -n 1 "$out")
	[ "$first" -gt 0 ]
	caged -- id -u
	[ "$(cat "$out")" != "$first" ]
}

@test "twenty threads fit into the memory that a program has" {
	command -v python3 >/dev/null || skip "no python3"
	threads() {
		caged -- /usr/bin/python3 -c 'import threading
b = threading.Barrier(21)
for i in range(20): threading.Thread(target=b.wait).start()
b.wait()'
		status_is 0
	}
	[ -x /usr/bin/python3 ] || skip "no python3 of the system"
	each_user threads
}

@test "a report that is a device is written to, and stays what it is" {
	device() {
		mkfifo -m 666 "$PLACE/run/fifo"
		exec 8<>"$PLACE/run/fifo"
		alone "${as[@]}" "$cage" --report="$PLACE/run/fifo" -- true
		[ -p "$PLACE/run/fifo" ]
		head -n 1 <&8 | grep -qx 'status 0'
		exec 8>&-
		rm "$PLACE/run/fifo"
	}
	each_user device
}

@test "a report to the file that stdout is comes after what is there" {
	added() {
		rm -f "$PLACE/run/all"
		alone "${as[@]}" bash -c '"$0" --report="$1" -- echo text >"$2"' \
			"$cage" "$PLACE/run/link" "$PLACE/run/all"
		[ -L "$PLACE/run/link" ]
		[ "$(head -n 2 "$PLACE/run/all" | xargs)" = "text status 0" ]
		rm -f "$PLACE/run/all"
		alone "${as[@]}" "$cage" --stdout="$PLACE/run/all" \
			--report="$PLACE/run/all" -- echo text
		[ "$(head -n 2 "$PLACE/run/all" | xargs)" = "text status 0" ]
	}
	ln -s /proc/self/fd/1 "$PLACE/run/link" # as /dev/stdout is one
	each_user added
}

@test "--stdin is what the program reads" {
	reads() {
		caged -- cat
		status_is 0
		[ ! -s "$out" ]
		caged --stdin=/etc/passwd -- cat
		cmp "$out" /etc/passwd
	}
	each_user reads
}

@test "wrong usage is one line on stderr and status 2" {
	local arguments
	for arguments in "" "--" "--time=0 -- true" "--time=1x -- true" \
		"--time=-1 -- true" "--time=inf -- true" "--cpu= -- true" \
		"--memory=0 -- true" "--memory=1.5 -- true" \
		"--processes=99999999 -- true" "--open-files=x -- true" \
		"--output=99999999999999999999 -- true" "--no -- true" "--report= -- true"; do
		# shellcheck disable=SC2086
		run --separate-stderr alone "$cage" $arguments
		[ "$status" -eq 2 ]
		[ -z "$output" ]
		[[ "$stderr" == *"usage: cage "* ]]
	done
}

@test "the example in --help works as it stands" {
	run "$cage" --help
	[ "$status" -eq 0 ]
	local example
	example=$(sed -n '/^Example:/{n;p}' <<<"$output")
	run --separate-stderr alone bash -c "${example/bin\/cage/$cage}"
	[ "$status" -eq 0 ]
	[ "$output" = hello ]
	[[ "$stderr" == *"left-running 1"* ]]
	[ "$("$cage" -V)" = "$("$cage" --version)" ]
	[[ "$("$cage" -V)" == "cage (ipclab) "* ]]
}
