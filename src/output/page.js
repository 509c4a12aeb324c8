// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
//
// The script of page.html. It reads JSON lines, from the page or from a file dropped on it, and
// draws each process as a bar on a time axis, below its parent.
//
// Names, arguments and paths are chosen by the traced processes. They reach the page as text only,
// through textContent or the canvas, and after visible(). Times are milliseconds.
'use strict';

const $ = (id) => document.getElementById(id);
const root = document.documentElement;
const AXIS = 24; // pixels: the time axis
const ROW = 20; // pixels: a row of the timeline
const BAR = 17; // pixels: the bar in it
const COLORS = 10; // --bar-0 to --bar-9 in page.css
const BINS = 1200; // of the curves in the overview
const LISTED = 500; // entries of a list of commands, children, parents or execs

// ---- Reading records ----

// Each text is lines; what follows its last newline was cut short.
function readRun(texts) {
    const counts = { unreadable: 0, from: Infinity, to: -Infinity };
    const run = { ...counts, processes: [], known: new Map(), losses: [] };
    for (const line of texts.flatMap((text) => text.split('\n').slice(0, -1))) {
        try {
            if (line) readRecord(run, JSON.parse(line));
        } catch {
            run.unreadable++;
        }
    }
    if (run.from > run.to) run.from = run.to = 0;
    run.to = Math.max(run.to, run.from + 0.001);
    linkParents(run);
    makeBars(run);
    layOut(run);
    sumUp(run);
    return run;
}

function readRecord(run, record) {
    // Date has milliseconds, the text has nanoseconds.
    const date = Date.parse(record.time);
    const at = date - (run.origin ?? date) + Number(`0.${record.time.slice(23, -1)}`);
    if (!Number.isFinite(at)) throw new RangeError('not a time');
    run.origin ??= date;
    run.from = Math.min(run.from, at);
    run.to = Math.max(run.to, at);
    if (record.event === 'start') run.header = record;
    if (record.event === 'lost') run.losses.push({ at, record });
    if (Number.isInteger(record.pid)) readProcess(run, record, at);
}

function readProcess({ processes, known }, record, at) {
    const key = record.id ?? record.pid; // version 1.0 wrote no id
    const before = known.get(key); // the process that had the same PID
    let p = before;
    if (!p || p.exit) {
        p = { record, before, start: at, end: Infinity, bars: [], errors: [], children: [] };
        processes.push(p);
        known.set(key, p);
    }
    if (record.event === 'exec') p.bars.push({ process: p, record, start: at });
    if (record.event === 'exec_failed') p.errors.push({ process: p, record, at });
    if (record.event === 'exit') {
        const age = Math.max(record.duration_ms, record.lifetime_ms);
        if (!Number.isFinite(age)) throw new RangeError('an exit without its times');
        p.start = Math.min(p.start, at - age);
        p.end = at;
        p.exit = record;
    }
}

// ---- Model: the processes and their bars ----

// By parent_id. Version 1.0 has only PIDs; the parent is the process that had the PID then. A parent
// is older than its children, so no process is its own ancestor, whatever a file says.
function linkParents({ processes, known }) {
    // An id ends with the ns of the creation, which no event of a process that goes on has.
    for (const p of processes) p.born = Number(/-(\d+)$/.exec(p.record.id)?.[1] ?? p.start);
    processes.sort((a, b) => a.born - b.born);
    for (const p of processes) {
        let parent = known.get(p.record.parent_id ?? p.record.ppid);
        while (parent && (parent.born >= p.born || parent.end < p.start)) parent = parent.before;
        p.parent = parent;
    }
    for (const { parent, start } of processes.toReversed())
        if (parent) parent.start = Math.min(parent.start, start);
    processes.sort((a, b) => a.start - b.start); // stable: parents stay before their children
    for (const p of processes) p.parent?.children.push(p);
}

