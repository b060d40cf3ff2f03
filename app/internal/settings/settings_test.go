package settings

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// write writes a file.
func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// file returns the path of a settings file with this content.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.json")
	write(t, path, content)
	return path
}

// objectIn returns the object in the file. The test fails if there is none.
func objectIn(t *testing.T, path string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil || object == nil {
		t.Fatalf("the file has %q: %v", text, err)
	}
	return object
}

// update makes a change. The test fails if there is an error.
func update(t *testing.T, store *Store, change func(*Values)) {
	t.Helper()
	if err := store.Update(change); err != nil {
		t.Error(err)
	}
}

func quiet(t *testing.T, warnings []string) {
	t.Helper()
	if len(warnings) != 0 {
		t.Errorf("unexpected warnings: %q", warnings)
	}
}

func TestUpdate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	store, warnings := Open(path)
	quiet(t, warnings)
	if got := store.Values(); got != defaults() {
		t.Errorf("without a file: %+v", got)
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("Open made a file")
	}
	want := Values{Port: 8888, OpenBrowser: false, OtherUsers: true}
	update(t, store, func(v *Values) { *v = want })
	if got := store.Values(); got != want {
		t.Errorf("in memory: %+v, want %+v", got, want)
	}
	again, warnings := Open(path)
	quiet(t, warnings)
	if got := again.Values(); got != want {
		t.Errorf("from the file: %+v, want %+v", got, want)
	}
}

// A newer version of the program may use other kinds of values for known keys.
func TestUpdate_newerVersion(t *testing.T) {
	const newer = `{"port": {"first": 8001}, "openBrowser": "ask", "theme": "dark"}`
	path := file(t, newer)
	store, warnings := Open(path)
	if len(warnings) != 2 {
		t.Errorf("warnings: %q", warnings)
	}
	update(t, store, func(v *Values) { v.OtherUsers = true })
	want := map[string]any{"port": map[string]any{"first": 8001.0}, "openBrowser": "ask", "theme": "dark", "otherUsers": true}
	if got := objectIn(t, path); !reflect.DeepEqual(got, want) {
		t.Errorf("the file holds %v, want %v", got, want)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time, nothing is replaced
		update(t, store, func(v *Values) { v.Port = 8002 })
	}
	want["port"] = 8002.0
	if got := objectIn(t, path); !reflect.DeepEqual(got, want) {
		t.Errorf("the file holds %v, want %v", got, want)
	}
	replaced, err := filepath.Glob(path + ".replaced-*")
	if err != nil || len(replaced) != 1 {
		t.Fatalf("copies of replaced files: %v, %v, want one file", replaced, err)
	}
	if got, err := os.ReadFile(replaced[0]); err != nil || string(got) != string(before) {
		t.Errorf("the copy of the replaced file has %s, %v, want %s", got, err, before)
	}
}

// A damaged file is renamed. Package saved has tests with other damaged files.
func TestOpen_damaged(t *testing.T) {
	const content = `{"port": `
	path := file(t, content)
	values, warnings := Read(path) // changes nothing
	if values != defaults() || len(warnings) != 1 || !strings.Contains(warnings[0], path+" is damaged") {
		t.Errorf("Read: %+v, %q", values, warnings)
	}
	store, warnings := Open(path)
	aside, err := filepath.Glob(path + ".damaged-*")
	if err != nil || len(aside) != 1 {
		t.Fatalf("renamed files: %v, %v, want one file", aside, err)
	}
	if got, err := os.ReadFile(aside[0]); err != nil || string(got) != content {
		t.Errorf("the renamed file has %q, %v", got, err)
	}
	if store.Values() != defaults() || len(warnings) != 1 || !strings.Contains(warnings[0], aside[0]) {
		t.Errorf("Open: %+v, %q", store.Values(), warnings)
	}
	if err := store.Update(func(v *Values) { v.Port = 1234 }); err != nil || objectIn(t, path)["port"] != 1234.0 {
		t.Errorf("not saved: %v", err)
	}
}

func TestRead(t *testing.T) {
	path := file(t, `{"port": 8007, "openBrowser": 0}`)
	store, opened := Open(path)
	if values, read := Read(path); values != store.Values() || values.Port != 8007 || !slices.Equal(opened, read) || len(read) != 1 {
		t.Errorf("read %+v, %q, opened %+v, %q", values, read, store.Values(), opened)
	}
}

// Edits of the file are kept, unless the update changes the same value.
func TestUpdate_editedMeanwhile(t *testing.T) {
	path := file(t, `{"port": 8001, "otherUsers": true}`)
	store, _ := Open(path)
	write(t, path, `{"port": 8002, "openBrowser": false, "added": 1}`)
	update(t, store, func(v *Values) { v.Port = 8003 })
	want := Values{Port: 8003}
	if got := store.Values(); got != want {
		t.Errorf("in memory: %+v, want %+v", got, want)
	}
	if got, _ := Read(path); got != want || objectIn(t, path)["added"] != 1.0 {
		t.Errorf("in the file: %+v, want %+v", got, want)
	}
}

