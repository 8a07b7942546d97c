#!/usr/bin/python3
"""calendars.py FILE...: iCalendar (RFC 5545), by rules of our own on the bytes, by the
parsers icalendar and vobject, and by what khal and calcurse make of it. Each finding is
a line FILE: WHERE: WHAT. Exit status 0 none, 1 some, 77 one of them is not installed."""

import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zoneinfo

missing = set()
found = []
try:
    import icalendar
except ImportError:
    missing.add('python3-icalendar')
try:
    import vobject
except ImportError:
    missing.add('python3-vobject')

# RFC 5545 3.6.1, RFC 7986 5: what an event has at most once.
ONCE = ('CLASS COLOR CREATED DESCRIPTION DTEND DURATION GEO LAST-MODIFIED LOCATION ORGANIZER '
        'PRIORITY RECURRENCE-ID SEQUENCE STATUS TRANSP URL').split()
WORDS = {'STATUS': ('TENTATIVE', 'CONFIRMED', 'CANCELLED'),
         'CLASS': ('PUBLIC', 'PRIVATE', 'CONFIDENTIAL'),
         'TRANSP': ('OPAQUE', 'TRANSPARENT')}
TEXTS = 'SUMMARY DESCRIPTION LOCATION CONTACT COMMENT NAME'.split()


def check_bytes(data, say):
    """Lines as they travel: CRLF, 75 octets, no character cut in two (3.1)."""
    lines = data.split(b'\r\n')
    if lines.pop() != b'':
        say('end', 'the last line has no CRLF')
    for number, line in enumerate(lines, 1):
        where = f'line {number}'
        if len(line) > 75:
            say(where, f'{len(line)} octets, 75 at most')
        if b'\r' in line or b'\n' in line:
            say(where, 'ends without CRLF')
        if not line.strip():
            say(where, 'is empty')
        if re.search(rb'[\x00-\x08\x0b-\x1f\x7f]', line.replace(b'\n', b'')):
            say(where, 'holds a control character')
        try:
            line.decode()
        except UnicodeDecodeError:
            say(where, 'folded inside a character, or not UTF-8')


def check_text(data, say):
    """Escapes of TEXT values (3.3.11); a category list has commas of its own."""
    text = data.decode(errors='replace').replace('\r\n', '\n')
    for line in re.sub(r'\n[ \t]', '', text).split('\n'):
        name, _, value = re.sub(r'"[^"]*"', '', line).partition(':')
        if name.split(';')[0].upper() not in TEXTS:
            continue
        left = re.sub(r'\\[\\;,nN]', '', value)
        if '\\' in left:
            say(name, 'a backslash that escapes nothing')
        if ',' in left or ';' in left:
            say(name, 'a comma or semicolon that is not escaped')


def values(component, name):
    found = component.get(name, [])
    return found if isinstance(found, list) else [found]


def zones(calendar, say):
    """Offset of a local time in each zone that the file defines."""
    known = {}
    for zone in calendar.walk('VTIMEZONE'):
        name = str(zone.get('TZID', ''))
        if not zone.subcomponents:
            say(f'VTIMEZONE {name}', 'has neither STANDARD nor DAYLIGHT')
            continue
        for part in zone.subcomponents:
            for needed in ('DTSTART', 'TZOFFSETFROM', 'TZOFFSETTO'):
                if needed not in part:
                    say(f'VTIMEZONE {name}', f'{part.name} has no {needed}')
                    return known
        known[name] = zone.to_tz()
    return known


def check_zone(prop, name, known, where, say):
    zone = prop.params.get('TZID')
    if zone is None or not isinstance(prop.dt, datetime.datetime):
        return
    if zone not in known:
        say(where, f'{name}: no VTIMEZONE {zone}')
        return
    local = prop.dt.replace(tzinfo=None)
    try:
        really = local.replace(tzinfo=zoneinfo.ZoneInfo(zone)).utcoffset()
    except zoneinfo.ZoneInfoNotFoundError:
        return
    if known[zone].localize(local).utcoffset() != really:
        say(where, f'{name}: its VTIMEZONE has another offset than {zone} that day')


def instant(value):
    """Something that can be compared, of a date or of either kind of time."""
    if not isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value, datetime.time())
    return value.replace(tzinfo=None) if value.tzinfo is None else value


def check_span(event, where, say):
    start, end = event.get('DTSTART'), event.get('DTEND')
    if end is not None and 'DURATION' in event:
        say(where, 'both DTEND and DURATION')
    if start is None or isinstance(start, list) or end is None or isinstance(end, list):
        return
    if type(start.dt) is not type(end.dt):
        say(where, 'DTSTART and DTEND are not of one type')
    elif instant(end.dt) <= instant(start.dt):
        say(where, 'DTEND is not after DTSTART')


