package parse

import (
	"bytes"
	"encoding/ascii85"
	"fmt"
	"strings"

	"reportbot/ingest/parse/pdf/pdftest"
)

// sheet is a PDF of one page: object 3 is Helvetica, 4 the page, 5 its
// content; more objects begin at 6.
func sheet(entries, resources, content string, more ...string) []byte {
	return sheetOf(entries, resources, pdftest.Stream("", content), more...)
}

// sheetOf is sheet with a content stream made elsewhere.
func sheetOf(entries, resources, stream string, more ...string) []byte {
	return pdftest.Objects(append([]string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[4 0 R]>>",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>" + resources + ">>/Contents 5 0 R" + entries + ">>",
		stream}, more...)...)
}

var words = pdftest.Show(72, 700, 12, "Revenue rose by a third.")

// hostileTrees are files whose objects refer to each other in ways that do not
// end, or far too deep.
func hostileTrees() map[string][]byte {
	catalog := "<</Type/Catalog/Pages 2 0 R>>"
	deep := []string{catalog}
	for i := range 5000 {
		deep = append(deep, fmt.Sprintf("<</Type/Pages/Count 1/Kids[%d 0 R]>>", i+3))
	}
	fan := []string{catalog}
	for i := range 40 { // 2 to the 40th pages
		fan = append(fan, fmt.Sprintf("<</Type/Pages/Count 1000/Kids[%d 0 R %[1]d 0 R]>>", i+3))
	}
	good := string(pdftest.One(words))
	at := strings.LastIndex(good, "startxref")
	return map[string][]byte{
		"page tree loop":          pdftest.Objects(catalog, "<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"),
		"page is its parent":      pdftest.Objects(catalog, "<</Type/Page/Parent 2 0 R/Kids[2 0 R]/Count 5/MediaBox[0 0 9 9]>>"),
		"a billion pages, one":    pdftest.Objects(catalog, "<</Type/Pages/Count 1000000000/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
		"fewer pages than none":   pdftest.Objects(catalog, "<</Type/Pages/Count -5/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
		"deep page tree":          pdftest.Objects(append(deep, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")...),
		"page tree doubles":       pdftest.Objects(append(fan, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")...),
		"pages of one page":       pdftest.SharedText(1999, strings.Repeat("much text ", 50)),
		"more pages than allowed": pdftest.SharedText(2001, "a"),
		"nested arrays":           sheet("/X "+strings.Repeat("[", 10000)+strings.Repeat("]", 10000), "", words),
		"open arrays":             sheet("/X "+strings.Repeat("[", 100000), "", words),
		"nested dictionaries":     sheet("/X "+strings.Repeat("<</A ", 10000)+"1"+strings.Repeat(">>", 10000), "", words),
		"reference to itself":     sheet("/Rotate 6 0 R", "", words, "6 0 R"),
		"ring of references":      sheet("/MediaBox 6 0 R", "", words, "7 0 R", "8 0 R", "6 0 R"),
		"length is the stream":    sheetOf("", "", "<</Length 5 0 R>>stream\n"+words+"\nendstream"),
		"length far too large":    sheetOf("", "", "<</Length 2147483647>>stream\n"+words+"\nendstream"),
		"length below nothing":    sheetOf("", "", "<</Length -1>>stream\n"+words+"\nendstream"),
		"xref goes back to itself": []byte(strings.Replace(good, "trailer\n<<",
			fmt.Sprintf("trailer\n<</Prev %s", strings.Fields(good[at:])[1]), 1)),
		"xref at itself":            []byte(fmt.Sprintf("%sstartxref\n%d\n%%%%EOF\n", good[:at], at)),
		"xref of a billion objects": []byte(strings.Replace(good, "xref\n0 ", "xref\n0 99999999", 1)),
		"xref stream of itself":     []byte("%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 9/W[1 4 2]/Root 1 0 R/Prev 9/Index[0 99999999]/Length 7>>stream\n\x01\x00\x00\x00\x09\x00\x00\nendstream\nendobj\nstartxref\n9\n%%EOF\n"),
		"object stream in itself":   sheetOf("", "", "<</Type/ObjStm/N 2/First 10/Extends 5 0 R/Length 30>>stream\n5 0 4 10 <</A 5 0 R>>\nendstream"),
		"outline loop":              pdftest.Objects("<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R>>", "<</Type/Pages/Count 0/Kids[]>>", "<</First 4 0 R/Last 4 0 R/Count 1>>", "<</Title(a)/Parent 3 0 R/Next 4 0 R/First 4 0 R>>"),
		"no catalog":                pdftest.Objects("null", "<</Type/Pages/Count 0/Kids[]>>"),
		"catalog is a number":       pdftest.Objects("7"),
		"objects without end":       []byte(strings.ReplaceAll(strings.ReplaceAll(good, "endobj", ""), "endstream", "")),
		"string without end":        []byte(strings.Replace(good, "third.)", "third.", 1)),
		"dictionaries without end":  []byte(strings.ReplaceAll(good, ">>", "")),
		"half of it":                []byte(good[:len(good)/2] + "\n%%EOF\n"),
		"header and noise":          append([]byte("%PDF-1.7\n"), pdftest.Noise(200000)...),
		"noise and end":             append(append([]byte("%PDF-1.7\n"), pdftest.Noise(5000)...), "\nstartxref\n9\n%%EOF"...),
		"a web page":                []byte("<!DOCTYPE html><html><body><p>Not found. This page has gone.</p></body></html>"),
		"a picture":                 append([]byte("\x89PNG\r\n\x1a\n"), pdftest.Noise(2000)...),
		"a program":                 append([]byte("MZ\x90\x00\x03\x00"), pdftest.Noise(2000)...),
	}
}

// hostileStreams are files whose streams unpack to far more than they are, or
// not at all.
func hostileStreams() map[string][]byte {
	ops := strings.Repeat("0 0 m 1 1 l S\n", 600_000) // 8 MB
	var a85 bytes.Buffer
	z := ascii85.NewEncoder(&a85)
	_, _ = z.Write([]byte(pdftest.Flated(ops)))
	_ = z.Close()
	image := func(filter string, w, h int, data string) []byte {
		return sheet("", "/XObject<</I 6 0 R>>", words+"q 500 0 0 500 0 0 cm /I Do Q",
			pdftest.Stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter%s", w, h, filter), data))
	}
	return map[string][]byte{
		"operators packed":       sheetOf("", "", pdftest.Stream("/Filter/FlateDecode", pdftest.Flated(ops))),
		"operators packed twice": sheetOf("", "", pdftest.Stream("/Filter[/FlateDecode/FlateDecode]", pdftest.Flated(pdftest.Flated(ops)))),
		"operators in letters":   sheetOf("", "", pdftest.Stream("/Filter[/ASCII85Decode/FlateDecode]", a85.String()+"~>")),
		"a run of blanks":        sheetOf("", "", pdftest.Stream("/Filter/RunLengthDecode", strings.Repeat("\x81 ", 100000)+"\x80")),
		"a bomb of nothing":      sheetOf("", "", pdftest.Stream("/Filter/FlateDecode", pdftest.Flated(strings.Repeat("\x00", 64<<20)))),
		"filters without end":    sheetOf("", "", pdftest.Stream("/Filter["+strings.Repeat("/ASCIIHexDecode", 5000)+"]", "20>")),
		"an unknown filter":      sheetOf("", "", pdftest.Stream("/Filter/Nothing", words)),
		"LZW noise":              sheetOf("", "", pdftest.Stream("/Filter/LZWDecode", string(pdftest.Noise(20000)))),
		"Flate noise":            sheetOf("", "", pdftest.Stream("/Filter/FlateDecode", string(pdftest.Noise(20000)))),
		"predictor nonsense":     sheetOf("", "", pdftest.Stream("/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 99>>", pdftest.Flated(words))),
		"a string of 8 MB":       sheet("", "", "BT /F1 12 Tf 72 700 Td ("+strings.Repeat("a", 8<<20)+") Tj ET"),
		"a hex string of 8 MB":   sheet("", "", "BT /F1 12 Tf 72 700 Td <"+strings.Repeat("41", 4<<20)+"> Tj ET"),
		"a name of 4 MB":         sheet("/"+strings.Repeat("A", 4<<20)+" 1", "", words),
		"an inline image open":   sheet("", "", words+"BI /W 100000 /H 100000 /BPC 8 /CS /RGB ID "+strings.Repeat("x", 100000)),
		"JBIG2 noise":            image("/JBIG2Decode", 1000, 1000, string(pdftest.Noise(20000))),
		"JPX noise":              image("/JPXDecode", 1000, 1000, "\x00\x00\x00\x0cjP  \r\n\x87\n\xff\x4f\xff\x51"+string(pdftest.Noise(20000))),
		"DCT noise":              image("/DCTDecode", 1000, 1000, "\xff\xd8\xff\xe0"+string(pdftest.Noise(20000))),
		"fax noise":              image("/CCITTFaxDecode/DecodeParms<</K -1/Columns 65000/Rows 65000>>", 65000, 65000, string(pdftest.Noise(2000))),
		"a picture of 30,000 MB": image("/FlateDecode", 177000, 177000, pdftest.Flated(strings.Repeat("\x00", 1<<20))),
		"the same picture often": sheet("", "/XObject<</I 6 0 R>>", words+strings.Repeat("/I Do\n", 50000), pdftest.Stream("/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8", "\x80")),
		"a map of 10,000 ranges": sheet("", "/Font<</F2 6 0 R>>", "BT /F2 12 Tf 72 600 Td <00410042> Tj ET", "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[8 0 R]/ToUnicode 7 0 R>>", pdftest.Stream("", "begincmap\n"+strings.Repeat("100 beginbfrange\n<0000> <ffff> <0041>\nendbfrange\n", 10000)), "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"),
	}
}

// hostilePages are files whose pages are odd or endless to draw.
func hostilePages() map[string][]byte {
	form := func(resources, content string) string {
		return pdftest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<<"+resources+">>", content)
	}
	laughs := []string{}
	for i := range 24 { // each shows the next twice
		laughs = append(laughs, form(fmt.Sprintf("/XObject<</X %d 0 R>>", i+7), "/X Do /X Do"))
	}
	fonts := strings.Builder{}
	for i := range 5000 {
		fmt.Fprintf(&fonts, "/G%d 3 0 R", i)
	}
	annots := strings.Repeat("6 0 R ", 10000)
	white := func(n int) string {
		return "1 g " + each(n*40, func(i int) string { return pdftest.Show(10+i%500, 10+i/500%700, 8, "a") })
	}
	return map[string][]byte{
		"a page of a billion points": sheet("/MediaBox[0 0 1000000000 1000000000]", "", "1 g "+words),
		"a page of nothing":          sheet("/MediaBox[0 0 0 0]", "", words),
		"a page inside out":          sheet("/MediaBox[612 792 0 0]", "", words),
		"a page of numbers beyond":   sheet("/MediaBox[nan -inf 1e400 99999999999999999999999999]", "", words),
		"turned by 7":                sheet("/Rotate 7", "", words),
		"units of a billion":         sheet("/UserUnit 1000000000", "", words),
		"5,000 fonts":                sheet("", "/Font<</F1 3 0 R"+fonts.String()+">>", each(80000, func(i int) string { return fmt.Sprintf("BT /G%d 9 Tf 9 %d Td (a) Tj ET\n", i%5000, i%790) })),
		"a font that is no font":     sheet("", "/Font<</F1 4 0 R>>", words),
		"a font of itself":           sheet("", "/Font<</F1 6 0 R>>", words, "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]>>"),
		"a glyph that draws itself": sheet("", "/Font<</F1 6 0 R>>", words,
			"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[1 0 0 1 0 0]/FirstChar 82/LastChar 82/Widths[9]/Encoding<</Differences[82/R]>>/CharProcs<</R 7 0 R>>/Resources<</Font<</F1 6 0 R>>>>>>",
			pdftest.Stream("", "9 0 d0 BT /F1 9 Tf (R) Tj ET")),
		"a form that draws itself":     sheet("", "/XObject<</X 6 0 R>>", words+"/X Do", form("/XObject<</X 6 0 R>>", "/X Do /X Do")),
		"forms that double":            sheet("", "/XObject<</X 6 0 R>>", words+"/X Do", append(laughs, form("", "0 0 9 9 re f"))...),
		"a pattern of itself":          sheet("", "/Pattern<</P 6 0 R>>", "/Pattern cs /P scn 0 0 600 700 re f 1 g "+words, pdftest.Stream("/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.001/YStep 0.001/Resources<</Pattern<</P 6 0 R>>>>", "/Pattern cs /P scn 0 0 1 1 re f")),
		"a mask of itself":             sheet("", "/ExtGState<</G 6 0 R>>", "/G gs 1 g "+words, "<</SMask<</S/Alpha/G 7 0 R>>>>", pdftest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Group<</S/Transparency>>/Resources<</ExtGState<</G 6 0 R>>>>", "/G gs 0 0 9 9 re f")),
		"a shading of itself":          sheet("", "/Shading<</S 6 0 R>>", "/S sh 1 g "+words, "<</ShadingType 1/ColorSpace/DeviceGray/Function 7 0 R>>", "<</FunctionType 3/Domain[0 1]/Functions[7 0 R 7 0 R]/Bounds[0.5]/Encode[0 1 0 1]>>"),
		"a colour space of itself":     sheet("", "/ColorSpace<</C 6 0 R>>", "/C cs 0.5 scn "+words, "[/Indexed 6 0 R 255 (abc)]"),
		"10,000 links":                 sheet("/Annots["+annots+"]", "", words, "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]>>"),
		"10,000 stamps":                sheet("/Annots["+annots+"]", "", words, "<</Type/Annot/Subtype/Stamp/F 4/Rect[0 0 99 99]/AP<</N 7 0 R>>>>", form("", "0 0 9 9 re f")),
		"a stamp that shows itself":    sheet("/Annots[6 0 R]", "", words, "<</Type/Annot/Subtype/Stamp/F 4/Rect[0 0 99 99]/Parent 6 0 R/Popup 6 0 R/IRT 6 0 R/AP<</N 7 0 R>>>>", form("/XObject<</X 7 0 R>>", "/X Do")),
		"a page among its notes":       sheet("/Annots[4 0 R 2 0 R 5 0 R 99 0 R (a) 7]", "", words),
		"20,000 white words":           sheet("", "", white(20000)),
		"white words in one line":      sheet("", "", "1 g BT /F1 1 Tf 9 700 Td ("+strings.Repeat("a ", 40000)+") Tj ET"),
		"white words on 100,000 areas": sheet("", "", strings.Repeat("0 0 9 9 re f\n", 100000)+"1 g "+words),
		"invisible words":              sheet("", "", "3 Tr "+each(400000, func(i int) string { return pdftest.Show(10+i%500, 10+i/500%700, 8, "a") })),
		"text at a billion":            sheet("", "", pdftest.Show(1000000000, 1000000000, 12, "far away")+pdftest.Show(-1000000000, 0, 12, "farther")),
		"text of a billion points":     sheet("", "", "BT /F1 1000000000 Tf 72 700 Td (huge) Tj ET"),
		"text through nothing":         sheet("", "", "BT /F1 12 Tf 0 0 0 0 0 0 Tm (flat) Tj 1e400 0 0 1e-400 nan inf Tm (odd) Tj ET"),
		"text drawn backwards": sheet("", "", each(300000, func(i int) string {
			return fmt.Sprintf("BT /F1 9 Tf -1 0 0 -1 %d %d Tm (ab) Tj ET\n", 600-i%590, 790-i%780)
		})),
		"states without end":         sheet("", "", strings.Repeat("q ", 300000)+words),
		"paths that clip":            sheet("", "", strings.Repeat("0 0 9 9 re W n\n", 50000)+"1 g "+words),
		"a path of 500,000 lines":    sheet("", "", "0 0 m "+each(5<<20, func(i int) string { return fmt.Sprintf("%d %d l ", i%600, i*7%700) })+"S 1 g "+words),
		"dashes of nothing":          sheet("", "", "[0 0.0001] 0 d 0 0 m 600 700 l S 1 g "+words),
		"numbers of 10,000 digits":   sheet("", "", strings.Repeat("9", 10000)+" 0 0 1 0 0 cm "+words),
		"operators without operands": sheet("", "", strings.Repeat("Tj TJ Tm re c cm gs Do BI EI ID ", 20000)+words),
		"a font array of a million":  sheet("", "", "BT /F1 9 Tf 9 700 Td ["+strings.Repeat("(a)-900", 200000)+"] TJ ET"),
	}
}

// hostileLayouts are pages whose words are many, and lie where the rules that
// look for captions, tables and columns look.
func hostileLayouts() map[string][]byte {
	at := func(i int) (x, y int) { return 20 + i%8*70, 20 + i/8%190*4 }
	grid := func(n int, word func(i int) string) []byte {
		return sheet("", "", each(n*45, func(i int) string { x, y := at(i); return pdftest.Show(x, y, 3, word(i)) }))
	}
	return map[string][]byte{
		"4,000 captions":       grid(4000, func(i int) string { return fmt.Sprintf("Figure %d: a", i) }),
		"captions and sources": grid(4000, func(i int) string { return []string{fmt.Sprintf("Table %d: a", i), "Source: b"}[i%2] }),
		"captions of nothing":  grid(4000, func(int) string { return "Figure 1" }),
		"8,000 cells":          grid(8000, func(i int) string { return fmt.Sprint(i) }),
		"a table of years":     sheet("", "", pdftest.Show(20, 780, 3, "Table 1: a")+each(300000, func(i int) string { x, y := at(i); return pdftest.Show(x, y-10, 3, fmt.Sprint(2020+i%8)) })+pdftest.Show(20, 5, 3, "Source: b")),
		"one letter a line":    sheet("", "", each(300000, func(i int) string { return pdftest.Show(20+i/190%500, 20+i%190*4, 3, "a") })),
		"print of every size": sheet("", "", each(300000, func(i int) string {
			return fmt.Sprintf("BT /F1 %d.%d Tf 20 %d Td (words of a line) Tj ET\n", 1+i/10%90, i%10, 20+i%770)
		})),
		"all in one place": sheet("", "", strings.Repeat(pdftest.Show(72, 700, 12, "again"), 5000)),
	}
}
