package parse

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What spares an expression must not change what it says.
func TestOpenings(t *testing.T) {
	lines := []string{"", " ", "\xff", "\ufffd", "图1：收入", "图 表 1", "图表 12 收入", "表1.收入", "插图 3：", "表格 2、", "Exhibit 1", "EXHIBIT 2", "figure 3", "Tabelle 1", "TABLE 1: a",
		"chart 9", "资料来源：公司", "資料来源：", "资料來源:", "数据来源: a", "来源：", "注：", "备注：", "Source: a", "SOURCES: a", "ſource: a", "ſourceſ: a", "note: a", "Notes : a", "nothing",
		"概述......3", "概述……3 -", "概述 . . . 12—", "概述...3\u00a0", "概述...３", "概述...3页", "...3", "a...3\n"}
	paths, err := filepath.Glob(filepath.Join(testdata, "reports", "*.[tm][xd]*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%d samples, error %v", len(paths), err)
	}
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(string(data), "\n")...)
	}
	for _, s := range lines {
		for _, tt := range []struct {
			name      string
			got, want bool
		}{
			{"captionStart", captionStart.MatchString(s), captionStart.re.MatchString(s)},
			{"sourceLine", sourceLine.MatchString(s), sourceLine.re.MatchString(s)},
			{"isContentsLine", isContentsLine(s), contentsLine.MatchString(s)},
		} {
			if tt.got != tt.want {
				t.Errorf("%s(%q) = %v, the expression says %v", tt.name, s, tt.got, tt.want)
			}
		}
	}
}
