# docs.rows.awk: one line for each row of sidebyside's two columns.
#
# A long cell goes on in the next row, and where it is cut depends on how many
# digits a process id has. So a row and those that go on with it are joined,
# and the blanks, of which a cut may have taken one, are left out. The ruler
# under the heading says where the right column begins.

function flush_row() {
	if (left right != "")
		print left " | " right
	left = right = ""
}

/^-+\+-+$/ {
	column = index($0, "+")
	next
}

!column || substr($0, column, 1) != "|" {
	flush_row()
	print
	next
}

{
	l = substr($0, 1, column - 1)
	r = substr($0, column + 1)
	begins = r ~ /^ +[0-9]+ ([a-z_0-9]+\(|\(|[-+][-+][-+] )/
	if (l ~ /^[^ ]/ || begins)
		flush_row()
	else
		sub(/^ *\|/, "", l)
	if (begins)
		sub(/^ +[0-9]+ /, "", r)
	gsub(/ /, "", l)
	gsub(/ /, "", r)
	left = left l
	right = right r
}

END { flush_row() }
