#!/usr/bin/env python3
"""Turns the .txt sources into pages: HTML for Chromium and WeasyPrint, flat ODT for LibreOffice.

A source begins with settings (key: value), then parts opened by a line @@css, @@html or @@body.
@@html is passed on as it is, except that <t>, <chart> and <toc> elements are expanded.
@@body is a line a block: # ## ### headings, "- " bullets, "cap:" "src:" lines, |rows|, "toc: level|text|page",
"chart: ...", "---" for a new page, "p1: x" a paragraph of class x, "frame: x y w h" ... "end" for LibreOffice,
anything else a paragraph.
"""
import base64, html, pathlib, re, sys

def width(s):
    """Width of a text in em: Han and full-width characters one, others a half."""
    return sum(1 if ord(c) > 0x2000 else 0.5 for c in s)

def chart(spec):
    """A bar or line chart as SVG with its axis labels as text: kind w=.. h=.. u=unit a=1,b=2 ; second series after /"""
    kind, *args = spec.split()
    opt, series = {}, []
    for a in args:
        if a == '/':
            series.append([])
        elif a[:2] in ('w=', 'h=', 'u=', 'f='):
            opt[a[0]] = a[2:]
        else:
            if not series:
                series.append([])
            k, v = a.split('=')
            series[-1].append((k, float(v)))
    w, h = int(opt.get('w', 440)), int(opt.get('h', 110))
    font = opt.get('f', 'WenQuanYi Micro Hei').replace('_', ' ')
    vals = [v for s in series for _, v in s]
    top = max(vals + [0]) * 1.15 or 1
    low = min(vals + [0]) * 1.15
    y = lambda v: h - (v - low) / (top - low) * (h - 12)
    o = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h+18}" viewBox="0 0 {w} {h+18}" font-size="8" font-family="{font}">']
    o.append(f'<text x="0" y="8">{opt.get("u", "")}</text>')
    for i in range(5):
        v = low + (top - low) * i / 4
        o.append(f'<text x="26" y="{y(v)+3:.1f}" text-anchor="end">{v:.0f}</text><line x1="30" x2="{w}" y1="{y(v):.1f}" y2="{y(v):.1f}" stroke="#ddd"/>')
    for n, s in enumerate(series):
        step = (w - 34) / len(s)
        pts = []
        for i, (k, v) in enumerate(s):
            x = 34 + i * step
            if kind == 'bar':
                bw = step * .6 / len(series)
                o.append(f'<rect x="{x+step*.2+n*bw:.1f}" y="{min(y(v),y(0)):.1f}" width="{bw:.1f}" height="{abs(y(v)-y(0)):.1f}" fill="{["#2f5c9e","#c0504d"][n%2]}"/>')
            else:
                pts.append(f'{x+step/2:.1f},{y(v):.1f}')
            if n == 0:
                o.append(f'<text x="{x+step/2:.1f}" y="{h+12}" text-anchor="middle">{k}</text>')
        if pts:
            o.append(f'<polyline points="{" ".join(pts)}" fill="none" stroke="{["#2f5c9e","#c0504d"][n%2]}" stroke-width="1.2"/>')
    return ''.join(o) + '</svg>'

def cells(row):
    return [c.strip() for c in row.strip()[1:-1].split('|')]

def table(rows, cls='', head=1):
    """Rows of |-separated cells; {3}text spans columns, {r2}text spans rows."""
    o = [f'<table class="{cls}">']
    for i, r in enumerate(rows):
        tag = 'th' if i < head else 'td'
        if i == 0 and head:
            o.append('<thead>')
        tr = []
        for c in cells(r):
            m = re.match(r'\{(r?)(\d+)\}(.*)', c)
            span = f' {"rowspan" if m and m[1] else "colspan"}="{m[2]}"' if m else ''
            tr.append(f'<{tag}{span}>{m[3] if m else c}</{tag}>')
        o.append('<tr>' + ''.join(tr) + '</tr>')
        if i == head - 1:
            o.append('</thead>')
    return ''.join(o) + '</table>'

def toc(arg, conf):
    level, text, page = arg.split('|')
    lead = conf.get('leader', '.')
    em = float(conf.get('tocwidth', '40')) - width(text) - (int(level) - 1) * 2 - 2.5
    dots = lead * int(em / (0.5 if ord(lead or 'x') > 0x2000 else 0.27)) if lead else ''
    return f'<p class="toc l{level}"><span>{text}</span><i>{dots}</i><span>{page}</span></p>'

