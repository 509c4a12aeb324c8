// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
//
// usage: node drive.cjs CASE FILE...
//
// Opens pages of -f html in headless Chromium and compares what they show with the JSON lines.
// Every case also fails if the page reports an error, opens a dialog or wants anything from a
// network. CHROMIUM is the browser; what is expected is computed here, not by the page.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');

let browser;
const complaints = [];

async function open(file, scheme = 'light', tab = null) {
    const page = tab ?? (await browser.newPage());
    page.on('pageerror', (e) => complaints.push(`${e.message}\n${e.stack}`));
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('dialog', (d) => (complaints.push(`dialog ${d.message()}`), d.dismiss()));
    page.on(
        'request',
        (r) => /^(file|blob):/.test(r.url()) || complaints.push(`asked for ${r.url()}`),
    );
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.goto(pathToFileURL(path.resolve(file)).href, { timeout: 120000 });
    await settled(page);
    return page;
}

// Two frames: what was asked for before is drawn.
const settled = (page) =>
    page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );

const textOf = (page, selector) => page.$eval(selector, (e) => e.textContent);
const tipOf = (page) => page.$eval('#bars', (bars) => bars.title);
const viewOf = (page) => page.evaluate('({ ...view })');

// The JSON lines in a page or of a file of -f json; one that is cut short is left out.
function linesOf(file) {
    const lines = fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);
    return lines.filter((line) => line.startsWith('{"time":')).map((line) => JSON.parse(line));
}

const exitsOf = (lines) => lines.filter((e) => e.event === 'exit');
const isFailure = (e) => e.exit_code !== 0;
const pidsOf = (lines) => new Set(lines.filter((e) => e.pid).map((e) => e.id ?? e.pid));

// "1,444.259 ms" -> ms
function timeIn(text) {
    const parts = [...text.matchAll(/([\d.,]+) (µs|ms|s|min|h)\b/g)];
    assert.ok(parts.length, `no time in "${text}"`);
    const units = { µs: 0.001, ms: 1, s: 1000, min: 60000, h: 3600000 };
    return parts.reduce((sum, [, n, unit]) => sum + Number(n.replaceAll(',', '')) * units[unit], 0);
}

const near = (a, b, what, slack = 1e-6) =>
    assert.ok(Math.abs(a - b) <= slack + Math.abs(b) * 1e-9, `${what}: ${a} instead of ${b}`);

// The details of the process: what a person gets who searches for the PID and presses Enter.
const detailsOf = (page, query) =>
    page.evaluate((text) => {
        const input = document.getElementById('query');
        input.value = text;
        input.dispatchEvent(new Event('input'));
        input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
        const fields = {};
        for (const dt of document.querySelectorAll('#details dt'))
            fields[dt.textContent] = dt.nextSibling.textContent;
        fields.command = document.querySelector('#details .command')?.textContent;
        fields.title = document.querySelector('#details h2')?.textContent;
        return fields;
    }, query);

const summaryOf = (page) =>
    page.$$eval('#commands tr', (rows) =>
        rows.map((row) => [...row.children].map((td) => [td.textContent, td.title])),
    );

function expectedSummary(lines) {
    const commands = new Map();
    const add = (e) => commands.set(e.comm, [...(commands.get(e.comm) ?? []), e]);
    exitsOf(lines).forEach(add);
    // A program also ends when its process calls exec again.
    const running = new Map();
    const ns = ({ time }) =>
        BigInt(Date.parse(`${time.slice(0, 19)}Z`)) * 1000000n + BigInt(time.slice(20, 29));
    for (const e of lines.filter((l) => l.event === 'exec' || l.event === 'exit')) {
        const before = running.get(e.id ?? e.pid);
        if (before && e.event === 'exec')
            add({ comm: before.comm, exit_code: 0, duration_ms: Number(ns(e) - ns(before)) / 1e6 });
        running.set(e.id ?? e.pid, e.event === 'exec' ? e : null);
    }
    return new Map(
        [...commands].map(([comm, exits]) => {
            const times = exits.map((e) => e.duration_ms).sort((a, b) => a - b);
            const total = times.reduce((a, b) => a + b, 0);
            const median = times[Math.ceil(times.length / 2) - 1];
            const all = { runs: exits.length, failures: exits.filter(isFailure).length };
            return [comm, { ...all, times: [total, total / times.length, median, times.at(-1)] }];
        }),
    );
}

async function compareSummary(page, lines) {
    const expected = expectedSummary(lines);
    const rows = await summaryOf(page);
    assert.equal(rows.length, expected.size);
    for (const [[comm], [runs], [failures], ...times] of rows) {
        const e = expected.get(comm);
        assert.equal(runs, e.runs.toLocaleString('en'));
        assert.equal(failures, e.failures.toLocaleString('en'));
        e.times.forEach((ms, i) => {
            near(timeIn(times[i][1]), ms, `${comm} ${i}, exactly`, ms < 1 ? 0.0006 : 0.0011);
            near(timeIn(times[i][0]), ms, `${comm} ${i}`, ms < 60000 ? ms * 0.006 : 501);
        });
    }
}

