/*
 * A CSV file with the descriptor beside it (datapackage.json): the descriptor by our
 * schema, every cell by tableschema, and no cell that a spreadsheet takes for a formula.
 */
'use strict';

const fs = require('fs');
const path = require('path');
const csv = require('./csv');
const {load} = require('./packages');
const {checkValue} = require('./schema');

/* Numbers may begin with a sign, and phones in E.164 where their field says so. */
const verbatim = (field) => ['integer', 'number'].includes(field.type) ||
    ((field.constraints || {}).pattern || '').startsWith('^\\+');

function checkFormulas(rows, fields, say) {
    rows.slice(1).forEach((row, i) => row.forEach((cell, j) => {
        const field = fields[j] || {};
        if (/^[=+\-@\t\r]/.test(cell) && !verbatim(field)) {
            say(`row ${i + 2}, ${field.name}`, `"${cell}" is a formula to a spreadsheet`);
        }
    }));
}

async function checkCells(rows, descriptor, say) {
    const {Schema} = load('tableschema');
    const schema = await Schema.load(descriptor, {strict: false});
    for (const error of schema.errors) say('datapackage.json', error.message);
    if (!schema.valid) return;
    rows.slice(1).forEach((row, i) => {
        try {
            schema.castRow(row, {failFast: false});
        } catch (error) {
            for (const one of error.multiple ? error.errors : [error]) {
                say(`row ${i + 2}`, one.message);
            }
        }
    });
}

function checkKey(rows, schema, say) {
    const names = schema.fields.map((field) => field.name);
    const alone = schema.fields.filter((field) => (field.constraints || {}).unique)
        .map((field) => [field.name]);
    const keys = [[].concat(schema.primaryKey || []), ...alone].filter((key) => key.length);
    for (const key of new Map(keys.map((names) => [String(names), names])).values()) {
        const seen = new Set();
        rows.slice(1).forEach((row, i) => {
            const value = JSON.stringify(key.map((name) => row[names.indexOf(name)]));
            if (seen.has(value)) say(`row ${i + 2}`, `a second row of ${key} ${value}`);
            seen.add(value);
        });
    }
}

async function check(file, say) {
    const folder = path.dirname(file);
    const beside = path.join(folder, 'datapackage.json');
    if (!fs.existsSync(beside)) return say('', 'no datapackage.json beside it');
    const pack = JSON.parse(fs.readFileSync(beside, 'utf8'));
    checkValue('datapackage', pack, '', (where, what) => say(`datapackage.json ${where}`, what));
    const resource = (pack.resources || []).find((r) => r.path === path.basename(file));
    if (!resource) return say('', 'datapackage.json does not name it');
    const rows = csv.read(file, say);
    const names = resource.schema.fields.map((field) => field.name);
    if (String(rows[0]) !== String(names)) {
        return say('line 1', `columns ${rows[0]}, the schema has ${names}`);
    }
    checkFormulas(rows, resource.schema.fields, say);
    checkKey(rows, resource.schema, say);
    await checkCells(rows, resource.schema, say);
}

module.exports = {check};
