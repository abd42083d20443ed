# docs.awk: takes the console blocks out of a markdown file.
#
# A block is what stands between ```console and ```. In it, "$ COMMAND" is a
# command, and the lines up to the next command are what it prints. A command
# with <<'END' in it goes on to the line END. Writes, for the command at LINE,
# OUT/LINE.cmd and OUT/LINE.want; LINE has six digits, so that they sort.
#
# usage: awk -v out=DIR -f docs.awk FILE.md

function stop() {
	if (cmd != "") {
		close(cmd)
		close(want)
	}
	cmd = ""
}

/^```console$/ { inside = 1; next }
/^```/ { inside = 0; stop(); next }
!inside { next }

/^\$ / && !in_here {
	stop()
	cmd = sprintf("%s/%06d.cmd", out, NR)
	want = sprintf("%s/%06d.want", out, NR)
	print substr($0, 3) > cmd
	printf "" > want
	in_here = /<<'END'/
	next
}

cmd == "" {
	printf "%s:%d: output before any command\n", FILENAME, NR > "/dev/stderr"
	failed = 1
	next
}

in_here { print > cmd; in_here = $0 != "END"; next }
{ print > want }

END {
	if (inside) {
		printf "%s: a console block does not end\n", FILENAME > "/dev/stderr"
		failed = 1
	}
	exit failed
}
