/*
 * node validate.js FORMAT FILE…: the validators that run in node. Each finding is a line
 * FILE: WHERE: WHAT. Exit status 0 none, 1 some, 77 a package is not installed.
 */
'use strict';

const {Missing} = require('./packages');

/* Format -> a module that exports check(file, say), and maybe finish(). */
const modules = {
    jsonld: './linked', dcat: './catalogue', rdf: './catalogue',
    openagenda: './bodies', apidae: './bodies', passculture: './bodies',
    csv: './tables', communes: './communes', html: './pages',
};

/* jsonld keeps what it refused beside its message. */
function reason(error) {
    const {event = {}} = error.details || {};
    return event.message ? `${error.message} ${event.message}` : error.message;
}

async function main(format, files) {
    let found = 0;
    const missing = new Set();
    const {check, finish} = require(modules[format]);
    for (const file of files) {
        const say = (where, what) => {
            found++;
            console.log(`${file}: ${where || '-'}: ${String(what).split('\n')[0]}`);
        };
        try {
            await check(file, say, format);
        } catch (error) {
            if (error instanceof Missing) missing.add(error.message);
            else say('', reason(error));
        }
    }
    if (finish) await finish();
    for (const what of missing) console.error(`skipped: ${what}`);
    return found ? 1 : missing.size ? 77 : 0;
}

const [format, ...files] = process.argv.slice(2);
main(format, files).then((status) => process.exitCode = status);
