/*
 * Codes, names and postcodes of communes against the official list (the package
 * @etalab/decoupage-administratif), in CSV by the names of columns, in JSON by members.
 */
'use strict';

const fs = require('fs');
const path = require('path');
const csv = require('./csv');
const {locate} = require('./packages');

let known;

function communes() {
    if (known) return known;
    const file = locate('@etalab/decoupage-administratif/data/communes.json');
    known = new Map(JSON.parse(fs.readFileSync(file, 'utf8'))
        .filter((commune) => commune.type === 'commune-actuelle')
        .map((commune) => [commune.code, commune]));
    return known;
}

function checkCommune({code, name, postcodes}, where, say) {
    const commune = communes().get(code);
    if (!commune) return say(where, `no commune ${code}`);
    if (name && name.replace('’', "'") !== commune.nom) {
        say(where, `${code} is ${commune.nom}, not ${name}`);
    }
    for (const postcode of postcodes) {
        if (!(commune.codesPostaux || []).includes(postcode)) {
            say(where, `${commune.nom} has no postcode ${postcode}`);
        }
    }
}

const columns = {
    code: ['code', 'code_insee', 'insee', 'commune_code', 'adresse.commune'],
    name: ['label', 'commune', 'ville', 'nom_commune'],
    postcodes: ['code_postal', 'adresse.code_postal'],
};

function checkTable(file, say) {
    const [header, ...rows] = csv.read(file, say);
    const at = {};
    for (const [what, names] of Object.entries(columns)) {
        at[what] = header.findIndex((name) => names.includes(name));
    }
    if (at.code < 0) return say('line 1', `no column is one of ${columns.code}`);
    rows.forEach((row, i) => {
        if (!row[at.code]) return;
        const postcodes = (row[at.postcodes] || '').split(/[ |]+/).filter(Boolean);
        checkCommune({code: row[at.code], name: row[at.name], postcodes}, `row ${i + 2}`, say);
    });
}

/* OpenAgenda: insee, city, postalCode. Apidae: codePostal beside commune.code. */
function checkObject(value, where, say) {
    if (!value || typeof value !== 'object') return;
    if (typeof value.insee === 'string') {
        checkCommune({
            code: value.insee, name: value.city, postcodes: [].concat(value.postalCode || []),
        }, where, say);
    }
    if (value.commune && typeof value.commune.code === 'string') {
        checkCommune({
            code: value.commune.code, postcodes: [].concat(value.codePostal || []),
        }, where, say);
    }
    for (const [key, inside] of Object.entries(value)) checkObject(inside, `${where}/${key}`, say);
}

function check(file, say) {
    if (path.extname(file) === '.csv') checkTable(file, say);
    else checkObject(JSON.parse(fs.readFileSync(file, 'utf8')), '', say);
}

module.exports = {check};
