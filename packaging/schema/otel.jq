# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# usage: bootstrap -f json | jq -c --arg host NAME -f otel.jq
#
# Our lines as OpenTelemetry log records in OTLP/JSON: one LogsData document per
# line.  Attributes have the names of the semantic conventions; attributes without one
# are named bootstrap.*, because the conventions require a separate prefix.

def value:
    if type == "string" then {stringValue: .}
    elif type == "boolean" then {boolValue: .}
    elif type == "number" then if . == floor then {intValue: tostring} else {doubleValue: .} end
    elif type == "array" then {arrayValue: {values: map(value)}}
    else {stringValue: tojson} end;

def attributes: to_entries | map(select(.value != null) | {key, value: (.value | value)});

# Nanoseconds since 1970 as text, because a double would round them.
def nanoseconds: (.[:19] + "Z" | fromdate | tostring) + .[20:29];

. as $line
| {
    "process.pid": .pid,
    "process.parent_pid": .ppid,
    "process.vpid": .ns_pid,
    "process.executable.name": .comm,
    "process.executable.path": .filename,
    "process.command_args": .args,
    "process.exit.code": .exit_code,
    "process.real_user.id": .uid,
    "process.user.id": .euid,
    "process.linux.cgroup": .cgroup,
    "container.id": .container_id,
    "error.type": .error,
    "bootstrap.id": .id,
    "bootstrap.parent_id": .parent_id,
    "bootstrap.parent_name": .parent_comm,
    "bootstrap.signal": .signal,
    "bootstrap.core_dumped": .core_dumped,
    "bootstrap.duration_ms": .duration_ms,
    "bootstrap.lifetime_ms": .lifetime_ms,
    "bootstrap.loginuid": .loginuid,
    "bootstrap.audit_session": .session_id,
    "bootstrap.tty": .tty
  } as $attributes
| {
    resourceLogs: [{
        resource: {attributes: ({"host.name": $host, "service.name": "bootstrap"} | attributes)},
        scopeLogs: [{
            scope: {name: "bootstrap"},
            logRecords: [{
                timeUnixNano: (.time | nanoseconds),
                severityNumber: (if .event == "lost" then 13 else 9 end),
                severityText: (if .event == "lost" then "WARN" else "INFO" end),
                eventName: "bootstrap.\(.event)",
                body: {stringValue: ($line | tojson)},
                attributes: ($attributes | attributes)
            }]
        }]
    }]
  }