async function compareFacts(page, lines) {
    const facts = await page.$$eval('#facts span', (spans) => spans.map((s) => s.textContent));
    const lost = lines.filter((e) => e.event === 'lost').reduce((sum, e) => sum + e.count, 0);
    const failures = exitsOf(lines).filter(isFailure).length;
    const count = pidsOf(lines).size;
    assert.equal(facts[0], `${count.toLocaleString('en')} process${count === 1 ? '' : 'es'}`);
    assert.equal(facts[1], `${failures.toLocaleString('en')} failed`);
    assert.equal(facts.includes(`${lost} events lost`), lost > 1);
    const ns = lines.map(
        (e) =>
            BigInt(Date.parse(`${e.time.slice(0, 19)}Z`)) * 1000000n + BigInt(e.time.slice(20, 29)),
    );
    const span =
        Number(ns.reduce((a, b) => (a > b ? a : b)) - ns.reduce((a, b) => (a < b ? a : b))) / 1e6;
    near(timeIn(facts[2]), span, 'the length of the run', span < 60000 ? span * 0.006 : 501);
}

const cases = {};

// Every number, of a real run in which each PID is used once.
cases.numbers = async (file) => {
    const page = await open(file);
    const lines = linesOf(file);
    const exits = exitsOf(lines);
    assert.ok(exits.length > 20, `only ${exits.length} processes`);
    await compareFacts(page, lines);
    await compareSummary(page, lines);

    const names = new Map(); // PID -> the last name
    for (const e of lines.filter((l) => l.pid)) names.set(e.pid, e.comm);
    for (const e of exits) {
        const execs = lines.filter((l) => l.event === 'exec' && l.pid === e.pid);
        const shown = await detailsOf(page, `pid:${e.pid}`);
        // Enter takes the first exec; the status is that of the last.
        if (execs.length > 1) continue;
        const exec = execs[0] ?? e;
        const status = e.signal
            ? e.signal + (e.core_dumped ? ', core dumped' : '')
            : `exit code ${e.exit_code}`;
        assert.equal(shown.title, exec.comm);
        assert.equal(shown.status, status);
        assert.equal(shown.pid, String(e.pid));
        assert.equal(shown.uid, String(e.uid));
        near(timeIn(shown.duration), e.duration_ms, `the duration of ${e.pid}`);
        near(timeIn(shown.lifetime), e.lifetime_ms, `the lifetime of ${e.pid}`);
        const parent = names.has(exec.ppid) && `${names.get(exec.ppid)} (${exec.ppid}) ← `;
        assert.ok(shown.parents.startsWith(parent || ''), `${shown.parents}: ${parent} expected`);
        const children = new Set(
            lines.filter((l) => l.event === 'exec' && l.ppid === e.pid).map((l) => l.pid),
        );
        for (const pid of children) assert.match(shown.children, new RegExp(`\\(${pid}\\)`));
        if (execs[0]) {
            assert.equal(shown.filename, exec.filename);
            const bare = (text) =>
                text.replace(/[\s'\\]|\\n|\\t|\\u\{[^}]*\}/g, '').replace(/[nt]/g, '');
            assert.equal(bare(shown.command), bare(exec.args.join('')));
        }
    }
    return `${exits.length} processes`;
};

// At some times: a click on each row finds the processes that were running then, and no other.
cases.timeline = async (file) => {
    const page = await open(file);
    const lines = linesOf(file);
    const origin = await page.evaluate('run.origin');
    const at = (e) =>
        Date.parse(`${e.time.slice(0, 19)}Z`) - origin + Number(`0${e.time.slice(19, 29)}`) * 1000;
    const lives = exitsOf(lines).map((e) => {
        const execs = lines.filter((l) => l.event === 'exec' && l.pid === e.pid);
        return { pid: e.pid, from: execs.length ? at(execs[0]) : at(e) - e.duration_ms, to: at(e) };
    });
    const { x, y } = await (await page.$('#bars')).boundingBox();
    const rows = await page.evaluate('run.height');
    let found = 0;
    for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        const view = await viewOf(page);
        const slack = ((view.to - view.from) / view.width) * 5;
        const time = view.from + part * (view.to - view.from);
        const clicked = new Set();
        for (let row = 0; row < rows; row++) {
            await page.keyboard.press('Escape');
            await page.mouse.click(x + part * view.width, y + 24 + row * 20 + 8);
            const pid = await page.evaluate('selected?.process.record.pid');
            if (pid) clicked.add(pid);
        }
        for (const { pid, from, to } of lives) {
            if (from < time - slack && to > time + slack)
                assert.ok(clicked.has(pid), `${pid} is not at ${time} ms`);
            if (from > time + slack || to < time - slack)
                assert.ok(!clicked.has(pid), `${pid} is at ${time} ms`);
        }
        found += clicked.size;
    }
    assert.ok(found >= 10, `only ${found} bars`);

    // A child is below its parent.
    const below = await page.evaluate(
        'run.processes.every((p) => !p.parent || p.row > p.parent.row)',
    );
    assert.ok(below);
    // Bars in one row do not overlap.
    const apart = await page.evaluate(
        '[...run.rows.values()].every((r) => r.every((b, i) => !i || r[i - 1].end <= b.start))',
    );
    assert.ok(apart);
};

cases.zoom = async (file) => {
    const page = await open(file);
    const whole = await viewOf(page);
    const { x, y, width } = await (await page.$('#bars')).boundingBox();
    const span = (v) => v.to - v.from;
    const same = (a, b, what) => (
        near(a.from, b.from, what, span(b) * 0.01),
        near(a.to, b.to, what, span(b) * 0.01)
    );

    await page.mouse.move(x + width / 4, y + 60);
    await page.mouse.wheel({ deltaY: -500 });
    await settled(page);
    const zoomed = await viewOf(page);
    assert.ok(span(zoomed) < span(whole) / 2, 'the wheel zooms in');
    near(
        zoomed.from + span(zoomed) / 4,
        whole.from + span(whole) / 4,
        'the time at the mouse',
        span(zoomed) * 0.01,
    );

    await page.mouse.down();
    await page.mouse.move(x + width / 4 - 100, y + 60, { steps: 5 });
    await page.mouse.up();
    const panned = await viewOf(page);
    near(
        panned.from - zoomed.from,
        (span(zoomed) * 100) / width,
        'a drag of 100 pixels',
        span(zoomed) * 0.01,
    );
    assert.equal(await page.evaluate('selected'), null, 'a drag selects nothing');

    await page.mouse.click(x + width / 2, y + 60, { count: 2 });
    same(await viewOf(page), whole, 'double click');

    await page.focus('#timeline');
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    assert.ok(span(await viewOf(page)) < span(whole) * 0.6, '+ zooms in');
    const before = await viewOf(page);
    await page.keyboard.press('ArrowRight');
    near((await viewOf(page)).from, before.from + span(before) / 8, 'the right arrow', 1e-6);
    await page.keyboard.press('ArrowLeft');
    near((await viewOf(page)).from, before.from, 'the left arrow', 1e-6);
    await page.keyboard.press('-');
    assert.ok(span(await viewOf(page)) > span(before), '- zooms out');
    await page.keyboard.press('0');
    same(await viewOf(page), whole, '0');

    // As far as it goes, both ways: one microsecond, the whole run.
    await page.mouse.move(x + width / 2, y + 60);
    for (let i = 0; i < 40; i++) await page.mouse.wheel({ deltaY: -1000 });
    near(span(await viewOf(page)), 0.001, 'the closest view');
    for (let i = 0; i < 60; i++) await page.mouse.wheel({ deltaY: 1000 });
    same(await viewOf(page), whole, 'the widest view');

    // The overview moves the view.
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    const strip = await (await page.$('#overview')).boundingBox();
    await page.mouse.click(strip.x + strip.width * 0.75, strip.y + 30);
    const moved = await viewOf(page);
    near(
        (moved.from + moved.to) / 2,
        whole.from + span(whole) * 0.75,
        'the overview',
        span(whole) * 0.02,
    );
};

cases.search = async (file) => {
    const page = await open(file);
    const lines = linesOf(file);
    const total = await page.evaluate('run.bars.length');
    const execs = lines.filter((e) => e.event === 'exec');
    const found = async () => textOf(page, '#found');
    assert.equal(
        total,
        execs.length + exitsOf(lines).filter((e) => !execs.some((x) => x.pid === e.pid)).length,
    );

    await page.keyboard.press('/');
    await page.keyboard.type('CC1');
    const has = (e) =>
        [e.comm, e.pid, e.filename, ...e.args].join('\n').toLowerCase().includes('cc1');
    assert.equal(await found(), `${execs.filter(has).length} of ${total}`);
    const byTime = (a, b) => Number(a.time > b.time) - Number(a.time < b.time);
    const order = execs
        .filter(has)
        .sort(byTime)
        .map((e) => e.pid);
    for (const pid of [order[0], order[1], order[2]]) {
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate('selected.process.record.pid'), pid);
    }
    await page.keyboard.down('Shift');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Shift');
    assert.equal(await page.evaluate('selected.process.record.pid'), order[1]);

    // What matches keeps its color, the rest is faint.
    const pixels = () =>
        page.evaluate(
            () =>
                new Promise((done) =>
                    requestAnimationFrame(() =>
                        requestAnimationFrame(() => {
                            const { process: p } = run.bars[0];
                            const y = (24 + p.row * 20 + 4) * devicePixelRatio;
                            done([
                                ...document
                                    .getElementById('bars')
                                    .getContext('2d')
                                    .getImageData(300, y, 1, 1).data,
                            ]);
                        }),
                    ),
                ),
        );
    await page.keyboard.press('Escape');
    await page.keyboard.press('0');
    const plain = await pixels();
    await page.keyboard.press('/');
    await page.keyboard.type('no process has this');
    assert.equal(await found(), `0 of ${total}`);
    assert.notDeepEqual(await pixels(), plain, 'what does not match is faint');
    await page.keyboard.press('Escape');
    assert.equal(await found(), '');
    assert.deepEqual(await pixels(), plain, 'all of it is back');

    // A click on a command in the table searches for it.
    const name = await textOf(page, '#commands tr button');
    await page.click('#commands tr button');
    assert.equal(await page.$eval('#query', (e) => e.value), `comm:${name}`);
    const bars = await page.evaluate((n) => run.bars.filter((b) => b.comm === n).length, name);
    assert.equal(await found(), `${bars} of ${total}`);
};

