'use strict';
// node pouch_sync.js WHAT URL …: PouchDB as bench_sync measures it, a process for each
// step; the last line is JSON with `ms`, the time of the replication alone: node has
// started, PouchDB is loaded and its store open.
//   create URL                 a database; URL has the administrator
//   touch URL N WORD           changes the teaser of N events at the server
//   pull URL FOLDER            replicates into the leveldb store FOLDER
//   push URL FOLDER N FIRST    copies N events that FOLDER has, numbered from FIRST;
//                              replicates to the server
const path = require('path');
const modules = path.resolve(process.env.ODUS_PEERS || 'build/peers', 'node_modules');
const EVENTS = '01900000-000a-7000-8000-';

const [what, url, ...rest] = process.argv.slice(2);

async function open(folder) {
    const PouchDB = require(path.join(modules, 'pouchdb'));
    const db = new PouchDB(folder);

    await db.info();
    return db;
}

async function call(method, rest_of_url, body) {
    const to = new URL(url);
    const headers = { 'content-type': 'application/json' };

    if (to.username)
        headers.authorization = 'Basic ' + btoa(to.username + ':' + to.password);
    to.username = to.password = '';
    const answer = await fetch(to.href.replace(/\/$/, '') + rest_of_url,
        { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok)
        throw new Error(method + ' ' + answer.status + ' ' + await answer.text());
    return answer.json();
}

async function measured(act) {
    const began = process.hrtime.bigint();
    const result = await act();
    const ms = Number(process.hrtime.bigint() - began) / 1e6;

    console.log(JSON.stringify({ ms, read: result.docs_read, written: result.docs_written,
        failures: result.doc_write_failures }));
}

const steps = {
    create: () => call('PUT', '', null),

    async touch(n, word) {
        const range = 'startkey=' + encodeURIComponent('"' + EVENTS + '"');
        const all = await call('GET', '/_all_docs?include_docs=true&limit=' + n + '&' + range);
        const docs = all.rows.map(row => ({ ...row.doc, accroche: { fr: word },
            uid: row.id, modifie_par: 'Anne' }));
        const answers = await call('POST', '/_bulk_docs', { docs });

        if (answers.some(answer => answer.error))
            throw new Error(JSON.stringify(answers));
    },

    async pull(folder) {
        const db = await open(folder);

        await measured(() => db.replicate.from(url));
    },

    async push(folder, n, first) {
        const db = await open(folder);
        const some = await db.allDocs({ include_docs: true, limit: +n, startkey: EVENTS });

        await db.bulkDocs(some.rows.map((row, i) => {
            const { _rev, ...doc } = row.doc;
            const id = EVENTS + String(+first + i).padStart(12, '0');
            return { ...doc, _id: id, uid: id, modifie_par: 'Anne' };
        }));
        await measured(() => db.replicate.to(url));
    },
};

steps[what](...rest).then(() => process.exit(0), error => {
    console.error(error.stack || error, JSON.stringify(error));
    process.exit(1);
});
