// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
//
// The script of page.html. It reads JSON lines, from the page or from a file dropped on it, and
// draws each process as a bar on a time axis, below its parent.
//
// Names, arguments and paths are chosen by the traced processes. They reach the page as text only,
// through textContent or the canvas, and after visible(). Times are milliseconds.
'use strict';

const $ = (id) => document.getElementById(id);
const AXIS = 24; // pixels: the time axis
const ROW = 20; // pixels: a row of the timeline
const BAR = 17; // pixels: the bar in it
const COLORS = 10; // --bar-0 to --bar-9 in page.css
const BINS = 1200; // of the curves in the overview
const LISTED = 200; // at most so many children, parents or execs
const COMMANDS = 1000; // and so many commands

// ---- Reading records ----

function readRun(text) {
    const run = { processes: [], losses: [], unreadable: 0, from: Infinity, to: -Infinity };
    const live = new Map(); // key -> process
    // What follows the last newline is a record that was cut short.
    for (const line of text.split('\n').slice(0, -1)) {
        try {
            if (line) readRecord(run, live, JSON.parse(line));
        } catch {
            run.unreadable++;
        }
    }
    if (run.from > run.to) run.from = run.to = 0;
    run.to = Math.max(run.to, run.from + 0.001);
    run.processes.sort((a, b) => a.start - b.start);
    linkParents(run.processes);
    makeBars(run);
    layOut(run);
    sumUp(run);
    return run;
}

const keyOf = (record) => record.id ?? record.pid; // version 1.0 wrote no id

function readRecord(run, live, record) {
    const at = timeOf(run, record.time);
    run.from = Math.min(run.from, at);
    run.to = Math.max(run.to, at);
    if (record.event === 'start') run.header = record;
    if (record.event === 'lost') run.losses.push({ at, record });
    if (!Number.isInteger(record.pid)) return;

    let p = live.get(keyOf(record));
    if (!p) {
        p = { record, seen: at, start: at, end: Infinity, exit: null, execs: [], errors: [] };
        run.processes.push(p);
        live.set(keyOf(record), p);
    }
    if (record.event === 'exec') p.execs.push({ at, record });
    if (record.event === 'exec_failed') p.errors.push({ at, record, process: p });
    if (record.event === 'exit') {
        const age = Math.max(record.duration_ms, record.lifetime_ms);
        if (!Number.isFinite(age)) throw new RangeError('an exit without its times');
        p.start = Math.min(p.start, at - age);
        p.end = at;
        // Not what the exec says, too: a large run has hundreds of megabytes.
        if (p.execs.length) record.args = record.filename = record.cgroup = null;
        p.exit = record;
        live.delete(keyOf(record));
    }
}

// Since the first record. Date has milliseconds, the text has nanoseconds.
function timeOf(run, text) {
    const date = Date.parse(text);
    run.origin ??= date;
    const at = date - run.origin + Number(`0.${text.slice(23, -1)}`);
    if (!Number.isFinite(at)) throw new RangeError('not a time');
    return at;
}

// ---- Model: the processes and their bars ----

// By parent_id. Version 1.0 has only PIDs; the parent is the process that had the PID then. A parent
// comes before its children, so no process is its own ancestor, whatever a file says.
function linkParents(processes) {
    const known = Map.groupBy(processes, (p) => keyOf(p.record));
    processes.forEach((p, i) => Object.assign(p, { order: i, children: [] }));
    for (const p of processes) {
        const { parent_id: id, ppid } = p.record;
        const fits = (q) => q.order < p.order && (id || q.end >= p.seen);
        p.parent = known.get(id ?? ppid)?.findLast(fits) ?? null;
        p.parent?.children.push(p);
    }
}

// A bar for each exec, or a single one for a process whose exec was not seen.
function makeBars(run) {
    const clip = (at) => Math.min(Math.max(at, run.from), run.to);
    for (const p of run.processes) {
        const start = p.exit ? p.end - p.exit.duration_ms : p.start;
        const execs = p.execs.length ? p.execs : [{ at: start, record: p.exit ?? p.record }];
        p.from = clip(p.start);
        p.bars = execs.map(({ at, record }, i) => {
            const next = execs[i + 1];
            const bar = { process: p, record, comm: String(record.comm), last: !next };
            bar.start = clip(at);
            bar.end = Math.max(bar.start, clip(next ? next.at : p.end));
            bar.created = i === 0 ? p.from : bar.start;
            bar.failed = !next && failed(p.exit);
            return bar;
        });
    }
    run.bars = run.processes.flatMap((p) => p.bars).sort((a, b) => a.start - b.start);
    run.failures = run.bars.filter((bar) => bar.failed);
    run.errors = run.processes.flatMap((p) => p.errors);
    run.colors = colorsOf(run.bars);
    for (const bar of run.bars) bar.color = bar.failed ? 'fail' : run.colors.get(bar.comm);
}