cases.sort = async (file) => {
    const page = await open(file);
    const heads = await page.$$eval('#columns th', (ths) => ths.map((th) => th.textContent));
    assert.deepEqual(heads.slice(0, 7), [
        'Command',
        'Runs',
        'Failed',
        'Total',
        'Mean',
        'Median',
        'Longest',
    ]);
    const valueOf = ([text, title], i) =>
        i === 0
            ? text
            : i < 3
              ? Number(text.replaceAll(',', ''))
              : /bytes/.test(title)
                ? parseInt(title, 10)
                : timeIn(title);
    const inOrder = async (i, down) => {
        const values = (await summaryOf(page)).map((row) => valueOf(row[i], i));
        for (let n = 1; n < values.length; n++) {
            const [a, b] = down ? [values[n], values[n - 1]] : [values[n - 1], values[n]];
            assert.ok(a <= b, `${heads[i]}: ${values[n - 1]} before ${values[n]}`);
        }
        assert.equal(await page.$eval('th[aria-sort]', (th) => th.textContent), heads[i]);
        assert.equal(
            await page.$eval('th[aria-sort]', (th) => th.ariaSort),
            down ? 'descending' : 'ascending',
        );
    };
    await inOrder(3, true);
    for (let i = 0; i < heads.length; i++) {
        await page.click(`#columns th:nth-child(${i + 1}) button`);
        const first = i > 0; // names from A to Z, numbers from the highest
        await inOrder(i, first);
        await page.keyboard.press('Enter'); // the button has the focus still
        await inOrder(i, !first);
    }
};

