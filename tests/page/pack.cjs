// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
//
// usage: node pack.cjs FILE
//
// Prints a file of JSON lines as html.c writes events: in gzip and base64, one line for each, which
// ends where a decompressor can stop.
'use strict';
const fs = require('fs');
const zlib = require('zlib');

const gzip = zlib.createGzip({ level: 1 });
const flushed = () => new Promise((done) => gzip.flush(zlib.constants.Z_SYNC_FLUSH, done));

(async () => {
    const out = [];
    for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n').slice(0, -1)) {
        gzip.write(`${line}\n`);
        await flushed();
        const parts = [gzip.read()];
        for (let size = parts[0].length; size % 3; size += 5)
            parts.push(Buffer.from([0, 0, 0, 0xff, 0xff])); // an empty block
        out.push(Buffer.concat(parts).toString('base64'), '\n');
    }
    gzip.end();
    for await (const rest of gzip) out.push(rest.toString('base64'));
    process.stdout.write(out.join(''));
})();