const failed = (exit) => exit !== null && exit.exit_code !== 0;

// Command -> color. The commands that take longest have different ones.
function colorsOf(bars) {
    const times = new Map();
    for (const b of bars) times.set(b.comm, (times.get(b.comm) ?? 0) + b.end - b.start);
    const longest = [...times].sort((a, b) => b[1] - a[1]);
    return new Map(longest.map(([comm], i) => [comm, `bar-${i % COLORS}`]));
}

// The summary, which is that of -s, and the curves of the overview.
function sumUp(run) {
    const exits = run.processes.map((p) => p.exit).filter(Boolean);
    run.columns = COLUMNS.filter((c) => !c.resource || exits.some((exit) => exit.resources));
    run.commands = [...Map.groupBy(exits, (exit) => String(exit.comm)).values()].map((group) => {
        const times = group.map((exit) => exit.duration_ms).sort((a, b) => a - b);
        return run.columns.map((c) => c.of(group, times));
    });
    const ends = run.processes.toSorted((a, b) => a.end - b.end);
    run.peak = highest(run.processes.map((p, i) => i + 1 - firstAfter(ends, p.start)));
    run.running = curveOf(run, () => 1);
    // When in its life a process used the CPU is not known.
    run.cpus = curveOf(run, (p) => used('cpu_ms')(p.exit) / (p.end - p.start || 1));
}

const sum = (numbers) => numbers.reduce((total, n) => total + n, 0);
const highest = (numbers) => numbers.reduce((most, n) => Math.max(most, n), 0);
const used = (key) => (exit) => Number(exit?.resources?.[key]) || 0;

// For each bin the sum of the weights of the processes, each as far as it lived in the bin.
function curveOf(run, weight) {
    const bins = new Float64Array(BINS);
    const width = (run.to - run.from) / BINS;
    for (const p of run.processes) {
        const from = (p.from - run.from) / width;
        const to = (Math.min(p.end, run.to) - run.from) / width;
        for (let i = Math.floor(from); i < to && i < BINS; i++)
            bins[i] += weight(p) * (Math.min(to, i + 1) - Math.max(from, i));
    }
    return bins;
}

// ---- Layout ----

// Each process is above its children, which share rows if they do not run at the same time.
function layOut(run) {
    for (const p of run.processes.toReversed()) {
        p.until = p.children.reduce((end, c) => Math.max(end, c.until), Math.min(p.end, run.to));
        p.height = 1 + pack(p.children, run.to);
    }
    run.roots = run.processes.filter((p) => !p.parent);
    run.height = pack(run.roots, run.to);
    for (const p of run.processes) p.row = p.parent ? p.parent.row + 1 + p.offset : p.offset;
    run.rows = intoRows(run, run.bars);
    run.failedRows = intoRows(run, run.failures);
}

// Gives each process the first rows that are free; returns how many rows there are.
function pack(processes, last) {
    const free = []; // row -> when it is free again
    let full = 0; // the rows before this one never are
    for (const p of processes) {
        while (free[full] >= last) full++;
        let row = full;
        for (let r = full; r < row + p.height && r < free.length; r++)
            if (free[r] > p.from) row = r + 1;
        for (let r = row; r < row + p.height; r++) free[r] = p.until;
        p.offset = row;
    }
    return free.length;
}

function intoRows(run, bars) {
    const rows = Array.from({ length: run.height }, () => []);
    for (const bar of bars) rows[bar.process.row].push(bar);
    return rows;
}

// ---- Text ----

// What cannot be seen, or would reorder the rest, becomes an escape.
function visible(text) {
    const names = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };
    const escape = (c) => names[c] ?? `\\u{${c.codePointAt(0).toString(16)}}`;
    return String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escape);
}

function quotedForShell(args) {
    const quote = (s) => (/^[\w@%+=:,./-]+$/.test(s) ? s : `'${s.replaceAll("'", "'\\''")}'`);
    return visible(args.map((arg) => quote(String(arg))).join(' '));
}

function commandLine({ args, args_truncated: cut, filename, comm }) {
    const words = Array.isArray(args) && args.length ? args : [filename ?? comm];
    return quotedForShell(words) + (cut ? ' […]' : '');
}

