// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
//
// The script of page.html: reads JSON lines, from the page or from a file dropped on it, and draws
// the processes as bars on a time axis, each below its parent.
//
// Strings chosen by a process (names, arguments, paths) reach the page only as text, through
// textContent or the canvas, and after visible(). Times are milliseconds since the second in which
// the run began.
'use strict';

const $ = (id) => document.getElementById(id);
const ROW = 20; // pixels, with the GAP below it
const GAP = 3;
const AXIS = 24; // pixels, above the rows
const COLORS = 10; // --bar-0 to --bar-9 in page.css
const BINS = 1200; // of the overview
const MOST = { children: 200, commands: 1000 }; // that are listed

// ---- A run: the data in the JSON lines ----

class Run {
    constructor() {
        Object.assign(this, { header: null, processes: [], losses: [], unreadable: 0, rest: '' });
        Object.assign(this, { from: Infinity, to: -Infinity });
        this.live = new Map(); // id (the PID in JSON of version 1.0) -> process
    }

    // Takes text in pieces of any size. A last line without its newline is incomplete: it is ignored.
    feed(text) {
        const lines = (this.rest + text).split('\n');
        this.rest = lines.pop();
        lines.filter((line) => line !== '').forEach(this.read, this);
    }

    read(line) {
        try {
            const record = JSON.parse(line);
            const at = this.time(record.time);
            if (record.event === 'start') this.header = record;
            else if (record.event === 'lost') this.losses.push({ at, record });
            else if (Number.isInteger(record.pid)) this.event(record, at);
            this.from = Math.min(this.from, at);
            this.to = Math.max(this.to, at);
        } catch {
            this.unreadable++;
        }
    }

    // RFC 3339 with nanoseconds, of which Date keeps milliseconds.
    time(text) {
        const second = text.slice(0, 19);
        if (second !== this.second) this.base = Date.parse(`${second}Z`);
        this.second = second;
        const at = this.base - (this.origin ?? this.base) + Number(`0${text.slice(19, -1)}`) * 1000;
        if (!Number.isFinite(at)) throw new RangeError(text);
        this.origin ??= this.base;
        return at;
    }

    event(record, at) {
        const key = record.id ?? record.pid;
        let p = this.live.get(key);
        if (!p || (record.event === 'fork' && !record.id)) {
            p = newProcess(record, at);
            this.processes.push(p);
            this.live.set(key, p);
        }
        if (record.event === 'exec') p.execs.push({ at, record });
        else if (record.event === 'exec_failed') p.errors.push({ at, record });
        else if (record.event === 'exit') {
            const age = Math.max(record.duration_ms, record.lifetime_ms);
            if (!Number.isFinite(age)) throw new RangeError('an exit without its times');
            p.end = at;
            p.start = Math.min(p.start, at - age);
            // With an exec, only new members are kept: a large run has hundreds of megabytes.
            p.exit = p.execs.length ? endOf(record) : record;
            this.live.delete(key);
        }
    }

    finish() {
        if (this.from > this.to) this.from = this.to = 0;
        this.to = Math.max(this.to, this.from + 0.001);
        this.processes.sort((a, b) => a.start - b.start);
        linkParents(this.processes);
        layOut(this);
        makeBars(this);
        sumUp(this);
        return this;
    }
}

function newProcess(record, at) {
    return {
        record, // the first
        seen: at,
        start: at,
        end: Infinity,
        exit: null,
        execs: [],
        errors: [],
        parent: null,
        children: [],
        namesake: null, // the one before it that had its PID
    };
}

function endOf({ comm, exit_code, signal, core_dumped, duration_ms, lifetime_ms, resources }) {
    return { comm, exit_code, signal, core_dumped, duration_ms, lifetime_ms, resources };
}

// By parent_id, or without it, the process that had the PID then. A parent comes before
// its children, so that whatever a file says, no process is its own ancestor.
function linkParents(processes) {
    const ids = new Map();
    const pids = new Map();
    for (const p of processes) {
        const { id, pid, parent_id: parentId, ppid } = p.record;
        let parent = parentId ? ids.get(parentId) : pids.get(ppid);
        while (!parentId && parent && parent.end < p.seen) parent = parent.namesake;
        p.parent = parent ?? null;
        parent?.children.push(p);
        if (id) ids.set(id, p);
        p.namesake = pids.get(pid) ?? null;
        pids.set(pid, p);
    }
}

// Each process is above its children, which use the first rows that are free while they live.
function layOut(run) {
    for (const p of run.processes.toReversed()) {
        p.from = Math.max(p.start, run.from);
        p.until = p.children.reduce((end, c) => Math.max(end, c.until), Math.min(p.end, run.to));
        p.height = 1 + pack(p.children, run.to);
    }
    run.roots = run.processes.filter((p) => !p.parent);
    run.height = pack(run.roots, run.to);
    for (const p of run.processes) p.row = p.parent ? p.parent.row + 1 + p.offset : p.offset;
}

// How many rows the processes, in the order of time, and all below them need.
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

