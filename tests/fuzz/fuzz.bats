# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Half a minute of fuzzing in all; `make fuzz T=600` does it in earnest.

fuzzed() { # NAME
    local targets=(tests/fuzz/fuzz_*.c)
    run tests/fuzz/run $((30 / ${#targets[@]})) ".output/fuzz/fuzz_$1"
    echo "$output"
    [ "$status" -eq 0 ]
    # Even under valgrind's load it is thousands a second.
    [ "${output##*inputs: }" -gt 1000 ]
}

@test "the decoder accepts records, all of them and nothing else" {
    fuzzed decoder
}

@test "the table: one line that a terminal can be sent, each column read back" {
    fuzzed table
}

@test "the command line: a shell reads the same arguments" {
    fuzzed quote
}

@test "JSON lines: another library reads what went in" {
    fuzzed json
}

@test "a trace: another library reads it, each slice ends as it began" {
    fuzzed chrome
}

@test "a summary: a row for each command, every exit in one of them" {
    fuzzed summary
}
