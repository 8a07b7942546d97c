/*
 * PouchDB against a server of the replication protocol:
 *     node pouch.js URL_OF_COMMONS FOLDER [TEST…]
 * URL may hold a user and a password; FOLDER is for PouchDB's stores. One line of TAP
 * for each test. ODUS_PEERS: the folder whose node_modules have pouchdb.
 */
'use strict';

const assert = require('assert');
const path = require('path');
const peers = process.env.ODUS_PEERS || path.join(__dirname, '../../build/peers');
const PouchDB = require(path.join(peers, 'node_modules', 'pouchdb'));

const [url, folder, ...wanted] = process.argv.slice(2);
let made = 0;

function uid(n) {
    return '01900000-0000-7000-8000-' + String(n).padStart(12, '0');
}

function record(n, fields) {
    return Object.assign({_id: uid(n), uid: uid(n), type: 'lieu', nom: 'Salle ' + n,
        modifie_par: 'anne', visibilite: 'public', statut_fiche: 'publie'}, fields);
}

function here() {
    return new PouchDB(path.join(folder, 'db' + made++));
}

function there(options) {
    return new PouchDB(url, Object.assign({skip_setup: true}, options));
}

async function leaves(db) {
    const all = await db.changes({style: 'all_docs', since: 0});
    const rows = all.results.filter((row) => !row.id.startsWith('_design/'));
    return rows.map((row) => row.id + ' ' + row.changes.map((c) => c.rev).sort().join(' '))
        .sort();
}

async function same(a, b) {
    assert.deepStrictEqual(await leaves(a), await leaves(b));
}

function sound(result) {
    assert.strictEqual(result.ok, true);
    assert.strictEqual(result.doc_write_failures, 0);
    return result;
}