const digits = (n, most = 0) => Number(n).toLocaleString('en', { maximumFractionDigits: most });
const count = (n, one, many) => `${digits(n)} ${Number(n) === 1 ? one : many}`;
const short = new Intl.NumberFormat('en', {
    maximumFractionDigits: 0,
    maximumSignificantDigits: 3,
    roundingPriority: 'morePrecision',
});

// With three digits, or exactly: all that the JSON says.
function time(ms, exact) {
    const [n, unit, most] =
        ms < 1 ? [ms * 1000, 'µs', 0] : ms < 1000 ? [ms, 'ms', 3] : [ms / 1000, 's', 6];
    if (exact) return `${digits(n, most)} ${unit}`;
    if (ms < 60000) return `${short.format(n)} ${unit}`;
    const s = Math.round(n);
    const hours = s < 3600 ? '' : `${digits(Math.floor(s / 3600))} h `;
    return `${hours}${Math.floor(s / 60) % 60} min ${s % 60} s`;
}

function bytes(n, exact) {
    if (exact) return `${digits(n)} bytes`;
    const unit = n < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(n) / 10));
    return `${short.format(n / 1024 ** unit)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`;
}

function statusOf({ last, process: { exit } }) {
    if (!last) return 'called exec again';
    if (!exit) return 'still running at the end';
    if (exit.signal) return visible(exit.signal) + (exit.core_dumped ? ', core dumped' : '');
    return `exit code ${visible(exit.exit_code)}`;
}

const after = (at) => `after ${time(at - run.from, true)}`;
const durationOf = (bar) => (bar.last && bar.process.exit?.duration_ms) || bar.end - bar.start;
const lossOf = ({ record }) => count(record.count, 'event lost', 'events lost');
const errorOf = ({ record }) => visible(`${record.error} ${record.filename ?? ''}`);

// ---- What is shown ----

let run;
let selected = null; // a bar
let matches = null; // the bars that the search found; null without a search
let matchedRows;
let sortBy = { column: 3, down: true };
let styles = {}; // what css() has read
let frame = null; // the next one, if there is something to draw
// The times at both ends and, in pixels, the size and how far it is scrolled.
const view = { from: 0, to: 1, width: 1, height: 1, top: 0 };

const span = () => view.to - view.from;
const xOf = (at) => ((at - view.from) / span()) * view.width;
const timeAt = (x) => view.from + (x / view.width) * span();
const yOf = (row) => AXIS + row * ROW - view.top;

function setView(from, to) {
    const whole = run.to - run.from;
    const width = Math.min(Math.max(to - from, 0.001), whole * 1.02);
    const most = run.to + whole * 0.01 - width;
    view.from = Math.min(Math.max(from, run.from - whole * 0.01), most);
    view.to = view.from + width;
    redraw();
}

const showAll = () => setView(-Infinity, Infinity);
const pan = (ms) => setView(view.from + ms, view.to + ms);
const zoom = (factor, at = (view.from + view.to) / 2) =>
    setView(at - (at - view.from) * factor, at + (view.to - at) * factor);

// ---- Drawing ----

const redraw = () => (frame ??= requestAnimationFrame(draw));

function draw() {
    frame = null;
    view.top = $('timeline').scrollTop;
    [view.width, view.height] = [$('bars').clientWidth, $('bars').clientHeight];
    drawTimeline(contextOf($('bars')));
    drawOverview(contextOf($('strip')), $('strip').clientWidth, $('strip').clientHeight);
    $('tip').hidden = true;
}

// With CSS pixels as its unit, and sharp on any screen.
function contextOf(canvas) {
    const g = canvas.getContext('2d', { alpha: false });
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    g.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    g.textBaseline = 'middle';
    g.font = css('label');
    return g;
}

// A property of page.css.
function css(name) {
    styles[name] ??= getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
    return styles[name];
}

function box(g, color, x, y, width, height) {
    g.fillStyle = css(color);
    g.fillRect(x, y, width, height);
}

function write(g, color, text, x, y) {
    g.fillStyle = css(color);
    g.fillText(text, x, y);
}

function drawTimeline(g) {
    box(g, 'page', 0, 0, view.width, view.height);
    drawAxis(g);
    g.save();
    g.beginPath();
    g.rect(0, AXIS - 4, view.width, view.height);
    g.clip();
    // Failures and matches again, as others within one pixel may hide them.
    drawRows(g, run.rows, matches ? 0.2 : 1, 1);
    drawRows(g, run.failedRows, matches ? 0.3 : 1, 2);
    if (matches) drawRows(g, matchedRows, 1, 2);
    for (const { at, process: p } of run.errors)
        box(g, 'fail', xOf(at) - 1, yOf(p.row) - 1, 2, BAR + 2);
    if (selected) drawSelected(g);
    run.losses.forEach((loss) => drawLoss(g, loss));
    g.restore();
}

