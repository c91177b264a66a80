package pdftest

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// Long is a PDF of pages of Chinese prose with headings and a table each,
// in a font that readers bring themselves, so that none need be embedded.
func Long(pages int) []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "",
		"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
		"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/DW 1000/FontDescriptor 5 0 R>>",
		"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"}
	var kids strings.Builder
	for i := range pages {
		n := len(objects) + 1
		fmt.Fprintf(&kids, "%d 0 R ", n)
		objects = append(objects,
			fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>", n+1),
			Stream("/Filter/FlateDecode", Flated(longPage(i))))
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", pages, kids.String())
	return Objects(objects...)
}

// longPage is the content of a page: no two are alike.
func longPage(i int) string {
	var b strings.Builder
	y := 790
	line := func(size int, s string) {
		fmt.Fprintf(&b, "BT /F1 %d Tf 1 0 0 1 60 %d Tm <%s> Tj ET\n", size, y, ucs2(s))
		y -= size + 6
	}
	line(16, fmt.Sprintf("%d.%d 青岚银行第%d期经营回顾", 1+i/60, 1+i%60, i))
	for k := range 30 {
		line(10, fmt.Sprintf("第%d笔业务的收入同比增长%d.%d%%，管理层认为下游需求逐步恢复，毛利率较上年同期提升，费用率回落", 30*i+k, k%40, i%10))
	}
	line(10, fmt.Sprintf("表 %d：分部收入（百万元）", i+1))
	for k := range 6 {
		for c, cell := range []string{"分部" + string("甲乙丙丁戊己"[3*k:3*k+3]), fmt.Sprint(i + k), fmt.Sprint(i * k), fmt.Sprint(i + 7*k)} {
			fmt.Fprintf(&b, "BT /F1 9 Tf 1 0 0 1 %d %d Tm <%s> Tj ET\n", 60+c*110, y, ucs2(cell))
		}
		y -= 15
	}
	line(9, "资料来源：公司公告")
	return b.String()
}

// ucs2 is text as the codes of UniGB-UCS2-H, in hex.
func ucs2(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}