// Without a mouse: everything can be reached.
cases.keys = async (file) => {
    const page = await open(file);
    const pid = () => page.evaluate('selected?.process.record.pid');
    const stops = new Set();
    for (let i = 0; i < 12; i++) {
        await page.keyboard.press('Tab');
        stops.add(
            await page.evaluate('document.activeElement.id || document.activeElement.tagName'),
        );
    }
    for (const id of ['query', 'open', 'keys', 'timeline', 'BUTTON'])
        assert.ok(stops.has(id), `Tab does not get to ${id}`);

    await page.focus('#timeline');
    await page.keyboard.press('n');
    assert.equal(await pid(), await page.evaluate('run.bars[0].process.record.pid'));
    await page.keyboard.press('n');
    assert.equal(await pid(), await page.evaluate('run.bars[1].process.record.pid'));
    await page.keyboard.press('N');
    await page.keyboard.press('c');
    const child = await pid();
    await page.keyboard.press('p');
    assert.equal(await pid(), linesOf(file).find((e) => e.pid === child).ppid);
    await page.keyboard.press('Enter');
    const view = await viewOf(page);
    const bar = await page.evaluate('({ from: selected.start, to: selected.process.until })');
    assert.ok(
        view.from < bar.from && view.to > bar.to && view.to - view.from < (bar.to - bar.from) * 1.2,
    );

    const failed = exitsOf(linesOf(file)).filter(isFailure);
    assert.ok(failed.length > 0, 'no failure to look for');
    const visited = new Set();
    for (let i = 0; i < failed.length; i++) {
        await page.keyboard.press('f');
        visited.add(await pid());
    }
    assert.deepEqual([...visited].sort(), failed.map((e) => e.pid).sort());

    await page.keyboard.press('?');
    assert.equal(await page.$eval('#help', (e) => e.matches(':popover-open')), true);
    await page.keyboard.press('Escape');
    assert.equal(await page.$eval('#help', (e) => e.matches(':popover-open')), false);
    await page.keyboard.press('Escape');
    assert.equal(await pid(), undefined);
};

const contents = async (page) => ({
    facts: await textOf(page, '#facts'),
    title: await page.title(),
    summary: await summaryOf(page),
    rows: await page.evaluate(
        '[...run.rows.values()].map((r) => r.map((b) => [b.record.pid, b.start, b.end, b.failed]))',
    ),
});

async function drop(page, name, text) {
    await page.evaluate(
        (n, t) => {
            const data = new DataTransfer();
            data.items.add(new File([t], n));
            for (const type of ['dragover', 'drop'])
                document.body.dispatchEvent(
                    new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }),
                );
        },
        name,
        text,
    );
    await page.waitForFunction(
        'document.getElementById("notice").textContent || run.processes.length',
    );
    await settled(page);
}

// EMPTY shows the file of JSON lines as PAGE does, dropped or chosen.
cases.replay = async (empty, file, json) => {
    const expected = await contents(await open(file));
    const dropped = await open(empty);
    await dropped.evaluate('show(readRun([]))');
    assert.match(await textOf(dropped, '#details'), /Drop a file/);
    await drop(dropped, 'run.json', fs.readFileSync(json, 'utf8'));
    assert.deepEqual(await contents(dropped), expected);

    const chosen = await open(empty);
    await (await chosen.$('#file')).uploadFile(json);
    await chosen.waitForFunction(`document.title === ${JSON.stringify(expected.title)}`, {
        timeout: 30000,
    });
    await settled(chosen);
    assert.deepEqual(await contents(chosen), expected);

    // What is no such file leaves the page as it is.
    await drop(chosen, 'other.txt', 'one\ntwo\n');
    await chosen.waitForFunction('document.getElementById("notice").textContent');
    assert.match(await textOf(chosen, '#notice'), /other.txt: it has no events/);
    assert.deepEqual(await contents(chosen), expected);
    await drop(
        chosen,
        'half.json',
        `${fs.readFileSync(json, 'utf8')}null\n{"time":1}\n{"time":"x","event":"exit"}\n`,
    );
    await chosen.waitForFunction(
        'document.getElementById("notice").textContent.includes("half.json")',
    );
    assert.match(await textOf(chosen, '#notice'), /^3 lines of half.json could not be read/);
};

