package saved

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An older version of a program changes a file that a newer version wrote.
func TestUpdate_unknownKeys(t *testing.T) {
	for name, test := range map[string]struct {
		file   string
		change func(*plan)
		want   string
	}{
		"top": {
			`{"minutes": 1, "big": 12345678901234567890, "theme": {"dark": true}}`,
			func(p *plan) { p.Minutes = 2 },
			`{"minutes": 2, "big": 12345678901234567890, "theme": {"dark": true}}`,
		},
		"struct behind a pointer": {
			`{"best": {"tea": "mint", "sugar": 1}}`,
			func(p *plan) { p.Best.Tea = "oolong" },
			`{"best": {"tea": "oolong", "sugar": 1}}`,
		},
		"struct that is dropped": {
			`{"best": {"tea": "mint", "sugar": 1}}`,
			func(p *plan) { p.Best = nil },
			`{"best": null}`,
		},
		"value of a map": {
			`{"kinds": {"a": {"tea": "mint", "sugar": 1}, "b": {"tea": "x", "sugar": 2}}}`,
			func(p *plan) { p.Kinds["a"] = cup{Tea: "oolong"}; delete(p.Kinds, "b"); p.Kinds["c"] = cup{} },
			`{"kinds": {"a": {"tea": "oolong", "sugar": 1}, "c": {"tea": ""}}}`,
		},
		"element that is changed": {
			`{"cups": [{"tea": "a", "n": 1}, {"tea": "b", "n": 2}]}`,
			func(p *plan) { p.Cups[1].Tea = "c" },
			`{"cups": [{"tea": "a", "n": 1}, {"tea": "c", "n": 2}]}`,
		},
		"element that is removed": {
			`{"cups": [{"tea": "a", "n": 1}, {"tea": "b", "n": 2}, {"tea": "c", "n": 3}]}`,
			func(p *plan) { p.Cups = append(p.Cups[:1], p.Cups[2:]...) },
			`{"cups": [{"tea": "a", "n": 1}, {"tea": "c", "n": 3}]}`,
		},
		"element that is added": {
			`{"cups": [{"tea": "a", "n": 1}, {"tea": "a", "n": 2}]}`,
			func(p *plan) { p.Cups = append([]cup{{Tea: "new"}}, p.Cups...) },
			`{"cups": [{"tea": "new"}, {"tea": "a", "n": 1}, {"tea": "a", "n": 2}]}`,
		},
		"list that is emptied": {
			`{"cups": [{"tea": "a", "n": 1}]}`,
			func(p *plan) { p.Cups = nil },
			`{"cups": null}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, test.file)
			s := open(t, path, plan{})
			update(t, s, test.change)
			holds(t, path, test.want)
			if got, again := s.value, open(t, path, plan{}).value; string(got) != string(again) {
				t.Errorf("in memory: %s, from the file: %s", got, again)
			}
		})
	}
}

// Numbers are not rounded, and names are not escaped for HTML.
func TestUpdate_text(t *testing.T) {
	path := file(t, `{"big": 12345678901234567890, "<&>": 1e400}`)
	update(t, open(t, path, plan{}), func(p *plan) { p.Minutes = 1 })
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), "12345678901234567890") || !strings.Contains(string(text), `"<&>": 1e400`) {
		t.Errorf("%s, %v", text, err)
	}
}

// Package encoding/json ignores the case of keys. A change must not add a second key that
// differs only in case.
func TestUpdate_spelling(t *testing.T) {
	for _, content := range []string{`{"Minutes": 1, "x": 2}`, `{"Minutes": 5, "minutes": 1, "x": 2}`} {
		path := file(t, content)
		s := open(t, path, plan{Minutes: 9})
		if got := s.Get().Minutes; got != 1 {
			t.Errorf("%s: got %d", content, got)
		}
		update(t, s, func(p *plan) { p.Minutes = 3 })
		holds(t, path, `{"minutes": 3, "x": 2}`)
	}
	path := file(t, `{"names": {"a": "1", "A": "2"}}`)
	update(t, open(t, path, plan{}), func(p *plan) { p.Names["A"] = "3" })
	holds(t, path, `{"names": {"a": "1", "A": "3"}}`)

	type prefs struct {
		Sound string `json:"Sound,omitempty"`
	}
	path = file(t, `{"sound": ""}`)
	s := open(t, path, prefs{})
	update(t, s, func(p *prefs) { p.Sound = "bell" })
	if got := s.Get().Sound; got != "bell" {
		t.Errorf("an empty value with another spelling: got %q after the change", got)
	}
	holds(t, path, `{"Sound": "bell"}`)
}

// The initial value is used only for keys that the file does not have.
func TestOpen_initial(t *testing.T) {
	initial := plan{Minutes: 4, Share: 0.5, Names: map[string]string{"a": "1", "b": "2"}, Cups: []cup{{Tea: "mint"}}, Best: &cup{Tea: "oolong"}}
	path := filepath.Join(t.TempDir(), "plan.json")
	s := open(t, path, initial)
	update(t, s, func(p *plan) {
		p.Minutes, p.Share, p.Cups, p.Best = 0, 0, []cup{{}}, nil
		delete(p.Names, "a")
	})
	got := open(t, path, initial).Get()
	if got.Minutes != 0 || got.Share != 0 || !maps.Equal(got.Names, map[string]string{"b": "2"}) || len(got.Cups) != 1 || got.Cups[0].Tea != "" || got.Best != nil {
		t.Errorf("got %+v", got)
	}
	path = file(t, `{"minutes": 5}`)
	s = open(t, path, initial)
	if got := s.Get(); got.Minutes != 5 || got.Share != 0.5 || got.Best.Tea != "oolong" {
		t.Errorf("got %+v", got)
	}
	update(t, s, func(p *plan) { p.Minutes = 6 })
	holds(t, path, `{"minutes": 6}`) // not saved, so that a newer version can have other initial values
}