def rich(raw):
    """Expands the short elements inside a piece of HTML."""
    def t(m):
        head = re.search(r'head=(\d)', m[1])
        cls = re.search(r'class="([^"]*)"', m[1])
        rows = [l for l in m[2].strip().splitlines() if l.strip()]
        return table(rows, cls[1] if cls else '', int(head[1]) if head else 1)
    raw = re.sub(r'<t([^a-z>]*(?: [^>]*)?)>(.*?)</t>', t, raw, flags=re.S)
    return re.sub(r'<chart ([^>]*)/>', lambda m: chart(m[1]), raw)

def body(lines, conf):
    o, rows, head, cls, bullets = [], [], 1, '', False
    def flush():
        nonlocal rows, bullets, head, cls
        if rows:
            o.append(table(rows, cls, head)); rows, head, cls = [], 1, ''
        if bullets:
            o.append('</ul>'); bullets = False
    it = iter(lines)
    for l in it:
        l = l.rstrip()
        if l.startswith('|'):
            if bullets: flush()
            rows.append(l); continue
        if l.startswith('- '):
            if rows: flush()
            if not bullets: o.append('<ul>'); bullets = True
            o.append(f'<li>{l[2:]}</li>'); continue
        flush()
        if not l: continue
        if l.startswith('table:'):
            head = int(re.search(r'head=(\d)', l)[1]) if 'head=' in l else 1
            cls = (re.search(r'class=(\S+)', l) or ['', ''])[1]
        elif m := re.match(r'(#+) (.*)', l): o.append(f'<h{len(m[1])+1}>{m[2]}</h{len(m[1])+1}>')
        elif l.startswith('cap: '): o.append(f'<p class="cap">{l[5:]}</p>')
        elif l.startswith('src: '): o.append(f'<p class="src">{l[5:]}</p>')
        elif l.startswith('toc: '): o.append(toc(l[5:], conf))
        elif l.startswith('chart: '): o.append(chart(l[7:]))
        elif l == '---': o.append('<div class="pb"></div>')
        elif m := re.match(r'p\.(\w+): (.*)', l): o.append(f'<p class="{m[1]}">{m[2]}</p>')
        elif l.startswith('<'): o.append(rich(l))
        else: o.append(f'<p>{l}</p>')
    flush()
    return '\n'.join(o)

def parse(path):
    conf, parts, cur = {}, [], None
    for l in pathlib.Path(path).read_text(encoding='utf-8').splitlines():
        if l.startswith('@@'):
            parts.append((l[2:].strip(), [])); continue
        if not parts:
            if ':' in l:
                k, v = l.split(':', 1); conf[k.strip()] = v.strip()
        else:
            parts[-1][1].append(l)
    return conf, parts

BASE = '''*{box-sizing:border-box;font-synthesis:none}body{margin:0;color:#111;widows:1;orphans:1;font-size:10.5pt;line-height:1.6}
p{margin:0 0 6pt;text-align:justify;text-indent:2em}h1,h2,h3,h4{font-weight:normal;margin:10pt 0 5pt;break-after:avoid}b,th{font-weight:normal}
ul{margin:0 0 6pt;padding-left:14pt}li{margin-bottom:4pt;text-align:justify}table{border-collapse:collapse;width:100%;font-size:8.5pt;line-height:1.4;margin:2pt 0 3pt}
th,td{padding:1.5pt 3pt;text-align:right;border-bottom:.3pt solid #bbb}th:first-child,td:first-child{text-align:left}tr{break-inside:avoid}
table.l th,table.l td{text-align:left}.cap{text-indent:0;break-after:avoid;margin:8pt 0 2pt;font-size:9.5pt}.src{text-indent:0;font-size:8.5pt;color:#555;margin:1pt 0 8pt}
.toc{display:flex;text-indent:0;margin:0;white-space:nowrap}.toc i{flex:1;overflow:hidden;font-style:normal;text-align:right}.toc.l2{padding-left:2em}.toc.l3{padding-left:4em}
.pb{break-before:page}.n{text-indent:0}svg{display:block;break-inside:avoid}.two{display:grid;grid-template-columns:1fr 1fr;gap:5mm}.abs{position:absolute}'''

def to_html(conf, parts):
    css = BASE + '\n'.join('\n'.join(ls) for k, ls in parts if k == 'css')
    out = [f'<!doctype html><html lang="{conf.get("lang","zh-CN")}"><head><meta charset="utf-8"><title>{conf.get("doctitle","")}</title><style>{css}</style></head><body>']
    for k, ls in parts:
        if k == 'html': out.append(rich('\n'.join(ls)))
        elif k == 'body': out.append(body(ls, conf))
    return '\n'.join(out) + '</body></html>'

if __name__ == '__main__':
    conf, parts = parse(sys.argv[1])
    if conf.get('engine') == 'libreoffice':
        import fodt
        sys.stdout.write(fodt.render(conf, parts))
    else:
        sys.stdout.write(to_html(conf, parts))
