// Package pdf reads the lines of a PDF's pages, with their places on the page,
// through PDFium. What the lines mean is left to others.
package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Limits bound what one file may cost. Zero fields mean the default.
type Limits struct {
	Pages     int // 2000
	MemoryMiB int // of the engine; 512

	text int // bytes of text; set by tests only
}

func (l Limits) withDefaults() Limits {
	if l.Pages <= 0 {
		l.Pages = 2000
	}
	if l.MemoryMiB <= 0 {
		l.MemoryMiB = 512
	}
	if l.text <= 0 {
		l.text = maxText
	}
	return l
}

var (
	errEncrypted = errors.New("needs a password")
	errNoPages   = errors.New("has no pages")
)

// instanceStart bounds the start of an instance in an engine that is already
// compiled, which takes milliseconds.
const instanceStart = time.Minute

// keepMemory is the memory above which an instance is replaced after a file,
// because WebAssembly memory grows and never shrinks.
const keepMemory = 128 << 20

// Engine reads PDFs with PDFium compiled to WebAssembly: a hostile file can
// waste time and the engine's memory and do nothing else, since the module
// sees no files, no network and no environment.
//
// It is not safe for use by several goroutines at once.
//
// The time a single page takes is not bounded here. wazero can interrupt
// running code (WithCloseOnContextDone), at a price: the corpus went from 62
// to 21 pages per CPU second. The owner of the process ends it
// instead.
type Engine struct {
	cache    wazero.CompilationCache // nil without a folder
	pool     pdfium.Pool
	instance pdfium.Pdfium // nil before the first file and after a failure
	memory   *guestMemory
}

// New compiles the engine, or loads what an earlier call compiled into
// cacheDir: 4 s without, 0.12 s with it on a 2-core machine. An empty cacheDir
// means no cache. The folder must belong to the user alone, as what lies in it
// is executed; it is created that way. ctx gives values only; cancelling it
// later does not harm the engine.
func New(ctx context.Context, cacheDir string) (*Engine, error) {
	if cacheDir == "" {
		return start(ctx, "")
	}
	dropDamaged(cacheDir)
	e, err := start(ctx, cacheDir)
	if err != nil {
		// Trouble with the cache must not end all reading. A start without is
		// slow and works.
		return start(ctx, "")
	}
	sumNew(cacheDir)
	return e, nil
}

func start(ctx context.Context, cacheDir string) (*Engine, error) {
	e := &Engine{memory: &guestMemory{}}
	rc := wazero.NewRuntimeConfig().WithCoreFeatures(
		api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling) // the module needs exceptions
	if cacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
		if err != nil {
			return nil, fmt.Errorf("open PDF engine cache: %w", err)
		}
		e.cache = cache
		rc = rc.WithCompilationCache(cache)
	}
	pool, err := webassembly.Init(webassembly.Config{
		Context:       experimental.WithMemoryAllocator(context.WithoutCancel(ctx), e.memory),
		MaxIdle:       1,
		MaxTotal:      1,
		RuntimeConfig: rc,
		FSConfig:      wazero.NewFSConfig(), // the default would mount / for the guest
		Stdout:        io.Discard,           // the child's stdout carries answers
		Stderr:        io.Discard,
	})
	if err != nil {
		if e.cache != nil {
			_ = e.cache.Close(ctx)
		}
		return nil, fmt.Errorf("start PDF engine: %w", err)
	}
	e.pool = pool
	return e, nil
}

// Close gives the engine's memory back. The engine cannot be used afterwards.
func (e *Engine) Close(ctx context.Context) error {
	e.drop()
	err := e.pool.Close()
	if e.cache != nil {
		err = errors.Join(err, e.cache.Close(ctx))
	}
	return err
}

// drop throws the instance away; the next file gets a fresh one.
func (e *Engine) drop() {
	if e.instance == nil {
		return
	}
	// Kill and not Close: Close walks through the broken document once more.
	// Its error says only that the instance is gone already.
	_ = e.instance.Kill()
	e.instance = nil
}

// Pages reads all pages of a PDF. A page that cannot be read carries the
// reason in Err. The error of the whole file is one line fit for users. ctx is
// looked at between pages only. After any error but ctx's the next file works.
func (e *Engine) Pages(ctx context.Context, data []byte, lim Limits) (_ []Page, err error) {
	lim = lim.withDefaults()
	e.memory.limit(lim.MemoryMiB)
	if e.instance == nil {
		e.instance, err = e.pool.GetInstance(instanceStart)
		if err != nil {
			return nil, fmt.Errorf("start PDF engine: %w", err)
		}
	}
	defer func() {
		if broken(err) {
			err = e.explain(err, lim)
			e.drop()
		}
		if e.memory.size > keepMemory {
			e.drop()
		}
	}()
	return e.read(ctx, data, lim)
}

func (e *Engine) read(ctx context.Context, data []byte, lim Limits) (_ []Page, err error) {
	opened, err := e.instance.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		return nil, openError(err, data)
	}
	doc := opened.Document
	defer func() {
		if broken(err) {
			return // the instance is thrown away with all that is in it
		}
		if _, cerr := e.instance.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: doc}); cerr != nil && err == nil {
			err = fault{cerr}
		}
	}()
	count, err := e.instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc})
	if err != nil {
		return nil, fault{err}
	}
	switch n := count.PageCount; {
	case n <= 0:
		return nil, errNoPages
	case n > lim.Pages:
		return nil, fmt.Errorf("has %d pages, the limit is %d", n, lim.Pages)
	}
	out := make([]Page, count.PageCount)
	unread, text := 0, 0
	for i := range out {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := e.page(doc, i)
		switch {
		case trapped(err):
			return nil, fault{fmt.Errorf("page %d: %w", i+1, err)}
		case err != nil:
			p = Page{Err: "page cannot be read"}
			unread++
		}
		p.Number = i + 1
		out[i] = p
		for _, l := range p.Lines {
			text += len(l.Text)
		}
		if text > lim.text {
			return nil, fmt.Errorf("has more than %d bytes of text", lim.text)
		}
	}
	if unread == len(out) {
		return nil, errors.New("is damaged: no page can be read")
	}
	return out, nil
}