def check_event(event, known, where, say):
    for name, what in event.errors:
        say(where, f'{name}: {what}')
    if event.errors:
        return
    for name in ('UID', 'DTSTAMP', 'DTSTART', 'SUMMARY'):
        if len(values(event, name)) != 1:
            say(where, f'{len(values(event, name))} {name}')
    for name in ONCE:
        if len(values(event, name)) > 1:
            say(where, f'{len(values(event, name))} {name}')
    for name, words in WORDS.items():
        for value in values(event, name):
            if str(value) not in words:
                say(where, f'{name}: no {value}')
    for name in ('DTSTAMP', 'CREATED', 'LAST-MODIFIED'):
        for value in values(event, name):
            if not value.to_ical().endswith(b'Z'):
                say(where, f'{name} is not in UTC')
    for name in ('DTSTART', 'DTEND', 'RECURRENCE-ID'):
        for value in values(event, name):
            check_zone(value, name, known, where, say)
    for value in values(event, 'URL'):
        if not re.match(r'(https?|mailto|urn):\S+$', str(value)):
            say(where, f'URL: {value}')
    check_span(event, where, say)


def check_calendar(calendar, say):
    for name in ('PRODID', 'VERSION'):
        if len(values(calendar, name)) != 1:
            say('VCALENDAR', f'{len(values(calendar, name))} {name}')
    if str(calendar.get('VERSION')) != '2.0':
        say('VCALENDAR', 'VERSION is not 2.0')
    known = zones(calendar, say)
    seen = set()
    for event in calendar.walk('VEVENT'):
        where = f'VEVENT {event.get("UID", "")}'
        check_event(event, known, where, say)
        if 'METHOD' in calendar and ('ORGANIZER' not in event or 'ATTENDEE' in event):
            say(where, 'METHOD asks for ORGANIZER, and no ATTENDEE')
        key = str(event.get('UID')), event.get('RECURRENCE-ID', b'') and \
            event['RECURRENCE-ID'].to_ical()
        if key in seen:
            say(where, 'this UID stands twice')
        seen.add(key)
    if not seen:
        say('VCALENDAR', 'holds no event')
    return {uid for uid, _ in seen}


def check_vobject(text, say):
    """Another parser; it tells faults by exceptions of any kind."""
    try:
        for calendar in vobject.readComponents(text):
            calendar.validate(raiseException=True)
    except Exception as error:  # pylint: disable=broad-except
        say('vobject', str(error).split('\n', maxsplit=1)[0] or type(error).__name__)


def run(folder, *command):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, 'HOME': folder, 'TERM': 'dumb',
                               'XDG_CONFIG_HOME': folder, 'XDG_DATA_HOME': folder,
                               'XDG_CACHE_HOME': folder, 'LC_ALL': 'C.UTF-8'})


def check_khal(path, count, folder, say):
    config = os.path.join(folder, 'khal.conf')
    with open(config, 'w', encoding='utf-8') as out:
        out.write(f'[calendars]\n[[all]]\npath = {folder}/khal\n'
                  '[locale]\nlocal_timezone = Europe/Paris\ndefault_timezone = Europe/Paris\n'
                  '[sqlite]\npath = :memory:\n')
    os.mkdir(f'{folder}/khal')
    done = run(folder, 'khal', '-c', config, 'import', '--batch', '-a', 'all', path)
    taken = len([name for name in os.listdir(f'{folder}/khal') if name.endswith('.ics')])
    if done.returncode or taken != count:
        say('khal', f'takes {taken} of {count} events {done.stderr.strip()[-200:]}'.strip())


def check_calcurse(path, count, folder, say):
    done = run(folder, 'calcurse', '-q', '-C', folder, '-D', folder, '-i', path)
    taken = 0
    if os.path.exists(f'{folder}/apts'):
        with open(f'{folder}/apts', encoding='utf-8') as lines:
            taken = sum(1 for line in lines if line.strip())
    if done.returncode or taken != count:
        say('calcurse', f'takes {taken} of {count} events')


def check_programs(path, count, say):
    for program, check in (('khal', check_khal), ('calcurse', check_calcurse)):
        if not shutil.which(program):
            missing.add(program)
            continue
        with tempfile.TemporaryDirectory() as folder:
            check(os.path.abspath(path), count, folder, say)


def check_file(path, known, say):
    """KNOWN: events that other files have shown to every program."""
    before = len(found)
    with open(path, 'rb') as file:
        data = file.read()
    check_bytes(data, say)
    check_text(data, say)
    if 'python3-icalendar' in missing:
        return
    try:
        events = check_calendar(icalendar.Calendar.from_ical(data), say)
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        say('icalendar', str(error))
        return
    if events <= known:
        return
    if 'python3-vobject' not in missing:
        check_vobject(data.decode(errors='replace'), say)
    # What is wrong anyway tells nothing by an import.
    if len(found) == before:
        check_programs(path, len(events), say)
        known |= events


def main(paths):
    known = set()
    for path in paths:
        def say(where, what, path=path):
            found.append(path)
            print(f'{path}: {where}: {what}')
        check_file(path, known, say)
    for name in sorted(missing):
        print(f'skipped: {name} is not installed', file=sys.stderr)
    return 1 if found else 77 if missing else 0


sys.exit(main(sys.argv[1:]))
