/*
 * What JSON Schema cannot say. Each rule takes a value that may also be of the wrong
 * shape, about which the schema has spoken, and say(place in it, what).
 */
'use strict';

const DAY = 24 * 3600 * 1000;
const now = process.env.ODUS_NOW ? Date.parse(process.env.ODUS_NOW) : Date.now();
const list = (value) => Array.isArray(value) ? value : value === undefined ? [] : [value];

function unique(names, place, say) {
    names.forEach((name, i) => {
        if (names.indexOf(name) !== i) say(`${place}/${i}`, `a second ${name}`);
    });
}

function timings(event, say) {
    const spans = list(event.timings).map((t, i) =>
        ({begin: Date.parse(t.begin), end: Date.parse(t.end), place: `/timings/${i}`}));
    for (const {begin, end, place} of spans) {
        if (end <= begin) say(place, 'ends before it begins');
        if (end - begin > DAY) say(place, 'is longer than 24 hours');
    }
    spans.sort((a, b) => a.begin - b.begin);
    spans.slice(1).forEach((span, i) => {
        if (span.begin < spans[i].end) say(span.place, 'lies over another');
    });
}

function registration(event, say) {
    const length = list(event.registration)
        .reduce((sum, means) => sum + [...(means.value || means)].length, 0);
    if (length > 2000) say('/registration', `${length} characters in all, 2000 at most`);
}

function keywords(event, say) {
    for (const [language, words] of Object.entries(event.keywords || {})) {
        const length = [...list(words).join(',')].length;
        if (length > 255) say(`/keywords/${language}`, `${length} characters, 255 at most`);
    }
}

function ages(place) {
    return (value, say) => {
        const {min, max} = value.age || {};
        if (min > max) say(place, 'the youngest is older than the oldest');
    };
}

/* Every language of one text is one of the title, or it is shown to nobody. */
function languages(event, say) {
    const known = Object.keys(event.title || {});
    for (const field of ['description', 'longDescription', 'conditions', 'keywords']) {
        for (const language of Object.keys(event[field] || {})) {
            if (!known.includes(language)) say(`/${field}/${language}`, 'the title has none');
        }
    }
}

const openagenda = [timings, registration, keywords, ages('/age'), languages];

/* Apidae writes only what root.fieldList names, and empties what it names in vain. */
function fieldList(call, say) {
    const named = list(call['root.fieldList']);
    const at = (path) => path.split('.').reduce((o, key) => o && o[key], call.root);
    for (const path of named) {
        if (at(path) === undefined) say('/root.fieldList', `root has no ${path}`);
    }
    const walk = (value, path) => {
        if (named.includes(path) || path === 'type') return;
        const inside = value && typeof value === 'object' && !Array.isArray(value);
        const deeper = named.some((name) => name.startsWith(`${path}.`));
        if (inside && deeper) {
            for (const key of Object.keys(value)) walk(value[key], `${path}.${key}`);
        } else {
            say(`/root/${path.replace(/\./g, '/')}`, 'is not in root.fieldList');
        }
    };
    for (const key of Object.keys(call.root || {})) walk(call.root[key], key);
}

function apidaePeriods(call, say) {
    const opening = (call.root || {}).ouverture || {};
    list(opening.periodesOuvertures).forEach((period, i) => {
        const place = `/root/ouverture/periodesOuvertures/${i}`;
        const [from, to] = [Date.parse(period.dateDebut), Date.parse(period.dateFin)];
        if (to < from) say(place, 'ends before it begins');
        if (from < now - 2 * 365.25 * DAY) say(place, 'begins over two years ago');
        if (to > now + 10 * 365.25 * DAY) say(place, 'ends in over ten years');
    });
}

function apidaeRates(call, say) {
    const rates = (call.root || {}).descriptionTarif || {};
    list(rates.periodes).forEach((period, i) => {
        const seen = new Set();
        list(period.tarifs).forEach((rate, j) => {
            const place = `/root/descriptionTarif/periodes/${i}/tarifs/${j}`;
            const type = (rate.type || {}).id;
            if (seen.has(type)) say(place, `a second rate of type ${type}`);
            if (rate.minimum > rate.maximum) say(place, 'minimum over maximum');
            seen.add(type);
        });
    });
}

