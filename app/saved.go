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

// A Saved is a value that is stored in a file of the tool, such as a plan or a history.
// It is meant for small data, of up to some thousand values, because each change writes
// the whole file. [Open] and [Settings] return a Saved. Its methods may be called
// concurrently.
//
// The file has the JSON encoding of T by package encoding/json. It is replaced
// atomically: after a kill or a power failure it is complete, and has every change for
// which Update returned nil.
//
// Keys in the file that T does not have are kept, so an older version of the tool does
// not destroy the data of a newer one. This holds for the keys of T, of structs and maps
// in T, and of the elements of a slice whose order a change keeps.
//
// A person may edit the file. The edits take effect at the next Update or the next start.
type Saved[T any] struct{ store *saved.Store[T] }

// Get returns a deep copy of the current value.
func (s *Saved[T]) Get() T { return s.store.Get() }

// Update calls change with a copy of the current value, writes the changed copy to the
// file, and makes it the current value. If change returns an error or panics, or if the
// file cannot be written, the value does not change. If change leaves the copy as it is,
// nothing is written.
//
// Only one Update runs at a time. change may call Get, which returns the value before the
// change. If change calls Update, that call returns an error. change must not wait for
// another goroutine that calls Update.
func (s *Saved[T]) Update(change func(*T) error) error {
	if err := s.store.Update(change); err != nil {
		return fmt.Errorf("not saved: %w", err)
	}
	return nil
}

// OnChange registers f to be called with the new value after each change, by Update or by
// the owner on the settings page; for example to publish the new value to open pages. f
// is called before Update returns, and for one change at a time. It may call Get, but
// must not wait for an Update.
func (s *Saved[T]) OnChange(f func(T)) { s.store.OnChange(f) }

// Open opens the value in the file name.json in [Tool.Dir]. The file need not exist. T
// must be a struct with exported fields. name has at most 100 characters: a-z, 0-9 and
// hyphens. It must not be the name of a device on Windows, such as nul. It is an error to
// open the same name twice: plug-ins that need the value share the Saved.
//
// If there is no file, the value is initial. A field of T whose key is missing in the
// file, such as a new field of a newer version, has its value in initial. This does not
// apply to the fields of nested structs.
//
// A damaged or missing file is replaced by its backup, name.json.backup, which is the
// file before the last change. If there is no backup, the value is initial. The owner is
// told, and the damaged file is kept under another name. If a value in the file does not
// fit the type of its field, Open returns an error that names the key, and does not
// change the file.
func Open[T any](tool *Tool, name string, initial T) (*Saved[T], error) {
	store, err := openSaved(tool, name, initial)
	if err != nil {
		return nil, tool.named(err)
	}
	return &Saved[T]{store}, nil
}

// Settings is like [Open], for a value whose fields the owner can change: it adds a
// section with this title to the settings page. It must be called before StartTool
// returns.
//
//	type Prefs struct {
//		Minutes int    `json:"minutes" label:"Minutes" help:"How long the tea draws."`
//		Sound   string `json:"sound" label:"Sound" choices:"bell|gong|none"`
//	}
//
// The section shows the exported fields of T and of structs embedded in it. The types of
// the fields can be bool, string, the number types, [time.Duration], [time.Time], which
// is shown as a date, and types that implement MarshalText and UnmarshalText. Exclude
// fields of other types and fields that are not for the owner with the tag `schema:"-"`;
// they keep their values.
//
// The tag label is the label of a field; without it, the label is the name of the field.
// The tag help is a text beside the field. The tag choices lists all values of the field,
// separated by |. A string that contains line ends is shown as a text area. Input is parsed
// by the rules for forms in package dibbler.
//
// check, which may be nil, checks the value before it is saved. It adds an error to errs
// under the name of the field, or under an empty name if the error concerns several
// fields. If there are errors, nothing is saved, and the page is shown again with the
// input and the errors beside the fields. A field whose input could not be parsed already
// has an error, and its saved value in v. check is not called for the value in the file,
// which a person may have edited.
//
// Each section is saved separately. If the value was changed in the meantime, in another
// window or by Update, the section is shown again together with the saved value, and
// submitting it a second time replaces that value.
func Settings[T any](tool *Tool, name, title string, initial T, check func(v T, errs *dibbler.FormErrors)) (*Saved[T], error) {
	if err := tool.site.Late(); err != nil {
		return nil, tool.named(fmt.Errorf("settings %q: %w", name, err))
	}
	if strings.TrimSpace(title) == "" {
		return nil, tool.named(fmt.Errorf("the settings %q have no title", name))
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

// savedFiles maps the names in use to the plug-ins that use them.
type savedFiles struct {
	mu    sync.Mutex
	users map[string]string
}

// openSaved opens the file called name. A warning is logged, and also shown on all pages
// if the program is not serving yet.
func openSaved[T any](tool *Tool, name string, initial T) (*saved.Store[T], error) {
	if err := checkSavedName(name); err != nil {
		return nil, err
	}
	files := tool.saved
	files.mu.Lock()
	defer files.mu.Unlock()
	if user, ok := files.users[name]; ok {
		return nil, fmt.Errorf("%q was already opened by plug-in %s; use its Saved, or another name", name, user)
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

// checkSavedName returns an error unless name is a valid file name on every system.
func checkSavedName(name string) error {
	bad := strings.ContainsFunc(name, func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-')
	})
	switch {
	case name == "":
		return errors.New("the name is empty; use a name such as \"plan\"")
	case bad || len(name) > 100:
		return fmt.Errorf("bad name %.100q; use at most 100 characters of a-z, 0-9 and -, such as \"plan\"", name)
	case dirs.IsDevice(name):
		return fmt.Errorf("%q is the name of a device on Windows; use another name, such as %q", name, name+"-plan")
	}
	return nil
}
