package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"reportbot/ingest/chunk"
	"reportbot/ingest/fact"
	"reportbot/ingest/parse"
	"reportbot/ingest/parse/pdf/pdftest"
	"reportbot/ingest/security"
)

// What the reading process makes of a file goes on in this one, where no limit
// ends it: cutting, facts and the list of securities may take time as the file
// is long, and not as its square.
func TestHostileGrowth(t *testing.T) {
	const (
		head  = "# 星澜科技点评\n\n星澜科技（999001.SZ）买入\n\n2026-01-02\n\n## 1 盈利预测\n\n表 1：盈利预测（百万元）\n\n"
		years = "指标\t2024A\t2025E\t2026E\n"
		bytes = 128 << 10
		steps = 8
		most  = 28 // linear: 8, square: 64
		least = 400 * time.Millisecond
	)
	each := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			b.WriteString(f(i))
		}
		return b.String()
	}
	han := func(i int) rune { return rune(0x4e00 + i%5000) }
	tests := []struct {
		name string
		make func(n int) string
	}{
		{"prose", func(n int) string { return strings.Repeat("公司营业收入同比增长，净利润回落。", n/48) }},
		{"one row", func(n int) string { return strings.Repeat("a\t", n/2) }},
		{"columns of years", func(n int) string {
			return "指标\t" + each(n/2, func(i int) string { return fmt.Sprintf("%dE\t", 1900+i%200) }) + "\n营业收入\t" + each(n/2, func(i int) string { return fmt.Sprintf("%d\t", i) })
		}},
		{"rows", func(n int) string {
			return years + each(n, func(i int) string { return fmt.Sprintf("营业收入%d\t%d\t%d\t%d\n", i, i, i+1, i+2) })
		}},
		{"equal rows", func(n int) string { return years + strings.Repeat("EPS\t1\t2\t3\n", n/10) }},
		{"tables", func(n int) string {
			return each(n, func(i int) string { return fmt.Sprintf("指标\t2024A\t2025E\nEPS\t%d\t2\n\n第%d句。\n\n", i, i) })
		}},
		{"companies", func(n int) string {
			return "代码\t公司\tEPS 2024E\tEPS 2025E\n" + each(n, func(i int) string { return fmt.Sprintf("%06d.SZ\t甲%c%c\t%d.1\t2\n", i, han(i), han(i/99), i) })
		}},
		{"a long cell", func(n int) string { return years + "EPS\t1\t" + strings.Repeat("1,", n/2) }},
		{"brackets", func(n int) string { return years + strings.Repeat("(", n) + "\t1\t2" }},
		{"labels", func(n int) string { return years + strings.Repeat("营业收入", n/12) + "\t1\t2" }},
		{"targets", func(n int) string {
			return each(n, func(i int) string { return fmt.Sprintf("目标价：%d元，收盘价：%d元\n\n", i, i) })
		}},
	}
	known := security.NewDirectory()
	known.AddKnown()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			took := func(n int) time.Duration {
				r, err := parse.NewReader("", parse.Limits{}).Read(t.Context(), "a.txt", []byte(head+tt.make(n)))
				if err != nil {
					t.Fatal(err)
				}
				r.ID = "r1"
				began := time.Now()
				known.Complete(r)
				passages := chunk.Passages(r)
				fact.Read(r, passages)
				if len(passages) == 0 {
					t.Error("no passages: nothing was tried")
				}
				return time.Since(began)
			}
			first, second := took(bytes/steps), took(bytes)
			for again := 0; again < 4 && second > least && second > most*first; again++ { // another process may have had the processor
				second = min(second, took(bytes))
			}
			if second > least && second > most*first {
				t.Errorf("%d bytes took %v, %d bytes %v", bytes/steps, first, bytes, second)
			}
		})
	}
}

// parentMost is what the program may hold while its reading process, which has
// a bound of its own, reads the largest ordinary file.
const parentMost = 150 << 20

// A Chinese report of 1,500 pages is ingested in little memory.
func TestHostileLength(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 1,500 pages")
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("no /proc")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "long.pdf"), pdftest.Long(1500), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := reportbot(t, dir, "ingest", "long.pdf")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	// Nothing tells the peak once the process has gone, so it is asked for until then.
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	var peak int64
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("the program held %d MiB", peak>>20)
			if peak == 0 || peak > parentMost {
				t.Errorf("the program held %d MiB, the bound is %d", peak>>20, parentMost>>20)
			}
			return
		case <-tick.C:
			peak = max(peak, held(cmd.Process.Pid))
		}
	}
}

// held is the most memory a process has held, 0 when it has gone.
func held(pid int) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)) // gone: empty
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	n, _ := strconv.ParseInt(kib, 10, 64) // empty: 0
	return n << 10
}