// A bar for each exec, or a single one for a process whose exec was not seen.
function makeBars(run) {
    const clip = (at) => Math.min(Math.max(at, run.from), run.to);
    for (const p of run.processes) {
        const { bars, exit } = p;
        const start = exit ? p.end - exit.duration_ms : p.start;
        if (!bars.length) bars.push({ process: p, record: exit ?? p.record, start });
        p.start = clip(p.start);
        bars.forEach((bar, i) => {
            bar.comm = String(bar.record.comm);
            bar.start = clip(bar.start);
            bar.end = Math.max(bar.start, clip(bars[i + 1]?.start ?? p.end));
            bar.created = i ? bar.start : p.start;
            bar.last = i === bars.length - 1;
            bar.failed = bar.last && failed(exit);
        });
    }
    run.bars = run.processes.flatMap((p) => p.bars).sort((a, b) => a.start - b.start);
    run.failures = run.bars.filter((bar) => bar.failed);
    run.errors = run.processes.flatMap((p) => p.errors);
    run.colors = colorsOf(run.bars);
    run.bars.forEach((bar, i) => {
        bar.index = i;
        bar.color = bar.failed ? 'fail' : run.colors.get(bar.comm);
    });
}

const failed = (exit) => Boolean(exit) && exit.exit_code !== 0;

// Command -> color. The commands that take longest have different ones.
function colorsOf(bars) {
    const times = new Map();
    for (const b of bars) times.set(b.comm, (times.get(b.comm) ?? 0) + b.end - b.start);
    const longest = [...times].sort((a, b) => b[1] - a[1]);
    return new Map(longest.map(([comm], i) => [comm, `bar-${i % COLORS}`]));
}

// The summary, as -s prints it, and the curves of the overview.
function sumUp(run) {
    const ended = run.bars.filter((bar) => !bar.last || bar.process.exit);
    const measured = ended.some((bar) => bar.process.exit?.resources);
    run.columns = COLUMNS.slice(0, measured ? Infinity : RESOURCES);
    run.commands = [...Map.groupBy(ended, nameOf)].map(([name, bars]) => {
        const times = Float64Array.from(bars, durationOf).sort();
        return [name, ...run.columns.slice(1).map(([, valueOf]) => valueOf(bars, times))];
    });
    const ends = run.processes.toSorted((a, b) => a.end - b.end);
    run.peak = highest(run.processes.map((p, i) => i + 1 - firstAfter(ends, p.start)));
    run.running = curveOf(run, () => 1);
    // When in its life a process used the CPU is not known.
    run.cpus = curveOf(run, (p) => used(p.exit, 'cpu_ms') / (p.exit?.lifetime_ms || 1));
}

const sum = (numbers) => numbers.reduce((total, n) => total + n, 0);
const highest = (numbers) => numbers.reduce((most, n) => Math.max(most, n), 0);
const used = (exit, key) => Number(exit?.resources?.[key]) || 0;
// What a process used counts for its last program.
const each = (bars, key) => bars.map((bar) => (bar.last ? used(bar.process.exit, key) : 0));
const nameOf = (bar) => (bar.last ? String(bar.process.exit.comm) : bar.comm); // at its end

// Of the summary: title; value, from the bars of a command and their sorted durations; format.
const COLUMNS = [
    ['Command'],
    ['Runs', (bars) => bars.length, (n) => digits(n)],
    ['Failed', (bars) => bars.filter((bar) => bar.failed).length, (n) => digits(n)],
    ['Total', (bars, times) => sum(times), time],
    ['Mean', (bars, times) => sum(times) / times.length, time],
    ['Median', (bars, times) => times[(times.length - 1) >> 1], time],
    ['Longest', (bars, times) => times.at(-1), time],
    ['CPU', (bars) => sum(each(bars, 'cpu_ms')), time],
    ['Max RSS', (bars) => highest(each(bars, 'max_rss_bytes')), bytes],
    ['Read', (bars) => sum(each(bars, 'read_bytes')), bytes],
    ['Written', (bars) => sum(each(bars, 'written_bytes')), bytes],
];
const RESOURCES = 7; // the columns from this one on need -r

