package app

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/saved"
	"github.com/dibbler-app/dibbler/app/internal/web"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A Saved is a value that is kept in a file of the tool, such as a plan or a list of
// what was done. It is for small state, of up to some thousand values: each change
// writes the whole file. Make one with [Open] or [Settings]. Its methods may be called
// concurrently.
//
// The file is JSON, as package encoding/json makes it of T, and is replaced in one
// step: whenever the program is killed or the power fails, it is whole, with every change
// that Update has acknowledged. Keys that T does not have are kept, so that an older
// version of the tool does not destroy what a newer one wrote: those of T, of structs and
// maps in it, and of the elements of slices that a change leaves in order. A person may
// edit the file; what they have changed holds from the next Update on, or from the next
// start.
type Saved[T any] struct{ store *saved.Store[T] }

// Get returns a copy of the present value, which shares nothing with other copies.
func (s *Saved[T]) Get() T { return s.store.Get() }

// Update calls change with a copy of the present value, writes what change leaves there
// to the file, and then makes that the present value. If change returns an error or
// panics, or if the file cannot be written, nothing is changed. If nothing is different,
// nothing is written.
//
// Updates happen one after the other. change may call Get, which returns the value before
// the change. If it calls Update, that returns an error; it must not wait for another
// goroutine that calls Update.
func (s *Saved[T]) Update(change func(*T) error) error {
	if err := s.store.Update(change); err != nil {
		return fmt.Errorf("not saved: %w", err)
	}
	return nil
}

// OnChange has f called with the new value after each change, by Update or by the owner in
// the settings, to follow it: to publish what pages show of it, say, or to ask less often.
// f is called before Update returns, one change after the other. It may call Get, and must
// not wait for an Update.
func (s *Saved[T]) OnChange(f func(T)) { s.store.OnChange(f) }

// Open opens the value in the file that is called name and .json in [Tool.Dir], which
// need not exist. T is a struct with exported fields. name consists of a-z, 0-9 and
// hyphens. A second Open with the same name is an error: plug-ins share the Saved.
//
// initial is the value without a file, and that of a field for which the file has no
// key, such as a field that is new in this version of the tool. Inside of a field there
// are no such defaults.
//
// A file that is damaged or missing is replaced by its backup, which is the file before
// the last change and is called name.json.backup, or by initial if there is none; the
// owner is told so, and the damaged file is renamed. A file that holds a value of
// another type than T has there is an error that names the key; it is left as it is.
func Open[T any](tool *Tool, name string, initial T) (*Saved[T], error) {
	store, err := openSaved(tool, name, initial)
	if err != nil {
		return nil, tool.named(err)
	}
	return &Saved[T]{store}, nil
}

// Settings is [Open] for a value whose fields the owner can change: it makes a section of
// the settings page with this title. It can be called until StartTool returns.
//
//	type Prefs struct {
//		Minutes int    `json:"minutes" label:"Minutes" help:"How long the tea draws."`
//		Sound   string `json:"sound" label:"Sound" choices:"bell|gong|none"`
//	}
//
// The page shows the exported fields, of embedded structs, too. Each is a bool, a number,
// a string, a [time.Duration], a [time.Time], whose date is shown, or a type with
// MarshalText and UnmarshalText. Fields of other types, and those that are not for the
// owner, are left out with the tag `schema:"-"`, and keep their values. The tags label
// and help are shown beside a field, and choices lists all texts that it can have, with
// bars between them. A string with line ends has a text area. What was typed is read as
// forms are; see package dibbler.
//
// check may be nil. It gets the value that is to be saved, and adds to errs what is
// wrong with it, by the names of the fields or, where it concerns several of them, with
// an empty name. It is not asked about what the file has, which a person may have edited.
// Unless all is right nothing is saved, and the page comes back with the
// errors beside the fields and what was typed in them. A field that could not be read has
// an error already, and its saved value in v.
//
// Each section is saved on its own. A section that was saved in another window
// meanwhile, or changed with Update, is shown again together with what is saved, and
// replaces it only when it is sent once more.
func Settings[T any](tool *Tool, name, title string, initial T, check func(v T, errs *dibbler.FormErrors)) (*Saved[T], error) {
	if err := tool.site.Late(); err != nil {
		return nil, tool.named(fmt.Errorf("settings %q: %w", name, err))
	}
	if strings.TrimSpace(title) == "" {
		return nil, tool.named(fmt.Errorf("the settings %q have no title; what do people call them?", name))
	}
	store, err := openSaved(tool, name, initial)
	if err != nil {
		return nil, tool.named(err)
	}
	section, err := web.NewSection(name, title, store, check)
	if err == nil {
		err = tool.site.AddSection(section)
	}
	if err != nil {
		return nil, tool.named(fmt.Errorf("settings %q: %w", name, err))
	}
	return &Saved[T]{store}, nil
}

// savedFiles are the names that are in use, with the plug-ins that use them.
type savedFiles struct {
	mu    sync.Mutex
	users map[string]string
}

// openSaved opens the file called name. A warning is shown on all pages if nothing is
// served yet, and is logged in any case.
func openSaved[T any](tool *Tool, name string, initial T) (*saved.Store[T], error) {
	if err := checkSavedName(name); err != nil {
		return nil, err
	}
	files := tool.saved
	files.mu.Lock()
	defer files.mu.Unlock()
	if user, ok := files.users[name]; ok {
		return nil, fmt.Errorf("%q was opened by plug-in %s already; use what it has opened, or another name", name, user)
	}
	store, warning, err := saved.Open(filepath.Join(tool.Dir(), name+".json"), initial)
	if err != nil {
		return nil, err
	}
	if files.users == nil {
		files.users = map[string]string{}
	}
	files.users[name] = tool.plugin
	if warning != "" {
		slog.Warn(warning, "plugin", tool.plugin)
		tool.site.Warn(warning + ".")
	}
	return store, nil
}

// checkSavedName returns an error unless name can name files on every system.
func checkSavedName(name string) error {
	bad := strings.ContainsFunc(name, func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-')
	})
	switch {
	case name == "":
		return errors.New("the name of a file is empty; want one such as \"plan\"")
	case bad || len(name) > 100:
		return fmt.Errorf("%.100q cannot name a file; want at most 100 of a-z, 0-9 and -, such as \"plan\"", name)
	case dirs.IsDevice(name):
		return fmt.Errorf("%q is the name of a device on Windows; want another one, such as %q", name, name+"-plan")
	}
	return nil
}