// A bar for each exec, and one for a process whose exec was not seen.
function makeBars(run) {
    const clip = (at) => Math.min(Math.max(at, run.from), run.to);
    run.bars = run.processes.flatMap((p) => {
        const begun = {
            at: p.exit ? p.end - p.exit.duration_ms : p.start,
            record: p.exit ?? p.record,
        };
        const execs = p.execs.length ? p.execs : [begun];
        p.bars = execs.map(({ at, record }, i) => {
            const [start, next] = [clip(at), execs[i + 1]];
            const bar = { process: p, record, comm: String(record.comm), start, last: !next };
            bar.created = i === 0 ? p.from : start;
            bar.end = Math.max(start, clip(next ? next.at : p.end));
            bar.failed = !next && failed(p.exit);
            return bar;
        });
        return p.bars;
    });
    run.bars.sort((a, b) => a.start - b.start);
    run.failures = run.bars.filter((bar) => bar.failed);
    run.rows = intoRows(run, run.bars);
    run.failedRows = intoRows(run, run.failures);
}

const failed = (exit) => exit !== null && exit.exit_code !== 0;

function intoRows(run, bars) {
    const rows = Array.from({ length: run.height }, () => []);
    for (const bar of bars) rows[bar.process.row].push(bar);
    return rows;
}

// The sums by command, which are those of -s, and the curves of the overview.
function sumUp(run) {
    const exits = run.processes.map((p) => p.exit).filter((exit) => exit);
    run.resources = exits.some((exit) => exit.resources);
    run.commands = [...Map.groupBy(exits, (exit) => String(exit.comm))].map(sumOf);

    // The commands that take longest have different colors.
    const times = new Map();
    for (const b of run.bars) times.set(b.comm, (times.get(b.comm) ?? 0) + b.end - b.start);
    const names = [...times.keys()].sort((a, b) => times.get(b) - times.get(a));
    run.colors = new Map(names.map((name, i) => [name, i % COLORS]));

    const ends = Float64Array.from(run.processes, (p) => p.end).sort();
    let ended = 0;
    run.peak = 0;
    run.processes.forEach((p, i) => {
        while (ends[ended] <= p.start) ended++;
        run.peak = Math.max(run.peak, i + 1 - ended);
    });
    run.running = new Float64Array(BINS);
    run.cpus = new Float64Array(BINS);
    for (const p of run.processes) {
        spread(run, run.running, p, 1);
        // When in its life it used them is not known: evenly.
        if (p.exit?.resources)
            spread(run, run.cpus, p, used(p.exit, 'cpu_ms') / (p.end - p.start || 1));
    }
}

const used = (exit, key) => Number(exit.resources?.[key]) || 0;

function sumOf([name, exits]) {
    const times = exits.map((exit) => exit.duration_ms).sort((a, b) => a - b);
    const sum = (key) => exits.reduce((total, exit) => total + used(exit, key), 0);
    const total = times.reduce((all, ms) => all + ms, 0);
    return {
        name,
        runs: exits.length,
        failures: exits.filter(failed).length,
        total,
        mean: total / exits.length,
        median: times[(exits.length - 1) >> 1],
        max: times.at(-1),
        cpu: sum('cpu_ms'),
        rss: exits.reduce((max, exit) => Math.max(max, used(exit, 'max_rss_bytes')), 0),
        read: sum('read_bytes'),
        written: sum('written_bytes'),
    };
}

// Adds weight to each bin, as far as the process lives in it.
function spread(run, bins, p, weight) {
    const width = (run.to - run.from) / BINS;
    const from = (p.from - run.from) / width;
    const to = (Math.min(p.end, run.to) - run.from) / width;
    for (let i = Math.floor(from); i < to && i < BINS; i++)
        bins[i] += weight * (Math.min(to, i + 1) - Math.max(from, i));
}

// ---- Text ----

// Characters that are invisible or reorder text become escapes.
function visible(text) {
    const names = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };
    const code = (c) => names[c] ?? `\\u{${c.codePointAt(0).toString(16)}}`;
    return String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, code);
}

// Quoted as for a shell; made of about `most` characters.
function commandLine({ args, args_truncated: cut, filename, comm }, most = Infinity) {
    const words = Array.isArray(args) && args.length ? args : [filename ?? comm];
    let text = '';
    for (const arg of words) {
        if (text.length >= most) break;
        const word = String(arg).slice(0, most);
        const plain = /^[\w@%+=:,./-]+$/.test(word);
        text += (text && ' ') + (plain ? word : `'${word.replaceAll("'", "'\\''")}'`);
    }
    return visible(text) + (cut ? ' […]' : '');
}

const digits = (n, most = 0) => Number(n).toLocaleString('en', { maximumFractionDigits: most });
const three = (n) => digits(n, n < 10 ? 2 : n < 100 ? 1 : 0);
const count = (n, one, many = one) => `${digits(n)} ${Number(n) === 1 ? one : many}`;

function shortTime(ms) {
    if (ms < 1) return `${three(ms * 1000)} µs`;
    if (ms < 1000) return `${three(ms)} ms`;
    if (ms < 60000) return `${three(ms / 1000)} s`;
    const s = Math.round(ms / 1000);
    return `${s < 3600 ? '' : `${digits(Math.floor(s / 3600))} h `}${Math.floor(s / 60) % 60} min ${s % 60} s`;
}

