"""Writes a flat ODT for LibreOffice from the body parts of a source: Word-like reports with frames for the sidebar."""
import base64, html, re
import build

NS = ('xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
      'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
      'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
      'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"')

def inline(s):
    s = html.escape(s, quote=False).replace('&lt;b&gt;', '<text:span text:style-name="B">').replace('&lt;/b&gt;', '</text:span>')
    s = s.replace('&lt;br&gt;', '<text:line-break/>').replace('\\t', '<text:tab/>')
    s = s.replace('{page}', '<text:page-number text:select-page="current"/>').replace('{pages}', '<text:page-count/>')
    return re.sub(r'  +', lambda m: f'<text:s text:c="{len(m[0])}"/>', s)

def para(style, s, extra=''):
    return f'<text:p text:style-name="{style}"{extra}>{inline(s)}</text:p>'

def paragraph_style(name, conf, size, align='justify', indent='0cm', color='#000000', bold=False, font=None, before='0cm', after='0.12cm', more='', master=''):
    font = font or conf.get('font', 'AR PL SungtiL GB')
    latin = conf.get('latin', font)
    weight = 'fo:font-weight="bold" style:font-weight-asian="bold"' if bold else ''
    return (f'<style:style style:name="{name}" style:family="paragraph"{master}><style:paragraph-properties fo:text-align="{align}" style:justify-single-word="false" '
            f'fo:text-indent="{indent}" fo:margin-top="{before}" fo:margin-bottom="{after}" fo:line-height="{conf.get("lineheight", "130%")}" fo:orphans="1" fo:widows="1" {more}>'
            + (f'<style:tab-stops><style:tab-stop style:position="{conf.get("tab","16.5cm")}" style:type="right" {leader(conf)}/></style:tab-stops>' if name.startswith('TOC') else '')
            + f'</style:paragraph-properties><style:text-properties style:font-name="{latin}" style:font-name-asian="{font}" fo:font-size="{size}pt" style:font-size-asian="{size}pt" fo:color="{color}" {weight}/></style:style>')

def leader(conf):
    return 'style:leader-style="dotted" style:leader-text="."' if conf.get('leader', '.') else ''

