/* Our JSON Schemas (schemas/, draft 2020-12), run by ajv. */
'use strict';

const fs = require('fs');
const path = require('path');
const {load} = require('./packages');
const rules = require('./rules');

const folder = path.join(__dirname, 'schemas');
let ajv;

function validators() {
    if (ajv) return ajv;
    const Ajv = load('ajv/dist/2020');
    ajv = new Ajv({
        allErrors: true, strictRequired: false, strictTypes: false,
        multipleOfPrecision: 6, // 19.99 is whole cents
    });
    load('ajv-formats')(ajv);
    for (const name of fs.readdirSync(folder)) {
        ajv.addSchema(JSON.parse(fs.readFileSync(path.join(folder, name))));
    }
    return ajv;
}

/* What ajv says about a branch that was tried says nothing beside the branch's own. */
const noise = new Set(['if', 'oneOf', 'anyOf', 'allOf']);

/* VALUE by schema NAME, and by the rules that no schema can state. WHERE: its place. */
function checkValue(name, value, where, say) {
    const valid = validators().getSchema(`https://odus.invalid/${name}.json`);
    if (!valid(value)) {
        const told = valid.errors.filter((e) => !noise.has(e.keyword));
        for (const e of told.length ? told : valid.errors) {
            const detail = e.params.additionalProperty || e.params.allowedValues;
            const what = e.keyword === 'false schema' ? 'may not stand here' : e.message;
            say(where + e.instancePath, what + (detail ? `: ${detail}` : ''));
        }
    }
    for (const rule of rules[name] || []) {
        rule(value, (place, what) => say(where + place, what));
    }
}

module.exports = {checkValue};