// All data in the JSON.
function exactTime(ms) {
    if (ms < 1) return `${digits(ms * 1000)} µs`;
    return ms < 1000 ? `${digits(ms, 3)} ms` : `${digits(ms / 1000, 6)} s`;
}

function bytes(n) {
    const unit = n < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(n) / 10));
    return `${three(n / 1024 ** unit)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`;
}

function statusOf({ last, process: { exit } }) {
    if (!last) return 'called exec again';
    if (!exit) return 'still running at the end';
    if (exit.signal) return visible(exit.signal) + (exit.core_dumped ? ', core dumped' : '');
    return `exit code ${visible(exit.exit_code)}`;
}

const lossOf = ({ record }) => count(record.count, 'event lost', 'events lost');
const timeOf = (bar) => (bar.last && bar.process.exit?.duration_ms) || bar.end - bar.start;

// ---- The view ----

let run;
let selected = null; // a bar
let matches = null; // bars, while there is a search
let matchedRows;
let sortBy = { key: 'total', down: true };
let colors = null; // of page.css, for the canvases
let queued = false;
let timeline; // the element that scrolls
// Times, and pixels: asking the document for them again for each bar would be slow.
const view = { from: 0, to: 1, width: 1, top: 0 };

const span = () => view.to - view.from;
const xOf = (at) => ((at - view.from) / (view.to - view.from)) * view.width;
const timeAt = (x) => view.from + (x / view.width) * (view.to - view.from);
const yOf = (row) => AXIS + row * ROW - view.top;

function setView(from, to) {
    const whole = run.to - run.from;
    const width = Math.min(Math.max(to - from, 0.001), whole * 1.02); // no less than 1 us
    // Beyond the ends, half a view; when zoomed out, next to nothing.
    const slack = whole * 0.01 + (Math.max(whole - width, 0) / whole) * (width / 2);
    view.from = Math.min(Math.max(from, run.from - slack), run.to + slack - width);
    view.to = view.from + width;
    redraw();
}

const showAll = () => setView(run.from - (run.to - run.from) * 0.01, Infinity);
const zoom = (factor, at) => setView(at - (at - view.from) * factor, at + (view.to - at) * factor);
const zoomKey = (factor) => zoom(factor, (view.from + view.to) / 2);
const pan = (part) => setView(view.from + part * span(), view.to + part * span());

function redraw() {
    if (!queued) requestAnimationFrame(draw);
    queued = true;
}

// ---- Drawing ----

function readColors() {
    const style = getComputedStyle(document.documentElement);
    const get = (name) => style.getPropertyValue(`--${name}`).trim();
    const bars = Array.from({ length: COLORS }, (_, i) => get(`bar-${i}`));
    const names = 'page panel text muted line grid area edge cpu fail fail-text bar-text';
    const named = Object.fromEntries(names.split(' ').map((name) => [name, get(name)]));
    return { ...named, bars, font: `11px ${style.fontFamily}` };
}

function draw() {
    queued = false;
    colors ??= readColors();
    const printed = document.documentElement.classList.contains('print');
    const height = printed ? Math.min(AXIS + run.height * ROW, 1400) : timeline.clientHeight;
    Object.assign(view, { width: timeline.clientWidth, top: timeline.scrollTop });
    drawTimeline(prepare($('bars'), view.width, height), view.width, height);
    const { clientWidth, clientHeight } = $('overview');
    drawOverview(prepare($('strip'), clientWidth, clientHeight), clientWidth, clientHeight);
}

// A canvas of a size in CSS pixels, sharp on any screen.
function prepare(canvas, width, height) {
    const [w, h] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const g = canvas.getContext('2d', { alpha: false });
    g.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    g.textBaseline = 'middle';
    return g;
}

