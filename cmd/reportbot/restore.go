package main

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"reportbot/bot/state"
	"reportbot/retrieval/store"
)

// staged is where a backup is unpacked, in the data folder itself: that may be
// a mount of its own, and a file is moved in one step within one only.
const staged = "restore-*"

// unfinished stands in the place of corpus.db while files are exchanged. It is
// no database, so that nobody opens half a folder.
const unfinished = "A restore was interrupted here. Run it again with --force.\n"

type restoreView struct {
	Data    string `json:"data"`
	Reports int    `json:"reports"`
	State   bool   `json:"state"`
}

func runRestore(ctx context.Context, c call) error {
	f := newFlags("restore")
	force := f.Bool("force", false, "put the backup in the place of what the data folder holds")
	args, err := f.parse(c, 1, 1)
	if err != nil {
		return err
	}
	cfg, err := f.load(c)
	if err != nil {
		return err
	}
	v, err := restore(ctx, args[0], cfg.Data, *force)
	if err != nil {
		return err
	}
	if f.json {
		return writeJSON(c.out, v)
	}
	_, err = fmt.Fprintf(c.out, "%s: %s%s\n", printable(v.Data), count(v.Reports, "report"), withState(v.State))
	return err
}

// restore unpacks the backup beside what is there, looks it through and
// exchanges the files. Whenever it ends, the data folder is the one before or
// the one of the backup, or refuses to be opened.
func restore(ctx context.Context, file, data string, force bool) (v restoreView, err error) {
	v.Data = data
	z, m, err := openBackup(file)
	if err != nil {
		return v, fmt.Errorf("%s: %w", file, err)
	}
	defer z.Close()
	if err := verify(ctx, z, m); err != nil {
		return v, fmt.Errorf("%s: %w", file, err)
	}
	full := !missing(filepath.Join(data, store.File)) || !missing(filepath.Join(data, state.File))
	if full && !force {
		return v, fmt.Errorf("data folder %s holds reports already: give another --data, or --force to lose them", data)
	}
	if err := os.MkdirAll(data, 0o750); err != nil {
		return v, fmt.Errorf("data folder %s: %w", data, bare(err))
	}
	lock, err := state.Lock(data)
	if err != nil {
		return v, err
	}
	defer lock.Close()
	if left, err := filepath.Glob(filepath.Join(data, staged)); err == nil { // of a restore that was killed
		for _, dir := range left {
			_ = os.RemoveAll(dir) // in nobody's way
		}
	}
	stage, err := os.MkdirTemp(data, staged)
	if err != nil {
		return v, fmt.Errorf("data folder %s: %w", data, bare(err))
	}
	defer os.RemoveAll(stage)
	if err := unpack(ctx, z, m, stage); err != nil {
		return v, fmt.Errorf("%s: %w", file, err)
	}
	if v.Reports, v.State, err = tryOut(ctx, stage); err != nil {
		return v, fmt.Errorf("%s: %w", file, err)
	}
	if !missing(filepath.Join(data, store.File)) {
		if err := store.Alone(ctx, data); err != nil && !errors.Is(err, store.ErrDamaged) {
			return v, err
		}
	}
	if err := exchange(stage, data); err != nil {
		return v, fmt.Errorf("data folder %s: %w", data, bare(err))
	}
	return v, nil
}

var errNoBackup = errors.New("is not a backup of reportbot, or is damaged")

// openBackup reads the manifest of a backup.
func openBackup(file string) (*zip.ReadCloser, manifest, error) {
	z, err := zip.OpenReader(file)
	var m manifest
	switch {
	case errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrAlgorithm) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, m, errNoBackup
	case err != nil:
		return nil, m, bare(err)
	}
	if err = readManifest(z, &m); err != nil {
		z.Close()
	}
	return z, m, err
}

func readManifest(z *zip.ReadCloser, m *manifest) error {
	r, err := z.Open(manifestName)
	if err != nil {
		return errNoBackup
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, 1<<20)) // to the end, where the checksum is compared
	if err == nil {
		err = json.Unmarshal(text, m)
	}
	switch {
	case err != nil:
		return errNoBackup
	case m.Format > backupFormat:
		return fmt.Errorf("was written by a newer reportbot (format %d, this one knows %d)", m.Format, backupFormat)
	case m.Format != backupFormat || len(m.Files) == 0 || m.Files[0].Name != store.File || len(m.Files) > 2 || len(m.Files) == 2 && m.Files[1].Name != state.File:
		return errNoBackup
	}
	return nil
}

// verify reads the whole backup before anything is touched.
func verify(ctx context.Context, z *zip.ReadCloser, m manifest) error {
	for _, f := range m.Files {
		if err := copyOut(ctx, z, f, io.Discard); err != nil {
			return err
		}
	}
	return nil
}

// unpack writes the files of a backup into a folder.
func unpack(ctx context.Context, z *zip.ReadCloser, m manifest, dir string) error {
	for _, f := range m.Files {
		out, err := os.OpenFile(filepath.Join(dir, f.Name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
		if err != nil {
			return bare(err)
		}
		err = copyOut(ctx, z, f, out)
		if err == nil {
			err = out.Sync()
		}
		if closing := out.Close(); err == nil {
			err = closing
		}
		if err != nil {
			return bare(err)
		}
	}
	return syncFolder(dir)
}

// copyOut writes a file of the backup, which must be what the manifest says.
func copyOut(ctx context.Context, z *zip.ReadCloser, f backupFile, to io.Writer) error {
	in, err := z.Open(f.Name)
	if err != nil {
		return errNoBackup
	}
	defer in.Close()
	h := sha256.New()
	w := &output{w: to}
	// One byte more than there should be is enough to see that it is another file.
	n, err := io.Copy(io.MultiWriter(w, h), io.LimitReader(reading{ctx, in}, f.Size+1))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case w.err != nil:
		return w.err
	case err != nil || n != f.Size || hex.EncodeToString(h.Sum(nil)) != f.SHA256:
		return fmt.Errorf("%w: %s in it is not what was backed up", errNoBackup, f.Name)
	}
	return nil
}

// tryOut opens what was unpacked, which also brings it to the newest schema.
func tryOut(ctx context.Context, dir string) (reports int, withState bool, err error) {
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return 0, false, err
	}
	all, err := s.AllReports(ctx)
	if err = errors.Join(err, s.Close()); err != nil || missing(filepath.Join(dir, state.File)) {
		return len(all), false, err
	}
	st, err := state.Open(ctx, dir, state.Options{})
	if err != nil {
		return 0, false, err
	}
	return len(all), true, st.Close()
}

// exchange moves the files of stage into the data folder.
func exchange(stage, data string) error {
	mark := filepath.Join(stage, "unfinished")
	if err := writeSynced(mark, unfinished); err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(data, name) }
	if err := os.Rename(mark, at(store.File)); err != nil {
		return err
	}
	if err := syncFolder(data); err != nil {
		return err
	}
	// A log left beside another database would be played into it.
	for _, name := range []string{store.File + "-wal", store.File + "-shm", state.File + "-wal", state.File + "-shm", state.File} {
		if err := os.Remove(at(name)); err != nil && !missing(at(name)) {
			return err
		}
	}
	if from := filepath.Join(stage, state.File); !missing(from) {
		if err := os.Rename(from, at(state.File)); err != nil {
			return err
		}
	}
	if err := syncFolder(data); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(stage, store.File), at(store.File)); err != nil {
		return err
	}
	return syncFolder(data)
}

func writeSynced(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}