// JSON of version 1.0, without id and the like, gives the same picture.
cases.versions = async (empty, now, before) => {
    const pages = [];
    for (const json of [now, before]) {
        const page = await open(empty);
        await drop(page, 'run.json', fs.readFileSync(json, 'utf8'));
        await compareFacts(page, linesOf(json));
        await compareSummary(page, linesOf(json));
        pages.push(await contents(page));
    }
    assert.deepEqual(pages[0].rows, pages[1].rows);
    assert.ok(pages[0].rows.length > 3);
    assert.equal(pages[0].summary[0].length, 11, 'columns with resources');
    assert.equal(pages[1].summary[0].length, 7, 'columns without');
};

cases.resources = async (empty, json) => {
    const page = await open(empty);
    await drop(page, 'run.json', fs.readFileSync(json, 'utf8'));
    const lines = linesOf(json);
    for (const row of await summaryOf(page)) {
        const exits = exitsOf(lines).filter((e) => e.comm === row[0][0]);
        const sum = (key) => exits.reduce((all, e) => all + (e.resources?.[key] ?? 0), 0);
        const rss = Math.max(...exits.map((e) => e.resources?.max_rss_bytes ?? 0));
        near(timeIn(row[7][1]), sum('cpu_ms'), 'CPU', 0.0006);
        const bytes = ([, title]) => Number(title.replace(' bytes', '').replaceAll(',', ''));
        assert.deepEqual(row.slice(8).map(bytes), [rss, sum('read_bytes'), sum('written_bytes')]);
    }
    const e = exitsOf(lines).find((l) => l.resources);
    const shown = await detailsOf(page, `pid:${e.pid}`);
    const { resources: r } = e;
    for (const name of ['cpu', 'user', 'system'])
        near(timeIn(shown[name]), r[`${name}_ms`], name, 0.0006);
    const comma = (n) => n.toLocaleString('en');
    for (const name of ['max rss', 'read', 'written']) {
        const bytes = r[`${name.replace(' ', '_')}_bytes`];
        assert.ok(shown[name].includes(`(${comma(bytes)} bytes)`), name);
    }
    for (const what of [
        'minor faults',
        'major faults',
        'voluntary switches',
        'involuntary switches',
    ])
        assert.equal(shown[what], comma(r[what.replace(' ', '_')]));
    assert.equal(shown.tty, e.tty);
    assert.equal(shown.loginuid, String(e.loginuid));

    // The area below the CPU curve is the CPU time.
    const area = await page.evaluate(
        'run.cpus.reduce((a, b) => a + b) * (run.to - run.from) / run.cpus.length',
    );
    const total = exitsOf(lines).reduce((all, l) => all + (l.resources?.cpu_ms ?? 0), 0);
    near(area, total, 'the CPU curve', total * 0.001);

    // A loss is where it was reported, and says how much.
    const loss = lines.find((l) => l.event === 'lost');
    const at = await page.evaluate('run.losses[0].at - run.from');
    near(at, Date.parse(loss.time) - Date.parse(lines[0].time), 'the loss', 1);
    await page.evaluate('search(""), showAll()');
    const { x, y } = await (await page.$('#bars')).boundingBox();
    await page.mouse.move(x + (await page.evaluate('xOf(run.losses[0].at)')), y + 12);
    assert.match(await tipOf(page), new RegExp(`^${loss.count} events lost`));
};

// What -e, --forks and -r add to a real run, in which each PID is used once.
cases.records = async (file) => {
    const page = await open(file);
    const lines = linesOf(file);
    const of = (event) => lines.filter((e) => e.event === event);
    const find = (event, { id }) => of(event).find((e) => e.id === id);
    const origin = await page.evaluate('run.origin');
    const at = (e) =>
        Date.parse(`${e.time.slice(0, 19)}Z`) - origin + Number(`0${e.time.slice(19, 29)}`) * 1000;
    await compareFacts(page, lines);
    await compareSummary(page, lines);

    // A bar begins at the first exec, or at the fork; a fork before an exec is where its line begins.
    let bare = 0;
    for (const fork of of('fork')) {
        const [exec, exit] = [find('exec', fork), find('exit', fork)];
        const shown = await detailsOf(page, `pid:${fork.pid}`);
        const bar = await page.evaluate(
            '(({ created, start, end }) => ({ created, start, end }))(selected)',
        );
        assert.equal(shown.title, (exec ?? exit).comm);
        assert.ok(bar.created <= at(fork) + 0.01, `${fork.pid} begins after its fork`);
        if (exec) near(bar.start, at(exec), 'the exec', 0.001);
        else assert.ok(bar.start <= at(fork) + 0.01, `${fork.pid} has no bar since its fork`);
        near(bar.end, at(exit), 'the exit', 0.001);
        bare += exec ? 0 : 1;

        const { cpu_ms: cpu, max_rss_bytes: rss } = exit.resources;
        near(timeIn(shown.cpu), cpu, 'cpu_ms');
        assert.ok(shown['max rss'].includes(`(${rss.toLocaleString('en')} bytes)`));
    }
    assert.ok(bare > 0, 'no fork without an exec');

    // A failed exec: in the details and the tooltip, and a red mark on a bar of another color.
    assert.ok(of('exec_failed').length > 0, 'no failed exec');
    for (const e of of('exec_failed')) {
        const text = `${e.error} ${e.filename}`;
        assert.equal((await detailsOf(page, `pid:${e.pid}`))['failed exec'], text);
        assert.equal(find('exit', e).exit_code, 0);
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
        await page.keyboard.press('0');
        await settled(page);
        const [x, y] = await page.evaluate(
            `[xOf(${at(e)}), yOf(run.errors.find((r) => r.record.pid === ${e.pid}).process.row) + 3]`,
        );
        const [red, green] = await page.evaluate(
            (px, py) => [
                ...document.getElementById('bars').getContext('2d').getImageData(px, py, 1, 1).data,
            ],
            Math.floor(x),
            Math.floor(y),
        );
        assert.ok(red > 180 && green < 80, `no red mark but ${red}, ${green}`);
        const box = await (await page.$('#bars')).boundingBox();
        await page.mouse.move(box.x + x, box.y + y);
        assert.ok((await tipOf(page)).includes(text));
    }
    return `${of('fork').length} forks, ${of('exec_failed').length} failed execs`;
};

