# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# JSON lines -> the equivalent table, for compare.awk (TIME is in UTC).

def pad($width): tostring | . + ([range(length; $width) | " "] | add // "");

"TIME     EVENT COMM             PID     PPID    FILENAME/EXIT CODE",
(inputs | select(.event == "exec" or .event == "exit") |
    "\(.time[11:19]) \(.event | ascii_upcase)  \(.comm | pad(16)) \(.pid | pad(7)) \(.ppid | pad(7)) " +
    if .event == "exec" then
        .filename
    else
        "[\(.signal // .exit_code)\(if .core_dumped then ", core" else "" end)] (\(.duration_ms | floor)ms)"
    end)
