'use strict';
// node browser.js: a page with PouchDB in a headless Chromium. Prints the origin of
// the page on a line of its own, then for each line of standard input, a JSON object {url,
// omit, user, password, write}, loads the page, which replicates from the database at url
// (omit: without credentials; user: signed in), with `write` then sends that document
// there, and prints what became of it: {"read":[names],"written":bool,"error":text}.
// Status 77: no Chromium here. Ends when its standard input does.
const fs = require('fs');
const http = require('http');
const path = require('path');
const {spawn, spawnSync} = require('child_process');

const pouch = path.resolve(
    process.env.ODUS_PEERS || '.', 'node_modules/pouchdb/dist/pouchdb.min.js');
const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(
    name => spawnSync(name, ['--version']).status === 0);

// In the page.
async function page() {
    const job = await (await fetch('/job')).json();
    const result = {read: [], written: false, error: ''};

    try {
        const options = {skip_setup: true, fetch: (url, how) => {
            if (job.omit)
                how.credentials = 'omit';
            return PouchDB.fetch(url, how);
        }};
        if (job.user)
            options.auth = {username: job.user, password: job.password};
        const there = new PouchDB(job.url, options);
        const here = new PouchDB('here' + job.n);
        await here.replicate.from(there, {retry: false});
        const all = await here.allDocs({include_docs: true});
        result.read = all.rows.map(row => row.doc.nom).sort();
        if (job.write) {
            await here.bulkDocs([job.write], {new_edits: false});
            const sent = await here.replicate.to(there, {retry: false});
            result.written = sent.docs_written === 1;
        }
    } catch (e) {
        result.error = String(e.status || e.name || e);
    }
    await fetch('/done', {method: 'POST', body: JSON.stringify(result)});
}

const jobs = [];
let running = null;

function respond(request, response) {
    const send = (type, body) => {
        response.setHeader('Content-Type', type);
        response.end(body);
    };
    if (request.url === '/done') {
        let text = '';
        request.on('data', piece => { text += piece; });
        request.on('end', () => { send('text/plain', ''); done(text); });
    } else if (request.url === '/job') {
        send('application/json', JSON.stringify(running.job));
    } else if (request.url === '/pouchdb.js') {
        send('text/javascript', fs.readFileSync(pouch));
    } else if (request.url === '/') {
        send('text/html', '<!doctype html><meta charset=utf-8>' +
            `<script src=/pouchdb.js></script><script>${page}; page()</script>`);
    } else {
        response.statusCode = 404;
        response.end();
    }
}

function next() {
    if (running || !jobs.length)
        return;
    const job = jobs.shift();
    // as root it has no sandbox, and needs none for this page
    const child = spawn(browser, ['--headless', '--no-sandbox', '--disable-gpu',
        '--disable-dev-shm-usage', '--no-first-run', '--disable-background-networking',
        '--no-proxy-server', `--user-data-dir=${path.join(folder, 'profile')}`,
        `http://127.0.0.1:${server.address().port}/`],
    {detached: true, stdio: ['ignore', 'ignore', 'pipe'],
        env: {...process.env, HOME: folder, TMPDIR: folder, XDG_CONFIG_HOME: folder,
            XDG_CACHE_HOME: folder}});
    let said = '';
    child.stderr.on('data', piece => { said += piece; });
    child.on('exit', () => {
        const text = running.text || JSON.stringify({error: `it ended: ${said}`});

        running = null;
        console.log(text);
        next();
        leave();
    });
    running = {job, child, text: ''};
}

function done(text) {
    running.text = text;
    process.kill(-running.child.pid, 'SIGKILL');
}

let ended = false;
function leave() {
    if (ended && !running && !jobs.length)
        end();
}

// What it has started may take a moment to be gone.
function end() {
    fs.rmSync(folder, {recursive: true, force: true, maxRetries: 20, retryDelay: 100});
    process.exit(0);
}

if (!browser || !fs.existsSync(pouch))
    process.exit(77);
// not in TMPDIR: the path of its socket must be short
const folder = fs.mkdtempSync('/tmp/odus-');
const server = http.createServer(respond);
server.listen(0, '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${server.address().port}`);
    let n = 0, rest = '';
    process.stdin.on('data', piece => {
        rest += piece;
        const lines = rest.split('\n');
        rest = lines.pop();
        for (const line of lines)
            jobs.push({...JSON.parse(line), n: n++});
        next();
    });
    process.stdin.on('end', () => { ended = true; leave(); });
});