// For each bin the sum of the processes' weights, each as far as the process lived in the bin.
function curveOf(run, weight) {
    const bins = new Float64Array(BINS);
    const width = (run.to - run.from) / BINS;
    for (const p of run.processes) {
        const from = (p.start - run.from) / width;
        const to = (Math.min(p.end, run.to) - run.from) / width;
        const height = weight(p);
        for (let i = Math.floor(from); i < to && i < BINS; i++)
            bins[i] += height * (Math.min(to, i + 1) - Math.max(from, i));
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
    run.rows = rowsOf(run.bars);
    run.failedRows = rowsOf(run.failures);
}

const rowsOf = (bars) => Map.groupBy(bars, (bar) => bar.process.row);

// Gives each process the first rows that are free; returns how many rows there are.
function pack(processes, last) {
    const free = []; // row -> when it is free again
    let full = 0; // the rows before this one never are
    for (const p of processes) {
        while (free[full] >= last) full++;
        let row = full;
        for (let r = full; r < row + p.height && r < free.length; r++)
            if (free[r] > p.start) row = r + 1;
        for (let r = row; r < row + p.height; r++) free[r] = p.until;
        p.offset = row;
    }
    return free.length;
}

// ---- Text ----

// What cannot be seen, or would reorder the rest, becomes an escape.
function visible(text) {
    const names = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };
    const escape = (c) => names[c] ?? `\\u{${c.codePointAt(0).toString(16)}}`;
    return String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escape);
}

// As a shell would take it.
function commandLine({ args, args_truncated: cut, filename, comm }) {
    const words = Array.isArray(args) && args.length ? args : [filename ?? comm];
    const quote = (s) => (/^[\w@%+=:,./-]+$/.test(s) ? s : `'${s.replaceAll("'", "'\\''")}'`);
    return visible(words.map((word) => quote(String(word))).join(' ')) + (cut ? ' […]' : '');
}

const digits = (n, most = 0) => Number(n).toLocaleString('en', { maximumFractionDigits: most });
const count = (n, one, many) => `${digits(n)} ${Number(n) === 1 ? one : many}`;
const short = (n) => digits(n, n < 10 ? 2 : n < 100 ? 1 : 0);

// With three digits, or exactly: all that the JSON says.
function time(ms, exact) {
    const [n, unit, most] =
        ms < 1 ? [ms * 1000, 'µs', 0] : ms < 1000 ? [ms, 'ms', 3] : [ms / 1000, 's', 6];
    if (exact) return `${digits(n, most)} ${unit}`;
    if (ms < 60000) return `${short(n)} ${unit}`;
    const s = Math.round(n);
    const hours = s < 3600 ? '' : `${digits(Math.floor(s / 3600))} h `;
    return `${hours}${Math.floor(s / 60) % 60} min ${s % 60} s`;
}

function bytes(n, exact) {
    if (exact) return `${digits(n)} bytes`;
    const unit = n < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(n) / 10));
    return `${short(n / 1024 ** unit)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`;
}

function statusOf({ last, process: { exit } }) {
    if (!last) return 'called exec again';
    if (!exit) return 'its end was not recorded';
    if (exit.signal) return visible(exit.signal) + (exit.core_dumped ? ', core dumped' : '');
    return `exit code ${visible(exit.exit_code)}`;
}

const after = (at) => `after ${time(at - run.from, true)}`;
const errorOf = ({ record }) => visible(`${record.error} ${record.filename ?? ''}`);
const durationOf = (bar) => (bar.last && bar.process.exit?.duration_ms) || bar.end - bar.start;
function lost({ count: n, cause, exact }) {
    const what = LOST.get(cause) ?? ['event lost', 'events lost'];
    return (exact === false ? 'up to ' : '') + count(n, ...what);
}

const LOST = new Map([
    ['unfollowed', ['process lost', 'processes lost']],
    ['untimed', ['duration too long', 'durations too long']],
]);

// ---- What is shown ----

let run;
let g; // the canvas's context
let selected = null; // a bar
let matches = null; // the bars that the search found; null without a search
let matchedRows;
let styles = {}; // what css() has read
let frame = null; // the next one, if there is something to draw
// The times at both ends and, in pixels, the size and how far it is scrolled.
const view = { from: 0, to: 1, width: 1, height: 1, top: 0 };

