package parse

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"reportbot/ingest/parse/pdf"
	"reportbot/ingest/parse/pdf/pdftest"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

const canary = "ZZCANARY9"

// What nobody sees of a page, in each of the ways there are to hide it, comes
// into no word that is kept of a report, wherever it stands; what stands beside
// it does. What is hidden is counted, unless it is no text at all, such as a
// script or an attribute.
func TestHiddenNowhere(t *testing.T) {
	styles := []string{
		"display:none", "DISPLAY : NONE", "visibility:hidden", "visibility:collapse", "font-size:0", "font-size:0px", "font-size:0.1px", "font-size: .5pt", "font-size:1px",
		"opacity:0", "opacity:0.01", "color:white", "color:#fff", "color:#FFFFFF", "color:rgb(255,255,255)", "color:rgb(255 255 255)", "color:rgba(255,255,255,1)",
		"color:#fefefe", "color:snow", "color:hsl(0,0%,100%)", "color:transparent", "color:rgba(0,0,0,0)", "color:#0000", "position:absolute;left:-9999px", "position:fixed;top:-200em",
		"text-indent:-9999px", "margin-left:-9999px", "height:0;overflow:hidden", "width:0;overflow:hidden", "max-height:0;overflow:hidden", "clip:rect(0,0,0,0);position:absolute", "clip-path:inset(50%)",
		"transform:scale(0)", "content-visibility:hidden", "font:0/0 a",
	}
	var tricks []string
	for _, s := range styles {
		tricks = append(tricks, fmt.Sprintf(`<span style="%s">%s</span>`, s, canary))
	}
	tricks = append(tricks, "<span hidden>"+canary+"</span>", `<span hidden="">`+canary+"</span>", "<span hidden=until-found>"+canary+"</span>", `<span aria-hidden="true">`+canary+"</span>",
		`<font color="white">`+canary+"</font>", `<font color=#ffffff>`+canary+"</font>", `<font size="0" style='font-size:0'>`+canary+"</font>",
		"<span style='display:none'><b>"+canary+"</b></span>", "<div style=display:none>"+canary+"</div>")
	silent := []string{ // of which nothing is counted
		"<script>" + canary + "</script>", "<style>/*" + canary + "*/</style>", "<template>" + canary + "</template>", "<noscript>" + canary + "</noscript>",
		`<img alt="` + canary + `" src="x">`, `<span title="` + canary + `" data-x="` + canary + `">` + "</span>", `<input type="hidden" value="` + canary + `">`, "<textarea>" + canary + "</textarea>",
		`<a href="https://example.com/` + canary + `"></a>`, "<!--" + canary + "-->",
	}
	places := map[string]string{
		"prose":    "<h1>算力跟踪</h1><p>青岚证券 2026-04-02</p><h2>1 要点</h2><p>前文%s后文，算力需求在三月增长12.5%%。</p>",
		"cell":     "<h1>算力跟踪</h1><p>青岚证券 2026-04-02</p><h2>1 要点</h2><p>算力需求在三月增长12.5%%。</p><table><tr><th>指标</th><th>2026E</th></tr><tr><td>前文%s后文</td><td>1.2</td></tr></table>",
		"title":    "<h1>前文%s后文</h1><p>青岚证券 2026-04-02</p><h2>1 要点</h2><p>算力需求在三月增长12.5%%。</p>",
		"heading":  "<h1>算力跟踪</h1><p>青岚证券 2026-04-02</p><h2>1 前文%s后文</h2><p>算力需求在三月增长12.5%%。</p>",
		"metadata": "<h1>算力跟踪</h1><p>青岚证券 2026-04-02</p><p>评级：买入%s 目标价：52.30元</p><p>分析师：王一%[1]s S0190000000001</p><h2>1 要点</h2><p>前文后文，算力需求在三月增长12.5%%。</p>",
	}
	for name, place := range places {
		for i, trick := range append(tricks, silent...) {
			if name != "prose" && i < len(styles) && i%4 != 0 && !strings.Contains(trick, "display") { // the style decides, not the place
				continue
			}
			page := "<!doctype html><html><head><title>x</title></head><body>" + fmt.Sprintf(place, trick) + "</body></html>"
			kept(t, name+" "+trick, "a.html", page, i < len(tricks) && !strings.Contains(trick, "<!--"))
		}
	}
	markdown := map[string]string{
		"prose":   "# 算力跟踪\n\n青岚证券 2026-04-02\n\n## 1 要点\n\n前文%s后文，算力需求在三月增长12.5%%。\n",
		"cell":    "# 算力跟踪\n\n青岚证券 2026-04-02\n\n## 1 要点\n\n算力需求在三月增长12.5%%。\n\n| 指标 | 2026E |\n|---|---|\n| 前文%s后文 | 1.2 |\n",
		"title":   "# 前文%s后文\n\n青岚证券 2026-04-02\n\n## 1 要点\n\n算力需求在三月增长12.5%%。\n",
		"heading": "# 算力跟踪\n\n青岚证券 2026-04-02\n\n## 1 前文%s后文\n\n算力需求在三月增长12.5%%。\n",
		"lines":   "# 算力跟踪\n\n青岚证券 2026-04-02\n\n## 1 要点\n\n前文后文，算力需求在三月增长12.5%%。\n\n%s\n\n其余如前。\n",
	}
	for name, place := range markdown {
		for i, trick := range append(tricks, silent...) {
			if name != "prose" && i < len(styles) && i%4 != 0 && !strings.Contains(trick, "display") {
				continue
			}
			kept(t, "markdown "+name+" "+trick, "a.md", fmt.Sprintf(place, trick), i < len(tricks))
		}
		for _, trick := range []string{"[//]: # (" + canary + ")", "[x]: https://example.com/ \"" + canary + "\"", "[](https://example.com/" + canary + ")", "![" + canary + "](x.png)"} {
			if name == "lines" {
				kept(t, "markdown "+name+" "+trick, "a.md", fmt.Sprintf(place, trick), false)
			}
		}
	}
}

