package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"reportbot/ingest/report"
)

// Shelf is what of the store a watcher needs to take files off it. Both
// methods may be called by several processes at once.
type Shelf interface {
	// Recorded returns the files of the collection at or below a path,
	// sorted by path.
	Recorded(ctx context.Context, collection, under string) ([]Source, error)
	// Forget takes a file off its report, which goes when it was its last
	// one; ok is false when the file is not known. stale are files whose
	// report must be read from them again, as the better copy is gone.
	Forget(ctx context.Context, collection, path string) (r report.Header, ok bool, stale []string, err error)
}

// Removed is what becomes of a file that is gone: its report lost it, or went
// with it when no other file holds it.
const Removed State = "removed"

// Watcher keeps a collection in step with files and folders. It looks at all
// of them again and again, by size and time, which works on every kind of
// mount; notices of the file system only make it look sooner.
type Watcher struct {
	Ingester *Ingester
	Shelf    Shelf

	Poll   time.Duration // how often to look
	Settle time.Duration // how long a file must rest before it is read, or be missing before it is forgotten
	Retry  time.Duration // pause after an error that would meet every file
	Notice bool          // look at once when the file system says that something changed

	Each func(Outcome) // called for every file that was read, found unchanged, or removed
	Warn func(Failure) // called when a path cannot be looked at or read, once until that changes
	// Rest is called when all that was there at the beginning has been seen to,
	// and again whenever other paths cannot be looked at than before: those are
	// lost, sorted; nothing below them was read.
	Rest func(lost []string)
}

// Run watches until ctx ends, which is the only way it ends without a failure
// of its own: it then returns the error of ctx. What is recorded below the
// paths and no longer there is forgotten, also when it went while nobody
// watched; but when all of a folder's files are missing at once and the folder
// is another one than before, or empty at the start, it is taken for one that
// is not mounted and they are kept.
func (w *Watcher) Run(ctx context.Context, collection string, paths []string) error {
	s := &watch{Watcher: w, collection: collection, files: map[string]*watched{}, told: map[string]error{}}
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return err
		}
		s.roots = append(s.roots, &root{path: abs})
		recorded, err := w.Shelf.Recorded(ctx, collection, abs)
		if err != nil {
			return err
		}
		for _, src := range recorded {
			s.files[src.Path] = &watched{}
		}
	}
	notices := quiet()
	if w.Notice {
		notices = listen()
	}
	defer notices.close()
	var lost []string
	for resting := false; ; {
		if err := s.look(ctx); err != nil {
			return err
		}
		notices.follow(s.folders)
		if err := s.work(ctx); err != nil {
			return err
		}
		if now := s.lost(); !s.busy() && (!resting || !slices.Equal(lost, now)) {
			resting, lost = true, now
			w.Rest(lost)
		}
		if err := s.sleep(ctx, notices.heard); err != nil {
			return err
		}
	}
}

// watch is one run of a Watcher.
type watch struct {
	*Watcher
	collection string
	roots      []*root
	files      map[string]*watched
	folders    []string         // of the last look
	told       map[string]error // path -> the trouble that was told of
	trouble    map[string]error // the same, of this look
	paused     time.Time        // until then nothing is read
}

// root is a path that was named.
type root struct {
	path string
	info fs.FileInfo // of the folder when its files were last there
	lost bool        // it could not be looked at, or is not the one it was: nothing below is forgotten
}

// watched is a file below a root.
type watched struct {
	found Found
	stamp string    // size and time, of the sidecar as well; "" before it is seen
	since time.Time // when it was first seen so, or first missing
	done  bool      // what it is now has been seen to
	gone  bool
}

