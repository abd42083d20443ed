# docs.bash: runs the console blocks of a markdown file and compares what they
# print with what the file says. docs.awk says what a block looks like.
#
# What differs from run to run is blanked on both sides, and nothing else:
#
#   process ids     what fork, wait, clone and wait4 returned, strace's
#                   [pid N] and N in front of a line, and the spaces that
#                   strace puts before " = " so that its column stands still
#   times           (after N ms), and the last columns of stdio-vs-syscall's
#                   table: seconds, times slower, bar; in --csv the last two
#                   grade's table: seconds at the end of a line
#   names           /tmp/ipclab-XXXXXX, /dev/pts/N
#   pictures        where a long line is cut, the widths of the columns, whether a
#                   process runs or sleeps, and the trace's own descriptors, at
#                   the top of the limit: "not drawn: 4095, the trace's own"
#   addresses       0x...
#   sidebyside      how long cells are cut into rows (docs.rows.awk says why)
#                   and the numbers in its last line, "not shown: ..."
#
# A command whose output names a terminal, /dev/pts/N, is run in one; all others
# write to a file and have /dev/null for input.
#
# Two lanes may interleave in any order. Where the file shows more than one
# lane, lines are compared lane by lane; the output of sidebyside and of
# strace -f, whose lines do not all name a lane, as a sorted heap of lines.
# Everything else is compared line by line, in order.

ROOT=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)

blank() {
	sed -E -e ':a' -e '$!{N;ba' -e '}' -e 's/\n {8}\|   / /g' | sed -E \
		-e 's/ *\(after [0-9]+ ms\)//' \
		-e 's/\/tmp\/ipclab-[A-Za-z0-9]{6}/\/tmp\/ipclab-NAME/g' \
		-e 's/\.\.\.[a-z]*-[A-Za-z0-9]{6}/...NAME/g' \
		-e 's/0x[0-9a-f]+/ADDRESS/g' \
		-e 's/^\[pid +[0-9]+\] //' \
		-e 's/^[0-9]+ +([a-z_0-9]+\(|<\.\.\. |\+\+\+ |--- )/\1/' \
		-e 's/\) {2,}= /) = /' \
		-e 's/\b(fork|wait|clone|clone3|wait4)(\(.*\)) = [1-9][0-9]*/\1\2 = PID/' \
		-e 's/ +[0-9]+\.[0-9]{6} +[0-9]+\.[0-9]x( #*)?$/ TIME/' \
		-e 's/^([0-9]{2} .* of .*[#.]) +[0-9]+\.[0-9] s$/\1 TIME/' \
		-e 's/,[0-9]+\.[0-9]{6},[0-9]+\.[0-9]{2}$/,TIME/' \
		-e '/^ {8}\|/{s/[-+ ]+/ /g; s/\b[0-9]{2,}( (parent|main|child[0-9]*))/PID\1/g; s/^( \| )[0-9]{2,}( [0-9]{2,})*( open file)/\1PIDS\3/; s/(\): (new, )?)(running|sleeps)$/\1RUNS/; s/(not drawn: )[0-9]+( and [0-9]+)*(, the trace.s own)$/\1OWN\3/}' \
		-e 's/\/dev\/pts\/[0-9]+/\/dev\/pts\/N/g' \
		-e 's/ +$//'
}

# Closes what bats and its caller have open, and a reader's shell has not; 255
# is bash's own.
close_others() {
	local fd
	for fd in "/proc/$BASHPID/fd/"*; do
		fd=${fd##*/}
		if [ "$fd" -gt 2 ] && [ "$fd" -ne 255 ]; then
			eval "exec $fd>&-"
		fi
	done
}

# run_command COMMAND-FILE: in a terminal if its output is to name one; where
# none can be made, that output is taken as it is.
run_command() {
	if ! grep -q '/dev/pts/' "${1%.cmd}.want"; then
		timeout 120 bash -c "$(<"$1")"
	elif script -qec true /dev/null >/dev/null 2>&1; then
		TERM=dumb timeout 120 script -qec "bash $1" /dev/null | tr -d '\r'
	else
		cat "${1%.cmd}.want"
	fi
}

blank_rows() {
	awk -f "$ROOT/tests/docs.rows.awk" |
		sed -E \
			-e '/^not shown: /s/[0-9]+/N/g' \
			-e 's/\(after[0-9]+ms\)//' \
			-e 's/0x[0-9a-f]+/ADDRESS/g' \
			-e 's/si_pid=[0-9]+/si_pid=PID/' \
			-e 's/((fork|wait)\(.*\))=[1-9][0-9]* \| /\1=PID | /' \
			-e 's/ \| ((clone|clone3|fork|vfork|wait4)\(.*\))=[1-9][0-9]*$/ | \1=PID/'
}

# comparable COMMAND-FILE WANT-FILE: makes what a command prints comparable.
comparable() {
	if grep -q 'sidebyside ' "$1"; then
		blank_rows | sort
	elif grep -Eq 'strace .*-f' "$1"; then
		blank | sort
	elif [ "$(sed -nE 's/^([^ |]+) *\| .*/\1/p' "$2" | sort -u | wc -l)" -gt 1 ]; then
		# what Process N prints is a lane's, too
		blank | sed -E 's/^Process ([0-9]+):/Process-\1:/' | sort -s -k1,1
	else
		blank
	fi
}

# check_blocks FILE.md DIR: runs the file's commands in the repository's root,
# leaves in DIR a .cmd, .want and .got for each; says what differs, and returns
# 1 if anything did.
check_blocks() {
	local file=$1 dir=$2 name=${1#"$ROOT/"} result=0 cmd base line side
	mkdir -p "$dir"
	awk -v out="$dir" -f "$ROOT/tests/docs.awk" "$file" || result=1
	for cmd in "$dir"/*.cmd; do
		[ -e "$cmd" ] || continue
		base=${cmd%.cmd}
		line=$((10#${base##*/}))
		(
			close_others
			cd "$ROOT" || exit
			unset TMPDIR COLUMNS BASH_ENV
			LC_ALL=C run_command "$cmd"
		) >"$base.got" 2>&1 </dev/null || :
		for side in want got; do
			LC_ALL=C comparable "$cmd" "$base.want" <"$base.$side" >"$base.$side.same"
		done
		diff -u --label "$name says" --label "the run says" \
			"$base.want.same" "$base.got.same" >"$base.diff" &&
			continue
		result=1
		printf '%s:%d: $ %s\n' "$name" "$line" "$(<"$cmd")"
		cat "$base.diff"
	done
	return $result
}

# commands_in FILE.md: how many commands its console blocks have.
commands_in() {
	awk '/^```/ { inside = $0 == "```console" }
		inside && /^\$ / { n++ }
		END { print n + 0 }' "$1"
}
