#!/usr/bin/env bats
# stdio-vs-syscall: the counts; never the times.

load ../helper

table() {
	demo stdio-vs-syscall -q --csv "$@"
}

@test "the first calls: each read enters the kernel, one fread in 1024 does" {
	diff <(demo stdio-vs-syscall LICENSE 2>&1 >/dev/null | blank |
		grep -E ' f?(open|read|close)\(| setvbuf' | sed 's/.*| //') - <<-'END'
		open("LICENSE", O_RDONLY) = 3
		read(3, "MIT ", 4) = 4
		read(3, "Lice", 4) = 4
		read(3, "nse\n", 4) = 4
		close(3) = 0
		fopen("LICENSE", "r") = f  (0 reads, 0 writes)
		setvbuf(f, buffer, _IOFBF, 4096) = 0  (0 reads, 0 writes)
		fread(buf, 4, 1, f) = 1  (1 reads, 0 writes)
		fread(buf, 4, 1, f) = 1  (0 reads, 0 writes)
		fread(buf, 4, 1, f) = 1  (0 reads, 0 writes)
		fclose(f) = 0  (0 reads, 0 writes)
	END
}

@test "--csv: the header, and 14 rows in each direction" {
	table LICENSE >"$TMPDIR/csv"
	head -n 1 "$TMPDIR/csv" | grep -qx \
		'direction,method,chunk,library_calls,predicted_syscalls,counted_syscalls,seconds,ratio'
	diff <(sed 1d "$TMPDIR/csv" | cut -d, -f1-3) - <<-'END'
		read,read,1
		read,read,4
		read,read,64
		read,read,1024
		read,read,4096
		read,read,65536
		read,fread,1
		read,fread,4
		read,fread,64
		read,fread,1024
		read,fread,4096
		read,fread,65536
		read,getc,1
		read,fgets,line
		write,write,1
		write,write,4
		write,write,64
		write,write,1024
		write,write,4096
		write,write,65536
		write,fwrite,1
		write,fwrite,4
		write,fwrite,64
		write,fwrite,1024
		write,fwrite,4096
		write,fwrite,65536
		write,putc,1
		write,fputs,line
	END
	awk -F, 'NF != 8 { exit 1 }' "$TMPDIR/csv"
}

@test "where a count is predicted, the kernel counted as many" {
	for size in 0 1 3 4095 4096 4097 8192 10000 65536 70001; do
		head -c "$size" /dev/zero | tr '\0' 'x' >"$TMPDIR/file"
		table "$TMPDIR/file" | awk -F, -v size="$size" '
			NR > 1 && $5 != "unknown" && $5 != $6 {
				print size " bytes: " $0
				wrong = 1
			}
			NR > 1 && $5 != "unknown" { predicted++ }
			END { exit wrong || predicted < 12 }'
	done
}

@test "the prediction is unknown where glibc's rule says nothing" {
	table LICENSE | awk -F, '
		$2 ~ /^f(read|write)$/ && $3 == 65536 && $5 != "unknown" { exit 1 }'
}

@test "what the kernel counted is what strace counts" {
	alone strace -f -a 1 -o "$TMPDIR/strace" -e trace=read,write,openat,close,fcntl \
		"$BIN/stdio-vs-syscall" -q --csv LICENSE >"$TMPDIR/csv"
	size=$(stat -c %s LICENSE)
	reads=$(grep -c 'read([0-9]*, ".*1) = 1$' "$TMPDIR/strace")
	[ "$reads" -eq "$size" ]
	grep -q "^read,read,1,$((size + 1)),$((size + 1)),$((size + 1))," "$TMPDIR/csv"
}

@test "the table names the file, its size and the buffer, and fits 80 columns" {
	demo stdio-vs-syscall -q LICENSE >"$TMPDIR/table"
	head -n 1 "$TMPDIR/table" | grep -qE '^LICENSE: [0-9]+ bytes; the streams. buffer: 4096 bytes$'
	awk 'length > 80 { exit 1 }' "$TMPDIR/table"
}

