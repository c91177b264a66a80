#!/usr/bin/env python3
"""Makes NotoSansCJKsc-subset.otf, the font of the charts.

Debian 12: apt-get install fonts-noto-cjk python3-fonttools, then
    /usr/bin/python3 subset.py
Made with fonts-noto-cjk 1:20220127+repack1-1 (Noto Sans CJK SC 2.004) and
fonttools 4.38.0; the same versions give the same bytes.

It keeps the characters of GB 2312 (simplified, kana, Greek, Cyrillic), those of
Big5's first level (the common traditional ones: names in Hong Kong and Taiwan),
Latin, punctuation, and a few that names have beyond these. Hints and layout
tables are left out: charts set plain horizontal text.
"""
from fontTools import subset

SOURCE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SC = 2  # index in the collection
BEYOND = "〇滙碁堃喆镕翀赟玥淼垚鑫ー−✓▲▼■●◆"


def encoded(codec, high, low):
    """The characters that a two-byte encoding has in these rows."""
    for a in high:
        for b in low:
            try:
                yield ord(bytes([a, b]).decode(codec))
            except UnicodeDecodeError:
                pass


keep = set(map(ord, BEYOND)) | {0x20AC, 0x2122, 0x2116}
keep.update(encoded("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF)))
keep.update(encoded("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)]))
for first, last in ((0x20, 0x7E), (0xA0, 0x17F), (0x2010, 0x203F), (0xFF01, 0xFF5E)):
    keep.update(range(first, last + 1))

opt = subset.Options()
opt.font_number = SC
opt.layout_features = []
opt.hinting = False
opt.notdef_outline = True
opt.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
opt.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GPOS", "GSUB", "DSIG"]
font = subset.load_font(SOURCE, opt)
cut = subset.Subsetter(opt)
cut.populate(unicodes=keep)
cut.subset(font)
subset.save_font(font, "NotoSansCJKsc-subset.otf", opt)
