package app

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/tray"
)

func TestReadyLine(t *testing.T) {
	p := startProgram(t, "plain", "-port", "0")
	at := p.url()
	if page := get(t, at); page != "home of plain" {
		t.Errorf("%q", page)
	}
	endBy(t, at+"end")
	if rest, status := p.exit(); rest != "" || status != exitOK || p.stderr.Len() > 0 {
		t.Errorf("more output %q, status %d, standard error %q", rest, status, &p.stderr)
	}
}

func TestArguments(t *testing.T) {
	t.Run("bad", func(t *testing.T) {
		for _, args := range [][]string{{"-port", "x"}, {"-port", "65536"}, {"-port", "-1"}, {"-port", "6666"}, {"-unknown"}, {"file"}, {"open-url", "https://elsewhere.test/"}} {
			p := startProgram(t, "plain", args...)
			last := strings.TrimPrefix(args[min(1, len(args)-1)], "-")
			if args[0] == "open-url" {
				last = args[0]
			}
			if out, status := p.exit(); status != exitUsage || out != "" || !strings.Contains(p.stderr.String(), last) {
				t.Errorf("%q: status %d, %q, %q", args, status, out, &p.stderr)
			}
		}
	})
	t.Run("version and help", func(t *testing.T) {
		if out, status := startProgram(t, "plain", "-version").exit(); status != exitOK || !strings.HasPrefix(out, "Plain 1.2.3 (go") {
			t.Errorf("status %d, %q", status, out)
		}
		p := startProgram(t, "plain", "-help")
		if _, status := p.exit(); status != exitOK || !strings.Contains(p.stderr.String(), "-no-browser") || strings.Contains(p.stderr.String(), "-about") {
			t.Errorf("status %d, %q", status, &p.stderr)
		}
	})
}

func TestPluginRefused(t *testing.T) {
	for kind, want := range map[string]string{"unfit": "no methlets", "nil": "cannot register nil"} {
		p := startProgram(t, kind)
		if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), want) {
			t.Errorf("%s: status %d, %q", kind, status, &p.stderr)
		}
	}
}

func TestIconWithoutPNG(t *testing.T) {
	ico := []byte("icon")
	for _, icon := range []tray.Icon{{Template: ico}, {LightICO: ico}, {DarkICO: ico}} {
		if err := (&App{Name: "Plain", Icon: icon}).setDefaults(); err == nil || !strings.Contains(err.Error(), "App.Icon.PNG") {
			t.Errorf("%+v: %v", icon, err)
		}
	}
}

func TestDamagedSettings(t *testing.T) {
	h := newHome(t)
	h.remember(`{"port`)
	p := h.launch("plain", "-no-browser", "-no-tray")
	if page := get(t, p.url()+"app.settings"); !strings.Contains(page, "damaged") || !strings.Contains(page, "the defaults are used") {
		t.Errorf("%s", page)
	}
	if aside, err := filepath.Glob(filepath.Join(h.dir, "config", "plain", settingsName+".damaged-*")); len(aside) != 1 {
		t.Errorf("%q, %v", aside, err)
	}
}

func TestLogHasNoQueries(t *testing.T) {
	h := newHome(t)
	p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray", "-verbose")
	at := p.url()
	get(t, at+"nowhere?password=secret")
	get(t, at+"app.item?n=secret")
	get(t, at+"app.settings?port=secret")
	if page := get(t, at+"app.log"); strings.Contains(page, "secret") {
		t.Errorf("the log has a secret: %s", page)
	}
	endBy(t, at+"end")
	p.exit()
	if s := p.stderr.String(); strings.Contains(s, "secret") || !strings.Contains(s, "path=/nowhere") {
		t.Errorf("standard error: %s", s)
	}
}
