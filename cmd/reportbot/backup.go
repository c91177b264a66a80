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
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"reportbot/bot/state"
	"reportbot/retrieval/store"
)

// A backup is a ZIP file of the two databases and a manifest.
const manifestName = "manifest.json"

// manifest says what a backup holds.
type manifest struct {
	Format  int          `json:"format"`
	Program string       `json:"program"`
	Created time.Time    `json:"created"`
	Files   []backupFile `json:"files"`
}

type backupFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

const backupFormat = 1

type backupView struct {
	File     string   `json:"file"`
	Bytes    int64    `json:"bytes"`
	Reports  int      `json:"reports"`
	State    bool     `json:"state"` // whether serve ever ran here
	Problems []string `json:"problems"`
}

func runBackup(ctx context.Context, c call) error {
	f := newFlags("backup")
	f.existing = true
	a, args, err := f.start(ctx, c, 1, 1)
	if err != nil {
		return err
	}
	defer a.close()
	v, err := a.backup(ctx, args[0], f.now)
	if err != nil {
		return err
	}
	if f.json {
		err = writeJSON(c.out, v)
	} else {
		for _, p := range v.Problems {
			fmt.Fprintln(c.err, "reportbot: "+printable(p))
		}
		_, err = fmt.Fprintf(c.out, "%s: %s%s, %.1f MB\n", printable(v.File), count(v.Reports, "report"), withState(v.State), float64(v.Bytes)/1e6)
	}
	if err == nil && len(v.Problems) > 0 {
		return errPartly
	}
	return err
}

func withState(there bool) string {
	if there {
		return " and what the bot remembers"
	}
	return ""
}

// backup writes the file beside its place and moves it there when it is whole
// and on the disk.
func (a *app) backup(ctx context.Context, file string, now time.Time) (v backupView, err error) {
	v.File = file
	work, err := os.MkdirTemp(filepath.Dir(file), ".reportbot-backup-*")
	if err != nil {
		return v, fmt.Errorf("backup %s: %w", file, bare(err))
	}
	defer os.RemoveAll(work)
	if err := a.snapshot(ctx, work, &v); err != nil {
		return v, err
	}
	packed := filepath.Join(work, "backup.zip")
	if err := pack(ctx, packed, work, now); err != nil {
		return v, fmt.Errorf("backup %s: %w", file, bare(err))
	}
	info, err := os.Stat(packed)
	if err == nil {
		v.Bytes = info.Size()
		err = os.Rename(packed, file)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(file))
	}
	if err != nil {
		return v, fmt.Errorf("backup %s: %w", file, bare(err))
	}
	return v, nil
}

// snapshot copies the databases into the folder and looks the copies through:
// a backup that nobody ever looked into is a hope.
func (a *app) snapshot(ctx context.Context, work string, v *backupView) error {
	v.Problems = []string{}
	if err := a.store.Snapshot(ctx, filepath.Join(work, store.File)); err != nil {
		return err
	}
	copied, err := store.Open(ctx, work, store.Options{})
	if err != nil {
		return err
	}
	problems, err := copied.Check(ctx)
	if err == nil {
		var all []store.Summary
		all, err = copied.AllReports(ctx)
		v.Reports = len(all)
	}
	if err = errors.Join(err, copied.Close()); err != nil {
		return err
	}
	v.Problems = append(v.Problems, problems...)
	st, err := state.Open(ctx, a.cfg.Data, state.Options{ReadOnly: true})
	if errors.Is(err, fs.ErrNotExist) || err != nil && missing(filepath.Join(a.cfg.Data, state.File)) {
		return nil
	}
	if err != nil {
		return err
	}
	v.State = true
	problems, err = st.Check(ctx)
	if err == nil {
		err = st.Snapshot(ctx, filepath.Join(work, state.File))
	}
	v.Problems = append(v.Problems, problems...)
	return errors.Join(err, st.Close())
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// pack writes the databases in the folder into one synced file.
func pack(ctx context.Context, file, folder string, now time.Time) error {
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // reports are licensed, questions confidential
	if err != nil {
		return err
	}
	defer out.Close()
	z := zip.NewWriter(out)
	m := manifest{Format: backupFormat, Program: version(), Created: now.UTC()}
	for _, name := range []string{store.File, state.File} {
		if missing(filepath.Join(folder, name)) {
			continue
		}
		entry, err := packOne(ctx, z, folder, name, now)
		if err != nil {
			return err
		}
		m.Files = append(m.Files, entry)
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: manifestName, Method: zip.Deflate, Modified: now})
	if err == nil {
		err = json.NewEncoder(w).Encode(m)
	}
	return errors.Join(err, z.Close(), out.Sync(), out.Close())
}

func packOne(ctx context.Context, z *zip.Writer, folder, name string, now time.Time) (backupFile, error) {
	in, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return backupFile{}, err
	}
	defer in.Close()
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: now})
	if err != nil {
		return backupFile{}, err
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, h), reading{ctx, in})
	return backupFile{name, n, hex.EncodeToString(h.Sum(nil))}, err
}

// reading ends with its context.
type reading struct {
	ctx context.Context
	r   io.Reader
}

func (r reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// bare is an error without the name of a temporary file.
func bare(err error) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		return pe.Err
	case errors.As(err, &le):
		return le.Err
	}
	return err
}

// syncFolder brings the names in a folder to the disk.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
