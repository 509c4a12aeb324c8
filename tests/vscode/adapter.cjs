// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
//
// usage: node adapter.cjs CONFIGURATION.json
//
// Plays an editor that uses the open-source debug adapter: starts cdt-gdb-adapter, sends it
// one configuration of launch.json, and talks to it in the Debug Adapter Protocol.  Sets a
// breakpoint in handle_event() for one process, reads the event's fields, pauses,
// continues, and disconnects.  The exit status is 0 only if every step succeeds.
'use strict';
const assert = require('assert');
const { spawn } = require('child_process');
const fs = require('fs');
const { DebugClient } = require('@vscode/debugadapter-testsupport');

const config = JSON.parse(fs.readFileSync(process.argv[2]));
const adapter = require.resolve('cdt-gdb-adapter/dist/debugAdapter.js');
const client = new DebugClient('node', adapter, config.type);
client.defaultTimeout = 120000;

// The output of the program and gdb, and the functions that wait for a part of it.
let console_ = '';
const waiting = [];
client.on('output', (event) => {
    console_ += event.body.output;
    for (const w of waiting) if (console_.includes(w.text)) w.done();
});
function printed(text) {
    return new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error(`never printed: ${text}`)), 120000);
        waiting.push({ text, done: () => { clearTimeout(timer); done(); } });
        if (console_.includes(text)) waiting.at(-1).done();
    });
}

async function value(expression, frameId) {
    return (await client.evaluateRequest({ expression, frameId, context: 'watch' })).body.result;
}

async function main() {
    // A process that waits for a line and then becomes /bin/echo, under the same PID.
    const workload = spawn('/bin/sh', ['-c', 'read -r go; exec /bin/echo hello'],
        { stdio: ['pipe', 'ignore', 'inherit'] });

    await client.start();
    const capabilities = await client.initializeRequest({
        adapterID: config.type, pathFormat: 'path', linesStartAt1: true, columnsStartAt1: true,
    });
    assert(capabilities.body.supportsConditionalBreakpoints);
    const initialized = client.waitForEvent('initialized');
    const started = config.request === 'attach' ?
        client.attachRequest(config) : client.launchRequest(config);
    await Promise.all([started, initialized]);

    const source = { path: `${config.cwd}/src/bootstrap.c` };
    const line = 1 + fs.readFileSync(source.path, 'utf8').split('\n')
        .findIndex((text) => text.startsWith('static int handle_event('));
    const condition = `((struct event_header *)data)->pid == ${workload.pid}`;
    const set = await client.setBreakpointsRequest({ source, breakpoints: [{ line, condition }] });
    assert.deepStrictEqual(set.body.breakpoints.map((b) => b.verified), [true]);
    await client.configurationDoneRequest();
    if (config.request === 'launch')
        await printed('TIME     EVENT'); // now it is attached

    // Stop at the process's exec.
    let stopped = client.waitForEvent('stopped');
    workload.stdin.end('go\n');
    const { threadId } = (await stopped).body;
    const frames = (await client.stackTraceRequest({ threadId })).body.stackFrames;
    assert.strictEqual(frames[0].name, 'handle_event');
    assert(frames.some((f) => f.name === 'main'));
    assert(frames[0].source.path.endsWith('src/bootstrap.c'));
    const top = frames[0].id;
    assert.strictEqual(await value('((struct event_header *)data)->pid', top), `${workload.pid}`);
    assert.strictEqual(await value('(enum event_kind)((struct event_header *)data)->kind', top), 'EVENT_EXEC');
    const scopes = (await client.scopesRequest({ frameId: top })).body.scopes;
    const locals = await client.variablesRequest({ variablesReference: scopes[0].variablesReference });
    assert(['ctx', 'data', 'size'].every((n) => locals.body.variables.some((v) => v.name === n)));

    // Pause while it waits, and continue.
    await client.setBreakpointsRequest({ source, breakpoints: [] });
    await client.continueRequest({ threadId });
    if (config.request === 'launch')
        await printed('/bin/echo');
    stopped = client.waitForEvent('stopped');
    await client.pauseRequest({ threadId });
    assert.strictEqual((await stopped).body.reason, 'SIGINT');
    const paused = (await client.stackTraceRequest({ threadId })).body.stackFrames;
    assert(paused.some((f) => f.name === 'main'));
    const continued = client.waitForEvent('continued');
    await client.continueRequest({ threadId });
    await continued;

    await client.disconnectRequest({});
    await client.stop();
}

main().then(() => process.exit(0), (error) => {
    console.log(console_);
    console.log(error);
    process.exit(1);
});