// Steps of 1, 2 or 5, at least 90 pixels apart.
function drawAxis(g) {
    const least = (span() * 90) / view.width;
    const power = 10 ** Math.floor(Math.log10(least));
    const step = power * [1, 2, 5, 10].find((n) => n * power >= least);
    const [unit, name] = step < 0.1 ? [0.001, 'µs'] : step < 100 ? [1, 'ms'] : [1000, 's'];
    const decimals = Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9));
    const first = Math.max(0, Math.ceil((view.from - run.from) / step));
    for (let i = first; run.from + i * step <= view.to; i++) {
        const x = Math.round(xOf(run.from + i * step));
        box(g, 'grid', x, 0, 1, view.height);
        write(g, 'muted', `${((i * step) / unit).toFixed(decimals)} ${name}`, x + 5, 10);
    }
    box(g, 'line', 0, AXIS - 5, view.width, 1);
}

function drawRows(g, rows, alpha, least) {
    g.globalAlpha = alpha;
    const end = Math.min(rows.length, Math.ceil((view.top + view.height - AXIS) / ROW));
    for (let r = Math.floor(view.top / ROW); r < end; r++) drawRow(g, rows[r], yOf(r), least);
    g.globalAlpha = 1;
}

// Of the bars within one pixel, the first only.
function drawRow(g, bars, y, least) {
    let i = firstAfter(bars, view.from);
    while (i < bars.length && bars[i].created <= view.to) {
        const bar = bars[i];
        const x = Math.max(xOf(bar.start), -4);
        const width = Math.min(xOf(bar.end), view.width + 4) - x;
        // From its creation to its first exec a process is a line.
        const created = Math.max(xOf(bar.created), -4);
        if (x - created >= 1) box(g, 'muted', created, y + BAR / 2, x - created, 1);
        if (width < 1) box(g, bar.color, Math.floor(x), y, least, BAR);
        else box(g, bar.color, x, y, Math.max(width > 3 ? width - 1 : width, least), BAR);
        if (width > 24) drawLabel(g, bar, Math.max(x, 0) + 5, y, Math.min(x + width, view.width));
        i = width >= 1 ? i + 1 : firstAfter(bars, timeAt(Math.floor(x) + 1), i + 1);
    }
}

// The first of the bars, which do not overlap, that ends after a time; from index `low` on.
function firstAfter(bars, at, low = 0) {
    let high = bars.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (bars[middle].end > at) high = middle;
        else low = middle + 1;
    }
    return low;
}

// The name, the time and the words of the operands, as far as there is room.
function drawLabel(g, bar, x, y, end) {
    bar.label ??= [visible(bar.comm), time(durationOf(bar)), ...wordsOf(bar.record)];
    for (const part of bar.label) {
        const width = g.measureText(part).width;
        if (x + width > end - 4) return;
        write(g, bar.failed ? 'fail-text' : 'bar-text', part, x, y + BAR / 2);
        x += width + 6;
    }
}

