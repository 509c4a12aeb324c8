// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
//
// usage: node generate.cjs COUNT [resources|1.0]
//
// Writes JSON lines of an artificial build with COUNT processes, or up to three fewer (make, sh,
// cc, cc1 and as, eight jobs at a time): without -r, with -r, or with only the keys of version 1.0.
// The output is always the same.
'use strict';
const total = Number(process.argv[2] ?? 100000);
const old = process.argv[3] === '1.0';
const withResources = process.argv[3] === 'resources';
const base = Date.UTC(2026, 0, 2, 3, 4, 5);
const lines = []; // [ns, object]

let seed = 1;
function random() {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
}

let pids = 1000;
const idOf = (p) => `${p.pid}-${Math.round(p.start)}`;

function record(ns, event, p, rest) {
    const who = {
        event,
        pid: p.pid,
        ppid: p.parent?.pid ?? 999,
        ns_pid: p.pid,
        uid: 1000,
        comm: p.comm,
    };
    const where = { cgroup: '/user.slice', cgroup_id: 4242 };
    const added = {
        id: idOf(p),
        parent_id: p.parent ? idOf(p.parent) : '999-1',
        parent_comm: p.parent?.comm ?? 'bash',
        euid: 1000,
        loginuid: 1000,
        session_id: 7,
        tty: 'pts/3',
        container_id: null,
    };
    lines.push([ns, { ...who, ...where, ...(old ? {} : added), ...rest }]);
}

const microseconds = (ns) => Math.floor(ns / 1000) / 1000;

// Writes a process from its fork at `start` to its end; returns the end.
function run(parent, start, length, args, code = 0) {
    const p = { pid: ++pids, parent, start, comm: args[0].split('/').pop() };
    const exec = start + 200000;
    const end = start + length;
    const cpu = microseconds(length * 0.8);
    const resources = {
        cpu_ms: cpu,
        user_ms: cpu * 0.75,
        system_ms: cpu * 0.25,
        max_rss_bytes: 4096 * (500 + (pids % 1000)),
        minor_faults: 120,
        major_faults: 0,
        read_bytes: 4096,
        written_bytes: 8192,
        voluntary_switches: 3,
        involuntary_switches: 1,
        partial: false,
    };
    const last = { filename: args[0], args, ...(withResources ? { resources } : {}) };
    record(exec, 'exec', p, { filename: args[0], args });
    record(end, 'exit', p, {
        exit_code: code,
        signal: null,
        core_dumped: false,
        duration_ms: microseconds(end - exec),
        lifetime_ms: microseconds(length),
        ...(old ? {} : last),
    });
    return p;
}

const MS = 1000000;
const jobs = Array(8).fill(5 * MS);
const make = { pid: ++pids, parent: null, start: 0, comm: 'make' };
for (let n = 1; n + 4 <= total; n += 4) {
    const job = jobs.indexOf(Math.min(...jobs));
    const start = jobs[job];
    const length = Math.round((20 + 200 * random() ** 3) * MS);
    const name = `src/module${n}/file${n}.c`;
    const sh = run(
        make,
        start,
        length + 6 * MS,
        ['/bin/sh', '-c', `cc -c ${name}`],
        n % 401 === 0 ? 1 : 0,
    );
    const cc = run(sh, start + MS, length + 4 * MS, [
        '/usr/bin/cc',
        '-O2',
        '-Wall',
        '-Iinclude',
        '-c',
        name,
    ]);
    run(cc, start + 2 * MS, length * 0.9, [
        '/usr/lib/gcc/cc1',
        '-quiet',
        '-O2',
        name,
        '-o',
        `/tmp/cc${n}.s`,
    ]);
    run(cc, start + 2.5 * MS + length * 0.9, length * 0.1, [
        '/usr/bin/as',
        '-o',
        `file${n}.o`,
        `/tmp/cc${n}.s`,
    ]);
    jobs[job] = start + length + 7 * MS;
}
const end = Math.max(...jobs) + MS;
record(300000, 'exec', make, { filename: '/usr/bin/make', args: ['make', '-j8'] });
record(end, 'exit', make, {
    exit_code: 0,
    signal: null,
    core_dumped: false,
    duration_ms: microseconds(end - 300000),
    lifetime_ms: microseconds(end),
    ...(old ? {} : { filename: '/usr/bin/make', args: ['make', '-j8'], resources: null }),
});

if (!old) {
    const host = {
        version: '1.1',
        host: 'build7',
        boot_id: '5f9d',
        kernel: '6.18.0',
        machine: 'x86_64',
    };
    lines.push([0, { event: 'start', ...host }]);
    const cause = { cause: 'ring', exact: true };
    lines.push([Math.round(end / 2), { event: 'lost', count: 3, exec: 1, exit: 2, ...cause }]);
}
lines.sort((a, b) => a[0] - b[0]);
for (const [ns, object] of lines) {
    const second = new Date(base + Math.floor(ns / 1e9) * 1000).toISOString().slice(0, 19);
    const time = `${second}.${String(Math.round(ns) % 1000000000).padStart(9, '0')}Z`;
    process.stdout.write(`${JSON.stringify({ time, ...object })}\n`);
}
