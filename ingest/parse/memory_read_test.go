package parse

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// What reading the largest ordinary file may take, as users are told.
const (
	memoryPages  = 1500
	memoryChild  = 700 << 20
	memoryParent = 150 << 20
)

// TestMemoryOfLongReport reads 1,500 pages of Chinese text in a child, and
// bounds what both processes ever held.
func TestMemoryOfLongReport(t *testing.T) {
	if raceEnabled {
		t.Skip("-race takes memory of its own")
	}
	if testing.Short() {
		t.Skip("reads 1,500 pages")
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("no /proc")
	}
	data := longReport(memoryPages)
	w := testWorker(t, "real", Limits{})
	if _, err := w.Read(t.Context(), "small.pdf", longReport(1)); err != nil {
		t.Fatal(err)
	}
	before := w.child.cmd.Process.Pid
	start := heap()
	r, err := w.Read(t.Context(), "long.pdf", data)
	if err != nil || r.Pages != memoryPages {
		t.Fatalf("%+v, error %v", r, err)
	}
	if w.child.cmd.Process.Pid != before {
		t.Fatal("the child was replaced: nothing is known of the one that read")
	}
	if r.Parse.CharsIn < 1000*memoryPages || r.Language != "zh" {
		t.Errorf("%d characters in %s: not the Chinese text of %d pages", r.Parse.CharsIn, r.Language, memoryPages)
	}
	child := peak(t, before)
	// The test binary has grown by other tests, and never shrinks: of the parent
	// counts what it holds after, beside the child's answer on the wire.
	parent := heap() - start + int64(len(data))
	t.Logf("%d pages, %d bytes, %d characters: child %d MiB, parent %d MiB", r.Pages, len(data), r.Parse.CharsIn, child>>20, parent>>20)
	if child > memoryChild {
		t.Errorf("the child held %d MiB, the bound is %d", child>>20, memoryChild>>20)
	}
	if parent > memoryParent {
		t.Errorf("the parent holds %d MiB, the bound is %d", parent>>20, memoryParent>>20)
	}
}

// peak is the most memory that a process has held.
func peak(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.ParseInt(strings.Fields(after)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kib << 10
}

// longReport is a PDF of pages of Chinese prose with headings and a table each,
// in a font that readers bring themselves, so that none need be embedded.
func longReport(pages int) []byte {
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
			pdfStream("/Filter/FlateDecode", flated(longPage(i))))
	}
	objects[1] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", pages, kids.String())
	return pdfObjects(objects...)
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
		for c, cell := range []string{"分部" + string(han(k)), fmt.Sprint(i + k), fmt.Sprint(i * k), fmt.Sprint(i + 7*k)} {
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
