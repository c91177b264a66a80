package ingest

import "github.com/fsnotify/fsnotify"

// notices say that something below some folders may have changed. They may
// fail to come: on network mounts, and for more folders than the system
// watches at once.
type notices struct {
	heard chan struct{} // holds one: a swarm of them is one
	fs    *fsnotify.Watcher
	done  chan struct{}
}

// quiet returns notices that never come.
func quiet() *notices { return &notices{} }

// listen starts listening. close must be called.
func listen() *notices {
	fs, err := fsnotify.NewWatcher()
	if err != nil { // no more watchers for this user: looking again and again does
		return quiet()
	}
	n := &notices{heard: make(chan struct{}, 1), fs: fs, done: make(chan struct{})}
	go func() {
		defer close(n.done)
		for {
			select {
			case _, ok := <-fs.Events:
				if !ok {
					return
				}
			case _, ok := <-fs.Errors: // of too many events at once: some were lost
				if !ok {
					return
				}
			}
			select {
			case n.heard <- struct{}{}:
			default:
			}
		}
	}()
	return n
}

// follow listens to these folders as well; those that go are left by
// themselves.
func (n *notices) follow(folders []string) {
	if n.fs == nil {
		return
	}
	for _, f := range folders {
		_ = n.fs.Add(f) // the system's limit or a kind of mount: looking again and again does
	}
}

// close ends listening and waits for it.
func (n *notices) close() {
	if n.fs == nil {
		return
	}
	_ = n.fs.Close() // nothing is lost
	<-n.done
}
