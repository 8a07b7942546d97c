/* Triples of a file (JSON-LD by jsonld, Turtle by n3, RDF/XML by rapper), and what
 * holds of any triple. */
'use strict';

const {spawnSync} = require('child_process');
const fs = require('fs');
const path = require('path');
const {Missing, load} = require('./packages');

const XSD = 'http://www.w3.org/2001/XMLSchema#';
const absolute = /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]+$/;
const lexical = {
    date: /^\d{4}-\d\d-\d\d$/,
    dateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    time: /^\d\d:\d\d:\d\d$/,
    integer: /^[+-]?\d+$/, nonNegativeInteger: /^\d+$/,
    decimal: /^[+-]?(\d+(\.\d*)?|\.\d+)$/, boolean: /^(true|false|1|0)$/,
    duration: /^-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/,
    gYear: /^-?\d{4}$/, anyURI: /^\S+$/, double: /^[+-]?\d/, string: /^/,
};

function fromRdfXml(file) {
    const run = spawnSync('rapper', ['-q', '-i', 'rdfxml', '-o', 'ntriples', file],
        {encoding: 'utf8', maxBuffer: 1 << 28});
    if (run.error) throw new Missing('rapper is not installed');
    if (run.status) throw new Error(`rapper: ${run.stderr.split('\n')[0]}`);
    return parse(run.stdout, 'N-Triples');
}

/* N3 checks the syntax of addresses no further: that is left to ours. */
function parse(text, format, baseIRI) {
    return new (load('n3').Parser)({format, baseIRI}).parse(text);
}

/* The published contexts that our documents name; nothing is fetched. */
const contexts = {
    'https://schema.org': {'@vocab': 'https://schema.org/'},
    'https://schema.org/': {'@vocab': 'https://schema.org/'},
};

async function documentLoader(url) {
    if (!contexts[url]) throw new Error(`${url}: a context that is not published`);
    return {contextUrl: null, documentUrl: url, document: {'@context': contexts[url]}};
}

async function fromJsonLd(document) {
    const options = {documentLoader, format: 'application/n-quads', safe: true};
    return parse(await load('jsonld').toRDF(document, options), 'N-Quads');
}

async function read(file) {
    switch (path.extname(file)) {
    case '.rdf': case '.xml': return fromRdfXml(file);
    case '.ttl': return parse(fs.readFileSync(file, 'utf8'), 'Turtle');
    case '.nt': return parse(fs.readFileSync(file, 'utf8'), 'N-Triples');
    default: return fromJsonLd(JSON.parse(fs.readFileSync(file, 'utf8')));
    }
}

/* Addresses are absolute and well written, values are of the type they claim. */
function checkTerms(quads, say) {
    for (const {subject, predicate, object} of quads) {
        for (const term of [subject, predicate, object]) {
            if (term.termType === 'NamedNode' && !absolute.test(term.value)) {
                say(subject.value, `<${term.value}> is no absolute address`);
            }
        }
        if (object.termType !== 'Literal' || !object.datatype.value.startsWith(XSD)) continue;
        const type = object.datatype.value.slice(XSD.length);
        if (!lexical[type]) say(subject.value, `unknown type xsd:${type}`);
        else if (!lexical[type].test(object.value) || !isRealDate(type, object.value)) {
            say(subject.value, `"${object.value}" is no xsd:${type}`);
        }
    }
}

function isRealDate(type, value) {
    if (!type.startsWith('date')) return true;
    const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
    return !isNaN(day) && day.toISOString().startsWith(value.slice(0, 10));
}

module.exports = {read, fromJsonLd, checkTerms};
