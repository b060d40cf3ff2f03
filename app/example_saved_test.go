package app_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A journalPlan is kept in journal.json.
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
	app.RunExample(&teaJournal{}, func(home string) {
		printPage(http.Get(home + "drink?Tea=mint"))
		printPage(http.Get(home + "drink?Tea=oolong"))
	})
	// Output:
	// [mint]
	// [mint oolong]
}

// A teaPot shows how many cups are left on all open pages.
type teaPot struct{ plan *app.Saved[journalPlan] }

func (p *teaPot) StartTool(_ context.Context, tool *app.Tool) (err error) {
	if p.plan, err = app.Open(tool, "pot", journalPlan{Cups: 4}); err != nil {
		return err
	}
	p.plan.OnChange(func(plan journalPlan) {
		fmt.Println(plan.Cups, "left")
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
	app.RunExample(&teaPot{}, func(home string) {
		printPage(http.Get(home + "drink"))
	})
	// Output: 3 left
}

// teaPrefs are what the owner can set.
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
	app.RunExample(&teaTimer{}, func(home string) {
		printPage(http.Get(home))
		// The owner fills in the form on the page /app.settings.
		resp, err := http.PostForm(home+"app.settings/tea", url.Values{"Minutes": {"7"}, "Sound": {"bell"}})
		if err != nil {
			fmt.Println(err)
			return
		}
		resp.Body.Close()
		printPage(http.Get(home))
	})
	// Output:
	// 4 minutes, then the gong
	// 7 minutes, then the bell
}

func printPage(resp *http.Response, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%s\n", text)
}