function drawTimeline(g, width, height) {
    const ticks = ticksOf(width);
    g.fillStyle = colors.page;
    g.fillRect(0, 0, width, height);
    g.fillStyle = colors.grid;
    for (const at of ticks.at) g.fillRect(Math.round(xOf(at)), AXIS, 1, height);

    // Draw failures and matches again: within one pixel of other bars they would not be visible.
    drawRows(g, run.rows, width, height, matches ? 0.2 : 1, 1);
    drawRows(g, run.failedRows, width, height, matches ? 0.3 : 1, 2);
    if (matches) drawRows(g, matchedRows, width, height, 1, 2);

    g.fillStyle = colors.fail;
    for (const p of run.withErrors)
        for (const { at } of p.errors) g.fillRect(xOf(at) - 1, yOf(p.row) - 1, 2, ROW - GAP + 2);
    if (selected) drawSelected(g, width);
    for (const loss of run.losses) drawLoss(g, loss, width, height);
    drawAxis(g, ticks, width);
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

// Calls put(bar, x, width) for each bar in view; of those within one pixel, for the first only.
function eachBar(bars, width, put) {
    let i = firstAfter(bars, view.from);
    while (i < bars.length && bars[i].created <= view.to) {
        const x = Math.max(xOf(bars[i].start), -4);
        const wide = Math.min(xOf(bars[i].end), width + 4) - x;
        put(bars[i], x, Math.max(wide, 0));
        i = wide >= 1 ? i + 1 : firstAfter(bars, timeAt(Math.floor(x) + 1), i + 1);
    }
}

function drawRows(g, rows, width, height, alpha, least) {
    const first = Math.max(0, Math.floor((view.top - AXIS) / ROW));
    const boxes = new Map([[colors.muted, []]]); // color -> x, y, width, height...
    const labels = [];
    for (let r = first; r < rows.length && yOf(r) < height; r++) {
        const y = yOf(r);
        eachBar(rows[r], width, (bar, x, w) => {
            const color = bar.failed ? colors.fail : colors.bars[run.colors.get(bar.comm)];
            if (!boxes.has(color)) boxes.set(color, []);
            const list = boxes.get(color);
            if (w < 1 && least <= 1) {
                // A pixel. It often continues the box before it: fewer boxes are drawn faster.
                const [pixel, last] = [Math.floor(x), list.length - 4];
                if (list[last] + list[last + 2] === pixel && list[last + 1] === y) list[last + 2]++;
                else list.push(pixel, y, 1, ROW - GAP);
            } else list.push(x, y, Math.max(w > 3 ? w - 1 : w, least), ROW - GAP);
            if (w > 24) labels.push([bar, x, y, w]);
            // From its creation to its first exec a process is a line.
            const line = x - Math.max(xOf(bar.created), -1);
            if (line >= 1) boxes.get(colors.muted).push(x - line, y + (ROW - GAP) / 2, line, 1);
        });
    }
    g.globalAlpha = alpha;
    for (const [color, list] of boxes) {
        g.fillStyle = color;
        for (let i = 0; i < list.length; i += 4)
            g.fillRect(list[i], list[i + 1], list[i + 2], list[i + 3]);
    }
    for (const [bar, x, y, w] of labels) drawLabel(g, bar, x, y, Math.min(x + w, width));
    g.globalAlpha = 1;
}

// The name, then the time, then the arguments that are no options, as far as there is room.
function drawLabel(g, bar, x, y, end) {
    const args = end - x > 120 && Array.isArray(bar.record.args) ? bar.record.args.slice(1) : [];
    // The last part of a path.
    const short = (arg) => (/\s/.test(arg) ? arg : arg.replace(/^.*\/(?=.)/, ''));
    const operands = args
        .slice(0, 100)
        .map(String)
        .filter((arg) => !arg.startsWith('-'))
        .map(short);
    const parts = [visible(bar.comm.slice(0, 64)), shortTime(timeOf(bar))];
    if (operands.length) parts.push(commandLine({ args: operands }, 300));
    let left = Math.max(x, 0) + 5;
    g.fillStyle = bar.failed ? colors['fail-text'] : colors['bar-text'];
    for (const [i, part] of parts.entries()) {
        g.font = i === 0 ? `600 ${colors.font}` : colors.font;
        const room = end - left - 4;
        let text = part;
        let wide = g.measureText(text).width;
        if (wide > room && room < [24, wide, 48][i]) return;
        for (let size = text.length; wide > room; wide = g.measureText(text).width) {
            size = Math.min(size - 1, Math.floor((size * room) / wide));
            text = `${part.slice(0, size)}…`;
        }
        g.fillText(text, left, y + (ROW - GAP) / 2);
        if (text !== part) return;
        left += wide + 7;
    }
}

// Steps of 1, 2 or 5, at least 90 pixels apart.
function ticksOf(width) {
    const least = (span() * 90) / width;
    const power = 10 ** Math.floor(Math.log10(least));
    const step = power * [1, 2, 5, 10].find((n) => n * power >= least);
    const first = Math.max(0, Math.ceil((view.from - run.from) / step));
    const length = Math.max(0, Math.floor((view.to - run.from) / step) - first + 1);
    return { step, at: Array.from({ length }, (_, i) => run.from + (first + i) * step) };
}

function drawAxis(g, { step, at }, width) {
    const [unit, name] = step < 0.1 ? [0.001, 'µs'] : step < 100 ? [1, 'ms'] : [1000, 's'];
    const decimals = Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9));
    g.fillStyle = colors.page;
    g.fillRect(0, 0, width, AXIS - 4);
    g.font = colors.font;
    for (const tick of at) {
        const x = Math.round(xOf(tick));
        g.fillStyle = colors.line;
        g.fillRect(x, 0, 1, AXIS - 4);
        g.fillStyle = colors.muted;
        const text = `${((tick - run.from) / unit).toFixed(decimals)} ${name}`;
        if (x + 8 + g.measureText(text).width < width) g.fillText(text, x + 5, (AXIS - 4) / 2);
    }
    g.fillStyle = colors.line;
    g.fillRect(0, AXIS - 5, width, 1);
}

