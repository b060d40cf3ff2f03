package dibbler

import (
	"errors"
	"testing"
)

func TestLaunchBrowser(t *testing.T) {
	page := make(chan string, 1)
	c := &Context{LaunchBrowser: func(url string) error {
		_, body := get(t, url+"first")
		page <- body
		return nil
	}}
	start(t, c, register(t, &pages1{}))
	if body := <-page; body != "first of 1" {
		t.Errorf("%q", body)
	}
}

func TestLaunchBrowser_fails(t *testing.T) {
	for name, launch := range map[string]func(string) error{
		"error": func(string) error { return errors.New("there is no browser") },
		"panic": func(string) error { panic("there is no browser") },
	} {
		t.Run(name, func(t *testing.T) {
			var logs logBuffer
			logs.wrote = make(chan struct{}, 1)
			c := &Context{Logger: logs.logger(), LaunchBrowser: launch}
			s := register(t, &pages1{})
			start(t, c, s)
			<-logs.wrote
			if _, body := get(t, s.URL()+"first"); body != "first of 1" {
				t.Errorf("%q", body)
			}
			wantText(t, logs.String(), s.URL(), "there is no browser")
		})
	}
}

func TestLaunchBrowser_ending(t *testing.T) {
	launched := make(chan string, 1)
	c := &Context{LaunchBrowser: func(url string) error { launched <- url; return nil }}
	c.Stop()
	if err := start(t, c, register(t, &pages1{})).wait(); err != nil {
		t.Error(err)
	}
	if len(launched) > 0 {
		t.Error("the browser was opened although the environment had ended")
	}
}
