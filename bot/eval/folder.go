package eval

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// passage is a line of passages.jsonl.
type passage struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
	Doc   string `json:"doc"`
}

// query is a line of queries.jsonl.
type query struct {
	ID      string     `json:"id"`
	Text    string     `json:"text"`
	Answers [][]string `json:"answers"` // every group must be met by one of its alternatives
	Type    string     `json:"type"`
	Refs    []string   `json:"refs"` // sentences that hold the answer
	History []turn     `json:"history"`
}

// turn is an earlier question of the same thread.
type turn struct {
	Q string `json:"q"`
}

// item is a line of items.jsonl.
type item struct {
	ID         string   `json:"id"`
	Text       string   `json:"text"`
	Answerable bool     `json:"answerable"`
	Passages   []string `json:"passages"` // when given, only these are searched
}

// readLines decodes a JSONL file of a folder.
func readLines[T any](dir, name string) ([]T, error) {
	f, err := open(dir, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []T
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		if strings.TrimSpace(in.Text()) == "" {
			continue
		}
		var v T
		if err := json.Unmarshal(in.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("%s: item %d: %w", filepath.Join(dir, name), len(out)+1, err)
		}
		out = append(out, v)
	}
	return out, in.Err()
}

// readQrels reads which passages answer which query.
func readQrels(dir string) (map[string]map[string]bool, error) {
	f, err := open(dir, "qrels.tsv")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[string]map[string]bool{}
	in := bufio.NewScanner(f)
	for in.Scan() {
		fields := strings.Fields(in.Text())
		if len(fields) < 2 {
			continue
		}
		if out[fields[0]] == nil {
			out[fields[0]] = map[string]bool{}
		}
		out[fields[0]][fields[1]] = true
	}
	return out, in.Err()
}

func open(dir, name string) (*os.File, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no %s", dir, name)
	}
	return f, err
}

// WriteLines writes one JSON line for each item, so that anyone can recompute
// the figures.
func WriteLines(path string, lines []any) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, l := range lines {
		if err := enc.Encode(l); err != nil {
			return err
		}
	}
	return w.Flush()
}

// readNames reads the companies that are known in a folder, one a line. A
// folder may have none.
func readNames(dir string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(dir, "names.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.FieldsFunc(string(b), func(r rune) bool { return r == '\n' || r == '\r' }), err
}
