'use strict';
// node server.js FOLDER [memory|disk [PORT]]: PouchDB Server on PORT (0: a free one) of
// 127.0.0.1, its data in FOLDER (or in memory), admin/secret as its administrator. Prints
// its port on a line of its own; ends when its standard input does. Two defects of
// pouchdb-server 4.2.0 that a replicating client meets are mended here, from outside
// (docs/sync.md):
//
//   - Where a database has a validate_doc_update, the validation gives each document
//     that comes in the _revisions of the one that is stored, so that edits pushed with
//     new_edits:false are answered 201 and dropped. What came in is remembered before
//     the validation and put back after it.
//   - A _bulk_get?latest=true for a revision that is not there, and promises nobody
//     listens to, end the process.
const path = require('path');
const net = require('net');
const Module = require('module');

const folder = process.argv[2];
const memory = process.argv[3] === 'memory';
const modules = path.resolve(process.env.ODUS_PEERS || '.', 'node_modules');

function keepRevisions(validation) {
    const install = validation.installValidationMethods;

    validation.installValidationMethods = function () {
        const came = new WeakMap();
        const listOf = docs => (Array.isArray(docs) ? docs : (docs && docs.docs) || [])
            .filter(doc => doc && typeof doc === 'object');
        const store = this.bulkDocs;

        this.bulkDocs = function (docs, ...rest) {
            for (const doc of listOf(docs))
                if (came.has(doc)) doc._revisions = came.get(doc);
            return store.call(this, docs, ...rest);
        };
        install.call(this);

        const checked = this.bulkDocs;
        this.bulkDocs = function (docs, ...rest) {
            for (const doc of listOf(docs))
                if (doc._revisions) came.set(doc, doc._revisions);
            return checked.call(this, docs, ...rest);
        };
    };
}

function forgiveUnknown(merge) {
    const latest = merge.latest;
    const mended = (rev, metadata) => {
        try { return latest(rev, metadata); } catch (e) { return rev; }
    };

    Object.defineProperty(merge, 'latest', { value: mended, configurable: true });
}

const mended = new WeakSet();
const load = Module._load;
Module._load = function (request) {
    const loaded = load.apply(this, arguments);
    const mend = { 'pouchdb-validation': keepRevisions, 'pouchdb-merge': forgiveUnknown }[request];

    if (mend && loaded && !mended.has(loaded)) {
        mended.add(loaded);
        mend(loaded);
    }
    return loaded;
};
process.on('unhandledRejection', e => console.error('unhandled:', e && (e.reason || e.message)));

function start(port) {
    const fs = require('fs');
    const config = path.join(folder, 'config.json');

    fs.writeFileSync(config, JSON.stringify({
        httpd: { port, bind_address: '127.0.0.1' },
        couchdb: { database_dir: path.join(folder, 'data') },
        pouchdb_server: { in_memory: memory },
        log: { file: path.join(folder, 'server.log'), level: 'warning' },
        admins: { admin: 'secret' },
        couch_httpd_auth: { require_valid_user: false, timeout: 600 },
    }));
    fs.mkdirSync(path.join(folder, 'data'), { recursive: true });
    process.chdir(folder);
    process.argv = [process.argv[0], 'pouchdb-server', '-c', config, '-n'];
    console.log = () => {};
    require(path.join(modules, 'pouchdb-server/bin/pouchdb-server'));
}

function ready(port) {
    const socket = net.connect(port, '127.0.0.1');

    socket.on('connect', () => { socket.destroy(); process.stdout.write(port + '\n'); });
    socket.on('error', () => setTimeout(ready, 30, port));
}

const finder = net.createServer().listen(Number(process.argv[4] || 0), '127.0.0.1', () => {
    const port = finder.address().port;

    finder.close(() => { start(port); ready(port); });
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