func TestUpdate_damagedMeanwhile(t *testing.T) {
	path := file(t, `{"mine": 1}`)
	store, _ := Open(path)
	write(t, path, `{"mine": `)
	err := store.Update(func(v *Values) { v.Port = 1234 })
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("got %v, want an error that says damaged", err)
	}
	if text, _ := os.ReadFile(path); string(text) != `{"mine": ` {
		t.Errorf("the file has %q", text)
	}
	write(t, path, `{"mine": 1}`)
	update(t, store, func(*Values) {})
	if object := objectIn(t, path); object["port"] != 1234.0 || object["mine"] != 1.0 {
		t.Errorf("the file holds %v, want the value of the failed update as well", object)
	}
}

func TestOpen_badValues(t *testing.T) {
	for _, test := range []struct{ content, key string }{
		{`{"port": 65536, "otherUsers": true}`, "port"},
		{`{"port": -1, "otherUsers": true}`, "port"},
		{`{"port": 6666, "otherUsers": true}`, "port"},
		{`{"port": 80.5, "otherUsers": true}`, "port"},
		{`{"port": "8888", "otherUsers": true}`, "port"},
		{`{"port": {}, "otherUsers": true}`, "port"},
		{`{"port": 99999999999999999999999, "otherUsers": true}`, "port"},
		{`{"openBrowser": "no", "otherUsers": true}`, "openBrowser"},
		{`{"openBrowser": 0, "otherUsers": true}`, "openBrowser"},
	} {
		store, warnings := Open(file(t, test.content))
		if got, want := store.Values(), (Values{OpenBrowser: true, OtherUsers: true}); got != want {
			t.Errorf("%s: got %+v, want %+v", test.content, got, want)
		}
		if len(warnings) != 1 || !strings.Contains(warnings[0], test.key+":") {
			t.Errorf("%s: warnings %q, want one that names %s", test.content, warnings, test.key)
		}
	}
}

func TestUpdate_outOfRange(t *testing.T) {
	path := file(t, `{"port": 8001}`)
	store, _ := Open(path)
	for _, port := range []int{70000, 10080} {
		if err := store.Update(func(v *Values) { v.Port, v.OtherUsers = port, true }); err == nil || !strings.Contains(err.Error(), "port") {
			t.Errorf("%d: got %v, want an error that names port", port, err)
		}
	}
	if got := store.Values(); got.Port != 8001 || got.OtherUsers {
		t.Errorf("got %+v", got)
	}
	if len(objectIn(t, path)) != 1 {
		t.Error("the file was changed")
	}
}

func TestUpdate_notSaved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder", "settings.json")
	store, warnings := Open(path)
	quiet(t, warnings)
	write(t, filepath.Dir(path), "")
	err := store.Update(func(v *Values) { v.Port = 1234 })
	if err == nil || !strings.Contains(err.Error(), filepath.Dir(path)) {
		t.Errorf("got %v, want an error that names the folder", err)
	}
	if store.Values().Port != 1234 {
		t.Error("the value is lost")
	}
}

func TestUpdate_folderRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "settings.json")
	store, _ := Open(path)
	for port := range 2 {
		update(t, store, func(v *Values) { v.Port = port + 8000 })
		if got := objectIn(t, path)["port"]; got != float64(port+8000) {
			t.Errorf("on the disk: %v, want %d", got, port+8000)
		}
		if err := os.RemoveAll(filepath.Dir(filepath.Dir(path))); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpen_folder(t *testing.T) {
	store, warnings := Open(t.TempDir())
	if len(warnings) != 1 {
		t.Errorf("warnings: %q", warnings)
	}
	if err := store.Update(func(v *Values) { v.Port = 8001 }); err == nil || store.Values().Port != 8001 {
		t.Errorf("got %v, %+v", err, store.Values())
	}
}

func TestUpdate_concurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	store, _ := Open(path)
	const many, first = 40, 8000
	update(t, store, func(v *Values) { v.Port = first })
	var group sync.WaitGroup
	for range many {
		group.Go(func() {
			update(t, store, func(v *Values) { v.Port++ })
			store.Values()
		})
	}
	group.Wait()
	if got := objectIn(t, path)["port"]; got != float64(first+many) {
		t.Errorf("port is %v, want %d", got, first+many)
	}
}

func FuzzOpen(f *testing.F) {
	for _, seed := range []string{`{}`, `{"port": 1}`, `{"port": 1, "port": "x"}`, `{"PORT": 5}`, `null`, `{"a": {"b": [1e400]}}`, `{"\ud800": 1}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		path := file(t, content)
		store, _ := Open(path)
		if err := store.Values().Check(); err != nil {
			t.Fatal(err)
		}
		update(t, store, func(v *Values) { v.Port = 8077 })
		before := store.Values()
		again, warnings := Open(path)
		quiet(t, warnings)
		if again.Values() != before {
			t.Errorf("saved %+v, found %+v", before, again.Values())
		}
	})
}
