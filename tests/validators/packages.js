/* npm packages of tests/peers/package.json, from the folder ODUS_PEERS. */
'use strict';

const {createRequire} = require('module');
const path = require('path');

const folder = path.resolve(
    process.env.ODUS_PEERS || path.join(__dirname, '../../build/peers'));
const fromThere = createRequire(path.join(folder, 'package.json'));

/* A validator that is not there: the check counts as skipped. */
class Missing extends Error {}

function locate(name) {
    try {
        return fromThere.resolve(name);
    } catch (error) {
        throw new Missing(`npm package ${name} is not installed`);
    }
}

module.exports = {Missing, locate, load: (name) => require(locate(name))};
