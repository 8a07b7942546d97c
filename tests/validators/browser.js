/*
 * Headless Chromium, one for all pages, by its DevTools protocol over two pipes: JSON
 * messages with a zero byte after each. A page has to load, ask nothing of the network,
 * leave the console quiet, and read its own JSON-LD.
 */
'use strict';

const {spawn, spawnSync} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const {pathToFileURL} = require('url');
const {Missing} = require('./packages');

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const readOwn = `[...document.querySelectorAll('script[type="application/ld+json"]')]
    .map((script) => JSON.parse(script.textContent)).length`;

let chromium;

class Chromium {
    constructor(program) {
        this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chromium-'));
        this.process = spawn(program, ['--headless', '--no-sandbox', '--disable-gpu',
            '--disable-dev-shm-usage', '--no-first-run', '--disable-extensions',
            '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND',
            `--user-data-dir=${this.folder}`, '--remote-debugging-pipe'], {
            stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
            /* Its socket's path must be short, wherever the folder is. */
            cwd: this.folder,
            env: {...process.env, HOME: this.folder, TMPDIR: '.',
                XDG_CONFIG_HOME: this.folder, XDG_CACHE_HOME: this.folder},
        });
        this.waiting = new Map();
        this.heard = () => {};
        this.sent = 0;
        let rest = '';
        this.process.stdio[4].setEncoding('utf8').on('data', (data) => {
            const messages = (rest + data).split('\0');
            rest = messages.pop();
            messages.forEach((message) => this.take(JSON.parse(message)));
        });
        for (const pipe of this.process.stdio.slice(3)) pipe.on('error', () => {});
        this.gone = new Promise((resolve) => this.process.once('exit', resolve));
    }

    take(message) {
        const answer = this.waiting.get(message.id);
        this.waiting.delete(message.id);
        if (answer) answer(message.result || {error: message.error});
        else this.heard(message.method, message.params);
    }

    /* Chromium that ends early answers with an error, so that nobody waits for ever. */
    call(method, params = {}, sessionId = undefined) {
        const id = ++this.sent;
        this.process.stdio[3].write(JSON.stringify({id, method, params, sessionId}) + '\0');
        const answered = new Promise((resolve) => this.waiting.set(id, resolve));
        return Promise.race([answered, this.gone.then(() => {
            throw new Error('Chromium ended');
        })]);
    }

    async end() {
        this.call('Browser.close').catch(() => {});
        await this.gone;
        fs.rmSync(this.folder, {recursive: true, force: true, maxRetries: 5});
    }
}

function start() {
    const program = names.find((name) => spawnSync(name, ['--version']).status === 0);
    if (!program) throw new Missing('Chromium is not installed');
    return new Chromium(program);
}

async function check(file, say) {
    chromium = chromium || start();
    const {targetId} = await chromium.call('Target.createTarget', {url: 'about:blank'});
    const {sessionId} = await chromium.call('Target.attachToTarget', {targetId, flatten: true});
    const call = (method, params) => chromium.call(method, params, sessionId);
    const loaded = new Promise((resolve) => {
        chromium.heard = (method, params) => {
            const told = {
                'Log.entryAdded': () => params.entry.level === 'error' && params.entry.text,
                'Runtime.consoleAPICalled': () => params.type === 'error' && 'console.error',
                'Runtime.exceptionThrown': () => params.exceptionDetails.text,
                'Network.requestWillBeSent': () =>
                    /^https?:/.test(params.request.url) && `asks for ${params.request.url}`,
                'Page.loadEventFired': resolve,
            }[method];
            const what = told && told();
            if (what) say('Chromium', what);
        };
    });
    for (const domain of ['Page', 'Log', 'Runtime', 'Network']) await call(`${domain}.enable`);
    await call('Page.navigate', {url: pathToFileURL(path.resolve(file)).href});
    await Promise.race([loaded, chromium.gone]);
    const own = await call('Runtime.evaluate', {expression: readOwn});
    if (own.exceptionDetails) say('Chromium', 'cannot read the JSON-LD');
    await chromium.call('Target.closeTarget', {targetId});
}

async function finish() {
    if (chromium) await chromium.end();
}

module.exports = {check, finish};
