package dev

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is the time without a change after which a burst of changes is over. Editors
// write a file in several steps, and other programs write many files.
const quiet = 30 * time.Millisecond

// A burst is a set of changes within a short time.
type burst struct {
	change change
	names  []string // names of files, with duplicates
}

// A watcher reports changes of files in the folders of a tool, including new folders.
// Make one with [newWatcher].
type watcher struct {
	notify *fsnotify.Watcher
	bursts chan burst
	done   chan struct{}

	mu      sync.Mutex
	sources *sources
	folders map[string]bool // the watched folders
}

// newWatcher watches the sources of a tool.
func newWatcher(s *sources) (*watcher, error) {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("cannot watch files: %w", err)
	}
	w := &watcher{notify: notify, bursts: make(chan burst), done: make(chan struct{}), folders: map[string]bool{}}
	go w.run()
	if err := w.follow(s); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// follow also watches the folders of the current sources.
func (w *watcher) follow(s *sources) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sources = s
	_, err := w.addTree(s.root)
	for _, p := range s.packages {
		err = errors.Join(err, w.addFolder(p.dir))
		for file := range p.embedded {
			// Include folders that are otherwise ignored, such as dist.
			for dir := filepath.Dir(file); dir != "."; dir = filepath.Dir(dir) {
				err = errors.Join(err, w.addFolder(filepath.Join(p.dir, dir)))
			}
		}
	}
	return err
}

// addTree watches a folder and its subfolders, and returns the files in them.
func (w *watcher) addTree(root string) (files []string, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // it was just removed
		case errors.Is(err, fs.ErrPermission):
			return nil // the go command cannot read it either
		case err != nil:
			return err
		case !d.IsDir():
			files = append(files, path)
			return nil
		case path != root && isIgnored(d.Name()):
			return fs.SkipDir
		}
		return w.addFolder(path)
	})
	return files, err
}

func (w *watcher) addFolder(dir string) error {
	if w.folders[dir] {
		return nil
	}
	err := w.notify.Add(dir)
	switch {
	case err == nil:
		w.folders[dir] = true
		return nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return nil
	case errors.Is(err, syscall.ENOSPC):
		return fmt.Errorf("cannot watch %s: the system's limit of watched folders is reached; raise it with sysctl fs.inotify.max_user_watches=524288", dir)
	}
	return fmt.Errorf("cannot watch %s: %w", dir, err)
}

// close closes the watcher.
func (w *watcher) close() {
	_ = w.notify.Close() // there is no data to lose
	<-w.done
}

// run collects events into bursts, until the watcher is closed.
func (w *watcher) run() {
	defer close(w.done)
	var b burst
	var out chan burst // nil until the burst is over
	pause := time.NewTimer(quiet)
	happened := queue(w.notify)
	for {
		select {
		case h, ok := <-happened:
			switch {
			case !ok:
				return
			case h.err != nil:
				// There were probably too many events at once, so any file may have
				// changed.
				b.change, b.names = changeTool, append(b.names, h.err.Error())
			case !w.addTo(&b, h.Event):
				continue
			}
			out = nil
			pause.Reset(quiet)
		case <-pause.C:
			if b.change > changeNothing {
				out = w.bursts
			}
		case out <- b:
			b, out = burst{}, nil
		}
	}
}

// A happening is an event, or an error.
type happening struct {
	fsnotify.Event
	err error
}

// queue returns a channel of happenings. It receives each event at once, even if the
// reader of the channel is slow, because on some systems a new folder is watched only
// after all events have been received. The channel is closed when the watcher is.
func queue(notify *fsnotify.Watcher) <-chan happening {
	out := make(chan happening)
	go func() {
		defer close(out)
		var waiting []happening
		for {
			var first happening
			var to chan happening // nil while the queue is empty
			if len(waiting) > 0 {
				first, to = waiting[0], out
			}
			select {
			case event, ok := <-notify.Events:
				if !ok {
					return
				}
				waiting = append(waiting, happening{Event: event})
			case err, ok := <-notify.Errors:
				if !ok {
					return
				}
				waiting = append(waiting, happening{err: err})
			case to <- first:
				waiting = waiting[1:]
			}
		}
	}()
	return out
}

// addTo adds an event to b, and reports whether it is a change.
func (w *watcher) addTo(b *burst, event fsnotify.Event) (changes bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, path := range w.changed(event) {
		if c := w.sources.of(path); c > changeNothing {
			b.change, b.names = max(b.change, c), append(b.names, path)
			changes = true
		}
	}
	return changes
}

// changed returns the paths that an event has changed. The path of a removed folder ends
// with a separator.
func (w *watcher) changed(event fsnotify.Event) (paths []string) {
	switch path := event.Name; {
	case event.Op == fsnotify.Chmod:
		return nil
	case event.Has(fsnotify.Remove) || event.Has(fsnotify.Rename):
		if !w.folders[path] {
			return []string{path}
		}
		for folder := range w.folders {
			if folder == path || strings.HasPrefix(folder, path+string(filepath.Separator)) {
				delete(w.folders, folder)
				_ = w.notify.Remove(folder) // the folder was removed, or is watched under another name
			}
		}
		return []string{path + string(filepath.Separator)}
	case event.Has(fsnotify.Create):
		if info, err := os.Lstat(path); err == nil && info.IsDir() && w.watches(path) {
			files, err := w.addTree(path)
			if err != nil {
				slog.Warn("cannot watch some folders", "err", err)
			}
			return files
		}
		return []string{path}
	default:
		return []string{path}
	}
}

// watches reports whether to watch a new folder.
func (w *watcher) watches(folder string) bool {
	_, embedded := w.sources.ofEmbedded(folder)
	embedded = embedded || w.sources.holdsEmbedded(folder)
	rel, err := filepath.Rel(w.sources.root, folder)
	return embedded || err == nil && !strings.HasPrefix(rel, "..") && !isIgnored(filepath.Base(folder))
}