function drawLoss(g, loss, width, height) {
    const x = xOf(loss.at);
    if (x < 0 || x > width) return;
    g.fillStyle = colors.fail;
    for (let y = AXIS; y < height; y += 8) g.fillRect(x - 1, y, 2, 5);
    g.font = `600 ${colors.font}`;
    const wide = g.measureText(lossOf(loss)).width + 12;
    const left = Math.min(x - 1, width - wide);
    g.fillRect(left, height - 20, wide, 18);
    g.fillStyle = colors['fail-text'];
    g.fillText(lossOf(loss), left + 6, height - 10.5);
}

// A frame, and lines up to the parents.
function drawSelected(g, width) {
    g.strokeStyle = g.fillStyle = colors.text;
    g.lineWidth = 2;
    const x = Math.max(xOf(selected.start), -4);
    const end = Math.max(Math.min(xOf(selected.end), width + 4), x + 3);
    g.strokeRect(x, yOf(selected.process.row), end - x, ROW - GAP);
    for (let p = selected.process; p.parent; p = p.parent) {
        const top = yOf(p.parent.row) + ROW - GAP;
        g.fillRect(xOf(p.from) - 0.5, top, 1, yOf(p.row) - top);
    }
}

// The whole run, however far the timeline is zoomed.
function drawOverview(g, width, height) {
    const x = (at) => ((at - run.from) / (run.to - run.from)) * width;
    const curve = (bins, most) => {
        const y = (n) => height - (n / most) * (height - 20);
        g.beginPath();
        g.moveTo(-2, height + 2);
        bins.forEach((n, i) => g.lineTo((i / (BINS - 1)) * (width + 4) - 2, y(n)));
        g.lineTo(width + 2, height + 2);
    };
    const highest = (bins) => bins.reduce((most, n) => Math.max(most, n), 0);
    const cpus = highest(run.cpus);
    g.fillStyle = colors.panel;
    g.fillRect(0, 0, width, height);
    curve(run.running, Math.max(highest(run.running), 1));
    Object.assign(g, { fillStyle: colors.area, strokeStyle: colors.edge, lineWidth: 1 });
    g.fill();
    g.stroke();
    if (cpus) curve(run.cpus, cpus);
    Object.assign(g, { strokeStyle: colors.cpu, lineWidth: 1.5 });
    if (cpus) g.stroke();
    g.fillStyle = colors.fail;
    for (const { at } of run.losses) g.fillRect(x(at) - 1, 0, 2, height);

    const [from, to] = [x(view.from), x(view.to)];
    g.globalAlpha = 0.55;
    g.fillStyle = colors.page;
    g.fillRect(0, 0, from, height);
    g.fillRect(to, 0, width, height);
    g.globalAlpha = 1;
    g.fillStyle = colors.edge;
    g.fillRect(from - 2, 0, 2, height);
    g.fillRect(to, 0, 2, height);

    g.font = colors.font;
    g.fillStyle = colors.muted;
    g.fillText(`processes, at most ${digits(run.peak)} at once`, 16, 11);
    const text = `CPUs in use, at most ${digits(cpus, 1)}`;
    g.fillStyle = colors.cpu;
    if (cpus) g.fillText(text, width - g.measureText(text).width - 16, 11);
}

// ---- Panels ----

// An element that holds text or other elements; there is no way to give it markup.
function make(name, properties, ...inside) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inside);
    return element;
}

const button = (text, onclick, className = 'link') =>
    make('button', { type: 'button', className, onclick }, text);

function showFacts() {
    const { header, roots, processes, failures } = run;
    const lost = run.losses.reduce((sum, { record }) => sum + (Number(record.count) || 0), 0);
    const host = header ? ` on ${visible(header.host)}` : '';
    const one = roots.length === 1 && commandLine(roots[0].bars[0].record, 300);
    const title = processes.length ? one || `Processes${host}` : 'bootstrap';
    const date = new Date(run.origin + run.from);
    const facts = [
        count(processes.length, 'process', 'processes'),
        `${digits(failures.length)} failed`,
        shortTime(run.to - run.from),
        lost && count(lost, 'event lost', 'events lost'),
        run.origin && date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' }),
        header && visible(`${header.host}, Linux ${header.kernel}`),
    ];
    const bad = [false, failures.length, false, lost];
    const spans = facts.map(
        (fact, i) => fact && make('span', { className: bad[i] ? 'bad' : '' }, fact),
    );
    Object.assign($('title'), { textContent: title, title });
    document.title = title === 'bootstrap' ? title : `${title} · bootstrap`;
    $('facts').replaceChildren(...(processes.length ? spans.filter(Boolean) : []));
}

function notice(text) {
    $('notice').hidden = !text;
    $('notice').textContent = text;
}

const inBytes = (n) => `${digits(n)} bytes`;
const COLUMNS = [
    { key: 'name', title: 'Command' },
    { key: 'runs', title: 'Runs', short: digits },
    { key: 'failures', title: 'Failed', short: digits },
    { key: 'total', title: 'Total', short: shortTime, exact: exactTime },
    { key: 'mean', title: 'Mean', short: shortTime, exact: exactTime },
    { key: 'median', title: 'Median', short: shortTime, exact: exactTime },
    { key: 'max', title: 'Longest', short: shortTime, exact: exactTime },
    { key: 'cpu', title: 'CPU', short: shortTime, exact: exactTime, resource: true },
    { key: 'rss', title: 'Max RSS', short: bytes, exact: inBytes, resource: true },
    { key: 'read', title: 'Read', short: bytes, exact: inBytes, resource: true },
    { key: 'written', title: 'Written', short: bytes, exact: inBytes, resource: true },
];

