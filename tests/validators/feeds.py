#!/usr/bin/python3
"""feeds.py atom|rss FILE...: Atom (RFC 4287) and RSS 2.0, the elements they ask for and
what those hold. Each finding is a line FILE: WHERE: WHAT; exit status 1 when any."""

import email.utils
import re
import sys
import xml.etree.ElementTree as tree

ATOM = '{http://www.w3.org/2005/Atom}'
ABSOLUTE = re.compile(r'[a-z][a-z0-9+.-]*:\S+$')
WEB = re.compile(r'https?://[^\s<>]+$')
RFC3339 = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$')
RFC822 = re.compile(r'(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep'
                    r'|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d (GMT|[+-]\d{4})$')
DAYS = 'Mon Tue Wed Thu Fri Sat Sun'.split()

# RFC 4287 4.1.1 and 4.1.2: how often a child stands; "+": at least once.
FEED = {'id': '1', 'title': '1', 'updated': '1', 'author': '*', 'link': '+', 'entry': '*',
        'category': '*', 'contributor': '*', 'generator': '?', 'icon': '?', 'logo': '?',
        'rights': '?', 'subtitle': '?'}
ENTRY = {'id': '1', 'title': '1', 'updated': '1', 'author': '*', 'link': '*', 'content': '?',
         'category': '*', 'contributor': '*', 'published': '?', 'rights': '?', 'source': '?',
         'summary': '?'}
LIMITS = {'1': (1, 1), '?': (0, 1), '+': (1, None), '*': (0, None)}


def text_of(element):
    return (element.text or '').strip() if element is not None else ''


def check_children(parent, allowed, where, say):
    for child in parent:
        name = child.tag.removeprefix(ATOM)
        if child.tag.startswith(ATOM) and name not in allowed:
            say(where, f'Atom has no {name} here')
    for name, times in allowed.items():
        count = len(parent.findall(ATOM + name))
        low, high = LIMITS[times]
        if count < low or (high is not None and count > high):
            say(where, f'{count} {name}')


def check_construct(parent, where, say):
    """Dates, texts, links and persons, of a feed or an entry."""
    for name in ('updated', 'published'):
        for date in parent.findall(ATOM + name):
            if not RFC3339.match(text_of(date)):
                say(where, f'{name}: "{text_of(date)}"')
    for name in ('title', 'subtitle', 'summary', 'rights', 'content'):
        for text in parent.findall(ATOM + name):
            kind = text.get('type', 'text')
            if kind not in ('text', 'html', 'xhtml') and name != 'content':
                say(where, f'{name}: no type {kind}')
            if kind != 'xhtml' and len(text):
                say(where, f'{name}: elements in a text of type {kind}')
    for link in parent.findall(ATOM + 'link'):
        if not ABSOLUTE.match(link.get('href', '')):
            say(where, f'link: "{link.get("href")}"')
    for name in ('author', 'contributor'):
        for person in parent.findall(ATOM + name):
            if not text_of(person.find(ATOM + 'name')):
                say(where, f'{name} has no name')
    for category in parent.findall(ATOM + 'category'):
        if not category.get('term'):
            say(where, 'category has no term')
    if not ABSOLUTE.match(text_of(parent.find(ATOM + 'id'))):
        say(where, 'id is no absolute address')


def check_atom(root, say):
    if root.tag != f'{ATOM}feed':
        say('-', 'is no Atom feed')
        return
    check_children(root, FEED, 'feed', say)
    check_construct(root, 'feed', say)
    links = root.findall(f'{ATOM}link')
    if sum(link.get('rel') == 'self' for link in links) != 1:
        say('feed', 'no link to itself')
    seen = set()
    for entry in root.findall(f'{ATOM}entry'):
        where = f'entry {text_of(entry.find(ATOM + "id"))}'
        check_children(entry, ENTRY, where, say)
        check_construct(entry, where, say)
        if where in seen:
            say(where, 'this id stands twice')
        seen.add(where)
        if root.find(f'{ATOM}author') is None and entry.find(f'{ATOM}author') is None:
            say(where, 'has no author, nor has the feed')
        alternate = [link for link in entry.findall(f'{ATOM}link')
                     if link.get('rel', 'alternate') == 'alternate']
        if entry.find(f'{ATOM}content') is None and not alternate:
            say(where, 'neither content nor link')


def check_date(text, where, say):
    parsed = email.utils.parsedate_to_datetime(text) if RFC822.match(text) else None
    if parsed is None or DAYS[parsed.weekday()] != text[:3]:
        say(where, f'date: "{text}"')


def check_item(item, where, say):
    if not text_of(item.find('title')) and not text_of(item.find('description')):
        say(where, 'neither title nor description')
    for name in ('title', 'link', 'description', 'guid', 'pubDate'):
        if len(item.findall(name)) > 1:
            say(where, f'{len(item.findall(name))} {name}')
    link, guid = item.find('link'), item.find('guid')
    if link is not None and not WEB.match(text_of(link)):
        say(where, f'link: "{text_of(link)}"')
    if guid is None:
        say(where, 'no guid')
    elif guid.get('isPermaLink', 'true') == 'true' and not WEB.match(text_of(guid)):
        say(where, 'guid is no address, and not isPermaLink="false"')
    for date in item.findall('pubDate'):
        check_date(text_of(date), where, say)
    for enclosure in item.findall('enclosure'):
        if not all(enclosure.get(name) for name in ('url', 'length', 'type')):
            say(where, 'enclosure needs url, length and type')


def check_rss(root, say):
    channels = root.findall('channel')
    if root.tag != 'rss' or root.get('version') != '2.0' or len(channels) != 1:
        say('-', 'is no RSS 2.0 with one channel')
        return
    channel = channels[0]
    for name in ('title', 'link', 'description'):
        if len(channel.findall(name)) != 1 or not text_of(channel.find(name)):
            say('channel', f'has not one {name}')
    if not WEB.match(text_of(channel.find('link'))):
        say('channel', 'link is no address')
    if not any(link.get('rel') == 'self' for link in channel.findall(f'{ATOM}link')):
        say('channel', 'no atom:link to itself')
    for name in ('pubDate', 'lastBuildDate'):
        for date in channel.findall(name):
            check_date(text_of(date), 'channel', say)
    seen = set()
    for number, item in enumerate(channel.findall('item'), 1):
        guid = text_of(item.find('guid'))
        check_item(item, f'item {guid or number}', say)
        if guid and guid in seen:
            say(f'item {guid}', 'this guid stands twice')
        seen.add(guid)


def main(kind, paths):
    found = []
    for path in paths:
        def say(where, what, path=path):
            found.append(path)
            print(f'{path}: {where}: {what}')
        try:
            root = tree.parse(path).getroot()
        except tree.ParseError as error:
            say('-', error)
            continue
        {'atom': check_atom, 'rss': check_rss}[kind](root, say)
    return 1 if found else 0


sys.exit(main(sys.argv[1], sys.argv[2:]))
