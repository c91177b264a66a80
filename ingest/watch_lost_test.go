package ingest_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Folders that cannot be seen for a while lose nothing.
func TestWatchUnmounted(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		g.write("in/a.md", "甲文", 1)
		g.write("in/b.md", "乙文", 1)
		all := []string{"a.md: 甲文", "b.md: 乙文"}
		g.start(filepath.Join(g.dir, "in"))
		g.after(soon, "in/a.md added", "in/b.md added", "rest")

		g.move("in", "away") // as a lost mount whose folder is gone
		g.after(time.Minute, "! in does not exist; what was read from it is kept", "rest without in")
		g.holds(all...)
		if err := os.Mkdir(filepath.Join(g.dir, "in"), 0o755); err != nil { // or where its empty folder shows
			t.Fatal(err)
		}
		g.after(time.Minute, "! in holds none of the files that were read from it (not mounted?); they are kept")
		g.holds(all...)
		g.stop()
		g.start(filepath.Join(g.dir, "in")) // and when the watcher starts before the mount
		g.after(time.Minute, "! in holds none of the files that were read from it (not mounted?); they are kept", "rest without in")
		g.holds(all...)

		g.remove("in")
		g.move("away", "in") // it is back
		g.after(soon, "in/a.md unchanged", "in/b.md unchanged", "rest")
		g.remove("in/a.md", "in/b.md") // and now somebody really empties it
		g.after(soon, "in/a.md removed", "in/b.md removed")
		g.holds()
	})
}

// A folder that is not there is not said to be followed before it is.
func TestWatchMissing(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		g.write("in/a.md", "甲文", 1)
		g.start(filepath.Join(g.dir, "in"), filepath.Join(g.dir, "none"))
		g.after(time.Minute, "! none does not exist; what was read from it is kept", "in/a.md added", "rest without none")
		g.write("none/b.docx", "乙文", 1)
		g.write("none/c.md", "乙文", 1)
		g.after(soon, "! b.docx is a Word file, which is not read yet", "none/c.md added", "rest")
	})
}

// The same of a folder below the watched one, by permission.
func TestWatchClosedFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	watching(t, func(t *testing.T, g *guard) {
		g.write("sub/a.md", "甲文", 1)
		g.start()
		g.after(soon, "sub/a.md added", "rest")
		sub := filepath.Join(g.dir, "sub")
		if err := os.Chmod(sub, 0); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(sub, 0o755)
		g.after(time.Minute, "! sub may not be read (permission denied)", "rest without sub")
		g.holds("a.md: 甲文")
		if err := os.Chmod(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		g.after(soon, "sub/a.md unchanged", "rest")
	})
}

// A named file that goes is kept: it is a root, as a folder is.
func TestWatchNamedFile(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		path := g.write("a.report", "甲文", 1)
		g.write("b.md", "乙文", 1)
		g.start(path)
		g.after(soon, "a.report added", "rest")
		g.write("a.report", "丙文", 2)
		g.after(soon, "a.report added")
		g.remove("a.report")
		g.after(time.Minute, "! a.report does not exist; what was read from it is kept", "rest without a.report")
		g.holds("a.report: 丙文")
	})
}