function showSummary() {
    const { key, down } = sortBy;
    const columns = COLUMNS.filter((c) => run.resources || !c.resource);
    const order = (a, b) => (a < b ? -1 : Number(a > b));
    run.commands.sort((a, b) => order(a[key], b[key]) * (down ? -1 : 1) || order(a.name, b.name));
    const head = (c, i) => {
        const sort = () => {
            sortBy = { key: c.key, down: c.key === key ? !down : i > 0 };
            showSummary();
            $('columns').children[i].firstChild.focus();
        };
        const cell = make('th', { scope: 'col' }, button(c.title, sort, ''));
        if (c.key === key) cell.ariaSort = down ? 'descending' : 'ascending';
        return cell;
    };
    const cell = (command, { key: name, short, exact }) => {
        const value = command[name];
        const className = name === 'failures' && value ? 'bad' : '';
        if (short) return make('td', { className, title: exact?.(value) ?? '' }, short(value));
        const swatch = make('span', { className: 'swatch' });
        swatch.style.background = `var(--bar-${run.colors.get(value) ?? COLORS - 1})`;
        return make(
            'td',
            {},
            swatch,
            button(visible(value), () => search(`comm:${value}`)),
        );
    };
    const rows = run.commands.slice(0, MOST.commands);
    const more = run.commands.length - rows.length;
    $('columns').replaceChildren(...columns.map(head));
    $('commands').replaceChildren(
        ...rows.map((command) => make('tr', {}, ...columns.map((c) => cell(command, c)))),
    );
    $('more').hidden = !more;
    $('more').textContent = `and ${digits(more)} more`;
}

function linksTo(bars, between) {
    const link = (bar) => {
        const text = `${visible(bar.comm)} (${bar.process.record.pid})`;
        return button(text, () => select(bar, true), bar.failed ? 'link bad' : 'link');
    };
    const links = bars.slice(0, MOST.children).flatMap((bar) => [between, link(bar)]);
    const more = bars.length - MOST.children;
    return [...links.slice(1), more > 0 ? ` and ${digits(more)} more` : ''];
}

function showDetails() {
    const panel = $('details');
    const hint = run.processes.length
        ? 'Click a bar to see its command line, status, parents and children.'
        : 'Drop a file written by bootstrap -f json here, or open one.';
    panel.replaceChildren(make('p', { className: 'hint' }, hint));
    if (!selected) return;

    const { process: p, record } = selected;
    const { exit } = p;
    const fields = make('dl');
    // A field of which nothing is known is left out.
    const add = (name, ...value) => {
        if (value.every((v) => v === undefined || v === null || v === '')) return;
        const inside = value.map((v) => (v instanceof Node ? v : visible(v ?? '')));
        fields.append(make('dt', {}, name), make('dd', {}, ...inside));
    };
    const after = (at) =>
        at > run.from ? `after ${exactTime(at - run.from)}` : 'before the recording';
    const last = (q) => q.bars.at(-1);
    const ancestors = [];
    for (let q = p.parent; q && ancestors.length < MOST.children; q = q.parent)
        ancestors.push(last(q));
    const top = (ancestors.at(-1)?.process ?? p).record;
    const outside = `${top.parent_comm ?? 'PID'} ${top.ppid} (not recorded)`;

    add('Status', make('span', { className: selected.failed ? 'bad' : '' }, statusOf(selected)));
    add('Duration', exactTime(timeOf(selected)));
    add('Lifetime', exit && exactTime(exit.lifetime_ms));
    add(
        'Started',
        selected.start === p.seen ? `after ${exactTime(p.seen - run.from)}` : after(selected.start),
    );
    add(
        'PID',
        p.record.pid,
        p.record.ns_pid === p.record.pid ? '' : `, ${p.record.ns_pid} in its namespace`,
    );
    add('Parents', ...linksTo(ancestors, ' ← '), ancestors.length ? ' ← ' : '', outside);
    add('Children', ...linksTo(p.children.map(last), ', '));
    add(
        'Other execs',
        ...linksTo(
            p.bars.filter((bar) => bar !== selected),
            ', ',
        ),
    );
    for (const [name, value] of exit?.resources ? resourcesOf(exit.resources) : [])
        add(name, value);
    for (const { record: e } of p.errors) add('Failed exec', `${e.error} ${e.filename}`);
    add('File', record.filename, record.filename_truncated ? ' […]' : '');
    add('Name at exit', exit && String(exit.comm) !== selected.comm ? exit.comm : null);
    add('User', record.uid);
    add('Effective user', record.euid === record.uid ? null : record.euid);
    add('Login user', record.loginuid);
    add('Terminal', record.tty);
    add('Container', record.container_id);
    add('Cgroup', record.cgroup);
    const command = make('code', { className: 'command' }, commandLine(record));
    panel.replaceChildren(make('h2', {}, visible(selected.comm)), command, fields);
    panel.scrollTop = 0;
}

