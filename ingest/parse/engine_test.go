package parse

import (
	"sync"
	"testing"

	"reportbot/ingest/parse/pdf"
	"reportbot/ingest/parse/pdf/pdftest"
)

// shared is the one engine of the test binary: starting it takes seconds.
var shared struct {
	sync.Mutex // an engine serves one goroutine
	engine     *pdf.Engine
}

// withEngine lends the shared engine until the test ends.
func withEngine(t testing.TB) *pdf.Engine {
	t.Helper()
	shared.Lock()
	t.Cleanup(shared.Unlock)
	if shared.engine == nil {
		e, err := pdf.New(t.Context(), pdftest.Cache())
		if err != nil {
			t.Fatal(err)
		}
		shared.engine = e
	}
	return shared.engine
}
