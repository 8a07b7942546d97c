/*
 * Bodies of requests: OpenAgenda, Apidae, pass Culture. A file holds one, an array of
 * them, or an object whose members name them; which schema each has to meet is told by
 * what it holds, and version 3 of OpenAgenda by `v3` in the path.
 */
'use strict';

const fs = require('fs');
const {checkValue} = require('./schema');

const wrappers = ['data', 'events', 'locations', 'event', 'prices', 'stocks'];

const schemaOf = {
    openagenda: (value, file) => !('timings' in value || 'title' in value)
        ? 'openagenda-v2-location'
        : /v3/.test(file) ? 'openagenda-v3-event' : 'openagenda-v2-event',
    apidae: () => 'apidae-write',
    passculture: (value) => 'dates' in value ? 'passculture-dates'
        : 'priceCategories' in value && !('name' in value) ? 'passculture-prices'
        : 'passculture-event',
};

/* Calls visit(body, its place) for every body in VALUE; says how many there are. */
function bodies(value, place, visit) {
    if (Array.isArray(value)) {
        return value.reduce((n, item, i) => n + bodies(item, `${place}/${i}`, visit), 0);
    }
    const keys = Object.keys(Object(value));
    if (keys.length && keys.every((key) => wrappers.includes(key))) {
        return keys.reduce((n, key) => n + bodies(value[key], `${place}/${key}`, visit), 0);
    }
    visit(value, place);
    return 1;
}

/* A category that has no number yet is named by our identifier of it. */
function categories(value, say) {
    const known = [];
    const named = [];
    bodies(value, '', (body, place) => {
        const {priceCategories = [], dates = []} = Object(body);
        for (const category of priceCategories) known.push(category.idAtProvider);
        dates.forEach((date, i) => {
            if (typeof date.priceCategoryId === 'string') {
                named.push([date.priceCategoryId, `${place}/dates/${i}`]);
            }
        });
    });
    for (const [id, place] of named) {
        if (!known.includes(id)) say(place, `no price category ${id}`);
    }
}

function check(file, say, format) {
    const value = JSON.parse(fs.readFileSync(file, 'utf8'));
    const count = bodies(value, '', (body, place) => {
        if (body === null || typeof body !== 'object') say(place, 'is no object');
        else checkValue(schemaOf[format](body, file), body, place, say);
    });
    if (!count) say('', 'holds nothing');
    if (format === 'passculture') categories(value, say);
}

module.exports = {check};