// maxText bounds what pages that share one large stream add up to. An annual
// report of 500 pages has 2 MB.
const maxText = 32 << 20

// page reads one page, counted from 0.
func (e *Engine) page(doc references.FPDF_DOCUMENT, index int) (Page, error) {
	ref := requests.Page{ByIndex: &requests.PageByIndex{Document: doc, Index: index}}
	frame, err := e.frame(ref)
	if err != nil {
		return Page{}, err
	}
	p := Page{Width: frame.width, Height: frame.height}
	if err := e.flatten(ref); err != nil {
		return Page{}, err
	}
	loaded, err := e.instance.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: ref})
	if err != nil {
		return Page{}, err
	}
	t := pageText{instance: e.instance, text: loaded.TextPage, frame: frame}
	p.Lines, err = t.lines(&sight{engine: e, ref: ref, frame: frame})
	if _, cerr := e.instance.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: loaded.TextPage}); cerr != nil && err == nil {
		err = cerr
	}
	if err == nil && scant(p.Lines) {
		p.Images, err = e.images(ref)
	}
	return p, err
}

// scantRunes is the number of characters below which a page may be a scan:
// of 1298 pages of broker reports one had fewer.
const scantRunes = 50

func scant(lines []Line) bool {
	n := 0
	for _, l := range lines {
		n += len([]rune(l.Text))
		if n >= scantRunes {
			return false
		}
	}
	return true
}

// imagesAmong bounds the search for images: a scan has few objects, a page of
// charts thousands.
const imagesAmong = 200

// images counts the image objects among the first objects of a page. It is
// asked only for pages with hardly any text, as each object costs two calls.
func (e *Engine) images(ref requests.Page) (int, error) {
	n, err := e.instance.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: ref})
	if err != nil {
		return 0, err
	}
	images := 0
	for i := range min(n.Count, imagesAmong) {
		obj, err := e.instance.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: ref, Index: i})
		if err != nil {
			return images, err
		}
		kind, err := e.instance.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: obj.PageObject})
		if err != nil {
			return images, err
		}
		if kind.Type == enums.FPDF_PAGEOBJ_IMAGE {
			images++
		}
	}
	return images, nil
}

// fault marks an error after which the instance must not be used again.
type fault struct{ error }

func (f fault) Unwrap() error { return f.error }

func broken(err error) bool {
	var f fault
	return errors.As(err, &f)
}

// trapped tells a crash of the module from an answer of PDFium. wazero's and
// go-pdfium's types for it are internal; their texts are stable.
func trapped(err error) bool {
	if err == nil {
		return false
	}
	s := err.Error()
	for _, mark := range []string{"wasm error", "panic occurred", "module closed", "allocate memory", "instance is closed"} {
		if strings.Contains(s, mark) {
			return true
		}
	}
	return false
}

// explain turns a crash into a line for users.
func (e *Engine) explain(err error, lim Limits) error {
	if e.memory.refused || strings.Contains(err.Error(), "allocate memory") {
		return fmt.Errorf("needs more memory than %d MiB", lim.MemoryMiB)
	}
	if at, _, ok := strings.Cut(err.Error(), ": "); ok && strings.HasPrefix(at, "page ") {
		return fmt.Errorf("is damaged: %s crashes the reader", at)
	}
	return errors.New("is damaged: it crashes the reader")
}

// openError turns PDFium's reason for not opening a file into ours.
func openError(err error, data []byte) error {
	switch {
	case trapped(err):
		return fault{err}
	case errors.Is(err, pdfiumerrors.ErrPassword):
		return errEncrypted
	case errors.Is(err, pdfiumerrors.ErrSecurity):
		return errors.New("is encrypted in a way that cannot be read")
	case !bytes.Contains(data[:min(len(data), headerWithin)], []byte("%PDF-")):
		return errors.New("is not a PDF")
	case !bytes.Contains(data[max(0, len(data)-headerWithin):], []byte("%%EOF")):
		return errors.New("is damaged: its end is missing")
	}
	return errors.New("is damaged: its structure cannot be read")
}

// headerWithin is how far from the start readers look for the header of a PDF
// and from the end for its last mark (PDF 1.7, appendix H, notes 13 and 18).
const headerWithin = 1024

// Is tells PDFs by their header, which some producers put after a few bytes
// of junk. A file named .pdf that is no text either is taken for a broken one,
// so that its reader hears about a broken PDF.
func Is(name string, data []byte) bool {
	head := data[:min(len(data), headerWithin)]
	if bytes.HasPrefix(bytes.TrimLeft(head, "\x00\t\n\f\r \uFEFF"), []byte("%PDF-")) {
		return true
	}
	if !strings.EqualFold(filepath.Ext(name), ".pdf") {
		return false
	}
	return bytes.Contains(head, []byte("%PDF-")) || len(head) == 0 ||
		bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(head[:max(0, len(head)-utf8.UTFMax)])
}
