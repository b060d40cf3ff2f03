package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

type teaPlan struct {
	Minutes int `json:"minutes" label:"Minutes"`
}

func TestOpen(t *testing.T) {
	tool := apptest.Tool(t)
	plan, err := app.Open(tool, "plan-2", teaPlan{Minutes: 4})
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
}

func TestOpen_name(t *testing.T) {
	tool := apptest.Tool(t)
	for name, want := range map[string]string{
		"":                       "is empty",
		"../plan":                "bad name",
		"plan.json":              "bad name",
		"Plan":                   "bad name",
		"plän":                   "bad name",
		"a b":                    "bad name",
		"nul":                    "device on Windows",
		"com1":                   "device on Windows",
		strings.Repeat("x", 101): "at most 100",
	} {
		_, err := app.Open(tool, name, teaPlan{})
		wantError(t, name, err, want)
		_, err = app.Settings(tool, name, "Tea", teaPlan{}, nil)
		wantError(t, name, err, want)
	}
	if entries, err := os.ReadDir(tool.Dir()); err != nil || len(entries) > 0 {
		t.Errorf("files in the folder: %v, %v", entries, err)
	}
}

// Two plug-ins open the same file, with Open and Settings.
func TestOpen_twice(t *testing.T) {
	first := starter(func(_ context.Context, tool *app.Tool) error {
		if _, err := app.Open(tool, "broken", []int{}); err == nil {
			t.Error("Open accepts a slice")
		}
		_, err := app.Open(tool, "broken", teaPlan{}) // the name is free after the failure
		_, settingsErr := app.Settings(tool, "tea", "Tea", teaPlan{}, nil)
		return errors.Join(err, settingsErr)
	})
	tries := 0
	other := second{starter(func(_ context.Context, tool *app.Tool) error {
		_, open := app.Open(tool, "tea", teaPlan{})
		_, settings := app.Settings(tool, "broken", "Tea", teaPlan{}, nil)
		for _, err := range []error{open, settings} {
			tries++
			wantError(t, tries, err, "plug-in app_test.second")
			wantError(t, tries, err, "already opened by plug-in app_test.starter")
		}
		return nil
	})}
	if apptest.Start(t, plain(first, other)); tries != 2 {
		t.Errorf("%d tries were made", tries)
	}
}

// The owner is told on every page that a file was damaged.
func TestOpen_damaged(t *testing.T) {
	page := apptest.Start(t, plain(starter(func(_ context.Context, tool *app.Tool) error {
		if err := os.WriteFile(filepath.Join(tool.Dir(), "plan.json"), []byte("{"), 0o600); err != nil {
			return err
		}
		_, err := app.Open(tool, "plan", teaPlan{})
		return err
	}))).Get("/app.settings")
	if !strings.Contains(page.HTML, "plan.json is damaged") || !strings.Contains(page.HTML, "the file is now") {
		t.Errorf("the page does not say so: %s", page.HTML)
	}
}

func TestSettings(t *testing.T) {
	var prefs *app.Saved[teaPlan]
	p := apptest.Start(t, plain(starter(func(_ context.Context, tool *app.Tool) (err error) {
		_, err = app.Settings(tool, "x", " ", teaPlan{}, nil)
		wantError(t, "x", err, "no title")
		_, err = app.Settings(tool, "y", "Y", struct{ Tags []string }{}, nil)
		wantError(t, "y", err, `settings "y": field Tags`)
		prefs, err = app.Settings(tool, "tea", "Tea", teaPlan{Minutes: 4}, func(p teaPlan, errs *dibbler.FormErrors) {
			if p.Minutes > 10 {
				errs.Add("Minutes", "Enter at most 10.")
			}
		})
		return err
	})))
	page := p.Get("/app.settings").Fill("Minutes", "7").Click("Save")
	if page.Status != http.StatusOK || prefs.Get().Minutes != 7 {
		t.Errorf("%d, %+v", page.Status, prefs.Get())
	}
	page = page.Fill("Minutes", "11").Click("Save")
	if page.Status != http.StatusUnprocessableEntity || page.Error("Minutes") != "Enter at most 10." || prefs.Get().Minutes != 7 {
		t.Errorf("%d, %q, %+v", page.Status, page.Error("Minutes"), prefs.Get())
	}
}

func TestSettings_late(t *testing.T) {
	_, tool := startTool(t)
	_, err := app.Settings(tool, "tea", "Tea", teaPlan{}, nil)
	wantError(t, "settings", err, "too late; call it in StartTool")
	if _, err := app.Open(tool, "tea", teaPlan{}); err != nil {
		t.Error(err)
	}
}
