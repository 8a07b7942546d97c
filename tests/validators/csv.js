/* CSV as RFC 4180 has it, read strictly: rows of cells, or an error with its line. */
'use strict';

const fs = require('fs');

function read(file, say) {
    const bytes = fs.readFileSync(file);
    const text = new TextDecoder('utf-8', {fatal: true}).decode(bytes);
    const rows = parse(text, say);
    const header = rows[0] || [];
    header.forEach((name, i) => {
        if (!name || header.indexOf(name) !== i) {
            say('line 1', `column ${i + 1} has no name of its own`);
        }
    });
    rows.forEach((row, i) => {
        if (row.length !== header.length) {
            say(`row ${i + 1}`, `${row.length} cells, the header has ${header.length}`);
        }
    });
    return rows;
}

function parse(text, say) {
    const rows = [];
    let row = [];
    let at = 0;
    const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
    while (at < text.length) {
        cell.lastIndex = at;
        const found = cell.exec(text);
        row.push(found[1] === undefined ? found[2] : found[1].replace(/""/g, '"'));
        at = cell.lastIndex;
        const end = /(,)|\r?\n|$/y;
        end.lastIndex = at;
        const separator = end.exec(text);
        if (!separator) {
            say(`row ${rows.length + 1}`, 'a quote where none may be');
            return rows;
        }
        at = end.lastIndex;
        if (separator[1]) {
            if (at === text.length) row.push('');
            else continue;
        }
        rows.push(row);
        row = [];
    }
    if (!/\n$/.test(text)) say(`row ${rows.length}`, 'has no end of line');
    return rows;
}

module.exports = {read};
