package ingest_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest"
)

// tree makes files of one byte and links, "from->to", below a new folder.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range names {
		from, to, link := strings.Cut(name, "->")
		path := filepath.Join(root, from)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if link {
			err = errors.Join(err, os.Symlink(filepath.Join(root, to), path))
		} else {
			err = errors.Join(err, os.WriteFile(path, []byte("x"), 0o644))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func join(files []ingest.Found) string {
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	return strings.Join(paths, " ")
}

func TestFind(t *testing.T) {
	root := tree(t, "in/b.PDF", "in/a/z.md", "in/a/y.Markdown", "in/a.txt", "in/c.text", "in/d.docx", "in/~$d.docx", "in/e.HTML", "in/f.htm", "in/g.meta.yaml", "in/.hidden.md", "in/.git/x.md",
		"in/a.md/w.txt", "out/secret.md", "in/link.md->out/secret.md", "in/linked->out", "empty/x.docx", ".dot/v.md", "door->in/a", "void/.x", "gbk/\xd1\xd0/\xb1\xa8.md")
	for _, c := range []struct {
		name, paths, want, failures string
	}{
		{"a folder, in order", "in", "in/a.md/w.txt in/a.txt in/a/y.Markdown in/a/z.md in/b.PDF in/c.text in/e.HTML in/f.htm", "in/d.docx: is a Word file, which is not read yet"},
		{"each once", "in/a in/a/z.md in/a/../a", "in/a/y.Markdown in/a/z.md", ""},
		{"named files are read whatever they are", "in/d.docx in/.hidden.md in/link.md", "in/.hidden.md in/d.docx in/link.md", ""},
		{"a named folder may be hidden", ".dot", ".dot/v.md", ""},
		{"or a link", "door", "door/y.Markdown door/z.md", ""},
		{"names in GBK", "gbk", "gbk/\xd1\xd0/\xb1\xa8.md", ""},
		{"order of paths, not of arguments", "in/c.text in/a.txt", "in/a.txt in/c.text", ""},
		{"nothing there", "empty in/a.txt", "in/a.txt", "empty/x.docx: is a Word file, which is not read yet"},
		{"nothing at all", "void", "", "void: holds no reports (PDF, HTML, Markdown or text files)"},
		{"no such path", "gone in/a.txt", "in/a.txt", "gone: does not exist"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var paths []string
			for p := range strings.FieldsSeq(c.paths) {
				paths = append(paths, root+"/"+p)
			}
			files, failures := ingest.Find(t.Context(), paths)
			if got := strings.ReplaceAll(join(files), root+"/", ""); got != c.want {
				t.Errorf("files %s, want %s", got, c.want)
			}
			var lines []string
			for _, f := range failures {
				lines = append(lines, strings.ReplaceAll(f.Error(), root+"/", ""))
			}
			if got := strings.Join(lines, "; "); got != c.failures {
				t.Errorf("failures %s, want %s", got, c.failures)
			}
		})
	}
}

func TestFindRelative(t *testing.T) {
	root := tree(t, "a.md")
	t.Chdir(root)
	files, failures := ingest.Find(t.Context(), []string{".", "a.md", filepath.Join(root, "a.md")})
	if diff := cmp.Diff([]ingest.Found{{Path: filepath.Join(root, "a.md")}}, files); diff != "" || failures != nil {
		t.Errorf("Find (-want +got), %v:\n%s", failures, diff)
	}
}

func TestFindCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if files, failures := ingest.Find(ctx, []string{tree(t, "a.md")}); files != nil || failures != nil {
		t.Errorf("Find = %v, %v", files, failures)
	}
}

func TestFindClosedFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	root := tree(t, "a.md", "closed/b.md", "z/c.md")
	if err := os.Chmod(filepath.Join(root, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(root, "closed"), 0o755) })
	files, failures := ingest.Find(t.Context(), []string{root})
	if len(files) != 2 || len(failures) != 1 || failures[0].Error() != filepath.Join(root, "closed")+": may not be read (permission denied)" {
		t.Errorf("Find = %v, %v", files, failures)
	}
}