// Of paths, the last part.
function wordsOf({ args }) {
    if (!Array.isArray(args)) return [];
    const operands = args.slice(1, 100).filter((arg) => !String(arg).startsWith('-'));
    return quotedForShell(operands)
        .split(' ')
        .map((word) => word.replace(/^[^']*\/(?=.)/, ''));
}

// A frame, and lines up to the parents.
function drawSelected(g) {
    const x = Math.max(xOf(selected.start), -4);
    const end = Math.max(Math.min(xOf(selected.end), view.width + 4), x + 3);
    g.strokeStyle = css('text');
    g.lineWidth = 2;
    g.strokeRect(x, yOf(selected.process.row), end - x, BAR);
    for (let p = selected.process; p.parent; p = p.parent) {
        const top = yOf(p.parent.row) + BAR;
        box(g, 'text', xOf(p.from) - 0.5, top, 1, yOf(p.row) - top);
    }
}

function drawLoss(g, loss) {
    const x = xOf(loss.at);
    const text = lossOf(loss);
    for (let y = AXIS; y < view.height; y += 8) box(g, 'fail', x - 1, y, 2, 5);
    box(g, 'fail', x - 1, view.height - 20, g.measureText(text).width + 12, 18);
    write(g, 'fail-text', text, x + 5, view.height - 10.5);
}

function drawOverview(g, width, height) {
    const whole = run.to - run.from;
    box(g, 'panel', 0, 0, width, height);
    drawCurve(g, run.running, width, height, 'edge', 'area');
    drawCurve(g, run.cpus, width, height, 'cpu', 'none');
    for (const { at } of run.losses)
        box(g, 'fail', ((at - run.from) / whole) * width - 1, 0, 2, height);
    $('window').style.left = `${((view.from - run.from) / whole) * 100}%`;
    $('window').style.width = `${(span() / whole) * 100}%`;
}

function drawCurve(g, bins, width, height, stroke, fill) {
    const most = highest(bins);
    if (!most) return;
    g.beginPath();
    g.moveTo(-2, height + 2);
    bins.forEach((n, i) => {
        g.lineTo((i / (BINS - 1)) * (width + 4) - 2, height - (n / most) * (height - 20));
    });
    g.lineTo(width + 2, height + 2);
    Object.assign(g, { fillStyle: css(fill), strokeStyle: css(stroke), lineWidth: 1.5 });
    g.fill();
    g.stroke();
}

// ---- Selection and search ----

function select(bar, move) {
    selected = bar;
    if (bar && move) reveal(bar);
    showDetails();
    redraw();
}

// Pans and scrolls until the bar is in view, and zooms if it would be too short to be seen.
function reveal(bar) {
    const length = Math.max(bar.end - bar.start, 0.001);
    const width = length < span() / 200 ? length * 20 : span();
    const start = (bar.start + bar.end - width) / 2;
    if (width !== span() || bar.end < view.from || bar.start > view.to)
        setView(start, start + width);
    const room = $('timeline').clientHeight - AXIS - ROW;
    const y = yOf(bar.process.row) - AXIS;
    if (y < 0 || y > room) $('timeline').scrollTop += y - room / 2;
}

function zoomTo(bar) {
    const length = Math.max(bar.process.until - bar.start, 0.001);
    setView(bar.start - length * 0.05, bar.start + length * 1.05);
    reveal(bar);
}

// Selects the next (by 1) or previous (by -1) of the bars, which are in the order of time.
function selectNext(bars, by) {
    if (!bars.length) return;
    const at = bars.indexOf(selected);
    const before = selected ? bars.findLastIndex((bar) => bar.start <= selected.start) : -1;
    const next = at >= 0 ? at + by : by > 0 || before < 0 ? before + 1 : before;
    select(bars[(next + bars.length) % bars.length], true);
}

function search(query) {
    const [, key, value] = /^(comm|pid):(.*)$/s.exec(query) ?? [];
    const low = query.toLowerCase();
    const fits = ({ record }) =>
        key ? String(record[key]) === value : searchable(record).includes(low);
    matches = query ? run.bars.filter(fits) : null;
    matchedRows = matches && intoRows(run, matches);
    $('found').textContent = matches && `${digits(matches.length)} of ${digits(run.bars.length)}`;
    if ($('query').value !== query) $('query').value = query;
    redraw();
}

function searchable(record) {
    const { comm, pid, filename, args } = record;
    record.text ??= [comm, pid, filename].concat(args).join('\n').toLowerCase();
    return record.text;
}

// ---- Mouse and keys ----

function barAt(x, y) {
    const row = run.rows[Math.floor((y - AXIS + view.top) / ROW)];
    if (!row || y < AXIS) return null;
    const near = (slack) => {
        const bar = row[firstAfter(row, timeAt(x - slack))];
        return bar?.start <= timeAt(x + slack) ? bar : null;
    };
    return near(0) ?? near(3);
}

function showTip({ offsetX, offsetY, clientX, clientY }) {
    const bar = barAt(offsetX, offsetY);
    const loss = run.losses.find(({ at }) => Math.abs(xOf(at) - offsetX) < 4);
    $('tip').hidden = !bar && !loss;
    if (!bar && !loss) return;
    const lines = loss
        ? [lossOf(loss), `reported ${after(loss.at)}`]
        : [commandLine(bar.record), `${time(durationOf(bar))}, ${statusOf(bar)}`];
    if (!loss) lines.push(...bar.process.errors.map((error) => `failed exec: ${errorOf(error)}`));
    $('tip').replaceChildren(...lines.map((line) => make('p', {}, line)));
    $('tip').style.left = `min(${clientX + 14}px, 100vw - 488px)`;
    $('tip').style.bottom = `${innerHeight - clientY + 10}px`;
}

function listenToMouse() {
    const [bars, strip] = [$('bars'), $('strip')];
    let grabbed = null; // the point of the timeline that stays below the pointer
    bars.onpointerdown = (e) => {
        if (e.button !== 0) return;
        bars.setPointerCapture(e.pointerId);
        grabbed = { at: timeAt(e.offsetX), y: e.offsetY + view.top, x: e.offsetX, moved: false };
    };
    bars.onpointermove = (e) => {
        if (!grabbed) return showTip(e);
        const top = grabbed.y - e.offsetY;
        grabbed.moved ||= Math.hypot(e.offsetX - grabbed.x, top - view.top) > 3;
        if (!grabbed.moved) return;
        pan(grabbed.at - timeAt(e.offsetX));
        $('timeline').scrollTop = top;
    };
    bars.onpointerup = (e) => {
        if (grabbed && !grabbed.moved) select(barAt(e.offsetX, e.offsetY), false);
        grabbed = null;
    };
    bars.onpointerleave = () => ($('tip').hidden = true);
    bars.ondblclick = strip.ondblclick = showAll;
    bars.onwheel = (e) => {
        e.preventDefault();
        if (Math.abs(e.deltaX) > Math.abs(e.deltaY)) pan((e.deltaX / view.width) * span());
        else zoom(Math.exp(Math.max(-1, Math.min(1, e.deltaY * 0.002))), timeAt(e.offsetX));
    };
    strip.onpointerdown = strip.onpointermove = (e) => {
        if (!(e.buttons & 1)) return;
        strip.setPointerCapture(e.pointerId);
        const at = run.from + (e.offsetX / strip.clientWidth) * (run.to - run.from);
        setView(at - span() / 2, at + span() / 2);
    };
}

const KEYS = {
    '+': () => zoom(0.7),
    '=': () => zoom(0.7), // + without Shift
    '-': () => zoom(1 / 0.7),
    0: showAll,
    ArrowLeft: () => pan(-span() / 8),
    ArrowRight: () => pan(span() / 8),
    ArrowUp: () => ($('timeline').scrollTop -= 3 * ROW),
    ArrowDown: () => ($('timeline').scrollTop += 3 * ROW),
    Enter: () => selected && zoomTo(selected),
    n: () => selectNext(matches ?? run.bars, 1),
    N: () => selectNext(matches ?? run.bars, -1),
    f: () => selectNext(run.failures, 1),
    F: () => selectNext(run.failures, -1),
    p: () => selected?.process.parent && select(selected.process.parent.bars.at(-1), true),
    c: () => selected?.process.children[0] && select(selected.process.children[0].bars[0], true),
    '/': () => $('query').focus(),
    '?': () => $('help').togglePopover(),
    Escape: () => {
        if (matches) search('');
        else select(null);
        $('timeline').focus();
    },
};

function onKey(e) {
    if (e.ctrlKey || e.altKey || e.metaKey || !Object.hasOwn(KEYS, e.key)) return;
    if (e.key === 'Escape' && $('help').matches(':popover-open')) return; // the browser closes it
    if (e.key !== 'Escape' && e.target.matches('input')) return;
    // On a button Enter presses it, and in the panels the arrows scroll.
    if (/^(Enter|Arrow)/.test(e.key) && e.target.closest('button, #panels')) return;
    e.preventDefault();
    KEYS[e.key]();
}

// ---- Title and details ----

// An element that holds text or other elements; there is no way to give it markup.
function make(name, properties, ...inside) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inside);
    return element;
}

const button = (text, onclick, className = '') =>
    make('button', { type: 'button', className, onclick }, text);

function showFacts() {
    const { header, processes, roots, failures, losses } = run;
    const command = roots.length === 1 ? commandLine(roots[0].bars[0].record) : 'Processes';
    const lost = losses.reduce((sum, { record }) => sum + (Number(record.count) || 0), 0);
    const date = new Date(run.origin + run.from);
    const facts = [
        [count(processes.length, 'process', 'processes')],
        [`${digits(failures.length)} failed`, failures.length],
        [time(run.to - run.from)],
        [lost && count(lost, 'event lost', 'events lost'), lost],
        [date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })],
        [header && visible(`${header.host}, Linux ${header.kernel}`)],
    ].filter(([text]) => text && processes.length);
    $('title').textContent = $('title').title = processes.length ? command : 'bootstrap';
    document.title = processes.length ? `${command} · bootstrap` : 'bootstrap';
    $('facts').replaceChildren(
        ...facts.map(([text, bad]) => make('span', { className: bad ? 'bad' : '' }, text)),
    );
}

