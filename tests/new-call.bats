#!/usr/bin/env bats
# A system call of known kinds of arguments is told to the house in three
# places: its row in src/base, its wrapper, and its lines in trace.h.

load helper

setup() {
	tree=$BATS_TEST_TMPDIR/tree
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	unset MAKEFLAGS MAKELEVEL
}

# after FILE REGEX LINE: LINE comes below the first line like that.
after() {
	awk -v line="$3" -v regex="$2" '
		{ print }
		!done && $0 ~ regex { print line; done = 1 }
		END { exit !done }' "$tree/$1" >"$tree/new"
	cp "$tree/new" "$tree/$1"
}

@test "a new call is a row, a wrapper, and its lines in trace.h" {
	mkdir "$tree"
	cp -R src Makefile "$tree"
	rm -rf "$tree"/src/demos/*

	after src/base/call_table.c '^[[:space:]]CALL\("dup2"' \
		'	CALL("chdir", CAUSES, NOTHING, NO_SLEEP, AS(chdir)),'
	after src/trace/trace.h '^int Dup2\(' 'int Chdir(const char *path); /* chdir(2) */'
	after src/trace/trace.h '^#define Dup2\(' \
		'#define Chdir(...) (AT("Chdir(" #__VA_ARGS__ ")"), Chdir(__VA_ARGS__))'
	cat >>"$tree/src/trace/calls.c" <<-'END'

		int
		Chdir(const char *path)
		{
			struct call c;

			make(&c, "chdir", "%p", path);
			return (int)returned(&c, chdir(path));
		}
	END
	cat >"$tree/src/demos/moves.c" <<-'END'
		#include <errno.h>
		#include "trace.h"
		static const struct about about = {.operands = "", .does = "Move.",
		    .example = "bin/moves"};
		int
		main(int argc, char *argv[])
		{
			start(argc, argv, &about);
			Chdir("/");
			expect(ENOENT);
			return Chdir("no such folder") == -1 ? 0 : 1;
		}
	END
	alone make -s -C "$tree" BIN="$tree/bin" WERROR=-Werror \
		"$tree/bin/moves" "$tree/bin/sidebyside" >"$out"

	try alone "$tree/bin/moves"
	status_is 0
	diff - "$err" <<-'END'
		main    | chdir("/") = 0
		main    | chdir("no such folder") = -1 ENOENT (No such file or directory)
	END
	try alone "$tree/bin/sidebyside" --check "$tree/bin/moves"
	status_is 0
}