/* The short text is for all dates: hours, prices and phones have places of their own. */
function apidaeShortText(call, say) {
    const texts = ((call.root || {}).presentation || {}).descriptifCourt || {};
    const banned = {
        'an hour': /\b\d{1,2} ?(h|:)( ?\d{2})?\b/i, 'a price': /\d ?(€|euros?\b)/i,
        'a phone': /(\+33|\b0) ?[1-9]([ .-]?\d{2}){4}/, 'an address': /https?:|www\.|@/,
    };
    for (const [key, text] of Object.entries(texts)) {
        for (const [what, pattern] of Object.entries(banned)) {
            if (!pattern.test(text)) continue;
            say(`/root/presentation/descriptifCourt/${key}`, `holds ${what}`);
        }
    }
}

function apidaePlace(call, say) {
    const where = ((call.root || {}).localisation || {}).geolocalisation || {};
    const [lon, lat] = (where.geoJson || {}).coordinates || [];
    if (lon > 40 && lat < 15) {
        say('/root/localisation/geolocalisation', 'latitude before longitude');
    }
}

function limits(offer, say) {
    list(offer.dates).forEach((date, i) => {
        if (Date.parse(date.bookingLimitDatetime) > Date.parse(date.beginningDatetime)) {
            say(`/dates/${i}`, 'is booked after it has begun');
        }
    });
}

function prices(offer, say) {
    const labels = list(offer.priceCategories).map((category) => category.label);
    unique(labels, '/priceCategories', say);
}

/* An identifier of the event is not the address of its page. */
function identity(event, say) {
    if (event['@id'] && event['@id'] === event.url) say('/@id', 'equals url');
}

function eventDates(event, say) {
    const [start, end] = [event.startDate, event.endDate].map((d) => Date.parse(d));
    if (end < start) say('/endDate', 'before startDate');
    if (end && /T/.test(event.startDate) !== /T/.test(event.endDate)) {
        say('/endDate', 'one of the two dates has an hour');
    }
    for (const key of ['startDate', 'endDate', 'doorTime', 'previousStartDate']) {
        const ofAnotherZone = (value) => /T/.test(value) && !parisian(value);
        if (list(event[key]).some(ofAnotherZone)) {
            say(`/${key}`, 'not the offset of Paris that day');
        }
    }
    const moved = /EventRescheduled$/.test(event.eventStatus);
    if (moved && list(event.previousStartDate).includes(event.startDate)) {
        say('/previousStartDate', 'is the same date');
    }
}

const paris = new Intl.DateTimeFormat('en', {
    timeZone: 'Europe/Paris', timeZoneName: 'longOffset',
});

/* +01:00 in winter, +02:00 in summer: the offset of that instant, and no other. */
function parisian(instant) {
    const date = new Date(instant);
    if (isNaN(date)) return true;
    const zone = paris.formatToParts(date).find((part) => part.type === 'timeZoneName');
    return instant.endsWith(zone.value.replace('GMT', ''));
}

function ageRange(event, say) {
    const [min, max] = String(event.typicalAgeRange || '').split('-').map(Number);
    if (max && min > max) say('/typicalAgeRange', 'the youngest is older than the oldest');
}

function tables(folder, say) {
    const names = list(folder.resources).map((resource) => resource.name);
    unique(names, '/resources', say);
    list(folder.resources).forEach((resource, i) => {
        const place = `/resources/${i}/schema`;
        const schema = resource.schema || {};
        const fields = list(schema.fields).map((field) => field.name);
        unique(fields, `${place}/fields`, say);
        for (const key of list(schema.primaryKey)) {
            if (!fields.includes(key)) say(`${place}/primaryKey`, `no field ${key}`);
        }
        for (const key of list(schema.foreignKeys)) {
            const target = (key.reference || {}).resource;
            if (target && !names.includes(target)) {
                say(`${place}/foreignKeys`, `no resource ${target}`);
            }
        }
    });
}

module.exports = {
    'openagenda-v2-event': openagenda,
    'openagenda-v3-event': openagenda,
    'apidae-write': [fieldList, apidaePeriods, apidaeRates, apidaeShortText, apidaePlace],
    'passculture-dates': [limits],
    'passculture-prices': [prices],
    'passculture-event': [prices],
    'schema-org-event': [identity, eventDates, ageRange],
    'datapackage': [tables],
};
