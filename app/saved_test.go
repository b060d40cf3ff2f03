package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
)

type teaPlan struct {
	Minutes int `json:"minutes" label:"Minutes"`
}

// inStart calls f with the Tool of a plug-in that is started.
func inStart(t *testing.T, f func(tool *Tool)) {
	t.Helper()
	start := starter(func(_ context.Context, tool *Tool) error { f(tool); return nil })
	if _, err := selfTested(t, func(string) error { return nil }, plain{}, start); err != nil {
		t.Error(err)
	}
}

func TestOpen(t *testing.T) {
	inStart(t, func(tool *Tool) {
		plan, err := Open(tool, "plan-2", teaPlan{Minutes: 4})
		if err != nil {
			t.Fatal(err)
		}
		no := errors.New("no")
		if err := plan.Update(func(p *teaPlan) error { p.Minutes = 9; return no }); !errors.Is(err, no) || plan.Get().Minutes != 4 {
			t.Errorf("%v, %+v", err, plan.Get())
		}
		if err := plan.Update(func(p *teaPlan) error { p.Minutes++; return nil }); err != nil || plan.Get().Minutes != 5 {
			t.Errorf("%v, %+v", err, plan.Get())
		}
		text, err := os.ReadFile(filepath.Join(tool.Dir(), "plan-2.json"))
		var p teaPlan
		if err := errors.Join(err, json.Unmarshal(text, &p)); err != nil || p.Minutes != 5 {
			t.Errorf("%s, %v", text, err)
		}
	})
}

func TestOpen_name(t *testing.T) {
	inStart(t, func(tool *Tool) {
		for name, want := range map[string]string{
			"":                       "is empty",
			"../plan":                "cannot name a file",
			"plan.json":              "cannot name a file",
			"Plan":                   "cannot name a file",
			"plän":                   "cannot name a file",
			"a b":                    "cannot name a file",
			"nul":                    "device on Windows",
			"com1":                   "device on Windows",
			strings.Repeat("x", 101): "at most 100",
		} {
			if _, err := Open(tool, name, teaPlan{}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "plug-in app.starter") {
				t.Errorf("%q: %v, want %s", name, err, want)
			}
			if _, err := Settings(tool, name, "Tea", teaPlan{}, nil); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("settings %q: %v, want %s", name, err, want)
			}
		}
		if entries, err := os.ReadDir(tool.Dir()); err != nil || len(entries) > 0 {
			t.Errorf("in the folder: %v, %v", entries, err)
		}
	})
}

// Two plug-ins want the same file, also as settings.
func TestOpen_twice(t *testing.T) {
	first := starter(func(_ context.Context, tool *Tool) error {
		if _, err := Open(tool, "broken", []int{}); err == nil {
			t.Error("a slice was opened")
		}
		_, err := Open(tool, "broken", teaPlan{}) // is free after the failure
		_, settingsErr := Settings(tool, "tea", "Tea", teaPlan{}, nil)
		return errors.Join(err, settingsErr)
	})
	tries := 0
	other := second{starter(func(_ context.Context, tool *Tool) error {
		_, open := Open(tool, "tea", teaPlan{})
		_, settings := Settings(tool, "broken", "Tea", teaPlan{}, nil)
		for _, err := range []error{open, settings} {
			tries++
			if err == nil || !strings.Contains(err.Error(), "plug-in app.second") || !strings.Contains(err.Error(), "opened by plug-in app.starter already") {
				t.Errorf("got %v", err)
			}
		}
		return nil
	})}
	if _, err := selfTested(t, func(string) error { return nil }, plain{}, first, other); err != nil || tries != 2 {
		t.Errorf("%v; %d tries", err, tries)
	}
}

func TestOpen_otherType(t *testing.T) {
	inStart(t, func(tool *Tool) {
		path := filepath.Join(tool.Dir(), "plan.json")
		if err := os.WriteFile(path, []byte(`{"minutes": "four"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(tool, "plan", teaPlan{}); err == nil || !strings.Contains(err.Error(), path+`: key "minutes": want int, found string`) {
			t.Errorf("got %v", err)
		}
	})
}

// The owner is told on every page that a file was damaged.
func TestOpen_damaged(t *testing.T) {
	damages := starter(func(_ context.Context, tool *Tool) error {
		if err := os.WriteFile(filepath.Join(tool.Dir(), "plan.json"), []byte("{"), 0o600); err != nil {
			return err
		}
		_, err := Open(tool, "plan", teaPlan{})
		return err
	})
	_, err := selfTested(t, func(url string) error {
		page, err := fetched(url + "app.settings")
		if !strings.Contains(page, "plan.json is damaged") || !strings.Contains(page, "the file is now") {
			t.Errorf("the page does not say so: %s", page)
		}
		return err
	}, plain{}, damages)
	if err != nil {
		t.Error(err)
	}
}

func fetched(url string) (string, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Accept", "text/html")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

func TestSettings(t *testing.T) {
	var prefs *Saved[teaPlan]
	settings := starter(func(_ context.Context, tool *Tool) (err error) {
		if _, err := Settings(tool, "x", " ", teaPlan{}, nil); err == nil || !strings.Contains(err.Error(), "no title") {
			t.Errorf("got %v", err)
		}
		if _, err := Settings(tool, "y", "Y", struct{ Tags []string }{}, nil); err == nil || !strings.Contains(err.Error(), `settings "y": field Tags`) {
			t.Errorf("got %v", err)
		}
		prefs, err = Settings(tool, "tea", "Tea", teaPlan{Minutes: 4}, func(p teaPlan, errs *dibbler.FormErrors) {
			if p.Minutes > 10 {
				errs.Add("Minutes", "Enter at most 10.")
			}
		})
		return err
	})
	_, err := selfTested(t, func(home string) error {
		for minutes, want := range map[string]int{"7": http.StatusOK, "11": http.StatusUnprocessableEntity} {
			resp, err := http.PostForm(home+"app.settings/tea", url.Values{"Minutes": {minutes}})
			if err != nil {
				return err
			}
			resp.Body.Close()
			if resp.StatusCode != want {
				t.Errorf("%s minutes: %s", minutes, resp.Status)
			}
		}
		return nil
	}, plain{}, settings)
	if err != nil || prefs.Get().Minutes != 7 {
		t.Errorf("%v, %+v", err, prefs.Get())
	}
}

func TestSettings_late(t *testing.T) {
	withTool(t, func(tool *Tool, _ string) error {
		if _, err := Settings(tool, "tea", "Tea", teaPlan{}, nil); err == nil || !strings.Contains(err.Error(), "it comes too late; call it in StartTool") {
			t.Errorf("got %v", err)
		}
		_, err := Open(tool, "tea", teaPlan{})
		return err
	})
}
