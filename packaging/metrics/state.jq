# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: jq -nRc -f state.jq --argjson state STATE     with JSON lines on standard
#                                                      input; STATE is null at first
#
# Adds the lines to the sums in STATE and prints the new STATE.  Lines that are not from
# the tracer are counted as unparsed, except journalctl's cursor, which is stored.  The
# first 500 names have their own sums, later ones share "other", because a label with an
# unlimited number of values would overload Prometheus.

def add_run($name; $runs; $failures; $ms):
    (if .commands[$name] or (.commands | length) < 500 then ["commands", $name] else ["other"] end) as $at
    | (getpath($at) // {runs: 0, failures: 0, ms: 0}) as $old
    | setpath($at; {runs: ($old.runs + $runs), failures: ($old.failures + $failures), ms: ($old.ms + $ms)});

def add($line):
    if $line.event == "exec" then .execs += 1
    elif $line.event == "exit" then
        .exits += 1
        | add_run($line.comm; 1; if $line.exit_code == 0 then 0 else 1 end; $line.duration_ms)
    elif $line.event == "lost" then .lost[$line.cause // "ring_full"] += $line.count
    elif $line.event == "summary" and .exits == 0 then
        # A summary without the exits before it: -s -f json | jq 'select(.event == "summary")'.
        reduce $line.commands[] as $c (.; add_run($c.comm; $c.runs; $c.failures; $c.total_ms))
        | reduce ($line.other | values) as $o (.;
            .other.runs += $o.runs | .other.failures += $o.failures | .other.ms += $o.total_ms)
    else . end;

def parsed: (fromjson? | select(type == "object" and has("event"))) // null;

reduce inputs as $text (
    $state // {
        commands: {}, other: {runs: 0, failures: 0, ms: 0},
        execs: 0, exits: 0, lost: {ring_full: 0}, unparsed: 0, cursor: null
    };
    if $text | startswith("-- cursor: ") then .cursor = $text[11:]
    else ($text | parsed) as $line | if $line then add($line) else .unparsed += 1 end
    end)