// What is not in the records: the age of a parent that goes on, when a process that is older than
// the recording used its CPU time, an end, an exact number.
cases.unknown = async (empty) => {
    const page = await open(empty);
    const at = (s) => `{"time":"2026-01-02T03:04:${String(s).padStart(2, '0')}.000000000Z"`;
    const who = (pid, start, parent) =>
        `"pid":${pid},"ppid":1,"uid":0,"id":"${pid}-${start}","parent_id":"${parent}"`;
    const lines = [
        `${at(5)},"event":"exec",${who(11, 200, '10-100')},"comm":"child","filename":"c","args":["c"]}`,
        `${at(6)},"event":"exec",${who(10, 100, '1-1')},"comm":"parent","filename":"p","args":["p"]}`,
        `${at(7)},"event":"exit",${who(12, 50, '1-1')},"comm":"daemon","exit_code":0,"signal":null,"duration_ms":86400000,"lifetime_ms":86400000,"resources":{"cpu_ms":43200000}}`,
        `${at(7)},"event":"lost","count":20,"cause":"untimed","exact":true}`,
        `${at(8)},"event":"lost","count":3,"cause":"skipped","exact":false}`,
        `${at(9)},"event":"lost","count":2,"cause":"ring_full","exact":true}`,
        `${at(9)},"event":"lost","count":2,"cause":"ring_full","exact":true}`,
    ];
    await drop(page, 'unknown.json', `${lines.join('\n')}\n`);
    const child = await detailsOf(page, 'pid:11');
    assert.match(child.parents, /^parent \(10\) ← PID 1 /);
    assert.equal(child.status, 'its end was not recorded');
    assert.equal(await textOf(page, '#cpus'), 'CPUs in use, at most 0.5');
    const facts = await page.$$eval('#facts .bad', (spans) => spans.map((s) => s.textContent));
    assert.deepEqual(facts, ['20 durations too long', 'up to 3 events lost', '4 events lost']);
};

// NAMES: what the processes of PAGE chose for themselves.
cases.hostile = async (file) => {
    const page = await open(file);
    const lines = linesOf(file);
    const check = async () => {
        const found = await page.evaluate(() => ({
            tags: document.querySelectorAll('img, iframe, object, b, i, svg, a').length,
            scripts: document.querySelectorAll('script').length,
            hacked: String(window.hacked),
            // eslint-disable-next-line no-control-regex
            odd: /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/.test(
                document.body.innerText + document.title,
            ),
        }));
        assert.deepEqual(found, { tags: 0, scripts: 1, hacked: 'undefined', odd: false });
    };
    await check();
    await compareSummary2(page, lines);
    let seen = '';
    for (const e of exitsOf(lines)) {
        const shown = await detailsOf(page, `pid:${e.pid}`);
        seen += JSON.stringify(shown);
        await check();
    }
    for (const text of [
        '</script><img src=x onerror=hacked=1>',
        '<!--<script>',
        '\\\\u{202e}',
        ']]>',
        '&lt;',
        '\\ufffd',
    ])
        assert.ok(
            seen.includes(text) || seen.includes(JSON.parse(`"${text}"`)),
            `${text} is not shown`,
        );

    // The policy holds: a script that gets in all the same does not run, nor does a request.
    complaints.push(
        ...(await page.evaluate(async () => {
            const wrong = [];
            const script = document.createElement('script');
            script.textContent = 'window.hacked = 1';
            document.body.append(script);
            if (window.hacked) wrong.push('a foreign script ran');
            const done = await fetch('http://127.0.0.1:9/').then(
                () => 'ok',
                (e) => e.message,
            );
            if (done === 'ok') wrong.push('a request was made');
            return wrong;
        })),
    );
    const denied = complaints.filter((c) => /Content Security Policy/.test(c));
    assert.ok(denied.length >= 2, 'the policy forbade neither');
    for (const c of denied) complaints.splice(complaints.indexOf(c), 1);
    for (const c of complaints.filter((t) => /127.0.0.1:9/.test(t)))
        complaints.splice(complaints.indexOf(c), 1);
};

