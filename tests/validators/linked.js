/* schema.org as JSON-LD: the terms, each event by itself, and the triples it makes. */
'use strict';

const fs = require('fs');
const {checkValue} = require('./schema');
const {fromJsonLd, checkTerms} = require('./triples');
const vocabulary = require('./vocabulary');

const list = (value) => Array.isArray(value) ? value : value === undefined ? [] : [value];

const naming = ['@type', '@id', 'name', 'url'];

/* Calls visit(node, place) for every node object in VALUE. */
function nodes(value, place, visit) {
    if (Array.isArray(value)) {
        value.forEach((item, i) => nodes(item, `${place}/${i}`, visit));
    } else if (value && typeof value === 'object' && !('@value' in value)) {
        if ('@type' in value) visit(value, place);
        for (const [key, inside] of Object.entries(value)) {
            if (key !== '@context') nodes(inside, `${place}/${key}`, visit);
        }
    }
}

function checkWords(node, place, say) {
    const types = list(node['@type']);
    const unknown = types.filter((type) => !vocabulary.isType(type));
    if (unknown.length) return say(place, `schema.org has no type ${unknown}`);
    for (const key of Object.keys(node)) {
        if (key.startsWith('@') || types.some((type) => vocabulary.has(type, key))) continue;
        say(place, `${types} has no property ${key}`);
    }
}

/* A node with what its references name in the same document, two steps deep. */
function resolved(value, known, depth = 2) {
    if (Array.isArray(value)) return value.map((item) => resolved(item, known, depth));
    if (!value || typeof value !== 'object') return value;
    const keys = Object.keys(value);
    if (keys.length === 1 && known.has(value['@id']) && depth) {
        return resolved(known.get(value['@id']), known, depth - 1);
    }
    return Object.fromEntries(
        keys.map((key) => [key, resolved(value[key], known, depth)]));
}

async function checkDocument(document, say) {
    const known = new Map();
    let typed = 0;
    nodes(document, '', (node, place) => {
        typed++;
        checkWords(node, place, say);
        if (Object.keys(node).length > 2) known.set(node['@id'], node);
    });
    if (!typed) say('', 'holds nothing');
    nodes(document, '', (node, place) => {
        const event = list(node['@type']).some((type) => vocabulary.isA(type, 'Event'));
        /* What it is part of is only named: another document describes it. */
        const named = Object.keys(node).every((key) => naming.includes(key));
        if (event && !(named && place.includes('superEvent'))) {
            /* A part is organised by who organises the whole. */
            const whole = place.includes('subEvent') ? {organizer: document.organizer} : {};
            checkValue('schema-org-event', resolved({...whole, ...node}, known), place, say);
        }
    });
    checkTerms(await fromJsonLd(document), say);
}

async function check(file, say) {
    await checkDocument(JSON.parse(fs.readFileSync(file, 'utf8')), say);
}

module.exports = {check, checkDocument};
