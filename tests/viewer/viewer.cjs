// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
//
// usage: node viewer.cjs CHROMIUM SPEEDSCOPE TRACE PICTURE
//
// Opens the file TRACE in speedscope, a page on disk, and takes a PICTURE of it.
// Fails if speedscope reports an error, makes a network request, or does not list
// each process of the trace by name.
'use strict';
const fs = require('fs');
const path = require('path');
const { pathToFileURL } = require('url');

const [chromium, speedscope, trace, picture] = process.argv.slice(2);
const wait = { timeout: 120000 };

// The trace has a track for each process with a slice, named after its last command.
function tracksOf(events) {
    const names = new Map();
    for (const e of events)
        if (e.ph === 'M' && e.name === 'thread_name')
            names.set(e.tid, e.args.name);
    const tids = new Set(events.filter((e) => 'BX'.includes(e.ph)).map((e) => e.tid));
    return [...tids].map((tid) => `${names.get(tid)} (tid ${tid})`);
}

async function show(page, complaints) {
    const tracks = tracksOf(JSON.parse(fs.readFileSync(trace)));
    const count = `(1/${tracks.length})`;

    page.on('pageerror', (e) => complaints.push(e.message));
    page.on('console', (m) => {
        if (m.type() === 'error' || /Doing nothing instead|still open/.test(m.text()))
            complaints.push(m.text());
    });
    page.on('request', (r) => {
        if (/^(https?|wss?):/.test(r.url()))
            complaints.push(`it requested ${r.url()}`);
    });
    await page.goto(pathToFileURL(path.resolve(speedscope)).href);
    await (await page.waitForSelector('input[type=file]', wait)).uploadFile(path.resolve(trace));

    // The title shows which track of how many is displayed; a click on it lists all of them.
    await page.waitForFunction((text) => document.body.innerText.includes(text), wait, count);
    const title = await page.evaluateHandle((text) =>
        [...document.querySelectorAll('*')].filter((e) => e.textContent.trim().endsWith(text)).pop(), count);
    await title.click();
    await page.waitForFunction((last) => document.body.innerText.includes(last), wait, tracks[0]);
    const listed = await page.evaluate(() => document.body.innerText);
    for (const track of tracks)
        if (!listed.includes(track))
            complaints.push(`it does not list ${track}`);

    // The longest first.
    await (await page.waitForSelector('text/Total Weight', wait)).click();
    await page.screenshot({ path: picture });
    return tracks.length;
}

(async () => {
    const browser = await require('puppeteer-core').launch({
        executablePath: chromium,
        // Rendered in software; root cannot use Chromium's sandbox.
        args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
        defaultViewport: { width: 1280, height: 480 },
    });
    const complaints = [];
    try {
        const n = await show(await browser.newPage(), complaints);
        if (n < 10)
            complaints.push(`a make of only ${n} processes`);
        if (complaints.length)
            throw new Error(complaints.join('\n'));
        console.log(`speedscope lists the ${n} processes: see ${picture}`);
    } finally {
        await browser.close();
    }
})().catch((e) => {
    console.error(`test-viewer: ${e.message}`);
    process.exit(1);
});
