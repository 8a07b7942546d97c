/*
 * The types and properties of schema.org, read from the TypeScript declarations of the
 * package schema-dts, which are made from its published releases.
 */
'use strict';

const fs = require('fs');
const path = require('path');
const {locate} = require('./packages');

let interfaces;

function declarations() {
    if (interfaces) return interfaces;
    const file = path.join(path.dirname(locate('schema-dts')), 'schema.d.ts');
    const source = fs.readFileSync(file, 'utf8');
    interfaces = new Map();
    for (const [, name, bases, body] of source.matchAll(
        /^interface (\w+) extends ([^{]+) {\n([^]*?)^}/gm)) {
        interfaces.set(name, {
            bases: bases.split(',').map((base) => base.trim()),
            properties: [...body.matchAll(/^ {4}"(\w+)"\?:/gm)].map((match) => match[1]),
        });
    }
    return interfaces;
}

/* Calls visit(interface, its name) for that of NAME and all it extends. */
function climb(name, visit) {
    const found = declarations().get(name);
    if (!found) return false;
    visit(found, name);
    found.bases.forEach((base) => climb(base, visit));
    return true;
}

const isType = (type) => declarations().has(`${type}Leaf`);

function isA(type, ancestor) {
    let is = false;
    climb(`${type}Leaf`, (found, name) => is = is || name === `${ancestor}Base`);
    return is;
}

function has(type, property) {
    let is = false;
    climb(`${type}Leaf`, (found) => is = is || found.properties.includes(property));
    return is;
}

module.exports = {isType, isA, has};