// kept reads a page and looks for the canary in all that is kept of it.
func kept(t *testing.T, what, name, page string, counted bool) {
	t.Helper()
	r, err := readText(name, []byte(page))
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	must(t, what, r)
	if counted && r.Parse.Dropped[dropHidden] < len(canary) {
		t.Errorf("%s: %d hidden characters are counted, want %d or more: %v", what, r.Parse.Dropped[dropHidden], len(canary), r.Parse)
	}
}

// must finds nothing hidden in a report, and what is not.
func must(t *testing.T, what string, r *report.Report) {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if all := string(b); strings.Contains(all, canary) {
		i := strings.Index(all, canary)
		t.Errorf("%s: is kept: …%s…", what, all[max(0, i-60):min(len(all), i+60)])
	} else if !strings.Contains(all, "前文") || !strings.Contains(all, "后文") || !strings.Contains(all, "12.5%") {
		t.Errorf("%s: what can be seen is lost: %s", what, all)
	}
}

// Characters that show nothing carry words all the same: written as tag
// characters, as zero-width ones, or turned round by marks of direction.
func TestUnseenCharactersNowhere(t *testing.T) {
	var tags strings.Builder
	for _, r := range canary {
		tags.WriteRune(0xE0000 + r)
	}
	for name, trick := range map[string]string{
		"tag characters": tags.String(), "zero width": "\u200b\u200c\u200d\u2060\ufeff", "marks of direction": "\u202e\u202d\u200f\u2066\u2069\u061c", "soft hyphen": "\u00ad",
		"variation selectors": "\ufe00\ufe0f\U000e0100\U000e01ef", "fillers": "\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180e", "invisible operators": "\u2061\u2062\u2063\u2064",
		"annotations": "\ufff9\ufffa\ufffb", "musical": "\U0001d173\U0001d17a", "control": "\x01\x1b[31m\u0085\u009b",
	} {
		for place, page := range map[string]string{
			"prose":    "# 算力跟踪\n\n青岚证券 2026-04-02\n\n## 1 要点\n\n前文%s后文，算力需求在三月增长12.5%%。\n",
			"cell":     "# 算力跟踪\n\n青岚证券 2026-04-02\n\n## 1 要点\n\n算力需求在三月增长12.5%%。\n\n| 指标 | 2026E |\n|---|---|\n| 前文%s后文 | 1.2 |\n",
			"title":    "# 前文%s后文\n\n青岚证券 2026-04-02\n\n## 1 要点\n\n算力需求在三月增长12.5%%。\n",
			"metadata": "# 算力跟踪\n\n青岚%s证券 2026-04-02\n\n评级：买%[1]s入\n\n分析师：王%[1]s一 S0190000000001\n\n## 1 要点\n\n前文后文，算力需求在三月增长12.5%%。\n",
		} {
			for file, body := range map[string]string{"a.md": fmt.Sprintf(page, trick), "a.html": "<html><body><h1>算力跟踪</h1><p>" + fmt.Sprintf(page, trick) + "</p></body></html>"} {
				what := fmt.Sprintf("%s in %s of %s", name, place, file)
				r, err := readText(file, []byte(body))
				if err != nil {
					t.Errorf("%s: %v", what, err)
					continue
				}
				b, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range strings.ToValidUTF8(trick, "") {
					if strings.ContainsRune(string(b), c) && c != '[' && c != '3' && c != '1' && c != 'm' {
						t.Errorf("%s: U+%04X is kept", what, c)
						break
					}
				}
				if name != "control" && r.Parse.Dropped[dropHidden] == 0 {
					t.Errorf("%s: nothing is counted", what)
				}
				if strings.Contains(string(b), text.Clean(trick)) && text.Clean(trick) != "" && name != "control" {
					t.Errorf("%s: Clean leaves %q", what, text.Clean(trick))
				}
			}
		}
	}
}