def styles(conf):
    c = conf.get('color', '#1f3864')
    size = float(conf.get('size', '10.5'))
    font, head = conf.get('font', 'AR PL SungtiL GB'), conf.get('hfont', 'WenQuanYi Zen Hei')
    fonts = ''.join(f'<style:font-face style:name="{f}" svg:font-family="\'{f}\'"/>' for f in {font, head, conf.get('latin', font), 'AR PL KaitiM GB', 'Liberation Serif', 'Liberation Sans'})
    ps = [paragraph_style('P', conf, size, indent=conf.get('indent', '0.75cm')), paragraph_style('N', conf, size, align='start'),
          paragraph_style('H1', conf, 15, 'start', color=c, font=head, before='0.35cm', more='fo:keep-with-next="always"'),
          paragraph_style('H2', conf, 12.5, 'start', color=c, font=head, before='0.25cm', more='fo:keep-with-next="always"'),
          paragraph_style('H3', conf, size, 'start', color=c, bold=True, before='0.15cm', more='fo:keep-with-next="always"'),
          paragraph_style('Cap', conf, 9.5, 'start', font=head, before='0.2cm', after='0.05cm', more='fo:keep-with-next="always"'),
          paragraph_style('Src', conf, 8.5, 'start', color='#555555', before='0.1cm', after='0.25cm'), paragraph_style('Small', conf, 8.5, 'justify'),
          paragraph_style('SideT', conf, 9.5, 'start', color=c, font=head, before='0.2cm', after='0.03cm'), paragraph_style('Side', conf, 8.5, 'start', after='0.02cm'),
          paragraph_style('Title', conf, 20, 'start', color=c, font=head), paragraph_style('Series', conf, 12, 'start', color='#777777'),
          paragraph_style('Big', conf, 14, 'start', color=c, font=head), paragraph_style('Band', conf, 11, 'start', color=c, font=head, more=f'fo:border-bottom="1.5pt solid {c}" fo:padding="0.05cm"'),
          paragraph_style('Bul', conf, size, more='fo:margin-left="0.6cm"', indent='-0.45cm'), paragraph_style('Hidden', conf, 1, color='#ffffff'),
          paragraph_style('HF', conf, 8.5, 'start', color='#444444'), paragraph_style('TL', conf, 8.5, 'start', after='0cm'), paragraph_style('TR', conf, 8.5, 'end', after='0cm'),
          paragraph_style('TOC1', conf, size, 'start'), paragraph_style('TOC2', conf, size, 'start', more='fo:margin-left="0.6cm"'), paragraph_style('TOC3', conf, size, 'start', more='fo:margin-left="1.2cm"'),
          paragraph_style('PB', conf, 2, after='0cm', more='fo:break-before="page"'),
          paragraph_style('Start', conf, 2, after='0cm', more='style:page-number="1"', master=' style:master-page-name="Standard"'),
          paragraph_style('First', conf, 2, after='0cm', master=' style:master-page-name="First"')]
    auto = ''.join(ps) + ('<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>'
        # Without the parent named Frame it would become a drawing, which cannot hold tables.
        '<style:style style:name="Fr" style:family="graphic" style:parent-style-name="Frame"><style:graphic-properties style:wrap="parallel" style:number-wrapped-paragraphs="no-limit" style:vertical-pos="from-top" style:vertical-rel="page" '
        'style:horizontal-pos="from-left" style:horizontal-rel="page" fo:border="none" fo:padding="0cm" fo:margin-left="0.3cm" fo:margin-right="0.3cm" draw:fill="none" draw:stroke="none" fo:background-color="transparent"/></style:style>'
        '<style:style style:name="Im" style:family="graphic"><style:graphic-properties style:vertical-pos="top" style:vertical-rel="baseline"/></style:style>'
        '<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:padding="0.03cm" fo:border="none" fo:border-bottom="0.3pt solid #999999"/></style:style>'
        '<style:style style:name="Two" style:family="section"><style:section-properties text:dont-balance-text-columns="false"><style:columns fo:column-count="2" fo:column-gap="0.7cm"/></style:section-properties></style:style>')
    m = conf.get('margins', '2.6cm 2cm 2cm 2.2cm').split()
    layout = ('<style:page-layout style:name="PL"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" '
              f'fo:margin-top="1.2cm" fo:margin-right="{m[1]}" fo:margin-bottom="1cm" fo:margin-left="{m[3]}"/>'
              '<style:header-style><style:header-footer-properties fo:min-height="1.1cm" fo:margin-bottom="0.3cm"/></style:header-style>'
              '<style:footer-style><style:header-footer-properties fo:min-height="0.9cm" fo:margin-top="0.2cm"/></style:footer-style></style:page-layout>')
    def hf(kind, s):
        return f'<style:{kind}>' + ''.join(para('HF', x) for x in s.split('//')) + f'</style:{kind}>' if s else ''
    masters = (f'<style:master-page style:name="First" style:page-layout-name="PL" style:next-style-name="{conf.get("next", "Standard")}">' + hf('header', conf.get('firstheader', '')) + hf('footer', conf.get('firstfooter', '')) + '</style:master-page>'
               '<style:master-page style:name="Standard" style:page-layout-name="PL">' + hf('header', conf.get('header', '')) + hf('footer', conf.get('footer', '')) + '</style:master-page>')
    return (f'<office:font-face-decls>{fonts}</office:font-face-decls><office:styles><style:style style:name="Frame" style:family="graphic"/></office:styles><office:automatic-styles>{auto}{layout}</office:automatic-styles><office:master-styles>{masters}</office:master-styles>')

count = 0

def table(rows, opts):
    global count
    count += 1
    head = int((re.search(r'head=(\d)', opts) or [0, '1'])[1])
    left = 'class=l' in opts
    widths = (re.search(r'w=(\S+)', opts) or ['', ''])[1].split(',')
    grid = [build.cells(r) for r in rows]
    n = max(sum(int(m[1]) if (m := re.match(r'\{(\d+)\}', c)) else 1 for c in g) for g in grid)
    total = float((re.search(r'total=(\S+)', opts) or ['', '16.6'])[1])
    left_margin = (re.search(r'left=(\S+)', opts) or ['', '0'])[1]
    ws = [float(w) for w in widths] if widths != [''] else [total / n] * n
    o = [f'<table:table table:name="T{count}">']
    cols = ''.join(f'<style:style style:name="T{count}.{i}" style:family="table-column"><style:table-column-properties style:column-width="{w}cm"/></style:style>' for i, w in enumerate(ws))
    cols += f'<style:style style:name="T{count}S" style:family="table"><style:table-properties style:width="{sum(ws)}cm" fo:margin-left="{left_margin}cm" table:align="left"/></style:style>'
    o = [f'<table:table table:name="T{count}" table:style-name="T{count}S">' + ''.join(f'<table:table-column table:style-name="T{count}.{i}"/>' for i in range(len(ws)))]
    for i, g in enumerate(grid):
        if i == 0 and head and 'norepeat' not in opts:
            o.append('<table:table-header-rows>')
        o.append('<table:table-row>')
        for j, c in enumerate(g):
            m = re.match(r'\{(\d+)\}(.*)', c)
            span = int(m[1]) if m else 1
            o.append(f'<table:table-cell table:style-name="Cell"' + (f' table:number-columns-spanned="{span}"' if span > 1 else '') + '>' + para('TL' if j == 0 or left else 'TR', m[2] if m else c) + '</table:table-cell>' + '<table:covered-table-cell/>' * (span - 1))
        o.append('</table:table-row>')
        if i == head - 1 and 'norepeat' not in opts:
            o.append('</table:table-header-rows>')
    return ''.join(o) + '</table:table>', cols

