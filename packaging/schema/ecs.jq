# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: bootstrap -f json | jq -c --arg host NAME -f ecs.jq
#
# Our lines as Elastic Common Schema 9: one document per exec, exit and failed exec.
# Keys that are null are omitted.  Other lines (start, fork, lost, summary) have no
# equivalent event in ECS: they become event.kind "state" or "metric" with the line in
# "message", so that reports of losses are not dropped.

def present: with_entries(select(.value != null));

def process:
    {
        pid, entity_id: .id, name: .comm, executable: .filename, args,
        args_count: (if .args then .args | length else null end),
        command_line: (if .args then .args | join(" ") else null end),
        exit_code: (if .event == "exit" then .exit_code else null end),
        parent: ({pid: .ppid, entity_id: .parent_id, name: .parent_comm} | present)
    } | present;


{"@timestamp": .time, ecs: {version: "9.0.0"}, host: {name: $host}}
+ if .event == "exec" or .event == "exit" or .event == "fork" or .event == "exec_failed" then
    {
        event: ({
            kind: "event", category: ["process"], dataset: "bootstrap.\(.event)",
            type: [if .event == "exit" then "end" else "start" end],
            action: .event,
            outcome: (
                if .event == "exec_failed" then "failure"
                elif .event == "exit" then if .exit_code == 0 then "success" else "failure" end
                else "success" end),
            reason: (.signal // .error),
            duration: (if .duration_ms then .duration_ms * 1000000 | floor else null end)
        } | present),
        process: process,
        user: ({id: (.uid | tostring), effective: (if .euid then {id: (.euid | tostring)} else null end)} | present),
        container: (if .container_id then {id: .container_id} else null end),
        error: (if .error then {code: .error} else null end)
    } | present
  else
    {
        event: {kind: (if .event == "summary" then "metric" else "state" end), dataset: "bootstrap.\(.event)", action: .event},
        message: tojson
    }
  end
