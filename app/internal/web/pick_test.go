package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/settings"
)

// askPath sends the form of a field's script, and returns the answer.
func (s *site) askPath(t *testing.T, page string, form url.Values) pathReply {
	t.Helper()
	got := s.submit(t, page, form.Encode())
	var reply pathReply
	if err := json.Unmarshal([]byte(got.body), &reply); err != nil || got.StatusCode != http.StatusOK || got.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%s: %s, %q, %v", page, got.Status, got.body, err)
	}
	return reply
}

func TestPath(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("b"), 0o600); err != nil {
		t.Fatal(err)
	}
	fake := pick.NewFake()
	s := serveConfig(t, Config{Plugins: []any{plain{}}, Picker: pick.New(fake, func() error { return nil }, nil)})
	s.Recent.Add("folder", "/last")
	for _, test := range []struct {
		form url.Values
		want pathReply
	}{
		{url.Values{"field": {"folder"}, "kind": {"folder"}, "path": {dir}}, pathReply{Note: "1 file."}},
		{url.Values{"field": {"folder"}, "kind": {"file"}, "path": {`"` + dir + `"`}}, pathReply{Problem: "This is a folder; choose a file."}},
		{url.Values{"field": {"folder"}, "kind": {"folder"}, "offers": {"true"}}, pathReply{Recent: []string{"/last"}, Dialog: true}},
		{url.Values{"field": {"other"}, "kind": {"folder"}, "offers": {"true"}}, pathReply{Dialog: true}},
		{nil, pathReply{}},
	} {
		if got := s.askPath(t, "/app.path", test.form); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%v: %+v, want %+v", test.form, got, test.want)
		}
	}
	fake.Remove()
	if got := s.askPath(t, "/app.path", url.Values{"field": {"folder"}, "offers": {"true"}}); got.Dialog {
		t.Error("the answer has a dialog")
	}
}

func TestPick(t *testing.T) {
	fake := pick.NewFake()
	s := serveConfig(t, Config{Plugins: []any{plain{}}, Picker: pick.New(fake, func() error { return nil }, nil)})
	path := filepath.Join(t.TempDir(), "a")
	for _, test := range []struct {
		form url.Values
		want pick.Request
	}{
		{url.Values{"kind": {"folder"}, "title": {"Pictures\n\tto print"}, "types": {".jpg"}, "path": {path}}, pick.Request{Title: "Pictures to print", Folder: true, Dir: path}},
		{url.Values{"kind": {"file"}, "types": {".ics  .csv"}, "path": {path}}, pick.Request{Types: []string{".ics", ".csv"}, Dir: filepath.Dir(path)}},
		{url.Values{"kind": {"save"}, "path": {path}}, pick.Request{Save: true, Name: "a", Dir: filepath.Dir(path)}},
		{url.Values{"kind": {"save"}, "path": {filepath.VolumeName(path) + string(filepath.Separator)}}, pick.Request{Save: true, Dir: filepath.VolumeName(path) + string(filepath.Separator)}},
	} {
		fake.Answer([]string{path}, nil)
		if got := s.askPath(t, "/app.pick", test.form); !reflect.DeepEqual(got, pathReply{Path: path}) {
			t.Errorf("%v: %+v", test.form, got)
		}
		asked := fake.Asked()
		if got := asked[len(asked)-1]; fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%v: %+v, want %+v", test.form, got, test.want)
		}
	}
	for err, want := range map[error]pathReply{
		pick.ErrCanceled:        {},
		errors.New("it broke"):  {Problem: "This did not work: it broke."},
		errors.New("a <b> & c"): {Problem: "This did not work: a <b> & c."},
	} {
		fake.Answer(nil, err)
		if got := s.askPath(t, "/app.pick", nil); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %+v", err, got)
		}
	}
}

// TestPath_refused: a GET request changes nothing and returns nothing, and other users do
// not get the owner's paths.
func TestPath_refused(t *testing.T) {
	fake := pick.NewFake()
	var store *settings.Store
	s := serveConfig(t, Config{Plugins: []any{plain{}}, Picker: pick.New(fake, func() error {
		if store.Values().OtherUsers {
			return errors.New("not alone")
		}
		return nil
	}, nil)})
	store = s.Settings
	s.Recent.Add("folder", "/last")
	form := url.Values{"field": {"folder"}, "kind": {"folder"}, "path": {t.TempDir()}, "offers": {"true"}}
	for _, page := range []string{"/app.path", "/app.pick"} {
		if got := s.page(t, page+"?"+form.Encode()); got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "POST" || strings.Contains(got.body, "last") {
			t.Errorf("%s: %s, %q", page, got.Status, got.body)
		}
	}
	if err := store.Update(func(v *settings.Values) { v.OtherUsers = true }); err != nil {
		t.Fatal(err)
	}
	if got := s.askPath(t, "/app.path", form); !reflect.DeepEqual(got, pathReply{}) {
		t.Errorf("%+v", got)
	}
	if got := s.askPath(t, "/app.pick", form); !strings.Contains(got.Problem, "not alone") {
		t.Errorf("%+v", got)
	}
	if asked := fake.Asked(); asked != nil {
		t.Errorf("%+v", asked)
	}
}

// TestPickScript: only pages with such a field load the script.
func TestPickScript(t *testing.T) {
	s := serve(t, plain{})
	if got := s.page(t, "/app.pick.js"); got.StatusCode != http.StatusOK || !strings.Contains(got.body, "data-pick") || got.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%s, %v", got.Status, got.Header)
	}
	if strings.Contains(string(script().content), "/app.path") {
		t.Error("every page loads it")
	}
}