const span = () => view.to - view.from;
const xOf = (at) => ((at - view.from) / span()) * view.width;
const timeAt = (x) => view.from + (x / view.width) * span();
const yOf = (row) => AXIS + row * ROW - view.top;
const percent = (at) => `${((at - run.from) / (run.to - run.from)) * 100}%`; // of the overview

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
    box('page', 0, 0, view.width, view.height);
    drawAxis();
    g.save();
    g.beginPath();
    g.rect(0, AXIS - 4, view.width, view.height);
    g.clip();
    // Failures and matches again, as others within one pixel may hide them.
    drawRows(run.rows, matches ? 0.2 : 1, 1);
    drawRows(run.failedRows, matches ? 0.3 : 1, 2);
    if (matches) drawRows(matchedRows, 1, 2);
    for (const e of run.errors) box('fail', xOf(e.at) - 1, yOf(e.process.row) - 1, 2, BAR + 2);
    if (selected) drawSelected();
    run.losses.forEach(drawLoss);
    g.restore();
    $('window').style.left = percent(view.from);
    $('window').style.right = `calc(100% - ${percent(view.to)})`;
}

// Sharp on any screen, with CSS pixels as the unit.
function resize() {
    const canvas = $('bars');
    [view.width, view.height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = Math.round(view.width * devicePixelRatio);
    canvas.height = Math.round(view.height * devicePixelRatio);
    g.scale(devicePixelRatio, devicePixelRatio);
    g.textBaseline = 'middle';
    g.font = getComputedStyle(canvas).font;
    draw(); // at once: an empty canvas would flicker, and a print does not wait for a frame
}

// A color of page.css: the canvas knows neither variables nor light-dark().
function css(name) {
    if (!styles[name]) {
        $('bars').style.color = `var(--${name})`;
        styles[name] = getComputedStyle($('bars')).color;
    }
    return styles[name];
}

function box(color, x, y, width, height) {
    g.fillStyle = css(color);
    g.fillRect(x, y, width, height);
}

function write(color, text, x, y) {
    g.fillStyle = css(color);
    g.fillText(text, x, y);
}

// Steps of 1, 2 or 5, at least 90 pixels apart.
function drawAxis() {
    const least = (span() * 90) / view.width;
    const power = 10 ** Math.floor(Math.log10(least));
    const step = power * [1, 2, 5, 10].find((n) => n * power >= least);
    const [unit, name] = step < 0.1 ? [0.001, 'µs'] : step < 100 ? [1, 'ms'] : [1000, 's'];
    const decimals = Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9));
    const first = Math.max(0, Math.ceil((view.from - run.from) / step));
    for (let i = first; run.from + i * step <= view.to; i++) {
        const x = Math.round(xOf(run.from + i * step));
        box('grid', x, 0, 1, view.height);
        write('muted', `${((i * step) / unit).toFixed(decimals)} ${name}`, x + 5, 10);
    }
    box('line', 0, AXIS - 5, view.width, 1);
}

function drawRows(rows, alpha, least) {
    g.globalAlpha = alpha;
    const end = (view.top + view.height - AXIS) / ROW;
    for (let r = Math.floor(view.top / ROW); r < end; r++)
        drawRow(rows.get(r) ?? [], yOf(r), least);
    g.globalAlpha = 1;
}