function showDetails() {
    const hint = run.processes.length
        ? 'Click a bar to see its command line, status, parents and children.'
        : 'Drop a file written by bootstrap -f json here, or open one.';
    const content = selected ? detailsOf(selected) : [make('p', { className: 'hint' }, hint)];
    $('details').replaceChildren(...content);
    $('details').scrollTop = 0;
}

function detailsOf(bar) {
    const list = make('dl');
    for (const [name, ...values] of fieldsOf(bar)) {
        // A field of which nothing is known is left out.
        const known = values.filter((v) => v !== undefined && v !== null && v !== '');
        const inside = known.map((v) => (v instanceof Node ? v : visible(v)));
        if (known.length) list.append(make('dt', {}, name), make('dd', {}, ...inside));
    }
    const command = make('code', { className: 'command' }, commandLine(bar.record));
    return [make('h2', {}, visible(bar.comm)), command, list];
}

function fieldsOf(bar) {
    const { record, process: p } = bar;
    const { exit } = p;
    const last = (q) => q.bars.at(-1);
    const ancestors = [];
    for (let q = p.parent; q && ancestors.length < LISTED; q = q.parent) ancestors.push(last(q));
    const top = (ancestors.at(-1)?.process ?? p).record;
    const outside = `${top.parent_comm ?? 'PID'} ${top.ppid} (not recorded)`;
    const started = bar.start > run.from || bar.start === p.seen;
    const others = p.bars.filter((b) => b !== bar);
    return [
        ['Status', make('span', { className: bar.failed ? 'bad' : '' }, statusOf(bar))],
        ['Duration', time(durationOf(bar), true)],
        ['Lifetime', exit && time(exit.lifetime_ms, true)],
        ['Started', started ? after(bar.start) : 'before the recording'],
        ['PID', p.record.pid],
        ['PID in its namespace', p.record.ns_pid === p.record.pid ? null : p.record.ns_pid],
        ['Parents', ...linksTo(ancestors, ' ← '), ancestors.length ? ' ← ' : '', outside],
        ['Children', ...linksTo(p.children.map(last), ', ')],
        ['Other execs', ...linksTo(others, ', ')],
        ...(exit?.resources ? resourcesOf(exit.resources) : []),
        ...p.errors.map((error) => ['Failed exec', errorOf(error)]),
        ['File', record.filename, record.filename_truncated && ' […]'],
        ['Name at exit', exit && String(exit.comm) !== bar.comm ? exit.comm : null],
        ['User', record.uid],
        ['Effective user', record.euid === record.uid ? null : record.euid],
        ['Login user', record.loginuid],
        ['Terminal', record.tty],
        ['Container', record.container_id],
        ['Cgroup', record.cgroup],
    ];
}