// The same of a PDF, whose reader sees ink alone.
func TestHiddenNowhereInPDF(t *testing.T) {
	// These would need every page to be drawn, which costs more than reading it.
	beyond := map[string]bool{"clipped away": true, "under a white box": true, "in a group not shown": true}
	e := withEngine(t)
	seen := "0 g " + pdftest.Show(72, 720, 16, "Compute tracker") + pdftest.Show(72, 690, 10, strings.Repeat("Revenue of the segment rose by 12.5% in the year. ", 2))
	for name, trick := range map[string]string{
		"white": "1 g " + pdftest.Show(72, 600, 12, canary), "nearly white": "0.98 g " + pdftest.Show(72, 600, 12, canary), "white in CMYK": "0 0 0 0 k " + pdftest.Show(72, 600, 12, canary),
		"zero size": "BT /F1 0.01 Tf 1 0 0 1 72 600 Tm (" + canary + ") Tj ET\n", "tiny by the matrix": "BT /F1 12 Tf 0.05 0 0 0.05 72 600 Tm (" + canary + ") Tj ET\n", "squeezed": "BT /F1 12 Tf 0.001 0 0 1 72 600 Tm (" + canary + ") Tj ET\n",
		"left of the page": pdftest.Show(-500, 600, 12, canary), "above the page": pdftest.Show(72, 2000, 12, canary), "below the page": pdftest.Show(72, -40, 12, canary),
		"invisible": "BT /F1 12 Tf 3 Tr 1 0 0 1 72 600 Tm (" + canary + ") Tj 0 Tr ET\n", "clipping only": "BT /F1 12 Tf 7 Tr 1 0 0 1 72 600 Tm (" + canary + ") Tj 0 Tr ET\n",
		"clipped away": "q 0 0 10 10 re W n " + pdftest.Show(72, 600, 12, canary) + "Q\n", "under a white box": pdftest.Show(72, 600, 12, canary) + "1 g 60 590 300 30 re f 0 g\n",
		"white as a title": "1 g " + pdftest.Show(72, 750, 30, canary), "in a group not shown": "/OC /MC0 BDC " + pdftest.Show(72, 600, 12, canary) + "EMC\n",
	} {
		pages, err := e.Pages(t.Context(), pdftest.One(seen+trick), pdf.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := readPDF("a.pdf", pages)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		all := string(b)
		if strings.Contains(all, canary) && beyond[name] {
			continue
		}
		if strings.Contains(all, canary) || !strings.Contains(all, "12.5%") {
			t.Errorf("%s: is kept, or what is seen is lost: %s", name, all)
			continue
		}
		if r.Parse.Dropped[dropHidden] < len(canary) {
			t.Logf("%s: not in the account: %v", name, r.Parse.Dropped)
		}
	}
}