function resourcesOf(r) {
    const known = (n, text) => (n === null || n === undefined ? 'unknown' : text(n));
    const size = (n) => `${bytes(n)} (${inBytes(n)})`;
    const time = (key) => known(r[key], exactTime);
    return [
        ['CPU', `${time('cpu_ms')}: ${time('user_ms')} user, ${time('system_ms')} system`],
        ['Max RSS', known(r.max_rss_bytes, size)],
        ['Read', known(r.read_bytes, size)],
        ['Written', known(r.written_bytes, size)],
        [
            'Page faults',
            `${known(r.minor_faults, digits)} minor, ${known(r.major_faults, digits)} major`,
        ],
        [
            'Switches',
            `${known(r.voluntary_switches, digits)} voluntary, ${known(r.involuntary_switches, digits)} involuntary`,
        ],
        ['Resources', r.partial ? 'may be incomplete' : null],
    ];
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
    const room = timeline.clientHeight - AXIS - ROW;
    const y = yOf(bar.process.row) - AXIS;
    if (y < 0 || y > room) timeline.scrollTop += y - room / 2;
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
    const [, kind, value] = /^(comm|pid):(.*)$/s.exec(query) ?? [];
    const low = query.toLowerCase();
    const textOf = ({ comm, record: { pid, filename, args } }) =>
        [comm, pid, filename, Array.isArray(args) ? args.join(' ') : ''].join('\n').toLowerCase();
    const tests = {
        comm: (bar) => bar.comm === value,
        pid: (bar) => String(bar.record.pid) === value,
        text: (bar) => (bar.text ??= textOf(bar)).includes(low),
    };
    matches = query ? run.bars.filter(tests[kind ?? 'text']) : null;
    matchedRows = matches && intoRows(run, matches);
    $('found').textContent = matches
        ? `${digits(matches.length)} of ${digits(run.bars.length)}`
        : '';
    if ($('query').value !== query) $('query').value = query;
    redraw();
}

// ---- Mouse and keys ----

function barAt(x, y) {
    const row = run.rows[Math.floor((y - AXIS + view.top) / ROW)];
    if (!row || y < AXIS) return null;
    const near = (slack) => {
        const bar = row[firstAfter(row, timeAt(x - slack))];
        return bar && bar.start <= timeAt(x + slack) ? bar : null;
    };
    return near(0) ?? near(3);
}

function showTip(e) {
    const bar = e && barAt(e.offsetX, e.offsetY);
    const loss = e && run.losses.find(({ at }) => Math.abs(xOf(at) - e.offsetX) < 4);
    const tip = $('tip');
    tip.hidden = !bar && !loss;
    if (tip.hidden) return;
    const lines = loss
        ? [lossOf(loss), `reported after ${exactTime(loss.at - run.from)}`]
        : [commandLine(bar.record, 400), `${shortTime(timeOf(bar))}, ${statusOf(bar)}`];
    tip.replaceChildren(...lines.map((line) => make('p', {}, line)));
    const { width, height } = tip.getBoundingClientRect();
    const below = e.clientY + 18 + height < innerHeight;
    tip.style.left = `${Math.min(e.clientX + 14, innerWidth - width - 8)}px`;
    tip.style.top = `${below ? e.clientY + 18 : e.clientY - height - 10}px`;
}

function listenToMouse() {
    const [bars, strip] = [$('bars'), $('strip')];
    let drag = null;
    bars.onpointerdown = (e) => {
        if (e.button !== 0) return;
        drag = {
            x: e.clientX,
            y: e.clientY,
            from: view.from,
            top: timeline.scrollTop,
            moved: false,
        };
        bars.setPointerCapture(e.pointerId);
    };
    bars.onpointermove = (e) => {
        drag &&= {
            ...drag,
            moved: drag.moved || Math.hypot(e.clientX - drag.x, e.clientY - drag.y) > 3,
        };
        showTip(drag ? null : e);
        if (!drag?.moved) return;
        timeline.classList.add('dragging');
        const from = drag.from - ((e.clientX - drag.x) / view.width) * span();
        setView(from, from + span());
        timeline.scrollTop = drag.top - (e.clientY - drag.y);
    };
    bars.onpointerup = (e) => {
        if (drag && !drag.moved) select(barAt(e.offsetX, e.offsetY), false);
        drag = null;
        timeline.classList.remove('dragging');
    };
    bars.onpointerleave = () => showTip(null);
    bars.ondblclick = strip.ondblclick = showAll;
    bars.onwheel = (e) => {
        e.preventDefault();
        showTip(null);
        const pixels = [1, 30, 300][e.deltaMode]; // per pixel, line, page
        const [dx, dy] = e.shiftKey ? [e.deltaX + e.deltaY, 0] : [e.deltaX, e.deltaY];
        if (Math.abs(dx) > Math.abs(dy)) pan((dx * pixels) / view.width);
        else zoom(Math.exp(Math.max(-1, Math.min(1, dy * pixels * 0.002))), timeAt(e.offsetX));
    };
    timeline.onscroll = redraw;
    strip.onpointerdown = strip.onpointermove = (e) => {
        if (!(e.buttons & 1)) return;
        strip.setPointerCapture(e.pointerId);
        const at = run.from + (e.offsetX / strip.clientWidth) * (run.to - run.from);
        setView(at - span() / 2, at + span() / 2);
    };
}