function linksTo(bars, between) {
    const links = bars.slice(0, LISTED).flatMap((bar) => {
        const text = `${visible(bar.comm)} (${bar.process.record.pid})`;
        return [between, button(text, () => select(bar, true), bar.failed ? 'link bad' : 'link')];
    });
    const more = bars.length - LISTED;
    return [...links.slice(1), more > 0 ? ` and ${digits(more)} more` : ''];
}

function resourcesOf(r) {
    const known = (value, format) => (Number.isFinite(value) ? format(value) : 'unknown');
    const n = (value) => known(value, digits);
    const ms = (value) => known(value, (v) => time(v, true));
    const size = (value) => known(value, (v) => `${bytes(v)} (${bytes(v, true)})`);
    return [
        ['CPU', `${ms(r.cpu_ms)}: ${ms(r.user_ms)} user, ${ms(r.system_ms)} system`],
        ['Max RSS', size(r.max_rss_bytes)],
        ['Read', size(r.read_bytes)],
        ['Written', size(r.written_bytes)],
        ['Page faults', `${n(r.minor_faults)} minor, ${n(r.major_faults)} major`],
        [
            'Switches',
            `${n(r.voluntary_switches)} voluntary, ${n(r.involuntary_switches)} involuntary`,
        ],
        ['Resources', r.partial ? 'may be incomplete' : null],
    ];
}

// ---- The table of commands ----

// `of` gets the exits of a command and, in order, their durations.
const COLUMNS = [
    { title: 'Command', of: (exits) => String(exits[0].comm) },
    { title: 'Runs', of: (exits) => exits.length, format: (n) => digits(n) },
    { title: 'Failed', of: (exits) => exits.filter(failed).length, format: (n) => digits(n) },
    { title: 'Total', of: (exits, times) => sum(times), format: time },
    { title: 'Mean', of: (exits, times) => sum(times) / times.length, format: time },
    { title: 'Median', of: (exits, times) => times[(times.length - 1) >> 1], format: time },
    { title: 'Longest', of: (exits, times) => times.at(-1), format: time },
    { title: 'CPU', of: (exits) => sum(exits.map(used('cpu_ms'))), format: time, resource: true },
    {
        title: 'Max RSS',
        of: (exits) => highest(exits.map(used('max_rss_bytes'))),
        format: bytes,
        resource: true,
    },
    {
        title: 'Read',
        of: (exits) => sum(exits.map(used('read_bytes'))),
        format: bytes,
        resource: true,
    },
    {
        title: 'Written',
        of: (exits) => sum(exits.map(used('written_bytes'))),
        format: bytes,
        resource: true,
    },
];

