#!/usr/bin/env python3
"""Expands the *.card files beside it, written by hand before the PDFs, into cards.jsonl one folder up.

A line is "key: value". Keys that may come again: analyst (name licence), security (code name), h (level|number|title|page),
related (date|title), order, side, never, must, joined, facts (code pPAGE metric unit period=value ..., "-" for an empty
code or unit, E after a period for a forecast). first: physical label.
"""
import json, pathlib

here = pathlib.Path(__file__).resolve().parent

def number(s):
    return float(s.replace(',', ''))

def card(path):
    c = dict(report='', title='', publisher='', published='', analysts=[], rating='', rating_action='', target_price=0, price=0,
             currency='', industry='', securities=[], language='zh', pages=0, outline=[], related=[], page1_order=[], page1_side=[],
             never=[], must=[], facts=[], joined=[])
    lists = {'order': 'page1_order', 'side': 'page1_side', 'never': 'never', 'must': 'must', 'joined': 'joined'}
    for line in path.read_text(encoding='utf-8').splitlines():
        if not line.strip():
            continue
        k, v = line.split(': ', 1)
        v = v.strip()
        if k in lists:
            c[lists[k]] += [v] if k == 'joined' else [p.strip() for p in v.split(' ~ ')]
        elif k == 'analyst':
            name, _, licence = v.rpartition(' ')
            c['analysts'].append({'name': name, 'license': licence})
        elif k == 'security':
            code, name = v.split(' ', 1)
            c['securities'].append({'code': code, 'name': name})
        elif k == 'h':
            level, num, title, page = v.split('|')
            c['outline'].append({'number': num, 'title': title, 'level': int(level), 'page': int(page)})
        elif k == 'related':
            date, title = v.split('|', 1)
            c['related'].append({'title': title, 'published': date})
        elif k == 'first':
            physical, label = v.split()
            c['printed_first'] = {'physical': int(physical), 'label': label}
        elif k == 'facts':
            code, page, metric, unit, *cells = v.split()
            for cell in cells:
                period, value = cell.split('=')
                c['facts'].append({'security': code.strip('-'), 'metric': metric, 'period': period.rstrip('E'), 'value': number(value),
                                   'unit': '' if unit == '-' else unit, 'forecast': period.endswith('E'), 'page': int(page[1:])})
        elif k in ('target_price', 'price'):
            c[k] = number(v)
        elif k == 'pages':
            c[k] = int(v)
        else:
            assert k in c, (path, k)
            c[k] = v
    return c

lines = [json.dumps(card(p), ensure_ascii=False) for p in sorted(here.glob('*.card'))]
(here.parent / 'cards.jsonl').write_text('\n'.join(lines) + '\n', encoding='utf-8')