const tests = {
    async push_and_pull() {
        const a = here(), b = here();
        await a.bulkDocs([record(1), record(2, {nom: 'Théâtre « des Écrins »'})]);
        assert.strictEqual(sound(await a.replicate.to(there())).docs_written, 2);
        sound(await b.replicate.from(there()));
        assert.strictEqual((await b.get(uid(2))).nom, 'Théâtre « des Écrins »');
        await same(a, there());
        await same(b, there());
    },

    async again_is_nothing() {
        const a = here();
        sound(await a.replicate.from(there()));
        const again = sound(await a.replicate.from(there()));
        assert.strictEqual(again.docs_read, 0);
        assert.strictEqual(sound(await a.replicate.to(there())).docs_written, 0);
    },

    async conflicts_stay_side_by_side() {
        const a = here(), b = here(), remote = there();
        await a.put(record(10));
        sound(await a.sync(remote).then((r) => r.push));
        sound(await b.replicate.from(remote));
        await a.put(Object.assign(await a.get(uid(10)), {nom: 'Grande salle'}));
        await b.put(Object.assign(await b.get(uid(10)), {nom: 'Petite salle'}));
        sound(await a.replicate.to(remote));
        sound(await b.replicate.to(remote));
        sound(await a.replicate.from(remote));
        sound(await b.replicate.from(remote));
        await same(a, remote);
        await same(b, remote);
        const doc = await remote.get(uid(10), {conflicts: true});
        assert.strictEqual(doc._conflicts.length, 1);
        const open = await remote.get(uid(10), {open_revs: 'all'});
        assert.deepStrictEqual(open.map((row) => row.ok.nom).sort(),
            ['Grande salle', 'Petite salle']);
        /* closed as odus does it: a tombstone that names what it merged into */
        await b.bulkDocs([{_id: uid(10), _rev: doc._conflicts[0], _deleted: true,
            fusion: doc._rev, type: 'lieu', modifie_par: 'anne'}]);
        sound(await b.replicate.to(remote));
        sound(await a.replicate.from(remote));
        await same(a, remote);
        assert.strictEqual((await a.get(uid(10), {conflicts: true}))._conflicts, undefined);
    },

    async erased_documents_travel() {
        const a = here(), b = here(), remote = there();
        await a.put(record(20));
        sound(await a.replicate.to(remote));
        sound(await b.replicate.from(remote));
        const doc = await a.get(uid(20));
        await a.put({_id: doc._id, _rev: doc._rev, _deleted: true, type: 'lieu',
            modifie_par: 'anne', fusion: doc._rev});
        sound(await a.replicate.to(remote));
        await assert.rejects(remote.get(uid(20)), {status: 404, reason: 'deleted'});
        sound(await b.replicate.from(remote));
        await assert.rejects(b.get(uid(20)), {status: 404});
        await same(b, remote);
    },

    async two_thousand() {
        const a = here(), b = here(), remote = there();
        const docs = [];
        for (let n = 0; n < 2000; n++)
            docs.push(record(10000 + n));
        await a.bulkDocs(docs);
        assert.strictEqual(sound(await a.replicate.to(remote, {batch_size: 500}))
            .docs_written, 2000);
        sound(await b.replicate.from(remote, {batch_size: 500}));
        await same(b, remote);
        const info = await remote.info();
        assert.ok(info.doc_count >= 2000);
    },

    async live_longpoll() {
        const a = here(), b = here();
        const live = b.replicate.from(there(), {live: true, heartbeat: 10000});
        await new Promise((resolve) => live.once('paused', resolve));
        const seen = new Promise((resolve, reject) => {
            live.on('change', (change) => change.docs.some((d) => d._id === uid(30)) &&
                resolve());
            live.on('error', reject);
        });
        await a.put(record(30));
        sound(await a.replicate.to(there()));
        await seen;
        const ended = new Promise((resolve) => live.on('complete', resolve));
        live.cancel();
        await ended;
        assert.strictEqual((await b.get(uid(30))).nom, 'Salle 30');
    },

    async direct_edits() {
        const remote = there();
        const put = await remote.put(record(40));
        assert.ok(/^1-[0-9a-f]{32}$/.test(put.rev));
        await assert.rejects(remote.put(record(40)), {status: 409});
        const doc = await remote.get(uid(40));
        const second = await remote.put(Object.assign(doc, {nom: 'Autre'}));
        assert.ok(second.rev.startsWith('2-'));
        const rows = await remote.bulkDocs([record(40), record(41)]);
        assert.strictEqual(rows[0].status || rows[0].error && 409, 409);
        assert.strictEqual(rows[1].ok, true);
        const all = await remote.allDocs({keys: [uid(41), 'zz', uid(40)], include_docs: true});
        assert.strictEqual(all.rows[0].doc.nom, 'Salle 41');
        assert.strictEqual(all.rows[1].error, 'not_found');
        assert.strictEqual(all.rows[2].value.rev, second.rev);
        const range = await remote.allDocs({startkey: uid(40), endkey: uid(41)});
        assert.deepStrictEqual(range.rows.map((row) => row.id), [uid(40), uid(41)]);
        const got = await remote.bulkGet({docs: [{id: uid(40), rev: put.rev}]});
        assert.strictEqual(got.results[0].docs[0].ok.nom, 'Salle 40');
    },

    async filter_by_ids() {
        const a = here();
        sound(await a.replicate.from(there(), {doc_ids: [uid(1), uid(2)]}));
        assert.deepStrictEqual((await a.allDocs()).rows.map((row) => row.id),
            [uid(1), uid(2)]);
    },

    async wrong_password() {
        const wrong = new URL(url);
        wrong.password = 'fauxfauxfaux';
        const db = new PouchDB(String(wrong), {skip_setup: true});
        await assert.rejects(db.allDocs(), {status: 401}); // info() does not look
        wrong.username = wrong.password = '';
        const nobody = new PouchDB(String(wrong), {skip_setup: true});
        await assert.rejects(nobody.allDocs(), {status: 401});
    },

    async reader_may_not_write() {
        const a = here();
        sound(await a.replicate.from(there()));
        await assert.rejects(there().put(record(50)), {status: 403});
        await a.put(record(51));
        const result = await a.replicate.to(there());
        assert.strictEqual(result.doc_write_failures, 1);
        await assert.rejects(there().get(uid(51)), {status: 404});
    },
};

async function main() {
    let failed = 0;
    for (const name of wanted.length ? wanted : Object.keys(tests)) {
        try {
            await tests[name]();
            console.log('ok ' + name);
        } catch (error) {
            failed++;
            console.log('not ok ' + name + '\n' +
                (error.stack || JSON.stringify(error)).replace(/^/gm, '# '));
        }
    }
    process.exit(failed ? 1 : 0);
}

main();
