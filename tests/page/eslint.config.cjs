// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
'use strict';
const js = require('@eslint/js');

const browser = `addEventListener devicePixelRatio document getComputedStyle innerHeight matchMedia
    Node MutationObserver requestAnimationFrame ResizeObserver`.split(/\s+/);
// What the tests call inside the page.
const inside =
    `DataTransfer DragEvent Event fetch File KeyboardEvent performance run select WheelEvent
    window`.split(/\s+/);
const node = 'Buffer console module process require'.split(' ');
const globals = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']));
const rules = {
    ...js.configs.recommended.rules,
    eqeqeq: 'error',
    'no-eval': 'error',
    'no-implied-eval': 'error',
    'no-shadow': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    // The only ways in which text could become markup.
    'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'srcdoc', 'setHTMLUnsafe'].map(
            (property) => ({ property, message: 'textContent only' }),
        ),
    ],
};

module.exports = [
    {
        files: ['src/output/page.js'],
        languageOptions: { sourceType: 'script', globals: globals(browser) },
        rules,
    },
    {
        files: ['tests/page/*.cjs'],
        languageOptions: {
            sourceType: 'commonjs',
            globals: globals([...node, ...browser, ...inside]),
        },
        rules,
    },
];
