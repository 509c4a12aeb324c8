// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
//
// usage: node tests/fleet/schemas.cjs ecs|otel|lines FILE
//        node tests/fleet/schemas.cjs kubernetes FILE.yaml FOLDER
//
// Checks the output of our filters and files against schemas from npm packages
// (NODE_PATH).  Prints the errors; the exit status is 1 if there are any.
'use strict';
const fs = require('fs');

let wrong = 0;
function complain(text) {
    wrong++;
    if (wrong <= 20)
        console.log(text);
}

function lines(file) {
    return fs.readFileSync(file, 'utf8').trimEnd().split('\n').map(JSON.parse);
}

// Every leaf of a document: [dotted name, value]; arrays are values.
function leaves(object, prefix = '') {
    return Object.entries(object).flatMap(([key, value]) =>
        value !== null && typeof value === 'object' && !Array.isArray(value)
            ? leaves(value, `${prefix}${key}.`) : [[prefix + key, value]]);
}

const ecsTypes = {
    keyword: (v) => typeof v === 'string', wildcard: (v) => typeof v === 'string',
    constant_keyword: (v) => typeof v === 'string', match_only_text: (v) => typeof v === 'string',
    date: (v) => !isNaN(Date.parse(v)), long: Number.isInteger, float: (v) => typeof v === 'number',
};

function ecs(file) {
    const { EcsFlat } = require('@elastic/ecs');
    for (const document of lines(file)) {
        for (const [name, value] of leaves(document)) {
            const field = EcsFlat[name];
            if (!field) {
                complain(`ECS has no ${name}`);
                continue;
            }
            const list = Array.isArray(value);
            if (list !== field.normalize.includes('array'))
                complain(`${name}: an array is ${list ? 'not ' : ''}expected`);
            for (const one of list ? value : [value]) {
                if (!ecsTypes[field.type]?.(one))
                    complain(`${name}: ${JSON.stringify(one)} is no ${field.type}`);
                if (field.allowed_values?.length && !field.allowed_values.some((a) => a.name === one))
                    complain(`${name}: ${one} is not allowed`);
            }
        }
    }
}

function otel(file) {
    const names = new Set(Object.values({
        ...require('@opentelemetry/semantic-conventions'),
        ...require('@opentelemetry/semantic-conventions/incubating'),
    }).filter((v) => typeof v === 'string'));
    for (const document of lines(file))
        for (const resource of document.resourceLogs) {
            const records = resource.scopeLogs.flatMap((scope) => scope.logRecords);
            for (const record of records)
                if (!/^[0-9]{19}$/.test(record.timeUnixNano))
                    complain(`timeUnixNano: ${record.timeUnixNano}`);
            for (const { key, value } of [...resource.resource.attributes, ...records.flatMap((r) => r.attributes)]) {
                if (!names.has(key) && !key.startsWith('bootstrap.'))
                    complain(`the semantic conventions have no ${key}`);
                if (Object.keys(value).length !== 1)
                    complain(`${key}: ${JSON.stringify(value)}`);
            }
        }
}

function ours(file) {
    const Ajv = require('ajv/dist/2020');
    const schema = JSON.parse(fs.readFileSync('docs/json.schema.json'));
    const validate = new Ajv({ allErrors: false, strictTypes: false }).compile(schema);
    for (const line of lines(file))
        if (!validate(line))
            complain(`${JSON.stringify(line)}: ${JSON.stringify(validate.errors.at(-1))}`);
}

// kubernetes-models finds missing keys and wrong types; a literal of the API's
// types, in TypeScript, finds unknown keys as well.
async function kubernetes(file, folder) {
    const { execFileSync } = require('child_process');
    const yaml = require('js-yaml');
    const models = { 'v1 Namespace': 'v1/Namespace', 'apps/v1 DaemonSet': 'apps/v1/DaemonSet' };
    const types = { 'v1 Namespace': 'core/v1', 'apps/v1 DaemonSet': 'apps/v1' };
    let source = '';
    const documents = yaml.loadAll(fs.readFileSync(file, 'utf8'));
    for (const [i, document] of documents.entries()) {
        const kind = `${document.apiVersion} ${document.kind}`;
        if (!models[kind]) {
            complain(`no type is known for ${kind}`);
            continue;
        }
        // An ES module: NODE_PATH does not find it.
        const { [document.kind]: model } = await import(`${process.env.NODE_PATH}/kubernetes-models/${models[kind]}.js`);
        try {
            new model(document).validate();
        } catch (error) {
            complain(error.message);
        }
        source += `import {${document.kind} as T${i}} from 'kubernetes-types/${types[kind]}';\n` +
            `export const d${i}: T${i} = ${JSON.stringify(document)};\n`;
    }
    fs.writeFileSync(`${folder}/literal.ts`, source);
    try {
        execFileSync('node', [require.resolve('typescript/lib/tsc.js'), '--noEmit', '--strict', '--skipLibCheck',
            '--moduleResolution', 'node', '--module', 'commonjs',
            '--baseUrl', process.env.NODE_PATH, `${folder}/literal.ts`], { encoding: 'utf8' });
    } catch (error) {
        complain(error.stdout);
    }
    // Rules that the types cannot express.
    const pod = documents[1].spec.template.spec;
    const security = pod.containers[0].securityContext;
    if (!pod.hostPID || security.privileged || security.allowPrivilegeEscalation !== false)
        complain('hostPID, no privileged, no escalation');
    if (JSON.stringify(security.capabilities) !== '{"drop":["ALL"],"add":["BPF","PERFMON"]}')
        complain('the capabilities are not the two');
    for (const mount of pod.containers[0].volumeMounts)
        if (!mount.readOnly || !pod.volumes.some((v) => v.name === mount.name))
            complain(`${mount.name}: not read-only, or no volume`);
}

(async () => {
    await { ecs, otel, lines: ours, kubernetes }[process.argv[2]](...process.argv.slice(3));
    console.log(`${wrong} wrong`);
    process.exit(wrong ? 1 : 0);
})();
