// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
//
// usage: node parse.cjs PAGE
//
// Parses a page according to the HTML standard; fails on parse errors, duplicate IDs, labels or
// controls of missing elements, and if the head lacks a required element.
'use strict';
const assert = require('assert/strict');
const fs = require('fs');
const parse5 = require('parse5');

const errors = [];
const onParseError = ({ code, startLine }) => errors.push(`line ${startLine}: ${code}`);
const text = fs.readFileSync(process.argv[2], 'utf8');
const elements = [];
(function collect(node) {
    if (node.tagName) elements.push(node);
    (node.childNodes ?? []).forEach(collect);
})(parse5.parse(text, { onParseError, sourceCodeLocationInfo: true }));
assert.deepEqual(errors, []);

const attribute = (element, name) => element.attrs.find((a) => a.name === name)?.value;
const values = (name) => elements.map((e) => attribute(e, name)).filter((v) => v !== undefined);
const ids = values('id');
assert.equal(new Set(ids).size, ids.length, 'an ID twice');
for (const id of [...values('for'), ...values('popovertarget')]) assert.ok(ids.includes(id), id);
assert.equal(attribute(elements[0], 'lang'), 'en');
for (const name of ['title', 'h1', 'main', 'header'])
    assert.equal(elements.filter((e) => e.tagName === name).length, 1, name);
assert.deepEqual(values('style'), []);
assert.deepEqual(
    elements.flatMap((e) => e.attrs).filter((a) => /^on|^(src|href)$/.test(a.name)),
    [],
);
const named = (e) => attribute(e, 'aria-label') ?? attribute(e, 'title') ?? e.childNodes.length;
for (const e of elements.filter((x) =>
    ['input', 'button', 'section', 'canvas'].includes(x.tagName),
))
    assert.ok(attribute(e, 'aria-label') || named(e), `${e.tagName} without a name`);