function toggleHelp() {
    $('help').hidden = !$('help').hidden;
    $('keys').ariaExpanded = String(!$('help').hidden);
}

function goBack() {
    if (!$('help').hidden) toggleHelp();
    else if (matches) search('');
    else select(null, false);
    timeline.focus();
}

const KEYS = {
    '+': () => zoomKey(0.7),
    '=': () => zoomKey(0.7), // + without Shift
    '-': () => zoomKey(1 / 0.7),
    0: showAll,
    ArrowLeft: () => pan(-1 / 8),
    ArrowRight: () => pan(1 / 8),
    ArrowUp: () => (timeline.scrollTop -= 3 * ROW),
    ArrowDown: () => (timeline.scrollTop += 3 * ROW),
    Enter: () => selected && zoomTo(selected),
    n: () => selectNext(matches ?? run.bars, 1),
    N: () => selectNext(matches ?? run.bars, -1),
    f: () => selectNext(run.failures, 1),
    F: () => selectNext(run.failures, -1),
    p: () => selected?.process.parent && select(selected.process.parent.bars.at(-1), true),
    c: () =>
        selected?.process.children.length && select(selected.process.children[0].bars[0], true),
    '/': () => $('query').focus(),
    '?': toggleHelp,
    Escape: goBack,
};

function onKey(e) {
    if (e.ctrlKey || e.altKey || e.metaKey || !Object.hasOwn(KEYS, e.key)) return;
    if (e.key !== 'Escape' && e.target.matches('input')) return;
    // On a button Enter presses it, and in the panels the arrows scroll.
    if (/^(Enter|Arrow)/.test(e.key) && e.target.closest('button, #panels')) return;
    e.preventDefault();
    showTip(null);
    KEYS[e.key]();
}

function listen() {
    listenToMouse();
    document.onkeydown = onKey;
    $('search').onsubmit = (e) => e.preventDefault();
    $('query').oninput = (e) => search(e.target.value);
    $('query').onkeydown = (e) => {
        if (e.key === 'Enter' && matches) selectNext(matches, e.shiftKey ? -1 : 1);
    };
    $('keys').onclick = toggleHelp;
    $('open').onclick = () => $('file').click();
    $('file').onchange = (e) => openFile(e.target.files[0]);
    const dropping = (e) => {
        e.preventDefault();
        document.body.classList.toggle('dropping', e.type === 'dragover');
        if (e.type === 'drop' && e.dataTransfer.files.length) openFile(e.dataTransfer.files[0]);
    };
    for (const type of ['dragover', 'dragleave', 'drop']) addEventListener(type, dropping);

    new ResizeObserver(fitRows).observe(timeline);
    const recolor = () => {
        colors = null;
        redraw();
    };
    matchMedia('(prefers-color-scheme: dark)').onchange = recolor;
    const printing = (e) => {
        document.documentElement.classList.toggle('print', e.type === 'beforeprint');
        colors = null;
        draw(); // at once: the print does not wait for a frame
    };
    addEventListener('beforeprint', printing);
    addEventListener('afterprint', printing);
}

// ---- Opening ----

// The canvas is as high as its section and stays in place; this element is the rest of the rows.
function fitRows() {
    const rest = AXIS + (run.height + 1) * ROW - timeline.clientHeight;
    $('rows').style.height = `${Math.max(0, rest)}px`;
    redraw();
}

function show(next) {
    run = next.finish();
    run.withErrors = run.processes.filter((p) => p.errors.length);
    selected = null;
    timeline.scrollTop = 0;
    search('');
    showFacts();
    showSummary();
    showDetails();
    showAll();
    fitRows();
}

async function openFile(file) {
    const next = new Run();
    const name = visible(file.name);
    try {
        next.feed(await file.text());
    } catch (error) {
        notice(`Cannot read ${name}: ${error.message}`);
        return;
    }
    const { processes, losses, unreadable } = next;
    if (processes.length || losses.length) show(next);
    else notice(`There are no events in ${name}. Expected is what bootstrap -f json writes.`);
    if (processes.length || losses.length)
        notice(unreadable && `${count(unreadable, 'line', 'lines')} of ${name} could not be read.`);
}

document.addEventListener('DOMContentLoaded', () => {
    const own = new Run();
    // A parser may split long text into several nodes.
    for (const node of $('data').childNodes) own.feed(node.data);
    timeline = $('timeline');
    show(own);
    listen();
    if (own.unreadable) notice(`${count(own.unreadable, 'line', 'lines')} could not be read.`);
    else if (!$('complete')) notice('The recording was cut short; this is what had been written.');
});