function showSummary() {
    const { column, down } = sortBy;
    const order = (a, b) => (a < b ? -1 : Number(a > b));
    run.commands.sort((a, b) => order(a[column], b[column]) * (down ? -1 : 1) || order(a[0], b[0]));
    const rows = run.commands.slice(0, COMMANDS);
    const more = run.commands.length - rows.length;
    $('columns').replaceChildren(...run.columns.map(headOf));
    $('commands').replaceChildren(...rows.map((row) => make('tr', {}, ...row.map(cellOf))));
    $('more').textContent = more ? `and ${digits(more)} more` : '';
}

function headOf({ title }, column) {
    const sort = () => {
        sortBy = { column, down: column === sortBy.column ? !sortBy.down : column > 0 };
        showSummary();
        $('columns').children[column].firstChild.focus();
    };
    const head = make('th', { scope: 'col' }, button(title, sort));
    if (column === sortBy.column) head.ariaSort = sortBy.down ? 'descending' : 'ascending';
    return head;
}

function cellOf(value, column) {
    const { title, format } = run.columns[column];
    const className = title === 'Failed' && value ? 'bad' : '';
    if (format) return make('td', { className, title: format(value, true) }, format(value));
    const swatch = make('span', { className: 'swatch' });
    swatch.style.background = `var(--${run.colors.get(value) ?? 'muted'})`;
    const find = button(visible(value), () => search(`comm:${value}`), 'link');
    return make('td', {}, swatch, find);
}

// ---- Start ----

function show(next) {
    run = next;
    selected = null;
    if (sortBy.column >= run.columns.length) sortBy = { column: 3, down: true };
    $('peak').textContent = `processes, at most ${digits(run.peak)} at once`;
    const cpus = highest(run.cpus);
    $('cpus').textContent = cpus ? `CPUs in use, at most ${digits(cpus, 1)}` : '';
    $('rows').style.height = `${AXIS + (run.height + 1) * ROW}px`;
    $('timeline').scrollTop = 0;
    search('');
    showFacts();
    showSummary();
    showDetails();
    showAll();
}

function noticeUnreadable(where, otherwise) {
    const lines = count(run.unreadable, 'line', 'lines');
    $('notice').textContent = run.unreadable ? `${lines}${where} could not be read.` : otherwise;
}

async function openFile(file) {
    const name = visible(file.name);
    try {
        const next = readRun(await file.text());
        if (!next.processes.length && !next.losses.length)
            throw new Error(`there are no events in ${name}`);
        show(next);
        noticeUnreadable(` of ${name}`, '');
    } catch (error) {
        $('notice').textContent = `Not opened: ${error.message}`;
    }
}

function listen() {
    listenToMouse();
    document.onkeydown = onKey;
    $('timeline').onscroll = redraw;
    $('query').oninput = (e) => search(e.target.value);
    $('query').onkeydown = (e) => {
        if (e.key === 'Enter' && matches) selectNext(matches, e.shiftKey ? -1 : 1);
    };
    $('open').onclick = () => $('file').click();
    $('file').onchange = (e) => openFile(e.target.files[0]);
    const onDrag = (e) => {
        e.preventDefault();
        document.body.classList.toggle('dropping', e.type === 'dragover');
        if (e.type === 'drop' && e.dataTransfer.files.length) openFile(e.dataTransfer.files[0]);
    };
    for (const type of ['dragover', 'dragleave', 'drop']) addEventListener(type, onDrag);

    // Prints are in the light colors, and do not wait for a frame.
    const restyle = (e) => {
        if (e.type.endsWith('print'))
            document.documentElement.classList.toggle('print', e.type === 'beforeprint');
        styles = {};
        draw();
    };
    for (const type of ['beforeprint', 'afterprint']) addEventListener(type, restyle);
    matchMedia('(prefers-color-scheme: dark)').onchange = restyle;
    new ResizeObserver(redraw).observe($('timeline'));
}

document.addEventListener('DOMContentLoaded', () => {
    show(readRun($('data').textContent));
    listen();
    const cut = 'The recording was cut short; this is what had been written.';
    noticeUnreadable('', $('complete') ? '' : cut);
});
