#!/usr/bin/env bats
# fd-alias: one description and two descriptors, two descriptions.

load ../helper

# positions FILE: that is what the demo prints; which of the last two comes first
# is free.
positions() {
	diff <(sed '4,$d' "$1") - <<-'END'
		Process 1: Position: 100
		Process 2: Position: 200
		Process 1: Position: 300
	END
	diff <(sed '1,3d' "$1" | sort) - <<-'END'
		Process 1: Position: 100
		Process 3: Position: 100
	END
}

@test "one open: 100, 200, 300 in turns; two opens: two positions" {
	demo fd-alias -q >"$TMPDIR/out"
	positions "$TMPDIR/out"
	demo fd-alias -q LICENSE >"$TMPDIR/out"
	positions "$TMPDIR/out"
}

@test "lseek shows the position in each process" {
	demo fd-alias >/dev/null 2>"$TMPDIR/trace"
	diff <(blank <"$TMPDIR/trace" | sed -n 's/ *|  *lseek(3, 0, SEEK_CUR) =//p' | sort -s -k1,1) - <<-'END'
		child 200
		child2 100
		parent 100
		parent 300
		parent 100
	END
}

@test "the child closes its descriptor, and the parent still reads by its own" {
	demo fd-alias 2>&1 >/dev/null | awk '
		/^child .* close\(3\) = 0/ { closed = 1 }
		/^parent .* read\(3, .*, 100\) = 100/ && closed { read = 1 }
		END { exit !read }'
}

@test "its own foo.txt has 1000 bytes and is gone afterwards" {
	demo fd-alias 2>"$TMPDIR.trace" >/dev/null
	grep -q '# foo.txt: 1000 bytes' "$TMPDIR.trace"
	grep -q 'read(3, "0100 0105 0110 ' "$TMPDIR.trace"
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "what each process reads is what stands at that position of the file" {
	seq -w 1000 >"$TMPDIR/numbers" # five bytes each
	demo fd-alias "$TMPDIR/numbers" >/dev/null 2>"$TMPDIR/trace"
	diff <(blank <"$TMPDIR/trace" | sed -nE 's/ *\| +read\(3, "(....).*/ \1/p' | sort -s -k1,1) - <<-'END'
		child 0021
		child2 0001
		parent 0001
		parent 0041
		parent 0001
	END
}

@test "a file that is missing, or no file, is a clear error" {
	run -1 demo fd-alias -q "$TMPDIR/none"
	[ "$output" = "fd-alias: open $TMPDIR/none: No such file or directory" ]
	run -1 demo fd-alias -q "$TMPDIR"
	[ "$output" = "fd-alias: read 3: Is a directory" ]
}

# The rows of the pictures that lead to the file, without what is around them.
rows() {
	demo fd-alias "$@" 2>&1 >/dev/null | sed -nE 's/^ {8}\| (.*foo.txt.*)/\1/p' |
		sed -E 's/[-─ ]+/ /g; s/\[[0-9]+\] //'
}

@test "the picture: one description for both after the fork, its offset moved on" {
	diff <(rows) - <<-'END'
		3 > foo.txt offset 100 O_RDONLY
		3 3 > foo.txt offset 200 (was 100) O_RDONLY
	END
}

@test "--bug=open-after-fork: two descriptions, and the first 100 bytes are read twice" {
	diff <(rows --bug=open-after-fork) - <<-'END'
		3 > foo.txt offset 100 O_RDONLY
		3 3 > foo.txt offset 100 O_RDONLY
		 4 > foo.txt offset 100 O_RDONLY
	END
	diff <(demo fd-alias -q --bug=open-after-fork | head -3) - <<-'END'
		Process 1: Position: 100
		Process 2: Position: 100
		Process 1: Position: 200
	END
}
