/*
 * An HTML page: its syntax by parse5, what people with a screen reader need, the JSON-LD
 * in it, and how Chromium takes it.
 */
'use strict';

const fs = require('fs');
const path = require('path');
const {checkDocument} = require('./linked');
const {load} = require('./packages');
const browser = require('./browser');

/* All elements below NODE, templates included. */
function* elements(node) {
    for (const child of node.childNodes || []) {
        if (child.tagName) yield child;
        yield* elements(child.content || child);
    }
}

const attribute = (element, name) =>
    (element.attrs.find((attr) => attr.name === name) || {}).value;
const textOf = (node) => node.value || (node.childNodes || []).map(textOf).join('');

function checkReading(all, say) {
    const named = (name) => all.filter((element) => element.tagName === name);
    if (!attribute(named('html')[0], 'lang')) say('html', 'has no lang');
    if (named('title').length !== 1 || !textOf(named('title')[0]).trim()) say('title', 'not one');
    if (!named('meta').some((meta) => /^utf-8$/i.test(attribute(meta, 'charset')))) {
        say('meta', 'no charset utf-8');
    }
    if (named('h1').length !== 1) say('h1', `${named('h1').length} of them`);
    if (named('main').length !== 1) say('main', `${named('main').length} of them`);
    let level = 1;
    for (const heading of all.filter((element) => /^h[1-6]$/.test(element.tagName))) {
        const own = Number(heading.tagName[1]);
        if (own > level + 1) say(heading.tagName, `follows h${level}`);
        level = own;
    }
    for (const image of named('img')) {
        if (attribute(image, 'alt') === undefined) say('img', 'has no alt');
    }
    for (const link of named('a')) {
        if (!textOf(link).trim() && !attribute(link, 'aria-label')) say('a', 'has no text');
        if (/^\s*javascript:/i.test(attribute(link, 'href'))) say('a', 'is a script');
    }
    const ids = all.map((element) => attribute(element, 'id')).filter(Boolean);
    ids.forEach((id, i) => {
        if (ids.indexOf(id) !== i) say(`#${id}`, 'stands twice');
    });
}

/* Where the links within the delivery lead: to a file that is there, and has the place. */
function checkLinks(file, all, say) {
    for (const link of all.filter((element) => element.tagName === 'a')) {
        const href = attribute(link, 'href');
        if (!href || /^[a-z]+:/i.test(href)) continue;
        const [page, place] = href.split('#');
        const target = page ? path.join(path.dirname(file), page) : file;
        if (!fs.existsSync(target)) say('a', `nothing at ${href}`);
        else if (place && !fs.readFileSync(target, 'utf8').includes(`id="${place}"`)) {
            say('a', `no place ${href}`);
        }
    }
}

/* A delivered page runs no program, its own or anybody's. */
function checkQuiet(all, say) {
    for (const element of all) {
        const type = attribute(element, 'type');
        if (element.tagName === 'script' && type !== 'application/ld+json') {
            say('script', 'is a program');
        }
        for (const {name} of element.attrs) {
            if (/^on/.test(name)) say(element.tagName, `${name} is a program`);
        }
    }
}

async function check(file, report) {
    let found = 0;
    const say = (where, what) => {
        found++;
        report(where, what);
    };
    const document = load('parse5').parse(fs.readFileSync(file, 'utf8'), {
        sourceCodeLocationInfo: true,
        onParseError: (error) => say(`line ${error.startLine}`, error.code),
    });
    const all = [...elements(document)];
    checkReading(all, say);
    checkQuiet(all, say);
    checkLinks(file, all, say);
    const data = all.filter((element) => attribute(element, 'type') === 'application/ld+json');
    /* A list of other pages, the index or a month, has none of its own. */
    const isList = /^(index|\d{4}-\d\d)\.html$/.test(path.basename(file));
    if (!data.length && !isList) say('script', 'no JSON-LD');
    for (const script of data) {
        const inside = (where, what) => say(`JSON-LD ${where}`, what);
        await checkDocument(JSON.parse(textOf(script)), inside);
    }
    /* What is wrong anyway tells nothing in a browser. */
    if (!found) await browser.check(file, say);
}

module.exports = {check, finish: browser.finish};
