#!/usr/bin/env python3
"""Holds the golden cards against the PDFs: check.py SET, after make.sh; prints what does not hold, exits 1 if anything does.

It reads the text with pdftotext and knows nothing of layout: it says that words stand on a page, not in which order,
and of a joined sentence that one page or two pages in a row hold it, but no page on lines that follow each other. Page1 probes may stand on the first three pages,
since a cover may come first.
"""
import json, pathlib, re, subprocess, sys

here = pathlib.Path(__file__).resolve().parents[2] / sys.argv[1]

def squeeze(s):
    return re.sub(r'\s+', '', s)

def pages(path):
    texts = []
    for mode in (['-raw'], ['-layout'], []):
        out = subprocess.run(['pdftotext', *mode, path, '-'], capture_output=True, text=True).stdout
        texts.append([squeeze(p) for p in out.split('\f')[:-1]])
    return [[t[i] for t in texts] for i in range(len(texts[0]))]

def numbers(v):
    """How a value may be printed."""
    a = abs(v)
    out = set()
    for d in range(4):
        if abs(round(a, d) - a) < 1e-9:
            out |= {f'{a:.{d}f}', f'{a:,.{d}f}'}
    return out

def cut(sentence, ps):
    s = squeeze(sentence)
    if any(s in p[1] for p in ps):
        return False  # whole lines of one page, in the layout of the page
    for i in range(len(ps)):
        for j in (i, i + 1):
            if j < len(ps):
                for k in range(1, len(s)):
                    if any(s[:k] in t for t in ps[i]) and any(s[k:] in t for t in ps[j]):
                        return True
    return False

def check(card):
    bad, path = [], here / card['report']
    if not path.exists():
        return ['file is missing']
    ps = pages(path)
    anywhere = lambda s: any(squeeze(s) in t for p in ps for t in p)
    on = lambda s, n: 0 < n <= len(ps) and any(squeeze(s) in t for t in ps[n - 1])
    if len(ps) != card['pages']:
        bad.append(f"pages: card {card['pages']}, file {len(ps)}")
    for h in card['outline']:
        if not on(h['number'] + h['title'], h['page']) and not on(h['title'], h['page']):
            at = [i + 1 for i in range(len(ps)) if on(h['title'], i + 1)]
            bad.append(f"heading {h['number']} {h['title']}: card {h['page']}, found on {at}")
    for key in ('page1_order', 'page1_side'):
        bad += [f'{key}: {s}' for s in card[key] if not any(on(s, n) for n in (1, 2, 3))]
    for key in ('never', 'must'):
        bad += [f'{key}: {s}' for s in card[key] if not anywhere(s)]
    bad += [f"related: {r['title']}" for r in card['related'] if not anywhere(r['title'])]
    bad += [f"analyst: {a}" for a in card['analysts'] if a['license'] and not anywhere(a['license'])]
    bad += [f"security: {s['code']}" for s in card['securities'] if not anywhere(re.split(r'\.', s['code'])[0].lstrip('0'))]
    bad += [f"fact: {f['metric']} {f['period']} {f['value']} p{f['page']}" for f in card['facts'] if not any(on(n, f['page']) for n in numbers(f['value']))]
    bad += [f'joined: {s}' for s in card['joined'] if not cut(s, ps)]
    if not anywhere(card['title']):
        bad.append('title: ' + card['title'])
    return bad

failed = 0
only = sys.argv[1:]
for line in (here / 'cards.jsonl').read_text(encoding='utf-8').splitlines():
    card = json.loads(line)
    if only and not any(o in card['report'] for o in only):
        continue
    for b in check(card):
        failed += 1
        print(card['report'] + ': ' + b)
sys.exit(1 if failed else 0)
