# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Half a minute of fuzzing in all; `make fuzz T=600` does more.

fuzzed() { # NAME
    local targets=(tests/fuzz/fuzz_*.c)
    run tests/fuzz/run $((30 / ${#targets[@]})) ".output/fuzz/fuzz_$1"
    echo "$output"
    [ "$status" -eq 0 ]
    # Even on a busy machine it runs thousands per second.
    [ "${output##*inputs: }" -gt 1000 ]
}

@test "the decoder accepts all valid records and nothing else" {
    fuzzed decoder
}

@test "the table: one line that is safe for a terminal, and each column can be read back" {
    fuzzed table
}

@test "the command line: a shell reads the same arguments" {
    fuzzed quote
}

@test "JSON lines: another library reads back the input" {
    fuzzed json
}

@test "a trace: another library reads it, and each slice ends with its own name" {
    fuzzed chrome
}

@test "a summary: one row for each command, and every exit is counted in one" {
    fuzzed summary
}
