// Preferences is a tool whose plug-ins have sections on the settings page.
package main

import (
	"context"
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	app.Main(app.App{Name: "Tea Timer", ID: "tea-timer", Plugins: []any{&timer{}, &ledger{}}})
}

type timer struct{ prefs *app.Saved[timerPrefs] }

type timerPrefs struct {
	Minutes int           `json:"minutes" label:"Minutes" help:"How long the tea draws, from 1 to 10."`
	Sound   string        `json:"sound" label:"Sound" choices:"bell|gong|none"`
	Loud    bool          `json:"loud" label:"Play it loud" help:"Through all loudspeakers."`
	Snooze  time.Duration `json:"snooze" label:"Remind me after"`
	Since   time.Time     `json:"since" label:"Count cups since"`
	Cups    []string      `json:"cups" schema:"-"`
}

func (t *timer) StartTool(_ context.Context, tool *app.Tool) (err error) {
	initial := timerPrefs{Minutes: 4, Sound: "gong", Snooze: 5 * time.Minute, Cups: []string{"mint"}}
	t.prefs, err = app.Settings(tool, "timer", "Timer", initial, func(p timerPrefs, errs *dibbler.FormErrors) {
		if p.Minutes < 1 || p.Minutes > 10 {
			errs.Add("Minutes", "Enter 1 to 10.")
		}
	})
	return err
}

func (t *timer) OnHome(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString("<!DOCTYPE html><title>Tea</title><h1>Tea</h1>")
	return err
}

type ledger struct{}

type ledgerPrefs struct {
	Folder string  `json:"folder" label:"Folder for receipts" help:"A path, such as /home/me/receipts. It is made when the first receipt is stored."`
	Limit  float64 `json:"limit" label:"Warn above"`
}

func (ledger) StartTool(_ context.Context, tool *app.Tool) error {
	_, err := app.Settings(tool, "ledger", "Ledger", ledgerPrefs{Limit: 19.99}, nil)
	return err
}

func (ledger) OnLedger(w *dibbler.Response, r *http.Request) error {
	_, err := w.WriteString("<!DOCTYPE html><title>Ledger</title><h1>Ledger</h1>")
	return err
}
