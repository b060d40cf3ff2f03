package app_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A journalPlan is stored in journal.json.
type journalPlan struct {
	Cups   int      `json:"cups"`
	Drunk  []string `json:"drunk"`
	Strong bool     `json:"strong"`
}

// A teaJournal is a plug-in that counts cups of tea.
type teaJournal struct{ plan *app.Saved[journalPlan] }

func (j *teaJournal) StartTool(_ context.Context, tool *app.Tool) (err error) {
	j.plan, err = app.Open(tool, "journal", journalPlan{Cups: 4})
	return err
}

func (j *teaJournal) OnDrink(w *dibbler.Response, r *http.Request, form struct{ Tea string }) error {
	err := j.plan.Update(func(p *journalPlan) error {
		if len(p.Drunk) == p.Cups {
			return &dibbler.Error{Status: http.StatusConflict, Message: "Enough for today."}
		}
		p.Drunk = append(p.Drunk, form.Tea)
		return nil
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, j.plan.Get().Drunk)
	return err
}

func ExampleOpen() {
	p := apptest.Start(t, app.App{Name: "Journal", Plugins: []any{&teaJournal{}}})
	defer p.Stop()
	fmt.Println(p.Get("/drink?Tea=mint").Text())
	fmt.Println(p.Get("/drink?Tea=oolong").Text())
	// Output:
	// [mint]
	// [mint oolong]
}

// A teaPot shows the number of cups left on all open pages.
type teaPot struct{ plan *app.Saved[journalPlan] }

func (p *teaPot) StartTool(_ context.Context, tool *app.Tool) (err error) {
	if p.plan, err = app.Open(tool, "pot", journalPlan{Cups: 4}); err != nil {
		return err
	}
	p.plan.OnChange(func(plan journalPlan) {
		if err := tool.Publish("cups", plan.Cups); err != nil {
			fmt.Println(err)
		}
	})
	return nil
}

func (p *teaPot) OnDrink(w *dibbler.Response, r *http.Request) error {
	return p.plan.Update(func(plan *journalPlan) error { plan.Cups--; return nil })
}

func ExampleSaved_OnChange() {
	p := apptest.Start(t, app.App{Name: "Tea pot", Plugins: []any{&teaPot{}}})
	defer p.Stop()
	p.Get("/drink")
	fmt.Println(p.Published("cups"), "left")
	// Output: 3 left
}

// teaPrefs are the settings of a teaTimer.
type teaPrefs struct {
	Minutes int    `json:"minutes" label:"Minutes" help:"How long the tea draws."`
	Sound   string `json:"sound" label:"Sound" choices:"bell|gong|none"`
}

// A teaTimer is a plug-in with settings.
type teaTimer struct{ prefs *app.Saved[teaPrefs] }

func (t *teaTimer) StartTool(_ context.Context, tool *app.Tool) (err error) {
	initial := teaPrefs{Minutes: 4, Sound: "gong"}
	t.prefs, err = app.Settings(tool, "tea", "Tea", initial, func(p teaPrefs, errs *dibbler.FormErrors) {
		if p.Minutes < 1 || p.Minutes > 10 {
			errs.Add("Minutes", "Enter 1 to 10.")
		}
	})
	return err
}

func (t *teaTimer) OnHome(w *dibbler.Response, r *http.Request) error {
	p := t.prefs.Get()
	_, err := fmt.Fprintf(w, "%d minutes, then the %s", p.Minutes, p.Sound)
	return err
}

func ExampleSettings() {
	p := apptest.Start(t, app.App{Name: "Tea Timer", Plugins: []any{&teaTimer{}}})
	defer p.Stop()
	fmt.Println(p.Get("/").Text())
	p.Get("/app.settings").Fill("Minutes", "7").Fill("Sound", "bell").Click("Save")
	fmt.Println(p.Get("/").Text())
	// Output:
	// 4 minutes, then the gong
	// 7 minutes, then the bell
}