// look lists what is there and notes what is new, changed or missing.
func (s *watch) look(ctx context.Context) error {
	now := time.Now()
	s.folders, s.trouble = nil, map[string]error{}
	there := map[string]bool{}
	for _, r := range s.roots {
		for _, f := range s.list(ctx, r) {
			there[f.Path] = true
			s.see(f, now)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err() // the lists are not whole
	}
	for path, f := range s.files {
		switch {
		case there[path]:
		case !f.gone:
			f.gone, f.done, f.since = true, false, now
		case s.hidden(path):
			f.since = now
		}
	}
	for path, err := range s.trouble {
		if was := s.told[path]; was == nil || was.Error() != err.Error() {
			s.Warn(Failure{path, err})
		}
	}
	s.told = s.trouble
	return nil
}

// lost are the paths that could not be looked at; a file of a kind that nobody
// reads was.
func (s *watch) lost() []string {
	var out []string
	for path, err := range s.trouble {
		if !errors.Is(err, ErrKind) {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// list returns the files of a root and decides whether it is to be believed.
func (s *watch) list(ctx context.Context, r *root) []Found {
	info, err := os.Stat(r.path)
	if r.lost = err != nil; r.lost {
		s.trouble[r.path] = fmt.Errorf("%w; what was read from it is kept", plain(err))
		return nil
	}
	if !info.IsDir() {
		s.folders = append(s.folders, filepath.Dir(r.path))
		return []Found{{Path: r.path}}
	}
	l := walk(ctx, r.path)
	s.folders = append(s.folders, l.folders...)
	for _, f := range l.failures {
		s.trouble[f.Path] = f.Err
	}
	if s.vanished(r, info, l.files) {
		r.lost = true
		s.trouble[r.path] = errors.New("holds none of the files that were read from it (not mounted?); they are kept")
	} else {
		r.info = info
	}
	var out []Found
	for _, path := range l.files {
		out = append(out, Found{Path: path, Root: r.path})
	}
	return out
}

// vanished tells whether a folder looks like one that is not mounted: see Run.
func (s *watch) vanished(r *root, info fs.FileInfo, files []string) bool {
	if r.info != nil && os.SameFile(r.info, info) || r.info == nil && len(files) > 0 {
		return false
	}
	known := false
	for path, f := range s.files {
		if within(path, r.path) && (f.stamp == "" || f.done || f.gone) {
			known = true
			if !gone(path) {
				return false
			}
		}
	}
	return known
}

// see notes how a file looks.
func (s *watch) see(f Found, now time.Time) {
	stamp := "?" // it went or changed its kind: reading it says so
	if info, err := f.stat(); err == nil {
		stamp = fmt.Sprint(info.Size(), " ", info.ModTime().UnixNano())
	}
	if b, err := f.sidecar(); err == nil {
		stamp += " " + b.stamp
	} else {
		stamp += " " + err.Error()
	}
	w := s.files[f.Path]
	if w == nil {
		w = &watched{}
		s.files[f.Path] = w
	}
	if w.stamp != stamp || w.gone {
		w.stamp, w.since, w.done, w.gone = stamp, now, false, false
	}
	w.found = f
}

// hidden tells whether a missing file may be there all the same.
func (s *watch) hidden(path string) bool {
	for _, r := range s.roots {
		if r.lost && within(path, r.path) {
			return true
		}
	}
	for bad := range s.trouble {
		if within(path, bad) {
			return true
		}
	}
	return !gone(path)
}

func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, strings.TrimSuffix(folder, "/")+"/")
}

// work reads the files that have come to rest, and then forgets those that
// have been missing as long: a file that was renamed is adopted under its new
// name before it loses the old one.
func (s *watch) work(ctx context.Context) error {
	now := time.Now()
	if now.Before(s.paused) {
		return nil
	}
	for _, missing := range []bool{false, true} {
		for _, path := range slices.Sorted(maps.Keys(s.files)) {
			f := s.files[path]
			if f.done || f.gone != missing || now.Sub(f.since) < s.Settle {
				continue
			}
			act := s.read
			if missing {
				act = s.forget
			}
			if err := act(ctx, path, f); ctx.Err() != nil {
				return ctx.Err()
			} else if err != nil {
				s.Warn(Failure{path, err})
				s.paused = time.Now().Add(s.Retry)
				return nil
			}
		}
	}
	return nil
}

// read ingests a file; the error is one that would meet the next file, too.
func (s *watch) read(ctx context.Context, path string, f *watched) error {
	o := s.Ingester.take(ctx, s.collection, f.found)
	if ctx.Err() != nil && o.State == Failed {
		return ctx.Err()
	}
	switch {
	case errors.Is(o.Err, ErrStop):
		return o.Err
	case o.State == Failed && gone(path):
		return nil // the next look sees that
	}
	f.done = true
	s.again(o.Stale)
	s.Each(o)
	return nil
}

func (s *watch) forget(ctx context.Context, path string, _ *watched) error {
	r, ok, stale, err := s.Shelf.Forget(ctx, s.collection, path)
	if err != nil {
		return err
	}
	delete(s.files, path)
	s.again(stale)
	if ok { // else it never became a report
		s.Each(Outcome{Path: path, State: Removed, Report: r})
	}
	return nil
}

// again has files be read though they did not change.
func (s *watch) again(paths []string) {
	for _, p := range paths {
		if f := s.files[p]; f != nil {
			f.done = false
		}
	}
}

// busy tells whether something is about to come to rest.
func (s *watch) busy() bool {
	for path, f := range s.files {
		if !f.done && !(f.gone && s.hidden(path)) {
			return true
		}
	}
	return false
}

// sleep waits for the next look. Notices come in swarms while a file is
// written: one of them is enough, and a look costs something.
func (s *watch) sleep(ctx context.Context, heard <-chan struct{}) error {
	next := s.Poll
	if s.busy() {
		next = min(s.Poll, s.Settle)
	}
	wait := time.NewTimer(next)
	defer wait.Stop()
	swarm := time.NewTimer(min(s.Poll, s.Settle) / 4)
	defer swarm.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-swarm.C:
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
	case <-heard:
	}
	return nil
}
