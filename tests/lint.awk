# lint.awk: what the tools do not see in C files.
#
# clang-format takes a C file in which a word of C++ is a name for C++, and lays
# it out as such: no name may be one. Between "clang-format off" and "on" stands
# a table, no code.

BEGIN {
	words = "class|new|delete|this|template|namespace|private|public|protected"
	words = words "|virtual|operator|typename|using|try|catch|throw|friend|explicit|mutable"
}

FNR == 1 { comment = off = 0 }

/clang-format off/ { off = 1 }
/clang-format on/ { off = 0 }

{
	line = $0
	code = ""
	while (line != "") {
		if (comment) {
			end = index(line, "*/")
			line = end ? substr(line, end + 2) : ""
			comment = !end
			continue
		}
		if (match(line, /^("([^"\\]|\\.)*"|'([^'\\]|\\.)*')/)) {
			code = code " "
			line = substr(line, RLENGTH + 1)
		} else if (line ~ /^\/\*/) {
			comment = 1
			line = substr(line, 3)
		} else if (line ~ /^\/\//) {
			line = ""
		} else {
			code = code substr(line, 1, 1)
			line = substr(line, 2)
		}
	}
	if (code ~ "(^|[^A-Za-z0-9_])(" words ")([^A-Za-z0-9_]|$)") {
		printf "%s:%d: a word of C++ as a name: %s\n", FILENAME, FNR, $0
		wrong = 1
	}
	if (off && code ~ /;[[:space:]]*$/) {
		printf "%s:%d: code that clang-format does not see: %s\n", FILENAME, FNR, $0
		wrong = 1
	}
}

END { exit wrong }