@test "bars grow with the terminal" {
	needs_terminal
	longest() {
		script -qec "stty cols $1; $BIN/stdio-vs-syscall -q LICENSE" /dev/null |
			tr -d '\r' | awk '{ if (length > n) n = length } END { print n }'
	}
	[ "$(longest 80)" -le 80 ]
	[ "$(longest 120)" -le 120 ]
	[ "$(longest 120)" -gt 80 ]
}

@test "without operands: the same mebibyte by 262145 reads and by 257, and no table" {
	for options in -q --trace=text; do
		demo stdio-vs-syscall $options 2>/dev/null >"$TMPDIR/out"
		diff "$TMPDIR/out" - <<-'END'
			262145 reads by read, 4 bytes at a time
			   257 reads by fread, 4 bytes at a time
			What is in the file:
			by fputs
		END
	done
}

@test "--table, --csv and a FILE each ask for the table" {
	demo stdio-vs-syscall -q --table LICENSE >"$TMPDIR/table"
	grep -q '^reading  chunk      calls' "$TMPDIR/table"
	grep -q '^writing  chunk      calls' "$TMPDIR/table"
	demo stdio-vs-syscall -q LICENSE | grep -q '^writing  chunk      calls'
	run ! grep -E '^(by |What)' "$TMPDIR/table"
	table >"$TMPDIR/csv"
	grep -q '^read,read,4096,257,257,257,' "$TMPDIR/csv"
	run ! grep -E '^(by |What|reading)' "$TMPDIR/csv"
}

# within KILOBYTES FILE: the table is made with so much memory.
within() {
	(
		ulimit -v "$1"
		exec "$BIN/stdio-vs-syscall" -q --csv "$2"
	) >"$TMPDIR/csv" 2>/dev/null
}

@test "a file of a mebibyte takes no more memory than a small one" {
	kilobytes=1000
	until within "$kilobytes" LICENSE; do
		kilobytes=$((kilobytes + 500))
		[ "$kilobytes" -lt 100000 ]
	done
	truncate -s 1M "$TMPDIR/large"
	within "$kilobytes" "$TMPDIR/large"
	grep -q '^read,read,4096,257,257,257,' "$TMPDIR/csv"
}

@test "progress is shown on a terminal alone, and wiped" {
	needs_terminal
	truncate -s 5M "$TMPDIR/large" # it shows at the first row, and that takes a while
	run timeout 2 "$BIN/stdio-vs-syscall" -q --csv "$TMPDIR/large"
	[[ $output != *'of 28'* ]]
	script -qec "timeout 5 $BIN/stdio-vs-syscall -q --csv $TMPDIR/large" /dev/null |
		grep -q $'\r\033\\[K1 of 28: read by 1'
}

@test "no file, or what is none, is a clear error" {
	run -1 "$BIN/stdio-vs-syscall" -q /no/such/file
	[ "$output" = 'stdio-vs-syscall: open /no/such/file: No such file or directory' ]
	run -1 "$BIN/stdio-vs-syscall" -q /dev/zero
	[ "$output" = 'stdio-vs-syscall: open /dev/zero: not a regular file' ]
	run -1 "$BIN/stdio-vs-syscall" -q /proc/self/status
	[ "$output" = 'stdio-vs-syscall: open /proc/self/status: its size, 0 bytes, is not what it holds' ]
}

# What is in the file under the bug $1.
landed() {
	demo stdio-vs-syscall -q "--bug=$1" | sed '1,/^What is in the file:/d'
}

@test "its bugs: a buffer written twice, overtaken, or left behind" {
	diff <(landed fork-unflushed) <(printf 'by fputs\nby fputs\n')
	diff <(landed mix-levels) <(printf 'by write\nby fputs\n')
	[ -z "$(landed exit-unflushed)" ]
	demo stdio-vs-syscall --bug=mix-levels 2>&1 >/dev/null |
		grep -q 'fputs("by fputs\\n", f) = 1  (0 reads, 0 writes)'
}

@test "--predict: how many reads an fread makes" {
	demo stdio-vs-syscall -q --predict=<(printf 'main %s\n' 3 4 4 4 1 0 0 0) LICENSE >"$TMPDIR/out"
	tail -n 1 "$TMPDIR/out" | grep -qx 'predicted 8 of 8'
}
