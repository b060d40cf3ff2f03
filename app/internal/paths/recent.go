package paths

import (
	"log/slog"
	"slices"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/saved"
)

const (
	mostRecent = 10  // paths for a field
	mostFields = 100 // more are ignored
)

// Recent stores recent paths in a file, for each field. Its methods may be called
// concurrently. Make one with [NewRecent].
type Recent struct {
	open func() (*saved.Store[map[string][]string], error)
}

// NewRecent returns a Recent for the file at path, which need not exist. The file is read
// when it is first needed.
func NewRecent(path string) *Recent {
	return &Recent{sync.OnceValues(func() (*saved.Store[map[string][]string], error) {
		store, warning, err := saved.Open(path, map[string][]string{})
		if err != nil || warning != "" {
			slog.Warn("cannot read the recent paths", "warning", warning, "err", err)
		}
		return store, err
	})}
}

// Add makes path the most recent path of a field. If it cannot be stored, that is only
// logged.
func (r *Recent) Add(field, path string) {
	store, err := r.open()
	if err != nil {
		return
	}
	err = store.Update(func(all *map[string][]string) error {
		if _, ok := (*all)[field]; !ok && len(*all) >= mostFields {
			return nil
		}
		others := slices.DeleteFunc((*all)[field], func(other string) bool { return other == path })
		latest := append([]string{path}, others...)
		(*all)[field] = latest[:min(len(latest), mostRecent)]
		return nil
	})
	if err != nil {
		slog.Warn("cannot store a recent path", "err", err)
	}
}

// Of returns the paths of a field, most recent first.
func (r *Recent) Of(field string) []string {
	store, err := r.open()
	if err != nil {
		return nil
	}
	return store.Get()[field]
}