// As compareSummary, by the number of rows and runs only: names are shown with escapes.
async function compareSummary2(page, lines) {
    const expected = expectedSummary(lines);
    const rows = await summaryOf(page);
    assert.equal(rows.length, expected.size);
    const runs = (list) => list.reduce((sum, n) => sum + n, 0);
    assert.equal(
        runs(rows.map((r) => Number(r[1][0]))),
        runs([...expected.values()].map((e) => e.runs)),
    );
}

// Records that no tracer writes.
cases.garbage = async (empty) => {
    const page = await open(empty);
    const time = '"time":"2026-01-02T03:04:05.000000001Z"';
    const big = 'x'.repeat(100000);
    const long = `"exit_code":0,"signal":null,"duration_ms":1,"lifetime_ms":1`;
    const lines = [
        `{${time},"event":"exec","pid":1,"ppid":2,"comm":"a","id":"A","parent_id":"B","args":["a"]}`,
        `{${time},"event":"exec","pid":2,"ppid":1,"comm":"b","id":"B","parent_id":"A","args":{}}`,
        `{${time},"event":"exec","pid":3,"ppid":3,"comm":"c","id":"C","parent_id":"C","args":"text"}`,
        `{${time},"event":"exec","pid":4,"ppid":null,"comm":null,"args":[null,{},[1]],"filename":7}`,
        `{${time},"event":"exec","pid":5,"ppid":4,"comm":"${big}","args":["${big}"],"filename":"${big}"}`,
        `{${time},"event":"exit","pid":6,"comm":{"a":1},${long},"resources":{"cpu_ms":"many"}}`,
        `{${time},"event":"exit","pid":7,"comm":"__proto__",${long},"resources":7}`,
        `{${time},"event":"exit","pid":8,"comm":"constructor","exit_code":"<b>","signal":9,"duration_ms":1,"lifetime_ms":1e300}`,
        `{${time},"event":"exit","pid":9,"comm":"d"}`,
        `{${time},"event":"lost","count":"<b>"}`,
        `{${time},"event":"later"}`,
        '[]',
        'null',
        '7',
        '"',
        '{"time":null}',
        `{${time}}`,
    ];
    await drop(page, 'garbage.json', `${lines.join('\n')}\n`);
    assert.match(await textOf(page, '#notice'), /^6 lines/);
    assert.equal(await page.evaluate('run.processes.length'), 9);
    for (let i = 0; i < 12; i++) await page.keyboard.press('n');
    for (let i = 1; i < 8; i++) await page.click(`#columns th:nth-child(${i}) button`);
    for (const query of ['x', 'comm:__proto__', 'pid:5', '\\', '(']) await detailsOf(page, query);
    const { x, y } = await (await page.$('#bars')).boundingBox();
    for (let row = 0; row < 9; row++) await page.mouse.move(x + 640, y + 30 + 20 * row);
    await settled(page);
    assert.equal(await page.$$eval('b', (list) => list.length), 0);
};

// Cut anywhere behind its head, a page opens and has what is whole.
cases.truncated = async (file, folder) => {
    const whole = fs.readFileSync(file);
    const begin = 'id="data"><!--\n';
    const head = whole.indexOf(begin) + begin.length;
    const end = whole.indexOf('--></div>', head);
    const next = whole.indexOf('--><!--', head); // between two comments
    const places = [head - 3, head, head + 1, head + 100, end - 1, end, end + 4, whole.length - 40];
    assert.ok(next > 0 && next < end);
    for (let i = 0; i < 9; i++) places.push(next + i);
    for (let i = 1; i < 8; i++) places.push(head + Math.floor(((end - head) * i) / 8));
    // In the middle of a character of more than one byte, if there is one.
    const wide = whole.findIndex((byte, i) => i > head && byte >= 0xc2);
    if (wide > 0) places.push(wide + 1);
    for (const [i, place] of places.entries()) {
        const cut = path.join(folder, `cut-${i}.html`);
        fs.writeFileSync(cut, whole.subarray(0, place));
        const page = await open(cut);
        const count = pidsOf(linesOf(cut)).size;
        assert.equal(await page.evaluate('run.processes.length'), count, `cut at ${place}`);
        assert.equal(await page.evaluate('run.unreadable'), 0);
        assert.match(await textOf(page, '#notice'), /cut short/);
        await page.close();
    }
    const page = await open(file);
    assert.equal(await textOf(page, '#notice'), '');
};

// A page that a tracer could not finish: what it has is shown.
cases.opens = async (file) => {
    const page = await open(file);
    const count = pidsOf(linesOf(file)).size;
    assert.ok(count > 0);
    assert.equal(await page.evaluate('run.processes.length'), count);
    assert.match(await textOf(page, '#notice'), /cut short/);
};

// Opens a page; what counts is the CPU time of its thread, which is the time that passes if the
// machine has nothing else to do.
async function opened(file) {
    const page = await browser.newPage();
    const client = await page.createCDPSession();
    await client.send('Performance.enable', { timeDomain: 'threadTicks' });
    const cpu = async () => {
        const { metrics } = await client.send('Performance.getMetrics');
        return metrics.find((m) => m.name === 'TaskDuration').value;
    };
    await open(file, 'light', page);
    const seconds = [await cpu(), (await page.evaluate('performance.now()')) / 1000];
    return { page, cpu, seconds };
}

