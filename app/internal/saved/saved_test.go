package saved

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("SAVED_TEST_WRITE"); path != "" {
		writeForEver(path)
	}
	goleak.VerifyTestMain(m)
}

// A plan is a value with all kinds of data that copies could share.
type plan struct {
	Minutes int               `json:"minutes"`
	Share   float64           `json:"share,omitempty"`
	Names   map[string]string `json:"names"`
	Cups    []cup             `json:"cups"`
	Best    *cup              `json:"best"`
	Kinds   map[string]cup    `json:"kinds"`
}

type cup struct {
	Tea  string    `json:"tea"`
	When time.Time `json:"when,omitzero"`
}

// file returns the path of a file with this content.
func file(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.json")
	writeFile(t, path, content)
	return path
}

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	ok(t, os.WriteFile(path, []byte(content), 0o600))
}

// ok ends the test if a step of its preparation has failed.
func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open opens a file. The test fails if there is a warning or an error.
func open[T any](t testing.TB, path string, initial T) *Store[T] {
	t.Helper()
	s, warning, err := Open(path, initial)
	if warning != "" || err != nil {
		t.Fatalf("%q, %v", warning, err)
	}
	return s
}

// update makes a change. The test fails if there is an error.
func update[T any](t testing.TB, s *Store[T], change func(*T)) {
	t.Helper()
	if err := s.Update(func(v *T) error { change(v); return nil }); err != nil {
		t.Fatal(err)
	}
}

// holds fails the test unless the file contains the object want.
func holds(t testing.TB, path, want string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got, wanted any
	if err := errors.Join(json.Unmarshal(text, &got), json.Unmarshal([]byte(want), &wanted)); err != nil {
		t.Fatalf("%s, want %s: %v", text, want, err)
	}
	if !reflect.DeepEqual(got, wanted) {
		t.Errorf("the file has\n%s, want\n%s", text, want)
	}
}

func TestOpen_noFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.json")
	if got := open(t, path, plan{Minutes: 4}).Get(); got.Minutes != 4 {
		t.Errorf("got %+v", got)
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("Open made a file")
	}
}

func TestOpen_notAnObject(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.json")
	for _, err := range []error{openError(path, 1), openError(path, []int{1}), openError(path, time.Now()), openError(path, plan{Share: math.NaN()}), openError(path, oneWay{})} {
		if err == nil || !strings.Contains(err.Error(), "cannot be saved") {
			t.Errorf("got %v", err)
		}
	}
}

// A oneWay can be encoded, but not decoded.
type oneWay struct{ N oneWayText }

type oneWayText struct{ N int }

func (*oneWayText) UnmarshalText([]byte) error { return nil }

func openError[T any](path string, initial T) error {
	_, _, err := Open(path, initial)
	return err
}

func TestUpdate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.json")
	want := plan{7, 0.5, map[string]string{"a": "<&>"}, []cup{{Tea: "mint"}, {When: time.Unix(9, 0).UTC()}}, &cup{Tea: "oolong"}, map[string]cup{"x": {}}}
	s := open(t, path, plan{Minutes: 4})
	update(t, s, func(p *plan) { *p = want })
	for _, s := range []*Store[plan]{s, open(t, path, plan{})} {
		if got := s.Get(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	update(t, s, func(p *plan) { p.Minutes = 8 })
	holds(t, path, `{"minutes": 8, "share": 0.5, "names": {"a": "<&>"}, "cups": [{"tea": "mint"}, {"tea": "", "when": "1970-01-01T00:00:09Z"}], "best": {"tea": "oolong"}, "kinds": {"x": {"tea": ""}}}`)
	if old := open(t, backupOf(path), plan{}).Get(); !reflect.DeepEqual(old, want) {
		t.Errorf("the backup has %+v, want %+v", old, want)
	}
}

func TestUpdate_withoutChange(t *testing.T) {
	path := file(t, `{"minutes":1}`)
	update(t, open(t, path, plan{}), func(*plan) {})
	if text, err := os.ReadFile(path); string(text) != `{"minutes":1}` {
		t.Errorf("the file was written: %s, %v", text, err)
	}
}

// A change of a copy does not change the value.
func TestGet_copies(t *testing.T) {
	initial := plan{Names: map[string]string{"a": "b"}, Cups: []cup{{Tea: "mint"}}, Best: &cup{Tea: "oolong"}}
	s := open(t, filepath.Join(t.TempDir(), "plan.json"), initial)
	want := s.Get()
	spoil := func(p plan) { p.Names["a"], p.Cups[0].Tea, p.Best.Tea = "spoilt", "spoilt", "spoilt" }
	spoil(initial)
	spoil(s.Get())
	var kept plan
	if err := s.Update(func(p *plan) error { spoil(*p); return errors.New("no") }); err == nil || err.Error() != "no" {
		t.Errorf("got %v, want the error of the function", err)
	}
	if got := s.Get(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	update(t, s, func(p *plan) { p.Minutes = 1; kept = *p })
	spoil(kept)
	want.Minutes = 1
	if got := s.Get(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestUpdate_fails(t *testing.T) {
	path := file(t, `{"minutes": 1}`)
	s := open(t, path, plan{})
	if err := s.Update(func(p *plan) error { p.Share = math.Inf(1); return nil }); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("infinity: %v, want an error that names the file", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		s.Update(func(p *plan) error { p.Minutes = 2; panic("no") })
	}()
	if got := s.Get(); got.Minutes != 1 || got.Share != 0 {
		t.Errorf("got %+v", got)
	}
	holds(t, path, `{"minutes": 1}`)
	update(t, s, func(p *plan) { p.Minutes = 3 })
	holds(t, path, `{"minutes": 3}`)
}

func TestUpdate_nested(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "plan.json"), plan{Minutes: 1})
	other := open(t, filepath.Join(t.TempDir(), "other.json"), plan{})
	err := s.Update(func(p *plan) error {
		p.Minutes = 2
		if got := s.Get().Minutes; got != 1 {
			t.Errorf("Get inside Update: %d, want 1", got)
		}
		update(t, other, func(p *plan) { p.Minutes = 5 })
		return s.Update(func(*plan) error { return nil })
	})
	if err == nil || !strings.Contains(err.Error(), "inside Update") {
		t.Errorf("got %v", err)
	}
	if s.Get().Minutes != 1 || other.Get().Minutes != 5 {
		t.Errorf("%+v, %+v", s.Get(), other.Get())
	}
	update(t, s, func(p *plan) { p.Minutes = 3 })
}

func TestUpdate_concurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.json")
	s := open(t, path, plan{Names: map[string]string{}})
	const many = 40
	var group sync.WaitGroup
	for range many {
		group.Go(func() {
			update(t, s, func(p *plan) { p.Minutes++; p.Names[strings.Repeat("x", p.Minutes)] = "" })
			if p := s.Get(); len(p.Names) != p.Minutes {
				t.Errorf("Get returns an incomplete change: %+v", p)
			}
		})
	}
	group.Wait()
	if got := open(t, path, plan{}).Get(); got.Minutes != many || len(got.Names) != many {
		t.Errorf("got %+v", got)
	}
}

func TestRead(t *testing.T) {
	path := file(t, `{"minutes": 3}`)
	if got, err := Read[plan](path); got.Minutes != 3 || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
	writeFile(t, path, `{"minutes": `)
	if _, err := Read[plan](path); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("files in the folder: %v, %v", entries, err)
	}
}
