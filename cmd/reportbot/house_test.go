package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The rules of the house, each as a test: who may import whom, who knows
// which library, what must be documented and how long code may get.

// arrows says what of ours a package may reach, directly or through others.
// A name stands for the package and those it may reach itself.
var arrows = map[string][]string{
	"config":                   nil,
	"prompts":                  nil,
	"ingest/text":              nil,
	"retrieval/openai":         nil,
	"ingest/report":            {"ingest/text"},
	"ingest/security":          {"ingest/report"},
	"ingest/parse/pdf":         {"ingest/text"},
	"ingest/parse":             {"ingest/parse/pdf", "ingest/security"},
	"ingest/chunk":             {"ingest/security"},
	"ingest/fact":              {"ingest/security"},
	"ingest":                   {"ingest/parse", "ingest/chunk", "ingest/fact"},
	"retrieval":                {"ingest/security", "retrieval/question"},
	"retrieval/question":       {"ingest/text"},
	"retrieval/store":          {"retrieval"},
	"retrieval/vector":         {"retrieval"},
	"retrieval/lexical":        {"retrieval"},
	"bot/answer/check":         {"ingest/security"},
	"bot/answer/figure":        {"ingest/fact"},
	"bot/answer":               {"bot/answer/check", "bot/answer/figure", "retrieval", "retrieval/question", "prompts"},
	"bot/ticker":               {"bot/answer", "bot/ticker/chart"},
	"bot/ticker/chart":         nil,
	"bot":                      {"bot/answer", "bot/ticker"},
	"bot/state":                nil,
	"bot/slack":                {"bot", "bot/digest", "bot/state"},
	"bot/slack/slacktest":      nil, // for tests
	"bot/digest":               {"bot/answer", "bot/state"},
	"bot/eval":                 {"bot/answer"},
	"bot/metrics":              nil,
	"ingest/parse/pdf/pdftest": nil, // for tests
	"cmd/reportbot": {"bot", "bot/eval", "bot/metrics", "bot/ticker", "config", "ingest", "retrieval", "retrieval/store", "retrieval/vector",
		"retrieval/lexical", "retrieval/openai", "retrieval/question", "bot/answer", "bot/digest", "bot/state", "bot/slack"},
}

// knownBy says which one package (two for the database driver) may import a
// library: its types must not leave it.
var knownBy = map[string][]string{
	"github.com/slack-go/slack":          {"bot/slack"},
	"github.com/gorilla/websocket":       {"bot/slack", "bot/slack/slacktest"}, // slack-go's own, to dial with
	"github.com/sashabaranov/go-openai":  {"retrieval/openai"},
	"github.com/failsafe-go/failsafe-go": {"retrieval/openai"},
	"github.com/philippgille/chromem-go": {"retrieval/vector"},
	"github.com/klippa-app/go-pdfium":    {"ingest/parse/pdf", "ingest/parse/pdf/pdftest"},
	"github.com/tetratelabs/wazero":      {"ingest/parse/pdf", "ingest/parse/pdf/pdftest"},
	"modernc.org/sqlite":                 {"retrieval/store", "bot/state"},
	"go.yaml.in/yaml/v3":                 {"config", "ingest"},
	"github.com/fsnotify/fsnotify":       {"ingest"},
	"github.com/spf13/pflag":             {"cmd/reportbot"},
	"github.com/prometheus":              {"bot/metrics"},
	"gonum.org/v1/plot":                  {"bot/ticker/chart"},
	"golang.org/x/image":                 {"bot/ticker/chart"},
}

const module = "reportbot/"

type goPackage struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

// packages lists the packages of the module without their tests.
func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "./...")
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module)
		all = append(all, p)
	}
}

// reach returns everything a package may import, following the arrows.
func reach(name string) map[string]bool {
	out := map[string]bool{}
	for _, next := range arrows[name] {
		out[next] = true
		for far := range reach(next) {
			out[far] = true
		}
	}
	return out
}

func TestArrows(t *testing.T) {
	for _, p := range packages(t) {
		if _, ok := arrows[p.ImportPath]; !ok {
			t.Errorf("package %s has no place among the arrows", p.ImportPath)
			continue
		}
		may := reach(p.ImportPath)
		for _, imported := range p.Imports {
			ours, ok := strings.CutPrefix(imported, module)
			if ok && !may[ours] {
				t.Errorf("%s imports %s: no arrow leads there", p.ImportPath, ours)
			}
		}
	}
}

func TestLibrariesKnownToOnePackage(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			for library, owners := range knownBy {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !slices.Contains(owners, p.ImportPath) {
					t.Errorf("%s imports %s: only %v may", p.ImportPath, imported, owners)
				}
			}
		}
	}
}

func TestDocumented(t *testing.T) {
	for _, p := range packages(t) {
		documented := false
		for _, f := range p.GoFiles {
			file, fset := parseFile(t, filepath.Join(p.Dir, f))
			documented = documented || file.Doc.Text() != ""
			for _, d := range file.Decls {
				for _, name := range undocumented(d) {
					t.Errorf("%s: %s has no doc comment", fset.Position(d.Pos()), name)
				}
			}
		}
		if !documented {
			t.Errorf("package %s has no package comment", p.ImportPath)
		}
	}
}

// undocumented returns the exported names a declaration introduces without a
// comment of their own or of their group.
func undocumented(d ast.Decl) []string {
	var out []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc.Text() == "" && !methodOfUnexported(d) {
			out = append(out, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc.Text() == "" && s.Doc.Text() == "" {
					out = append(out, s.Name.Name)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() && d.Doc.Text() == "" && s.Doc.Text() == "" && s.Comment.Text() == "" {
						out = append(out, n.Name)
					}
				}
			}
		}
	}
	return out
}

// methodOfUnexported reports whether d is a method whose receiver nobody
// outside sees, or one of the few whose interface documents it.
func methodOfUnexported(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return false
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	name, ok := typ.(*ast.Ident)
	known := []string{"Error", "Unwrap", "Is", "String", "GoString", "MarshalJSON", "MarshalText", "LogValue"}
	return ok && !name.IsExported() || slices.Contains(known, d.Name.Name)
}

// Limits on size; a longer file or function needs a reason, and then a line
// in the list of exceptions here.
const (
	maxFile     = 400
	maxFunction = 60
)

func TestSizes(t *testing.T) {
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, fset := parseFile(t, path)
		if n := fset.Position(file.End()).Line; n > maxFile {
			t.Errorf("%s has %d lines, the limit is %d", path, n, maxFile)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				if n := fset.Position(f.End()).Line - fset.Position(f.Pos()).Line + 1; n > maxFunction {
					t.Errorf("%s: %s has %d lines, the limit is %d", fset.Position(f.Pos()), f.Name.Name, n, maxFunction)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func parseFile(t *testing.T, path string) (*ast.File, *token.FileSet) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return file, fset
}