def image(spec):
    svg = build.chart(spec)
    w, h = re.search(r'width="(\d+)" height="(\d+)"', svg).groups()
    data = base64.b64encode(svg.encode()).decode()
    return (f'<text:p text:style-name="N"><draw:frame draw:style-name="Im" text:anchor-type="as-char" svg:width="{int(w)/28.35:.2f}cm" svg:height="{int(h)/28.35:.2f}cm">'
            f'<draw:image><office:binary-data>{data}</office:binary-data></draw:image></draw:frame></text:p>')

NAMED = {'n': 'N', 'side': 'Side', 'sidet': 'SideT', 'title': 'Title', 'series': 'Series', 'big': 'Big', 'band': 'Band', 'small': 'Small', 'hidden': 'Hidden', 'tl': 'TL', 'tr': 'TR'}

def render(conf, parts):
    flow, frames, target, cols = [], [], None, []
    target = flow
    rows, opts, zi = [], '', 0
    lines = [l.rstrip() for k, ls in parts if k == 'body' for l in ls] + ['']
    for l in lines:
        if l.startswith('|'):
            rows.append(l); continue
        if rows:
            t, c = table(rows, opts); target.append(t); cols.append(c); rows, opts = [], ''
        if not l: continue
        if l.startswith('table:'): opts = l[6:]
        elif m := re.match(r'frame: (\S+) (\S+) (\S+)', l):
            zi += 1
            frames.append(f'<draw:frame draw:style-name="Fr" text:anchor-type="paragraph" svg:x="{m[1]}cm" svg:y="{m[2]}cm" svg:width="{m[3]}cm" draw:z-index="{zi}"><draw:text-box fo:min-height="0.5cm">')
            target = frames
        elif l == 'end': frames.append('</draw:text-box></draw:frame>'); target = flow
        elif l == 'cols': target.append('<text:section text:style-name="Two" text:name="C%d">' % len(flow))
        elif l == 'endcols': target.append('</text:section>')
        elif m := re.match(r'(#+) (.*)', l): target.append(f'<text:h text:style-name="H{len(m[1])}" text:outline-level="{len(m[1])}">{inline(m[2])}</text:h>')
        elif l.startswith('cap: '): target.append(para('Cap', l[5:]))
        elif l.startswith('src: '): target.append(para('Src', l[5:]))
        elif l.startswith('- '): target.append(para('Bul', conf.get('bullet', '●') + ' ' + l[2:]))
        elif l.startswith('toc: '):
            a = l[5:].split('|'); target.append(para('TOC' + a[0], a[1] + '\\t' + a[2]))
        elif l.startswith('chart: '): target.append(image(l[7:]))
        elif l == '---': target.append(para('PB', ''))
        elif l == 'start': target.append(para('Start', ''))
        elif l == 'first': target.append('@first@')
        elif m := re.match(r'p\.(\w+): ?(.*)', l): target.append(para(NAMED[m[1]], m[2]))
        else: target.append(para('P', l))
    # The frames hang on the first paragraph: one anchored to the page could not stand before it.
    flow = [f'<text:p text:style-name="First">{"".join(frames)}</text:p>' if x == '@first@' else x for x in flow]
    head = styles(conf).replace('</office:automatic-styles>', ''.join(cols) + '</office:automatic-styles>')
    return (f'<?xml version="1.0" encoding="UTF-8"?><office:document {NS} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">{head}'
            f'<office:body><office:text>{"".join(flow)}</office:text></office:body></office:document>')