// Of the bars within one pixel, the first only.
function drawRow(bars, y, least) {
    let i = firstAfter(bars, view.from);
    while (i < bars.length && bars[i].created <= view.to) {
        const bar = bars[i];
        const x = Math.max(xOf(bar.start), -4);
        const width = Math.min(xOf(bar.end), view.width + 4) - x;
        // From its creation to its first exec a process is a line.
        const created = Math.max(xOf(bar.created), -4);
        if (x - created >= 1) box('muted', created, y + BAR / 2, x - created, 1);
        if (width < 1) box(bar.color, Math.floor(x), y, least, BAR);
        else box(bar.color, x, y, Math.max(width > 3 ? width - 1 : width, least), BAR);
        if (width > 24) drawLabel(bar, Math.max(x, 0) + 5, y, Math.min(x + width, view.width));
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

// The name, the time and the operands, as far as they fit.
function drawLabel(bar, x, y, end) {
    bar.label ??= labelOf(bar);
    for (const part of bar.label) {
        const width = g.measureText(part).width;
        if (x + width > end - 4) return;
        write(bar.failed ? 'fail-text' : 'bar-text', part, x, y + BAR / 2);
        x += width + 6;
    }
}

// Of a path, the last part.
function labelOf(bar) {
    const words = commandLine(bar.record).split(' ').slice(1, 100);
    const operands = words.filter((word) => !/^'?-/.test(word));
    const names = operands.map((word) => word.replace(/^.*\/(?=.)/, ''));
    return [visible(bar.comm), time(durationOf(bar)), ...names];
}

// A frame, and lines up to the parents.
function drawSelected() {
    const x = Math.max(xOf(selected.start), -4);
    const end = Math.max(Math.min(xOf(selected.end), view.width + 4), x + 3);
    g.strokeStyle = css('text');
    g.lineWidth = 2;
    g.strokeRect(x, yOf(selected.process.row), end - x, BAR);
    for (let p = selected.process; p.parent; p = p.parent) {
        const top = yOf(p.parent.row) + BAR;
        box('text', xOf(p.start) - 0.5, top, 1, yOf(p.row) - top);
    }
}

function drawLoss({ at, record }) {
    const x = xOf(at);
    if (x < 0 || x > view.width) return;
    const width = g.measureText(lost(record)).width + 12;
    const left = Math.min(x - 1, view.width - width);
    for (let y = AXIS; y < view.height; y += 8) box('fail', x - 1, y, 2, 5);
    box('fail', left, view.height - 20, width, 18);
    write('fail-text', lost(record), left + 6, view.height - 10.5);
}

// ---- Selection and search ----

function select(bar) {
    selected = bar;
    showDetails();
    redraw();
}

// Selects a bar and brings it into view; zooms if it would be too short to be seen.
function goTo(bar) {
    if (!bar) return;
    select(bar);
    const length = Math.max(bar.end - bar.start, 0.001);
    const width = length < span() / 200 ? length * 20 : span();
    const start = (bar.start + bar.end - width) / 2;
    if (width < span() || bar.end < view.from || bar.start > view.to) setView(start, start + width);
    const room = $('timeline').clientHeight - AXIS - ROW;
    const y = yOf(bar.process.row) - AXIS;
    if (y < 0 || y > room) $('timeline').scrollTop += y - room / 2;
}

function zoomTo(bar) {
    const length = Math.max(bar.process.until - bar.start, 0.001);
    setView(bar.start - length * 0.05, bar.start + length * 1.05);
    goTo(bar);
}

// The bars are in the order of time.
function selectNext(bars) {
    goTo(bars.find((bar) => bar.index > (selected?.index ?? -1)) ?? bars[0]);
}

function selectPrevious(bars) {
    goTo(bars.findLast((bar) => bar.index < (selected?.index ?? Infinity)) ?? bars.at(-1));
}

function search(query) {
    const [, key, value] = /^(comm|pid):(.*)$/s.exec(query) ?? [];
    const low = query.toLowerCase();
    const fits = ({ record }) =>
        key ? String(record[key]) === value : textOf(record).includes(low);
    matches = query ? run.bars.filter(fits) : null;
    matchedRows = matches && rowsOf(matches);
    $('found').textContent = matches && `${digits(matches.length)} of ${digits(run.bars.length)}`;
    if ($('query').value !== query) $('query').value = query;
    redraw();
}

function textOf(record) {
    const { comm, pid, filename, args } = record;
    return (record.text ??= [comm, pid, filename, args].flat().join('\n').toLowerCase());
}

// ---- Mouse and keys ----

function barAt(x, y) {
    const row = (y >= AXIS && run.rows.get(Math.floor((y - AXIS + view.top) / ROW))) || [];
    const near = (slack) => {
        const bar = row[firstAfter(row, timeAt(x - slack))];
        return bar?.start <= timeAt(x + slack) ? bar : null;
    };
    return near(0) ?? near(3);
}

// The tooltip of a loss or of a bar.
function tipAt(x, y) {
    const loss = run.losses.find(({ at }) => Math.abs(xOf(at) - x) < 4);
    if (loss) return `${lost(loss.record)}\nreported ${after(loss.at)}`;
    const bar = barAt(x, y);
    if (!bar) return '';
    const errors = bar.process.errors.map((error) => `failed exec: ${errorOf(error)}`);
    const result = `${time(durationOf(bar))}, ${statusOf(bar)}`;
    return [commandLine(bar.record).slice(0, 500), result, ...errors].join('\n');
}

function listenToMouse() {
    const [bars, overview] = [$('bars'), $('overview')];
    let grabbed = null; // the point of the timeline that stays below the pointer
    let moved = false;
    bars.onpointerdown = (e) => {
        bars.setPointerCapture(e.pointerId);
        grabbed = { at: timeAt(e.offsetX), x: e.offsetX, y: e.offsetY + view.top };
        moved = false;
    };
    bars.onpointermove = (e) => {
        bars.title = tipAt(e.offsetX, e.offsetY);
        if (!grabbed || !(e.buttons & 1)) return;
        const top = grabbed.y - e.offsetY;
        moved ||= Math.hypot(e.offsetX - grabbed.x, top - view.top) > 3;
        if (!moved) return;
        pan(grabbed.at - timeAt(e.offsetX));
        $('timeline').scrollTop = top;
    };
    bars.onclick = (e) => moved || select(barAt(e.offsetX, e.offsetY));
    bars.ondblclick = overview.ondblclick = showAll;
    bars.onwheel = (e) => {
        e.preventDefault();
        if (Math.abs(e.deltaX) > Math.abs(e.deltaY)) pan((e.deltaX / view.width) * span());
        else zoom(Math.exp(Math.max(-1, Math.min(1, e.deltaY * 0.002))), timeAt(e.offsetX));
    };
    overview.onpointerdown = overview.onpointermove = (e) => {
        if (!(e.buttons & 1)) return;
        overview.setPointerCapture(e.pointerId);
        const at = run.from + (e.offsetX / overview.clientWidth) * (run.to - run.from);
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
    n: () => selectNext(matches ?? run.bars),
    N: () => selectPrevious(matches ?? run.bars),
    f: () => selectNext(run.failures),
    F: () => selectPrevious(run.failures),
    p: () => goTo(selected?.process.parent?.bars.at(-1)),
    c: () => goTo(selected?.process.children[0]?.bars[0]),
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

// ---- Elements ----

// An element that holds text or other elements; there is no way to give it markup.
function make(name, properties, ...inside) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inside);
    return element;
}

const button = (text, onclick, className = '') =>
    make('button', { type: 'button', className, onclick }, text);
const mark = (text, bad) => make('span', { className: bad ? 'bad' : '' }, text);

function showFacts() {
    const { header, processes, roots, failures, losses } = run;
    const title = roots.length === 1 ? commandLine(roots[0].bars[0].record) : 'bootstrap';
    $('title').textContent = $('title').title = document.title = title;
    const records = losses.map((loss) => loss.record);
    const sums = [...Map.groupBy(records, (record) => record.cause)].map(([cause, all]) => {
        const total = sum(all.map((record) => Number(record.count) || 0));
        return lost({ count: total, cause, exact: all.every((record) => record.exact !== false) });
    });
    const facts = [
        mark(count(processes.length, 'process', 'processes')),
        mark(`${digits(failures.length)} failed`, failures.length),
        mark(time(run.to - run.from)),
        ...sums.map((text) => mark(text, true)),
        mark(new Date(run.origin + run.from).toLocaleString()),
        header && mark(visible(`${header.host}, Linux ${header.kernel}`)),
    ];
    $('facts').replaceChildren(...(processes.length ? facts.filter(Boolean) : []));
}

function showOverview() {
    const cpus = highest(run.cpus);
    $('running').style.clipPath = bandOf(run.running, 100);
    $('using').style.clipPath = bandOf(run.cpus, 2);
    $('peak').textContent = `processes, at most ${digits(run.peak)} at once`;
    $('cpus').textContent = cpus ? `CPUs in use, at most ${digits(cpus, 1)}` : '';
    const lines = run.losses.map(({ at }) => make('div', { style: `left: ${percent(at)}` }));
    $('losses').replaceChildren(...lines);
}

// The curve as a band below it, this many pixels high: a line or an area.
function bandOf(bins, height) {
    const most = highest(bins) || 1;
    const xy = (n, i) => [(i / (BINS - 1)) * 100, (1 - n / most) * 100];
    const edge = (down) => Array.from(bins, xy).map(([x, y]) => `${x}% calc(${y}% + ${down}px)`);
    return `polygon(${[...edge(0), ...edge(height).reverse()]})`;
}

function showDetails() {
    const hint = 'Click a bar for its details. Drop a file of bootstrap -f json here to open it.';
    const content = selected ? detailsOf(selected) : [make('p', { className: 'hint' }, hint)];
    $('details').replaceChildren(...content);
    $('details').scrollTop = 0;
}

function detailsOf(bar) {
    const list = make('dl');
    for (const [name, ...values] of fieldsOf(bar)) {
        // A field of which nothing is known is left out.
        const known = values.filter((v) => v || v === 0);
        const inside = known.map((v) => (v instanceof Node ? v : visible(v)));
        if (known.length) list.append(make('dt', {}, name), make('dd', {}, ...inside));
    }
    const command = make('code', { className: 'command' }, commandLine(bar.record));
    return [make('h2', {}, visible(bar.comm)), command, list];
}

function fieldsOf(bar) {
    const { record, process: p } = bar;
    const last = (q) => q.bars.at(-1);
    const ancestors = [];
    for (let q = p.parent; q && ancestors.length < LISTED; q = q.parent) ancestors.push(last(q));
    const top = (ancestors.at(-1)?.process ?? p).record;
    const outside = `${top.parent_comm ?? 'PID'} ${top.ppid} (not recorded)`;
    const others = p.bars.filter((b) => b !== bar);
    const seen = bar.start > run.from || record.event === 'exec';
    const name = p.exit && String(p.exit.comm);
    return [
        ['status', mark(statusOf(bar), bar.failed)],
        ['duration', time(durationOf(bar), true)],
        ['lifetime', p.exit && time(p.exit.lifetime_ms, true)],
        ['started', seen ? after(bar.start) : 'before the recording'],
        ['parents', ...linksTo(ancestors, ' ← '), ancestors.length && ' ← ', outside],
        ['children', ...linksTo(p.children.map(last), ', ')],
        ['other execs', ...linksTo(others, ', ')],
        ['name at exit', name !== bar.comm && name],
        ...p.errors.map((error) => ['failed exec', errorOf(error)]),
        ...Object.entries(p.exit?.resources ?? {}).map(resourceOf),
        ...Object.entries(record).filter(([key]) => OTHERS.has(key)),
    ].map(([key, ...values]) => [key.replaceAll('_', ' '), ...values]);
}

// Shown as the record has them; docs/json.md explains them.
const WHO = 'pid ns_pid uid euid loginuid session_id tty container_id cgroup'.split(' ');
const OTHERS = new Set(['filename', 'filename_truncated', ...WHO]);

function resourceOf([key, value]) {
    const [name, unit] = key.split(/_(?=ms$|bytes$)/);
    if (!Number.isFinite(value)) return [name, value ?? 'unknown'];
    if (unit === 'bytes') return [name, `${bytes(value)} (${bytes(value, true)})`];
    return [name, unit ? time(value, true) : digits(value)];
}

function linksTo(bars, between) {
    const links = bars.slice(0, LISTED).flatMap((bar) => {
        const text = `${visible(bar.comm)} (${bar.process.record.pid})`;
        return [between, button(text, () => goTo(bar), bar.failed ? 'link bad' : 'link')];
    });
    const more = bars.length - LISTED;
    return [...links.slice(1), more > 0 && ` and ${digits(more)} more`];
}

function showSummary() {
    const heads = run.columns.map(([title], i) => {
        const turn = () => sortBy(i, head.ariaSort ? head.ariaSort === 'ascending' : i > 0);
        const head = make('th', { scope: 'col' }, button(title, turn));
        return head;
    });
    $('columns').replaceChildren(...heads);
    sortBy(3, true); // by total time
}

function sortBy(column, down) {
    const order = (a, b) => (a < b ? -1 : Number(a > b));
    run.commands.sort((a, b) => order(a[column], b[column]) * (down ? -1 : 1) || order(a[0], b[0]));
    for (const head of $('columns').children) head.ariaSort = null;
    $('columns').children[column].ariaSort = down ? 'descending' : 'ascending';
    const rows = run.commands.slice(0, LISTED);
    const more = run.commands.length - rows.length;
    $('commands').replaceChildren(...rows.map((row) => make('tr', {}, ...row.map(cellOf))));
    $('more').textContent = more ? `and ${digits(more)} more` : '';
}

function cellOf(value, column) {
    const [title, , format] = run.columns[column];
    const className = title === 'Failed' && value ? 'bad' : '';
    if (format) return make('td', { className, title: format(value, true) }, format(value));
    const style = `background: var(--${run.colors.get(value) ?? 'muted'})`;
    const find = button(visible(value), () => search(`comm:${value}`), 'link');
    return make('td', {}, make('span', { className: 'swatch', style }), find);
}

// ---- Start ----

function show(next, name) {
    run = next;
    selected = null;
    $('rows').style.height = `${AXIS + (run.height + 1) * ROW}px`;
    $('timeline').scrollTop = 0;
    search('');
    showFacts();
    showOverview();
    showSummary();
    showDetails();
    showAll();
    const lines = count(run.unreadable, 'line', 'lines');
    $('notice').textContent = run.unreadable ? `${lines} of ${name} could not be read.` : '';
}

async function openFile(file) {
    const name = visible(file.name);
    try {
        const next = readRun([await file.text()]);
        if (!next.processes.length && !next.losses.length) throw new Error('it has no events');
        show(next, name);
    } catch (error) {
        $('notice').textContent = `Cannot open ${name}: ${error.message}.`;
    }
}

function listen() {
    listenToMouse();
    document.onkeydown = onKey;
    $('timeline').onscroll = redraw;
    $('query').oninput = (e) => search(e.target.value);
    $('query').onkeydown = (e) => {
        if (e.key === 'Enter' && matches) (e.shiftKey ? selectPrevious : selectNext)(matches);
    };
    $('open').onclick = () => $('file').click();
    $('file').onchange = (e) => openFile(e.target.files[0]);
    const onDrag = (e) => {
        e.preventDefault();
        document.body.classList.toggle('dropping', e.type === 'dragover');
        if (e.type === 'drop' && e.dataTransfer.files.length) openFile(e.dataTransfer.files[0]);
    };
    for (const type of ['dragover', 'dragleave', 'drop']) addEventListener(type, onDrag);

    // A print is in the light colors, and as high as the rows.
    const restyle = (e) => {
        root.classList.toggle('print', e.type === 'beforeprint');
        styles = {};
        resize();
    };
    for (const type of ['beforeprint', 'afterprint']) addEventListener(type, restyle);
    matchMedia('(prefers-color-scheme: dark)').onchange = restyle;
    new ResizeObserver(resize).observe($('bars'));
}

document.addEventListener('DOMContentLoaded', () => {
    g = $('bars').getContext('2d', { alpha: false });
    show(readRun(Array.from($('data').childNodes, (comment) => comment.data)), 'the page');
    listen();
    if (!$('complete') && !run.unreadable)
        $('notice').textContent = 'The recording was cut short; this is what had been written.';
});
