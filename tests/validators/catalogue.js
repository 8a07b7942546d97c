/*
 * RDF: what each kind of thing must and may say. `dcat` is a catalogue (DCAT-AP),
 * `rdf` a description of events for DATAtourisme or CapData.
 */
'use strict';

const {read, checkTerms} = require('./triples');

const ns = {
    rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
    rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
    dct: 'http://purl.org/dc/terms/',
    dc: 'http://purl.org/dc/elements/1.1/',
    foaf: 'http://xmlns.com/foaf/0.1/',
    dcat: 'http://www.w3.org/ns/dcat#',
    dt: 'https://www.datatourisme.fr/ontology/core#',
    schema: 'http://schema.org/',
    xsd: 'http://www.w3.org/2001/XMLSchema#',
};

const iri = (curie) => curie.replace(/^(\w+):/, (all, prefix) => ns[prefix] || all);

/* Class -> property -> what its values are: `?` may be absent; a type of xsd, `text`
 * (with a language), `node` (something that is described here), `iri`. */
const shapes = {
    dcat: {
        'dcat:Catalog': {
            'dct:title': 'text', 'dct:description': 'text', 'dct:publisher': 'node',
            'dcat:dataset': 'node', 'dct:modified': '?day', 'dct:language': '?iri',
        },
        'dcat:Dataset': {
            'dct:title': 'text', 'dct:description': 'text', 'dcat:distribution': 'node',
            'dct:publisher': '?node', 'dct:modified': '?day', 'dct:issued': '?day',
            'dcat:theme': '?iri', 'dcat:landingPage': '?iri',
        },
        'dcat:Distribution': {
            'dcat:accessURL': 'iri', 'dct:license': 'iri', 'dcat:downloadURL': '?iri',
            'dcat:mediaType': '?iri', 'dct:format': '?iri', 'dct:conformsTo': '?iri',
            'dcat:byteSize': '?xsd:nonNegativeInteger', 'dct:modified': '?day',
        },
        'foaf:Agent': {'foaf:name': 'literal'},
    },
    rdf: {
        'dt:PointOfInterest': {
            'rdfs:label': 'text', 'dc:identifier': 'literal', 'dt:isLocatedAt': 'node',
            'dt:takesPlaceAt': '?node', 'dt:hasDescription': '?node',
            'dt:lastUpdate': '?xsd:date', 'dct:license': '?iri',
        },
        'dt:Period': {
            'dt:startDate': 'xsd:date', 'dt:endDate': 'xsd:date',
            'dt:startTime': '?xsd:time', 'dt:endTime': '?xsd:time',
        },
        'dt:Place': {'schema:address': 'node', 'schema:geo': '?node'},
        'schema:PostalAddress': {
            'schema:addressLocality': 'literal', 'schema:postalCode': '?literal',
        },
        'schema:PriceSpecification': {
            'schema:minPrice': '?xsd:decimal', 'schema:maxPrice': '?xsd:decimal',
            'schema:priceCurrency': 'literal',
        },
        'schema:GeoCoordinates': {
            'schema:latitude': 'xsd:decimal', 'schema:longitude': 'xsd:decimal',
        },
    },
};

/* Classes of DATAtourisme that are met in its data; a name beside them is a slip. */
const tourism = new Set(('PointOfInterest EntertainmentAndEvent CulturalEvent ShowEvent ' +
    'TheaterEvent Concert DanceEvent CircusEvent Opera ComedyEvent Recital Festival ' +
    'MusicEvent ChildrensEvent SocialEvent LocalAnimation Exhibition Conference ' +
    'ScreeningEvent StreetArtShow PuppetShow Place Period Description Agent Product ' +
    'Traineeship Offer PriceSpecification City').split(' '));

/* The values of one thing, by property. */
function describe(quads) {
    const things = new Map();
    for (const {subject, predicate, object} of quads) {
        if (!things.has(subject.value)) things.set(subject.value, new Map());
        const thing = things.get(subject.value);
        thing.set(predicate.value, [...thing.get(predicate.value) || [], object]);
    }
    return things;
}

function matches(kind, value, things) {
    const literal = value.termType === 'Literal';
    switch (kind) {
    case 'text': return literal && value.language !== '' && value.value.trim() !== '';
    case 'literal': return literal && value.value.trim() !== '';
    case 'node': return !literal && things.has(value.value);
    case 'iri': return value.termType === 'NamedNode';
    case 'day': return literal && /#date(Time)?$/.test(value.datatype.value);
    default: return literal && value.datatype.value === iri(kind);
    }
}

function checkShape(name, thing, shape, things, say) {
    for (const [property, wanted] of Object.entries(shape)) {
        const kind = wanted.replace('?', '');
        const values = thing.get(iri(property)) || [];
        if (!values.length && !wanted.startsWith('?')) say(name, `has no ${property}`);
        for (const value of values) {
            if (!matches(kind, value, things)) {
                say(name, `${property} "${value.value}" is no ${kind}`);
            }
        }
    }
}

function checkPeriod(name, thing, say) {
    const [start, end] = ['dt:startDate', 'dt:endDate']
        .map((property) => ((thing.get(iri(property)) || [])[0] || {}).value);
    if (start > end) say(name, 'ends before it begins');
}

async function check(file, say, format) {
    const quads = await read(file);
    checkTerms(quads, say);
    const things = describe(quads);
    const wanted = shapes[format];
    for (const [name, thing] of things) {
        const types = (thing.get(iri('rdf:type')) || []).map((type) => type.value);
        if (!types.length) say(name, 'has no type');
        for (const type of types) {
            if (type.startsWith(ns.dt) && !tourism.has(type.slice(ns.dt.length))) {
                say(name, `DATAtourisme has no class ${type.slice(ns.dt.length)}`);
            }
        }
        for (const [type, shape] of Object.entries(wanted)) {
            if (types.includes(iri(type))) checkShape(name, thing, shape, things, say);
        }
        if (types.includes(iri('dt:Period'))) checkPeriod(name, thing, say);
    }
    if (!things.size) say('', 'holds nothing');
    if (format === 'dcat' && !quads.some((q) => q.object.value === iri('dcat:Catalog'))) {
        say('', 'has no dcat:Catalog');
    }
}

module.exports = {check};