// How long a page takes to open, and how many frames a second it draws while it zooms: each in
// seconds of CPU, then in seconds. The most calls of the canvas for a frame.
async function measure(file) {
    const { page, cpu, seconds } = await opened(file);
    const { x, y, width } = await (await page.$('#bars')).boundingBox();
    const zoom = (clientX, clientY, counted) =>
        page.evaluate(
            async (...args) => {
                let [calls, most] = [0, 0];
                const context = document.getElementById('bars').getContext('2d');
                for (const name of args[2] ? ['fillRect', 'fillText', 'measureText'] : []) {
                    const real = context[name];
                    context[name] = (...rest) => (calls++, real.apply(context, rest));
                }
                const start = performance.now();
                for (let n = 0; n < 120; n++) {
                    const where = { deltaY: n < 60 ? -60 : 60, clientX: args[0], clientY: args[1] };
                    document
                        .getElementById('bars')
                        .dispatchEvent(new WheelEvent('wheel', { ...where, bubbles: true }));
                    await new Promise(requestAnimationFrame);
                    most = Math.max(most, calls);
                    calls = 0;
                }
                return { took: (performance.now() - start) / 1000, most };
            },
            clientX,
            clientY,
            counted,
        );
    const before = await cpu();
    const { took } = await zoom(x + width / 3, y + 80, false);
    const fps = [120 / ((await cpu()) - before), 120 / took];
    const { most } = await zoom(x + width / 3, y + 80, true);
    // A bar and a line for each pixel of the rows in view.
    const bound = await page.evaluate('2 * view.width * (view.height / ROW)');
    const elements = await page.$$eval('*', (all) => all.length);
    await page.close();
    return { seconds, fps, most, bound, elements };
}

// However many processes there are, a frame draws no more than there are pixels for, and the page
// has few elements. Times are printed, the best of three, not tested: they depend on the machine.
cases.scale = async (file) => {
    const all = [];
    for (let n = 0; n < 3; n++) all.push(await measure(file));
    const [cpu, took] = [0, 1].map((i) => Math.min(...all.map((m) => m.seconds[i])));
    const [fps, shown] = [0, 1].map((i) => Math.max(...all.map((m) => m.fps[i])));
    const { most, bound, elements } = all[0];
    const text =
        `opened in ${took.toFixed(2)} s, ${cpu.toFixed(2)} s of CPU; ` +
        `${shown.toFixed(0)} frames a second, ${fps.toFixed(0)} per second of CPU; ` +
        `at most ${most} of ${bound.toFixed(0)} calls of the canvas for a frame; ${elements} elements`;
    assert.ok(most > 1000 && most <= bound && elements < 500, text);
    return text;
};

cases.scheme = async (file) => {
    const brightness = async (scheme) => {
        const page = await open(file, scheme);
        const body = await page.evaluate(
            'getComputedStyle(document.documentElement).backgroundColor',
        );
        const canvas = await page.evaluate(() => [
            ...document.getElementById('bars').getContext('2d').getImageData(2, 100, 1, 1).data,
        ]);
        const sum = (list) =>
            list
                .slice(0, 3)
                .map(Number)
                .reduce((a, b) => a + b);
        return [sum(body.match(/\d+/g)), sum(canvas), page];
    };
    const light = await brightness('light');
    const dark = await brightness('dark');
    assert.ok(light[0] > 700 && light[1] > 700, 'light');
    assert.ok(dark[0] < 100 && dark[1] < 100, 'dark');
    // While it is open, too.
    await dark[2].emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
    await settled(dark[2]);
    const pixel = await dark[2].evaluate(() => [
        ...document.getElementById('bars').getContext('2d').getImageData(2, 100, 1, 1).data,
    ]);
    assert.ok(pixel[0] > 240, 'light after dark');
};

// From dark to paper: light, with the timeline and the whole table.
cases.print = async (file, pdf) => {
    const page = await open(file, 'dark');
    await page.pdf({ path: pdf, printBackground: true, preferCSSPageSize: true });
};

cases.pictures = async (file, folder) => {
    for (const [scheme, name] of [
        ['light', 'page.png'],
        ['dark', 'page-dark.png'],
    ]) {
        const page = await open(file, scheme);
        await page.setViewport({ width: 1280, height: 720, deviceScaleFactor: 1 });
        await settled(page);
        // The longest command that is not at the top: what one would click first.
        await page.evaluate(() => {
            const all = run.bars.filter((b) => b.process.parent?.parent);
            select(all.sort((a, b) => b.end - b.start - (a.end - a.start))[0], false);
        });
        await settled(page);
        await page.screenshot({ path: path.join(folder, name) });
    }
};

(async () => {
    const [name, ...files] = process.argv.slice(2);
    assert.ok(Object.hasOwn(cases, name), `no case ${name}`);
    browser = await require('puppeteer-core').launch({
        executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
        args: ['--no-sandbox', '--force-color-profile=srgb'], // root may not use Chromium's sandbox
        defaultViewport: { width: 1280, height: 720 },
    });
    try {
        const result = await cases[name](...files);
        assert.deepEqual(complaints, []);
        if (result) console.log(result);
    } finally {
        await browser.close();
    }
})().catch((e) => {
    console.error(e.stack);
    if (complaints.length) console.error(complaints.join('\n'));
    process.exitCode = 1;
});
